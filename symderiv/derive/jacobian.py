"""The Jacobian of a map by blocks, outputs as rows, inputs as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra.calculus import gradient
from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.expectation import mentions
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.results import Derivation, Step
from symderiv.derive.formula import Formula, closed, equation, shown
from symderiv.reading.values import Blocks
from symderiv.writing.notation import Fraction, Notation, row
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import at_letters, notation
from symderiv.writing.names import name as name_notation


@dataclass(frozen=True, slots=True)
class Jacobian:
    """``blocks[i][j]`` is the derivative of output i by input j; ``kinds`` says zero, identity, diagonal or full."""

    outputs: tuple[str, ...]
    inputs: tuple[Symbol, ...]
    blocks: tuple[tuple[Tensor, ...], ...]
    kinds: tuple[tuple[str, ...], ...]
    derivation: Derivation[Formula]

    @property
    def value(self) -> Blocks:
        """The matrix of blocks."""
        return Blocks(self.blocks)


def jacobian(outputs: Mapping[str, Tensor], inputs: Sequence[Symbol], name: Notation | None = None) -> Jacobian:
    """All blocks, each with its step."""
    alone = len(outputs) == len(inputs) == 1
    blocks: list[tuple[Tensor, ...]] = []
    kinds: list[tuple[str, ...]] = []
    steps: list[Step[Formula]] = []
    for output, value in outputs.items():
        row_of_blocks: list[Tensor] = []
        row_of_kinds: list[str] = []
        for symbol in inputs:
            block = closed(gradient(value, symbol))
            kind = kind_of(block)
            left = quotient(T.whole(Symbol(output, value.sizes)), T.whole(symbol))
            place = "derivative" if alone else f"block ({len(blocks) + 1}, {len(row_of_blocks) + 1})"
            steps.append(Step(place, _because(value, symbol, kind, "matrix" if alone else "block"), (equation(left, block),)))
            row_of_blocks.append(block)
            row_of_kinds.append(kind)
        blocks.append(tuple(row_of_blocks))
        kinds.append(tuple(row_of_kinds))
    matrix = Blocks(tuple(blocks))
    result = (equation(name, matrix),) if name is not None else (shown(matrix),)
    what = "the derivative" if alone else "each block is the derivative"
    certificate = ((f"{what} by index calculus, for every size and every smooth function",),)
    derivation = Derivation(result, tuple(steps), (), certificate)
    return Jacobian(tuple(outputs), tuple(inputs), tuple(blocks), tuple(kinds), derivation)


def quotient(above: Tensor, below: Tensor) -> Notation:
    """``∂y / ∂x``."""
    return Fraction(row(Sign("partial"), notation(above)), row(Sign("partial"), notation(below)))


def by_entries(above: Tensor, below: Tensor, value: Tensor) -> Formula:
    """``∂Y_ij / ∂X_kl = …``, for a derivative with more slots than a matrix has."""
    indices, body = value.open()
    output, by = above.at(*indices[: above.rank]), below.at(*indices[above.rank :])
    top, bottom, entry = at_letters((output, by, body), indices)
    return equation(Fraction(row(Sign("partial"), top), row(Sign("partial"), bottom)), entry)


def kind_of(block: Tensor) -> str:
    """``zero``, ``identity``, ``diagonal`` or ``full``."""
    indices, body = block.open()
    p = Normal().poly(body)
    if not p:
        return "zero"
    if len(indices) != 2 or indices[0].size != indices[1].size:
        return "full"
    diagonal = diagonal_of(p, *indices)
    if diagonal is None:
        return "full"
    return "identity" if Normal().poly(diagonal) == Normal().poly(T.number(1).body) else "diagonal"


def _because(value: Tensor, symbol: Symbol, kind: str, what: str) -> tuple[object, ...]:
    if not mentions(value, frozenset((symbol.name,))):
        return (name_notation(symbol.name), f" does not occur, so the {what} is zero")
    if kind in ("diagonal", "identity"):
        return (name_notation(symbol.name), f" occurs entry by entry, so the {what} is diagonal")
    return ("product rule and chain rule; entry (i, j) is the derivative of output i by input j",)
