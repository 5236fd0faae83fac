"""Expectations and integrals of one product: what does not depend on the variables leaves, sums go outside, the rest is known or stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.contraction import contract
from symderiv.algebra.polynomials import (
    Factor, NO_EXP, ONE_Q, Monomial, Poly, joined, monomial_of, monomial_term, plus, times,
)  # fmt: skip
from symderiv.algebra.terms import (
    ONE, Entry, Index, LogDensity, Mean, Sum, Tensor, Term, exp, neg,
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
    weighted = _without_own_density(normal, mean, inner)
    if weighted is not None:
        return times(outside, weighted, normal.meter)
    dummies: set[Index] = set()
    for t, e in bound:
        if type(t) is Sum and type(e) is int and e > 0:
            product: Monomial = (inner[0] - {(t, e)}, inner[1])
            for _ in range(e):
                indices, body = t.body.open()
                dummies.update(indices)
                product = joined(product, monomial_of(body)[0])
            inner = product
    term = Mean(mean.family, mean.variables, mean.given, mean.at, monomial_term(inner))
    if dummies:
        total: Poly = {}
        for n, c in mean_of(normal, term, inner).items():
            plus(total, contract(normal, n, dummies), c)
        return times(outside, total, normal.meter)
    known = normal.knowledge.mean(term, normal)
    if known is None:
        known = {(frozenset(((term, 1),)), NO_EXP): ONE_Q}
    return times(outside, known, normal.meter)


def _without_own_density(normal: Normal, mean: Mean, m: Monomial) -> Poly | None:
    """``E_q[f / q] = ∫ f``, where the density under which the mean is taken divides; None where it does not."""
    if mean.at:
        return None
    whole: Monomial = (frozenset(((LogDensity(mean.family, mean.variables | mean.given, frozenset(), ()), 1),)), NO_EXP)
    if (whole, -ONE_Q) not in m[1]:
        return None
    rest: Monomial = (m[0], m[1] - {(whole, -ONE_Q)})
    left = Mean(VOLUME, mean.variables, frozenset(), (), monomial_term(rest))
    given = exp(neg(LogDensity(mean.family, mean.given, frozenset(), ()))) if mean.given else ONE
    return times(normal.poly(left), normal.poly(given), normal.meter)


def _integral(normal: Normal, mean: Mean, m: Monomial) -> Poly:
    """An integral over the volume: an expectation where a density of just these variables stands in it, else an atom."""
    for n, c in m[1]:
        ((t, e),) = n[0] if len(n[0]) == 1 and not n[1] else ((None, 0),)
        body = t.body.body if isinstance(t, Sum) and not mean.at else t
        if c == 1 and e == 1 and isinstance(body, LogDensity) and body.variables == mean.variables:
            at = mean.at if isinstance(t, Sum) else body.at
            rest: Monomial = (m[0], m[1] - {(n, c)})
            under = Mean(body.family, mean.variables, body.given, at, monomial_term(rest))
            return normal.poly(under)
        if (
            c == 1
            and e == 1
            and isinstance(t, LogDensity)
            and not t.at
            and not mean.at
            and t.variables > mean.variables
            and not t.given
        ):
            given = t.variables - mean.variables  # p(x, z) = p(z | x) p(x)
            under = Mean(t.family, mean.variables, given, (), monomial_term((m[0], m[1] - {(n, c)})))
            return times(normal.poly(under), normal.poly(exp(LogDensity(t.family, given, frozenset(), ()))), normal.meter)
    return {(frozenset(((Mean(VOLUME, mean.variables, frozenset(), mean.at, monomial_term(m)), 1),)), NO_EXP): ONE_Q}


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
