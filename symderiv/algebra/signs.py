"""What is known of a term's sign: interval bounds from the domains of what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symderiv.algebra.masks import cases, mask_in
from symderiv.algebra.polynomials import UNIT, Exponent, Monomial, Poly, as_fraction, constant, plus, poly_term
from symderiv.algebra.terms import MINUS_ONE, Add, Apply, Const, Delta, Det, Dim, Entry, Mul, Num, Pow, Prod, Sum, Term, Value


@dataclass(frozen=True, slots=True)
class Bounds:
    """Every value lies between ``low`` and ``high`` (None: no bound); an open end is not reached."""

    low: Fraction | None = None
    low_open: bool = True
    high: Fraction | None = None
    high_open: bool = True

    @property
    def positive(self) -> bool:
        """Every value is > 0."""
        return self.low is not None and (self.low > 0 or (self.low == 0 and self.low_open))

    @property
    def nonnegative(self) -> bool:
        """Every value is ≥ 0."""
        return self.low is not None and self.low >= 0

    @property
    def negative(self) -> bool:
        """Every value is < 0."""
        return (-self).positive

    def __neg__(self) -> Bounds:
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return Bounds(low, self.high_open, high, self.low_open)

    def __add__(self, other: Bounds) -> Bounds:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Bounds(low, self.low_open or other.low_open, high, self.high_open or other.high_open)

    def __mul__(self, other: Bounds) -> Bounds:
        if self.nonnegative and other.nonnegative:
            low = (self.low or 0) * (other.low or 0)
            high = None if self.high is None or other.high is None else self.high * other.high
            zero_open = self.positive and other.positive
            return Bounds(
                Fraction(low), zero_open if low == 0 else self.low_open or other.low_open, high, self.high_open or other.high_open
            )
        if self.negative or other.negative:
            if self.negative and other.negative:
                return -self * -other
            return -(-self * other) if self.negative else -(self * -other)
        reach = self._reach(), other._reach()
        if None in reach:
            return Bounds()
        most = reach[0][0] * reach[1][0]  # type: ignore[index]
        is_open = reach[0][1] or reach[1][1]  # type: ignore[index]
        return Bounds(-most, is_open, most, is_open)

    def _reach(self) -> tuple[Fraction, bool] | None:
        if self.low is None or self.high is None:
            return None
        if abs(self.low) == abs(self.high):
            return abs(self.low), self.low_open and self.high_open
        return (abs(self.low), self.low_open) if abs(self.low) > abs(self.high) else (abs(self.high), self.high_open)

    def hull(self, other: Bounds) -> Bounds:
        """Bounds for values of which each lies in one or in the other."""
        (low, low_open), (high, high_open) = _least(self, other), _least(-self, -other)
        return Bounds(low, low_open, None if high is None else -high, high_open)

    def even_power(self) -> Bounds:
        """The square, or the absolute value for the sign's sake."""
        if self.positive or self.negative:
            side = self if self.positive else -self
            return side * side
        reach = self._reach()
        return Bounds(Fraction(0), False, reach and reach[0] ** 2, bool(reach and reach[1]))

    def power(self, exponent: Exponent) -> Bounds:
        """To a fixed power."""
        if exponent == 1:
            return self
        if type(exponent) is int and exponent % 2 == 0:
            if exponent == 2:
                return self.even_power()
            return ABOVE_ZERO if self.positive or self.negative else FROM_ZERO
        if self.positive:
            return ABOVE_ZERO
        if self.negative and type(exponent) is int:
            return -ABOVE_ZERO
        rooted = type(exponent) is not int and exponent.denominator % 2 == 0  # where it has a value it is at least zero
        return FROM_ZERO if self.nonnegative or rooted else Bounds()


def _least(a: Bounds, b: Bounds) -> tuple[Fraction | None, bool]:
    if a.low is None or b.low is None:
        return None, True
    return min((a.low, a.low_open), (b.low, b.low_open))


ABOVE_ZERO = Bounds(low=Fraction(0))
FROM_ZERO = Bounds(low=Fraction(0), low_open=False)
FROM_ONE = Bounds(low=Fraction(1), low_open=False)
WITHIN_ONE = Bounds(Fraction(-1), True, Fraction(1), True)
UNIT_INTERVAL = Bounds(Fraction(0), True, Fraction(1), True)

#: Odd and increasing: the sign of the value is the argument's.
_INCREASING_ODD = frozenset({"tanh", "sinh", "erf", "erfinv", "arctan", "arcsin", "artanh", "arsinh", "sign", "besseli1"})

_APPLIED: dict[str, Bounds] = {
    "exp": ABOVE_ZERO, "abs": FROM_ZERO, "cosh": FROM_ONE, "tanh": WITHIN_ONE, "sigmoid": UNIT_INTERVAL, "softplus": ABOVE_ZERO,
    "besseli0": FROM_ONE, "sqrt": FROM_ZERO, "sech": ABOVE_ZERO, "erf": WITHIN_ONE, "sin": Bounds(Fraction(-1), False, Fraction(1), False),
    "cos": Bounds(Fraction(-1), False, Fraction(1), False), "relu": FROM_ZERO, "erfc": ABOVE_ZERO, "normalcdf": UNIT_INTERVAL,
    "trigamma": ABOVE_ZERO, "sign": Bounds(Fraction(-1), False, Fraction(1), False),
}  # fmt: skip


def bounds(term: Term) -> Bounds:
    """Bounds for the values of a term over all values of its symbols."""
    rule = _RULES.get(type(term))
    return rule(term) if rule else Bounds()


