"""Polynomials over atoms: the form in which terms are compared.

A polynomial maps monomials to rational coefficients. A monomial is a set of (atom, exponent) pairs and one exponent of e,
itself a polynomial: ``2 σ^-2 μ exp(s + 1)`` is ``{(σ, -2), (μ, 1)}`` with exponent ``{s: 1, 1: 1}``. Atoms are terms that say nothing
more as sums or products; a sum is an atom only to a power that cannot be multiplied out. Everything here is exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from flint import fmpq

from symderiv.core.domain import BINARY
from symderiv.algebra.terms import MINUS_ONE, Add, Apply, Det, Dim, Entry, Index, Mul, Num, Pow, Term, add, mul, power

#: An exponent: an int where it is whole.
Exponent = int | Fraction

#: A factor and its exponent.
Factor = tuple[Term, Exponent]
Monomial = tuple[frozenset[tuple[Term, Exponent]], frozenset[tuple["Monomial", fmpq]]]
Poly = dict[Monomial, fmpq]

NOTHING: frozenset[tuple[Term, Exponent]] = frozenset()
NO_EXP: frozenset[tuple[Monomial, fmpq]] = frozenset()
UNIT: Monomial = (NOTHING, NO_EXP)
ONE_Q = fmpq(1)


class Budget(Exception):
    """The work allowed for one decision is used up."""


class Meter:
    """Counts monomial products, so that work ends at the same place in every run."""

    def __init__(self, most: int = 400_000) -> None:
        self.left = most

    def spend(self, amount: int) -> None:
        """Take ``amount`` of the budget; `Budget` when none is left."""
        self.left -= amount
        if self.left < 0:
            raise Budget("the expression grows beyond what one decision may cost")


def constant(value: Fraction | fmpq | int) -> Poly:
    """A number."""
    q = fmpq(value.numerator, value.denominator) if isinstance(value, Fraction) else fmpq(value)
    return {UNIT: q} if q != 0 else {}


def proportion(p: Poly, q: Poly) -> Fraction | None:
    """The number c with ``p = c q``, where there is one and both are not zero."""
    if not p or p.keys() != q.keys():
        return None
    ratios = {p[m] / q[m] for m in p}
    if len(ratios) > 1:
        return None
    (c,) = ratios
    return Fraction(int(c.p), int(c.q))


def atom(term: Term, exponent: Exponent = 1) -> Poly:
    """One atom to a power."""
    return {(frozenset(((term, exponent),)), NO_EXP): ONE_Q}


def exponential(exponent: Poly) -> Poly:
    """``exp`` of a polynomial, as a monomial."""
    return {(NOTHING, frozenset(exponent.items())): ONE_Q}


def plus(total: Poly, other: Poly, factor: fmpq = ONE_Q) -> None:
    """Add ``factor`` times ``other`` into ``total``."""
    for m, c in other.items():
        value = total.get(m)
        value = c * factor if value is None else value + c * factor
        if value != 0:
            total[m] = value
        else:
            del total[m]


def scaled(p: Poly, factor: fmpq) -> Poly:
    """A polynomial times a number."""
    return {m: c * factor for m, c in p.items()} if factor != 0 else {}


def whole(exponent: Exponent) -> Exponent:
    """An int where the exponent is whole."""
    return int(exponent) if exponent.denominator == 1 else exponent


def joined(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials. A sum that reaches a whole positive power stays an atom: `times` multiplies it out."""
    if a == UNIT:
        return b
    if b == UNIT:
        return a
    factors, exponent = a
    if not factors:
        factors = b[0]
    elif b[0]:
        merged = dict(factors)
        for term, more in b[0]:
            e = merged.get(term, 0) + more
            if e:
                merged[term] = whole(e)
            else:
                del merged[term]
        factors = frozenset(merged.items())
    if not exponent:
        exponent = b[1]
    elif b[1]:
        total = dict(exponent)
        plus(total, dict(b[1]))
        exponent = frozenset(total.items())
    return factors, exponent


#: Factors of two monomials whose product costs as much again as that of two short ones.
_FACTORS = 8


