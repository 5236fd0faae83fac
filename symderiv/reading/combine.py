"""Arithmetic on meanings: sums, products, quotients and powers of tensors, blocks and identities of any size.

Each function returns a reading (what was assumed is in its notes) or raises `ShapeMismatch` with both shapes in words. One rule
a place: a vector over a vector is entrywise; a scalar added to a vector is added to every entry; two vectors side by side are multiplied
entrywise only as a last resort.
"""

from __future__ import annotations

from collections.abc import Callable

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.tensors import ShapeMismatch, shape_in_words
from symderiv.algebra.terms import Tensor
from symderiv.core.size import Size
from symderiv.core.text import Span
from symderiv.reading.values import AnyIdentity, AnyOnes, Blocks, Note, Reading, TensorList, Unread, Value


def in_words(v: Value) -> str:
    """A value's shape, for messages."""
    if isinstance(v, Tensor):
        return shape_in_words(v)
    if isinstance(v, Blocks):
        return "a vector of blocks" if v.column else f"a matrix of {len(v.rows)}×{len(v.rows[0])} blocks"
    if isinstance(v, Unread):
        return "something that could not be read"
    if isinstance(v, AnyOnes):
        return "a vector of ones"
    return "an identity matrix" if isinstance(v, AnyIdentity) else f"a list of {len(v.items)}"


def is_zero(v: Value) -> bool:
    """The number 0, which may stand for a zero of any shape."""
    return isinstance(v, Tensor) and not v.rank and v.body == t.ZERO


def negative(v: Value) -> Value:
    """The negative of any value."""
    if isinstance(v, Tensor):
        return T.negative(v)
    if isinstance(v, Blocks):
        return Blocks(tuple(tuple(negative(c) for c in r) for r in v.rows), v.column)
    if isinstance(v, AnyIdentity):
        return AnyIdentity(T.negative(v.factor))
    if isinstance(v, AnyOnes):
        return AnyOnes(T.negative(v.factor), v.row)
    return TensorList(tuple(negative(c) for c in v.items)) if isinstance(v, TensorList) else v


def plus(a: Value, b: Value, span: Span) -> Reading[Value]:
    """A sum."""
    a, b = _ones_like(a, b)
    if is_zero(a):
        return Reading(b)
    if is_zero(b):
        return Reading(a)
    if isinstance(a, AnyIdentity) and isinstance(b, AnyIdentity):
        return Reading(AnyIdentity(T.plus(a.factor, b.factor)))
    if isinstance(a, AnyIdentity) and isinstance(b, Tensor):
        return Reading(T.plus(identity(a, T.square(b)), b))
    if isinstance(b, AnyIdentity) and isinstance(a, Tensor):
        return Reading(T.plus(a, identity(b, T.square(a))))
    if isinstance(a, Blocks) and isinstance(b, Blocks):
        return blockwise(lambda x, y: plus(x, y, span), a, b)
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if {a.rank, b.rank} == {0, 1}:
            note = Note("broadcast", "a scalar is added to every entry of a vector", span)
            return Reading(T.arithmetic(t.add, a, b)).with_note(note)
        return Reading(T.plus(a, b))
    raise ShapeMismatch(f"{in_words(a)} cannot be added to {in_words(b)}")


def ones(v: AnyOnes, size: Size) -> Tensor:
    """Ones of a known length."""
    vector = T.scaled(v.factor, T.ones(size))
    return T.transpose(vector) if v.row else vector


def _ones_like(a: Value, b: Value) -> tuple[Value, Value]:
    """Ones beside a vector of their own shape have its length."""
    if isinstance(a, AnyOnes) and isinstance(b, Tensor) and b.rank == 1 and a.row == b.row:
        return ones(a, b.sizes[0]), b
    if isinstance(b, AnyOnes) and isinstance(a, Tensor) and a.rank == 1 and a.row == b.row:
        return a, ones(b, a.sizes[0])
    return a, b


