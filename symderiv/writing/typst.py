"""Notation as Typst mathematics.

Every name and symbol comes from a table or is set as a quoted string with quotes and backslashes escaped, so no text of a user can
become markup.
"""

from __future__ import annotations

from functools import singledispatch

from symderiv.writing.latex import is_tall
from symderiv.writing.notation import (
    Big, Fenced, Fraction, Grid, Letter, Notation, Number, Root, Row, Script, Symbol, Underbrace, Word, Words,
)  # fmt: skip

SYMBOLS: dict[str, str] = {
    "plus": "+", "minus": "-", "times": "times", "hadamard": "compose", "dot": "dot.op", "slash": "slash", "equals": "=",
    "not-equals": "eq.not", "less": "<", "greater": ">", "less-equal": "<=", "greater-equal": ">=", "defined": "colon.eq",
    "approximately": "approx", "in": "in", "to": "->", "maps-to": "arrow.r.bar", "distributed": "tilde.op", "parallel": "parallel",
    "given": "mid(|)", "comma": "comma", "colon": "colon", "semicolon": "semi", "implies": "==>", "exactly-when": "<==>", "nabla": "nabla",
    "partial": "partial", "infinity": "infinity", "ellipsis": "dots.h", "transpose": "top", "prime": "prime", "expectation": "bb(E)",
    "reals": "bb(R)", "naturals": "bb(N)", "succeeds": "succ", "space": "quad",
}  # fmt: skip

_LETTERS = {
    "epsilon": "epsilon.alt", "varepsilon": "epsilon", "phi": "phi.alt", "varphi": "phi", "vartheta": "theta.alt", "varrho": "rho.alt",
    "varsigma": "sigma.alt", "varpi": "pi.alt", "ell": "ell", "hbar": "ℏ",
    "imath": "dotless.i", "jmath": "dotless.j",
} | {
    name: name
    for name in (
        "alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon chi psi omega "
        "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
    ).split()
} | {f"var{name}": f"italic({name})" for name in "Gamma Delta Theta Lambda Sigma Phi Psi Omega".split()}  # fmt: skip
_STYLES = {"plain": "{}", "bold": "bold({})", "calligraphic": "cal({})", "blackboard": "bb({})", "upright": "upright({})"}
_FENCES = {
    "paren": ("paren.l", "paren.r"), "bracket": ("bracket.l", "bracket.r"), "brace": ("brace.l", "brace.r"), "bar": ("bar.v", "bar.v"),
    "norm": ("bar.v.double", "bar.v.double"), "angle": ("⟨", "⟩"),
}  # fmt: skip
_BIG = {"sum": "sum", "product": "product", "integral": "integral"}


def quoted(text: str) -> str:
    """A Typst string."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


@singledispatch
def typst(node: Notation) -> str:
    """The node in Typst's math mode."""
    raise TypeError(f"no Typst for {type(node).__name__}")


@typst.register
def _(node: Letter) -> str:
    name = node.name
    base = _LETTERS.get(name) or (name if len(name) == 1 and name.isascii() and name.isalpha() else None)
    if base is None:
        return f"upright({quoted(name)})" if node.style in ("plain", "upright") else _STYLES[node.style].format(quoted(name))
    return _STYLES[node.style].format(base)


@typst.register
def _(node: Word) -> str:
    return f"op({quoted(node.name)})"


@typst.register
def _(node: Number) -> str:
    return quoted(node.digits)


@typst.register
def _(node: Symbol) -> str:
    return SYMBOLS[node.name]


@typst.register
def _(node: Row) -> str:
    return " ".join(typst(i) for i in node.items) if node.items else quoted("")


@typst.register
def _(node: Fraction) -> str:
    return f"frac({typst(node.above)}, {typst(node.below)})"


@typst.register
def _(node: Script) -> str:
    out = f"attach({typst(node.base)}"
    if node.sub is not None:
        out += f", b: {typst(node.sub)}"
    if node.sup is not None:
        out += f", t: {typst(node.sup)}"
    return out + ")"


@typst.register
def _(node: Root) -> str:
    return f"sqrt({typst(node.body)})"


@typst.register
def _(node: Fenced) -> str:
    left, right = _FENCES[node.kind]
    body = f"{left} {typst(node.body)} {right}"
    return f"lr({body})" if is_tall(node.body) else f"lr(size: #1em, {body})"  # scripts alone do not make fences grow


@typst.register
def _(node: Grid) -> str:
    if node.kind == "aligned":
        return " \\ ".join("&".join(f"{typst(c)} " for c in r) or quoted("") for r in node.rows) or quoted("")
    rows = "; ".join(", ".join(typst(c) for c in r) for r in node.rows)
    if node.kind == "cases":
        return "cases(" + ", ".join(" quad ".join(typst(c) for c in r) for r in node.rows) + ")"
    delimiter = {"bracket": "[", "paren": "("}[node.kind]
    return f"mat(delim: {quoted(delimiter)}, {rows})"


@typst.register
def _(node: Big) -> str:
    out = f"attach({_BIG[node.name]}"
    if node.lower is not None:
        out += f", b: {typst(node.lower)}"
    if node.upper is not None:
        out += f", t: {typst(node.upper)}"
    return out + ")"


@typst.register
def _(node: Words) -> str:
    return quoted(node.text)


@typst.register
def _(node: Underbrace) -> str:
    return f"underbrace({typst(node.body)}, {typst(node.note)})"
