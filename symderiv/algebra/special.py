"""Known functions of one scalar in normal form: definitions, parity, the recurrences of Γ and its derivatives, sums of angles."""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.factors import turned
from symderiv.algebra.functions import FUNCTIONS
from symderiv.algebra.labelling import place_of
from symderiv.algebra.polynomials import (
    UNIT, Monomial, Poly, as_fraction, atom, constant, is_whole, monomial_term, plus, poly_term, scaled, times, whole,
)  # fmt: skip
from symderiv.algebra.rational import over_one_denominator
from symderiv.algebra.signs import poly_bounds, sign_power
from symderiv.algebra.terms import EULER, ONE, PI, Apply, Undefined, add, divide, log, mul, neg, num, power, sub

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal

#: By how much an argument of Γ is shifted at most, with a symbol in it and as a number; and how often an angle is taken apart.
_MOST_SHIFT, _MOST_FACTORIAL, _MOST_ANGLE = 40, 400, 8
_PI_MONOMIAL: Monomial = next(iter(atom(PI)))
#: The order of each derivative of ψ.
_POLYGAMMA = {"digamma": 0, "trigamma": 1, "tetragamma": 2, "pentagamma": 3}
#: Source: DLMF 5.4 and 5.15.
_AT_FRACTIONS = {
    ("digamma", Fraction(1)): neg(EULER),
    ("digamma", Fraction(1, 2)): sub(neg(EULER), mul(num(2), log(num(2)))),
    ("trigamma", Fraction(1)): divide(power(PI, num(2)), num(6)),
    ("trigamma", Fraction(1, 2)): divide(power(PI, num(2)), num(2)),
}
_AT_ZERO = {
    "sin": 0,
    "cos": 1,
    "tanh": 0,
    "sinh": 0,
    "cosh": 1,
    "sech": 1,
    "erf": 0,
    "erfinv": 0,
    "arctan": 0,
    "arcsin": 0,
    "arsinh": 0,
    "artanh": 0,
}


def applied(normal: Normal, name: str, argument: Poly) -> Poly:
    """The function at an argument in normal form."""
    if normal.hyperbolic and normal.plain is None:
        argument = over_one_denominator(normal, argument)
    known = FUNCTIONS.get(name)
    if not argument and name in _AT_ZERO:
        return constant(_AT_ZERO[name])
    if known is not None and known.definition is not None:
        return normal.poly(known.definition(poly_term(argument)))
    if name == "gamma":
        return _gamma(normal, argument)
    if name in _POLYGAMMA:
        return _polygamma(normal, name, argument)
    if normal.hyperbolic and known is not None and known.exponential is not None:
        return normal.poly(known.exponential(poly_term(argument)))
    if known is not None and known.parity and turned(argument):
        return scaled(applied(normal, name, scaled(argument, fmpq(-1))), fmpq(known.parity))
    undone = _undone(normal, name, argument)
    if undone is not None:
        return undone
    if name in {"sin", "cos"}:
        turns, rest = _half_turns(argument)
        if turns:
            return times(sign_power(turns), applied(normal, name, rest), normal.meter)
        found = _at_right_angles(name, argument)
        if found is None and normal.hyperbolic:
            found = _angles(normal, name, argument)
        if found is not None:
            return found
    return atom(Apply(name, poly_term(argument)))


def _undone(normal: Normal, name: str, p: Poly) -> Poly | None:
    """A function of its own inverse: ``erf(erfinv z) = z``; the sine and cosine of an arctangent."""
    match poly_term(p):
        case Apply(name=inner, argument=z) if (name, inner) in {("erf", "erfinv"), ("erfinv", "erf")}:
            return normal.poly(z)
        case Apply(name="arctan", argument=z) if name in {"sin", "cos"}:
            root = power(add(ONE, power(z, num(2))), num(-1, 2))
            return normal.poly(mul(z, root) if name == "sin" else root)
    return None


# --- Γ and ψ ------------------------------------------------------------------------------------------------------------


