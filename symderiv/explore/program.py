"""A model's statements as a program: each name with the names that stand in its definition."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from symderiv.core.text import Source
from symderiv.reading import tree
from symderiv.reading.tree import children
from symderiv.reading.given import statement_spans
from symderiv.reading.parse import parse
from symderiv.reading.scope import key


def edges_of(source: Source, known: Collection[str]) -> dict[str, tuple[str, ...]]:
    r"""Names in the order of their statements, each with what it is made of; none for what is only declared, or only random.

    >>> from symderiv.core.text import Source
    >>> given = Source(r'''
    ... x, s \in \mathbb{R}^{n}
    ... u = \exp(s) \circ x
    ... y = u + x
    ... ''', "given")
    >>> edges_of(given, {"x", "s", "u", "y"})
    {'s': (), 'x': (), 'u': ('s', 'x'), 'y': ('u', 'x')}
    """
    made: dict[str, tuple[str, ...]] = {}
    for span in statement_spans(source):
        statement = parse(source, span=span)
        if not isinstance(statement, tree.Related) or statement.relations[0] not in {"=", ":=", "~"}:
            continue
        left, right = statement.sides[0], statement.sides[1]
        name = next((n for n in _keys(left) if n in known), None)
        if name is not None:
            made[name] = tuple(sorted({n for n in _keys(right) if n in known and n != name}))
    used = sorted({n for inside in made.values() for n in inside} - made.keys())
    return {**dict.fromkeys(used, ()), **made}


def _keys(node: tree.Node) -> Iterator[str]:
    """Names in a node, the longest that are declared first: ``x_1`` and not ``x``."""
    name = key(node)
    if name is not None:
        yield name
        return
    for child in children(node):
        yield from _keys(child)
