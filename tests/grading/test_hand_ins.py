"""Whole hand-ins as tools write them: what is found, and what it is judged to be."""

from __future__ import annotations

import pytest

from symderiv.assignments.load import load
from symderiv.assignments.records import Assignment
from symderiv.core.text import Source
from symderiv.grading.page import check_page

SHEET = r"""
title = "Shears"
[[question]]
title = "A shear"
given = '''
u, v \in \mathbb{R}^{n}
H : \mathbb{R}^{n} \to \mathbb{R}^{n}
a = u
b = v + H(u)
'''
[[question.part]]
number = "1.1"
title = "The inverse"
points = 1
find = 'u, v'
in_terms_of = 'a, b'
[[question.part]]
number = "1.2"
title = "The divergence"
points = 1
given = '''
m \in \mathbb{R}
r(z) = \mathcal{N}(z; m, 1)
p(z) = \mathcal{N}(z; 0, 1)
'''
find = 'D_{KL}(r(z) \,\|\, p(z))'
[[question.part]]
number = "1.3"
title = "Whether it can be undone"
points = 1
decide = 'u = b'
"""
INVERSE, DIVERGENCE, VERDICT = r"u = a, \quad v = b - H(a)", r"D_{KL} = \frac{m^2}{2}", "No, it is not."


@pytest.fixture(scope="module")
def sheet() -> Assignment:
    return load(Source(SHEET, "sheet.toml"))


def statuses(sheet: Assignment, text: str, name: str = "x.md") -> list[str]:
    return [part.judgement.status for part in check_page(sheet, Source(text, name)).parts]


RIGHT = ["correct", "correct", "correct"]


@pytest.mark.parametrize(
    "text",
    [
        f"**1.1** Find $u, v$ in terms of $a$ and $b$.\n\n$${INVERSE}$$\n\n**1.2** ${DIVERGENCE}$\n\n**1.3** Is it true that $u = b$?\n\n{VERDICT}",
        f"1.1\nu = a\nv = b - H(a)\n\n1.2\nKL(r(z)‖p(z)) = E_r[log r(z)/p(z)] = m²/2\n\n1.3\n{VERDICT}\n",
        f"(a) ~~$u = b$~~ ${INVERSE}$\n\n(b) <!-- $m$ --> ${DIVERGENCE}$\n\n(c) <del>Yes</del> {VERDICT}",
        f"# The divergence\n${DIVERGENCE}$\n# The inverse\n${INVERSE}$\n# Whether it can be undone\n{VERDICT}",
        f"- (i) ${INVERSE}$\n- (ii) Compute $D_{{KL}}(r(z) \\| p(z))$: ${DIVERGENCE}$\n- (iii) {VERDICT}",
    ],
)
def test_right_answers_are_right_however_they_are_set(sheet: Assignment, text: str) -> None:
    assert statuses(sheet, text) == RIGHT


def test_what_is_asked_is_no_verdict(sheet: Assignment) -> None:
    assert (
        statuses(sheet, f"1.1 ${INVERSE}$\n\n1.2 ${DIVERGENCE}$\n\n1.3 Is it true that $u = b$? I would say so in a moment.")[2]
        == "review"
    )


def test_an_answer_that_could_not_be_placed_is_not_missing(sheet: Assignment) -> None:
    result = check_page(sheet, Source(f"${INVERSE}$\n\n${DIVERGENCE}$"))
    assert [p.judgement.status for p in result.parts] == ["review"] * 3
    assert result.unplaced == (INVERSE, DIVERGENCE)
    assert statuses(sheet, f"We use $a$.\n\n1.1 ${INVERSE}$\n\n1.3 {VERDICT}") == ["correct", "missing", "correct"]
    assert statuses(sheet, f"1.1 ${INVERSE}$\n\n# Problem 5\n${DIVERGENCE}$\n\n1.3 {VERDICT}") == ["correct", "review", "correct"]


def test_a_name_that_cannot_be_read_beside_the_answer_claims_nothing(sheet: Assignment) -> None:
    assert statuses(sheet, f"1.1 ${INVERSE}$\n\n1.2 With $\\theta, \\phi$ as usual, ${DIVERGENCE}$\n\n1.3 {VERDICT}") == RIGHT
    assert statuses(sheet, f"1.1 ${INVERSE}$\n\n1.2 ${DIVERGENCE}$ and $\\theta + 1$\n\n1.3 {VERDICT}")[1] == "review"


PAIRED = r"""\DeclarePairedDelimiterX{\twobars}[2]{(}{)}{#1\;\delimsize\|\;#2}
\newcommand{\kl}{D_{KL}\twobars}
\NewDocumentCommand{\E}{O{r} m}{\mathbb{E}_{#1}[#2]}
\DeclarePairedDelimiter{\br}{(}{)}
"""


@pytest.mark.parametrize(
    "answer",
    [
        r"\kl*{r(z)}{p(z)} = \E{\log \frac{r(z)}{p(z)}} = \frac{m^2}{2}",
        r"\kl{r(z)}{p(z)} = \E[r(z)]{\log r(z)/p(z)} = \frac12 \br[\big]{m}^2",
        r"D_{KL} = \frac{\cancel{2} m^2}{2 \cdot \cancel{2}}",
        r"D_{KL} = \frac{m^2}{2} + \cancel{m} - \cancel{m}",
    ],
)
def test_macros_of_a_preamble_and_what_cancels(sheet: Assignment, answer: str) -> None:
    text = PAIRED + rf"\begin{{document}} \textbf{{1.2}} \[ {answer} \] \end{{document}}"
    assert statuses(sheet, text, "x.tex")[1] == "correct"


@pytest.mark.parametrize("answer", [r"D_{KL} = \cancel{2} \frac{m^2}{2}", r"D_{KL} = \frac{m^2}{2} \cancel{+ m}"])
def test_what_may_be_taken_back_is_left_to_a_person(sheet: Assignment, answer: str) -> None:
    assert statuses(sheet, f"1.2 ${answer}$")[1] == "review"
    assert statuses(sheet, f"1.2 ${answer.replace('2}$', '3}$')}$")[1] != "correct"


def test_wrong_either_way_is_wrong(sheet: Assignment) -> None:
    assert statuses(sheet, r"1.2 $D_{KL} = \cancel{3} m^2$")[1] == "incorrect"
