"""Logarithms and absolute values of polynomials over atoms: what is known of signs decides how far they come apart.

``log(a b) = log a + log b`` holds for positive factors only; factors of unknown sign stay together.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra import contraction
from symderiv.algebra.labelling import place_of
from symderiv.algebra.masks import by_cases, cases, mask_in
from symderiv.algebra.polynomials import (
    NOTHING, ONE_Q, Exponent, Poly, atom, constant, monomial_power, plus, poly_term, product, scaled, terms_of, times, whole,
)  # fmt: skip
from symderiv.algebra.signs import Bounds, bounds, poly_bounds
from symderiv.algebra.terms import Add, Apply, Det, Entry, Pow, Prod, Term, Undefined, num, prod_over, sum_over

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


def logarithm(normal: Normal, p: Poly) -> Poly:
    """``log p``: products, powers and exponentials of known sign apart, what has no known sign in one logarithm. Raises `Undefined`."""
    if not p:
        raise Undefined("the logarithm of zero")
    mask = mask_in(p) if len(p) > 1 else None
    if mask is not None and all(poly_bounds(case).positive for case in cases(p, mask)):
        return by_cases(normal, p, mask, lambda case: logarithm(normal, case))
    total: Poly = {}
    unknown: list[tuple[Poly, Exponent]] = []
    negative = False
    pieces = [(p, 1)] if len(p) == 1 else normal.factors(p, keep_sign=True)
    for piece, multiplicity in pieces:
        if len(piece) > 1:
            negative ^= _log_of_factor(normal, poly_term(piece), poly_bounds(piece), multiplicity, total, unknown, piece)
            continue
        ((m, c),) = piece.items()
        for prime, times_in in contraction.prime_factors(abs(c)):
            plus(total, atom(Apply("log", num(prime))), fmpq(times_in * multiplicity))
        for n, q in m[1]:
            plus(total, {n: q * multiplicity})
        negative ^= c < 0 and multiplicity % 2 == 1
        for t, e in m[0]:
            raised = whole(Fraction(e) * multiplicity)
            negative ^= _log_of_factor(normal, t, bounds(t), raised, total, unknown, atom(t))
    if unknown:
        plus(total, _log_of_unknown(normal, unknown, negative))
    elif negative:
        raise Undefined("the logarithm of a negative number")
    return total


def _log_of_factor(
    normal: Normal, t: Term, b: Bounds, e: Exponent, total: Poly, unknown: list[tuple[Poly, Exponent]], p: Poly
) -> bool:
    """Add ``log t^e`` where the sign of ``t`` is known, else keep the factor; whether it turns the sign of the whole."""
    q = fmpq(e.numerator, e.denominator)
    if b.nonnegative:
        plus(total, _log_of_atom(normal, t), q)
        return False
    if type(e) is int and e % 2 == 0:
        plus(total, logarithm(normal, absolute(normal, p)), q)
        return False
    if (-b).nonnegative and type(e) is int:
        positive = scaled(terms_of(t) if type(t) is Add else p, fmpq(-1))
        plus(total, atom(Apply("log", poly_term(positive))), q)
        return True
    unknown.append((p, e))
    return False


def _log_of_unknown(normal: Normal, factors: list[tuple[Poly, Exponent]], negative: bool) -> Poly:
    """The logarithm of factors of unknown sign together; what their exponents, all odd, have in common stands before it: ``log p⁻¹ = -log p``."""
    common = 1
    if all(type(e) is int for _, e in factors):
        first = min(factors, key=lambda f: min(place_of(poly_term(scaled(f[0], fmpq(sign)))) for sign in (1, -1)))[1]
        common = gcd(*(int(e) for _, e in factors)) * (1 if first > 0 else -1)
    raised = [normal.power_of(p, whole(Fraction(e) / common)) for p, e in factors]
    rest = product([*raised, constant(-1 if negative else 1)], normal.meter)
    return scaled(atom(Apply("log", poly_term(rest))), fmpq(common))


def _log_of_atom(normal: Normal, t: Term) -> Poly:
    if type(t) is Prod:
        (i,), body = t.body.open()
        return normal.poly(sum_over((i,), Apply("log", body)))
    return atom(Apply("log", t))


def absolute(normal: Normal, p: Poly) -> Poly:
    """``|p|``: factor by factor, those of known sign without bars."""
    b = poly_bounds(p)
    if b.nonnegative:
        return p
    if (-b).nonnegative:
        return scaled(p, fmpq(-1))
    mask = mask_in(p) if len(p) > 1 else None
    if mask is not None:
        return by_cases(normal, p, mask, lambda case: absolute(normal, case) if case else case)
    total = constant(1)
    pieces = [(p, 1)] if len(p) == 1 else normal.factors(p, keep_sign=False)
    for piece, multiplicity in pieces:
        if len(piece) > 1:
            base = piece if poly_bounds(piece).nonnegative else atom(Apply("abs", poly_term(piece)))
            total = times(total, normal.power_of(base, multiplicity), normal.meter)
            continue
        ((m, c),) = piece.items()
        total = scaled(total, abs(c) ** multiplicity)
        for t, e in m[0]:
            total = times(total, normal.power_of(_abs_of_atom(normal, t, e), whole(e * multiplicity)), normal.meter)
        if m[1]:
            total = times(total, {monomial_power((NOTHING, m[1]), multiplicity): ONE_Q}, normal.meter)
    return total


def _abs_of_atom(normal: Normal, t: Term, e: Exponent) -> Poly:
    """What stands for ``t`` in ``|t^e|``."""
    b = bounds(t)
    if b.nonnegative or (type(e) is int and e % 2 == 0):
        return atom(t)
    if (-b).nonnegative:
        return scaled(terms_of(t) if type(t) is Add else atom(t), fmpq(-1))
    if type(t) is Det and type(t.matrix.body) is Entry and "orthogonal" in t.matrix.body.symbol.traits:
        return constant(1)
    if type(t) is Pow and t.base == num(-1):
        return constant(1)
    if type(t) is Prod:
        (i,), body = t.body.open()
        return normal.poly(prod_over(i, Apply("abs", body)))
    return atom(Apply("abs", t))
