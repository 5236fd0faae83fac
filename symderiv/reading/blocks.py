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
    """The determinant of a matrix of blocks, by their order or by elimination."""
    rows = sized(v)
    found = determinant(rows)
    if found is None:
        raise ShapeMismatch("the blocks are not triangular in any order, and no block of them has an evident inverse")
    return scalar(found.value)


def sized(v: Blocks) -> tuple[tuple[Tensor, ...], ...]:
    """Every block as a matrix (or a scalar) of the size that its row and column have."""
    n = len(v.rows)
    if any(len(r) != n for r in v.rows):
        raise ShapeMismatch("this matrix of blocks is not square")
    across: list[Size | None] = [None] * n
    down: list[Size | None] = [None] * n
    for i, r in enumerate(v.rows):
        for j, cell in enumerate(r):
            if isinstance(cell, Tensor) and cell.rank == 2:
                for sizes, k, size in ((across, i, cell.sizes[0]), (down, j, cell.sizes[1])):
                    if sizes[k] not in (None, size):
                        raise ShapeMismatch(f"blocks of sizes {sizes[k]} and {size} stand in one row or column")
                    sizes[k] = size
    _paired(v, across, down)
    return tuple(tuple(_sized(cell, across[i], down[j]) for j, cell in enumerate(r)) for i, r in enumerate(v.rows))


def _paired(v: Blocks, across: list[Size | None], down: list[Size | None]) -> None:
    """Sizes that no matrix says: of a vector's row or column, of an identity, and of the diagonal where nothing says otherwise."""
    for i, r in enumerate(v.rows):
        for j, cell in enumerate(r):
            if isinstance(cell, Tensor) and cell.rank == 1:
                one, other, at, along = (across, down, i, j) if cell.row else (down, across, j, i)
                one[at] = one[at] or ONE
                other[along] = other[along] or cell.sizes[0]
    identities = [(i, j) for i, r in enumerate(v.rows) for j, cell in enumerate(r) if isinstance(cell, AnyIdentity)]
    for i, j in (*identities, *identities, *((k, k) for k in range(len(v.rows)))):
        across[i], down[j] = across[i] or down[j], down[j] or across[i]


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
