r"""Γ and its logarithmic derivatives: ``Γ(z + 1) = z Γ(z)``, ``ψ(z + 1) = ψ(z) + 1/z`` and so on, and the values at 1 and 1/2.

In normal form the constant term of a positive argument lies in [0, 1), of another in (0, 1], so that ``Γ(α + 2)`` is ``α (α + 1) Γ(α)``.
Source: DLMF 5.4, 5.5 and 5.15.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, floor
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.polynomials import NO_EXP, UNIT, Poly, as_fraction, poly_term
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.terms import ONE, PI, Apply, Const, Term, Undefined, add, divide, log, mul, neg, num, power

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal

EULER = Const("euler_gamma")

#: The order of the logarithmic derivative of Γ, by name; Γ itself has none.
ORDERS = {"digamma": 0, "trigamma": 1, "tetragamma": 2}
#: Shifts beyond this are left as they stand.
_FARTHEST = 24

_HALF = num(1, 2)
_VALUES: dict[tuple[str, Fraction], Term] = {
    ("Gamma", Fraction(1)): ONE,
    ("Gamma", Fraction(1, 2)): power(PI, _HALF),
    ("digamma", Fraction(1)): neg(EULER),
    ("digamma", Fraction(1, 2)): add(neg(EULER), mul(num(-2), log(num(2)))),
    ("trigamma", Fraction(1)): divide(power(PI, num(2)), num(6)),
    ("trigamma", Fraction(1, 2)): divide(power(PI, num(2)), num(2)),
}  # fmt: skip


def shifted(normal: Normal, name: str, argument: Poly) -> Poly | None:
    """Γ or one of its derivatives with the whole part of the argument's constant taken out; None for other functions."""
    if name != "Gamma" and name not in ORDERS:
        return None
    c = as_fraction(argument.get(UNIT, fmpq(0)))
    numeric = set(argument) <= {UNIT}
    if numeric and c <= 0 and c.denominator == 1:
        raise Undefined(f"{name} has a pole here")
    rest = dict(argument)
    rest.pop(UNIT, None)
    # where the rest may be zero, 1 is kept beside it: Γ(x + 1) has a value at x = 0 and x Γ(x) has none
    steps = floor(c) if poly_bounds(rest).positive else -floor(-c) - 1
    if abs(steps) > _FARTHEST:
        steps = 0
    if c - steps:
        rest[UNIT] = fmpq((c - steps).numerator, (c - steps).denominator)
    z = poly_term(rest)
    base = _VALUES.get((name, c - steps)) if numeric else None
    if base is None:
        base = Apply(name, z)
        if not steps:
            return {(frozenset(((base, 1),)), NO_EXP): fmpq(1)}
    if name == "Gamma":
        factors = [add(z, num(k)) for k in (range(steps) if steps > 0 else range(steps, 0))]
        return normal.poly(mul(base, *(power(f, num(1 if steps > 0 else -1)) for f in factors)))
    return normal.poly(add(base, *_differences(ORDERS[name], z, steps)))


def _differences(order: int, z: Term, steps: int) -> list[Term]:
    """``ψ⁽ⁿ⁾(z + 1) - ψ⁽ⁿ⁾(z) = (-1)ⁿ n! z^-(n+1)``, summed over the steps."""
    sign = (-1) ** order * (1 if steps > 0 else -1)
    places = range(steps) if steps > 0 else range(steps, 0)
    return [mul(num(sign * factorial(order)), power(add(z, num(k)), num(-order - 1))) for k in places]
