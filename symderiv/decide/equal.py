"""Are two expressions equal? Prove, else refute, else say that neither was done.

A proof is a difference whose normal form is zero. A refutation is an instance at which the two values, enclosed in Arb balls,
do not meet. Everything else is undecided, with what was tried: numbers that agree prove nothing, and a failed proof refutes nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from symderiv.algebra.expectation import VOLUME
from symderiv.algebra.functions import has_second_form
from symderiv.algebra.labelling import place_of
from symderiv.algebra.matrices import has_opaque
from symderiv.algebra.evaluate import Balls, Evaluator, Floats, precision
from symderiv.algebra.numbers import NoValue
from symderiv.algebra.normal import Normal
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.polynomials import NO_EXP, ONE_Q, Budget, Meter, Monomial, Poly, plus, poly_term, times, whole
from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Add, Tensor, Term, Undefined, fresh, sub, tensor
from symderiv.decide.cases import zero_in_every_case
from symderiv.core.results import Proved, Refuted, Undecided, Verdict, Witness
from symderiv.decide.instances import RandomInstance, Vocabulary
from symderiv.decide.words import assignments


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work one decision may take: monomial products, evaluations a point, seeds of the points, bits of the last look."""

    products: int = 10_000
    evaluations: int = 60_000
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    bits: tuple[int, ...] = (64, 256, 2048)


EFFORT = Effort()


def decide(left: Tensor, right: Tensor, knowledge: Knowledge | None = None, effort: Effort = EFFORT) -> Verdict:
    """Whether two tensors of one shape are equal wherever both have a value.

    Shapes must agree: the caller says what is wrong where they do not.
    """
    if not same_shape(left, right):
        raise ValueError("tensors of different shapes are not compared")
    trial = Trial(left, right, knowledge, effort)
    found = trial.glance()
    if found is not None:
        return found
    try:
        proof = prove(left, right, knowledge, effort)
    except Undefined as nowhere:
        return Undecided(f"one side has no value anywhere: {nowhere}")
    except Budget as spent:
        refuted = trial.refute(str(spent))
        return replace(refuted, costly=True) if isinstance(refuted, Undecided) else refuted
    except RecursionError:
        return Undecided("the expression is nested too deeply")
    return proof or trial.refute("the normal forms differ")


def proof_only(left: Tensor, right: Tensor, knowledge: Knowledge | None = None, effort: Effort = EFFORT) -> Verdict:
    """A proof, or what stands against it at first sight: for guesses, most of which are false and none of which needs a refutation."""
    found = Trial(left, right, knowledge, effort).glance(guessed=True)
    if found is not None:
        return found
    try:
        return prove(left, right, knowledge, effort) or Undecided("the normal forms differ")
    except (Undefined, Budget, RecursionError) as stopped:
        return Undecided(str(stopped), costly=isinstance(stopped, Budget))


def prove(left: Tensor, right: Tensor, knowledge: Knowledge | None = None, effort: Effort = EFFORT) -> Proved | None:
    """A proof that both are equal, or None."""
    kept = None if knowledge is None else knowledge.forms
    indices = tuple(map(fresh, left.sizes)) if kept is None or left.free or right.free else kept.indices(left.sizes)
    a, b = left.at(*indices), right.at(*indices)
    exponentials = has_second_form(a) or has_second_form(b)
    opaque = has_opaque(a) or has_opaque(b)
    forms = [
        (False, False, False),
        *[(True, False, False), (True, False, True)] * exponentials,
        *[(exponentials, True, False)] * opaque,
    ]
    rest: Term | None = None
    for hyperbolic, inverses, outermost in forms:
        normal = Normal(knowledge, Meter(effort.products), hyperbolic, inverses, outermost)
        difference = normal.poly(sub(a, b))
        rules = ["normal form"] + ["tanh, cosh, sigmoid by exponentials"] * hyperbolic
        rules += ["inverses and determinants of sums by words"] * inverses
        if not difference:
            return Proved(tuple(rules))
        cleared = without_denominators(difference, normal.meter)
        if not cleared:
            return Proved((*rules, "common denominator"))
        rest = poly_term(difference)

    def left_over(term: Term) -> Term | None:
        meter = Meter(effort.products)
        last: Poly = {}
        for hyperbolic, inverses, outermost in forms:
            last = Normal(knowledge, meter, hyperbolic, inverses, outermost).poly(term)
            if not last or not without_denominators(last, meter):
                return None
        return poly_term(last)

    try:
        by_cases = rest is not None and zero_in_every_case(rest, left_over)
    except Undefined:
        return None
    return Proved(("normal form in each case of what stands in bars",)) if by_cases else None


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
        divisor = min(lowest, key=place_of)
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


