"""Divergences that are infinite: answers that say so, answers that do not, and laws over pairs of families."""

from __future__ import annotations

import json
from random import Random

import pytest

from symderiv.core.text import Source
from symderiv.derive.supports import on_one_variable
from symderiv.distributions import registry
from symderiv.distributions.pairs import Pair, Status, pair, pairs
from symderiv.distributions.summary import other
from symderiv.algebra import tensors as T
from symderiv.grading.judge import judge
from symderiv.grading.records import Checker
from symderiv.reading.asks import read_find
from tests.grading.pages import scope

FIND = r"D_{KL}(r \,\|\, u)"
NARROW = [r"r(w) = \mathrm{Uniform}(0, 3)", r"u(w) = \mathrm{Uniform}(1, 2)"]
HALF = [r"c > 0", r"r(w) = \mathcal{N}(w; 1, 2)", r"u(w) = \mathrm{Exponential}(c)"]
HEAVY = [r"r(w) = \mathrm{Cauchy}(0, 2)", r"u(w) = \mathcal{N}(w; 0, 1)"]
FINITE = [r"m \in \mathbb{R}", r"r(w) = \mathcal{N}(w; m, 1)", r"u(w) = \mathcal{N}(w; 0, 1)"]
EITHER = [r"a, b > 0", r"r(w) = \mathrm{Uniform}(0, a)", r"u(w) = \mathrm{Uniform}(0, b)"]


def status(given: list[str], answer: str, **ask: str) -> str:
    question = ask or {"find": FIND}
    return str(Checker().result(json.dumps({"id": 0, "given": given, "answer": answer, **question}))["status"])


@pytest.mark.parametrize("given", [NARROW, HALF, HEAVY])
@pytest.mark.parametrize(
    "answer", [r"\infty", r"D_{KL}(r \| u) = +\infty", r"D_{KL}(r \| u) = \mathbb{E}_r[\log r(w) - \log u(w)] = \infty"]
)
def test_infinity_answers_for_a_divergence_that_is_infinite(given: list[str], answer: str) -> None:
    expected = (
        "correct" if given is HEAVY or "E" not in answer.replace("KL", "") else "review"
    )  # its lines have no value to compare
    assert status(given, answer) == expected


@pytest.mark.parametrize(
    ("given", "answer"),
    [(NARROW, r"-\log 3"), (NARROW, r"\log 3"), (HALF, r"-\frac{1}{2} \log(4 \pi e) - \log c + c"), (HEAVY, r"\log 2")],
)
def test_no_number_does(given: list[str], answer: str) -> None:
    assert status(given, answer) == "incorrect"


def test_a_line_on_the_way_that_has_no_value_is_never_proved() -> None:
    way = r"D_{KL}(r \| u) = \int r(w) \log\frac{r(w)}{u(w)}\, dw = -\mathbb{E}_r[\log 3] = -\log 3"
    assert status(NARROW, way) == "incorrect"
    assert status(NARROW, way, show=r"D_{KL}(r \| u) = -\log 3") == "review"
    assert status(HALF, r"\log c - c", find=r"\mathbb{E}_{r}[\log u(w)]") == "review"


def test_infinity_is_wrong_where_there_is_a_number_and_open_where_it_depends() -> None:
    assert status(FINITE, r"\infty") == "incorrect"
    assert status(FINITE, r"D_{KL}(r \| u) = \frac{m^2}{2} = \infty") == "incorrect"
    assert status(EITHER, r"\infty") == "review"
    assert status(EITHER, r"\log\frac{b}{a}") == "correct"


# --- laws -------------------------------------------------------------------------------------------------------------


def some(*wanted: Status, count: int = 6) -> list[Pair]:
    """A few pairs of which the table of divergences says this, the same in every run."""
    random, found = Random(11), dict[tuple[str, str], Pair]()
    while len(found) < count:
        q, p = random.sample(registry.names(), 2)
        known = pair(q, p)
        if known is not None and known.status in wanted:
            found[q, p] = known
    return list(found.values())


def holds(both: Pair) -> None:
    q, p = registry.family(both.q), registry.family(both.p)
    mine, others = on_one_variable(q(*map(T.whole, q.parameters)), other(p))
    asked = read_find(scope(mine, others, both.q), Source(FIND.replace("r", "q").replace("u", "p"), "find"))
    infinity, one = (judge(asked, Source(f"${answer}$", "answer"), explain=False).status for answer in (r"\infty", "1"))
    if both.status is Status.INFINITE:
        assert infinity in ("correct", "review")
        assert one in ("incorrect", "review")
    else:
        assert infinity in (("incorrect", "review") if both.status is Status.CLOSED else ("review",))


@pytest.mark.parametrize("both", some(Status.INFINITE) + some(Status.CLOSED, Status.CONDITIONAL), ids=lambda p: f"{p.q}-{p.p}")
def test_infinity_and_numbers_agree_with_the_table_of_divergences(both: Pair) -> None:
    holds(both)


@pytest.mark.slow
def test_infinity_and_numbers_agree_with_the_whole_table() -> None:
    for both in pairs():
        if both.status in (Status.INFINITE, Status.CLOSED, Status.CONDITIONAL):
            holds(both)
