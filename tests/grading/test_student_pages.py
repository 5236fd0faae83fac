"""Whole hand-ins as students write them: in tables, code and tags, with remarks between the lines of a derivation, placed by their own macros."""

from __future__ import annotations

import pytest

from symderiv.assignments.load import load
from symderiv.assignments.records import Assignment
from symderiv.classroom.documents import document
from symderiv.classroom.handed_in import HandedFile
from symderiv.core.text import Source
from symderiv.grading.page import check_page

SHEET = r"""
title = "Pages"
[[question]]
title = "A scaling"
given = '''
u, v \in \mathbb{R}^{n}
a : \mathbb{R}^{n} \to \mathbb{R}^{n}
r = u
h = v \circ \exp(a(u))
x = (u, v)
y = (r, h)
'''
[[question.part]]
number = "1.1"
title = "Volume"
points = 1
find = '\log \left|\det \frac{\partial y}{\partial x}\right|'
[[question.part]]
number = "1.2"
title = "Preserved or not"
points = 1
decide = '\left|\det \frac{\partial y}{\partial x}\right| = 1'
[[question]]
title = "One factor"
given = '''
z \in \mathbb{R}^{n}
m_i \in \mathbb{R}
t_i > 0
q(z) = \prod_{i=1}^{n} q_i(z_i)
q_i(z_i) = \mathcal{N}(z_i; m_i, t_i)
p_i(z_i) = \mathcal{N}(z_i; 0, 1)
'''
[[question.part]]
number = "2.1"
title = "Divergence"
points = 1
find = 'D_{KL}(q_i(z_i) \,\|\, p_i(z_i))'
"""
LOG, KL = r"\sum_{i=1}^{n} a(u)_i", r"\frac{1}{2}(m_i^2 + t_i - 1 - \log t_i)"
RIGHT = {"1.1": "correct", "1.2": "correct", "2.1": "correct"}


@pytest.fixture(scope="module")
def sheet() -> Assignment:
    return load(Source(SHEET, "sheet.toml"))


def statuses(sheet: Assignment, text: str, name: str = "x.md") -> dict[str, str]:
    source, _ = document(HandedFile(name, text.encode()))
    return {part.posed.part.number: part.judgement.status for part in check_page(sheet, source).parts}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.md", f"| part | result |\n|---|---|\n| 1.1 | ${LOG}$ |\n| 1.2 | no |\n| 2.1 | ${KL}$ |\n"),
        ("x.tex", f"\\begin{{tabular}}{{ll}}\\hline\n1(a) & ${LOG}$ \\\\ \\hline\n1(b) & not volume preserving \\\\ \\hline\n2(a) & ${KL}$ \\\\ \\hline\n\\end{{tabular}}"),
        ("x.md", f"**1.1**\n```\nsum_{{i=1}}^n a(u)_i\n```\n**1.2** No, since `det = exp(sum_i a(u)_i)`.\n\n**2.1** ${KL}$"),
        ("x.md", f"<b>1.1</b> ${LOG}$\n\n<b>1.2</b> <i>Not</i> volume preserving.</p>\n\n<b>2.1</b> ${KL}$"),
        ("x.tex", f"\\newcommand{{\\q}}[1]{{\\noindent\\textbf{{Question #1}}\\\\}}\n\\q{{1a}}\n\\[{LOG}\\]\n\\q{{1b}}\n\\textbf{{No!}}\n\\q{{2a}}\n\\[{KL}\\]"),
        ("x.md", f"# 1\n\n(a)\n\n$$\n{LOG}\n\n(b) No. $\\square$\n\n# 2\n\n(a)\n\n$$\n{KL}\n$$"),
        ("x.tex", f"\\section*{{1}}\n(a)\n\\[ {LOG}\n\n(b) no\n\\section*{{2}}\n(a)\n\\[ {KL} \\]"),
        ("x.txt", "1.1: Σᵢ aᵢ(u)\n1.2: det = prod_i exp(a(u)_i). Not volume preserving.\n2.1: 1/2 (m_i^2 + t_i - 1 - log t_i)   (for every i)"),
        ("x.md", f"**1.1** $\\frac{{\\partial y}}{{\\partial x}} = \\begin{{pmatrix}} I & 0 \\\\ \\ast & \\mathrm{{diag}}(e^{{a(u)}}) \\end{{pmatrix}}$, so ${LOG}$.\n\n**1.2** It would need $\\sum_i a(u)_i = 0$, so no.\n\n**2.1** $\\Sigma_{{k=1}}^{{1}} {KL[:11]} (m_i^2 + t_i - 1 - \\log t_i)$"),
        ("x.tex", f"1.1 ${LOG}$\n\n1.2 \\textcolor{{red}}{{Not volume preserving}} since this is not always $1$\n\n2.1 {{\\color{{blue}} by the formula}} ${KL}$"),
    ],
)  # fmt: skip
def test_right_answers_are_found_and_right(sheet: Assignment, name: str, text: str) -> None:
    assert statuses(sheet, text, name) == RIGHT


DERIVATION = r"""
$$D_{KL}(q_i \| p_i) = \mathbb{E}_{q_i}\left[\log \frac{q_i(z_i)}{p_i(z_i)}\right]$$
%s
$$= \frac{1}{2} \mathbb{E}_{q_i}\left[z_i^2 - \frac{(z_i - m_i)^2}{t_i} - \log t_i\right]$$
%s
$$= %s$$
"""
DENSITIES = r"Use the densities: $q_i(z_i) = \mathcal{N}(z_i; m_i, t_i)$ and the one of $p$:"
MOMENTS = r"Since $\mathbb{E}_q[z_i^2] = m_i^2 + t_i$ and $\mathbb{E}[(z_i - m_i)^2] = t_i$, we get"


