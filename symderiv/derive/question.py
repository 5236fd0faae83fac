"""Formulas as they were written: a tree as notation, for showing a question or an answer without saying what it means."""

from __future__ import annotations

from functools import singledispatch

from symderiv.reading import tree
from symderiv.writing.notation import (
    Big, Fenced, Fraction, Grid, Letter, Notation, Number, Root, Row, Script, Symbol, Underbrace, Word, Words, row, separated,
)  # fmt: skip

_FUNCTIONS = set(
    "exp log ln det tr Tr trace diag Diag tanh sinh cosh sech sin cos sigmoid softplus erf erfinv logit max min".split()
)
_OPS = {
    "hadamard": "hadamard",
    "times": "times",
    "cdot": "dot",
    "ast": "dot",
    "slash": "slash",
    "oslash": "slash",
    "otimes": "times",
}
_RELATIONS = {
    "=": "equals", "!=": "not-equals", "<": "less", ">": "greater", "<=": "less-equal", ">=": "greater-equal", ":=": "defined",
    "approx": "approximately", "~": "distributed", "in": "in", "to": "to", "mapsto": "maps-to", ":": "colon", "implies": "implies",
    "iff": "exactly-when", "succ": "succeeds", "propto": "approximately",
}  # fmt: skip
_SIGNS = {"nabla": "nabla", "partial": "partial", "infinity": "infinity", "ellipsis": "ellipsis", "bullet": "dot"}
_FENCES = {"paren": "paren", "bracket": "bracket", "brace": "brace", "bar": "bar", "norm": "norm", "angle": "angle"}
_GRIDS = {"bracket": "bracket", "paren": "paren", "cases": "cases", "aligned": "aligned"}


@singledispatch
def as_written(node: tree.Node) -> Notation:
    """The node as notation, nothing added and nothing decided."""
    raise TypeError(f"no notation for {type(node).__name__}")


@as_written.register
def _(node: tree.Name) -> Notation:
    if node.text in _FUNCTIONS:
        return Word(node.text)
    if node.text == "top":
        return Symbol("transpose")
    if node.text == "E" and node.style == "blackboard":
        return Symbol("expectation")
    if node.text == "R" and node.style == "blackboard":
        return Symbol("reals")
    styles = {"bold": "bold", "calligraphic": "calligraphic", "blackboard": "blackboard", "upright": "upright"}
    return Letter(node.text, styles.get(node.style, "plain"))  # type: ignore[arg-type]


@as_written.register
def _(node: tree.Number) -> Notation:
    return Number(node.digits)


@as_written.register
def _(node: tree.Sign) -> Notation:
    if node.name == "differential":
        return Letter("d", "upright")
    return Symbol(_SIGNS[node.name]) if node.name in _SIGNS else Words(node.name)


@as_written.register
def _(node: tree.Words) -> Notation:
    return Words(node.text)


@as_written.register
def _(_node: tree.Empty) -> Notation:
    return Row(())


@as_written.register
def _(node: tree.Fenced) -> Notation:
    body = as_written(node.body)
    return Fenced(_FENCES[node.kind], body) if node.kind in _FENCES else body  # type: ignore[arg-type]


@as_written.register
def _(node: tree.Scripted) -> Notation:
    sup = as_written(node.sup) if node.sup is not None else None
    if node.primes:
        primes = tuple(Symbol("prime") for _ in range(node.primes))
        sup = row(*primes, *((sup,) if sup is not None else ()))
    return Script(as_written(node.base), as_written(node.sub) if node.sub is not None else None, sup)


@as_written.register
def _(node: tree.Fraction) -> Notation:
    return Fraction(as_written(node.above), as_written(node.below))


@as_written.register
def _(node: tree.Root) -> Notation:
    return Root(as_written(node.body))


@as_written.register
def _(node: tree.Grid) -> Notation:
    kind = _GRIDS.get(node.kind, "bracket")
    return Grid(tuple(tuple(as_written(c) for c in r) for r in node.rows), kind)  # type: ignore[arg-type]


@as_written.register
def _(node: tree.Big) -> Notation:
    lower = as_written(node.lower) if node.lower is not None else None
    upper = as_written(node.upper) if node.upper is not None else None
    return row(Big(node.op, lower, upper), as_written(node.body))  # type: ignore[arg-type]


@as_written.register
def _(node: tree.Braced) -> Notation:
    return as_written(node.body) if node.note is None else Underbrace(as_written(node.body), as_written(node.note))


@as_written.register
def _(node: tree.Juxtaposed) -> Notation:
    return row(*(as_written(i) for i in node.items))


@as_written.register
def _(node: tree.Product) -> Notation:
    out = [as_written(node.items[0])]
    for op, item in zip(node.ops, node.items[1:], strict=True):
        out += [Symbol(_OPS[op]), as_written(item)]
    return row(*out)


@as_written.register
def _(node: tree.Sum) -> Notation:
    out: list[Notation] = []
    for k, (sign, term) in enumerate(zip(node.signs, node.terms, strict=True)):
        if k or sign == "-":
            out.append(Symbol("minus" if sign == "-" else "plus"))
        out.append(as_written(term))
    return row(*out)


@as_written.register
def _(node: tree.Listed) -> Notation:
    by = {",": "comma", ";": "semicolon"}.get(node.by, "space")
    return separated([as_written(i) for i in node.items], by)


@as_written.register
def _(node: tree.Given) -> Notation:
    return row(as_written(node.left), Symbol("given"), as_written(node.right))


@as_written.register
def _(node: tree.Parallel) -> Notation:
    return row(as_written(node.left), Symbol("parallel"), as_written(node.right))


@as_written.register
def _(node: tree.Related) -> Notation:
    out = [as_written(node.sides[0])]
    for relation, side in zip(node.relations, node.sides[1:], strict=True):
        out += [Symbol(_RELATIONS[relation]) if relation in _RELATIONS else Words(relation), as_written(side)]
    return row(*out)