def _ones_beside(a: Value, b: Value) -> tuple[Value, Value]:
    """Ones in a matrix product have the length that their neighbour wants."""
    if isinstance(a, AnyOnes) and isinstance(b, Tensor) and ((a.row and b.rank and not b.row) or (not a.row and b.row)):
        return ones(a, b.sizes[0]), b  # beside a row they make a square matrix, the only size that is said
    if isinstance(b, AnyOnes) and isinstance(a, Tensor) and b.row and a.rank == 1 and not a.row:
        return a, ones(b, a.sizes[0])
    if isinstance(b, AnyOnes) and isinstance(a, Tensor) and (a.rank == 2 or (a.rank == 1 and a.row)):
        return a, (b if b.row else ones(b, a.sizes[-1]))
    return a, b


def identity(v: AnyIdentity, size: Size) -> Tensor:
    """An identity of a known size."""
    return T.scaled(v.factor, T.identity(size))


def blockwise(f: Callable[[Value, Value], Reading[Value]], a: Blocks, b: Blocks) -> Reading[Value]:
    """An operation block by block."""
    if (len(a.rows), len(a.rows[0])) != (len(b.rows), len(b.rows[0])):
        raise ShapeMismatch(f"{in_words(a)} and {in_words(b)} do not match block by block")
    cells = [[f(x, y) for x, y in zip(r, s, strict=True)] for r, s in zip(a.rows, b.rows, strict=True)]
    notes = tuple(n for r in cells for c in r for n in c.notes)
    rows = tuple(tuple(c.value for c in r) for r in cells)
    return Reading(Blocks(rows, a.column), max(c.cost for r in cells for c in r), notes)


def mapped(f: Callable[[Value], Reading[Value]], a: Blocks) -> Reading[Value]:
    """An operation on every block."""
    cells = [[f(x) for x in r] for r in a.rows]
    notes = tuple(n for r in cells for c in r for n in c.notes)
    rows = tuple(tuple(c.value for c in r) for r in cells)
    return Reading(Blocks(rows, a.column), max(c.cost for r in cells for c in r), notes)


def product(a: Value, b: Value, span: Span) -> Reading[Value]:
    """Two things side by side."""
    a, b = _ones_beside(a, b)
    if isinstance(a, AnyOnes) != isinstance(b, AnyOnes):
        scaled, factor = (a, b) if isinstance(a, AnyOnes) else (b, a)
        if isinstance(scaled, AnyOnes) and isinstance(factor, Tensor) and not factor.rank:
            return Reading(AnyOnes(T.product(scaled.factor, factor), scaled.row))
    if isinstance(a, AnyIdentity) or isinstance(b, AnyIdentity):
        return Reading(_identity_product(a, b))
    if isinstance(a, Blocks) and isinstance(b, Blocks):
        return _block_product(a, b, span)
    if isinstance(a, Blocks) and isinstance(b, Tensor) and not b.rank:
        return mapped(lambda x: product(x, b, span), a)
    if isinstance(b, Blocks) and isinstance(a, Tensor) and not a.rank:
        return mapped(lambda x: product(a, x, span), b)
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.rank == b.rank == 1 and not a.row and not b.row and a.sizes == b.sizes:
            note = Note("entrywise juxtaposition", "two vectors side by side are multiplied entry by entry", span, "stretched")
            return Reading(T.hadamard(a, b)).with_note(note)
        return Reading(T.product(a, b))
    raise ShapeMismatch(f"{in_words(a)} cannot multiply {in_words(b)}")


def _identity_product(a: Value, b: Value) -> Value:
    if isinstance(a, AnyIdentity) and isinstance(b, AnyIdentity):
        return AnyIdentity(T.scaled(a.factor, b.factor))
    factor, other = (a.factor, b) if isinstance(a, AnyIdentity) else (b.factor, a)  # type: ignore[union-attr]
    if isinstance(other, Tensor):
        return AnyIdentity(T.scaled(factor, other)) if not other.rank else T.scaled(factor, other)
    raise ShapeMismatch(f"an identity matrix cannot multiply {in_words(other)} here")


