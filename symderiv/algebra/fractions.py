"""Sums over one denominator: what cancels between ``a/(1 - u) + b/(1 - u)²`` is seen only there."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.algebra.factors import factored
from symderiv.algebra.polynomials import Exponent, Monomial, Poly, joined, plus, poly_term, terms_of, times, whole, whole_power
from symderiv.algebra.polynomials import NO_EXP, NOTHING, ONE_Q
from symderiv.algebra.terms import Add, Apply, Term

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


def together(p: Poly, normal: Normal) -> Poly:
    """The same polynomial with terms over one denominator, cancelled where it can be; of several ways the one with the fewest terms."""
    if not any(type(t) is Add and e < 0 for m in p for t, e in m[0]):
        return p
    by_functions: dict[Monomial, Poly] = {}
    by_divisors: dict[Monomial, Poly] = {}
    for m, c in p.items():
        functions = frozenset((t, e) for t, e in m[0] if type(t) is Apply)
        by_functions.setdefault((functions, NO_EXP), {})[m] = c
        divisors = frozenset((t, 1) for t, e in m[0] if type(t) is Add and e < 0)
        by_divisors.setdefault((divisors, NO_EXP), {})[m] = c
    ways = [p]
    for groups in (by_divisors, by_functions, {(NOTHING, NO_EXP): p}):
        way: Poly = {}
        for group in groups.values():
            plus(way, _over_one(group, normal))
        ways.append(way)
    return min(ways, key=len)


def _over_one(p: Poly, normal: Normal) -> Poly:
    divisors: dict[Term, Exponent] = {}
    while True:
        lowest: dict[Term, Exponent] = {}
        for m in p:
            for t, e in m[0]:
                if type(t) is Add and e < 0 and type(e) is int:
                    lowest[t] = min(e, lowest.get(t, 0))
        if not lowest:
            break
        divisor = min(lowest, key=lambda t: t.digest)
        missing = -lowest[divisor]
        divisors[divisor] = divisors.get(divisor, 0) + missing
        raised: Poly = {}
        for m, c in p.items():
            plus(raised, _raised(m, divisor, missing, normal), c)
        p = raised
    if not divisors or not p:
        return p
    kept: Poly = {(frozenset(), NO_EXP): ONE_Q}
    for piece, times_in in factored(p, normal.meter, keep_sign=False):
        multiplicity = times_in
        term = poly_term(piece)
        negated = poly_term({m: -c for m, c in piece.items()})
        for d in (term, negated):
            if d in divisors:
                common = min(multiplicity, int(divisors[d]))
                divisors[d] -= common
                multiplicity -= common
                if d is negated and common % 2:
                    kept = {m: -c for m, c in kept.items()}
        kept = times(kept, whole_power(piece, multiplicity, normal.meter), normal.meter)
    below: Monomial = (frozenset((d, -e) for d, e in divisors.items() if e), NO_EXP)
    out: Poly = {}
    for m, c in kept.items():
        plus(out, {joined(m, below): c})
    return out


def _raised(m: Monomial, divisor: Term, missing: Exponent, normal: Normal) -> Poly:
    there = next((e for t, e in m[0] if t == divisor), 0)
    rest: Monomial = (frozenset(f for f in m[0] if f[0] != divisor), m[1])
    e = whole(Fraction(there + missing))
    if type(e) is int and e >= 0:
        return times({rest: ONE_Q}, whole_power(terms_of(divisor), e, normal.meter), normal.meter)
    return {joined(rest, (frozenset(((divisor, e),)), NO_EXP)): ONE_Q}