def _parted(p: Poly) -> tuple[Poly, int] | None:
    """``p = base + k`` with the number of ``base`` in [0, 1) beside a positive rest, else in (0, 1]; None where k is too large.

    Where the rest may be zero, 1 stays beside it: Γ(x + 1) has a value at x = 0, and x Γ(x) has none.
    """
    c = as_fraction(p.get(UNIT, fmpq(0)))
    alone = all(m == UNIT for m in p)
    rest = {m: q for m, q in p.items() if m != UNIT}
    k = int(c // 1) - (1 if c.denominator == 1 and not poly_bounds(rest).positive else 0)
    if k == 0 or abs(k) > (_MOST_FACTORIAL if alone else _MOST_SHIFT):
        return (p, 0) if k == 0 else None
    base = dict(p)
    plus(base, constant(-k))
    return base, k


def _shifted(p: Poly, by: int) -> Poly:
    out = dict(p)
    plus(out, constant(by))
    return out


def _gamma(normal: Normal, p: Poly) -> Poly:
    _no_pole(p)
    parted = _parted(p)
    if parted is None:
        return atom(Apply("gamma", poly_term(p)))
    base, k = parted
    total = constant(1)
    if base == constant(Fraction(1, 2)):
        total = atom(PI, Fraction(1, 2))
    elif base != constant(1):
        total = atom(Apply("gamma", poly_term(base)))
    for j in range(k):
        total = times(total, _shifted(base, j), normal.meter)
    for j in range(1, -k + 1):
        total = times(total, normal.power_of(_shifted(base, -j), -1), normal.meter)
    return total


def _polygamma(normal: Normal, name: str, p: Poly) -> Poly:
    _no_pole(p)
    parted = _parted(p)
    if parted is None or abs(parted[1]) > _MOST_SHIFT:
        return atom(Apply(name, poly_term(p)))
    base, k = parted
    order = _POLYGAMMA[name]
    step = fmpq((-1) ** order * factorial(order))
    known = _AT_FRACTIONS.get((name, as_fraction(base[UNIT]))) if set(base) == {UNIT} else None
    total = dict(atom(Apply(name, poly_term(base))) if known is None else normal.poly(known))
    for j in range(k):
        plus(total, normal.power_of(_shifted(base, j), -order - 1), step)
    for j in range(1, -k + 1):
        plus(total, normal.power_of(_shifted(base, -j), -order - 1), -step)
    return total


def _no_pole(p: Poly) -> None:
    c = as_fraction(p.get(UNIT, fmpq(0)))
    if all(m == UNIT for m in p) and c <= 0 and c.denominator == 1:
        raise Undefined("a pole of the gamma function")


# --- angles -----------------------------------------------------------------------------------------------------------------


def _at_right_angles(name: str, p: Poly) -> Poly | None:
    """At whole multiples of π/2."""
    if set(p) != {_PI_MONOMIAL}:
        return None
    quarters = 2 * as_fraction(p[_PI_MONOMIAL])
    if quarters.denominator != 1:
        return None
    turn = int(quarters) + (1 if name == "cos" else 0)
    return constant((0, 1, 0, -1)[turn % 4])


def _half_turns(p: Poly) -> tuple[Poly, Poly]:
    """The whole multiples of π that hold a symbol, over π, and the rest: ``cos(x + π k) = (-1)^k cos x``."""
    turns: Poly = {}
    rest: Poly = {}
    for m, c in p.items():
        over = (m[0] - {(PI, 1)}, m[1])
        if over not in (m, UNIT) and c.q == 1 and is_whole(monomial_term(over)):
            turns[over] = c
        else:
            rest[m] = c
    return turns, rest


def _angles(normal: Normal, name: str, p: Poly) -> Poly | None:
    """The sine or cosine of a sum by those of its terms; of a whole multiple by those of the angle."""
    first = min(p, key=lambda m: place_of(monomial_term(m)))
    c = whole(as_fraction(p[first]))
    if len(p) == 1 and (type(c) is not int or not 1 < abs(c) <= _MOST_ANGLE):
        return None
    a: Poly = {first: p[first] if len(p) > 1 else fmpq(1 if c > 0 else -1)}
    b = dict(p)
    plus(b, a, fmpq(-1))
    sin_a, cos_a, sin_b, cos_b = (applied(normal, f, x) for x in (a, b) for f in ("sin", "cos"))
    if name == "sin":
        total = times(sin_a, cos_b, normal.meter)
        plus(total, times(cos_a, sin_b, normal.meter))
    else:
        total = times(cos_a, cos_b, normal.meter)
        plus(total, times(sin_a, sin_b, normal.meter), fmpq(-1))
    return total
