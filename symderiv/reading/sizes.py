"""How far things run: sizes as they are written, subscripts, and index letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Index, fresh
from symderiv.core.size import Size
from symderiv.reading import tree
from symderiv.reading.scope import key


@dataclass(slots=True)
class Running:
    """A bound or free index letter: its index is made at its first use, when it is known how far it runs.

    ``before``: how many numbers come before the first one it takes, where it does not start at 1.
    """

    name: str
    index: Index | None = None
    before: Size | None = None

    def at(self, size: Size) -> Index:
        """The index, which runs over entries of something of this size."""
        if self.index is None:
            self.index = fresh(size)
        if self.index.size != size:
            raise ShapeMismatch(f"the index {self.name} runs to {self.index.size}, but here are {size} entries")
        return self.index


def subscript_pieces(node: tree.Node) -> tuple[tree.Node, ...]:
    """The parts of a subscript: ``2,i`` has two, ``ij`` has two, ``k,ij`` has three."""
    if isinstance(node, tree.Listed):
        return tuple(p for i in node.items for p in (i.items if _letters(i) else (i,)))
    if isinstance(node, tree.Juxtaposed):
        return tuple(node.items)
    if isinstance(node, tree.Fenced) and node.kind in ("group", "paren"):
        return subscript_pieces(node.body)
    return (node,)


def _letters(node: tree.Node) -> TypeGuard[tree.Juxtaposed]:
    """Index letters side by side, no size and no word."""
    return isinstance(node, tree.Juxtaposed) and all(isinstance(i, tree.Name) and len(i.text) == 1 for i in node.items)


def shape_of(node: tree.Node) -> tuple[Size, ...]:
    """A size or two of them, as they stand below an identity, a zero or ones: ``n``, ``n \\times m``, ``n, m``. ValueError where it is none."""
    if isinstance(node, tree.Fenced) and node.kind in ("paren", "group"):
        return shape_of(node.body)
    if (isinstance(node, tree.Product) and node.ops == ("times",)) or (isinstance(node, tree.Listed) and len(node.items) == 2):
        return tuple(size_of(i) for i in node.items)
    return (size_of(node),)


def size_of(node: tree.Node) -> Size:
    """A size: ``n``, ``d/2``, ``2n``, ``D - d``, ``3``. ValueError where it is none."""
    match node:
        case tree.Number() if node.digits.isdigit() and len(node.digits) < 7:
            return Size.of(int(node.digits))
        case tree.Name():
            return Size.of(node.text)
        case tree.Scripted() if key(node) is not None:
            return Size.of(key(node) or "")
        case tree.Sum():
            total = Size.of(0)
            for sign, term in zip(node.signs, node.terms, strict=True):
                total = total + size_of(term) if sign == "+" else total - size_of(term)
            return total
        case tree.Juxtaposed() | tree.Product():
            total = Size.of(1)
            ops = ("times",) + (node.ops if isinstance(node, tree.Product) else ("times",) * (len(node.items) - 1))
            for op, item in zip(ops, node.items, strict=True):
                size = size_of(item)
                if op == "slash":
                    if not size.number:
                        raise ValueError(str(size))
                    total = total.times(Fraction(1, size.number))
                elif op in ("times", "cdot"):
                    total = total * size
                else:
                    raise ValueError(op)
            return total
        case tree.Fraction():
            below = size_of(node.below).number
            if not below:
                raise ValueError("a size over something that is no number")
            return size_of(node.above).times(Fraction(1, below))
        case tree.Fenced() if node.kind in ("paren", "group"):
            return size_of(node.body)
    raise ValueError("no size")


def shifted(node: tree.Node, indices: Mapping[str, Running]) -> str | None:
    r"""The j of ``j - d`` below a sum that starts at ``j = d + 1``."""
    name = key(node.terms[0]) if isinstance(node, tree.Sum) and node.signs == ("+", "-") else None
    if name is None or name not in indices or not isinstance(node, tree.Sum):
        return None
    try:
        return name if indices[name].before == size_of(node.terms[1]) else None
    except ValueError:
        return None
