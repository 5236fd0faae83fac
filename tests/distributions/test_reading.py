"""Families named in what is given: a question about them is answered, and answers to it are judged."""

from __future__ import annotations

import pytest

from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source
from symderiv.derive.answers import answer
from symderiv.derive.formula import written
from symderiv.grading.judge import judge
from symderiv.grading.records import asked_from
from symderiv.writing.latex import latex

GAMMAS = [r"a, b, c, d > 0", r"q(x) = \mathrm{Gamma}(x; a, b)", r"p(x) = \mathrm{Gamma}(c, d)"]


@pytest.mark.parametrize(
    ("given", "find"),
    [
        (GAMMAS, r"D_{KL}(q \,\|\, p)"),
        (GAMMAS, r"\mathbb{E}_{q}[x^2]"),
        (GAMMAS, r"H(q)"),
        ([r"\lambda, \kappa > 0", r"q(x) = \operatorname{Exp}(\lambda)", r"p(x) = \operatorname{Weibull}(2, \kappa)"], r"D_{KL}(q \,\|\, p)"),
        ([r"\pi, \rho \in (0, 1)", r"q(x) = \mathrm{Bernoulli}(\pi)", r"p(x) = \mathrm{Bern}(\rho)"], r"D_{KL}(q \,\|\, p)"),
        ([r"\lambda > 0", r"q(z) = \mathrm{Poisson}(\lambda)"], r"\mathbb{E}_{q}[z^2]"),
    ],
)  # fmt: skip
def test_what_is_derived_passes_as_an_answer(given: list[str], find: str) -> None:
    asked = asked_from(given, "find", find)
    found = answer(asked)
    assert found.derivation.steps
    assert judge(asked, Source(f"$${latex(written(found.derivation.result[0]))}$$")).status == "correct"


def test_other_ways_of_writing_are_proved_and_slips_refuted() -> None:
    asked = asked_from(GAMMAS, "find", r"D_{KL}(q \,\|\, p)")
    right = r"(a - c)\psi(a) - \log\Gamma(a) + \log\Gamma(c) + c(\log b - \log d) + a\frac{d - b}{b}"
    assert judge(asked, Source(right)).status == "correct"
    assert judge(asked, Source(right.replace("(a - c)", "(c - a)"))).status == "incorrect"
    assert judge(asked, Source(right.replace("d - b", "d + b"))).status == "incorrect"


def test_an_infinite_divergence_says_why() -> None:
    given = [r"\lambda, a, b > 0", r"q(x) = \mathrm{Exponential}(\lambda)", r"p(x) = \mathrm{Beta}(a, b)"]
    with pytest.raises(AuthorProblem, match="infinite: exponential gives weight"):
        answer(asked_from(given, "find", r"D_{KL}(q \,\|\, p)"))


def test_conditions_are_assumed_in_so_many_words() -> None:
    given = [r"m, a, r > 0", r"q(x) = \mathrm{Pareto}(m, a)", r"p(x) = \mathrm{Exponential}(r)"]
    found = answer(asked_from(given, "find", r"D_{KL}(q \,\|\, p)"))
    assert [latex(remark[0]) for remark in found.derivation.assumes] == ["a - 1 > 0"]  # type: ignore[arg-type]


def test_a_family_with_too_few_parameters_is_pointed_at() -> None:
    with pytest.raises(AuthorProblem, match="gamma has the parameters alpha, beta") as caught:
        asked_from([r"a > 0", r"q(x) = \mathrm{Gamma}(a)"], "find", r"H(q)")
    assert caught.value.span is not None
