r"""Expectations by tilting: ``E[T_a T_b … exp(δ·T)] = ∂_a ∂_b … exp M(δ)`` with the cumulant function M of a family (`families`).

Every power, logarithm and exponential of the variable that is made of the statistics has its expectation here, and for vectors in space the
exponential of every quadratic form. The natural parameters and the log-partition are read off the log-density.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symderiv.algebra.calculus import derivative, gradient
from symderiv.algebra.conditions import Conditions, bounds_of, monomials, settled, sign_of
from symderiv.algebra.expectation import mentions
from symderiv.algebra.families import Member, Region, Tilted, simultaneous, whole
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Factor, Monomial, Poly, monomial_term, poly_term
from symderiv.algebra.substitute import substitute
from symderiv.algebra.rebuild import rebuilt
from symderiv.algebra.terms import (
    ONE, PI, ZERO, Add, Apply, Det, Entry, InverseEntry, Mul, Pow, Slot, Sum, Symbol, Tensor, Term, Undefined, add, exp, fresh, log, mul, neg, num, power,
    scalar, size_term, sub, sum_over, tensor,
)  # fmt: skip


def under_tilt(q: Member, law: Tilted, m: Monomial, normal: Normal, conditions: Conditions) -> Poly | None:
    """``E[T_a T_b … exp(δ·T)]`` by the cumulant function."""
    statistics = [statistic(q, s) for s in law.statistics]
    taken: list[tuple[int, tuple[Slot, ...]]] = []
    rest: list[Factor] = []
    for t, e in m[0]:
        place = _place(t, q.variable, statistics)
        if place is not None and type(e) is int and e > 0:
            taken += [place] * e
        else:
            squared = _place(power(t, num(e)), q.variable, statistics) if type(e) is int and e > 0 else None
            inverted = _place(power(t, num(-1)), q.variable, statistics) if type(e) is int and e < 0 else None
            if squared is not None:
                taken.append(squared)
            elif inverted is not None:
                taken += [inverted] * -int(e)
            else:
                rest.append((t, e))
    shift: dict[Symbol, Tensor] = {}
    outside: Term = ZERO
    if rest or m[1]:
        try:
            linear = _linear(log(monomial_term((frozenset(rest), m[1]))), q, law, statistics, normal)
        except Undefined:  # a product that is negative is the exponential of nothing
            linear = None
        if linear is None:
            return None if taken else _by_completing_the_square(q, m, normal, conditions)
        shift, outside = linear
        _in_domain(q, law, shift, normal, conditions)
    weight: Term = ONE
    cumulant = q.family.cumulant
    for k, at in taken:
        weight = add(derivative(weight, law.tilts[k], at), mul(weight, derivative(cumulant, law.tilts[k], at)))
    still = {t: tensor(tuple(fresh(s) for s in t.sizes), ZERO) for t in law.tilts if t not in shift}
    values = {**still, **shift}
    at_shift = mul(weight, exp(cumulant)) if shift else weight
    value = simultaneous(at_shift, {**values, **dict(zip(q.family.parameters, q.arguments, strict=True))})
    return normal.poly(settled(mul(exp(outside), value), normal))


def _by_completing_the_square(q: Member, m: Monomial, normal: Normal, conditions: Conditions) -> Poly | None:
    """``∫ exp(c + bᵀx - ½ xᵀPx) = (2π)^{k/2} det(P)^{-1/2} exp(c + ½ bᵀP⁻¹b)`` for a vector in space; P must be positive definite."""
    if len(q.variable.sizes) != 1 or q.family.support != Region("space"):
        return None
    exponent = settled(add(q.log_density(), log(monomial_term(m))), normal)
    slope = normal.tensor(gradient(scalar(exponent), q.variable))
    curvature = normal.tensor(gradient(slope, q.variable))
    if mentions(curvature, q.variables):
        return None
    (i, j), body = curvature.open()
    precision = normal.tensor(tensor((i, j), neg(body)))
    conditions.definite.append(precision)
    nothing = {q.variable: tensor((fresh(q.variable.sizes[0]),), ZERO)}
    b = tensor((k := fresh(q.variable.sizes[0]),), substitute(slope.at(k), nothing))
    half = mul(num(1, 2), sum_over((i, j), mul(b.at(i), b.at(j), InverseEntry(precision, (i, j)))))
    size = size_term(q.variable.sizes[0])
    norm = mul(num(1, 2), sub(mul(size, log(mul(num(2), PI))), log(Det(precision))))
    return normal.poly(exp(add(substitute(exponent, nothing), half, norm)))


def statistic(q: Member, s: Tensor) -> Tensor:
    """A statistic of the family with the member's parameters and variable."""
    own = dict(zip(q.family.parameters, q.arguments, strict=True))
    indices, body = s.open()
    body = simultaneous(body, {**own, q.family.variable: whole(q.variable)})
    return tensor(indices, poly_term(Normal().poly(body)))


def _place(term: Term, variable: Symbol, statistics: Iterable[Tensor]) -> tuple[int, tuple[Slot, ...]] | None:
    """The number of the statistic, and the slots, at which a term is its entry."""
    places = _entries(term, variable)
    for k, s in enumerate(statistics):
        for place in places:
            at = place if len(place) == s.rank else ()
            if len(at) == s.rank and s.at(*at) == term:
                return k, at
    return None


def _entries(term: Term, variable: Symbol) -> list[tuple[Slot, ...]]:
    if isinstance(term, Entry):
        return [term.at] if term.symbol.name == variable.name else []
    out: list[tuple[Slot, ...]] = []
    for value in term.values:
        for part in value if type(value) is tuple else (value,):
            inside = part.body if isinstance(part, Tensor) else part
            if isinstance(inside, Term):
                out += [at for at in _entries(inside, variable) if at not in out]
    return out


