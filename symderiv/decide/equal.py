"""Are two expressions equal? Prove, else refute, else say that neither was done.

A proof is a difference whose normal form is zero. A refutation is an instance at which the two values, enclosed in Arb balls,
do not meet. Everything else is undecided, with what was tried: numbers that agree prove nothing, and a failed proof refutes nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from symderiv.algebra.functions import has_exponential_form
from symderiv.algebra.evaluate import Balls, Evaluator, Floats, NoValue, precision
from symderiv.algebra.normal import Normal
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.polynomials import NO_EXP, ONE_Q, Budget, Meter, Monomial, Poly, plus, poly_term, times, whole
from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Add, Tensor, Term, Undefined, sub, tensor
from symderiv.core.results import Proved, Refuted, Undecided, Verdict, Witness
from symderiv.decide.instances import RandomInstance, Vocabulary
from symderiv.decide.words import assignments


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work one decision may take: monomial products, evaluations a point, seeds of the points, bits of the last look."""

    products: int = 400_000
    evaluations: int = 60_000
    seeds: tuple[int, ...] = (1, 2, 3, 4)
    bits: tuple[int, ...] = (64, 256, 2048)


EFFORT = Effort()


def decide(left: Tensor, right: Tensor, knowledge: Knowledge | None = None, effort: Effort = EFFORT) -> Verdict:
    """Whether two tensors of one shape are equal wherever both have a value.

    Shapes must agree: the caller says what is wrong where they do not.
    """
    if not same_shape(left, right):
        raise ValueError("tensors of different shapes are not compared")
    try:
        proof = prove(left, right, knowledge, effort)
    except Undefined as nowhere:
        return Undecided(f"one side has no value anywhere: {nowhere}")
    except Budget as spent:
        proof = None
        reason = str(spent)
    except RecursionError:
        return Undecided("the expression is nested too deeply")
    else:
        reason = "the normal forms differ"
    if proof is not None:
        return proof
    return refute(left, right, knowledge, effort, reason)


def prove(left: Tensor, right: Tensor, knowledge: Knowledge | None = None, effort: Effort = EFFORT) -> Proved | None:
    """A proof that both are equal, or None."""
    indices, a = left.open()
    b = right.at(*indices)
    forms = (False, True) if has_exponential_form(a) or has_exponential_form(b) else (False,)
    for hyperbolic in forms:
        normal = Normal(knowledge, Meter(effort.products), hyperbolic)
        difference = normal.poly(sub(a, b))
        rules = ["normal form"] + ["tanh, cosh, sigmoid by exponentials"] * hyperbolic
        if not difference:
            return Proved(tuple(rules))
        cleared = without_denominators(difference, normal.meter)
        if not cleared:
            return Proved((*rules, "common denominator"))
    return None


def without_denominators(p: Poly, meter: Meter) -> Poly:
    """``p`` times every sum that divides a term of it; zero exactly where ``p`` is, wherever ``p`` has a value."""
    while True:
        lowest: dict[Term, Any] = {}
        for m in p:
            for t, e in m[0]:
                if type(t) is Add and e < 0:
                    lowest[t] = min(e, lowest.get(t, 0))
        if not lowest:
            return p
        divisor = min(lowest, key=lambda t: t.digest)
        missing = -lowest[divisor]
        raised: Poly = {}
        for m, c in p.items():
            plus(raised, _raised(m, divisor, missing, meter), c)
        p = raised


def _raised(m: Monomial, divisor: Term, missing: Any, meter: Meter) -> Poly:
    there = next((e for t, e in m[0] if t == divisor), 0)
    rest: Monomial = (frozenset(f for f in m[0] if f[0] != divisor), m[1])
    e = whole(Fraction(there + missing))
    if e == 0:
        return {rest: ONE_Q}
    return times({rest: ONE_Q}, _sum_power(divisor, e, meter), meter)


def _sum_power(divisor: Term, e: Any, meter: Meter) -> Poly:
    from symderiv.algebra.polynomials import terms_of, whole_power

    if type(e) is int and e > 0:
        return whole_power(terms_of(divisor), e, meter)
    return {(frozenset(((divisor, e),)), NO_EXP): fmpq(1)}


# --- refutation -----------------------------------------------------------------------------------------------------------


