"""What the rules for the determinant of a matrix share, and the plainest of them: diagonal, triangular, and triangular behind a mask."""

from __future__ import annotations

from collections.abc import Callable, Set as AbstractSet
from dataclasses import dataclass, field

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Poly, poly_term
from symderiv.algebra.terms import (
    ZERO, Index, Tensor, Term, scalar, tensor,
)  # fmt: skip
from symderiv.core.results import Remark, Step
from symderiv.derive.formula import Formula, closed, equation
from symderiv.derive.logarithms import as_fraction_of, log_of_factors, never_zero
from symderiv.algebra.masks import masked_diagonal
from symderiv.algebra.paths import triangular
from symderiv.writing.notation import Fenced, Notation, Word, row
from symderiv.writing.tensors import notation


class NoDeterminant(Exception):
    """No rule gives the determinant."""


@dataclass(slots=True)
class Told:
    """What is said on the way. ``variables``: the names that are no parameters; ``label``: the matrix by its name."""

    variables: AbstractSet[str]
    label: Notation
    brief: bool = False
    steps: list[Step[Formula]] = field(default_factory=list)
    conditions: list[Remark] = field(default_factory=list)

    def say(self, rule: str, because: Remark, left: Callable[[], Notation], value: Term) -> None:
        """One step: what the determinant, or its logarithm, is."""
        shown = () if self.brief else (equation(left(), closed(scalar(value))),)
        self.steps.append(Step(rule, because, shown))

    def needs(self, condition: Remark) -> None:
        """A condition, once."""
        if condition not in self.conditions:
            self.conditions.append(condition)


def log_abs(value: Term, indices: tuple[Index, ...], told: Told) -> Term:
    """``log |value|``, with the condition that it is not zero where nothing says so."""
    if value == ZERO:
        raise NoDeterminant("the determinant is zero: the map is not invertible")
    above, below = as_fraction_of(value)
    for part in (above, below):
        if not never_zero(part):
            told.needs(
                (
                    tensor(indices, part) if told.brief else closed(tensor(indices, part)),
                    " has no zero entry" if indices else " is not zero",
                )
            )
    return t.sub(log_of_factors(above), log_of_factors(below))


def det_of(matrix: Tensor) -> Notation:
    """The determinant, as it is written."""
    return row(Word("det"), Fenced("paren", notation(closed(matrix))))


def matrix_of(p: Poly, i: Index, j: Index) -> Tensor:
    """The matrix of an entry."""
    return tensor((i, j), poly_term(p))


def log_det_of(matrix: Tensor) -> Notation:
    """The logarithm of its absolute value, as it is written."""
    return row(Word("log"), Fenced("bar", det_of(matrix)))


# --- diagonal and triangular ------------------------------------------------------------------------------------------------


def by_diagonal(p: Poly, i: Index, j: Index, told: Told) -> Term | None:
    """``det diag(d) = Π d_i``."""
    d = diagonal_of(p, i, j)
    if d is None:
        return None
    value = t.sum_over((i,), log_abs(d, (i,) if i in d.free else (), told))
    because = ("the determinant of a diagonal matrix is the product of its diagonal",)
    _say_product("determinant of a diagonal matrix", because, p, i, j, d, told)
    return value


def _say_product(rule: str, because: Remark, p: Poly, i: Index, j: Index, d: Term, told: Told) -> None:
    told.say(rule, because, lambda: det_of(matrix_of(p, i, j)), t.prod_over(i, d))


def by_triangle(p: Poly, i: Index, j: Index, told: Told) -> Term | None:
    """All off the diagonal on one side of it: the product of the diagonal."""
    found = triangular(p, i, j)
    d = Normal().term(t.add(*found.diagonal)) if found is not None else ZERO
    if found is None or d == ZERO:
        return None
    because = (f"the matrix is {found.side} triangular ({', '.join(found.why)}): the determinant is the product of its diagonal",)
    value = t.sum_over((i,), log_abs(d, (i,) if i in d.free else (), told))
    _say_product("determinant of a triangular matrix", because, p, i, j, d, told)
    return value


def by_mask(p: Poly, i: Index, j: Index, told: Told) -> Term | None:
    """A diagonal, and a part that leads from the places of a mask to the others: the product of the diagonal."""
    found = masked_diagonal(Normal(), p, i, j)
    if found is None:
        return None
    d, mask = found
    because: Remark = (
        "with the places of ", T.whole(mask.symbol), " first the matrix is triangular by blocks, and both blocks are diagonal",
    )  # fmt: skip
    value = t.sum_over((i,), log_abs(d, (i,) if i in d.free else (), told))
    _say_product("determinant of a masked matrix", because, p, i, j, d, told)
    return value
