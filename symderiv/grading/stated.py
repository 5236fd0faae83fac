"""``-\\mathcal{L} = X``: a name of the answer's own for what is asked, with a number before it."""

from __future__ import annotations

from fractions import Fraction

from symderiv.algebra.tensors import number
from symderiv.grading.chains import CheckedChain, plain_name
from symderiv.reading import tree
from symderiv.reading.combine import product
from symderiv.reading.values import Reading, Value


def multiple_named(chain: CheckedChain, target: Reading[Value]) -> Reading[Value] | None:
    """The multiple of the key that the end of a chain is, if its name stands for the key; None where no number stands before a name."""
    node = chain.sides[0].side.node
    factor, named = _multiple(node)
    if factor == 1 or not chain.labels or plain_name(named) is None:
        return None
    return product(number(factor), target.value, node.span)


def _multiple(node: tree.Node) -> tuple[Fraction, tree.Node]:
    """The number before something, and the rest: -1 and ``D`` of ``-D``, 2 and ``D`` of ``2 D``."""
    if isinstance(node, tree.Sum) and len(node.terms) == 1:
        factor, rest = _multiple(node.terms[0])
        return (-factor if node.signs == ("-",) else factor), rest
    if isinstance(node, tree.Juxtaposed) and isinstance(node.items[0], tree.Number):
        items = node.items[1:]
        return Fraction(node.items[0].digits), items[0] if len(items) == 1 else tree.Juxtaposed(node.span, items)
    return Fraction(1), node
