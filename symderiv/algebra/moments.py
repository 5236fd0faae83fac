"""Expectations under a member of a family: the rule of its law, and the rows of even functions around a centre.

Expectations are linear; nothing here gives a number that is not proved or integrated.
"""

from __future__ import annotations

from collections.abc import Mapping

from symderiv.algebra.antiderivatives import antiderivative, completed
from symderiv.algebra.calculus import derivative
from symderiv.algebra.conditions import Conditions, bounds_of, settled
from symderiv.algebra.expectation import mentions
from symderiv.algebra.families import Image, Level, Member, OneHot, Tilted, simultaneous
from symderiv.algebra.knowledge import Forms
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Monomial, Poly, monomial_of, monomial_term, poly_term, times
from symderiv.algebra.substitute import substitute
from symderiv.algebra.terms import (
    ONE, ZERO, Apply, Entry, LogDensity, Mean, Symbol, Tensor, Term, Value, add, delta, exp, fresh, log, mul, num, power, scalar, sub, sum_over, tensor,
)  # fmt: skip
from symderiv.algebra.tilting import under_tilt


def mean_under(q: Member, body: Term, normal: Normal, conditions: Conditions) -> Poly | None:
    """The expectation of a product of the variable's functions, None where no rule gives it. Raises `Diverges`."""
    m, c = monomial_of(body)
    found = _exponential_of_distances(q, m, normal, conditions) if "exp_abs" in q.family.centred else _centred(q, m, normal)
    if found is None:
        match q.family.law:
            case Tilted() as law:
                found = under_tilt(q, law, m, normal, conditions)
            case Image() as law:
                return _by_image(q, law, body, normal, conditions)
            case OneHot() as law:
                found = _by_states(q, law, monomial_term(m), normal)
            case Level():
                found = _by_antiderivative(q, m, normal)
    return None if found is None else {n: e * c for n, e in found.items()}


def has_means(term: Term) -> bool:
    """Whether an expectation is left in a term."""
    if isinstance(term, Mean):
        return True
    return any(
        has_means(part.body if isinstance(part, Tensor) else part)
        for value in term.values
        for part in (value if type(value) is tuple else (value,))
        if isinstance(part, (Term, Tensor))
    )


# --- images, states and antiderivatives ---------------------------------------------------------------------------------------


_BASE = "base of an image"


class _Only:
    """Knowledge of one density, called ``base``."""

    concrete = frozenset((_BASE,))
    forms: Forms | None = None

    def __init__(self, member: Member | None, conditions: Conditions) -> None:
        self.member, self.conditions = member, conditions

    def log_density(self, _term: LogDensity) -> Term | None:
        return None

    def require_support(self, _term: Mean) -> None:
        return None

    def mean(self, term: Mean, normal: Normal) -> Poly | None:
        return (
            mean_under(self.member, term.body, normal, self.conditions)
            if self.member is not None and term.family == _BASE
            else None
        )

    def value(self, _term: Value) -> Term | None:
        return None


def _by_image(q: Member, law: Image, body: Term, normal: Normal, conditions: Conditions) -> Poly | None:
    base = None if law.base is None else _inserted(law.base, q)
    inner = Normal(_Only(base, conditions), normal.meter)
    parts = []
    for weight, value in law.branches:
        there = settled(simultaneous(body, {q.variable: q.inserted_tensor(value)}), inner)
        mean = there if base is None else Mean(_BASE, base.variables, frozenset(), (), there)
        parts.append(mul(q.inserted(weight), mean))
    total = settled(add(*parts), inner)
    if has_means(total):
        return None
    return normal.poly(total)


def whole_mean(q: Member, body: Term, normal: Normal, conditions: Conditions) -> Term | None:
    """The expectation of a whole term under an image, put in before it is taken apart, so that what cancels does; None where no rule gives it."""
    if not isinstance(q.family.law, Image):
        return None
    found = _by_image(q, q.family.law, body, normal, conditions)
    return None if found is None else poly_term(found)


def _inserted(base: Member, q: Member) -> Member:
    return Member(base.family, tuple(map(q.inserted_tensor, base.arguments)), base.variable)


def _by_states(q: Member, law: OneHot, body: Term, normal: Normal) -> Poly:
    (i,), weight = law.weights.open()
    weight = q.inserted(weight)
    k = fresh(i.size)
    unit = tensor((k,), delta(k, i))
    return normal.poly(settled(sum_over((i,), mul(weight, substitute(body, {q.variable: unit}))), normal))


