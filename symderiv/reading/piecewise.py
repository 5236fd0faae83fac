r"""``\begin{cases} x & x > 0 \\ -x & \text{otherwise} \end{cases}``: the case that the declared domains settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.algebra.normal import Normal
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor, sub
from symderiv.reading import tree
from symderiv.reading.values import Readings

if TYPE_CHECKING:
    from symderiv.reading.meaning import Reader

_OTHERWISE = ("otherwise", "else", "in all other cases")
_OPENING = (*_OTHERWISE, "if", "when", "for", "where")
_ORDER = frozenset(("<", ">", "<=", ">="))


def is_piecewise(node: tree.Grid) -> bool:
    """Values on the left and a condition for each on the right: one expression, and no list of statements."""
    return node.kind == "cases" and all(len(row) == 2 and _is_condition(row[1]) for row in node.rows)


def _is_condition(cell: tree.Node) -> bool:
    if isinstance(cell, tree.Related):
        return set(cell.relations) <= _ORDER
    if isinstance(cell, tree.Listed) and cell.items:
        return _is_condition(cell.items[0]) or _is_condition(cell.items[-1])
    return isinstance(cell, tree.Words) and cell.text.strip().lower().startswith(_OPENING)


def piecewise(reader: Reader, node: tree.Grid) -> Readings:
    """The value of the one case that holds. Raises `AnswerProblem` where the domains do not say which."""
    for value, condition in node.rows:
        held = _holds(reader, condition)
        if held is None:
            raise reader.problem("the declared domains do not say whether this case holds", condition.span)
        if held:
            return reader.read(value)
    raise reader.problem("none of these cases holds", node.span)


def _holds(reader: Reader, condition: tree.Node) -> bool | None:
    if isinstance(condition, tree.Words):
        return True if condition.text.strip().lower().startswith(_OTHERWISE) else None
    if isinstance(condition, tree.Listed):
        inside = [item for item in condition.items if not isinstance(item, tree.Words)]
        return _holds(reader, inside[0]) if len(inside) == 1 else None
    if not isinstance(condition, tree.Related):
        return None
    links = zip(condition.relations, condition.sides, condition.sides[1:], strict=False)
    found = [_link(reader, relation, left, right) for relation, left, right in links]
    return False if False in found else None if None in found else True


def _link(reader: Reader, relation: str, left: tree.Node, right: tree.Node) -> bool | None:
    a, b = (reader.read(side)[0].value for side in (left, right))
    if not (isinstance(a, Tensor) and isinstance(b, Tensor) and not a.rank and not b.rank):
        raise ShapeMismatch("only scalars are ordered")
    above, below = (a, b) if relation in (">", ">=") else (b, a)
    bounds = poly_bounds(Normal().poly(sub(above.body, below.body)))
    if relation in ("<", ">"):
        return True if bounds.positive else False if (-bounds).nonnegative else None
    return True if bounds.nonnegative else False if (-bounds).positive else None
