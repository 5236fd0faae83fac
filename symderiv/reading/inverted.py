r"""Derivatives of a map's inverse: ``\frac{\partial x}{\partial y}`` where y is defined by x.

By the theorem of the inverse function it is ``(\partial y/\partial x)^{-1}`` at the same point. Only all of the outputs by all of the inputs are
a map with an inverse: a block of it, ``\partial x_1/\partial y_2``, is no inverse of a block.
"""

from __future__ import annotations

from symderiv.algebra import tensors as T
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.blocks import block_inverse
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import Scope, key
from symderiv.reading.values import Blocks, Reading, Readings, Value


def is_of_inverse(scope: Scope, above: str | None, below: str | None) -> bool:
    """Whether a derivative of ``above`` by ``below`` goes from what is defined back to what it is defined by."""
    inputs = scope.blocks.get(above or "", (above,))
    outputs = scope.blocks.get(below or "", (below,))
    parts = {name for block in scope.blocks.values() for name in block}
    if parts.intersection((above, below)):
        return False
    return all(n in scope.symbols for n in inputs) and all(n in scope.definitions and n not in scope.symbols for n in outputs)


def of_inverse(reader: Reader, above: tree.Node, below: tree.Node, span: Span) -> Readings | None:
    """The derivative of a map's inverse; None where the derivative is none of that kind, or the map has no evident inverse."""
    from symderiv.reading import derivatives

    if not is_of_inverse(reader.scope, key(above), key(below)):
        return None
    forward = derivatives.of(reader, reader.read(below), above, span)
    return reader.each(_inverted, span, forward)


def _inverted(v: Value) -> Reading[Value]:
    if isinstance(v, Blocks):
        return Reading(block_inverse(v))
    if not isinstance(v, Tensor):
        raise ShapeMismatch("this has no inverse")
    return Reading(T.inverse(v))
