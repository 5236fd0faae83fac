"""Block matrices: order of the blocks by their zero pattern, and the determinant by that order and by elimination of blocks.

Where the order is triangular, the determinant is the product of the diagonal's; a group of blocks that depend on each other is reduced by the
complement of Schur, one block with an evident inverse at a time. Source: Zhang, The Schur Complement and Its Applications, 2005, chapter 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Poly, poly_term
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.terms import (
    ONE, ZERO, Det, Entry, Index, InverseEntry, Tensor, Term, add, delta, fresh, mul, neg, num, power, scalar, size_term, sub, sum_over, tensor,
)  # fmt: skip
from symderiv.core.size import ONE as SINGLE, Size

Rows = Sequence[Sequence[Tensor]]

#: Traits by which a declared matrix is known to have an inverse.
INVERTIBLE = frozenset({"invertible", "positive definite", "orthogonal", "unit lower"})

#: A group of so many scalars is worked out permutation by permutation.
MOST_SCALARS = 4

#: In groups of more blocks the first pivot that leads to the end is taken.
MOST_COMPARED = 3


def is_zero(x: Tensor, knowledge: Knowledge | None = None) -> bool:
    """Whether every entry is proved to be zero."""
    return not Normal(knowledge).poly(x.open()[1])


def triangular_order(zeros: Sequence[Sequence[bool]]) -> list[list[int]]:
    """Groups of block rows in an order that puts every nonzero block on or above the diagonal of groups.

    The groups are the strongly connected parts of the graph with an edge from row to column for each nonzero block; one row
    and its column move together, so the determinant keeps its sign. (Tarjan, 1972.)
    """
    n = len(zeros)
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    groups: list[list[int]] = []

    def visit(v: int) -> None:
        number[v] = low[v] = len(number)
        stack.append(v)
        for w in range(n):
            if w != v and not zeros[v][w]:
                if w not in number:
                    visit(w)
                    low[v] = min(low[v], low[w])
                elif w in stack:
                    low[v] = min(low[v], number[w])
        if low[v] == number[v]:
            group: list[int] = []
            while not group or group[-1] != v:
                group.append(stack.pop())
            groups.append(sorted(group))

    for v in range(n):
        if v not in number:
            visit(v)
    return groups[::-1]


@dataclass(frozen=True, slots=True)
class Pivot:
    """A factor of a determinant: ``block`` at ``row`` and ``column``. ``complement``: what earlier pivots left of that place.

    ``sign``: of the moves that bring the block to the diagonal. A small group of scalars stands as one factor, and one of diagonal blocks, which
    commute (``commuting``).
    """

    row: int
    column: int
    block: Tensor
    complement: bool = False
    sign: Term = ONE
    commuting: bool = False

    @property
    def factor(self) -> Term:
        """The determinant that it contributes, with the sign."""
        return mul(self.sign, self.block.body if not self.block.rank else Det(self.block))


@dataclass(frozen=True, slots=True)
class BlockDeterminant:
    """The determinant as the product of the pivots' factors; ``groups`` of block rows in triangular order."""

    pivots: tuple[Pivot, ...]
    groups: tuple[tuple[int, ...], ...]

    @property
    def value(self) -> Term:
        """The product of the factors."""
        return mul(*(p.factor for p in self.pivots))


def determinant(rows: Rows, knowledge: Knowledge | None = None) -> BlockDeterminant | None:
    """The determinant group by group of the triangular order; a group of several blocks by elimination. None where no block leads on.

    ``det [[A, B], [C, D]] = det A det(D - C A⁻¹ B)`` for any block A, on the diagonal or off it, whose inverse is evident.
    """
    sizes = _sizes(rows)
    if sizes is None:
        return None
    zeros = [[is_zero(x, knowledge) for x in r] for r in rows]
    square = all(a == b for a, b in zip(*sizes, strict=True))
    groups = triangular_order(zeros) if square else [list(range(len(rows)))]
    pivots: list[Pivot] = []
    for group in groups:
        if all(sizes[0][a] is None and sizes[1][a] is None for a in group) and len(group) <= MOST_SCALARS:
            block = scalar(leibniz([[rows[a][b].body for b in group] for a in group]))
            pivots.append(Pivot(group[0], group[0], block))
            continue
        found = _eliminated({(a, b): rows[a][b] for a in group for b in group}, sizes, Normal(knowledge))
        if found is None:
            diagonal = _of_diagonals([[rows[a][b] for b in group] for a in group], Normal(knowledge))
            found = None if diagonal is None else [Pivot(group[0], group[0], diagonal, commuting=True)]
        if found is None:
            return None
        pivots += found
    return BlockDeterminant(tuple(pivots), tuple(map(tuple, groups)))


def _of_diagonals(rows: Rows, normal: Normal) -> Tensor | None:
    """The determinant over the ring of diagonal matrices, ``A D - B C``, whose determinant is that of the blocks; None where not all are diagonal.

    Source: Silvester, Determinants of block matrices, 2000.
    """
    if len(rows) > MOST_SCALARS or any(x.rank != 2 or x.sizes != (rows[0][0].sizes[0],) * 2 for r in rows for x in r):
        return None
    i, j = map(fresh, rows[0][0].sizes)
    entries = [[diagonal_of(normal.poly(x.at(i, j)), i, j) for x in r] for r in rows]
    found = [[d for d in r if d is not None] for r in entries]
    if any(len(r) != len(rows) for r in found):
        return None
    return tensor((i, j), mul(delta(i, j), normal.term(leibniz(found))))


