"""Variances and covariances in answers, and expectations that are infinite."""

from __future__ import annotations

import pytest

from symderiv.core.text import Source
from symderiv.grading.judge import judge
from symderiv.grading.records import asked_from

SCALAR = (r"m \in \mathbb{R}", r"s > 0", r"q(u) = \mathcal{N}(u; m, s^2)")
VECTOR = (
    r"b, m \in \mathbb{R}^{k}", r"A \in \mathbb{R}^{k \times k}", r"S \in \mathbb{S}_{++}^{k}", r"q(v) = \mathcal{N}(v; m, S)",
)  # fmt: skip


def status(given: tuple[str, ...], find: str, answer: str) -> str:
    return judge(asked_from(given, "find", find), Source(answer), explain=False).status


@pytest.mark.parametrize(
    ("given", "find", "right", "wrong"),
    [
        (SCALAR, r"\operatorname{Var}_q[u^2]", r"\mathbb{E}_q[u^4] - \mathbb{E}_q[u^2]^2 = 2 s^4 + 4 m^2 s^2", r"3 s^4 + 4 m^2 s^2"),
        (SCALAR, r"\mathbb{V}_{q(u)}[3u - 1]", r"9 \mathrm{Var}(u) = 9 s^2", r"9 \mathrm{Var}(u) = 3 s^2"),
        (SCALAR, r"\mathrm{Cov}_{u \sim q}(u, u^2)", r"2 m s^2", r"m s^2"),
        (SCALAR, r"\operatorname{Var}(u)^2", "s^4", "s^2"),
        (VECTOR, r"\operatorname{Cov}_q[A v + b]", r"A \operatorname{Cov}(v) A^\top = A S A^\top", r"A^\top S A"),
        (VECTOR, r"\operatorname{Cov}_q[A v, v]", r"\mathbb{E}_q[A v v^\top] - A m m^\top = A S", r"S A"),
        (VECTOR, r"\operatorname{Var}_q[b^\top v]", r"b^\top S b", r"(b^\top m)^2 + b^\top S b"),
    ],
)  # fmt: skip
def test_variances_are_read_and_decided(given: tuple[str, ...], find: str, right: str, wrong: str) -> None:
    assert status(given, find, right) == "correct"
    assert status(given, find, wrong) in ("incorrect", "partial")


def test_an_infinite_expectation_in_an_answer_ends_no_checker() -> None:
    given = (r"a, c > 0", r"q(u) = \mathrm{Pareto}(u; c, 1)")
    assert status(given, r"\mathbb{E}_q[\log u]", r"\mathbb{E}_q[u] = c") == "incorrect"
    assert status(given, r"\mathbb{E}_q[\log u]", r"\mathbb{E}_q[u] - \mathbb{E}_q[u] + \log c + 1") != "incorrect"
