"""Derived answers: right by laws and by oracles that share nothing with the derivation, with steps that hold."""

from __future__ import annotations

import pytest

from symderiv.algebra.terms import Tensor
from symderiv.assignments.builtin import builtin
from symderiv.assignments.load import load
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Refuted
from symderiv.core.text import Source
from symderiv.derive.answers import Answer, answer
from symderiv.derive.formula import shown, written
from symderiv.grading.judge import judge
from symderiv.grading.questions import Posed, posed
from symderiv.grading.records import asked_from
from symderiv.writing.latex import latex

SHEET = load(builtin("written-assignment-4"))
PARTS = [posed(SHEET, q, p) for q in SHEET.questions for p in q.parts]


@pytest.mark.parametrize("part", PARTS, ids=lambda p: p.part.number)
def test_every_part_is_derived_with_steps_and_a_certificate(part: Posed) -> None:
    for asked in part.asks:
        found = answer(asked)
        assert found.derivation.steps
        assert found.derivation.certificate
        assert all(c.difference < 1e-6 for c in found.checks)


@pytest.mark.parametrize("part", PARTS, ids=lambda p: p.part.number)
def test_what_is_printed_passes_as_an_answer(part: Posed) -> None:
    """The solution's own result, printed as LaTeX and read again as a student's, is proved right."""
    asked = part.asks[0]
    found = answer(asked)
    lines = [written(f) for f in found.derivation.result]
    if part.part.show is not None:
        lines = [written(f) for s in found.derivation.steps for f in s.formulas]
    text = "\n".join(f"$${latex(line)}$$" for line in lines)
    assert judge(asked, Source(text)).status == "correct", text


@pytest.mark.parametrize(
    ("given", "find", "printed"),
    [
        ([r"m, n \in \mathbb{R}^{k}", r"A, B \in \mathbb{S}_{++}^{k}", r"q(z) = \mathcal{N}(z; m, A)", r"p(z) = \mathcal{N}(z; n, B)"],
         r"D_{KL}(q \,\|\, p)", r"\operatorname{tr}(B^{-1} A)"),
        ([r"m \in \mathbb{R}^{k}", r"\tau \in \mathbb{R}_{>0}^{k}", r"q(z) = \mathcal{N}(z; m, \operatorname{diag}(\tau^2))", r"p(z) = \mathcal{N}(z; 0, I)"],
         r"D_{KL}(q \,\|\, p)", r"\sum_{i=1}^{k}"),
        ([r"m \in \mathbb{R}^{k}", r"A \in \mathbb{S}_{++}^{k}", r"B \in \mathbb{R}^{k \times k}", r"q(z) = \mathcal{N}(z; m, A)"],
         r"\mathbb{E}_{q}[z^\top B z]", r"m^{\top} B m"),
        ([r"m \in \mathbb{R}", r"\tau > 0", r"q(z) = \mathcal{N}(z; m, \tau^2)"], r"\mathbb{E}_{q}[z^4]", r"3\tau^4"),
    ],
)  # fmt: skip
def test_gaussian_expectations_from_their_definition(given: list[str], find: str, printed: str) -> None:
    asked = asked_from(given, "find", find)
    found = answer(asked)
    result = latex(written(found.derivation.result[0]))
    assert printed in result
    assert judge(asked, Source(result)).status == "correct"


def test_the_gradient_of_a_full_divergence() -> None:
    given = [
        r"m, n \in \mathbb{R}^{k}",
        r"A, B \in \mathbb{S}_{++}^{k}",
        r"q(z) = \mathcal{N}(z; m, A)",
        r"p(z) = \mathcal{N}(z; n, B)",
    ]
    asked = asked_from(given, "find", r"\nabla_{(m, A)} D_{KL}(q \,\|\, p)")
    answered = r"\begin{bmatrix} B^{-1}(m - n) \\ \frac12 (B^{-1} - A^{-1}) \end{bmatrix}"
    assert judge(asked, Source(answered)).status == "correct"
    assert judge(asked, Source(answered.replace("m - n", "n - m"))).status in ("incorrect", "partial")


def _decided() -> Answer:
    return answer(PARTS[2].asks[1])


def test_volume_is_preserved_exactly_where_the_exponents_sum_to_zero() -> None:
    found = _decided()
    assert isinstance(found.verdict, Refuted)
    assert isinstance(found.condition, Tensor)
    assert latex(shown(found.condition)) == r"\sum_{i=1}^{d/2} (G(x_2)_i + s_i)"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([r"x \in \mathbb{R}^{n}", r"G : \mathbb{R}^{n} \to \mathbb{R}^{n}", r"y = \exp(G(x)) \circ x"], "x stands in 2 factors of a product"),
        ([r"x \in \mathbb{R}^{n}", r"G : \mathbb{R}^{n} \to \mathbb{R}^{n}", r"y = G(x)"], "of which no inverse is known"),
        ([r"x \in \mathbb{R}^{n}", r"G : \mathbb{R}^{n} \to \mathbb{R}^{n}", r"y = x + G(x)"], "x stands in 2 terms of a sum"),
    ],
)  # fmt: skip
def test_a_map_without_a_derivable_inverse_says_which_equation_and_why(given: list[str], says: str) -> None:
    with pytest.raises(AuthorProblem, match=says) as caught:
        answer(asked_from(given, "find", "x", "y"))
    assert caught.value.span is not None
    assert caught.value.source is not None
    assert caught.value.source.text[caught.value.span.start : caught.value.span.end] == given[-1]


def test_an_invertible_matrix_is_undone_by_its_inverse() -> None:
    given = [r"x, c \in \mathbb{R}^{n}", r"W \in \mathbb{R}^{n \times n}, \text{invertible}", r"y = W \exp(x) + c"]
    found = answer(asked_from(given, "find", "x", "y"))
    assert latex(written(found.derivation.result[0])) == r"x = \log(W^{-1}(y - c))"


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ([r"x, u, w \in \mathbb{R}^{n}", r"h : \mathbb{R} \to \mathbb{R}", r"y = x + u h(w^\top x)"], r"\log|1 + h'(w^{\top} x) u^{\top} w|"),
        ([r"x \in \mathbb{R}^{n}", r"s, m : \mathbb{R}^{n} \to \mathbb{R}^{n}, \text{autoregressive}", r"y = \exp(s(x)) \circ x + m(x)"],
         r"\sum_{i=1}^{n} s(x)_i"),
        ([r"x, b \in \mathbb{R}^{n}", r"Q \in \mathbb{R}^{n \times n}, \text{orthogonal}", r"y = Q x + b"], r" = 0"),
    ],
)  # fmt: skip
def test_a_determinant_is_derived_by_the_structure_of_its_jacobian(given: list[str], printed: str) -> None:
    found = answer(asked_from(given, "find", r"\log \left|\det \frac{\partial y}{\partial x}\right|"))
    assert printed in latex(written(found.derivation.result[0]))
    assert found.derivation.steps[0].rule.startswith(("matrix determinant lemma", "determinant of a"))
    assert found.checks
    assert all(c.difference < 1e-6 for c in found.checks)


def test_a_recursion_is_no_formula() -> None:
    given = [r"x \in \mathbb{R}^{n}", r"m : \mathbb{R}^{n} \to \mathbb{R}^{n}, \text{autoregressive}", r"y = x + m(x)"]
    with pytest.raises(AuthorProblem, match="recursion over its entries"):
        answer(asked_from(given, "find", "x", "y"))