class Trial:
    """Two tensors compared at random points, the same ones in every run."""

    def __init__(self, left: Tensor, right: Tensor, knowledge: Knowledge | None, effort: Effort) -> None:
        self.left, self.right, self.knowledge, self.effort = left, right, knowledge, effort
        self.vocabulary = Vocabulary()
        self.vocabulary.add(left)
        self.vocabulary.add(right)
        half = len(effort.seeds) // 2
        self.points = [(seed, k < half, False) for k, seed in enumerate(effort.seeds)]
        self.points += [(seed, True, True) for seed in effort.seeds[:half]]
        self.agreed = self.undefined = self.beyond = 0

    def glance(self, guessed: bool = False) -> Refuted | None:
        """Two small points, the plainest first, where nothing stands in the way of looking: most wrong answers differ there.

        Densities are looked at only where all is ``guessed`` and they have no formula and no relation: that takes as long as a proof.
        """
        known = self.knowledge
        if getattr(known, "values", None) or unmeasurable(self.vocabulary, known):
            return None
        named = self.vocabulary.variables.keys()
        told: tuple[object, ...] = (*getattr(known, "known", ()), *getattr(known, "relations", ()))
        if named and (told or not guessed):
            return None
        for plain in (True, False):
            try:
                instance = RandomInstance(self.vocabulary, self.effort.seeds[0], small=True, plain=plain)
                found = _compare(self.left, self.right, instance, self.effort, close=False)
            except (NoValue, ZeroDivisionError, OverflowError):
                continue
            if found is not None:
                return found
        return None

    def refute(self, reason: str) -> Verdict:
        """A rigorous witness that both differ, or what was tried."""
        try:
            self.left = without_known_densities(self.left, self.knowledge)
            self.right = without_known_densities(self.right, self.knowledge)
        except (Budget, Undefined):
            return Undecided(f"{reason}; no numeric comparison")
        self.vocabulary = Vocabulary()
        self.vocabulary.add(self.left)
        self.vocabulary.add(self.right)
        reason_not = unmeasurable(self.vocabulary, self.knowledge)
        if reason_not:
            self.left, self.right = without_common_terms(self.left, self.right, self.knowledge)
            self.vocabulary = Vocabulary()
            self.vocabulary.add(self.left)
            self.vocabulary.add(self.right)
            if unmeasurable(self.vocabulary, self.knowledge):
                return Undecided(f"{reason}; {reason_not}")
        for point in self.points:
            if point[2] and self.agreed:
                break
            try:
                found = self._at(point)
            except OverflowError:
                self.beyond += 1
                if self.beyond > 1:
                    break
                continue
            if found is not None:
                return found
        if not self.agreed and self.beyond:
            return Undecided(f"{reason}; too large to evaluate")
        if not self.agreed and self.undefined:
            return Undecided(f"{reason}; no point was found at which both sides have a value")
        return Undecided(f"{reason}; equal to {self.effort.bits[-1] * 3 // 10} digits at {self.agreed} random points")

    def _at(self, point: tuple[int, bool, bool]) -> Refuted | None:
        seed, small, positive = point
        try:
            relations = getattr(self.knowledge, "relations", ())
            instance = RandomInstance(
                self.vocabulary, seed, small, positive, relations=relations, wide=seed in self.effort.seeds[-2:]
            )
            found = _compare(self.left, self.right, instance, self.effort)
        except (NoValue, ZeroDivisionError):
            self.undefined += 1
            return None
        if found is None:
            self.agreed += 1
        return found


