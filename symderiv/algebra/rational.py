"""Sums of fractions over one denominator: a numerator over a product of irreducible denominators that share no factor with it.

What cancels between ``a/(1 - u) + b/(1 - u)²`` is seen only there.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.algebra.polynomials import (
    NO_EXP, NOTHING, Exponent, Monomial, Poly, expanded, plus, poly_term, terms_of, times, whole, whole_power,
)  # fmt: skip
from symderiv.algebra.terms import Add, Apply, Term

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


def over_one_denominator(normal: Normal, p: Poly) -> Poly:
    """``p`` over the least common denominator, cancelled; as it is where no sum divides a term of it.

    ``1/q + 1/(1 - q)`` and ``1/(q (1 - q))`` become the same polynomial over atoms.
    """
    below: dict[Term, Exponent] = {}
    for m in p:
        for t, e in m[0]:
            if type(t) is Add and type(e) is int and e < 0:
                below[t] = min(e, below.get(t, 0))
    if not below or (len(p) == 1 and len(below) == 1):
        return p
    above: Poly = {}
    for m, c in p.items():
        here = {t: e for t, e in m[0] if t in below and type(e) is int}
        rest: Monomial = (frozenset(f for f in m[0] if f[0] not in here), m[1])
        term = expanded(rest, normal.meter)
        for t, lowest in below.items():
            term = times(term, whole_power(terms_of(t), int(here.get(t, 0) - lowest), normal.meter), normal.meter)
        plus(above, term, c)
    if not above:
        return {}
    denominator = {t: -e for t, e in below.items()}
    total: Poly | None = None
    for piece, multiplicity in normal.factors(above, keep_sign=False):
        shared = next((t for t in denominator if terms_of(t) == piece), None)
        left = multiplicity
        if shared is not None:
            cut = min(multiplicity, int(denominator[shared]))
            denominator[shared] = whole(Fraction(denominator[shared] - cut))
            left -= cut
        raised = whole_power(piece, left, normal.meter) if left > 0 else normal.power_of(piece, left) if left else None
        if raised is not None:
            total = raised if total is None else times(total, raised, normal.meter)
    frozen = frozenset((t, -e) for t, e in denominator.items() if e)
    one: Poly = {(frozen, frozenset()): next(iter(p.values())) ** 0}
    return one if total is None else times(total, one, normal.meter)


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
            plus(way, over_one_denominator(normal, group))
        ways.append(way)
    return min(ways, key=len)


def settled(normal: Normal, p: Poly) -> Term:
    """An argument of a function as a term, in this form where the second look asks for it."""
    return poly_term(over_one_denominator(normal, p) if normal.hyperbolic else p)
