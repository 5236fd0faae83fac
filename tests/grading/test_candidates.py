"""Which side of an answer is taken for the value that was asked for."""

import json

import pytest

from symderiv.grading.records import Checker

GIVEN = [r"a \in \mathbb{R}", "b > 0", r"q(w) = \mathcal{N}(w; a, b^2)", r"p(w) = \mathcal{N}(w; 0, 1)"]
FIND = r"D_{KL}(q \,\|\, p)"
VALUE = r"\frac{a^2 + b^2 - 1}{2} - \log b"


def status(answer: str) -> str:
    return str(Checker().result(json.dumps({"id": 0, "given": GIVEN, "find": FIND, "answer": answer}))["status"])


@pytest.mark.parametrize(
    "answer",
    [
        r"-D_{KL}(q \,\|\, p) = \frac{1}{2}(1 + \log b^2 - a^2 - b^2)",
        r"-KL = \int q(w) (\log p(w) - \log q(w)) \, dw = \frac{1}{2}(1 + \log b^2 - a^2 - b^2)",
        r"2 D_{KL}(q \,\|\, p) = a^2 + b^2 - 1 - \log b^2",
        VALUE + r" \ge 0",
        "0 \\le " + VALUE,
        r"\mathrm{KL}(q \| p) = " + VALUE + r" \geq 0",
        f"${VALUE}$ or, equivalently, $\\frac12 (a^2 + b^2 - 1 - \\log b^2)$",
    ],
)
def test_right_values_in_other_dress(answer: str) -> None:
    assert status(answer) == "correct"


@pytest.mark.parametrize(
    "answer",
    [
        r"-D_{KL}(q \,\|\, p) = " + VALUE,
        r"\frac{1}{2}(1 + \log b^2 - a^2 - b^2)",
        r"-(" + VALUE + r") = \frac{1}{2}(1 + \log b^2 - a^2 - b^2)",
        VALUE + r" \le 0",
        r"H(q) = \frac12 \log(2 \pi e b^2)",
    ],
)
def test_wrong_values(answer: str) -> None:
    assert status(answer) in ("incorrect", "partial")


@pytest.mark.parametrize(
    "answer",
    [
        r"D_{KL}(q \,\|\, p) \ge " + VALUE,
        r"D_{KL}(q \,\|\, p) - \frac{a^2}{2} = \frac{b^2 - 1}{2} - \log b",
        f"${VALUE}$ or $a^2$",
        r"D_{KL}(q \,\|\, p) \ge 0",
    ],
)
def test_less_than_was_asked_for_is_left_to_a_person(answer: str) -> None:
    assert status(answer) == "review"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (r"\delta_{ij} + \frac{\partial h_i}{\partial w_j}", "correct"),
        (r"J_{ba} = \delta_{ab} + \frac{\partial h_b}{\partial w_a}", "correct"),
        (r"\delta_{ij} + \frac{\partial h_j}{\partial w_i}", "review"),
        (r"J_{ij} = \delta_{ij} + \frac{\partial h_j}{\partial w_i}", "incorrect"),
    ],
)
def test_an_entry_alone_is_the_matrix_row_first(answer: str, expected: str) -> None:
    given = [r"w \in \mathbb{R}^{m}", r"h : \mathbb{R}^{m} \to \mathbb{R}^{m}", "r = w + h(w)"]
    found = Checker().result(json.dumps({"id": 0, "given": given, "find": r"\frac{\partial r}{\partial w}", "answer": answer}))
    assert found["status"] == expected
