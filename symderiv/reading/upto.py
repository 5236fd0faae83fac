r"""A term that is only said not to depend on the variable: the end of ``\log q(z) = … + \text{const}``."""

from __future__ import annotations

from dataclasses import replace

from symderiv.reading import tree
from symderiv.reading.characters import CONSTANT_WORDS


def without_constant(node: tree.Node) -> tree.Node | None:
    r"""``a`` of ``a + \text{const}``; None where no such term stands there."""
    if not isinstance(node, tree.Sum):
        return None
    kept = [(s, x) for s, x in zip(node.signs, node.terms, strict=True) if not _is_constant(x)]
    if not kept or len(kept) == len(node.terms):
        return None
    if len(kept) == 1 and kept[0][0] == "+":
        return kept[0][1]
    return replace(node, signs=tuple(s for s, _ in kept), terms=tuple(x for _, x in kept))


def _is_constant(node: tree.Node) -> bool:
    return isinstance(node, tree.Name) and node.style == "upright" and node.text in CONSTANT_WORDS
