"""A true identity is never refuted, a mistake never proved: a short run of what `benchmarks/laws.py` does at length."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.core.results import Proved, Refuted
from tests.laws.draws import Draw
from tests.laws.identities import IDENTITIES
from tests.laws.language import Expr, add, det, dot, expr, inverse, outer, variable
from tests.laws.meanings import agree, values
from tests.laws.mutations import MUTATIONS
from tests.laws.traps import TRAPS, trap
from tests.laws.trials import Contradicted, Trial, identity, mistake, outcome


@pytest.mark.parametrize("rule", sorted(IDENTITIES))
def test_numpy_confirms_every_identity_and_the_engine_refutes_none(rule: str) -> None:
    found = [trial for k in range(2) if (trial := identity(f"{rule} {k}", rule)) is not None]
    assert found, "the rule draws nothing that floats can hold"
    for trial in found:
        assert not isinstance(trial.verdict(), Refuted), (str(trial.left), str(trial.right))


@pytest.mark.parametrize("rule", sorted(MUTATIONS))
def test_no_mistake_is_proved(rule: str) -> None:
    found = (trial for k in range(400) if (trial := mistake(f"{rule} {k}", rule)) is not None)
    some = list(itertools.islice(found, 5))
    assert some, "the rule makes no mistake that changes a value"
    for trial in some:
        assert not isinstance(trial.verdict(), Proved), (str(trial.left), str(trial.right))


@pytest.mark.parametrize("rule", sorted(TRAPS))
def test_what_holds_on_a_part_of_its_domain_is_not_proved(rule: str) -> None:
    found = (trial for k in range(60) if (trial := trap(f"{rule} {k}", rule)) is not None)
    some = list(itertools.islice(found, 3))
    assert some, "the rule draws nothing that is false"
    for trial in some:
        assert not isinstance(trial.verdict(), Proved), (str(trial.left), str(trial.right))


@settings(max_examples=80)
@given(st.integers(min_value=0))
def test_identities_from_anywhere_are_not_refuted(seed: int) -> None:
    trial = identity(f"{seed}")
    assert trial is None or not isinstance(trial.verdict(), Refuted), (str(trial.left), str(trial.right))


@settings(max_examples=80)
@given(st.integers(min_value=0))
def test_mistakes_from_anywhere_are_not_proved(seed: int) -> None:
    trial = mistake(f"{seed}")
    assert trial is None or not isinstance(trial.verdict(), Proved), (str(trial.left), str(trial.right))


def _rate(make: Callable[[str], Trial | None], wanted: str, count: int) -> float:
    found = Counter(outcome(trial.verdict()) for k in range(count) if (trial := make(f"rate {k}")) is not None)
    return found[wanted] / found.total()


def test_most_identities_are_proved() -> None:
    """The long run measures the rate; this bound only notices when a whole family is lost."""
    assert _rate(identity, "proved", 100) >= 0.9


def test_most_mistakes_are_refuted() -> None:
    assert _rate(mistake, "refuted", 100) >= 0.97


# --- the laws themselves can fail ---------------------------------------------------------------------------------------


def test_a_law_that_is_wrong_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def commuting_matrices(d: Draw) -> tuple[Expr, Expr]:
        a, b = d.regular(), variable("N")
        return a @ b, b @ a

    monkeypatch.setitem(IDENTITIES, "wrong", commuting_matrices)
    with pytest.raises(Contradicted):
        _rate(functools.partial(identity, rule="wrong"), "proved", 5)


def test_numpy_tells_near_misses_apart() -> None:
    s, x = variable("s"), variable("x")
    for left, right in [(s, s * (1 + expr(1) / 1000)), (dot(x, x), dot(x, x) + s / 1000), (det(outer(x, x)), s)]:
        a, b = values(left), values(right)
        assert a is not None
        assert b is not None
        assert not agree(a, b, 1e-4)


def test_what_has_no_value_is_no_trial() -> None:
    s, x = variable("s"), variable("x")
    assert values(inverse(outer(x, x))) is None
    assert values(1 / add(s, -s)) is None
