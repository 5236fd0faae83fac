"""Gradients by entries, an ``e`` that is declared, identities without a size, true statements beside the question, mistakes charged once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.assignments.load import load
from symderiv.core.text import Source
from symderiv.grading.page import check_page
from symderiv.grading.records import Checker
from symderiv.reading.document import split_answers
from symderiv.reading.segments import Display

CHECKER = Checker()
COST = {
    "given": [
        r"a, c \in \mathbb{R}^{r}",
        r"t > 0",
        r"g(w) = \mathcal{N}(w; a, t I)",
        r"h(w) = \mathcal{N}(w; c, I)",
    ],
    "find": r"\nabla_{(a, c)} D_{KL}(g(w) \,\|\, h(w))",
}
LINEAR = {
    "given": [r"M \in \mathbb{R}^{n \times r}", r"u \in \mathbb{R}^{r}", r"b \in \mathbb{R}^{n}", r"l = b^\top M u"],
    "find": r"\frac{\partial l}{\partial M}",
}
ERRORS = {
    "given": [r"p, w \in \mathbb{R}^{n}", r"h = \exp(w) \circ p", "g = p + w", "e = (p, w)", "y = (h, g)"],
    "find": r"\frac{\partial y}{\partial e}",
}


def found(question: dict[str, Any], answer: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(json.dumps(CHECKER.result(json.dumps({"id": 0, "answer": answer, **question}))))
    return result


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (r"\frac{\partial D_{KL}}{\partial a_j} = a_j - c_j, \quad \frac{\partial D_{KL}}{\partial c_j} = c_j - a_j", "correct"),
        (r"\frac{\partial}{\partial a_i} D_{KL} = a_i - c_i, \quad \partial_{c_i} D_{KL} = c_i - a_i", "correct"),
        (r"\frac{\partial D_{KL}}{\partial a_j} = a_j - c_j", "partial"),
        (r"\frac{\partial D_{KL}}{\partial a_j} = a_j - c_j, \quad \frac{\partial D_{KL}}{\partial c_j} = a_j - c_j", "partial"),
        (
            r"\frac{\partial D_{KL}}{\partial a_j} = c_j - a_j, \quad \frac{\partial D_{KL}}{\partial c_j} = a_j - c_j",
            "incorrect",
        ),
        (r"\frac{\partial D_{KL}}{\partial a_j} = a_i - c_i, \quad \frac{\partial D_{KL}}{\partial c_j} = c_j - a_j", "partial"),
        (r"\frac{\partial D_{KL}}{\partial a_1} = a_1 - c_1", "review"),  # true of one entry, and not all that was asked
        (r"\frac{\partial D_{KL}}{\partial a_1} = a_1 + c_1", "incorrect"),
    ],
)
def test_a_gradient_may_be_given_at_an_index(answer: str, status: str) -> None:
    assert found(COST, answer)["status"] == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (r"\frac{\partial l}{\partial M_{ij}} = b_i u_j", "correct"),
        (r"\frac{\partial l}{\partial M_{ij}} = b_j u_i", "incorrect"),
    ],
)
def test_a_derivative_by_an_entry_keeps_its_letters(answer: str, status: str) -> None:
    square = {**LINEAR, "given": [r"M \in \mathbb{R}^{n \times n}", r"u, b \in \mathbb{R}^{n}", r"l = b^\top M u"]}
    assert found(square, answer)["status"] == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (r"\begin{pmatrix} \operatorname{diag}(e^{w}) & \operatorname{diag}(e^w \circ p) \\ I & I \end{pmatrix}", "correct"),
        (r"\begin{pmatrix} \operatorname{diag}(e^{-w}) & \operatorname{diag}(e^w \circ p) \\ I & I \end{pmatrix}", "partial"),
    ],
)
def test_e_below_an_exponent_is_the_exponential_where_what_has_its_name_has_no_powers(answer: str, status: str) -> None:
    assert found(ERRORS, answer)["status"] == status


@pytest.mark.parametrize(("answer", "status"), [("e^2", "correct"), ("e^{w}", "incorrect")])
def test_a_number_above_a_declared_e_is_a_power_of_it(answer: str, status: str) -> None:
    question = {"given": [r"e, w \in \mathbb{R}^{n}"], "reference": r"e \circ e"}
    assert found(question, answer)["status"] == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (r"\log\det(t I)", "correct"),
        (r"\log |t I|", "correct"),
        (r"\operatorname{tr}(I) \log t", "correct"),
        (r"\log t", "incorrect"),
    ],
)
def test_an_identity_without_a_size_has_the_only_one_there_is(answer: str, status: str) -> None:
    question = {"given": [r"a \in \mathbb{R}^{r}", "t > 0"], "reference": r"r \log t"}
    assert found(question, answer)["status"] == status


def test_of_two_sizes_neither_is_taken() -> None:
    question = {"given": [r"a \in \mathbb{R}^{r}", r"b \in \mathbb{R}^{n}", "t > 0"], "reference": r"r \log t"}
    assert found(question, r"\log\det(t I)")["status"] in ("unreadable", "review")


SCALING = r"""title = 'Sheet'
[[question]]
title = 'Scaling'
given = '''
p, w \in \mathbb{R}^{n}
h = \exp(w) \circ p
'''
[[question.part]]
number = '1.1'
points = 4
find = '\det \frac{\partial h}{\partial p}'
decide = '\det \frac{\partial h}{\partial p} = 1'
"""


@pytest.mark.parametrize(
    ("answer", "status", "points"),
    [
        (r"$\det \frac{\partial h}{\partial p} = \exp(\sum_i w_i)$, which is not 1 in general.", "correct", 4.0),
        # the value is wrong, and counts once; the verdict is right
        (r"$\det \frac{\partial h}{\partial p} = \prod_i w_i$, which is not 1 in general.", "partial", 2.0),
        # a reason that is wrong, beside a value that is right
        (r"$\det \frac{\partial h}{\partial p} = \exp(\sum_i w_i)$. No, as $h = w$.", "partial", 3.0),
        # its logarithm, which is right: a person looks
        (r"$\log \det \frac{\partial h}{\partial p} = \sum_i w_i$. No, not in general.", "review", 3.0),
        (r"$\log \det \frac{\partial h}{\partial p} = \sum_i w_i + 1$. No, not in general.", "partial", 2.0),
    ],
)
def test_a_wrong_value_counts_once_and_a_right_logarithm_is_not_wrong(answer: str, status: str, points: float) -> None:
    (part,) = check_page(load(Source(SCALING, "sheet.toml")), Source(f"**1.1** {answer}\n", "page.md")).parts
    assert (part.judgement.status, float(part.points)) == (status, points)


LISTS = r"""\section{A}
\begin{enumerate}
\item
\end{enumerate}
\section{B}
\begin{enumerate}
\item x = y + 1
\item only words, sorry to say.
\end{enumerate}
\section{C}
\begin{enumerate}
\item c_1 = d
\end{enumerate}
"""


def test_the_end_of_a_list_is_no_formula() -> None:
    answers = split_answers(Source(LISTS, "page.tex"), ["1.1", "2.1", "2.2", "3.1"]).answers
    formulas = {n: [LISTS[s.span.start : s.span.end] for s in a if isinstance(s, Display)] for n, a in answers.items()}
    assert formulas == {"1.1": [], "2.1": ["x = y + 1"], "2.2": [], "3.1": ["c_1 = d"]}


def test_what_could_not_be_read_is_not_shown_as_the_question_s_own_value() -> None:
    wrong = found(LINEAR, r"\frac{\partial l}{\partial M} = M b")
    assert wrong["status"] in ("review", "unreadable")
    assert wrong["reading"] == ""
    assert found(LINEAR, r"\frac{\partial l}{\partial M} = b u^\top")["reading"] != ""


def test_an_answer_in_a_list_ends_before_the_list_does() -> None:
    page = "\\section{A}\n\\begin{enumerate}\n\\item no idea, sorry to say so\n\n\\end{enumerate}\n\\end{document}\n"
    (part,) = check_page(load(Source(SCALING, "sheet.toml")), Source(page, "page.tex")).parts
    assert part.text == "no idea, sorry to say so"
