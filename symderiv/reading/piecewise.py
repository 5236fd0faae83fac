r"""``\begin{cases} x & x > 0 \\ -x & \text{otherwise} \end{cases}``: the case that the declared domains settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.algebra.normal import Normal
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import ONE, Tensor, add, delta, mul, scalar, sub
from symderiv.reading import tree
from symderiv.reading.scope import key
from symderiv.reading.values import Reading, Readings, Value

if TYPE_CHECKING:
    from symderiv.reading.meaning import Reader

_OTHERWISE = ("otherwise", "else", "in all other cases")
_OPENING = (*_OTHERWISE, "if", "when", "for", "where")
_ORDER = frozenset(("<", ">", "<=", ">="))


def is_piecewise(node: tree.Grid) -> bool:
    """Values on the left and a condition for each on the right: one expression, and no list of statements."""
    return node.kind == "cases" and (
        all(len(row) == 2 and _is_condition(row[1]) for row in node.rows) or _letters_compared(node) is not None
    )


def _letters_compared(node: tree.Grid) -> tuple[tree.Node, tree.Node, bool] | None:
    """The letters of two cases, ``i = j`` and ``i ≠ j``, and whether the first case is the equal one; None where these are no such cases."""
    if len(node.rows) != 2 or any(len(row) != 2 or isinstance(row[0], tree.Related) for row in node.rows):
        return None
    first, second = (_comparison(row[1]) for row in node.rows)
    if first is None or (second is None and not _is_rest(node.rows[1][1])):
        return None
    letters = {key(s) for s in first.sides}
    if second is not None and (second.relations == first.relations or {key(s) for s in second.sides} != letters):
        return None
    return first.sides[0], first.sides[1], first.relations == ("=",)


def _comparison(cell: tree.Node) -> tree.Related | None:
    """``i = j``, also behind words."""
    if isinstance(cell, tree.Listed):
        inside = [item for item in cell.items if not isinstance(item, tree.Words)]
        return _comparison(inside[0]) if len(inside) == 1 else None
    if isinstance(cell, tree.Related) and cell.relations in (("=",), ("!=",)):
        names = [key(s) for s in cell.sides]
        return cell if all(n is not None and len(n) == 1 for n in names) and names[0] != names[1] else None
    return None


def _is_rest(cell: tree.Node) -> bool:
    return isinstance(cell, tree.Words) and cell.text.strip().lower().startswith(_OTHERWISE)


def _is_condition(cell: tree.Node) -> bool:
    if isinstance(cell, tree.Related):
        return set(cell.relations) <= _ORDER
    if isinstance(cell, tree.Listed) and cell.items:
        return _is_condition(cell.items[0]) or _is_condition(cell.items[-1])
    return isinstance(cell, tree.Words) and cell.text.strip().lower().startswith(_OPENING)


def piecewise(reader: Reader, node: tree.Grid) -> Readings:
    """The value of the one case that holds, or of both where index letters tell them apart. Raises `AnswerProblem` where the domains do not say which."""
    compared = _letters_compared(node)
    if compared is not None:
        return _by_letters(reader, node, *compared)
    for value, condition in node.rows:
        held = _holds(reader, condition)
        if held is None:
            raise reader.problem("the declared domains do not say whether this case holds", condition.span)
        if held:
            return reader.read(value)
    raise reader.problem("none of these cases holds", node.span)


def _by_letters(reader: Reader, node: tree.Grid, left: tree.Node, right: tree.Node, equal_first: bool) -> Readings:
    """``δ_{ij} a + (1 - δ_{ij}) b`` for the cases a (``i = j``) and b."""
    cases = [reader.read(row[0]) for row in node.rows]
    running = [reader.indices.get(key(s) or "") or reader.free.get(key(s) or "") for s in (left, right)]
    sizes = {r.index.size for r in running if r is not None and r.index is not None}
    if len(sizes) != 1:
        raise reader.problem("nothing says how far the letters of these cases run", node.span)
    (size,) = sizes
    same = delta(reader.slot(left, size), reader.slot(right, size))

    def joined(a: Value, b: Value) -> Reading[Value]:
        if not (isinstance(a, Tensor) and isinstance(b, Tensor) and not a.rank and not b.rank):
            raise ShapeMismatch("cases of index letters are scalars")
        return Reading(scalar(add(mul(same, a.body), mul(sub(ONE, same), b.body))))

    return reader.each(joined, node.span, *(cases if equal_first else cases[::-1]))


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
