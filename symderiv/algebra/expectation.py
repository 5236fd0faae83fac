"""Expectations and integrals of one product: what does not depend on the variables leaves, sums go outside, the rest is known or stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.contraction import contract
from symderiv.algebra.labelling import place_of
from symderiv.algebra.polynomials import (
    Factor, NO_EXP, ONE_Q, Monomial, Poly, joined, monomial_of, monomial_term, plus, poly_term, times,
)  # fmt: skip
from symderiv.algebra.terms import (
    ZERO, Entry, Index, LogDensity, Mean, Score, Sum, Tensor, Term, exp, mul,
)  # fmt: skip


if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal

#: The family name of an integral over the volume, with no density in it.
VOLUME = ""


def mean_of(normal: Normal, mean: Mean, m: Monomial) -> Poly:
    """``E`` of a monomial: what does not depend on the variables leaves, sums go outside, the rest is known or stays."""
    free: list[Factor] = []
    bound: list[Factor] = []
    for t, e in m[0]:
        (bound if mentions(t, mean.variables) else free).append((t, e))
    free_exp: list[tuple[Monomial, fmpq]] = []
    bound_exp: list[tuple[Monomial, fmpq]] = []
    for n, c in m[1]:
        (bound_exp if mentions(monomial_term(n), mean.variables) else free_exp).append((n, c))
    outside: Poly = {(frozenset(free), frozenset(free_exp)): ONE_Q}
    if not bound and not bound_exp and mean.family != VOLUME:
        return outside
    inner: Monomial = (frozenset(bound), frozenset(bound_exp))
    if mean.family == VOLUME:
        return times(outside, _integral(normal, mean, inner), normal.meter)
    dummies: set[Index] = set()
    for t, e in bound:
        if type(t) is Sum and type(e) is int and e > 0:
            product: Monomial = (inner[0] - {(t, e)}, inner[1])
            for _ in range(e):
                indices, body = t.body.open()
                dummies.update(indices)
                product = joined(product, monomial_of(body)[0])
            inner = product
    score = _of_score(mean, inner)
    if score is not None:
        return times(outside, normal.poly(score), normal.meter)
    abstract = (not mean.at or len(mean.variables | mean.given) > 1) and mean.family not in normal.knowledge.concrete
    if abstract and not dummies:
        rewritten = _of_fewer(normal, mean, inner)
        if rewritten is not None:
            return times(outside, normal.poly(rewritten), normal.meter)
    term = Mean(mean.family, mean.variables, mean.given, mean.at, monomial_term(inner))
    if dummies:
        total: Poly = {}
        for n, c in mean_of(normal, term, inner).items():
            plus(total, contract(normal, n, dummies), c)
        return times(outside, total, normal.meter)
    exchanged = _exchanged(term) if abstract else None
    if exchanged is not None:
        return times(outside, normal.poly(exchanged), normal.meter)
    known = normal.knowledge.mean(term, normal)
    if known is None:
        known = {(frozenset(((term, 1),)), NO_EXP): ONE_Q}
    return times(outside, known, normal.meter)


def _exchanged(mean: Mean) -> Term | None:
    """``E_q[E_r[f]]`` with the name first in order outside, where neither density depends on the variables of the other (Fubini)."""
    inner = mean.body
    if not isinstance(inner, Mean) or inner.at != mean.at or VOLUME in (inner.family, mean.family):
        return None
    if not mean.variables.isdisjoint(inner.given | inner.variables):
        return None
    outer, within = ((x.family, sorted(x.variables)) for x in (mean, inner))
    if outer <= within:
        return None
    return Mean(
        inner.family, inner.variables, inner.given, inner.at, Mean(mean.family, mean.variables, mean.given, mean.at, inner.body)
    )


def _of_score(mean: Mean, m: Monomial) -> Term | None:
    """``E_{q(z | x)}[∂ log q(z, x)] = ∂ log q(x)``, which is 0 without conditions; None for anything but a score of the density itself."""
    ((t, e),) = m[0] if len(m[0]) == 1 and not m[1] else ((None, 0),)
    if not isinstance(t, Score) or e != 1 or len(t.by) != 1 or t.density.family != mean.family or t.density.at != mean.at:
        return None
    if t.density.given or not mean.given <= t.density.variables <= mean.variables | mean.given:
        return None
    return Score(LogDensity(mean.family, mean.given, frozenset(), mean.at), t.by) if mean.given else ZERO


def _of_fewer(normal: Normal, mean: Mean, m: Monomial) -> Term | None:
    """The expectation under a joint density by the rules of probability, where one applies.

    What depends on some of the variables only is averaged under their marginal; ``E_q[f / q] = ∫ f``; and an expectation under the
    conditional density of more variables inside one under the density of what they depend on is one under their joint density.
    """
    used = frozenset(v for v in mean.variables if mentions(monomial_term(m), frozenset((v,))))
    own = normal.poly(LogDensity(mean.family, used | mean.given, frozenset(), mean.at))
    bound = {n: c for n, c in own.items() if mentions(monomial_term(n), mean.variables)}
    exponents = dict(m[1])
    if used and all(exponents.get(n) == -c for n, c in bound.items()):
        weight = frozenset((n, c) for n, c in m[1] if n not in bound)
        rest = {n: c for n, c in own.items() if n not in bound}
        if mean.given:
            plus(rest, normal.poly(LogDensity(mean.family, mean.given, frozenset(), mean.at)), fmpq(-1))
        return Mean(VOLUME, used, frozenset(), mean.at, mul(monomial_term((m[0], weight)), exp(poly_term(rest))))
    if len(m[0]) == 1 and not m[1]:
        ((t, e),) = m[0]
        if (
            isinstance(t, Mean)
            and e == 1
            and t.family == mean.family
            and t.at == mean.at
            and t.variables.isdisjoint(used | mean.given)
        ):
            whole = LogDensity(t.family, t.variables, used | mean.given, mean.at)
            if used and normal.poly(whole) == normal.poly(LogDensity(t.family, t.variables, t.given, mean.at)):
                return Mean(mean.family, used | t.variables, mean.given, mean.at, t.body)
    return Mean(mean.family, used, mean.given, mean.at, monomial_term(m)) if used != mean.variables else None


def _integral(normal: Normal, mean: Mean, m: Monomial) -> Poly:
    """An integral over the volume: an expectation where a density of just these variables stands in it, else an atom."""
    for n, c in sorted(m[1], key=lambda nc: place_of(monomial_term(nc[0]))):
        ((t, e),) = n[0] if len(n[0]) == 1 and not n[1] else ((None, 0),)
        body = t.body.body if isinstance(t, Sum) and not mean.at else t
        if c != 1 or e != 1 or not isinstance(body, LogDensity) or not mean.variables <= body.variables:
            continue
        rest: Monomial = (m[0], m[1] - {(n, c)})
        if body.variables == mean.variables:
            at = mean.at if isinstance(t, Sum) else body.at
            return normal.poly(Mean(body.family, mean.variables, body.given, at, monomial_term(rest)))
        if isinstance(t, LogDensity) and t.at == mean.at and not t.given:
            others = t.variables - mean.variables
            marginal = exp(LogDensity(t.family, others, frozenset(), t.at))
            return normal.poly(mul(marginal, Mean(t.family, mean.variables, others, t.at, monomial_term(rest))))
    for n, c in sorted(m[1], key=lambda nc: place_of(monomial_term(nc[0]))):
        ((t, e),) = n[0] if len(n[0]) == 1 and not n[1] else ((None, 0),)
        if c == 1 and e == 1 and isinstance(t, LogDensity) and t.at == mean.at and t.variables < mean.variables:
            inner = Mean(t.family, t.variables, frozenset(), t.at, monomial_term((m[0], m[1] - {(n, c)})))
            return normal.poly(Mean(VOLUME, mean.variables - t.variables, frozenset(), t.at, inner))
    found = _with_density(normal, mean, m)
    if found is not None:
        return normal.poly(found)
    return {(frozenset(((Mean(VOLUME, mean.variables, frozenset(), mean.at, monomial_term(m)), 1),)), NO_EXP): ONE_Q}


def _with_density(normal: Normal, mean: Mean, m: Monomial) -> Term | None:
    """An integral whose exponential is that of a known density of its variable, up to a factor that does not depend on it, as an expectation."""
    own = {n: c for n, c in m[1] if mentions(monomial_term(n), mean.variables)}
    for family in sorted(normal.knowledge.concrete) if own and not mean.at else ():
        logs = normal.poly(LogDensity(family, mean.variables, frozenset(), ()))
        depending = {n: c for n, c in logs.items() if mentions(monomial_term(n), mean.variables)}
        if depending == own:
            factor = exp(poly_term({n: -c for n, c in logs.items() if n not in depending}))
            rest = monomial_term((m[0], m[1] - frozenset(own.items())))
            return mul(factor, Mean(family, mean.variables, frozenset(), (), rest))
    return None


def mentions(term: Term | Tensor, names: frozenset[str]) -> bool:
    """Whether a term depends on a random variable of these names."""
    if isinstance(term, Tensor):
        return mentions(term.body, names)
    if isinstance(term, Entry):
        return term.symbol.name in names
    if isinstance(term, LogDensity):
        return not names.isdisjoint(term.variables | term.given)
    if isinstance(term, Mean):
        inside = names - term.variables
        return not names.isdisjoint(term.given) or (bool(inside) and mentions(term.body, inside))
    for value in term.values:
        for part in value if type(value) is tuple else (value,):
            if isinstance(part, (Term, Tensor)) and mentions(part, names):
                return True
    return False
