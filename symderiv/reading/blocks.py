"""Blocks of a formula as tensors of known sizes: zeros and identities get theirs from their row and column."""

from __future__ import annotations

from symderiv.algebra import tensors as T
from symderiv.algebra.blocks import determinant
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor, scalar
from symderiv.core.size import ONE, Size
from symderiv.reading.combine import identity, is_zero
from symderiv.reading.values import AnyIdentity, Blocks, Value


def block_det(v: Blocks) -> Tensor:
    """The determinant of a matrix of blocks that is triangular by blocks."""
    rows = sized(v)
    found = determinant(rows)
    if found is None:
        raise ShapeMismatch("the determinant of blocks is read only where they are triangular")
    return scalar(found[0])


def sized(v: Blocks) -> tuple[tuple[Tensor, ...], ...]:
    """Every block as a matrix (or a scalar) of the size that its row and column have."""
    n = len(v.rows)
    if any(len(r) != n for r in v.rows):
        raise ShapeMismatch("this matrix of blocks is not square")
    sizes: list[Size | None] = [None] * n
    for i, r in enumerate(v.rows):
        for j, cell in enumerate(r):
            if isinstance(cell, Tensor) and cell.rank == 2:
                for k, size in ((i, cell.sizes[0]), (j, cell.sizes[1])):
                    if sizes[k] not in (None, size):
                        raise ShapeMismatch(f"blocks of sizes {sizes[k]} and {size} stand in one row or column")
                    sizes[k] = size
    return tuple(tuple(_sized(cell, sizes[i], sizes[j]) for j, cell in enumerate(r)) for i, r in enumerate(v.rows))


def _sized(cell: Value, rows: Size | None, columns: Size | None) -> Tensor:
    if isinstance(cell, AnyIdentity):
        if rows is None or rows != columns:
            raise ShapeMismatch("an identity matrix stands in a block that is not square, or whose size nothing says")
        return identity(cell, rows)
    if not isinstance(cell, Tensor):
        raise ShapeMismatch("blocks inside blocks are not read")
    if cell.rank == 0 and rows is not None and columns is not None and (rows, columns) != (ONE, ONE):
        if not is_zero(cell):
            raise ShapeMismatch("a number stands where a matrix belongs")
        return T.zeros((rows, columns))
    return cell
