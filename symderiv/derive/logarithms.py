"""Logarithms of absolute values: as one fraction, factor by factor, and whether the domains say that the value is never zero."""

from __future__ import annotations

from fractions import Fraction

from symderiv.algebra import terms as t
from symderiv.algebra.factors import factored
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import as_fraction, Exponent, monomial_term, poly_term
from symderiv.algebra.signs import bounds, poly_bounds
from symderiv.algebra.terms import Add, Num, Term
from symderiv.algebra.tidy import tidy
from symderiv.decide.equal import without_denominators


def log_of_factors(value: Term) -> Term:
    """``log |value|``, of a product the sum over its factors."""
    p = Normal().poly(value)
    if len(p) != 1:
        return t.log(t.apply("abs", value))
    ((m, c),) = p.items()
    logs = [t.mul(Num(Fraction(e)), t.log(t.apply("abs", f))) for f, e in sorted(m[0], key=lambda pair: pair[0].digest)]
    logs += [monomial_term(n, q) for n, q in sorted(m[1], key=lambda pair: monomial_term(pair[0]).digest)]
    return t.add(t.log(Num(abs(as_fraction(c)))), *logs)


def never_zero(part: Term) -> bool:
    """Whether the domains say that a term, or each of its factors, is not zero."""
    normal = Normal()
    pieces = [poly_bounds(piece) for piece, _ in factored(normal.poly(part), normal.meter, keep_sign=True)]
    if isinstance(part, Num) or all(b.positive or b.negative for b in pieces):
        return True
    together = bounds(tidy(poly_term(normal.poly(part))))
    return together.positive or together.negative


def as_fraction_of(value: Term) -> tuple[Term, Term]:
    """A term as one fraction: what is left when it is multiplied by every sum that divides a part of it, and those sums."""
    normal = Normal()
    p = normal.poly(value)
    lowest: dict[Term, Exponent] = {}
    for m in p:
        for f, e in m[0]:
            if isinstance(f, Add) and e < 0:
                lowest[f] = min(e, lowest.get(f, 0))
    if not lowest or len(p) == 1:
        return value, t.ONE
    below = [t.power(f, Num(Fraction(-e))) for f, e in sorted(lowest.items(), key=lambda pair: pair[0].digest)]
    return poly_term(without_denominators(p, normal.meter)), t.mul(*below)