def _num(t: Num) -> Bounds:
    return Bounds(t.value, False, t.value, False)


def _entry(t: Entry) -> Bounds:
    d = t.symbol.domain
    if "positive definite" in t.symbol.traits and len(t.at) == 2 and t.at[0] == t.at[1]:
        return ABOVE_ZERO
    return Bounds(d.low, not d.low_closed, d.high, not d.high_closed)


def _value(t: Value) -> Bounds:
    d = t.function.domain
    return Bounds() if t.by else Bounds(d.low, not d.low_closed, d.high, not d.high_closed)


def _det(t: Det) -> Bounds:
    return ABOVE_ZERO if positive_definite(t.matrix.body) else Bounds()


def positive_definite(body: Term) -> bool:
    """A matrix entry of a symbol or function value that is declared positive definite."""
    traits = body.symbol.traits if type(body) is Entry else body.function.traits if type(body) is Value else frozenset()
    return "positive definite" in traits


def _add(t: Add) -> Bounds:
    total = bounds(t.terms[0])
    for part in t.terms[1:]:
        total = total + bounds(part)
    return total


def _mul(t: Mul) -> Bounds:
    total = Bounds(Fraction(1), False, Fraction(1), False)
    for part in t.factors:
        total = total * bounds(part)
    return total


def _pow(t: Pow) -> Bounds:
    if type(t.exponent) is Num:
        e = t.exponent.value
        return bounds(t.base).power(int(e) if e.denominator == 1 else e)
    return ABOVE_ZERO if bounds(t.base).positive else Bounds()


def _apply(t: Apply) -> Bounds:
    if t.name in {"gamma", "log"}:
        inside = bounds(t.argument)
        if t.name == "gamma":
            return ABOVE_ZERO if inside.positive else Bounds()
        return _log(inside)
    if t.name in _INCREASING_ODD:
        inside = bounds(t.argument)
        if inside.positive or inside.negative:
            sided = _APPLIED.get(t.name, ABOVE_ZERO)
            positive = Bounds(Fraction(0), True, sided.high, sided.high_open)
            return positive if inside.positive else -positive
    if t.name == "abs" and not bounds(t.argument).nonnegative and bounds(t.argument).negative:
        return ABOVE_ZERO
    return ABOVE_ZERO if t.name == "abs" and bounds(t.argument).positive else _APPLIED.get(t.name, Bounds())


def _log(inside: Bounds) -> Bounds:
    """The sign of a logarithm: that of its argument less one."""
    if inside.low is not None and inside.low >= 1:
        return ABOVE_ZERO if inside.low > 1 or inside.low_open else FROM_ZERO
    if inside.high is not None and inside.high <= 1:
        return -ABOVE_ZERO if inside.high < 1 or inside.high_open else -FROM_ZERO
    return Bounds()


def _sum(t: Sum) -> Bounds:
    inner = bounds(t.body.body)
    sided = -inner if inner.high is not None and inner.high <= 0 else inner
    found = ABOVE_ZERO if sided.positive else FROM_ZERO if sided.nonnegative else Bounds()
    return found if sided is inner else -found


def _prod(t: Prod) -> Bounds:
    inner = bounds(t.body.body)
    if not inner.nonnegative:
        return Bounds()
    if inner.high is not None and inner.high <= 1:  # there is at least one factor
        return Bounds(Fraction(0), inner.positive, Fraction(1), inner.high < 1 or inner.high_open)
    return ABOVE_ZERO if inner.positive else FROM_ZERO


_RULES: dict[type, Callable[..., Bounds]] = {
    Num: _num, Const: lambda _: ABOVE_ZERO, Dim: lambda _: FROM_ONE, Entry: _entry, Value: _value, Det: _det, Add: _add, Pow: _pow,
    Mul: _mul, Apply: _apply, Sum: _sum, Prod: _prod, Delta: lambda _: Bounds(Fraction(0), False, Fraction(1), False),
}  # fmt: skip


def sign_power(exponent: Poly) -> Poly:
    """``(-1)^k`` for a whole k: one factor a term of k, with even multiples left out and ``n²`` as n."""
    parity: Poly = {}
    for m, c in exponent.items():
        plus(parity, {(frozenset((t, 1) for t, _ in m[0]), m[1]) if c.q == 1 else m: c})
    sign, factors = constant(1), []
    for m, c in parity.items():
        odd = c - 2 * (c / 2).floor()
        if m == UNIT and odd == 1:
            sign = constant(-1)
        elif odd != 0:
            factors.append((Pow(MINUS_ONE, poly_term({m: odd})), 1))
    return {(frozenset(factors), m[1]): c for m, c in sign.items()}


def monomial_bounds(m: Monomial) -> Bounds:
    """Bounds for a monomial without its coefficient."""
    total = ABOVE_ZERO if m[1] else Bounds(Fraction(1), False, Fraction(1), False)
    for t, e in m[0]:
        total = total * bounds(t).power(e)
    return total


def poly_bounds(p: Poly) -> Bounds:
    """Bounds for a polynomial."""
    total = Bounds(Fraction(0), False, Fraction(0), False)
    for m, c in p.items():
        q = as_fraction(c)
        total = total + monomial_bounds(m) * Bounds(q, False, q, False)
    mask = None if len(p) < 2 or total.positive or total.negative else mask_in(p)
    if mask is not None:
        off, on = (poly_bounds(case) for case in cases(p, mask))
        return off.hull(on)
    return total