def _block_product(a: Blocks, b: Blocks, span: Span) -> Reading[Value]:
    if len(a.rows[0]) != len(b.rows):
        raise ShapeMismatch(f"{in_words(a)} cannot multiply {in_words(b)}")
    rows, notes, cost = [], [], 0
    for r in a.rows:
        cells = []
        for j in range(len(b.rows[0])):
            total: Reading[Value] = Reading(T.number(0))
            for k, left in enumerate(r):
                right = b.rows[k][j]
                if is_zero(left) or is_zero(right):
                    continue
                term = product(left, right, span)
                total = plus(total.value, term.value, span)
                notes += [*term.notes, *total.notes]
                cost = max(cost, term.cost, total.cost)
            cells.append(total.value)
        rows.append(tuple(cells))
    return Reading(Blocks(tuple(rows), b.column), cost, tuple(notes))


def outer(a: Value, b: Value, span: Span) -> Reading[Value]:
    r"""``u \otimes v``: the matrix ``u v^\top`` of two vectors. The Kronecker product of matrices is not read."""
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        raise ShapeMismatch(f"{in_words(a)} and {in_words(b)} have no outer product here")
    if not a.rank or not b.rank:
        return product(a, b, span)
    if a.rank != 1 or b.rank != 1:
        raise ShapeMismatch("the product ⊗ is read between two vectors, where it is their outer product")
    return Reading(T.product(T.transpose(a) if a.row else a, b if b.row else T.transpose(b)))


def hadamard(a: Value, b: Value, span: Span) -> Reading[Value]:
    r"""``∘`` or ``⊙``: entry by entry."""
    a, b = _ones_like(a, b)
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if not a.rank or not b.rank:
            return Reading(T.product(a, b))
        return Reading(T.hadamard(a, b))
    if isinstance(a, Blocks) and isinstance(b, Blocks):
        return blockwise(lambda x, y: hadamard(x, y, span), a, b)
    raise ShapeMismatch(f"{in_words(a)} and {in_words(b)} have no entrywise product")


def dot(a: Value, b: Value, span: Span) -> Reading[Value]:
    r"""``\cdot`` and ``*``: a product; between two vectors the inner product."""
    if isinstance(a, Tensor) and isinstance(b, Tensor) and a.rank == b.rank == 1 and not a.row and not b.row:
        return Reading(T.inner(a, b)).with_note(Note("inner product", "a dot between vectors is their inner product", span))
    return product(a, b, span)


def entrywise_dot(a: Value, b: Value, span: Span) -> Reading[Value]:
    r"""``\cdot`` and ``*`` between two vectors, taken entry by entry."""
    if isinstance(a, Tensor) and isinstance(b, Tensor) and a.rank == b.rank == 1:
        return Reading(T.hadamard(a, b)).with_note(Note("entrywise dot", "a dot between vectors is entrywise", span))
    raise ShapeMismatch(f"{in_words(a)} and {in_words(b)} have no entrywise product")


def quotient(a: Value, b: Value, span: Span) -> Reading[Value]:
    """A fraction."""
    a, b = _ones_like(a, b)
    if isinstance(a, AnyOnes) and isinstance(b, Tensor) and not b.rank:
        return Reading(AnyOnes(T.product(a.factor, T.inverse(b)), a.row))
    if isinstance(b, Tensor) and not b.rank:
        inverse = T.inverse(b)
        return product(inverse, a, span)
    if isinstance(a, Tensor) and isinstance(b, Tensor) and b.rank == 1 and a.rank <= 1:
        note = Note("entrywise quotient", "a fraction of vectors is taken entry by entry", span)
        return Reading(T.arithmetic(t.divide, a, b)).with_note(note)
    if isinstance(b, Tensor) and b.rank == 2:
        raise ShapeMismatch(f"one cannot divide by {in_words(b)}; its inverse is written M^{{-1}}")
    raise ShapeMismatch(f"{in_words(a)} cannot be divided by {in_words(b)}")


