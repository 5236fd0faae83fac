"""One trial: a pair drawn from a seed, what NumPy says of it, and what the engine says."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.core.results import Proved, Refuted, Verdict
from symderiv.decide.equal import decide
from tests.laws.draws import Draw
from tests.laws.identities import IDENTITIES
from tests.laws.language import Expr
from tests.laws.meanings import agree, as_tensor, values
from tests.laws.mutations import MUTATIONS, mutated

_NAMES = tuple(IDENTITIES)
_MISTAKES = tuple(MUTATIONS)


class Contradicted(Exception):
    """An identity of the laws that NumPy does not confirm: the law is wrong, not the engine."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A pair with the rules that made it and whether it is equal."""

    rules: tuple[str, ...]
    left: Expr
    right: Expr
    equal: bool

    def verdict(self) -> Verdict:
        """What the engine says."""
        return decide(as_tensor(self.left), as_tensor(self.right))


def identity(seed: str, rule: str | None = None) -> Trial | None:
    """A true identity, or two, in random surroundings; None where the values leave the range of floats."""
    d = Draw(seed)
    name = rule or d.one_of(_NAMES)
    rules = [name]
    left, right = IDENTITIES[name](d)
    if d.random.random() < 0.3:
        second = d.one_of(_NAMES)
        a, b = IDENTITIES[second](d)
        if a.shape == left.shape or not a.shape:
            rules.append(second)
            left, right = d.one_of(((left + a, b + right), (left * a, right * b)))
    for _ in range(d.random.randrange(3)):
        around = d.surrounding(left.shape)
        left, right = around(left), around(right)
    if d.random.random() < 0.5:
        left, right = right, left
    a_values, b_values = values(left), values(right)
    if a_values is None or b_values is None:
        return None
    if not agree(a_values, b_values, 1e-6):
        raise Contradicted(f"{'+'.join(rules)}, seed {seed}: {left} against {right}")
    return Trial(tuple(rules), left, right, equal=True)


def mistake(seed: str, rule: str | None = None) -> Trial | None:
    """A true identity with one mistake on its right side that changes its value; None where none was made."""
    d = Draw(f"mistake {seed}")
    start = identity(seed)
    if start is None:
        return None
    name = rule or d.one_of(_MISTAKES)
    wrong = mutated(d, start.right, name)
    if wrong is None:
        return None
    before, after = values(start.left), values(wrong)
    if before is None or after is None or agree(before, after, 1e-4):
        return None
    return Trial((name,), start.left, wrong, equal=False)


def outcome(verdict: Verdict) -> str:
    """A verdict as a word."""
    return "proved" if isinstance(verdict, Proved) else "refuted" if isinstance(verdict, Refuted) else "undecided"