def refute(left: Tensor, right: Tensor, knowledge: Knowledge | None, effort: Effort, reason: str = "") -> Verdict:
    """A rigorous witness that both differ, or what was tried."""
    try:
        left, right = without_known_densities(left, knowledge), without_known_densities(right, knowledge)
    except (Budget, Undefined):
        return Undecided(f"{reason}; no numeric comparison")
    vocabulary = Vocabulary()
    vocabulary.add(left)
    vocabulary.add(right)
    reason_not = unmeasurable(vocabulary, knowledge)
    if reason_not:
        return Undecided(f"{reason}; {reason_not}")
    agreed = undefined = 0
    half = len(effort.seeds) // 2
    points = [(seed, k < half, False) for k, seed in enumerate(effort.seeds)] + [
        (seed, True, True) for seed in effort.seeds[:half]
    ]
    for seed, small, positive in points:
        if positive and agreed:
            break
        try:
            instance = RandomInstance(vocabulary, seed, small, positive)
            found = _compare(left, right, instance, effort)
        except (NoValue, ZeroDivisionError):
            undefined += 1
            continue
        except OverflowError:
            return Undecided(f"{reason}; too large to evaluate")
        if isinstance(found, Refuted):
            return found
        agreed += 1
    if not agreed and undefined:
        return Undecided(f"{reason}; no point was found at which both sides have a value")
    return Undecided(f"{reason}; equal to {effort.bits[-1] * 3 // 10} digits at {agreed} random points")


def _compare(left: Tensor, right: Tensor, instance: RandomInstance, effort: Effort) -> Refuted | None:
    sizes = [instance.size(s) for s in left.sizes]
    floats = Evaluator(instance, Floats(), effort.evaluations)
    places = list(itertools.product(*map(range, sizes)))
    differing: list[tuple[int, ...]] = []
    for at in places:
        try:
            a, b = _entry(floats, left, at), _entry(floats, right, at)
        except OverflowError:
            differing.append(at)
            continue
        if not abs(a - b) <= 1e-7 * max(1.0, abs(a), abs(b)):
            differing.insert(0, at)
            break
    for at in differing[:1] or places:
        found = _rigorous(left, right, instance, at, effort, tries=effort.bits if not differing else effort.bits[:2])
        if found is not None:
            return found
    return None


def _rigorous(
    left: Tensor, right: Tensor, instance: RandomInstance, at: tuple[int, ...], effort: Effort, tries: tuple[int, ...]
) -> Refuted | None:
    for bits in tries:
        with precision(bits):
            balls = Evaluator(instance, Balls(bits), effort.evaluations)
            a, b = _entry(balls, left, at), _entry(balls, right, at)
            if not a.overlaps(b):
                witness = Witness(assignments(instance), *_shown(a, b), tuple(p + 1 for p in at))
                return Refuted(witness)
    return None


def _entry(evaluator: Evaluator, t: Tensor, at: tuple[int, ...]) -> Any:
    return evaluator.value(t.body, dict(zip(t.slots, at, strict=True)), dict(evaluator.instance.ambient))  # type: ignore[attr-defined]


def _shown(a: Any, b: Any) -> tuple[str, str]:
    """Both values with as many digits as it takes to tell them apart."""
    for digits in (6, 12, 25, 60, 600):
        x, y = (v.str(digits, radius=False) for v in (a, b))
        if x != y:
            return x, y
    return a.str(12), b.str(12)


def without_known_densities(t: Tensor, knowledge: Knowledge | None) -> Tensor:
    """The tensor with expectations and densities of a known formula worked out, for those that have none are sampled."""
    vocabulary = Vocabulary()
    vocabulary.add(t)
    if not vocabulary.variables and not getattr(knowledge, "values", None):
        return t
    indices, body = t.open()
    return tensor(indices, poly_term(Normal(knowledge, Meter(EFFORT.products)).poly(body)), t.row)


def unmeasurable(vocabulary: Vocabulary, knowledge: Knowledge | None) -> str:
    """Why a term has no value at random instances, or nothing."""
    if not vocabulary.variables:
        return ""
    concrete: frozenset[str] = getattr(knowledge, "concrete", frozenset())
    stuck = sorted(concrete & vocabulary.variables.keys())
    if stuck:
        return f"the expectation under {', '.join(stuck)} has no closed form here"
    restricted: frozenset[str] = getattr(knowledge, "restricted", frozenset())
    if restricted & vocabulary.variables.keys():
        return "densities under conditions of independence are not sampled"
    return ""