def power(base: Value, exponent: Tensor, span: Span) -> Reading[Value]:
    """A power with a scalar exponent."""
    value = exponent.body.value if isinstance(exponent.body, t.Num) else None
    if isinstance(base, AnyIdentity) and value is not None and value.denominator == 1:
        return Reading(AnyIdentity(t.scalar(t.power(base.factor.body, exponent.body))))
    if isinstance(base, Blocks) and not base.column and value == -1:
        from symderiv.reading.blocks import block_inverse

        return Reading(block_inverse(base))
    if not isinstance(base, Tensor) or exponent.rank:
        raise ShapeMismatch(f"{in_words(base)} cannot be raised to {in_words(exponent)}")
    if not base.rank:
        return Reading(t.scalar(t.power(base.body, exponent.body)))
    if base.rank == 1:
        note = Note("entrywise power", "a power of a vector is taken entry by entry", span)
        return Reading(T.arithmetic(t.power, base, exponent)).with_note(note)
    T.square(base)
    if value is not None and value.denominator == 1 and 1 <= abs(value) <= 8:
        factor = T.inverse(base) if value < 0 else base
        total = factor
        for _ in range(abs(int(value)) - 1):
            total = T.product(total, factor)
        return Reading(total)
    raise ShapeMismatch("a matrix has whole powers only, and none above 8")


#: What a reading costs that saves every convention of the one it stands beside, and is to be taken only where that fits nowhere.
_LAST_RESORT = 6


def squared_norm(r: Reading[Value], span: Span) -> list[Reading[Value]]:
    r"""``\mu^2`` as ``\mu^\top \mu``, for where a vector of squares would not fit."""
    v = r.value
    if not isinstance(v, Tensor) or v.rank != 1:
        return []
    note = Note("square of a vector", "the square of a vector is taken as its squared norm", span, "stretched")
    value = T.total(T.arithmetic(lambda u: t.mul(u, u), v))
    return [Reading(value, r.cost + _LAST_RESORT, (*r.notes, note))]


def transposed(v: Value) -> Value:
    """Rows for columns."""
    if isinstance(v, Tensor):
        return T.transpose(v)
    if isinstance(v, Blocks):
        return Blocks(tuple(tuple(transposed(r[k]) for r in v.rows) for k in range(len(v.rows[0]))), column=len(v.rows) == 1)
    return AnyOnes(v.factor, not v.row) if isinstance(v, AnyOnes) else v


def diagonal(v: Value) -> Reading[Value]:
    """The diagonal matrix of a vector; of entries that are all alike a multiple of the identity, of a matrix its diagonal."""
    if isinstance(v, AnyOnes):
        return Reading(AnyIdentity(v.factor))
    if not isinstance(v, Tensor):
        raise ShapeMismatch(f"diag wants a vector, not {in_words(v)}")
    return Reading(T.diag(v))


def applied(name: str, v: Value, span: Span) -> Reading[Value]:
    """A known function of a scalar, or of every entry of a vector."""
    if isinstance(v, Tensor) and v.rank <= 1:
        result: Reading[Value] = Reading(T.arithmetic(lambda u: t.apply(name, u), v))
        if v.rank and name != "exp":
            return result.with_note(Note("entrywise function", f"{name} of a vector is taken entry by entry", span))
        return result
    raise ShapeMismatch(f"{name} wants a scalar or a vector, not {in_words(v)}")


def fitted(v: Value, like: Tensor, span: Span) -> Reading[Tensor]:
    """A value in the shape of another: zeros and identities take its size, a row may stand for a column."""
    if isinstance(v, AnyIdentity) and like.rank == 2:
        return Reading(identity(v, T.square(like)))
    v, _ = _ones_like(v, like)
    if is_zero(v) and like.rank:
        return Reading(T.zeros(like.sizes, like.row))
    if isinstance(v, Tensor):
        if T.same_shape(v, like):
            return Reading(v)
        if v.rank == like.rank == 1 and v.sizes == like.sizes:
            note = Note("row for column", "a row is taken for the column with its entries", span)
            return Reading(T.transpose(v)).with_note(note)
    raise ShapeMismatch(f"{in_words(v)} stands where {in_words(like)} belongs")