def test_a_display_goes_on_with_the_display_before_whatever_the_sentence_between_them_says(sheet: Assignment) -> None:
    text = "2.1\n" + DERIVATION % (DENSITIES, MOMENTS, KL)
    assert statuses(sheet, text)["2.1"] == "correct"


def test_a_wrong_line_is_wrong_behind_a_sentence_too(sheet: Assignment) -> None:
    text = "2.1\n" + DERIVATION % (DENSITIES, MOMENTS, KL.replace("- 1", "+ 1"))
    assert statuses(sheet, text)["2.1"] == "incorrect"
    wrong = MOMENTS.replace("m_i^2 + t_i", "m_i^2 - t_i")
    assert statuses(sheet, "2.1\n" + DERIVATION % (DENSITIES, wrong, KL))["2.1"] == "partial"


def test_a_display_goes_on_with_the_formula_in_the_sentence_before_it_where_that_is_what_it_equals(sheet: Assignment) -> None:
    text = f"2.1\n$$\\mathbb{{E}}_{{q_i}}[z_i^2] = m_i^2 + t_i$$\nand so $D_{{KL}}(q_i \\| p_i) = \\frac{{m_i^2}}{{2}} + \\frac{{t_i - 1}}{{2}} - \\frac{{\\log t_i}}{{2}}$\n$$= {KL}$$"
    assert statuses(sheet, text)["2.1"] == "correct"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("see (b)", "review"),
        ("as in part 1.2", "review"),
    ],
)
def test_what_nobody_can_judge_here_waits_for_a_person(sheet: Assignment, answer: str, status: str) -> None:
    assert statuses(sheet, f"**1.1** {answer}")["1.1"] == status


def test_a_correction_at_the_end_is_placed_where_it_belongs(sheet: Assignment) -> None:
    text = f"# 1\n\n(a) $a(u)$\n\n(b) No.\n\n# 2\n\n(a) ${KL}$\n\nCorrection to 1 (a): ${LOG}$"
    page = check_page(sheet, Source(text, "x.md"))
    assert LOG in page.parts[0].text
    assert page.parts[2].judgement.status == "correct"


def test_programs_beside_an_answer_number_nothing(sheet: Assignment) -> None:
    text = f"**1.1** ${LOG}$\n\n```python\n# 1.2 the determinant\nprint(det)\n```\n\n**2.1** ${KL}$"
    assert statuses(sheet, text) == {**RIGHT, "1.2": "missing"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.txt", f"1a {LOG}\n1b no\n2a {KL}\n"),
        ("x.md", f"1.\n(1) ${LOG}$\n(2) no\n\n2.\n(1) ${KL}$"),
        ("x.md", f"## 🔵 Problem 1\n\n**(a)** ✅ ${LOG}$\n\n**(b)** ❌ not volume preserving\n\n## 🔵 Problem 2\n\n**(a)** ${KL}$ 🎉"),
        ("x.txt", f"Problem 1\n(a) {LOG}\n\nDeep learning, page 1 of 2\n\n(b) not volume preserving\n\nDeep learning, page 2 of 2\n\nProblem 2\n(a) {KL}\n"),
        ("x.md", "<div class='note'>\n\n**1.1** $\\sum_{i=1}^{n}$ $a(u)_i$\n\n**1.2** no\n\n</div>\n\n**2.1** $\\frac{1}{2} m_i^2 + \\frac{t_i - 1}{2} -$\n$\\frac{1}{2} \\log t_i$"),
        ("x.tex", f"(1.1) Let $\\alpha = a(u)$. Then $\\sum_i \\alpha_i$.\n\n(1.2) No.\n\n(2.1) ${KL}$"),
    ],
)  # fmt: skip
def test_answers_are_found_by_whatever_numbers_them(sheet: Assignment, name: str, text: str) -> None:
    assert statuses(sheet, text, name) == RIGHT


def test_a_name_is_known_in_the_answers_behind_the_one_that_gives_it(sheet: Assignment) -> None:
    text = "**1.1** Let $\\beta = \\exp(a(u))$. Then $\\log \\prod_i \\beta_i = {}$\n\n**1.2** $\\prod_i \\beta_i$ is not always $1$, so no.\n\n**2.1** ${}$"
    assert statuses(sheet, text.format(LOG, KL)) == RIGHT


def test_an_answer_to_one_question_alone_says_which(sheet: Assignment) -> None:
    assert statuses(sheet, f"I only did problem 2.\n\n(a) ${KL}$")["2.1"] == "correct"


def test_formulas_without_numbers_are_not_dropped(sheet: Assignment) -> None:
    page = check_page(sheet, Source("the result\nu = v + 1\nr = u\n", "x.txt"))
    assert {p.judgement.status for p in page.parts} == {"review"}
    assert page.unplaced == ("u = v + 1", "r = u")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("KL = (m_i2 + t_i − 1 − log t_i)/2", "review"),  # a power that was set on the line
        (r"$\frac12 (m_i^2 + t_i$ $- 1 - \log t_i) \foo$", "review"),
        (r"$\frac12 m_i^2 \quad$ and $t_i + \foo$", "review"),  # what cannot be read may be the answer
    ],
)
def test_what_is_damaged_is_not_called_wrong(sheet: Assignment, answer: str, status: str) -> None:
    assert statuses(sheet, f"2.1 {answer}", "x.txt")["2.1"] in (status, "unreadable")


def test_text_in_other_files_is_asked_for(sheet: Assignment) -> None:
    page = check_page(sheet, Source("\\input{macros}\n\\begin{document}\n\\input{part-one}\n\\end{document}", "x.tex"))
    assert {p.judgement.status for p in page.parts} == {"review"}
    assert "other files" in page.parts[0].judgement.findings[0].message
