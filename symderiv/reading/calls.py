r"""What a head and its arguments are made of: its name, the brackets behind it, the scripts on them, the arguments read.

Known functions (`known`), declared ones (`declared`) and all other heads (`heads`, `probability`, `derivatives`) build on these.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra import terms as t
from symderiv.algebra.terms import Tensor
from symderiv.reading import tree
from symderiv.reading.meaning import Reader
from symderiv.reading.sizes import subscript_pieces
from symderiv.reading.values import Readings
from symderiv.reading.scope import key, subscript
from symderiv.reading.values import Blocks, Reading


def head_of(node: tree.Node) -> tree.Name | None:
    """The name a thing starts with, below its scripts."""
    while isinstance(node, tree.Scripted):
        node = node.base
    return node if isinstance(node, tree.Name) else None


def brackets(items: Sequence[tree.Node], k: int) -> tree.Fenced | None:
    """The bracketed arguments at a place, below its scripts."""
    if k >= len(items):
        return None
    node = items[k]
    if isinstance(node, tree.Scripted):
        node = node.base
    return node if isinstance(node, tree.Fenced) and node.kind in ("paren", "bracket", "brace") else None


def finished(reader: Reader, values: Readings, behind: tree.Node) -> Readings:
    """The scripts on the closing bracket of a call belong to its value: ``G(x)_i``, ``\\exp(s)^2``."""
    if not isinstance(behind, tree.Scripted):
        return values
    if behind.sub is not None:
        values = reader.component(values, subscript_pieces(behind.sub), behind.span)
    if behind.sup is not None:
        values = reader.raised(values, behind.sup, behind.span)
    return values


def argument_lists(reader: Reader, inside: tree.Fenced) -> list[list[Tensor]]:
    """The meanings of a call's arguments, one list a meaning."""
    nodes = inside.body.items if isinstance(inside.body, tree.Listed) else (inside.body,)
    found = reader.each(
        lambda *vs: Reading(Blocks(tuple((v,) for v in vs), column=True)), inside.span, *(reader.read(n) for n in nodes)
    )
    out = []
    for r in found:
        assert isinstance(r.value, Blocks)
        row = [c for (c,) in r.value.rows]
        if all(isinstance(c, Tensor) for c in row):
            out.append([c for c in row if isinstance(c, Tensor)])
        else:
            flat = [c for x in row for c in (([y for (y,) in x.rows]) if isinstance(x, Blocks) and x.column else [x])]
            out.append([c for c in flat if isinstance(c, Tensor)])
    return out


def call_key(head: tree.Node, inside: tree.Fenced) -> str | None:
    """``F(q)`` as one name, for definitions that are used as they were written."""
    name, argument = key(head), _plain(inside.body)
    return None if name is None or argument is None else f"{name}({argument})"


def _plain(node: tree.Node) -> str | None:
    if isinstance(node, tree.Listed):
        parts = [_plain(i) for i in node.items]
        return None if None in parts else ",".join(p or "" for p in parts)
    if isinstance(node, tree.Juxtaposed) and len(node.items) == 2 and isinstance(node.items[1], tree.Fenced):
        return call_key(node.items[0], node.items[1])
    if isinstance(node, tree.Given):
        left, right = _plain(node.left), _plain(node.right)
        return None if left is None or right is None else f"{left}|{right}"
    return subscript(node)


def symbols_in(term: t.Term | Tensor) -> set[t.Symbol]:
    """The symbols that a term is made of."""
    if isinstance(term, Tensor):
        return symbols_in(term.body)
    if isinstance(term, t.Entry):
        return {term.symbol}
    parts = (p for v in term.values for p in (v if type(v) is tuple else (v,)))
    return set().union(*(symbols_in(p) for p in parts if isinstance(p, (t.Term, Tensor))), set())
