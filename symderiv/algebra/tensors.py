"""Vectors and matrices: what can be done with tensors, each operation with its shapes.

Every function takes and gives `Tensor`s of rank 0 (scalar), 1 (vector, a row where ``row`` is set) or 2 (matrix; derivatives of
matrices have more slots, and are added and scaled only), checks their sizes, and raises `ShapeMismatch` with both sides named where they
do not fit. Nothing is expanded or simplified.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from fractions import Fraction

from symderiv.algebra import terms as t
from symderiv.algebra.terms import (
    Det,
    Entry,
    Index,
    InverseEntry,
    Symbol,
    Tensor,
    Term,
    delta,
    fresh,
    scalar,
    slots_above,
    sum_over,
    tensor,
)
from symderiv.core.size import Size


class ShapeMismatch(Exception):
    """Two things whose sizes do not fit, in words."""


def shape_in_words(x: Tensor) -> str:
    """``a scalar``, ``a vector of length n``, ``a matrix n×k``."""
    if x.rank == 0:
        return "a scalar"
    if x.rank == 1:
        return f"a {'row ' if x.row else ''}vector of length {x.sizes[0]}"
    return ("a matrix " if x.rank == 2 else "an array ") + "×".join(map(str, x.sizes))


def same_shape(a: Tensor, b: Tensor) -> bool:
    """Equal sizes and orientation."""
    return a.sizes == b.sizes and a.row == b.row


@functools.lru_cache(maxsize=1024)
def whole(symbol: Symbol) -> Tensor:
    """A declared symbol with all its slots open."""
    indices = tuple(fresh(s) for s in symbol.sizes)
    return tensor(indices, Entry(symbol, indices))


def number(value: int | Fraction) -> Tensor:
    """A number as a scalar."""
    return scalar(t.num(Fraction(value)))


def tensor_of(value: int | Fraction, sizes: tuple[Size, ...]) -> Tensor:
    """All entries one number."""
    return tensor(tuple(fresh(s) for s in sizes), t.num(Fraction(value)))


def zeros(sizes: tuple[Size, ...], row: bool = False) -> Tensor:
    """All entries zero."""
    return tensor(tuple(fresh(s) for s in sizes), t.ZERO, row)


def ones(size: Size) -> Tensor:
    """The vector of ones."""
    return tensor((fresh(size),), t.ONE)


def identity(size: Size) -> Tensor:
    """The identity matrix."""
    i, j = fresh(size), fresh(size)
    return tensor((i, j), delta(i, j))


def times_identity(a: Tensor) -> Term | None:
    """``c`` where a matrix is built as ``c I``."""
    if a.rank != 2:
        return None
    (i, j), body = a.open()
    factors = body.factors if isinstance(body, t.Mul) else (body,)
    others = tuple(f for f in factors if not (isinstance(f, t.Delta) and {f.left, f.right} == {i, j}))
    if len(others) != len(factors) - 1 or any({i, j} & f.free for f in others):
        return None
    return t.mul(*others)


def entrywise(f: Callable[..., Term], *xs: Tensor) -> Tensor:
    """Apply ``f`` to the entries of tensors of one shape; scalars among them are spread over it."""
    shaped = next((x for x in xs if x.slots), None)
    if shaped is None:
        return scalar(f(*(x.body for x in xs)))
    for x in xs:
        if x.rank and not same_shape(x, shaped):
            raise ShapeMismatch(f"{shape_in_words(shaped)} and {shape_in_words(x)} have no entries in common")
    indices = tuple(fresh(size) for size in shaped.sizes)
    return tensor(indices, f(*(x.at(*indices) if x.rank else x.body for x in xs)), shaped.row)


def _names(sizes: tuple[Size, ...], *xs: Tensor) -> tuple[Index, ...]:
    """Indices in which to write entries of these tensors, innermost first: the names that they will have once they are bound, so that
    nothing is renamed twice; fresh ones where an operand has free indices of its own.
    """
    if any(x.free for x in xs):
        return tuple(map(fresh, sizes))
    return slots_above(max([x.body.height for x in xs]), *sizes)


def names_over(sizes: tuple[Size, ...], *held: Tensor) -> tuple[Index, ...]:
    """Indices for entries that hold tensors whole, as those of an inverse and of a function's value do: chosen as by `_names`."""
    if any(x.free for x in held):
        return tuple(map(fresh, sizes))
    return slots_above(max([x.height for x in held], default=0), *sizes)


def arithmetic(f: Callable[..., Term], *xs: Tensor) -> Tensor:
    """As `entrywise`, for an ``f`` that puts the entries under no binder: sums, products, powers, known functions."""
    shaped = next((x for x in xs if x.slots), None)
    if shaped is None:
        return scalar(f(*[x.body for x in xs]))
    for x in xs:
        if x is not shaped and x.slots and not same_shape(x, shaped):
            raise ShapeMismatch(f"{shape_in_words(shaped)} and {shape_in_words(x)} have no entries in common")
    indices = _names(shaped.sizes, *xs)
    return tensor(indices, f(*[x.at(*indices) if x.slots else x.body for x in xs]), shaped.row)


