r"""How densities fall far out, and divergences that are infinite because one falls too slowly for the other.

Where q falls as ``|x|^{-a}`` and ``-log p`` grows as ``|x|^r`` with ``r ≥ a - 1``, the integrand of ``KL(q ‖ p)`` is no less than a multiple of ``|x|^{r - a}`` there, whose
integral is infinite; elsewhere ``q log(q/p) ≥ q - p`` keeps it from minus infinity. So KL is infinite whatever the parameters: q has no moment of order r. The
same holds where ``-log p`` grows as ``exp(g)`` and ``-log q`` more slowly than g.

The growth of a term is read off its structure: the leading order of a sum, the product of orders, exponents and logarithms. Where leading terms cancel or a
sign is not known, nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symderiv.algebra.conditions import bounds_of, settled
from symderiv.algebra.expectation import mentions
from symderiv.algebra.families import Interval, Member
from symderiv.algebra.normal import Normal
from symderiv.algebra.substitute import substitute
from symderiv.algebra.terms import (
    ONE, ZERO, Add, Apply, Entry, Mul, Num, Pow, Symbol, Term, add, apply, exp, mul, num, power, scalar,
)  # fmt: skip
from symderiv.core.domain import POSITIVE

#: Orders of what stays bounded, and of a logarithm.
_BOUNDED = (0, Fraction(0), 0)
_LOGARITHM = (0, Fraction(0), 1)

#: The place far out, as a positive number that grows.
_FAR = Symbol("far", (), POSITIVE)


@dataclass(frozen=True, slots=True)
class Growth:
    """``coefficient · u^power · log(u)^logs · exp(exponent)`` as u grows, the exponent without a bound or None."""

    coefficient: Term
    power: Fraction = Fraction(0)
    logs: int = 0
    exponent: Growth | None = None

    @property
    def order(self) -> tuple[int, Fraction, int]:
        """What decides which of two grows faster: whether it grows or falls as an exponential, then powers, then logarithms."""
        return (0 if self.exponent is None else _sign(self.exponent.coefficient) or 0, self.power, self.logs)


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """A density of a scalar variable: its name, its logarithm, and whether it reaches to minus and to plus infinity."""

    name: str
    variable: Symbol
    log_density: Term
    reaches: tuple[bool, bool] = (True, True)


def on_the_line(member: Member) -> OnTheLine | None:
    """A member of a family as a density of a scalar variable; None where it is none."""
    if member.variable.sizes or not isinstance(member.family.support, Interval) or member.family.support.whole:
        return None
    name = member.family.name.replace("_", " ")
    return OnTheLine(name, member.variable, member.log_density(), (member.end("low") is None, member.end("high") is None))


def heavy_tail(q: OnTheLine | None, p: OnTheLine | None) -> str:
    """Why ``KL(q ‖ p)`` of two densities of one scalar variable is infinite: in words, or nothing where it is not seen to be."""
    if q is None or p is None:
        return ""
    for end, sign in ((1, 1), (0, -1)):
        if not q.reaches[end] or not p.reaches[end]:
            continue
        fall, growth = log_growth(q, sign), log_growth(p, sign)
        if fall is None or growth is None or _sign(growth.coefficient) != -1:
            continue
        own, others = q.name, p.name
        if growth.exponent is not None and fall.exponent is None and fall.order < growth.exponent.order:
            return f"{own} falls more slowly than an exponential, so that no exponential has an expectation, and -log of {others} grows as one"
        if fall.order != _LOGARITHM or not isinstance(fall.coefficient, Num) or growth.exponent is not None:
            continue
        rate = -fall.coefficient.value
        if growth.power > 0 and growth.power >= rate - 1 > 0:
            grows = {Fraction(1): "|x|", Fraction(2): "x²"}.get(growth.power, f"|x|^{_shown(growth.power)}")
            none = f"E|x|^r is infinite for r ≥ {rate - 1}"
            return f"{own} falls as |x|^-{_shown(rate)}, so that {none}, and -log of {others} grows as {grows}"
    return ""


def log_growth(density: OnTheLine, sign: int) -> Growth | None:
    """How the log-density grows towards plus or minus infinity; None where that is not seen."""
    there = scalar(mul(num(sign), Entry(_FAR, ())))
    return growth_of(substitute(density.log_density, {density.variable: there}))


def growth_of(t: Term) -> Growth | None:
    """The leading order of a term; None where it is not seen."""
    if not mentions(t, frozenset((_FAR.name,))):
        return Growth(t)
    match t:
        case Entry():
            return Growth(ONE, Fraction(1))
        case Add(terms=terms):
            return _sum([growth_of(x) for x in terms])
        case Mul(factors=factors):
            return _product([growth_of(x) for x in factors])
        case Pow(base=base, exponent=Num(value=e)):
            return _power(growth_of(base), e)
        case Apply(name="exp", argument=argument):
            return _exponential(growth_of(argument))
        case Apply(name="log", argument=argument):
            return _logarithm(growth_of(argument))
        case Apply(name="abs", argument=argument):
            inner = growth_of(argument)
            sign = None if inner is None else _sign(inner.coefficient)
            return None if inner is None or not sign else _product([Growth(num(sign)), inner])
    return None


def _sum(parts: list[Growth | None]) -> Growth | None:
    found = [p for p in parts if p is not None]
    if len(found) < len(parts):
        return None
    largest = max(p.order for p in found)
    leading = [p for p in found if p.order == largest]
    if largest[0] and len(leading) > 1:
        return None  # two exponentials of unlike rates
    total = settled(add(*(p.coefficient for p in leading)), Normal())
    if total == ZERO and largest > _BOUNDED:
        return None
    return Growth(total, leading[0].power, leading[0].logs, leading[0].exponent)


def _product(parts: list[Growth | None]) -> Growth | None:
    found = [p for p in parts if p is not None]
    exponents = [p.exponent for p in found if p.exponent is not None]
    if len(found) < len(parts) or len(exponents) > 1:
        return None
    total = settled(mul(*(p.coefficient for p in found)), Normal())
    power_ = sum((p.power for p in found), Fraction(0))
    return Growth(total, power_, sum(p.logs for p in found), exponents[0] if exponents else None)


def _power(base: Growth | None, e: Fraction) -> Growth | None:
    if base is None or base.exponent is not None or (base.logs and e.denominator != 1):
        return None
    if e.denominator != 1 and _sign(base.coefficient) != 1:
        return None
    return Growth(settled(power(base.coefficient, num(e)), Normal()), base.power * e, int(base.logs * e))


def _exponential(inner: Growth | None) -> Growth | None:
    if inner is None or inner.exponent is not None:
        return None
    if inner.order == _LOGARITHM:
        c = inner.coefficient
        return Growth(ONE, c.value) if isinstance(c, Num) else None
    if inner.order > _BOUNDED:
        return Growth(ONE, exponent=inner) if _sign(inner.coefficient) else None
    return Growth(exp(inner.coefficient) if inner.order == _BOUNDED else ONE)


def _logarithm(inner: Growth | None) -> Growth | None:
    if inner is None or inner.logs:
        return None
    if inner.exponent is not None:
        return inner.exponent
    if inner.power:
        return Growth(num(inner.power), logs=1)
    return Growth(apply("log", inner.coefficient)) if _sign(inner.coefficient) == 1 else None


def _sign(t: Term) -> int | None:
    b = bounds_of(settled(t, Normal()))
    return 1 if b.positive else -1 if b.negative else None


def _shown(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"({value})"
