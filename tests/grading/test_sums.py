"""Sums and products in the ways that people write how far they run."""

import json

import pytest

from symderiv.grading.records import Checker

GIVEN = [
    r"a \in \mathbb{R}^{m}",
    r"b \in \mathbb{R}_{>0}^{m}",
    r"q(u) = \mathcal{N}(u; a, \operatorname{diag}(b^2))",
    r"p(u) = \mathcal{N}(u; 0, I)",
]


def status(answer: str) -> str:
    found = Checker().result(json.dumps({"id": 0, "given": GIVEN, "find": r"D_{KL}(q \,\|\, p)", "answer": answer}))
    return str(found["status"])


@pytest.mark.parametrize(
    "answer",
    [
        r"\frac12 \sum_{k=0}^{m-1} (a_k^2 + b_k^2 - 1 - \log b_k^2)",
        r"\frac12 \sum a_k^2 + \frac12 \sum b_k^2 - \frac{m}{2} - \sum \log b_k",
        r"\frac12 \sum_{k=1}^{m} a_k^2 + \frac12 \sum b_k^2 - \frac m2 - \log \prod_k b_k",
        r"\frac12 (\|a\|^2 + \sum_j b_j^2 - m) - \log \prod b_j",
    ],
)
def test_right_sums(answer: str) -> None:
    assert status(answer) == "correct"


@pytest.mark.parametrize(
    "answer",
    [
        r"\frac12 \sum_{k=0}^{m-1} (a_k^2 + b_k - 1 - \log b_k^2)",
        r"\frac12 \sum a_k^2 + \frac12 \sum b_k - \frac{m}{2} - \sum \log b_k",
        r"\frac12 (\|a\| + \|b\|^2 - m - 2 \sum \log b_k)",
    ],
)
def test_wrong_sums(answer: str) -> None:
    assert status(answer) == "incorrect"


@pytest.mark.parametrize("answer", [r"\sum_{k=0}^{m-1} k a_k", r"\sum_{k=0}^{m-1} a_{k+1}", r"\sum a_k b_j"])
def test_letters_that_are_more_than_places_or_not_alone_are_not_guessed(answer: str) -> None:
    assert status(answer) in ("unreadable", "review")
