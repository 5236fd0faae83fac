"""Derivations line by line: bounds, divergences by integration, changes of variables, gradients, inverses, determinants."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker
from symderiv.grading.steps import RIGHT_AGAIN
from tests.grading.chains import WORKED, Worked
from tests.grading.elbo_forms import FORMS, TWO_SAMPLES, Form

CHECKER = Checker(explain=True)


def result(given: tuple[str, ...], answer: str, **ask: str) -> dict[str, Any]:
    return CHECKER.result(json.dumps({"id": 1, "given": given, "answer": answer, **ask}))


# --- the evidence lower bound --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.name)
def test_each_form_of_the_bound_is_proved_from_the_definitions(form: Form) -> None:
    found = result(form.given, form.right, reference=form.reference)
    assert (found["status"], found["how"]) == ("correct", "proved")


@pytest.mark.parametrize(("form", "wrong"), [(f, w) for f in FORMS for w in f.wrong], ids=lambda x: getattr(x, "name", ""))
def test_each_wrong_form_of_the_bound_is_refuted(form: Form, wrong: str) -> None:
    found = result(form.given, wrong, reference=form.reference)
    assert (found["status"], found["how"]) == ("incorrect", "disproved")


WEIGHTS = r"\frac{p(y, h_1)}{q(h_1 \mid y)} + \frac{p(y, h_2)}{q(h_2 \mid y)}"
TOGETHER = r"\mathbb{E}_{q(h_1, h_2 \mid y)}"


@pytest.mark.parametrize(
    ("left", "relation", "inside", "status"),
    [
        (r"\log p(y)", r"\ge", rf"\log \frac{{1}}{{2}} \left({WEIGHTS}\right)", "correct"),
        (r"\log p(y)", r"\le", rf"\log \frac{{1}}{{2}} \left({WEIGHTS}\right)", "partial"),
        (r"\log p(y)", r"\ge", rf"\log \left({WEIGHTS}\right)", "partial"),
        (r"-\log p(y)", r"\le", rf"-\log \frac{{1}}{{2}} \left({WEIGHTS}\right)", "correct"),
        (r"-\log p(y)", r"\ge", rf"-\log \frac{{1}}{{2}} \left({WEIGHTS}\right)", "partial"),
    ],
)
def test_the_importance_weighted_bound_is_an_inequality(left: str, relation: str, inside: str, status: str) -> None:
    sign, logarithm = ("-", inside[1:]) if inside.startswith("-") else ("", inside)
    line = rf"{sign}\log {TOGETHER}\left[{logarithm.removeprefix(chr(92) + 'log')}\right]"
    text = rf"{left} = {line} {relation} {TOGETHER}\left[{inside}\right]"
    found = result(TWO_SAMPLES, text, show=rf"{left} {relation} {TOGETHER}\left[{inside}\right]")
    if r"\frac{1}{2}" in inside:
        assert found["status"] == status
        assert found["steps"][-1].get("rule", "") == ("Jensen's inequality" if status == "correct" else "")
    else:
        assert (found["status"] in ("partial", "incorrect"), found["wrong_line"]) == (True, 1)


LEVELS = (r"p(y, h, u) = p(y \mid h)\, p(h \mid u)\, p(u)", r"q(h, u \mid y) = q(h \mid y)\, q(u \mid h)")
RATIO = r"\frac{p(y \mid h)\, p(h \mid u)\, p(u)}{q(h \mid y)\, q(u \mid h)}"


@pytest.mark.parametrize(
    ("ratio", "line"),
    [
        (RATIO, None),
        (RATIO.replace(r"p(h \mid u)", r"p(u \mid h)"), 2),
        (RATIO.replace(r"q(u \mid h)", r"q(u)"), 2),
        (RATIO.replace(r"p(u)", "1"), 2),
    ],
)
def test_the_bound_of_two_levels_is_followed_from_the_evidence(ratio: str, line: int | None) -> None:
    mean = r"\mathbb{E}_{q(h, u \mid y)}"
    text = (
        rf"\begin{{align*}} \log p(y) &= \log \int \int p(y, h, u) \, dh \, du \\ &= \log {mean}\left[{ratio}\right] \\"
        rf" &\ge {mean}\left[\log {RATIO}\right] \end{{align*}}"
    )
    found = result(LEVELS, text, show=rf"\log p(y) \ge {mean}\left[\log {RATIO}\right]")
    assert found.get("wrong_line") == line
    assert (found["status"] == "correct") == (line is None)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"\log \mathbb{E}_{q(h)}[g(h)]", r"\mathbb{E}_{q(h)}[\log g(h)]"),
        (r"\mathbb{E}_{q(h)}[e^{g(h)}]", r"e^{\mathbb{E}_{q(h)}[g(h)]}"),
        (r"\mathbb{E}_{q(h)}[g(h)^2]", r"\mathbb{E}_{q(h)}[g(h)]^2"),
    ],
)
def test_convex_functions_of_an_expectation_are_ordered(left: str, right: str) -> None:
    given = (r"g : \mathbb{R} \to \mathbb{R}_{>0}", r"h \in \mathbb{R}", r"h \sim q(h)")
    for relation, outcome in ((r"\ge", "right"), (r"\le", "wrong")):
        found = result(given, rf"{left} {relation} {right}", show=rf"{left} {relation} {right}")
        assert [s["status"] for s in found["steps"]] == [outcome]


# --- derivations in lines ------------------------------------------------------------------------------------------------


def judged(worked: Worked, answer: str) -> dict[str, Any]:
    kind, text = worked.ask
    ask = {kind: text, **({"in_terms_of": worked.in_terms_of} if worked.in_terms_of else {})}
    return result(worked.given, answer, **ask)


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: w.name)
def test_each_derivation_is_accepted_line_by_line(worked: Worked) -> None:
    found = judged(worked, worked.right)
    assert (found["status"], found["findings"]) == ("correct", [])


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: w.name)
def test_the_wrong_line_is_found_and_the_right_end_does_not_hide_it(worked: Worked) -> None:
    found = judged(worked, worked.damaged)
    assert found["status"] in ("partial", "incorrect")
    assert found["wrong_line"] == worked.wrong[0]


GAUSSIAN = WORKED[1]


def test_an_error_that_is_carried_forward_is_charged_once() -> None:
    """Behind the wrong line all lines are right relative to it; only the end differs from what was asked."""
    lines = (
        r"\mathbb{E}_q\left[\log\frac{\rho}{\tau} - \frac{(y - m)^2}{2\tau^2} + \frac{(y - c)^2}{2\rho^2}\right]",
        r"\log\frac{\rho}{\tau} + \frac{1}{2} + \frac{1}{2\rho^2} \mathbb{E}_q[(y - c)^2]",
        r"\log\frac{\rho}{\tau} + \frac{1}{2} + \frac{\tau^2 + (m - c)^2}{2\rho^2}",
    )
    found = judged(GAUSSIAN, GAUSSIAN.answer(lines))
    assert (found["status"], found["wrong_line"]) == ("incorrect", 2)
    assert [f["rule"] for f in found["findings"]].count("wrong step") == 1


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: w.name)
def test_steps_may_be_skipped(worked: Worked) -> None:
    lines = (worked.lines[0], worked.lines[-1])
    assert judged(worked, worked.answer(lines))["status"] == "correct"


# --- what is said of each step -------------------------------------------------------------------------------------------


def steps(name: str, damaged: bool = False) -> list[dict[str, Any]]:
    worked = next(w for w in WORKED if w.name == name)
    return judged(worked, worked.damaged if damaged else worked.right)["steps"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        (
            "two scalar Gaussians, moments",
            ["definition of the divergence", "formula of the density", "linearity of the expectation", "moments of the density", "algebra"],
        ),
        (
            "posterior by Bayes",
            [
                "definition of the divergence, rules of logarithms and exponentials", "product rule of densities",
                "linearity of the expectation", "linearity of the expectation",
            ],
        ),
        (
            "reparameterisation gradient",
            [
                "derivative under the expectation, moments of the density", "differentiation",
                "linearity of the expectation", "moments of the density",
            ],
        ),
        (
            "change of variables of a scalar",
            ["moments of the density, change of variables", "linearity of the expectation", "moments of the density"],
        ),
        (
            "determinant by blocks",
            [
                "differentiation", "determinant by blocks, rules of determinants and inverses",
                "determinant, rules of determinants and inverses", "rules of logarithms and exponentials",
            ],
        ),
        (
            "inverse of a coupling",
            ["definition of t", "rules of logarithms and exponentials", "definition of r", "definition of t"],
        ),
    ],
)  # fmt: skip
def test_each_right_step_names_its_rule(name: str, rules: list[str]) -> None:
    found = steps(name)
    assert [s["status"] for s in found] == ["right"] * len(rules)
    assert [s["rule"] for s in found] == rules


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        ("two scalar Gaussians, moments", "-c m/(2ρ²) stands where -c m/ρ² belongs"),
        ("two scalar Gaussians, entropy and cross entropy", "-1/2 is missing"),
        ("two Gaussian vectors, moments", "the sign of -cᵀ R⁻¹ m is the other one"),
        ("score of a Gaussian", "the sign is the other one"),
        ("posterior by Bayes", "log p(y) is missing"),
        ("inverse of a coupling", "2 exp(-a(v)) ∘ b(v) is too much"),
    ],
)
def test_a_wrong_step_says_what_differs(name: str, differs: str) -> None:
    wrong = [s for s in steps(name, damaged=True) if s["status"] == "wrong"]
    assert wrong[0]["differs"] == differs
    assert wrong[1]["differs"] == RIGHT_AGAIN


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        (r"\mathrm{KL}(q(h \mid y) \,\|\, p(h))", r"\mathrm{KL}(p(h) \,\|\, q(h \mid y))", "the divergence is the other way round"),
        (r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)]", r"\mathbb{E}_{p(h)}[\log p(y \mid h)]", "the expectation is under p(h) instead of q(h | y)"),
        (r"\mathbb{E}_{q(h \mid y)}[\log p(y, h)]", r"\mathbb{E}_{q(h \mid y)}[\log p(h \mid y)]", "log p(y) is missing"),
        (r"\mathbb{E}_{q(h \mid y)}[\log p(h \mid y)]", r"\mathbb{E}_{q(h \mid y)}[\log p(y, h)]", "-log p(y) is missing"),
        (r"2 \log p(y) + 2", r"\log p(y) + 1", "it is off by a factor of 1/2"),
    ],
)  # fmt: skip
def test_directions_densities_and_factors_are_named(first: str, second: str, differs: str) -> None:
    given = (r"p(y, h) = p(y \mid h)\, p(h)", r"h \sim q(h \mid y)")
    found = result(given, rf"{first} = {second}", reference=first)
    assert [s.get("differs") for s in found["steps"]] == [differs]
    assert found["findings"][0]["hint"] == differs


def test_lines_behind_a_wrong_one_are_said_to_be_carried() -> None:
    lines = (
        r"\log\frac{\rho}{\tau} + \frac{1}{2} + \frac{1}{2\rho^2} \mathbb{E}_q[(y - c)^2]",
        r"\log\frac{\rho}{\tau} + \frac{1}{2} + \frac{\tau^2 + (m - c)^2}{2\rho^2}",
    )
    found = judged(GAUSSIAN, GAUSSIAN.answer(lines))["steps"]
    assert [(s["status"], s.get("carried", False)) for s in found] == [("wrong", False), ("right", True)]


# --- single rules --------------------------------------------------------------------------------------------------------

COORDINATES = (
    r"m \in \mathbb{R}^{k}", r"\tau \in \mathbb{R}_{>0}^{k}", r"q(y) = \mathcal{N}(y; m, \operatorname{diag}(\tau^2))",
)  # fmt: skip
LATENT = (r"p(y, h) = p(y \mid h)\, p(h)", r"h \sim q(h \mid y)")


def test_the_normal_density_of_a_coordinate_is_taken_at_that_entry() -> None:
    text = (
        r"\begin{{align*}} \mathbb{{E}}_q[\log q(y)] &= \mathbb{{E}}_q\Big[\sum_{{j=1}}^k \log \mathcal{{N}}(y_j; m_j, {0})\Big] \\"
        r" &= -\frac12 \sum_{{j=1}}^k (1 + \log(2\pi\tau_j^2)) \end{{align*}}"
    )
    right, wrong = (result(COORDINATES, text.format(v), find=r"\mathbb{E}_q[\log q(y)]") for v in (r"\tau_j^2", r"2\tau_j^2"))
    assert right["status"] == "correct"
    assert (wrong["status"], wrong["wrong_line"]) == ("partial", 1)


def test_a_line_in_which_sizes_do_not_fit_is_the_first_wrong_one() -> None:
    text = (
        r"\begin{align*} \mathbb{E}_q[y^\top y] &= \sum_{j=1}^k \mathbb{E}_q[y_j^2] \\ &= \sum_{j=1}^k (m_j^2 + \tau_j m) \\"
        r" &= \sum_{j=1}^k (m_j^2 + \tau_j^2) \end{align*}"
    )
    found = result(COORDINATES, text, find=r"\mathbb{E}_q[y^\top y]")
    assert found["status"] in ("partial", "review")
    assert found["wrong_line"] == 2


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (r"\mathbb{E}_{q(h \mid y)}\left[\log\frac{p(y, h)}{q(h \mid y)}\right]", "correct"),
        (r"\mathbb{E}_{q(h \mid y)}\left[\log\frac{q(h \mid y)}{p(y, h)}\right]", "other"),
    ],
)
def test_the_inequality_of_jensen_is_a_step(last: str, status: str) -> None:
    claim = rf"\log p(y) \ge {last}"
    text = rf"\log p(y) = \log \int p(y, h) \, dh = \log \mathbb{{E}}_{{q(h \mid y)}}\left[\frac{{p(y, h)}}{{q(h \mid y)}}\right] \ge {last}"
    found = result(LATENT, text, show=claim)
    assert found["status"] == status or (status == "other" and found["status"] != "correct")
    if status == "correct":
        assert found["steps"][-1]["rule"] == "Jensen's inequality"


def test_a_bound_by_a_divergence_names_it() -> None:
    bound = r"\mathbb{E}_{q(h \mid y)}[\log p(y, h) - \log q(h \mid y)]"
    text = rf"{bound} = \log p(y) - D_{{KL}}(q(h \mid y) \,\|\, p(h \mid y)) \le \log p(y)"
    found = result(LATENT, text, show=rf"{bound} \le \log p(y)")
    assert found["status"] == "correct"
    assert found["steps"][-1]["rule"] == "a divergence is never negative"
