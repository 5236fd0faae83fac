"""Is one scalar at least as large as another, wherever both have a value?

A proof writes the difference as a sum of what is never negative: divergences, ``D_KL(q ‖ p) = E_q[log q - log p] ≥ 0`` (Gibbs), and terms whose
sign the domains settle, directly or after Jensen's inequality (`jensen`). A refutation is an instance at which the difference, enclosed in an Arb ball, lies below zero. All else is undecided.
"""

from __future__ import annotations

from symderiv.algebra.evaluate import Balls, Evaluator, precision
from symderiv.algebra.numbers import NoValue
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.means import expectations
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget, Meter, Monomial, Poly, as_fraction, poly_term
from symderiv.algebra.signs import monomial_bounds, poly_bounds
from symderiv.algebra.terms import (
    Add, Index, LogDensity, Mean, Sum, Tensor, Term, Undefined, add, fresh, mul, neg, num, sub,
)  # fmt: skip
from symderiv.core.size import Size
from symderiv.core.results import Proved, Refuted, Undecided, Verdict, Witness
from symderiv.decide.equal import EFFORT, Effort, unmeasurable, without_known_densities
from symderiv.decide.jensen import smaller
from symderiv.decide.instances import RandomInstance, Vocabulary
from symderiv.decide.words import assignments


def at_least(left: Tensor, right: Tensor, knowledge: Knowledge | None = None, effort: Effort = EFFORT) -> Verdict:
    """Whether ``left >= right``. Both are scalars; ValueError where they are not."""
    if left.rank or right.rank:
        raise ValueError("only scalars are ordered")
    difference = sub(left.body, right.body)
    try:
        rule = _proved(difference, knowledge, effort)
        if rule:
            return Proved(("normal form", rule))
    except Undefined as nowhere:
        return Undecided(f"one side has no value anywhere: {nowhere}")
    except (Budget, RecursionError):
        pass
    return _refuted(left, right, knowledge, effort)


def _proved(difference: Term, knowledge: Knowledge | None, effort: Effort) -> str:
    """The rule by which a term is never negative, or nothing."""
    # the second look keeps densities as they stand: Gibbs' inequality asks for no formula of theirs
    if _never_negative(difference, knowledge, effort) or _never_negative(difference, None, effort):
        return "a divergence is never negative"
    poly = Normal(knowledge, Meter(effort.products)).poly(difference)
    if any(_never_negative(x, knowledge, effort) for x in smaller(poly)):
        return "Jensen's inequality"
    rest, summands = _summands(poly)
    if summands and _never_negative(rest, knowledge, effort):
        rules = [_proved(x, knowledge, effort) for x in summands]
        return rules[0] if all(rules) else ""
    return ""


def _summands(poly: Poly) -> tuple[Term, list[Term]]:
    """What stands in no sum over one index, and the summands of all sums of one length together: these are never negative if each of those is not."""
    by_size: dict[Size, tuple[Index, list[Term]]] = {}
    rest: Poly = {}
    for m, c in poly.items():
        ((term, e),) = m[0] if len(m[0]) == 1 and not m[1] else ((None, 0),)
        if not isinstance(term, Sum) or e != 1 or term.body.rank != 1:
            rest[m] = c
            continue
        index, members = by_size.setdefault(term.body.sizes[0], (fresh(term.body.sizes[0]), []))
        members.append(mul(num(as_fraction(c)), term.body.at(index)))
    return poly_term(rest), [add(*members) for _, members in by_size.values()]


def is_positive(x: Tensor, knowledge: Knowledge | None = None) -> bool:
    """Whether the domains say that a scalar is greater than zero."""
    try:
        return not x.rank and poly_bounds(Normal(knowledge, Meter(EFFORT.products)).poly(x.body)).positive
    except (Undefined, Budget, RecursionError):
        return False


def _never_negative(difference: Term, knowledge: Knowledge | None, effort: Effort) -> bool:
    normal = Normal(knowledge, Meter(effort.products))
    poly = normal.poly(difference)
    gathered = expectations(poly)
    if not all(_monomial_never_negative(m, c > 0) for m, c in gathered.items()):
        return False
    return not normal.poly(sub(poly_term(gathered), difference))  # gathering is checked, so that nothing is taken on trust


def _monomial_never_negative(m: Monomial, positive: bool) -> bool:
    if len(m[0]) == 1 and not m[1]:
        ((term, exponent),) = m[0]
        if exponent == 1 and isinstance(term, Mean) and is_divergence(term):
            return positive
    signs = monomial_bounds(m)
    return (signs if positive else -signs).nonnegative


def is_divergence(mean: Mean) -> bool:
    """``E_q[log q - log p]`` with p a density of the same variables."""
    own = LogDensity(mean.family, mean.variables, mean.given, mean.at)
    parts = mean.body.terms if isinstance(mean.body, Add) else ()
    if len(parts) != 2 or own not in parts:
        return False
    p = neg(parts[1] if parts[0] == own else parts[0])
    return isinstance(p, LogDensity) and p.variables == own.variables and p.at == own.at


def _refuted(left: Tensor, right: Tensor, knowledge: Knowledge | None, effort: Effort) -> Verdict:
    try:
        left, right = without_known_densities(left, knowledge), without_known_densities(right, knowledge)
    except (Budget, Undefined):
        return Undecided("no numeric comparison")
    vocabulary = Vocabulary()
    vocabulary.add(left)
    vocabulary.add(right)
    reason = unmeasurable(vocabulary, knowledge)
    if reason:
        return Undecided(reason)
    for seed in effort.seeds:
        try:
            instance = RandomInstance(vocabulary, seed, small=True, relations=getattr(knowledge, "relations", ()))
            with precision(effort.bits[0]):
                balls = Evaluator(instance, Balls(effort.bits[0]), effort.evaluations)
                ambient = dict(instance.ambient)
                a, b = balls.value(left.body, {}, ambient), balls.value(right.body, {}, ambient)
                if a < b:
                    return Refuted(Witness(assignments(instance), a.str(6, radius=False), b.str(6, radius=False)))
        except (NoValue, ZeroDivisionError, OverflowError):
            continue
    return Undecided("no proof that one side is never the smaller one, and no point at which it is")
