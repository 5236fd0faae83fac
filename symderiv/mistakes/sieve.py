"""Values at a few points: whether key and answer differ at all, and which variants of the key can be the answer."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from symderiv.algebra.evaluate import Evaluator, Floats
from symderiv.algebra.numbers import NoValue
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Tensor
from symderiv.decide.instances import RandomInstance, Vocabulary

#: What points are tried, small numbers first, and how many are used at least: more until key and answer differ at one.
_SEEDS, _POINTS = (1, 2, 3, 4), 2
#: Evaluations at one point, for key, answer and all variants together.
_EVALUATIONS = 12_000
_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class _Point:
    evaluator: Evaluator
    answer: tuple[float, ...]
    key: tuple[float, ...] | None


class Sieve:
    """Points at which the answer has a value. ``differs``: whether the key has another one at one of them."""

    def __init__(self, key: Tensor, answer: Tensor, knowledge: Knowledge | None) -> None:
        words = Vocabulary()
        words.add(key)
        words.add(answer)
        self.answer, self.points = answer, []
        self.differs = False
        relations = getattr(knowledge, "relations", ())
        for positive, seed in itertools.product((False, True), _SEEDS):
            try:
                instance = RandomInstance(words, seed, small=True, positive=positive, relations=relations)
                evaluator = Evaluator(instance, Floats(), _EVALUATIONS)
                value = _values(evaluator, answer)
            except (NoValue, ArithmeticError, KeyError):
                continue
            right = _values_or_none(evaluator, key)
            self.points.append(_Point(evaluator, value, right))
            self.differs |= right is not None and not (same_shape(key, answer) and _close(value, right))
            if len(self.points) >= _POINTS and self.differs:
                break

    @property
    def spent(self) -> bool:
        """Whether no more variants can be evaluated."""
        return any(p.evaluator.left <= 0 for p in self.points)

    def lets_through(self, variant: Tensor) -> bool:
        """Whether a variant has the answer's value at every point."""
        if not same_shape(variant, self.answer):
            return False
        return all((v := _values_or_none(p.evaluator, variant)) is not None and _close(v, p.answer) for p in self.points)


def _values(evaluator: Evaluator, t: Tensor) -> tuple[float, ...]:
    places = itertools.product(*(range(evaluator.size(s)) for s in t.sizes))
    return tuple(
        float(evaluator.value(t.body, dict(zip(t.slots, at, strict=True)), dict(evaluator.instance.ambient)))  # type: ignore[attr-defined]
        for at in places
    )


def _values_or_none(evaluator: Evaluator, t: Tensor) -> tuple[float, ...] | None:
    try:
        return _values(evaluator, t)
    except (NoValue, ArithmeticError, KeyError, ValueError):
        return None


def _close(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(abs(x - y) <= _NEAR * max(1.0, abs(x), abs(y)) for x, y in zip(a, b, strict=True))
