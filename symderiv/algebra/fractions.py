"""Sums over one denominator: what cancels between ``a/(1 - u) + b/(1 - u)²`` is seen only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.algebra.polynomials import NO_EXP, NOTHING, Monomial, Poly, plus
from symderiv.algebra.rational import over_one_denominator
from symderiv.algebra.terms import Add, Apply

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
            plus(way, over_one_denominator(normal, group))
        ways.append(way)
    return min(ways, key=len)
