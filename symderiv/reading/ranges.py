r"""How far sums and products run, in the ways that people write it, as operators with one plain index each that starts at 1."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.reading import tree
from symderiv.reading.scope import key


def one_by_one(node: tree.Big) -> tree.Big | None:
    r"""Operators with one plain index each, for what is written with several or in another way; None where nothing is to be done.

    ``\sum_{i,j=1}^n``, ``\sum_{ij}``, ``\sum_{1 \le i \le n}``, ``\sum_{i \in \{1, …, n\}}``, ``\sum_{j=1, j \ne i}``.
    """
    lower = node.lower
    if isinstance(lower, tree.Fenced) and lower.kind == "group":
        lower = lower.body
    if isinstance(lower, tree.Related) and lower.relations == ("<=", "<=") and key(lower.sides[1]) is not None:
        first = tree.Related(lower.span, ("=",), (lower.sides[1], lower.sides[0]))
        return tree.Big(node.span, node.op, first, lower.sides[2], node.body)
    if isinstance(lower, tree.Related) and lower.relations == ("in",) and (end := _end_of_range(lower.sides[1])) is not None:
        return tree.Big(node.span, node.op, lower.sides[0], end, node.body)
    if isinstance(lower, tree.Juxtaposed) and len(lower.items) == 2 and all(isinstance(i, tree.Name) for i in lower.items):
        lower = tree.Listed(lower.span, ",", lower.items)
    if not isinstance(lower, tree.Listed) or lower.by != ",":
        return None
    start, last = lower.items[0], lower.items[-1]
    if len(lower.items) == 2 and isinstance(last, tree.Related) and last.relations == ("!=",):
        own = _started(start)
        other = next((s for s in last.sides if key(s) != own), None)
        if other is not None and own in map(key, last.sides):
            index = start.sides[0] if isinstance(start, tree.Related) else start
            return tree.Big(node.span, node.op, tree.Related(lower.span, ("!=",), (index, other)), node.upper, node.body)
    return _nested(node, lower.items)


def _nested(node: tree.Big, items: Sequence[tree.Node]) -> tree.Big | None:
    """One operator an item; what the last one starts at, all start at."""
    start: tree.Node | None = None
    found: tree.Big | None = None
    for item in reversed(items):
        index = item
        if isinstance(item, tree.Related) and item.relations == ("=",):
            start = item.sides[1]
        elif start is not None:
            index = tree.Related(item.span, ("=",), (item, start))
        found = tree.Big(node.span, node.op, index, node.upper, node.body if found is None else found)
    return found


def _started(node: tree.Node) -> str | None:
    return key(node.sides[0]) if isinstance(node, tree.Related) and node.relations == ("=",) else key(node)


def _end_of_range(node: tree.Node) -> tree.Node | None:
    r"""The n of ``\{1, …, n\}``, ``[n]`` and ``1, …, n``."""
    if not isinstance(node, tree.Fenced):
        return None
    items = node.body.items if isinstance(node.body, tree.Listed) else (node.body,)
    if node.kind == "bracket" and len(items) == 1:
        return items[0]
    first, last = items[0], items[-1]
    dots = isinstance(items[-2], tree.Sign) and items[-2].name == "ellipsis" if len(items) > 2 else False
    return last if node.kind == "brace" and dots and isinstance(first, tree.Number) and first.digits == "1" else None
