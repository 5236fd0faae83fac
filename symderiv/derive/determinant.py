"""The determinant of a Jacobian by its block structure, and statements about it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from symderiv.algebra import terms as t
from symderiv.algebra.blocks import BlockDeterminant, Pivot, determinant, is_zero
from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.normal import Normal
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.polynomials import poly_term
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.terms import Tensor, scalar
from symderiv.algebra.tidy import tidy
from symderiv.core.results import Derivation, Proved, Refuted, Step, Verdict
from symderiv.decide.equal import decide, prove
from symderiv.derive.formula import Formula, closed, equation, shown
from symderiv.derive.jacobian import Jacobian, kind_of
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.writing.values import with_values
from symderiv.writing.names import size
from symderiv.writing.notation import Fenced, Letter, Notation, Number, Script, Word, row
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation, scaled


@dataclass(frozen=True, slots=True)
class Determinant:
    """The determinant as a scalar, and its steps."""

    value: Tensor
    derivation: Derivation[Formula]


def determinant_of(jacobian: Jacobian, left: Notation, absolute: bool = False) -> Determinant:
    """The determinant of a block matrix: by the order of its blocks, and by elimination where they depend on each other."""
    found = determinant(jacobian.blocks)
    if found is None:
        raise NoDeterminant("the blocks are not triangular in any order, and no block of them has an evident inverse")
    zeros = [[is_zero(b) for b in r] for r in jacobian.blocks]
    steps: list[Step[Formula]] = []
    if len(found.groups) > 1:
        steps.append(Step("block structure", _structure(zeros, found.groups), (shown(jacobian.value),)))
    steps += _eliminations(found)
    because = (
        "the determinant of a block triangular matrix is the product of the determinants of its diagonal blocks"
        if len(found.groups) > 1
        else "the determinant is the product of the determinants of the pivots"
    )
    factors = [part for p in found.pivots for part in _factor(p)]
    if len(found.pivots) > 1:
        steps.append(Step("product of the diagonal blocks", (because,), (equation(left, row(*factors)),)))
    normal = Normal()
    what = "block" if len(found.pivots) > 1 else "matrix"
    for block in (p.block for p in found.pivots):
        each = tidy(poly_term(normal.poly(t.Det(block)))) if block.rank else block.body
        why = (
            "the determinant of a diagonal matrix is the product of its diagonal"
            if kind_of(block) in {"diagonal", "identity"}
            else f"the determinant of this {what}"
        )
        steps.append(
            Step(
                f"determinant of a {what}",
                (why,),
                (equation(row(Word("det"), Fenced("paren", _with_size(block))), scalar(each)),),
            )
        )
    product = found.value
    body = t.apply("abs", product) if absolute else product
    value = scalar(tidy(poly_term(normal.poly(body))))
    steps.append(Step("put together", ("products of exponentials are the exponential of the sum",), (equation(left, value),)))
    proof = prove(value, scalar(body))
    whose = "pivots'" if any(p.complement for p in found.pivots) else "diagonal blocks'"
    product_of = f"product of the {whose} determinants" if len(found.pivots) > 1 else "determinant of the Jacobian"
    certificate = ((f"proved: equal to the {product_of} by normal form",),) if proof else ()
    return Determinant(value, Derivation((equation(left, value),), tuple(steps), (), certificate))


def _factor(p: Pivot) -> tuple[Notation, ...]:
    sign = () if p.sign == t.ONE else (notation(scalar(p.sign)),)
    return (*sign, Word("det"), Fenced("paren", _with_size(closed(p.block))))


def _with_size(block: Tensor) -> Notation:
    """A block as it stands in a determinant: a multiple of an identity says its size, for the determinant depends on it."""
    if not block.rank or block.sizes[0] != block.sizes[1]:
        return notation(block)
    (i, j), body = block.open()
    factor = diagonal_of(Normal().poly(body), i, j)
    if factor is None or factor.free or factor == t.ONE:
        return notation(block)
    return scaled(closed(scalar(factor)).body, Script(Letter("I"), size(block.sizes[0])))


def _eliminations(found: BlockDeterminant) -> list[Step[Formula]]:
    """A step for each block that is left as a complement."""
    steps: list[Step[Formula]] = []
    for pivot in found.pivots:
        if pivot.commuting:
            why = "all blocks are diagonal, so they commute: the determinant is that of what they give as if they were numbers"
            steps.append(Step("blocks that commute", (why,), (shown(closed(pivot.block)),)))
    for before, after in itertools.pairwise(found.pivots):
        if not after.complement:
            continue
        told = [
            "det [A, B; C, D] = det A det(D - C A⁻¹ B), with the block in row ",
            str(before.row + 1),
            " and column ",
            str(before.column + 1),
            " as A",
        ]
        if before.sign != t.ONE:
            told.append("; the moves that bring it to the front give the sign")
        steps.append(Step("Schur complement", ("".join(told),), (shown(closed(after.block)),)))
    return steps


def _structure(zeros: list[list[bool]], groups: Sequence[Sequence[int]]) -> tuple[object, ...]:
    n = len(zeros)
    if all(zeros[i][j] for i in range(n) for j in range(n) if i > j):
        return ("every block below the diagonal is zero: the matrix is upper triangular by blocks",)
    if all(zeros[i][j] for i in range(n) for j in range(n) if i < j):
        return ("every block above the diagonal is zero: the matrix is lower triangular by blocks",)
    order = ", ".join(str(g[0] + 1) for g in groups)
    return (f"with rows and columns in the order {order} the matrix is triangular by blocks",)


@dataclass(frozen=True, slots=True)
class Statement:
    """Whether ``left = right``: true, false with a witness, or true exactly under ``condition = 0``."""

    verdict: Verdict
    condition: Tensor | None
    derivation: Derivation[Formula]


def statement(left: Tensor, right: Tensor, shown_as: Notation, knowledge: Knowledge | None = None) -> Statement:
    """Decide an equation between two scalars and say under which condition it holds."""
    verdict = decide(left, right, knowledge)
    steps: list[Step[Formula]] = []
    condition = None
    if isinstance(verdict, Proved):
        steps.append(Step("both sides are equal", ("by normal form",), (shown_as,)))
    elif isinstance(verdict, Refuted):
        normal = Normal(knowledge)
        p, q = normal.poly(left.body), normal.poly(right.body)
        if poly_bounds(p).positive and poly_bounds(q).positive:
            gap = t.sub(t.log(poly_term(p)), t.log(poly_term(q)))
            condition = scalar(tidy(poly_term(Normal(knowledge).poly(gap))))
            steps.append(
                Step(
                    "take logarithms",
                    ("both sides are positive, so they are equal exactly where their logarithms are",),
                    (row(notation(condition), Sign("equals"), Number("0")),),
                )
            )
        steps.append(Step("not an identity", ("here is a point where the two sides differ",)))
    certificate = _certificate(verdict)
    result = (shown_as,)
    return Statement(verdict, condition, Derivation(result, tuple(steps), (), certificate))


def _certificate(verdict: Verdict) -> tuple[tuple[object, ...], ...]:
    if isinstance(verdict, Proved):
        return (("proved by normal form",),)
    if isinstance(verdict, Refuted):
        w = verdict.witness
        return ((f"refuted: {with_values(w.assignments)} the left side is {w.left} and the right side {w.right}",),)
    return ((f"undecided: {verdict.why}",),)
