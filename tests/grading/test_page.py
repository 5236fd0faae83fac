"""The sample answer page: what is right and wrong on it, by the general machinery."""

from __future__ import annotations

from importlib.resources import files

import pytest

from symderiv.assignments.builtin import builtin
from symderiv.assignments.load import load
from symderiv.core.text import Source
from symderiv.report.feedback import feedback
from symderiv.grading.page import PageResult, check_page, unreadable_page

SHEET = load(builtin("written-assignment-4"))


@pytest.fixture(scope="module")
def page() -> PageResult:
    text = files("symderiv.assignments").joinpath("sample-answers.md").read_text(encoding="utf-8")
    return check_page(SHEET, Source(text, "sample-answers.md"))


@pytest.mark.parametrize(
    ("part", "status", "says"),
    [
        ("1.1", "review", "right if one bracket is moved"),
        ("1.1", "review", "x_2 is right"),
        ("1.2", "review", "this block has no meaning"),
        ("1.2", "review", "only for G, F elementwise"),
        ("1.3", "review", "takes a whole vector"),
        ("1.3", "review", "right as printed under the assumption G, F elementwise"),
        ("1.3", "review", "the verdict “no” is right"),
        ("2.1", "review", "words here and no formula"),
        ("2.2", "missing", "no answer"),
        ("2.3", "review", "two lost minus signs are put back"),
        ("2.4", "review", "one lost minus sign is put back"),
    ],
)
def test_what_is_said_of_each_part(page: PageResult, part: str, status: str, says: str) -> None:
    found = next(p for p in page.parts if p.posed.part.number == part)
    assert found.judgement.status == status
    assert any(says in f.message for f in found.judgement.findings)


def test_a_refutation_comes_with_a_witness(page: PageResult) -> None:
    first = page.parts[0].judgement.findings[0]
    assert first.witness is not None
    assert first.witness.left != first.witness.right


def test_nothing_on_the_page_is_called_correct(page: PageResult) -> None:
    assert all(p.judgement.status not in ("correct", "incorrect") for p in page.parts)
    assert 0 < page.points < sum(p.posed.part.points for p in page.parts)


RIGHT = r"""
## Problem 1
**1.1** $x_2 = y_2 \circ e^{-s}$ and $x_1 = (y_1 - F(x_2)) \circ e^{-G(x_2)}$
**1.2** $$\frac{\partial y}{\partial x} = \begin{bmatrix} \operatorname{diag}(e^{G(x_2)}) & \operatorname{diag}(G'(x_2) \circ e^{G(x_2)} \circ x_1 + F'(x_2)) \\ 0 & \operatorname{diag}(e^s) \end{bmatrix}$$
**1.3** $\det J = \exp(\sum_i (G(x_2)_i + s_i))$. Not volume preserving, unless $\sum_i (G(x_2)_i + s_i) = 0$.
## Problem 2
**2.1** $$F(q) = \mathbb{E}_q[\log p(x, z) - \log q(z)] = \log p(x) - D_{KL}(q(z) \| p(z|x))$$
**2.4** $\mu_i$ and $\sigma_i - 1/\sigma_i$
"""


def test_right_answers_on_a_page_and_under_which_assumption() -> None:
    found = {p.posed.part.number: p for p in check_page(SHEET, Source(RIGHT, "page.md")).parts}
    assert [found[n].judgement.status for n in ("1.1", "1.2", "1.3", "2.1", "2.4")] == ["correct"] * 5
    assert found["1.2"].judgement.how == "proved under an assumption"
    assert [found[n].judgement.status for n in ("2.2", "2.3")] == ["missing"] * 2


def test_a_page_that_cannot_be_read_leaves_every_part_to_a_person() -> None:
    found = unreadable_page(SHEET, "scan.pdf", "no source", "hand in the source")
    assert {p.judgement.status for p in found.parts} == {"unreadable"}
    assert found.points == 0
    report = feedback(found)
    assert report.notes == ("no source. Hand in the source.",)  # once, and not for every part
    assert not any(p.told for p in report.parts)
