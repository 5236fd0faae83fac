"""Questions about one entry: the index letter of the question is that of the answer, or is renamed in it."""

from __future__ import annotations

import json

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker()
COORDINATES = (
    r"m \in \mathbb{R}^{k}", r"\tau \in \mathbb{R}_{>0}^{k}", r"q(y) = \mathcal{N}(y; m, \operatorname{diag}(\tau^2))",
)  # fmt: skip
BILINEAR = (r"A \in \mathbb{R}^{k \times l}", r"u \in \mathbb{R}^{k}", r"v \in \mathbb{R}^{l}")
ENTRY = r"\frac{\partial}{\partial A_{ij}} u^\top A v"


def status(given: tuple[str, ...], find: str, answer: str) -> str:
    return str(CHECKER.result(json.dumps({"id": 1, "given": given, "find": find, "answer": answer}))["status"])


@pytest.mark.parametrize(
    "answer", [r"m_i^2 + \tau_i^2", r"\mathbb{E}_q[y_i^2] = m_i^2 + \tau_i^2", r"\mathbb{E}_q[y_l^2] = \tau_l^2 + m_l^2"]
)
def test_a_moment_of_a_coordinate(answer: str) -> None:
    assert status(COORDINATES, r"\mathbb{E}_q[y_i^2]", answer) == "correct"
    assert status(COORDINATES, r"\mathbb{E}_q[y_i^2]", answer.replace("+", "-")) == "incorrect"


@pytest.mark.parametrize("answer", [r"u_i v_j", rf"{ENTRY} = u_i v_j", rf"{ENTRY.replace('ij', 'kl')} = u_k v_l"])
def test_the_derivative_by_an_entry_of_a_matrix(answer: str) -> None:
    assert status(BILINEAR, ENTRY, answer) == "correct"


def test_two_letters_of_one_size_that_nothing_names_are_for_a_person() -> None:
    square = (r"A \in \mathbb{R}^{k \times k}", r"u, v \in \mathbb{R}^{k}")
    assert status(square, ENTRY, r"u_a v_b") == "review"
    assert status(square, ENTRY, rf"{ENTRY.replace('ij', 'ab')} = u_b v_a") in ("incorrect", "partial")
    assert status(square, ENTRY, r"u_j v_i") == "incorrect"
