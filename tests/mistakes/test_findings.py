"""The mistake beside the finding: in every kind of question, in JSON, and never at the expense of a status."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from symderiv.assignments.load import load
from symderiv.core.text import Source
from symderiv.grading import judge
from symderiv.grading.page import check_page
from symderiv.grading.records import Checker

GAUSS = [r"a \in \mathbb{R}", r"b > 0", r"q(z) = \mathcal{N}(z; a, b^2)", r"p(z) = \mathcal{N}(z; 0, 1)"]
LAYER = [
    r"u, v \in \mathbb{R}^{n}",
    r"F, G : \mathbb{R}^{n} \to \mathbb{R}^{n}",
    r"w = e^{G(v)} \circ u + F(v)",
    r"t = 2 v",
    r"x = (u, v)",
    r"y = (w, t)",
]
LATENT = [r"p(w, h) = p(w \mid h)\, p(h)", r"h \sim q(h)"]
KL, JACOBIAN, VOLUME = r"D_{KL}(q \,\|\, p)", r"\frac{\partial y}{\partial x}", r"\det \frac{\partial y}{\partial x}"

#: What is given, the question, a wrong answer, and what is to be said of it.
WRONG = [
    (GAUSS, {"find": KL}, r"\frac{1}{2}(a^2 + b^2) - \log b", "constant lost"),
    (GAUSS, {"find": KL}, r"a^2 + b^2 - 1 - 2 \log b", "half lost"),
    (GAUSS, {"find": KL}, r"\frac{1}{2}(a^2 + b - 1) - \log b", "standard deviation for variance"),
    (GAUSS, {"find": KL}, r"\frac{1}{2}(a^2 + b - 1 - \log b)", "standard deviations for variances"),
    (GAUSS, {"find": KL}, r"\frac{1}{2}(a^2 + b^2 - 1)", "logarithm terms lost"),
    (GAUSS, {"find": KL}, r"\log b + \frac{1 + a^2}{2 b^2} - \frac{1}{2}", "direction of the divergence"),
    (GAUSS, {"find": rf"\nabla_{{(a, b)}} {KL}"}, r"\begin{bmatrix} a \\ b + \frac{1}{b} \end{bmatrix}", "sign of one term"),
    (GAUSS, {"find": rf"\frac{{\partial}}{{\partial b}} {KL}"}, r"\frac{1}{2} - \frac{1}{2 b^2}", "derivative by the square"),
    (LAYER, {"find": "u, v", "in_terms_of": "w, t"}, r"v = t / 2, \quad u = (w - F(v)) \circ e^{G(v)}", "sign of an exponent"),
    (LAYER, {"find": "u, v", "in_terms_of": "w, t"}, r"v = t / 2, \quad u = (w - F(t)) \circ e^{-G(t)}", "function of the wrong argument"),
    (LAYER, {"find": "u, v", "in_terms_of": "w, t"}, r"v = t / 2, \quad u = w - F(v)", "scale lost"),
    (LAYER, {"find": JACOBIAN}, r"\begin{bmatrix} \operatorname{diag}(e^{G(v)}) & 0 \\ \operatorname{diag}(u \circ e^{G(v)}) J_G(v) + J_F(v) & 2 I \end{bmatrix}",
     "blocks in the wrong corner"),
    (LAYER, {"find": JACOBIAN}, r"\begin{bmatrix} \operatorname{diag}(e^{G(v)}) & \operatorname{diag}(u \circ e^{G(v)}) J_G(v) + J_F(v) \\ 0 & I \end{bmatrix}",
     "identity for a scaled block"),
    (LAYER, {"find": VOLUME}, r"\sum_{i=1}^{n} G(v)_i + n \log 2", "logarithm too many"),
    (LAYER, {"find": VOLUME}, r"2^{-n} \prod_{i=1}^{n} e^{-G(v)_i}", "the inverse map's determinant"),
    (LAYER, {"find": VOLUME}, r"2 \prod_{i=1}^{n} e^{G(v)_i}", "dimension lost"),
    (LATENT, {"reference": r"\log p(w) - D_{KL}(q(h) \,\|\, p(h \mid w))"}, r"\log p(w) - D_{KL}(p(h \mid w) \,\|\, q(h))", "direction of the divergence"),
    (LAYER, {"find": VOLUME}, r"2^n \prod_{i=1}^{n} G(v)_i", "exponential lost"),
    (GAUSS, {"find": rf"\nabla_{{(a, b)}} {KL}"}, r"\begin{bmatrix} b - \frac{1}{b} \\ a \end{bmatrix}", "blocks in another order"),
    (LATENT, {"reference": r"\log p(w) - D_{KL}(q(h) \,\|\, p(h \mid w))"}, r"-D_{KL}(q(h) \,\|\, p(h \mid w))", "evidence lost"),
    (LATENT, {"reference": r"\log p(w) - D_{KL}(q(h) \,\|\, p(h \mid w))"}, r"D_{KL}(q(h) \,\|\, p(h \mid w)) - \log p(w)", "sign of the bound"),
    ([r"A, B \in \mathbb{R}^{n \times n}"], {"reference": "A B"}, "B A", "order of a product"),
    ([r"A \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^{n}"], {"reference": r"A^\top x"}, "A x", "transposed factor"),
]  # fmt: skip


def result(given: list[str], question: dict[str, str], answer: str) -> dict[str, Any]:
    return Checker(explain=True).result(json.dumps({"id": 0, "given": given, **question, "answer": answer}))


@pytest.mark.parametrize(("given", "question", "answer", "name"), WRONG)
def test_a_wrong_answer_is_explained(given: list[str], question: dict[str, str], answer: str, name: str) -> None:
    found = [f for f in result(given, question, answer)["findings"] if "mistake" in f]
    assert [f["mistake"] for f in found] == [name]
    assert found[0]["rule"] == name
    assert found[0]["hint"]
    assert found[0]["text"] in answer


@pytest.mark.parametrize(("given", "question", "answer", "name"), WRONG)
def test_an_explanation_changes_neither_status_nor_the_other_findings(
    given: list[str], question: dict[str, str], answer: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = result(given, question, answer)
    monkeypatch.setattr(judge, "with_diagnosis", lambda judged, _asked, _checked: judged)
    plain = result(given, question, answer)
    assert told["status"] in ("incorrect", "partial")
    told["findings"] = [f for f in told["findings"] if f.get("mistake") != name]
    assert told == plain


def test_a_wrong_step_is_explained_by_what_stands_before_it() -> None:
    out = result(
        GAUSS,
        {"find": KL},
        r"\mathbb{E}_q[\log q(z) - \log p(z)] = \frac{1}{2}(a^2 + b^2 - 1) + \log b = \frac{1}{2}(a^2 + b^2 - 1) - \log b",
    )
    assert out["status"] == "partial"
    (found,) = [f for f in out["findings"] if "mistake" in f]
    assert (found["mistake"], found["text"]) == ("sign of one term", r"\frac{1}{2}(a^2 + b^2 - 1) + \log b")


SHEET = r"""title = 'Sheet'
[[question]]
title = 'Energy'
given = '''
m > 0
v \in \mathbb{R}
E = \frac{1}{2} m v^2 + \log m
'''
[[question.part]]
number = '1.1'
points = 2
find = '\frac{\partial E}{\partial m}'
"""


@pytest.mark.parametrize(
    ("rubric", "points"),
    [("", 0), ("{ 'sign of one term' = 0.5 }", Fraction(3, 2)), ("{ 'wrong step' = 1 }", 1), ("{ 'half lost' = 0.5 }", 0)],
)
def test_a_rubric_may_name_the_mistake_or_the_finding_it_explains(rubric: str, points: Fraction) -> None:
    sheet = load(Source(SHEET + (f"deductions = {rubric}\n" if rubric else ""), "sheet.toml"))
    page = check_page(
        sheet, Source("## 1\n\n1. $\\frac{\\partial E}{\\partial m} = \\frac{1}{2} v^2 - \\frac{1}{m}$\n", "page.md")
    )
    assert page.parts[0].points == points
