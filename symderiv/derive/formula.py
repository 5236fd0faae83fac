"""Values as formulas: tensors, block matrices, equations and chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import ONE, Tensor, tensor
from symderiv.algebra.tidy import tidy_tensor
from symderiv.reading.values import AnyIdentity, AnyOnes, Blocks, TensorList, Unread, Value
from symderiv.writing.notation import Grid, Letter, Notation, Row, Script, Symbol, Words, row
from symderiv.writing.tensors import notation, scaled


def shown(v: Value) -> Notation:
    """A value as it would be written."""
    if isinstance(v, Tensor):
        return notation(_with_slots(v) if v.free else v)
    if isinstance(v, Blocks):
        return Grid(tuple(tuple(shown(c) for c in r) for r in v.rows))
    if isinstance(v, AnyIdentity):
        return _times(v.factor, Letter("I"))
    if isinstance(v, AnyOnes):
        ones: Notation = Letter("1", "bold")
        return _times(v.factor, Script(ones, None, Symbol("transpose")) if v.row else ones)
    if isinstance(v, Unread):
        return Words("?")
    return Row(tuple(shown(c) for c in v.items))


def _times(factor: Tensor, right: Notation) -> Notation:
    """A scalar before an identity or ones; index letters in it that nothing binds stay as they are."""
    return right if factor.body == ONE else scaled(factor.body, right)


def _with_slots(v: Tensor) -> Tensor:
    """An entry in index letters that nothing binds, as the vector or matrix of all entries."""
    indices, body = v.open()
    return tensor((*sorted(v.free, key=lambda i: i.number), *indices), body)


@dataclass(frozen=True, slots=True)
class Equation:
    """``left = right`` as typed values, set only when somebody looks; either side may be notation where it is only a name.

    ``collect``: put both sides into normal form and together again before they are set.
    """

    left: Value | Notation
    right: Value | Notation
    collect: bool = False


#: What steps and results are made of.
Formula = Equation | Notation


def equation(left: Value | Notation, right: Value | Notation) -> Equation:
    """``left = right``."""
    return Equation(left, right)


def written(f: Formula) -> Notation:
    """A step's formula as notation."""
    if not isinstance(f, Equation):
        return f
    left, right = (closed(x) if f.collect and isinstance(x, Tensor) else x for x in (f.left, f.right))
    return row(_notation(left), Symbol("equals"), _notation(right))


def chain(left: Notation, sides: Sequence[Value | Notation]) -> Notation:
    """``left = a = b``, one side a row."""
    rights = [_notation(s) for s in sides]
    rows = [(left if not k else Row(()), row(Symbol("equals"), right)) for k, right in enumerate(rights)]
    return Grid(tuple(rows), "aligned")


def _notation(v: Value | Notation) -> Notation:
    return shown(v) if isinstance(v, (Tensor, Blocks, AnyIdentity, AnyOnes, TensorList, Unread)) else v


def closed(x: Tensor, normal: Normal | None = None) -> Tensor:
    """A tensor in normal form, put together again for people."""
    return tidy_tensor((normal or Normal()).tensor(x))