def _width(p: Poly) -> int:
    """How many factors the monomials have, at the mean."""
    return sum(len(m[0]) + len(m[1]) for m in p) // len(p) if p else 0


def times(a: Poly, b: Poly, meter: Meter) -> Poly:
    """The product, multiplied out."""
    if len(a) * len(b) > 1:
        meter.spend(len(a) * len(b) * (1 + (_width(a) + _width(b)) // _FACTORS))
    total: Poly = {}
    for m, c in a.items():
        for n, d in b.items():
            product = joined(m, n)
            if m[0] and n[0] and any(unsettled(t, e) for t, e in product[0]):
                plus(total, expanded(product, meter), c * d)
            else:
                value = total.get(product)
                value = c * d if value is None else value + c * d
                if value != 0:
                    total[product] = value
                else:
                    del total[product]
    return total


def unsettled(t: Term, e: Exponent) -> bool:
    """A sum that can be multiplied out, a root of a number with a whole power in it, or an atom whose square is simpler."""
    kind = type(t)
    if kind is Add:
        return e > 0 if type(e) is int else e > 1
    if kind is Num:
        return not 0 < e < 1
    return type(e) is int and e != 1 and kind in (Apply, Det, Pow, Entry) and square_of(t, e) is not None


def expanded(m: Monomial, meter: Meter) -> Poly:
    """A monomial with every sum to a whole positive power multiplied out, and roots of numbers between 0 and 1."""
    kept: list[tuple[Term, Exponent]] = []
    out: list[tuple[Term, Exponent]] = []
    squares: list[tuple[tuple[Poly, int], int]] = []
    coefficient = ONE_Q
    for t, e in m[0]:
        if type(t) is Num and not 0 < e < 1:
            below = e.numerator // e.denominator
            coefficient *= fmpq(t.value.numerator, t.value.denominator) ** below
            if e != below:
                kept.append((t, whole(Fraction(e) - below)))
        elif type(t) is Add and type(e) is not int and e > 1:
            below = e.numerator // e.denominator
            out.append((t, below))
            kept.append((t, e - below))
        elif type(e) is int and e != 1 and (square := square_of(t, e)) is not None:
            squares.append((square, e - e % 2))
            if e % 2:
                kept.append((t, 1))
        else:
            (out if unsettled(t, e) else kept).append((t, e))
    total: Poly = {(frozenset(kept), m[1]): coefficient}
    for t, e in out:
        total = times(total, whole_power(terms_of(t), int(e), meter), meter)
    for (inside, times_in), e in squares:
        total = times(total, _whole_power(inside, e * times_in // 2, meter), meter)
    return total


def _whole_power(p: Poly, exponent: int, meter: Meter) -> Poly:
    """A whole power of either sign; a sum below stays an atom."""
    if exponent >= 0:
        return whole_power(p, exponent, meter)
    if len(p) > 1:
        return {(frozenset(((poly_term(p), exponent),)), NO_EXP): ONE_Q}
    ((m, c),) = p.items()
    return {monomial_power(m, exponent): c**exponent}


def square_of(t: Term, e: int) -> tuple[Poly, int] | None:
    """The square of an atom, as a polynomial and its power, where that is simpler and ``e`` holds a square.

    ``|x|² = x²``, ``sin² = 1 - cos²``, ``det² = 1`` of an orthogonal matrix, ``((-1)^k)² = 1`` for whole k, ``m² = m`` of a mask.
    """
    if type(t) is Apply:
        if t.name == "abs":
            return terms_of(t.argument), 2
        if t.name == "sin" and e > 1:
            return {UNIT: ONE_Q, (frozenset(((Apply("cos", t.argument), 2),)), NO_EXP): fmpq(-1)}, 1
        return None
    if type(t) is Entry:
        return (atom(t), 1) if t.symbol.domain == BINARY and e > 1 else None
    if type(t) is Pow:
        return ({UNIT: ONE_Q}, 1) if is_sign(t) else None
    if type(t) is Det and type(t.matrix.body) is Entry and "orthogonal" in t.matrix.body.symbol.traits:
        return {UNIT: ONE_Q}, 1
    return None


def is_sign(t: Term) -> bool:
    """Whether a term is ``(-1)^k`` with a whole k."""
    return type(t) is Pow and t.base == MINUS_ONE and is_whole(t.exponent)


def is_whole(t: Term) -> bool:
    """Whether a term is made of dimensions and whole numbers alone, so that it is whole where it counts something."""
    match t:
        case Num() | Dim():
            return True
        case Entry(symbol=symbol):
            return symbol.domain.whole
        case Add(terms=parts) | Mul(factors=parts):
            return all(map(is_whole, parts))
        case Pow(base=base, exponent=Num(value=e)):
            return e.denominator == 1 and e > 0 and is_whole(base)
    return False


def whole_power(p: Poly, exponent: int, meter: Meter) -> Poly:
    """A non-negative power by repeated squaring."""
    result, square = constant(1), p
    while exponent:
        if exponent & 1:
            result = times(result, square, meter)
        exponent >>= 1
        if exponent:
            square = times(square, square, meter)
    return result


def monomial_power(m: Monomial, exponent: Exponent) -> Monomial:
    """A monomial to a power: exponents multiply (the caller knows that they may)."""
    q = fmpq(exponent.numerator, exponent.denominator)
    return (
        frozenset((t, whole(e * exponent)) for t, e in m[0]),
        frozenset((n, c * q) for n, c in m[1]),
    )


def free_of(m: Monomial) -> frozenset[Index]:
    """The free indices of a monomial."""
    out: frozenset[Index] = frozenset()
    for t, _ in m[0]:
        out |= t.free
    for n, _ in m[1]:
        out |= free_of(n)
    return out


# --- to terms and back ----------------------------------------------------------------------------------------------


def as_fraction(q: fmpq) -> Fraction:
    """A Python fraction."""
    return Fraction(int(q.p), int(q.q))


def monomial_term(m: Monomial, coefficient: fmpq = ONE_Q) -> Term:
    """A monomial as a term, factors in the order of their digests."""
    factors = [t if e == 1 else power(t, Num(Fraction(e))) for t, e in m[0]]
    if m[1]:
        factors.append(Apply("exp", poly_term(dict(m[1]))))
    if len(factors) > 1:
        factors.sort(key=lambda t: t.digest)
    return mul(*factors) if coefficient == ONE_Q else mul(Num(as_fraction(coefficient)), *factors)


def poly_term(p: Poly) -> Term:
    """A polynomial as a term, terms in the order of their digests: equal polynomials give equal terms."""
    terms = [monomial_term(m, c) for m, c in p.items()]
    if len(terms) == 1:
        return terms[0]
    return add(*sorted(terms, key=lambda t: t.digest))


def terms_of(canonical: Term) -> Poly:
    """The polynomial of a term that came from one."""
    total: Poly = {}
    for t in canonical.terms if type(canonical) is Add else (canonical,):
        m, c = monomial_of(t)
        plus(total, {m: c})
    return total


def monomial_of(canonical: Term) -> tuple[Monomial, fmpq]:
    """The monomial and coefficient of a product that came from one."""
    coefficient = ONE_Q
    pairs: list[tuple[Term, Exponent]] = []
    exponent: frozenset[tuple[Monomial, fmpq]] = NO_EXP
    for f in canonical.factors if type(canonical) is Mul else (canonical,):
        if type(f) is Num:
            coefficient *= fmpq(f.value.numerator, f.value.denominator)
        elif type(f) is Apply and f.name == "exp":
            exponent = frozenset(terms_of(f.argument).items())
        elif type(f) is Pow and type(f.exponent) is Num:
            pairs.append((f.base, whole(f.exponent.value)))
        else:
            pairs.append((f, 1))
    return (frozenset(pairs), exponent), coefficient


def product(polys: Iterable[Poly], meter: Meter) -> Poly:
    """The product of several."""
    total = constant(1)
    for p in polys:
        total = times(total, p, meter)
    return total
