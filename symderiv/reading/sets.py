"""Sets of the model language as sizes, domain and traits: ``R^{n×m}``, ``R_{>0}^n``, ``S_{++}^k``, ``(0, 1)^n``, ``{0, 1}^n``, ``N``."""

from __future__ import annotations

from fractions import Fraction

from symderiv.core.domain import BINARY, INTEGER, NATURAL, NONNEGATIVE, POSITIVE, REAL, Domain
from symderiv.core.problems import AnswerProblem
from symderiv.core.size import Size
from symderiv.core.text import Source
from symderiv.reading import tree
from symderiv.reading.sizes import size_of

Space = tuple[tuple[Size, ...], Domain, set[str]]

_KNOWN = r"\mathbb{R}^{n}, \mathbb{R}_{>0}^{n}, \mathbb{S}_{++}^{k}, (0, 1)^{n}, \{0, 1\}^{n}, \mathbb{N}"


def space(node: tree.Node, source: Source) -> Space:
    """The sizes, domain and traits of a set. Raises `AnswerProblem` at what is none, or none that is known."""
    base, sub, sup = (node.base, node.sub, node.sup) if isinstance(node, tree.Scripted) else (node, None, None)
    if isinstance(base, tree.Fenced) and isinstance(base.body, tree.Listed) and sub is None:
        sizes = _sizes(sup, source) if sup is not None else ()
        if base.kind == "brace":
            return sizes, _values(base.body, source), set()
        if base.kind in ("paren", "bracket"):
            return sizes, _interval(base, base.body, source), set()
    if not isinstance(base, tree.Name) or base.text not in ("R", "S", "N", "Z"):
        raise AnswerProblem("this is no set of the model language", node.span, source, _KNOWN)
    sizes = _sizes(sup, source) if sup is not None else ()
    if base.text == "S":
        if len(sizes) != 1:
            raise AnswerProblem("the symmetric matrices have one size", node.span, source)
        sign = sub is not None
        return (sizes[0], sizes[0]), REAL, {"positive definite"} if sign else {"symmetric"}
    if base.text in ("N", "Z"):
        return sizes, NATURAL if base.text == "N" else INTEGER, set()
    return sizes, REAL if sub is None else _part(sub, source), set()


def _sizes(sup: tree.Node, source: Source) -> tuple[Size, ...]:
    if isinstance(sup, tree.Product) and set(sup.ops) == {"times"}:
        return tuple(s for item in sup.items for s in _sizes(item, source))
    try:
        return (size_of(sup),)
    except ValueError:
        raise AnswerProblem("this is no size", sup.span, source, "sizes are like n, d/2, 2n, d - 1, or a number") from None


def _part(sub: tree.Node, source: Source) -> Domain:
    """The part of the real line that a subscript names: ``>0``, ``\\geq 1``, ``+``, ``++``, ``<0``."""
    text = source.text[sub.span.start : sub.span.end].replace(" ", "")
    if text in ("+", "++"):
        return NONNEGATIVE if text == "+" else POSITIVE
    if text == "-":
        return Domain(high=Fraction(0), high_closed=True)
    match sub:
        case tree.Related(relations=(relation,), sides=(tree.Empty(), end)):
            at = _number(end)
            if at is not None and relation in (">", ">=", "<", "<="):
                closed = relation.endswith("=")
                return Domain(low=at, low_closed=closed) if relation[0] == ">" else Domain(high=at, high_closed=closed)
    raise AnswerProblem(
        "this part of the real line is not read", sub.span, source, r"\mathbb{R}_{>0}, \mathbb{R}_{\geq 0}, \mathbb{R}_{<0} are"
    )


def _values(body: tree.Listed, source: Source) -> Domain:
    """The two values of a mask."""
    if [_number(item) for item in body.items] != [0, 1]:
        raise AnswerProblem("of finite sets {0, 1} is read", body.span, source)
    return BINARY


def _interval(node: tree.Fenced, body: tree.Listed, source: Source) -> Domain:
    """Between two numbers; an end may be infinite."""
    ends = [_number(item) for item in body.items]
    unbounded = [_infinite(item) for item in body.items]
    if (
        len(ends) != 2
        or any(e is None and u is None for e, u in zip(ends, unbounded, strict=True))
        or unbounded[0] == 1
        or unbounded[1] == -1
    ):
        raise AnswerProblem("this interval is not read", node.span, source, "its ends are numbers, like (0, 1), (-1, 1), (0, 2)")
    low, high = ends
    if low is not None and high is not None and low >= high:
        raise AnswerProblem("this interval is empty", node.span, source)
    closed = node.kind == "bracket"
    return Domain(low, high, closed and low is not None, closed and high is not None)


def _infinite(node: tree.Node) -> int | None:
    """1 for infinity, -1 for its negative."""
    if isinstance(node, tree.Sign) and node.name == "infinity":
        return 1
    match node:
        case tree.Sum(signs=("-",), terms=(inner,)) if _infinite(inner) == 1:
            return -1
        case tree.Sum(signs=("+",), terms=(inner,)):
            return _infinite(inner)
    return None


def _number(node: tree.Node) -> Fraction | None:
    """A rational number as written."""
    match node:
        case tree.Number(digits=digits):
            return Fraction(digits)
        case tree.Sum(signs=(sign,), terms=(inner,)):
            value = _number(inner)
            return None if value is None else -value if sign == "-" else value
        case tree.Fraction(above=above, below=below):
            a, b = _number(above), _number(below)
            return None if a is None or not b else a / b
    return None