def _compare(left: Tensor, right: Tensor, instance: RandomInstance, effort: Effort, close: bool = True) -> Refuted | None:
    """A rigorous difference at one point; ``close``: look closer also where floats agree."""
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
    for at in differing[:1] or (places if close else []):
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
            if not (a.is_finite() and b.is_finite()):
                raise OverflowError("a value beyond all bounds")
            if not a.overlaps(b):
                witness = Witness(assignments(instance), *_shown(a, b), tuple(p + 1 for p in at))
                return Refuted(witness)
    return None


def _entry(evaluator: Evaluator, t: Tensor, at: tuple[int, ...]) -> Any:
    return evaluator.value(t.body, dict(zip(t.slots, at, strict=True)), dict(evaluator.instance.ambient))  # type: ignore[attr-defined]


def _shown(a: arb, b: arb) -> tuple[str, str]:
    """Both values with as many digits as it takes to tell them apart."""
    for digits in (6, 12, 25, 60, 600):
        x, y = _decimal(a, digits), _decimal(b, digits)
        if x != y:
            return x, y
    return _decimal(a, 12), _decimal(b, 12)


def _decimal(v: arb, digits: int) -> str:
    """A number in decimals; whole and short ones as people write them."""
    text = str(v.str(digits, radius=False))
    if v.is_exact() and "." in text and "e" not in text:
        text = text.rstrip("0").rstrip(".")
    return text


def without_known_densities(t: Tensor, knowledge: Knowledge | None) -> Tensor:
    """The tensor with expectations and densities of a known formula worked out, for those that have none are sampled."""
    vocabulary = Vocabulary()
    vocabulary.add(t)
    if not vocabulary.variables and not getattr(knowledge, "values", None):
        return t
    indices, body = t.open()
    return tensor(indices, poly_term(Normal(knowledge, Meter(EFFORT.products)).poly(body)), t.row)


def without_common_terms(left: Tensor, right: Tensor, knowledge: Knowledge | None) -> tuple[Tensor, Tensor]:
    """Both without the terms that both have: what cannot be measured may stand on either side alike."""
    indices, a = left.open()
    normal = Normal(knowledge, Meter(EFFORT.products))
    try:
        x, y = normal.poly(a), normal.poly(right.at(*indices))
    except (Budget, Undefined):
        return left, right
    common = {m for m, c in x.items() if y.get(m) == c}
    x, y = ({m: c for m, c in p.items() if m not in common} for p in (x, y))
    return tensor(indices, poly_term(x), left.row), tensor(indices, poly_term(y), right.row)


def unmeasurable(vocabulary: Vocabulary, knowledge: Knowledge | None) -> str:
    """Why a term has no value at random instances, or nothing."""
    if not vocabulary.variables:
        return ""
    if not vocabulary.symbols.keys().isdisjoint(vocabulary.variables.get(VOLUME, ())):
        return "an integral of a formula has no value at random instances"  # a sum over a few states is no such integral
    concrete: frozenset[str] = getattr(knowledge, "concrete", frozenset())
    stuck = sorted(concrete & vocabulary.variables.keys())
    if stuck:
        return f"the expectation under {', '.join(stuck)} has no closed form here"
    families = [family for (family, _), _ in getattr(knowledge, "relations", ())]
    if any(families.count(family) > 1 for family in vocabulary.variables):
        return "densities under several conditions of independence are not sampled"
    for (family, _), parts in getattr(knowledge, "relations", ()):
        if family in vocabulary.variables and any(not names <= vocabulary.variables.get(f, set()) for (f, names), _ in parts):
            return "a density tied to one that does not stand here is not sampled"
    return ""
