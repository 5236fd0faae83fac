r"""Answers of the field as LaTeX, right and wrong, made by rules: formulas that courses ask for, restyled as people write them.

A right answer is a formula in another style (terms in another order, brackets multiplied out, logarithms split, a common denominator, a
function by its definition); a wrong one has a mistake besides. NumPy says whether the mistake changes the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tests.laws.draws import Draw
from tests.laws.language import (
    PI, VARIABLES, Expr, absolute, add, apply, det, diag, dot, exp, expr, eye, inverse, jacobian, log, mul, outer, places,
    positive, replaced, sigmoid, size, softplus, sqrt, tanh, total, trace, variable,
)  # fmt: skip
from tests.laws.meanings import agree, values
from tests.laws.mutations import MUTATIONS, mutated

# --- as LaTeX -----------------------------------------------------------------------------------------------------------

_LETTERS = {
    "a": r"\mu", "b": "m", "c": "x", "s": r"\sigma", "t": r"\tau", "r": r"\rho", "o": r"\omega", "x": "x", "y": r"\mu", "z": r"\nu",
    "v": r"\sigma", "h": r"\tau", "S": r"\Sigma_1", "R": r"\Sigma_2", "k": r"\kappa", "A": "W", "L": r"\Lambda",
}  # fmt: skip
_SUM, _PRODUCT, _POWER, _ATOM = range(4)
#: Written out, because not every reader knows the names.
_WRITTEN_OUT: dict[str, Callable[[Expr], Expr]] = {
    "sigmoid": lambda u: 1 / (1 + exp(-u)),
    "softplus": lambda u: log(1 + exp(u)),
    "logit": lambda u: log(u / (1 - u)),
}


def letter(name: str) -> str:
    """A variable as the field writes it."""
    return _LETTERS.get(name, name)


def latex(e: Expr) -> str:
    """An expression as a person would type it."""
    return _latex(e)[0]


def _inside(e: Expr, least: int) -> str:
    text, level = _latex(e)
    return text if level >= least else rf"\left({text}\right)"


def _latex(e: Expr) -> tuple[str, int]:
    if e.op == "number":
        k: Fraction = e.of
        whole = str(abs(k.numerator)) if k.denominator == 1 else rf"\frac{{{abs(k.numerator)}}}{{{k.denominator}}}"
        return (whole, _ATOM if k.denominator == 1 else _PRODUCT) if k >= 0 else (f"-{whole}", _SUM)
    if e.op in _RULES:
        return _RULES[e.op](e)
    raise ValueError(f"no notation for {e.op}")


def _sum(e: Expr) -> tuple[str, int]:
    text = ""
    for part in e.args:
        shown = _inside(part, _SUM)
        text += shown if not text else f" - {shown[1:].lstrip()}" if shown.startswith("-") else f" + {shown}"
    return text, _SUM


def _product(e: Expr) -> tuple[str, int]:
    coefficient, above, below = Fraction(1), list[Expr](), list[Expr]()
    for f in e.args:
        if f.op == "number":
            coefficient *= f.of
        elif f.op == "pow" and f.args[1].op == "number" and f.args[1].of < 0 and not f.shape:
            below.append(_raised(f.args[0], -f.args[1].of))
        else:
            above.append(f)
    above = [expr(abs(coefficient.numerator))] * (abs(coefficient.numerator) != 1) + above
    below = [expr(coefficient.denominator)] * (coefficient.denominator != 1) + below
    shaped = any(f.shape for f in above)
    alone = len(above) == 1 and bool(below) and not shaped
    shown = "".join(
        (_between(f, g) if f is not None else "") + _inside(g, _SUM if alone else _PRODUCT)
        for f, g in pairwise([None, *above])
        if g
    )
    if below:
        under = " ".join(_inside(f, _SUM if len(below) == 1 else _PRODUCT) for f in below)
        shown = rf"\frac{{1}}{{{under}}} {shown}" if shaped else rf"\frac{{{shown or '1'}}}{{{under}}}"
    return ("-" if coefficient < 0 else "") + (shown or "1"), _SUM if coefficient < 0 else _PRODUCT


def _between(f: Expr, g: Expr) -> str:
    return r" \circ " if f.shape and g.shape else " "


def _raised(base: Expr, exponent: Fraction) -> Expr:
    return base if exponent == 1 else base**exponent


def _power(e: Expr) -> tuple[str, int]:
    base, exponent = e.args
    if exponent == expr(Fraction(1, 2)):
        return rf"\sqrt{{{latex(base)}}}", _ATOM
    if exponent == expr(-1) and not e.shape:
        return rf"\frac{{1}}{{{latex(base)}}}", _PRODUCT
    return rf"{_inside(base, _ATOM)}^{{{latex(exponent)}}}", _POWER


def _known(e: Expr) -> tuple[str, int]:
    (x,) = e.args
    if e.of == "sqrt":
        return rf"\sqrt{{{latex(x)}}}", _ATOM
    if e.of == "abs":
        return rf"\left|{latex(x)}\right|", _ATOM
    if e.of in _WRITTEN_OUT:
        return _latex(_WRITTEN_OUT[e.of](x))
    if e.of == "exp" and not e.shape and "frac" not in latex(x):
        return rf"e^{{{latex(x)}}}", _POWER
    return rf"\{e.of}\left({latex(x)}\right)", _POWER


def _chain(e: Expr) -> tuple[str, int]:
    a, b = e.args
    return f"{_inside(a, _PRODUCT)} {_inside(b, _PRODUCT)}", _PRODUCT


def _dot(e: Expr) -> tuple[str, int]:
    a, b = e.args
    return rf"{_inside(a, _ATOM)}^\top {_inside(b, _PRODUCT)}", _PRODUCT


def _named(name: str) -> Callable[[Expr], tuple[str, int]]:
    return lambda e: (rf"{name}\left({latex(e.args[0])}\right)", _POWER)


def _total(e: Expr) -> tuple[str, int]:
    """A sum over the entries, with its index written out."""
    (x,) = e.args
    return rf"\sum_{{i=1}}^{{{x.shape[0]}}} {_inside(_entry(x), _PRODUCT)}", _SUM


def _entry(e: Expr) -> Expr:
    """The i-th entry of a vector, as a scalar expression."""
    if not e.shape:
        return e
    if e.op == "variable":
        return Expr("entry", (), e.of)
    if e.op in ("add", "mul", "pow", "call"):
        return Expr(e.op, tuple(map(_entry, e.args)), e.of)
    raise ValueError(f"no notation for an entry of {e.op}")


_RULES: dict[str, Callable[[Expr], tuple[str, int]]] = {
    "variable": lambda e: (letter(e.of), _ATOM),
    "entry": lambda e: (rf"{letter(e.of)}_i", _ATOM),
    "constant": lambda e: (rf"\{e.of}", _ATOM),
    "size": lambda e: (e.of, _ATOM),
    "eye": lambda _: ("I", _ATOM),
    "add": _sum, "mul": _product, "pow": _power, "call": _known, "matmul": _chain, "dot": _dot, "total": _total,
    "outer": lambda e: (rf"{_inside(e.args[0], _ATOM)} {_inside(e.args[1], _ATOM)}^\top", _PRODUCT),
    "transpose": lambda e: (rf"{_inside(e.args[0], _ATOM)}^\top", _POWER),
    "inverse": lambda e: (rf"{_inside(e.args[0], _ATOM)}^{{-1}}", _POWER),
    "apply": lambda e: (rf"{e.of}\left({latex(e.args[0])}\right)", _POWER),
    "jacobian": lambda e: (rf"J_{{{e.of}}}\left({latex(e.args[0])}\right)", _POWER),
    "trace": _named(r"\operatorname{tr}"), "det": _named(r"\det"), "diag": _named(r"\operatorname{diag}"),
}  # fmt: skip


def given(*expressions: Expr) -> list[str]:
    """The declarations of what the expressions name, in the model language."""
    names = {part.of for e in expressions for _, part in places(e) if part.op == "variable"}
    maps = {part.of for e in expressions for _, part in places(e) if part.op in ("apply", "jacobian")}
    lines = []
    for v in VARIABLES.values():
        if v.name not in names:
            continue
        sizes = r" \times ".join(v.shape)
        domain = rf"\mathbb{{R}}^{{{sizes}}}" if v.shape else r"\mathbb{R}"
        lines.append({
            ("positive", 0): rf"{letter(v.name)} > 0", ("unit", 0): rf"{letter(v.name)} \in (0,1)",
            ("correlation", 0): rf"{letter(v.name)} \in (-1,1)",
            ("positive", 1): rf"{letter(v.name)} \in \mathbb{{R}}_{{>0}}^{{{sizes}}}", ("unit", 1): rf"{letter(v.name)} \in (0,1)^{{{sizes}}}",
            ("positive definite", 2): rf"{letter(v.name)} \in \mathbb{{S}}_{{++}}^{{n}}",
        }.get((v.kind, len(v.shape)), rf"{letter(v.name)} \in {domain}" + (rf", \text{{{v.kind}}}" if v.kind != "real" else "")))  # fmt: skip
    lines.extend(rf"{name} : \mathbb{{R}}^{{n}} \to \mathbb{{R}}^{{n}}" for name in sorted(maps))
    return lines


# --- what is asked ------------------------------------------------------------------------------------------------------

mu, m, x, s, t, p, q, rho = map(variable, ("a", "b", "c", "s", "t", "p", "q", "r"))
X, M1, M2, D1, D2, W, S1, S2, C = map(variable, ("x", "y", "z", "v", "h", "A", "S", "R", "C"))
HALF = Fraction(1, 2)
_gap = M1 - M2

SCALAR: dict[str, Expr] = {
    "KL to a standard normal": (mu**2 + s**2 - 1 - log(s**2)) / 2,
    "KL of two normals": log(t / s) + (s**2 + (mu - m) ** 2) / (2 * t**2) - expr(HALF),
    "entropy of a normal": log(2 * PI * s**2) / 2 + expr(HALF),
    "log-density of a normal": -log(2 * PI * s**2) / 2 - (x - mu) ** 2 / (2 * s**2),
    "score of a normal in σ": (x - mu) ** 2 / s**3 - 1 / s,
    "KL of two Bernoullis": p * log(p / q) + (1 - p) * log((1 - p) / (1 - q)),
    "entropy of a Bernoulli": -(p * log(p)) - (1 - p) * log(1 - p),
    "cross entropy by logits": softplus(x) - q * x,
    "Bernoulli log-likelihood": x * log(p / (1 - p)) + log(1 - p),
    "Fisher information of a Bernoulli": 1 / (p * (1 - p)),
    "chi-squared of two Bernoullis": (p - q) ** 2 / (q * (1 - q)),
    "slope of tanh": 1 - tanh(x) ** 2,
    "slope of the sigmoid": sigmoid(x) * (1 - sigmoid(x)),
    "logsumexp of two": log(exp(x) + exp(mu)),
    "softmax of two": exp(x) / (exp(x) + exp(mu)),
    "softmax with a temperature": exp(x / t) / (exp(x / t) + exp(mu / t)),
    "posterior mean": (t**2 * x + s**2 * mu) / (s**2 + t**2),
    "posterior variance": 1 / (1 / s**2 + 1 / t**2),
    "product of two normals": -((x - mu) ** 2) / (2 * s**2) - (x - m) ** 2 / (2 * t**2),
    "information of two normals": -log(1 - rho**2) / 2,
    "conditional mean": mu + rho * s / t * (x - m),
    "KL of two exponentials": log(s / t) + t / s - 1,
    "KL of two Poissons": s * log(s / t) - s + t,
    "log-density of a Laplace": -log(2 * s) - absolute(x - mu) / s,
    "log-density of a Cauchy": -log(PI * s) - log(1 + ((x - mu) / s) ** 2),
    "log-density of a logistic": -(x - mu) / s - log(s) - 2 * log(1 + exp(-(x - mu) / s)),
    "mean of a lognormal": exp(mu + s**2 / 2),
    "variance of a lognormal": (exp(s**2) - 1) * exp(2 * mu + s**2),
    "entropy of a geometric": -((1 - p) * log(1 - p) + p * log(p)) / p,
    "Hellinger of two normals": 1 - sqrt(2 * s * t / (s**2 + t**2)) * exp(-((mu - m) ** 2) / (4 * (s**2 + t**2))),
    "affine flow undone": (x - mu) / exp(m),
    "ELBO of a toy model": -(x**2) / 2 - (mu**2 + s**2) / 2 + x * mu + log(s),
}
MATRIX: dict[str, Expr] = {
    "KL of two normals": (trace(inverse(S2) @ S1) + dot(_gap, inverse(S2) @ _gap) - size("n") + log(det(S2)) - log(det(S1))) / 2,
    "log-density of a normal": -log(det(S1)) / 2 - dot(X - M1, inverse(S1) @ (X - M1)) / 2,
    "KL of two diagonal normals": total(log(D2) - log(D1) + (D1**2 + (M1 - M2) ** 2) / (2 * D2**2) - expr(HALF)),
    "gradient of a quadratic form": W @ X + W.T @ X,
    "least squares gradient": 2 * (C.T @ (C @ variable("u") - X)),
    "ridge loss": dot(X - C @ variable("u"), X - C @ variable("u")) + t * dot(variable("u"), variable("u")),
    "posterior precision": inverse(S1) + mul(1 / s**2, C @ C.T),
    "coupling layer": exp(apply("F", M1)) * X + apply("H", M1),
    "coupling block": diag(exp(apply("F", M1)) * X) @ jacobian("F", M1) + jacobian("H", M1),
    "residual trace": size("n") + trace(jacobian("F", X)),
    "softmax Jacobian": diag(D1) - outer(D1, D1),
    "second moment": trace(S1) + dot(M1, M1),
    "expected quadratic form": trace(W @ S1) + dot(M1, W @ M1),
    "affine covariance": W @ S1 @ W.T + eye("n"),
    "log-determinant of a diagonal layer": total(log(D1)),
    "whitening": inverse(W) @ (X - M1),
    "outer product expanded": outer(X - M1, X - M1),
    "mean of the entries": total(X) / size("n"),
}

# --- in another style ---------------------------------------------------------------------------------------------------


def _shuffled(d: Draw, e: Expr) -> Expr | None:
    if e.op not in ("add", "mul"):
        return None
    parts = list(e.args)
    d.random.shuffle(parts)
    return Expr(e.op, tuple(parts), None, e.shape)


def _expanded_square(_: Draw, e: Expr) -> Expr | None:
    if e.op != "pow" or e.args[1] != expr(2) or e.args[0].op != "add" or len(e.args[0].args) != 2:
        return None
    a, b = e.args[0].args
    return a**2 + mul(2, a, b) + b**2


def _distributed(_: Draw, e: Expr) -> Expr | None:
    if e.op != "mul":
        return None
    k = next((k for k, f in enumerate(e.args) if f.op == "add"), None)
    if k is None:
        return None
    return add(*(mul(*e.args[:k], part, *e.args[k + 1 :]) for part in e.args[k].args))


def _split_log(_: Draw, e: Expr) -> Expr | None:
    if e.op != "call" or e.of != "log" or not positive(e.args[0]):
        return None
    (inner,) = e.args
    if inner.op == "pow" and positive(inner.args[0]):
        return inner.args[1] * log(inner.args[0])
    if inner.op == "mul":
        return add(*(log(f) if f.op != "pow" else f.args[1] * log(f.args[0]) for f in inner.args))
    return None


def _common_denominator(_: Draw, e: Expr) -> Expr | None:
    """``a/b + c`` over b."""
    if e.op != "add" or e.shape:
        return None
    for k, part in enumerate(e.args):
        if part.op != "mul":
            continue
        below = [
            _raised(f.args[0], -f.args[1].of)
            for f in part.args
            if f.op == "pow" and f.args[1].op == "number" and f.args[1].of < 0
        ]
        if below:
            above = mul(*(f for f in part.args if f.op != "pow" or f.args[1].op != "number" or f.args[1].of > 0), 1)
            rest = [a for j, a in enumerate(e.args) if j != k]
            return add(above, *(mul(*below, a) for a in rest)) / mul(*below)
    return None


_DEFINITIONS: dict[str, Callable[[Expr], Expr]] = {
    **_WRITTEN_OUT, "tanh": lambda u: (exp(u) - exp(-u)) / (exp(u) + exp(-u)),
    "sqrt": lambda u: u ** expr(HALF),
}  # fmt: skip


def _by_definition(_: Draw, e: Expr) -> Expr | None:
    return _DEFINITIONS[e.of](e.args[0]) if e.op == "call" and e.of in _DEFINITIONS else None


def _turned_around(d: Draw, e: Expr) -> Expr | None:
    """Factors moved round in a trace, in an inner product, under a transpose."""
    if e.op == "trace" and e.args[0].op == "matmul":
        a, b = e.args[0].args
        return trace(b @ a)
    if e.op == "dot":
        return dot(*e.args[::-1]) if d.random.random() < 0.5 else trace(outer(*e.args))
    if e.op == "matmul" and e.args[1].op == "add":
        return add(*(e.args[0] @ part for part in e.args[1].args)) if all(p.shape for p in e.args[1].args) else None
    if e.op == "trace":
        return trace(e.args[0].T)
    return None


STYLES = (_shuffled, _expanded_square, _distributed, _split_log, _common_denominator, _by_definition, _turned_around)


def restyled(d: Draw, e: Expr) -> Expr:
    """The same, written in another way."""
    for _ in range(d.random.randrange(1, 4)):
        style = d.one_of(STYLES)
        there = list(places(e))
        d.random.shuffle(there)
        for place, part in there:
            new = style(d, part)
            if new is not None:
                e = replaced(e, place, new)
                break
    return e


#: A dimension that stands nowhere else would not be declared; a sum of all entries of a matrix has no common notation.
MISTAKES = tuple(rule for rule in MUTATIONS if rule not in ("dimension", "reduction"))

# --- pairs --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """A key, an answer, and whether they are equal."""

    kind: str
    topic: str
    given: tuple[str, ...]
    reference: str
    answer: str
    correct: bool


def pairs(each: int = 4, seed: int = 0) -> Iterator[Pair]:
    """Up to ``each`` right and as many wrong answers to every formula; a short formula has few styles."""
    for kind, topics in (("scalar", SCALAR), ("matrix", MATRIX)):
        for topic, reference in topics.items():
            right = list(_answers(kind, topic, reference, True, each, seed))
            yield from right
            yield from _answers(kind, topic, reference, False, len(right), seed)


def _answers(kind: str, topic: str, reference: Expr, correct: bool, each: int, seed: int) -> Iterator[Pair]:
    key, truth = latex(reference), values(reference)
    assert truth is not None, topic
    seen = {key}
    for trial in range(100 * each):
        d = Draw(f"{seed} {kind} {topic} {correct} {trial}")
        answer: Expr | None = restyled(d, reference)
        assert answer is not None
        found = values(answer)
        if found is None or not agree(truth, found, 1e-9):
            raise AssertionError(f"restyling changed {key} to {latex(answer)}")
        if not correct:
            answer = mutated(d, answer, d.one_of(MISTAKES))
            changed = values(answer) if answer is not None else None
            if answer is None or changed is None or agree(truth, changed, 1e-4):
                continue
        text = latex(answer)
        if text not in seen:
            seen.add(text)
            yield Pair(kind, topic, tuple(given(reference, answer)), key, text, correct)
        if len(seen) > each:
            return
