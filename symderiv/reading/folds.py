"""Operands with the separators between them → relations, lists, conditions and divergences.

From loose to tight: at the level of claims wide space, ``;``, ``,``, relations, ``||``, ``|``; inside brackets ``||`` and ``|`` are the loosest,
so that ``p(x, y | z)`` is a list under one condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.cursor import Cursor
from symderiv.reading.tokens import Token
from symderiv.reading.tree import Node

#: What separates, from loose to tight: at the level of claims, and inside brackets.
_OUTSIDE = ("space", "semi", "comma", "rel", "dbar", "bar")
_INSIDE = ("dbar", "bar", "space", "semi", "comma", "rel")
_CALLED = {",": "comma", ";": "semicolon"}


def folded(c: Cursor, nodes: Sequence[Node | None], marks: Sequence[Token], *, inside: bool) -> Node:
    """The node of a level, inside brackets or of claims: operands, None where nothing stands, with the separators between them."""
    return _grouped(c, nodes, marks, _INSIDE if inside else _OUTSIDE, inside=inside)


def _grouped(c: Cursor, nodes: Sequence[Node | None], marks: Sequence[Token], levels: Sequence[str], *, inside: bool) -> Node:
    """Operands with the separators between them, grouped from the loosest kind on."""
    if not marks:
        return nodes[0] or tree.Empty(Span(c.token.start, c.token.start))
    kinds = {m.kind for m in marks}
    if len(kinds) == 1:
        return _FOLDS[marks[0].kind](c, nodes, marks, inside)
    k, kind = next((k, kind) for k, kind in enumerate(levels) if kind in kinds)
    tighter = levels[k + 1 :]
    parts: list[Node | None] = []
    between = [m for m in marks if m.kind == kind]
    start = 0
    for stop in [j for j, m in enumerate(marks) if m.kind == kind] + [len(marks)]:
        piece = nodes[start : stop + 1]
        bare = all(n is None for n in piece) and stop == start
        parts.append(None if bare else _grouped(c, piece, marks[start:stop], tighter, inside=inside))
        start = stop + 1
    return _FOLDS[kind](c, parts, between, inside)


def _related(c: Cursor, parts: Sequence[Node | None], marks: Sequence[Token], _inside: bool) -> Node:
    """``a = b = c``; the first and the last side may be missing."""
    for k, (part, mark) in enumerate(zip(parts[1:-1], marks[1:], strict=False), 1):
        if part is None:
            raise c.problem(f"nothing stands between two relations, {marks[k - 1].text} and {mark.text}", mark)
    first = parts[0] or tree.Empty(Span(marks[0].start, marks[0].start))
    last = parts[-1] or tree.Empty(Span(marks[-1].end, marks[-1].end))
    sides = (first, *(p for p in parts[1:-1] if p is not None), last)
    span = c.over(sides) | marks[0].span | marks[-1].span
    return tree.Related(span, tuple(m.text for m in marks), sides)


def _listed(c: Cursor, parts: Sequence[Node | None], marks: Sequence[Token], inside: bool) -> Node:
    """``a, b``; outside brackets a comma may begin or end a claim and says nothing there."""
    by = {"comma": ",", "semi": ";", "space": "space"}[marks[0].kind]
    if by != "space":
        for k, part in enumerate(parts):
            if part is None and (inside or k + 1 < len(parts)) and not (k == 0 and not inside):
                mark = marks[min(k, len(marks) - 1)]
                raise c.problem(f"nothing stands {'before' if k < len(marks) else 'after'} this {_CALLED[by]}", mark)
    items = tuple(p for p in parts if p is not None)
    if len(items) == 1:
        return items[0]
    if not items:
        return tree.Empty(marks[0].span)
    return tree.Listed(c.over(items), by, items)


def _barred(c: Cursor, parts: Sequence[Node | None], marks: Sequence[Token], _inside: bool) -> Node:
    """``a | b`` and ``a || b``."""
    kind = tree.Given if marks[0].kind == "bar" else tree.Parallel
    for k, part in enumerate(parts):
        if part is None:
            where = "before" if k < len(marks) else "after"
            raise c.problem(f"nothing stands {where} this bar", marks[min(k, len(marks) - 1)])
    if len(marks) > 1:
        raise c.problem("a second bar on the same level", marks[1], "brackets say what belongs to which bar")
    left, right = (p for p in parts if p is not None)
    return kind(left.span | right.span, left, right)


_FOLDS: dict[str, Callable[[Cursor, Sequence[Node | None], Sequence[Token], bool], Node]] = {
    "rel": _related, "comma": _listed, "semi": _listed, "space": _listed, "bar": _barred, "dbar": _barred,
}  # fmt: skip