def _linear(
    term: Term, q: Member, law: Tilted, statistics: list[Tensor], normal: Normal
) -> tuple[dict[Symbol, Tensor], Term] | None:
    """A term as ``c + δ·T``: the tilts by their symbols, and c. None where it is nothing of the kind, or has no value (a negative factor's log)."""
    name = frozenset((q.variable.name,))
    stands = [Symbol(f"statistic {k}", s.sizes) for k, s in enumerate(law.tilts)]
    try:
        written = replaced(settled(term, normal), q.variable, statistics, stands)
    except Undefined:
        return None
    if mentions(written, name):
        return None
    shift: dict[Symbol, Tensor] = {}
    rest = written
    for tilt, stand in zip(law.tilts, stands, strict=True):
        if not mentions(written, frozenset((stand.name,))):
            continue
        slope = normal.tensor(gradient(scalar(written), stand))
        if mentions(slope, frozenset(s.name for s in stands)):
            return None
        shift[tilt] = slope
        indices, body = slope.open()
        rest = sub(rest, sum_over(indices, mul(body, Entry(stand, indices))))
    rest = settled(rest, normal)
    return None if mentions(rest, frozenset(s.name for s in stands)) else (shift, rest)


def replaced(term: Term, variable: Symbol, statistics: list[Tensor], stands: list[Symbol]) -> Term:
    """The term with symbols in place of the statistics."""
    if not mentions(term, frozenset((variable.name,))):
        return term
    place = _place(term, variable, statistics)
    if place is not None:
        return Entry(stands[place[0]], place[1])

    def inner(x: Term) -> Term:
        return replaced(x, variable, statistics, stands)

    match term:
        case Add() | Mul() | Pow() | Apply():
            return rebuilt(term, inner)
        case Sum(body=body):
            indices, inside = body.open()
            return sum_over(indices, inner(inside))
    return term


def _in_domain(q: Member, law: Tilted, shift: Mapping[Symbol, Tensor], normal: Normal, conditions: Conditions) -> None:
    """The tilted density exists where its parameters lie in their domains."""
    still = {t: tensor(tuple(fresh(s) for s in t.sizes), ZERO) for t in law.tilts}
    values = {**still, **shift, **dict(zip(q.family.parameters, q.arguments, strict=True))}
    why = f"the tail of {q.family.name} is too heavy"
    for end in _ends(q.family.parameters, law.moved):
        if not bounds_of(sign_of(settled(end, normal), normal)).positive:
            conditions.need(simultaneous(end, values), normal, why)


def _ends(parameters: Iterable[Symbol], moved: Iterable[Tensor]) -> Iterable[Term]:
    """What is positive where the parameters of the tilted density lie in their domains; nothing for those that do not move."""
    for parameter, place in zip(parameters, moved, strict=True):
        if place == whole(parameter):
            continue
        _, body = place.open()
        d = parameter.domain
        if d.low is not None:
            yield sub(body, num(d.low))
        if d.high is not None:
            yield sub(num(d.high), body)


# --- the form of an exponential family ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExponentialForm:
    """``log q = Σ θ·T + log h - F``: pairs (θ, T), the log-partition F, and what else depends on the variable."""

    parts: tuple[tuple[Tensor, Tensor], ...]
    log_partition: Term
    base: Term


def exponential_form(q: Member) -> ExponentialForm | None:
    """The natural parameters of a member of a tilted family, read off its log-density; None where it is not linear in the statistics."""
    law = q.family.law
    if not isinstance(law, Tilted):
        return None
    normal = Normal()
    statistics = [statistic(q, s) for s in law.statistics]
    stands = [Symbol(f"statistic {k}", s.sizes) for k, s in enumerate(law.tilts)]
    names = frozenset(s.name for s in stands)
    partition: list[Term] = []
    base: list[Term] = []
    linear: list[Term] = []
    for m, c in monomials(settled(q.log_density(), normal)).items():
        part = monomial_term(m, c)
        written = replaced(part, q.variable, statistics, stands)
        slopes = [normal.tensor(gradient(scalar(written), s)) for s in stands]
        if not mentions(part, q.variables):
            partition.append(neg(part))
        elif mentions(written, q.variables) or any(mentions(s, names) for s in slopes):
            base.append(part)
        else:
            linear.append(written)
    if any(mentions(part, frozenset(s.name for s in _symbols(q))) for part in base):
        return None
    whole = add(*linear)
    parts = tuple((normal.tensor(gradient(scalar(whole), s)), statistic) for s, statistic in zip(stands, statistics, strict=True))
    return ExponentialForm(parts, settled(add(*partition), normal), add(*base))


def _symbols(q: Member) -> list[Symbol]:
    """The symbols in the parameters that tilting moves."""
    law = q.family.law
    assert isinstance(law, Tilted)
    moving = [a for p, a, m in zip(q.family.parameters, q.arguments, law.moved, strict=True) if m != whole(p)]
    out: list[Symbol] = []
    for a in moving:
        out += _symbols_in(a.body)
    return out


def _symbols_in(term: Term) -> list[Symbol]:
    if isinstance(term, Entry):
        return [term.symbol]
    parts = (p for value in term.values for p in (value if type(value) is tuple else (value,)))
    inside = (p.body if isinstance(p, Tensor) else p for p in parts)
    return [s for p in inside if isinstance(p, Term) for s in _symbols_in(p)]