def _sizes(rows: Rows) -> tuple[list[Size | None], list[Size | None]] | None:
    """The sizes of block rows and columns, None for a single row or column; None for all where the blocks do not say, or do not fit."""
    across: list[Size | None] = [None] * len(rows)
    down: list[Size | None] = [None] * len(rows)
    for i, r in enumerate(rows):
        for j, x in enumerate(r):
            if x.rank == 2:
                across[i], down[j] = x.sizes
    for i, r in enumerate(rows):
        for j, x in enumerate(r):
            if x.sizes != tuple(s for s in (across[i], down[j]) if s is not None):
                return None
    return (across, down) if _total(across) == _total(down) else None


def _total(sizes: Iterable[Size | None]) -> Size:
    return sum((s or SINGLE for s in sizes), Size.of(0))


def _eliminated(
    blocks: Mapping[tuple[int, int], Tensor],
    sizes: tuple[list[Size | None], list[Size | None]],
    normal: Normal,
    later: bool = False,
) -> list[Pivot] | None:
    """Pivots of a group of blocks, the first of them chosen so that the determinants which are left are the simplest."""
    left, right = sorted({i for i, _ in blocks}), sorted({j for _, j in blocks})
    if len(left) == 1:
        ((place, block),) = blocks.items()
        return [Pivot(*place, block, later)] if sizes[0][left[0]] == sizes[1][right[0]] else None
    best: tuple[int, list[Pivot]] | None = None
    for i, j in sorted(blocks, key=lambda place: (place[0] != place[1], place)):
        inverse = evident_inverse(blocks[i, j], normal) if sizes[0][i] == sizes[1][j] else None
        if inverse is None:
            continue
        smaller = {
            (a, b): _complement(blocks[a, b], blocks[a, j], inverse, blocks[i, b], normal) for a, b in blocks if a != i and b != j
        }
        rest = _eliminated(smaller, sizes, normal, later=True)
        if rest is None:
            continue
        passed = _total(sizes[0][a] for a in left if a < i) + _total(sizes[1][b] for b in right if b < j)
        found = [Pivot(i, j, blocks[i, j], later, _sign(sizes[0][i] or SINGLE, passed)), *rest]
        open_ones = sum(bool(_atoms(normal.poly(p.factor))) for p in found)
        if best is None or open_ones < best[0]:
            best = open_ones, found
        if not open_ones or len(left) > MOST_COMPARED:
            break
    return best and best[1]


def _atoms(p: Poly) -> bool:
    """Whether a determinant is left that is worked out no further."""
    return any(isinstance(f, Det) and not isinstance(f.matrix.body, Entry) for m in p for f, _ in m[0])


def _sign(size: Size, passed: Size) -> Term:
    """``(-1)^(size · passed)``; ``k² `` and k have the same parity."""
    terms = [(s, c) for s, c in passed.terms if c != 0]
    whole = size if passed == size else size * passed
    return power(num(-1), size_term(whole)) if terms else ONE


def evident_inverse(block: Tensor, normal: Normal) -> Tensor | None:
    """The inverse of a block that is known to have one: a scalar or a diagonal without zeros, a matrix declared invertible."""
    if not block.rank:
        b = poly_bounds(normal.poly(block.body))
        return scalar(power(block.body, num(-1))) if b.positive or b.negative else None
    if block.rank != 2:
        return None
    (i, j), body = block.open()
    p = normal.poly(body)
    if not p:
        return None
    d = diagonal_of(p, i, j)
    if d is not None:
        b = poly_bounds(normal.poly(d))
        return tensor((i, j), mul(delta(i, j), power(d, num(-1)))) if b.positive or b.negative else None
    entry = poly_term(p)
    known = isinstance(entry, InverseEntry) or (isinstance(entry, Entry) and bool(entry.symbol.traits & INVERTIBLE))
    return T.inverse(block) if known else None


def _complement(d: Tensor, c: Tensor, inverse: Tensor, b: Tensor, normal: Normal) -> Tensor:
    """``D - C A⁻¹ B``; a block row or column of size one has no slot."""
    above, left = c.open()
    across, right = b.open()
    bound: tuple[Index, ...] = ()
    if inverse.rank:
        bound = above[-1], across[0]
        above, across = above[:-1], across[1:]
    through = sum_over(bound, mul(left, inverse.at(*bound), right))
    return normal.tensor(tensor((*above, *across), sub(d.at(*above, *across), through)))


def leibniz(entries: Sequence[Sequence[Term]]) -> Term:
    """The determinant of a small matrix of scalars, permutation by permutation."""
    n = len(entries)
    total: list[Term] = []
    for p in itertools.permutations(range(n)):
        odd = sum(p[i] > p[j] for i in range(n) for j in range(i + 1, n)) % 2
        product = mul(*(entries[i][p[i]] for i in range(n)))
        if product != ZERO:
            total.append(neg(product) if odd else product)
    return add(*total)
