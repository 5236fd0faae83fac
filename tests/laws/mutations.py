"""Mistakes as rules: each changes one place of an expression and keeps its shape. Whether the value changes is NumPy's to say."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.laws.draws import Draw
from tests.laws.language import MAPS, VARIABLES, Expr, Place, absolute, add, det, expr, mul, places, replaced, size, variable

Mutation = Callable[[Draw, Expr], Expr | None]


def sign(_: Draw, e: Expr) -> Expr | None:
    """A term of a sum, or the argument of a function, with the other sign."""
    if e.op == "add":
        return add(*e.args[:-1], -e.args[-1])
    if e.op not in ("call", "apply", "jacobian") or e.of in ("log", "sqrt", "logit"):
        return None
    return Expr(e.op, (-e.args[0],), e.of, e.shape)


def factor(d: Draw, e: Expr) -> Expr | None:
    """A factor of 2 too much or too little."""
    return mul(d.rational(2, Fraction(1, 2)), e) if e.op in ("mul", "dot", "trace", "total", "call", "matmul") else None


def dropped_term(d: Draw, e: Expr) -> Expr | None:
    """A term left out of a sum."""
    if e.op != "add":
        return None
    gone = d.random.randrange(len(e.args))
    kept = [a for k, a in enumerate(e.args) if k != gone]
    return add(*kept) if any(a.shape == e.shape for a in kept) else None


def dropped_factor(d: Draw, e: Expr) -> Expr | None:
    """A factor left out of a product."""
    if e.op != "mul":
        return None
    gone = d.random.randrange(len(e.args))
    kept = [a for k, a in enumerate(e.args) if k != gone]
    return mul(*kept) if any(a.shape == e.shape for a in kept) else None


def index(d: Draw, e: Expr) -> Expr | None:
    """Another symbol of the same kind: x_2 for x_1."""
    if e.op != "variable":
        return None
    v = VARIABLES[e.of]
    others = [w.name for w in VARIABLES.values() if (w.shape, w.kind) == (v.shape, v.kind) and w.name != v.name]
    return variable(d.one_of(others)) if others else None


def another_function(d: Draw, e: Expr) -> Expr | None:
    """One function for another."""
    if e.op in ("apply", "jacobian"):
        f = MAPS[e.of]
        others = [k for k, o in MAPS.items() if k != e.of and (o.source, o.target) == (f.source, f.target)]
        return Expr(e.op, e.args, d.one_of(others), e.shape) if others else None
    if e.op != "call":
        return None
    return Expr("call", e.args, _TAKEN_FOR[e.of], e.shape) if e.of in _TAKEN_FOR else None


_TAKEN_FOR = {
    "tanh": "sigmoid", "sigmoid": "tanh", "softplus": "exp", "exp": "softplus", "cosh": "sinh", "sinh": "cosh", "sqrt": "log",
}  # fmt: skip


def transpose(_: Draw, e: Expr) -> Expr | None:
    """A transpose too much or too little."""
    if e.op == "transpose":
        return e.args[0] if e.shape[0] == e.shape[1] else None
    return e.T if len(e.shape) == 2 and e.shape[0] == e.shape[1] else None


def order_of_product(_: Draw, e: Expr) -> Expr | None:
    """AB for BA."""
    if e.op != "matmul" or e.args[0].shape != e.args[1].shape or len(e.shape) != 2:
        return None
    return e.args[1] @ e.args[0]


def exponent(_: Draw, e: Expr) -> Expr | None:
    """σ for σ²: another exponent."""
    if e.op == "pow" and e.args[1].op == "number":
        k = e.args[1].of
        return e.args[0] if k in (2, -1, Fraction(1, 2)) else e.args[0] ** (k + 1)
    if e.op == "variable" and VARIABLES[e.of].kind in ("positive", "unit"):
        return e**2
    return None


def number(d: Draw, e: Expr) -> Expr | None:
    """Another number."""
    return None if e.op != "number" else expr(d.one_of([k for k in (e.of + 1, -e.of, 2 * e.of) if k]))


def inverse(_: Draw, e: Expr) -> Expr | None:
    """An inverse or a reciprocal forgotten."""
    return e.args[0] if e.op == "inverse" else None


def dimension(_: Draw, e: Expr) -> Expr | None:
    """One dimension for another, or 1."""
    return size({"n": "m", "m": "n"}[e.of]) if e.op == "size" else None


def reduction(_: Draw, e: Expr) -> Expr | None:
    """Determinant for trace, all entries for the diagonal, an absolute value too much."""
    if e.op == "trace":
        return Expr("total", e.args)
    if e.op == "det":
        return Expr("trace", e.args)
    return absolute(det(e.args[0])) if e.op == "total" and len(e.args[0].shape) == 2 and len(set(e.args[0].shape)) == 1 else None


MUTATIONS: dict[str, Mutation] = {
    f.__name__: f
    for f in (
        sign, factor, dropped_term, dropped_factor, index, another_function, transpose, order_of_product, exponent, number, inverse,
        dimension, reduction,
    )
}  # fmt: skip


def mutated(d: Draw, e: Expr, rule: str) -> Expr | None:
    """The expression with one mistake of this kind at a random place where it can be made; None where there is none."""
    there: list[tuple[Place, Expr]] = list(places(e))
    d.random.shuffle(there)
    for place, part in there:
        new = MUTATIONS[rule](d, part)
        if new is not None and new.shape == part.shape:
            return replaced(e, place, new)
    return None