def plus(a: Tensor, b: Tensor) -> Tensor:
    """The sum of two of one shape."""
    if not same_shape(a, b):
        raise ShapeMismatch(f"{shape_in_words(a)} cannot be added to {shape_in_words(b)}")
    return arithmetic(t.add, a, b)


def minus(a: Tensor, b: Tensor) -> Tensor:
    """The difference of two of one shape."""
    if not same_shape(a, b):
        raise ShapeMismatch(f"{shape_in_words(b)} cannot be taken from {shape_in_words(a)}")
    return arithmetic(t.sub, a, b)


def negative(a: Tensor) -> Tensor:
    """The negative."""
    return arithmetic(t.neg, a)


def scaled(factor: Tensor, a: Tensor) -> Tensor:
    """A scalar times a tensor."""
    return arithmetic(t.mul, factor, a)


def hadamard(a: Tensor, b: Tensor) -> Tensor:
    """The entrywise product of two of one shape."""
    if not same_shape(a, b):
        raise ShapeMismatch(f"{shape_in_words(a)} and {shape_in_words(b)} have no entrywise product")
    return arithmetic(t.mul, a, b)


def product(a: Tensor, b: Tensor) -> Tensor:
    """The matrix product, with vectors as columns or rows; a scalar on either side scales.

    A row times a column is a scalar, a column times a row a matrix.
    """
    if not a.rank or not b.rank:
        return scaled(a, b) if not a.rank else scaled(b, a)
    if a.rank > 2 or b.rank > 2:
        raise ShapeMismatch(f"{shape_in_words(a)} cannot multiply {shape_in_words(b)}")
    if a.rank == 1 and not a.row:
        if b.rank == 1 and b.row:
            i, j = _names((a.sizes[0], b.sizes[0]), a, b)
            return tensor((i, j), t.mul(a.at(i), b.at(j)))
        raise ShapeMismatch(f"{shape_in_words(a)} cannot multiply {shape_in_words(b)}")
    if b.rank == 1 and b.row:
        raise ShapeMismatch(f"{shape_in_words(a)} cannot multiply {shape_in_words(b)}")
    if a.sizes[-1] != b.sizes[0]:
        raise ShapeMismatch(f"{shape_in_words(a)} cannot multiply {shape_in_words(b)}")
    k, *outer = _names((a.sizes[-1], *a.sizes[:-1], *b.sizes[1:]), a, b)
    left, right = outer[: a.rank - 1], outer[a.rank - 1 :]
    body = sum_over((k,), t.mul(a.at(*left, k), b.at(k, *right)))
    return tensor(outer, body, row=a.rank == 1 and b.rank == 2)


def transpose(a: Tensor) -> Tensor:
    """Rows for columns."""
    if a.rank == 2:
        j, i = _names(a.sizes[::-1], a)
        return tensor((j, i), a.at(i, j))
    if a.rank > 2:
        raise ShapeMismatch(f"{shape_in_words(a)} has no transpose")
    return Tensor(a.slots, a.body, not a.row) if a.rank else a


def diag(a: Tensor) -> Tensor:
    """The diagonal matrix of a vector; the diagonal of a square matrix."""
    if a.rank == 2:
        (i,) = _names((square(a),), a)
        return tensor((i,), a.at(i, i))
    if a.rank != 1:
        raise ShapeMismatch(f"diag wants a vector, not {shape_in_words(a)}")
    i, j = _names((a.sizes[0], a.sizes[0]), a)
    return tensor((i, j), t.mul(delta(i, j), a.at(i)))


def square(a: Tensor) -> Size:
    """The size of a square matrix."""
    if a.rank != 2 or a.sizes[0] != a.sizes[1]:
        raise ShapeMismatch(f"a square matrix is wanted, not {shape_in_words(a)}")
    return a.sizes[0]


def trace(a: Tensor) -> Tensor:
    """The trace of a square matrix."""
    if a.rank == 0:
        return a
    (i,) = _names((square(a),), a)
    return scalar(sum_over((i,), a.at(i, i)))


def det(a: Tensor) -> Tensor:
    """The determinant of a square matrix."""
    if a.rank == 0:
        return a
    square(a)
    return scalar(Det(a))


def inverse(a: Tensor) -> Tensor:
    """The inverse of a square matrix, or the reciprocal of a scalar."""
    if a.rank == 0:
        return scalar(t.power(a.body, t.MINUS_ONE))
    n = square(a)
    i, j = names_over((n, n), a)
    return tensor((i, j), InverseEntry(a, (i, j)))


def total(a: Tensor) -> Tensor:
    """The sum of all entries."""
    indices = _names(a.sizes, a)
    return scalar(sum_over(indices, a.at(*indices)))


def product_of_entries(a: Tensor) -> Tensor:
    """The product of all entries of a vector."""
    (i,) = _names(a.sizes, a)
    return scalar(t.prod_over(i, a.at(i)))


def inner(a: Tensor, b: Tensor) -> Tensor:
    """The inner product of two vectors, rows or columns."""
    if a.rank != 1 or b.rank != 1 or a.sizes != b.sizes:
        raise ShapeMismatch(f"{shape_in_words(a)} and {shape_in_words(b)} have no inner product")
    (i,) = _names(a.sizes, a, b)
    return scalar(sum_over((i,), t.mul(a.at(i), b.at(i))))
