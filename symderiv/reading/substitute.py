"""Symbols replaced in any value."""

from __future__ import annotations

from collections.abc import Mapping

from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.reading.values import AnyIdentity, AnyOnes, Blocks, TensorList, Value


def substituted(v: Value, values: Mapping[Symbol, Tensor]) -> Value:
    """The value with symbols replaced."""
    if isinstance(v, Tensor):
        return substitute_tensor(v, values)
    if isinstance(v, Blocks):
        return Blocks(tuple(tuple(substituted(c, values) for c in r) for r in v.rows), v.column)
    if isinstance(v, AnyIdentity):
        return AnyIdentity(substitute_tensor(v.factor, values))
    if isinstance(v, AnyOnes):
        return AnyOnes(substitute_tensor(v.factor, values), v.row)
    return TensorList(tuple(substituted(c, values) for c in v.items)) if isinstance(v, TensorList) else v
