"""What an expectation takes to exist: terms that are positive, and the normal forms by which that is seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from symderiv.algebra.rational import together
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Exponent, Poly, poly_term, terms_of
from symderiv.algebra.signs import Bounds, bounds, poly_bounds
from symderiv.algebra.terms import ZERO, Tensor, Term, Undefined, mul, num, sub


class Diverges(Undefined):
    """An expectation that is infinite, in words; ``where`` is a term that would have to be positive and is not."""

    def __init__(self, message: str, where: Term) -> None:
        super().__init__(message)
        self.where = where


@dataclass(slots=True)
class Conditions:
    """Terms that must be positive for what was derived to hold, in the order they came up."""

    positive: list[Term] = field(default_factory=list)
    #: Matrices that must be positive definite.
    definite: list[Tensor] = field(default_factory=list)

    def need(self, term: Term, normal: Normal, why: str) -> None:
        """Ask for ``term > 0``: nothing where it is known, `Diverges` where it never is."""
        value = sign_of(settled(term, normal), normal)
        b = bounds_of(value)
        if b.positive:
            return
        if (-b).nonnegative:
            raise Diverges(why, value)
        self.positive = [c for c in self.positive if not bounds_of(settled(sub(c, value), normal)).nonnegative]
        if not any(bounds_of(settled(sub(value, c), normal)).nonnegative for c in self.positive):
            self.positive.append(value)


def sign_of(canonical: Term, normal: Normal) -> Term:
    """A term that is positive exactly where this one is, without the factors whose sign is known."""
    if canonical == ZERO:
        return canonical
    sign = 1
    kept: list[Term] = []
    for piece, multiplicity in normal.factors(terms_of(canonical), keep_sign=False):
        if len(piece) > 1:
            parts: list[tuple[Term, Bounds, Exponent]] = [(poly_term(piece), poly_bounds(piece), multiplicity)]
        else:
            ((m, c),) = piece.items()
            sign *= -1 if c < 0 and multiplicity % 2 else 1
            parts = [(t, bounds(t), e * multiplicity) for t, e in m[0]]
        for t, b, e in parts:
            if b.positive or (type(e) is int and e % 2 == 0):
                continue
            if b.negative and type(e) is int:
                sign = -sign
            else:
                kept.append(t)
    return settled(mul(num(sign), *kept), normal)


def bounds_of(canonical: Term) -> Bounds:
    """Bounds for a term in normal form."""
    return poly_bounds(monomials(canonical))


def monomials(canonical: Term) -> Poly:
    """The polynomial of a term in normal form; nothing for zero."""
    return {} if canonical == ZERO else terms_of(canonical)


def settled(term: Term, normal: Normal) -> Term:
    """The normal form, of which the normal form is itself: sums that came whole again are multiplied out."""
    for _ in range(4):
        after = poly_term(together(normal.poly(term), normal))
        if after == term:
            break
        term = after
    return term
