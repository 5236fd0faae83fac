"""Marks: the share that is right, an instructor's rubric, an error carried forward; each with its arithmetic."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from symderiv.assignments.load import load
from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source
from symderiv.grading.page import PageResult, check_page
from symderiv.grading.rubric import NAMED

HEAD = r"""title = 'Sheet'
[[question]]
title = 'Energy'
given = '''
m > 0
v \in \mathbb{R}
E = \frac{1}{2} m v^2 + \log m
'''
"""
FIRST = r"""[[question.part]]
number = '1.1'
points = 2
find = '\frac{\partial E}{\partial v}'
"""
SECOND = r"""[[question.part]]
number = '1.2'
points = 4
find = '\frac{\partial}{\partial m} \frac{\partial E}{\partial v}'
"""


def checked(sheet: str, *answers: str) -> PageResult:
    text = "## 1\n\n" + "\n\n".join(f"{k}. {a}" for k, a in enumerate(answers, 1)) + "\n"
    return check_page(load(Source(HEAD + sheet, "sheet.toml")), Source(text, "page.md"))


def test_a_mark_says_how_it_came_about() -> None:
    page = checked(FIRST, "$m v$")
    assert (float(page.parts[0].points), page.parts[0].arithmetic) == (2.0, "2 of 2")
    page = checked(FIRST, "$m v = m + v - m - v + m v + v$")
    assert page.parts[0].arithmetic == "0 of 2"


def test_a_named_mistake_costs_what_the_rubric_says_each_time_it_is_made() -> None:
    rubric = FIRST + "deductions = { 'wrong step' = 0.5, 'wrong' = 0.5 }\n"
    page = checked(rubric, r"$\frac{\partial E}{\partial v} = 2 m v$")
    assert (page.parts[0].points, page.parts[0].arithmetic) == (Fraction(3, 2), "2 − 0.5 (wrong step) = 1.5")
    page = checked(rubric, r"$\frac{\partial E}{\partial v} = 2 m v = 3 m v$")
    assert page.parts[0].arithmetic == "2 − 0.5 (wrong step) − 0.5 (wrong) = 1"
    assert checked(rubric, "$m v$").parts[0].points == 2


def test_a_mistake_that_the_rubric_does_not_name_costs_the_share() -> None:
    page = checked(FIRST + "deductions = { 'sign' = 0.5 }\n", r"$\frac{\partial E}{\partial v} = 2 m v$")
    assert page.parts[0].points == 0


def test_find_and_decide_count_by_their_weights() -> None:
    asked = FIRST + "decide = '\\frac{\\partial E}{\\partial v} = 0'\n"
    answer = r"$\frac{\partial E}{\partial v} = m v$, and yes, it is always zero."
    assert checked(asked, answer).parts[0].points == 1
    assert checked(asked + "weights = { find = 3, decide = 1 }\n", answer).parts[0].points == Fraction(3, 2)


BOUND = r"""title = 'Bound'
[[question]]
title = 'Evidence'
given = '''
z \in \mathbb{R}^{n}
p(x, z) = p(x \mid z)\, p(z)
F(q) = \mathbb{E}_{q(z)}[\log p(x \mid z)] - D_{KL}(q(z) \,\|\, p(z))
'''
[[question.part]]
number = '1.1'
points = 3
show = 'F(q) = \log p(x) - D_{KL}(q(z) \,\|\, p(z \mid x))'
requires = ['\mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)]']
"""
JOINT = r"\mathbb{E}_q[\log p(x, z) - \log q(z)]"
POSTERIOR = r"\mathbb{E}_q[\log p(z \mid x) + \log p(x) - \log q(z)]"
END = r"\log p(x) - D_{KL}(q(z) \| p(z \mid x))"


@pytest.mark.parametrize(
    ("line", "status", "arithmetic"),
    [(JOINT, "correct", "3 of 3"), (POSTERIOR, "partial", "1 × 1/2 × 3 = 1.5: 0 of 1 required lines are there")],
)
def test_a_required_line_that_is_not_there_costs_its_share(line: str, status: str, arithmetic: str) -> None:
    text = f"## 1\n\n1. $F(q) = {line} = {END}$\n"
    (part,) = check_page(load(Source(BOUND, "sheet.toml")), Source(text, "page.md")).parts
    assert (part.judgement.status, part.arithmetic) == (status, arithmetic)


def test_a_follow_up_of_the_student_s_own_mistake_loses_nothing_more() -> None:
    carried = FIRST + SECOND + "carried_from = '1.1'\n"
    alone, together = checked(FIRST + SECOND, "$2 m v$", "$2 v$"), checked(carried, "$2 m v$", "$2 v$")
    assert [p.points for p in alone.parts] == [0, 0]
    assert [p.points for p in together.parts] == [0, 4]
    second = together.parts[1].judgement
    assert (second.status, second.how) == ("partial", "follows from the answer to 1.1")


@pytest.mark.parametrize(
    ("first", "second", "points"),
    [
        ("$2 m v$", "$3 v$", [0, 0]),  # a mistake of its own
        ("$2 m v$", "$v$", [0, 4]),  # right in itself
        ("$m v$", "$2 v$", [2, 0]),  # nothing wrong to carry
        ("$0$", "$0$", [0, 0]),  # a mistake that leaves nothing to do
        ("words", "$2 v$", [0, 0]),  # nothing read
    ],
)
def test_only_a_real_follow_up_is_forgiven(first: str, second: str, points: list[int]) -> None:
    page = checked(FIRST + SECOND + "carried_from = '1.1'\n", first, second)
    assert [p.points for p in page.parts] == points


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("deductions = { 'sign' = -1 }", "positive number"),
        ("deductions = 3", "table of numbers"),
        ("weights = { find = 1, decide = 1 }", "both have to be asked"),
        ("carried_from = '1.7'", "no part before this one"),
        ("carried_form = '1.1'", "did you mean `carried_from`"),
        ("requires = 'x'", "list of texts"),
    ],
)
def test_a_rubric_that_says_nothing_is_refused(lines: str, said: str) -> None:
    with pytest.raises(AuthorProblem, match=said):
        load(Source(HEAD + FIRST + lines + "\n", "sheet.toml"))


def test_what_is_carried_has_to_stand_in_the_question() -> None:
    other = FIRST.replace("1.1", "1.2").replace(r"\partial v", r"\partial m") + "carried_from = '1.1'\n"
    with pytest.raises(AuthorProblem, match="does not stand in"):
        load(Source(HEAD + FIRST + other, "sheet.toml"))


def test_a_deduction_is_for_all_mistakes_in_whose_names_it_stands() -> None:
    energy = FIRST.replace(r"\frac{\partial E}{\partial v}", "E")
    for deductions, arithmetic in (
        ("{ 'sign' = 0.5 }", "2 − 0.5 (sign of one term) = 1.5"),
        ("{ 'sign' = 0.5, 'sign of one term' = 1 }", "2 − 1 (sign of one term) = 1"),
        ("{ 'factor' = 0.5 }", "0 of 2"),
    ):
        page = checked(energy + f"deductions = {deductions}\n", r"$E = \frac{1}{2} m v^2 - \log m$")
        assert page.parts[0].arithmetic == arithmetic


def test_a_deduction_that_no_mistake_costs_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(AuthorProblem, match="did you mean `term missing`") as refused:
        checked(FIRST + "deductions = { 'term mising' = 1 }\n", "$m v$")
    assert refused.value.span is not None


def test_a_deduction_for_one_block_explains_the_matrix() -> None:
    blocks = r"""[[question.part]]
number = '1.1'
points = 2
given = '''
a, b, c \in \mathbb{R}^{n}
r = a \circ b
s = a + c
x = (a, b)
y = (r, s)
'''
find = '\frac{\partial y}{\partial x}'
deductions = { 'missing' = 0.5, 'identity for a scaled block' = 0.25 }
"""
    wrong = r"$\begin{pmatrix} \operatorname{diag}(b) & I \\ I & 0 \end{pmatrix}$"
    assert checked(blocks, wrong).parts[0].arithmetic.endswith("= 1.75")


def test_the_page_on_grading_names_every_mistake() -> None:
    page = (Path(__file__).parents[2] / "docs" / "grading.md").read_text(encoding="utf-8")
    assert [name for name in NAMED if f"`{name}`" not in " ".join(page.split())] == []