def _by_antiderivative(q: Member, m: Monomial, normal: Normal) -> Poly | None:
    low, high = q.end("low"), q.end("high")
    assert low is not None
    assert high is not None
    found = antiderivative(q.variable, m, normal)
    if found is None:
        return None
    ends = sub(substitute(found, {q.variable: scalar(high)}), substitute(found, {q.variable: scalar(low)}))
    return normal.poly(mul(ends, power(sub(high, low), num(-1))))


# --- even functions around a centre -------------------------------------------------------------------------------------------


def _exponential_of_distances(q: Member, m: Monomial, normal: Normal, conditions: Conditions) -> Poly | None:
    """``E exp(-s |x - c| - t |x - l|)`` with the location l of the member itself, from the family's row; other products as they are."""
    location = q.family.location_scale
    if m[0] or not m[1] or location is None or q.variable.sizes:
        return _centred(q, m, normal)
    own = normal.poly(q.inserted(location[0]))
    outside: Term = ZERO
    t: Term = ZERO
    found: list[tuple[Term, Term]] = []
    for n, e in m[1]:
        term = monomial_term(n, e)
        if not mentions(term, q.variables):
            outside = add(outside, term)
            continue
        rates = [
            (f, monomial_term((n[0] - {(f, k)}, n[1]), -e))
            for f, k in n[0]
            if k == 1 and isinstance(f, Apply) and f.name == "abs"
        ]
        if len(rates) != 1 or mentions(rates[0][1], q.variables):
            return None
        distance, rate = rates[0]
        slope = settled(derivative(distance.argument, q.variable, ()), normal)
        if slope not in (ONE, num(-1)):
            return None
        centre = settled(sub(Entry(q.variable, ()), mul(slope, distance.argument)), normal)
        if normal.poly(centre) == own:
            t = add(t, rate)
        else:
            found.append((centre, rate))
    if len({centre for centre, _ in found}) > 1:
        return None
    c = found[0][0] if found else poly_term(own)
    (place, s, own_rate), value = q.family.centred["exp_abs"]
    near, far = add(t, power(q.inserted(location[1]), num(-1))), add(ZERO, *(rate for _, rate in found))
    conditions.need(add(near, far), normal, f"the tail of {q.family.name} is too heavy")
    apart = settled(power(sub(near, far), num(2)), normal)
    if apart not in conditions.positive and not bounds_of(apart).positive:
        conditions.positive.append(apart)
    mean = _row(q, value, {place: c, s: far, own_rate: t}, normal)
    return None if mean is None else times(normal.poly(exp(outside)), mean, normal.meter)


def _centred(q: Member, m: Monomial, normal: Normal) -> Poly | None:
    """``E f(x - c)`` from the family's rows, where the product is just that."""
    if m[1] or len(m[0]) != 1 or q.variable.sizes:
        return None
    ((t, e),) = m[0]
    if e != 1 or not isinstance(t, Apply):
        return None
    slope = settled(derivative(t.argument, q.variable, ()), normal)
    if t.name == "log" and "log_quadratic" in q.family.centred:
        return _log_quadratic(q, t.argument, normal)
    if t.name not in q.family.centred or slope not in (ONE, num(-1)):
        return None
    (c,), value = q.family.centred[t.name]
    centre = sub(Entry(q.variable, ()), mul(slope, t.argument))
    return _row(q, value, {c: centre}, normal)


def _log_quadratic(q: Member, argument: Term, normal: Normal) -> Poly | None:
    square = completed(argument, q.variable, normal)
    if square is None:
        return None
    half, centre, least = square
    (c, s), value = q.family.centred["log_quadratic"]
    return _row(q, add(log(half), value), {c: centre, s: power(least, num(1, 2))}, normal)


def _row(q: Member, value: Term, places: Mapping[Symbol, Term], normal: Normal) -> Poly | None:
    own = dict(zip(q.family.parameters, q.arguments, strict=True))
    settled_places = {k: scalar(settled(v, normal)) for k, v in places.items()}
    if any(mentions(v, q.variables) for v in settled_places.values()):
        return None
    return normal.poly(settled(simultaneous(value, {**own, **settled_places}), normal))
