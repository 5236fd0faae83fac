"""A scalar equation that is quadratic in an unknown of known sign: the one root with that sign.

For ``a r² + b r + c = 0`` with ``a > 0 > c`` the product of the roots is negative, so exactly one is positive, the larger one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symderiv.algebra import terms as t
from symderiv.algebra.expectation import mentions
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Poly, monomial_term, plus, poly_term
from symderiv.algebra.signs import bounds, poly_bounds
from symderiv.algebra.substitute import substitute
from symderiv.algebra.terms import Entry, Symbol, Term, scalar
from symderiv.core.results import Remark
from symderiv.decide.equal import prove
from symderiv.derive.formula import closed
from symderiv.derive.logarithms import as_fraction_of, never_zero


@dataclass(frozen=True, slots=True)
class Root:
    """The root, the equation ``left = 0`` that it solves, and where it is the only one of its sign."""

    value: Term
    equation: Term
    conditions: tuple[Remark, ...]


def positive_root(left: Term, unknown: Symbol) -> Root | None:
    """The root of ``left = 0`` for a scalar that is known not to be negative; None where the equation is no such quadratic one."""
    if unknown.sizes or not unknown.domain.nonnegative:
        return None
    above, below = as_fraction_of(left)
    if not never_zero(below):
        return None
    p = Normal().poly(above)
    found = _coefficients(p, unknown)
    if found is None:
        return None
    c, b, a = found
    if poly_bounds(a).negative:
        a, b, c = ({m: -q for m, q in side.items()} for side in (a, b, c))
    if not poly_bounds(a).positive or not _never_positive(c):
        return None
    first, second, last = poly_term(a), poly_term(b), poly_term(c)
    under = t.sub(t.power(second, t.num(2)), t.mul(t.num(4), first, last))
    root = t.divide(t.sub(t.power(under, t.num(1, 2)), second), t.mul(t.num(2), first))
    if prove(scalar(substitute(poly_term(p), {unknown: scalar(root)})), scalar(t.ZERO)) is None:
        return None
    strictly = poly_bounds(c).negative
    return Root(root, poly_term(p), () if strictly else ((closed(scalar(t.neg(last))), " is not zero"),))


def _never_positive(p: Poly) -> bool:
    """Whether every term is known to be zero or negative; a root with an even denominator is not negative where it has a value."""
    return all(
        q < 0 and all((isinstance(e, Fraction) and not e.denominator % 2) or bounds(f).power(e).nonnegative for f, e in m[0])
        for m, q in p.items()
    )


def _coefficients(p: Poly, unknown: Symbol) -> tuple[Poly, Poly, Poly] | None:
    """What stands with the powers 0, 1 and 2 of the unknown, where it stands nowhere else and with the second power at all."""
    entry = Entry(unknown, ())
    out: tuple[Poly, Poly, Poly] = ({}, {}, {})
    for m, q in p.items():
        power = next((e for f, e in m[0] if f == entry), 0)
        rest = (frozenset(pair for pair in m[0] if pair[0] != entry), m[1])
        if power not in {0, 1, 2} or mentions(monomial_term(rest), frozenset((unknown.name,))):
            return None
        plus(out[int(power)], {rest: q})
    return out if out[2] else None
