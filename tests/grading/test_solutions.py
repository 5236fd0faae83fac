"""A law: every generated solution passes the checker of steps. It is written as LaTeX, read back as a student's answer, and checked line by line."""

from __future__ import annotations

import pytest

from symderiv.assignments.builtin import builtin
from symderiv.assignments.load import load
from symderiv.core.text import Source
from symderiv.derive.answers import answer
from symderiv.derive.formula import written
from symderiv.grading.findings import Judgement
from symderiv.grading.judge import judge
from symderiv.grading.questions import posed
from symderiv.grading.records import asked_from
from symderiv.reading.asks import Asked, Decide
from symderiv.writing.latex import latex
from tests.grading.chains import WORKED

COUPLING = (
    r"u, v, k \in \mathbb{R}^{m}", r"a, b : \mathbb{R}^{m} \to \mathbb{R}^{m}", r"r = \exp(a(v)) \circ u + b(v)", r"t = \exp(k) \circ v",
    "w = (u, v)", "z = (r, t)",
)  # fmt: skip
REVERSIBLE = (
    r"u, v \in \mathbb{R}^{m}", r"f, g : \mathbb{R}^{m} \to \mathbb{R}^{m}", r"r = u + f(v)", r"t = v + g(r)", "w = (u, v)", "z = (r, t)",
)  # fmt: skip
DIAGONAL = (
    r"m \in \mathbb{R}^{k}", r"\tau \in \mathbb{R}_{>0}^{k}", r"q(y) = \mathcal{N}(y; m, \operatorname{diag}(\tau^2))", r"p(y) = \mathcal{N}(y; 0, I)",
)  # fmt: skip
LATENT = (r"p(y, h) = p(y \mid h)\, p(h)", r"L(q) = \mathbb{E}_{q(h)}[\log p(y \mid h)] - D_{KL}(q(h) \,\|\, p(h))")

#: Questions of our own: what is given, the kind of question, its text, and in terms of what.
QUESTIONS = (
    *((w.given, *w.ask, w.in_terms_of) for w in WORKED if w.ask[0] == "find"),
    (COUPLING, "find", "u, v", "r, t"),
    (COUPLING, "find", r"\frac{\partial z}{\partial w}", ""),
    (COUPLING, "find", r"\det \frac{\partial z}{\partial w}", ""),
    (COUPLING, "find", r"\log\left|\det \frac{\partial z}{\partial w}\right|", ""),
    (REVERSIBLE, "find", r"\frac{\partial z}{\partial w}", ""),
    (DIAGONAL, "find", r"D_{KL}(q \,\|\, p)", ""),
    (DIAGONAL, "find", r"D_{KL}(p \,\|\, q)", ""),
    (DIAGONAL, "find", r"\nabla_{(m, \tau)} D_{KL}(q \,\|\, p)", ""),
    (DIAGONAL, "find", r"\mathbb{E}_{q}[y^\top y]", ""),
    (LATENT, "show", r"L(q) = \log p(y) - D_{KL}(q(h) \,\|\, p(h \mid y))", ""),
)  # fmt: skip


def lines_of(asked: Asked) -> tuple[str, ...]:
    """The steps of the generated solution, a formula each, its result last."""
    derivation = answer(asked).derivation
    formulas = [f for step in derivation.steps for f in step.formulas] + list(derivation.result)
    return tuple(latex(written(f)) for f in formulas)


def solved(asked: Asked) -> str:
    """The same, one display a formula."""
    return "\n\n".join(f"\\[ {line} \\]" for line in lines_of(asked))


def explained(judged: Judgement, text: str) -> str:
    """What went wrong, for the one who reads the failure."""
    wrong = [text[s.span.start : s.span.end] for s in judged.steps if s.outcome != "right"]
    return f"{judged.status}: {judged.how}; {wrong}; {[f.message for f in judged.findings]}\n{text}"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q[2])
def test_each_solution_passes_the_checker(question: tuple[tuple[str, ...], str, str, str]) -> None:
    given, kind, text, terms = question
    asked = asked_from(given, kind, text, terms or None)
    solution = solved(asked)
    judged = judge(asked, Source(solution, "solution"))
    assert judged.status == "correct", explained(judged, solution)


SHEET = load(builtin("written-assignment-4"))
ASKS = [
    (part.number, asked) for question in SHEET.questions for part in question.parts for asked in posed(SHEET, question, part).asks
    if not isinstance(asked.ask, Decide)
]  # fmt: skip


@pytest.mark.parametrize(("number", "asked"), ASKS, ids=[number for number, _ in ASKS])
def test_the_solution_of_the_assignment_passes_the_checker(number: str, asked: Asked) -> None:
    solution = solved(asked)
    judged = judge(asked, Source(solution, f"solution of {number}"))
    assert judged.status == "correct", explained(judged, solution)
