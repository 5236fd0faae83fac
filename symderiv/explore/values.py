"""Values that are more than one expression: matrices of blocks, solutions of a map, decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symderiv.algebra import bridge, sympy_in, sympy_out
from symderiv.algebra import tensors as T
from symderiv.algebra.blocks import determinant
from symderiv.algebra.terms import Tensor, scalar
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.core.results import Proved, Refuted, Verdict
from symderiv.core.size import ONE, Size
from symderiv.derive.formula import shown
from symderiv.explore import numbers
from symderiv.explore.display import Shown
from symderiv.explore.expression import Expression, beside, fitting
from symderiv.explore.naming import known_as
from symderiv.reading.values import Blocks
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Grid, Notation, Number, Words, row
from symderiv.writing.notation import Symbol as Sign


class BlockMatrix(Shown):
    """A matrix of blocks, or a vector of them (``column``). Blocks are counted from 1: ``J[1, 2]``."""

    __slots__ = ("column", "heights", "rows", "widths")
    rows: tuple[tuple[Tensor, ...], ...]
    column: bool

    def __init__(
        self, rows: Sequence[Sequence[Tensor]], column: bool = False, heights: Sequence[Size] = (), widths: Sequence[Size] = ()
    ) -> None:
        self.rows, self.column = tuple(tuple(r) for r in rows), column
        self.heights = tuple(heights) or tuple(_length(r, 0) for r in self.rows)
        self.widths = tuple(widths) or tuple(_length(r, -1) for r in zip(*self.rows, strict=True))

    def _look(self) -> Notation:
        return shown(self.rows[0][0] if self.shape == (1, 1) else Blocks(self.rows, self.column))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BlockMatrix) and (self.rows, self.column) == (other.rows, other.column)

    def __hash__(self) -> int:
        return hash((self.rows, self.column))

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns of blocks."""
        return len(self.rows), len(self.rows[0])

    def __getitem__(self, at: int | tuple[int, int]) -> Expression:
        i, j = at if isinstance(at, tuple) else (at, 1)
        if (not isinstance(at, tuple) and not self.column) or not (1 <= i <= self.shape[0] and 1 <= j <= self.shape[1]):
            raise AuthorProblem(f"there is no block {at}: blocks are counted from 1, here to {self.shape[0]}×{self.shape[1]}")
        return Expression(self.rows[i - 1][j - 1])

    def _ipython_key_completions_(self) -> list[Any]:
        return list(range(1, self.shape[0] + 1)) if self.column else []

    @fitting
    def det(self) -> Expression:
        """The determinant of blocks that are triangular in some order or eliminated one by one. Raises `AuthorProblem` where neither is."""
        found = determinant(self.rows)
        if found is None:
            raise T.ShapeMismatch("the blocks are not triangular in any order, and no block of them has an evident inverse")
        return Expression(scalar(found.value))

    @staticmethod
    @fitting
    def from_sympy(e: Any) -> BlockMatrix:
        """SymPy's `BlockMatrix`, its blocks read as `expression` does."""
        if not isinstance(e, sympy.BlockMatrix):
            raise AuthorProblem(f"{type(e).__name__} is no BlockMatrix")
        return BlockMatrix(sympy_in.blocks_from_sympy(e), column=e.blocks.shape[1] == 1)

    @fitting
    def to_sympy(self) -> Any:
        """SymPy's `BlockMatrix`, the sizes still symbols."""
        self._flat()
        return sympy.BlockMatrix(
            [[self._oriented(i, j, sympy_out.to_sympy(x)) for j, x in enumerate(r)] for i, r in enumerate(self.rows)]
        )

    @fitting
    def explicit(self, **sizes: int) -> Any:
        """SymPy's `Matrix` with one symbol for each entry: ``explicit(n=3)``."""
        self._flat()
        found = numbers.known_sizes([x for r in self.rows for x in r], sizes)
        blocks = [[self._oriented(i, j, bridge.to_sympy(x, found)) for j, x in enumerate(r)] for i, r in enumerate(self.rows)]
        return sympy.Matrix(sympy.BlockMatrix(blocks))

    def numpy(self, *, seed: int | None = None, **values: Any) -> NDArray[np.float64]:
        """The whole matrix (or vector) as one array; see `Expression.numpy`."""
        self._flat()
        point = numbers.Point([x for r in self.rows for x in r], values, seed)
        if self.column:
            return np.concatenate([point.array(r[0]).ravel() for r in self.rows])
        shapes = [[(h.value(point.dimensions), w.value(point.dimensions)) for w in self.widths] for h in self.heights]
        blocks = [
            [point.array(x).reshape([int(k) for k in s]) for x, s in zip(r, q, strict=True)]
            for r, q in zip(self.rows, shapes, strict=True)
        ]
        return np.block(blocks)

    def _flat(self) -> None:
        if self.column and any(r[0].rank == 2 for r in self.rows):
            raise AuthorProblem(
                "a gradient with a matrix in it is no single column", hint="take its blocks one by one, like g[1]"
            )

    def _oriented(self, i: int, j: int, x: Any) -> Any:
        block = self.rows[i][j]
        if not block.rank:
            return sympy.ImmutableMatrix([[x]])
        return x.T if block.rank == 1 and not block.row and self.heights[i] == ONE and self.widths[j] != ONE else x


