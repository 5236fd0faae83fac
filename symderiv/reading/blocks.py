"""Blocks of a formula as tensors of known sizes: zeros and identities get theirs from their row and column."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from symderiv.algebra import tensors as T
from symderiv.algebra.blocks import determinant, evident_inverse
from symderiv.algebra.normal import Normal
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Symbol, Tensor, scalar
from symderiv.core.size import ONE, Size
from symderiv.reading.combine import identity, is_zero
from symderiv.reading.calls import symbols_in
from symderiv.reading.values import LEFT_OPEN, AnyIdentity, Blocks, Unread, Value


#: What stands for a block of which nothing is said.
_OPEN = "∗"


def block_det(v: Blocks) -> Tensor:
    """The determinant of a matrix of blocks, by their order or by elimination."""
    rows = sized(v)
    found = determinant(rows)
    if found is not None and _OPEN in (s.name for s in symbols_in(found.value)):
        raise ShapeMismatch("the determinant depends on a block that is left open")
    if found is None:
        raise ShapeMismatch("the blocks are not triangular in any order, and no block of them has an evident inverse")
    return scalar(found.value)


def block_inverse(v: Blocks) -> Blocks:
    """The inverse of a matrix of blocks, by elimination with blocks on the diagonal whose inverses are evident."""
    return Blocks(tuple(tuple(r) for r in _inverse(sized(v))))


def _inverse(rows: Sequence[Sequence[Tensor]]) -> list[list[Tensor]]:
    """``[[A, B], [C, D]]⁻¹`` with A the first block with an evident inverse, by the complement ``S = D - C A⁻¹ B``.

    Its blocks are ``A⁻¹ + A⁻¹ B S⁻¹ C A⁻¹``, ``-A⁻¹ B S⁻¹``, ``-S⁻¹ C A⁻¹`` and ``S⁻¹``.
    """
    normal = Normal()
    found = ((k, evident_inverse(rows[k][k], normal)) for k in range(len(rows)))
    k, a = next(((k, x) for k, x in found if x is not None), (0, None))
    if a is None or len({x.rank for r in rows for x in r}) > 1:
        raise ShapeMismatch("no block on the diagonal has an evident inverse")
    others = [n for n in range(len(rows)) if n != k]
    if not others:
        return [[a]]
    before = [T.product(a, rows[k][n]) for n in others]
    behind = [T.product(rows[n][k], a) for n in others]
    rest = _inverse(
        [[T.minus(rows[m][n], T.product(c, rows[k][n])) for n in others] for m, c in zip(others, behind, strict=True)]
    )
    above = [T.negative(_sum(map(T.product, before, column))) for column in zip(*rest, strict=True)]
    beside = [T.negative(_sum(map(T.product, row, behind))) for row in rest]
    corner = T.minus(a, _sum(map(T.product, above, behind)))
    out = [[left, *row] for left, row in zip(beside, rest, strict=True)]
    out.insert(k, [corner, *above])
    for row in out:
        row.insert(k, row.pop(0))
    return [[normal.tensor(x) for x in row] for row in out]


def _sum(parts: Iterable[Tensor]) -> Tensor:
    return functools.reduce(T.plus, parts)


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
    if isinstance(cell, Unread) and cell.kind == LEFT_OPEN and rows is not None and columns is not None:
        return T.whole(Symbol(_OPEN, (rows, columns)))
    if not isinstance(cell, Tensor):
        raise ShapeMismatch("blocks inside blocks are not read")
    if cell.rank == 0 and rows is not None and columns is not None and (rows, columns) != (ONE, ONE):
        if not is_zero(cell):
            raise ShapeMismatch("a number stands where a matrix belongs")
        return T.zeros((rows, columns))
    return cell
