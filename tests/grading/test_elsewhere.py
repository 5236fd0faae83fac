r"""True statements about something else than what was asked, and names that look like it: nobody is called wrong or right by what they did not say."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker()
#: An affine coupling whose second half is scaled; written with letters of its own.
COUPLING = (
    r"u, v \in \mathbb{R}^{k}", r"a, c : \mathbb{R}^{k} \to \mathbb{R}^{k}", r"r = u", r"h = v \odot \exp(a(u)) + c(u)",
    "x = (u, v)", "y = (r, h)",
)  # fmt: skip
LINEAR = (r"z, m \in \mathbb{R}^{n}", r"B \in \mathbb{R}^{n \times n}, \text{invertible}", "w = B z + m")
RANK_ONE = (r"z, p, q \in \mathbb{R}^{n}", r"g : \mathbb{R} \to \mathbb{R}", r"f = z + p\, g(q^\top z)")
DET, LOG = r"\det \frac{\partial y}{\partial x}", r"\log \left|\det \frac{\partial y}{\partial x}\right|"


def status(given: Sequence[str], find: str, answer: str) -> str:
    """What the checker says of an answer."""
    return str(CHECKER.result(json.dumps({"id": 0, "given": list(given), "find": find, "answer": answer}))["status"])


@pytest.mark.parametrize(
    ("given", "find", "answer"),
    [
        (COUPLING, DET, r"\log\left|\det \frac{\partial y}{\partial x}\right| = \sum_i a(u)_i"),
        (COUPLING, LOG, r"\det \frac{\partial y}{\partial x} = \exp\left(\sum_i a(u)_i\right)"),
        (COUPLING, LOG, r"\left|\det \frac{\partial x}{\partial y}\right| = \exp\left(-\sum_i a(u)_i\right)"),
        (COUPLING, DET, r"\det J^{-1} = \exp\left(-\sum_i a(u)_i\right)"),
        (
            COUPLING,
            r"\frac{\partial y}{\partial x}",
            r"\frac{\partial x}{\partial y} = \begin{pmatrix} I & 0 \\ -\operatorname{diag}(v) a'(u) - \operatorname{diag}(e^{-a(u)}) c'(u) & \operatorname{diag}(e^{-a(u)}) \end{pmatrix}",
        ),
        (LINEAR, r"\det \frac{\partial w}{\partial z}", r"\det \frac{\partial z}{\partial w} = \frac{1}{\det B}"),
        (RANK_ONE, r"\det \frac{\partial f}{\partial z}", r"\left|\det \frac{\partial f}{\partial z}\right| = |1 + g'(q^\top z)\, p^\top q|"),
        (RANK_ONE, r"\det \frac{\partial f}{\partial z}", r"|J| = |1 + g'(q^\top z)\, p^\top q|"),
    ],
)  # fmt: skip
def test_what_is_true_and_was_not_asked_waits_for_a_person(given: Sequence[str], find: str, answer: str) -> None:
    assert status(given, find, answer) == "review"


@pytest.mark.parametrize(
    ("given", "find", "answer"),
    [
        (COUPLING, DET, r"\log\left|\det \frac{\partial y}{\partial x}\right| = \sum_i e^{a(u)_i}"),
        (COUPLING, DET, r"\det \frac{\partial x}{\partial y} = \exp\left(\sum_i a(u)_i\right)"),
        (COUPLING, LOG, r"\log\left|\det \frac{\partial x}{\partial y}\right| = \sum_i a(u)_i"),
        (COUPLING, DET, r"\det J^{-1} = \exp\left(\sum_i a(u)_i\right)"),
        (
            COUPLING,
            r"\frac{\partial y}{\partial x}",
            r"\frac{\partial x}{\partial y} = \begin{pmatrix} I & 0 \\ \operatorname{diag}(v \odot e^{a(u)}) a'(u) + c'(u) & \operatorname{diag}(e^{a(u)}) \end{pmatrix}",
        ),
        (LINEAR, r"\log \left|\det \frac{\partial w}{\partial z}\right|", r"\log \left|\det \frac{\partial z}{\partial w}\right| = \log |\det B|"),
        (RANK_ONE, r"\det \frac{\partial f}{\partial z}", r"\left|\det \frac{\partial f}{\partial z}\right| = |1 - g'(q^\top z)\, p^\top q|"),
    ],
)  # fmt: skip
def test_what_is_false_about_the_other_direction_is_not_taken_for_the_answer(
    given: Sequence[str], find: str, answer: str
) -> None:
    assert status(given, find, answer) in ("incorrect", "partial")


@pytest.mark.parametrize("bars", ["|B|", r"\left\lvert B \right\rvert"])
def test_bars_around_a_matrix_may_be_the_absolute_value_of_its_determinant(bars: str) -> None:
    absolute = r"\left|\det \frac{\partial w}{\partial z}\right|"
    assert status(LINEAR, absolute, bars) == "review"
    assert status(LINEAR, r"\det \frac{\partial w}{\partial z}", bars) == "correct"
    assert status(LINEAR, absolute, f"2 {bars}") == "incorrect"


def test_a_determinant_alone_names_what_is_asked_and_stays_the_operator_elsewhere() -> None:
    answer = r"$\det(I + p c^\top) = 1 + c^\top p$ with $c = g'(q^\top z)\, q$, so $\det = 1 + g'(q^\top z)\, p^\top q$"
    find = r"\det \frac{\partial f}{\partial z}"
    assert status(RANK_ONE, find, answer) == "correct"
    assert status(RANK_ONE, find, answer.replace("= 1 + c", "= 1 - c")) in ("incorrect", "partial")


@pytest.mark.parametrize("end", [r"$\square$", r"\hfill$\blacksquare$", r"$\checkmark$", "$$ $$"])
def test_what_ends_a_proof_is_no_formula(end: str) -> None:
    assert status(LINEAR, r"\frac{\partial w}{\partial z}", f"It is $B$. {end}") == "correct"
    assert status(LINEAR, r"\frac{\partial w}{\partial z}", end) == "unreadable"
