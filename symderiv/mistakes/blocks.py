"""Matrices and vectors of blocks: which blocks differ, and what is off in the first of them, or with the whole arrangement."""

from __future__ import annotations

from dataclasses import replace

from symderiv.algebra import tensors as T
from symderiv.algebra.densities import Densities
from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Tensor
from symderiv.core.results import Proved
from symderiv.decide.equal import EFFORT, Effort, decide
from symderiv.mistakes.diagnosis import Diagnosis, closed_over, explain
from symderiv.reading.values import AnyIdentity, Blocks, Value

Rows = tuple[tuple[Value, ...], ...]
#: What may be wrong with the arrangement of blocks.
NAMES = ("transposed Jacobian", "blocks in the wrong corner", "blocks in another order")


def explain_value(key: Value, answer: Value, knowledge: Densities, effort: Effort = EFFORT) -> Diagnosis | None:
    """As `explain`, for values that may come in blocks."""
    if isinstance(key, Tensor) and isinstance(answer, Tensor):
        return explain(key, _spread(answer, key), knowledge, effort)
    if isinstance(key, Tensor) and isinstance(answer, AnyIdentity) and key.rank == 2 and key.sizes[0] == key.sizes[1]:
        return explain(key, T.scaled(answer.factor, T.identity(key.sizes[0])), knowledge, effort)
    if not isinstance(key, Blocks) or not isinstance(answer, Blocks):
        return None
    rows = answer.rows
    if len(rows) == 1 and _sizes(key.rows) == (1,) * len(rows[0]):
        rows = tuple((cell,) for cell in rows[0])
    if _sizes(rows) != _sizes(key.rows):
        return None
    return _arrangement(key.rows, rows, knowledge, effort) or _first_wrong(key.rows, rows, knowledge, effort)


def _sizes(rows: Rows) -> tuple[int, ...]:
    return tuple(map(len, rows))


def _spread(answer: Tensor, key: Tensor) -> Tensor:
    """A bare 0 in the place of a vector or a matrix is all zeros."""
    if key.rank and not answer.rank and answer == T.number(0):
        return T.zeros(key.sizes, key.row)
    return answer


def _arrangement(key: Rows, answer: Rows, knowledge: Densities, effort: Effort) -> Diagnosis | None:
    """Blocks that are right, but stand in the wrong places."""
    if len(key) < 2:
        return None
    around = [list(reversed(r)) for r in reversed(key)]
    if all(_equal(k, a, knowledge, effort) for k, a in _pairs(around, answer)):
        return Diagnosis(
            NAMES[2],
            "the blocks stand in another order",
            "In which order are the inputs and the outputs put together?",
        )
    if len(key) != len(key[0]):
        return None
    over = [[key[j][i] for j in range(len(key))] for i in range(len(key))]
    if all(_equal(T.transpose(k) if isinstance(k, Tensor) else k, a, knowledge, effort) for k, a in _pairs(over, answer)):
        return Diagnosis(
            NAMES[0],
            "this is the transpose of the right matrix",
            "Do the rows belong to the outputs or to the inputs?",
        )
    if all(_equal(k, a, knowledge, effort) for k, a in _pairs(over, answer)):
        return Diagnosis(
            NAMES[1],
            "the blocks off the diagonal are exchanged",
            "Which output depends on which input? Each row of blocks is one output.",
        )
    return None


def _pairs(key: list[list[Value]], answer: Rows) -> list[tuple[Value, Value]]:
    return [(k, a) for r, s in zip(key, answer, strict=True) for k, a in zip(r, s, strict=True)]


def _equal(key: Value, answer: Value, knowledge: Densities, effort: Effort) -> bool:
    if isinstance(key, Tensor) and isinstance(answer, AnyIdentity) and key.rank == 2 and key.sizes[0] == key.sizes[1]:
        answer = T.scaled(answer.factor, T.identity(key.sizes[0]))
    if not isinstance(key, Tensor) or not isinstance(answer, Tensor):
        return False
    a, b = closed_over(key, _spread(answer, key))
    return same_shape(a, b) and isinstance(decide(a, b, knowledge, effort), Proved)


def _first_wrong(key: Rows, answer: Rows, knowledge: Densities, effort: Effort) -> Diagnosis | None:
    for i, (r, s) in enumerate(zip(key, answer, strict=True)):
        for j, (k, a) in enumerate(zip(r, s, strict=True)):
            if _equal(k, a, knowledge, effort):
                continue
            found = explain_value(k, a, knowledge, effort)
            if found is None:
                continue
            place = f"entry {i + 1}" if len(r) == 1 else f"block ({i + 1}, {j + 1})"
            said = f"in {place}, "
            return replace(
                found,
                message=said + found.message,
                prose=(said, *(found.prose or (found.message,))),
                where=found.where or place,
                block=found.block or (i, j),
            )
    return None