def _length(blocks: Sequence[Tensor], side: int) -> Size:
    """The height (side 0) or width (side -1) that blocks in one line have."""
    whole = next((x for x in blocks if x.rank == 2), None)
    if whole is not None:
        return whole.sizes[side]
    vector = next((x for x in blocks if x.rank == 1 and x.row == (side == -1)), None)
    return vector.sizes[0] if vector is not None else ONE


class Solution(Shown, Mapping[str, Expression]):
    """What solves a map: each unknown by the outputs alone, by name. ``solution["x1"]`` and ``solution["x_1"]`` are one."""

    __slots__ = ("expressions",)

    def __init__(self, expressions: Mapping[str, Expression]) -> None:
        self.expressions = dict(expressions)

    def _look(self) -> Notation:
        rows = [(name_notation(n), row(Sign("equals"), shown(x.tensor))) for n, x in self.expressions.items()]
        return row(*rows[0]) if len(rows) == 1 else Grid(tuple(rows), "aligned")

    def __getitem__(self, name: str) -> Expression:
        found = self.expressions.get(name) or self.expressions.get(known_as(name))
        if found is None:
            like = nearest(name, self.expressions)
            raise AuthorProblem(f"{name} was not solved for", hint=f"did you mean {like}?" if like else "")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.expressions)

    def __len__(self) -> int:
        return len(self.expressions)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.expressions)

    def to_sympy(self) -> dict[str, Any]:
        """Each solution as SymPy's."""
        return {n: x.to_sympy() for n, x in self.items()}

    def explicit(self, **sizes: int) -> dict[str, Any]:
        """Each solution with one symbol for each entry."""
        found = numbers.known_sizes([x.tensor for x in self.values()], sizes)
        return {n: bridge.to_sympy(x.tensor, found) for n, x in self.items()}

    def numpy(self, *, seed: int | None = None, **values: Any) -> dict[str, NDArray[np.float64]]:
        """Each solution as an array, all at one point; see `Expression.numpy`."""
        point = numbers.Point([x.tensor for x in self.values()], values, seed)
        return {n: point.array(x.tensor) for n, x in self.items()}


class Decision(Shown):
    """Whether a statement holds: ``holds`` is True, False, or None where that was not decided; ``condition`` is a scalar, and where it is
    zero, and only there, a statement that is false in general is true.
    """

    __slots__ = ("condition", "statement", "verdict")

    def __init__(self, statement: Notation, verdict: Verdict, condition: Expression | None) -> None:
        self.statement, self.verdict, self.condition = statement, verdict, condition

    @property
    def holds(self) -> bool | None:
        """Proved, refuted, or neither."""
        return True if isinstance(self.verdict, Proved) else False if isinstance(self.verdict, Refuted) else None

    def _look(self) -> Notation:
        said = {True: "  holds always", False: "  is false in general", None: "  could not be decided"}[self.holds]
        if self.condition is None:
            return row(self.statement, Words(said))
        return row(
            self.statement,
            Sign("space"),
            Sign("exactly-when"),
            Sign("space"),
            shown(self.condition.tensor),
            Sign("equals"),
            Number("0"),
        )

    def __bool__(self) -> bool:
        raise AuthorProblem("a decision has three values", hint="ask .holds, which is True, False or None")


Value = Expression | BlockMatrix | Solution | Decision


def difference(ours: Value, theirs: object) -> tuple[Verdict, ...]:
    """One verdict an expression of a derived value, compared with what somebody built of the same kind."""
    if isinstance(ours, Expression):
        return (ours.equals(Expression(beside(theirs, (ours.tensor,)))),)
    if isinstance(theirs, sympy.BlockMatrix):
        theirs = BlockMatrix.from_sympy(theirs)
    if isinstance(ours, BlockMatrix) and isinstance(theirs, BlockMatrix) and ours.shape == theirs.shape:
        pairs = zip((x for r in ours.rows for x in r), (x for r in theirs.rows for x in r), strict=True)
        return tuple(Expression(_upright(a)).equals(Expression(_upright(b))) for a, b in pairs)
    if isinstance(ours, Solution) and isinstance(theirs, Mapping):
        return tuple(x.equals(Solution(theirs)[name]) for name, x in ours.items())
    raise AuthorProblem(f"{_kind(theirs)} is not compared with {_kind(ours)}", hint="or give the answer as LaTeX")


def _upright(x: Tensor) -> Tensor:
    """A block that is a vector as a column: whether it lies or stands, its place in the matrix says."""
    return Tensor(x.slots, x.body)


def _kind(value: object) -> str:
    """What a value is, in words."""
    match value:
        case Expression():
            return T.shape_in_words(value.tensor)
        case BlockMatrix():
            return f"{'a vector' if value.column else 'a matrix'} of {value.shape[0]}×{value.shape[1]} blocks"
        case Solution():
            return f"a solution for {', '.join(value)}"
        case Decision():
            return "a decision"
    return f"`{value}`"
