"""Derivations from a model and from Python are one; answers to them are judged as a student's are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

import symderiv as sd
from symderiv.core.problems import AuthorProblem
from symderiv.writing.unicode import prose_text
from symderiv.core.results import Proved
from symderiv.explore.values import BlockMatrix, Decision, Solution

GIVEN = r"""
a, b, t \in \mathbb{R}^{m}
f, g : \mathbb{R}^{m} \to \mathbb{R}^{m}
u = \exp(g(b)) \circ a + f(b)
v = \exp(t) \circ b
x = (a, b)
y = (u, v)
"""
MODEL = sd.Model(GIVEN)
a, b, t = (sd.Vector(n, "m") for n in "abt")
f, g = (sd.VectorFunction(n, "m") for n in "fg")
LAYER = sd.Layer((a, b), {"u": sd.exp(g(b)) * a + f(b), "v": sd.exp(t) * b})

GAUSSIANS = sd.Model(r"""
\mu \in \mathbb{R}
\sigma > 0
q(z) = \mathcal{N}(z; \mu, \sigma^2)
p(z) = \mathcal{N}(z; 0, 1)
""")
mu, sigma = sd.Scalar("mu"), sd.Scalar("sigma", positive=True)


def test_latex_and_python_derive_the_same() -> None:
    assert MODEL.jacobian("y", "x").value == LAYER.jacobian().value
    assert MODEL.inverse("x", "y").value["a"] == LAYER.inverse().value["a"]
    assert MODEL.layer("y", "x").logdet().value == LAYER.logdet().value
    assert isinstance(MODEL.logdet("y", "x").value.equals(LAYER.logdet().value), Proved)
    assert GAUSSIANS.kl("q", "p").value == sd.kl(sd.Normal(mu, sigma**2), sd.Normal(0, 1)).value


def test_a_gradient_of_a_divergence_is_the_same_by_both_ways() -> None:
    by_model = GAUSSIANS.gradient(r"D_{KL}(q \,\|\, p)", r"\mu, \sigma").value
    by_python = sd.gradient(sd.kl(sd.Normal(mu, sigma**2), sd.Normal(0, 1)).value, (mu, sigma)).value
    assert isinstance(by_model, BlockMatrix)
    assert by_model == by_python
    assert isinstance(by_model[2].equals(sigma - 1 / sigma), Proved)


def test_names_of_a_model_are_expressions() -> None:
    assert isinstance(MODEL["u"], sd.Expression)
    assert isinstance(MODEL["y"], BlockMatrix)
    assert str(MODEL["f"]) == "f:ℝᵐ → ℝᵐ"
    assert {"a", "f", "u", "y"} <= set(MODEL._ipython_key_completions_())
    with pytest.raises(AuthorProblem, match="nothing is called w here"):
        MODEL["w"]
    assert isinstance(MODEL.expression(r"\exp(t) \circ b"), sd.Expression)
    assert MODEL.and_given(r"w = u + v").expression("w") == MODEL.expression("u + v")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (r"\exp(\sum_i (g(b)_i + t_i))", "correct"),
        (r"\exp(\sum_i (g(b)_i - t_i))", "incorrect"),
        (r"\exp(\sum_i (g(b)_i", "unreadable"),
        (sd.exp((g(b) + t).sum()), "correct"),
        (sd.exp((g(b) - t).sum()), "incorrect"),
    ],
)
def test_an_answer_is_judged_whether_written_or_built(answer: object, status: str) -> None:
    judged = MODEL.check(r"\det \frac{\partial y}{\partial x}", answer)
    assert judged.status == status
    assert (judged.witness is not None) == (status == "incorrect")
    assert judged.status in str(judged)


def test_an_answer_in_sympy_is_judged() -> None:
    m, s = sympy.Symbol("mu"), sympy.Symbol("sigma")
    kl = GAUSSIANS.kl("q", "p")
    assert kl.check((m**2 + s**2 - 1) / 2 - sympy.log(s)).status == "correct"
    assert kl.check((m**2 + s**2) / 2 - sympy.log(s)).status == "incorrect"


def test_several_answers_are_judged_one_by_one() -> None:
    derived = LAYER.inverse()
    right = {"a": LAYER.inverse().value["a"], "b": LAYER.inverse().value["b"]}
    assert derived.check(right).status == "correct"
    assert derived.check({**right, "b": derived.value["a"]}).status == "partial"
    with pytest.raises(AuthorProblem, match="b was not solved for"):
        derived.check({"a": right["a"]})


def test_a_decision_has_three_values() -> None:
    found = MODEL.decide(r"\left| \det \frac{\partial y}{\partial x} \right| = 1").value
    assert isinstance(found, Decision)
    assert found.holds is False
    assert found.condition is not None
    assert isinstance(found.condition.equals((g(b) + t).sum()), Proved)
    with pytest.raises(AuthorProblem, match="three values"):
        bool(found)
    assert MODEL.decide(r"t^\top b = b^\top t").value.holds is True


def test_no_result_passes_for_true() -> None:
    judged = MODEL.check(r"\det \frac{\partial y}{\partial x}", "0")
    with pytest.raises(AuthorProblem, match="not true or false"):
        assert judged


def test_problems_point_into_the_text() -> None:
    with pytest.raises(AuthorProblem, match=r"given:1:7") as told:
        sd.Model(r"x \in \mathbb{Q}^n")
    assert "^" in str(told.value)
    with pytest.raises(AuthorProblem, match="find:1:"):
        MODEL.find(r"\det \frac{\partial y}{\partial w}")
    with pytest.raises(AuthorProblem, match="no kind of question"):
        MODEL.check("y", "y", kind="ask")


def test_a_notebook_gets_html_without_markup_from_an_answer() -> None:
    judged = MODEL.check(r"\det \frac{\partial y}{\partial x}", r"<script>alert(1)</script> $x$")
    page = judged._repr_html_()
    assert "<script" not in page
    assert all(r"mathjax_ignore" in part for part in re.findall(r"<pre[^>]*>.*?</pre>", page, re.DOTALL))


def test_looks_hold_the_same_in_latex_and_unicode() -> None:
    derived = LAYER.logdet()
    assert derived._repr_latex_().startswith("$\\displaystyle \\log")
    assert len(derived.steps._repr_markdown_().splitlines()) == len(derived.steps) + 2
    assert str(derived.steps[:1]).startswith("1. differentiate a line")
    assert "✓ proved" in str(derived)


@pytest.mark.parametrize("suffix", [".tex", ".json", ".txt", ".pdf"])
def test_a_derivation_is_kept_in_a_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"kept{suffix}"
    MODEL.jacobian("y", "x").save(path)
    content = path.read_bytes()
    assert content.startswith({".pdf": b"%PDF", ".json": b"{"}.get(suffix, b""))
    if suffix == ".json":
        (question,) = json.loads(content)["questions"]
        assert len(question["given"]) == len(GIVEN.strip().splitlines())
        assert question["parts"][0]["certificate"]


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuthorProblem, match=r"ends in none of"):
        LAYER.logdet().save(tmp_path / "kept.doc")


def test_expectations_and_entropies_by_gaussians() -> None:
    q = sd.Normal(sd.Vector("mu", "k"), sd.Matrix("Sigma", "k", "k", "positive definite"))
    z, A = q.variable, sd.Matrix("A", "k", "k")
    mean, covariance = sd.Vector("mu", "k"), sd.Matrix("Sigma", "k", "k", "positive definite")
    assert isinstance(q.expect(z.T @ A @ z).value.equals((A @ covariance).trace() + mean.T @ A @ mean), Proved)
    one = sd.Normal(mu, sigma**2).entropy()
    assert abs(float(one.numpy(sigma=1.0)) - 1.4189385332046727) < 1e-12
    assert all(c.difference < 1e-6 for c in one.checks)
    with pytest.raises(AuthorProblem, match="w is the variable of one density and a parameter of the other"):
        sd.kl(sd.Normal(mu, 1, variable="w"), sd.Normal(sd.Scalar("w"), 1))
    with pytest.raises(AuthorProblem, match="no covariance"):
        sd.Normal(sd.Vector("mu", "m"), A)
    with pytest.raises(AuthorProblem, match="the variable itself"):
        sd.Normal(sd.Scalar("z"), 1)


def test_solutions_are_mappings() -> None:
    found = LAYER.inverse().value
    assert isinstance(found, Solution)
    assert [*found] == ["a", "b"]
    assert found.explicit(m=2)["b"].shape == (2, 1)


def test_a_standard_normal_stands_beside_any_vector() -> None:
    m, v = sd.Vector("m", "k"), sd.Vector("v", "k", positive=True)
    standard, written_out = sd.Normal(0, 1), sd.Normal(0, sd.eye("k"))
    for ours, theirs in (
        (sd.kl(sd.Normal(m, v), standard), sd.kl(sd.Normal(m, v), written_out)),
        (sd.kl(standard, sd.Normal(m, v)), sd.kl(written_out, sd.Normal(m, v))),
    ):
        assert isinstance(ours.value.equals(theirs.value), Proved)
        assert not ours.assumes


@pytest.mark.parametrize(
    ("covariance", "said"),
    [
        (sd.Matrix("W", "k"), "a covariance is symmetric"),
        (-sd.exp(sd.Vector("l", "k")), "a variance is positive"),
        (sd.Vector("w", "n"), "is no covariance beside"),
    ],
)
def test_what_is_no_covariance_is_refused(covariance: sd.Expression, said: str) -> None:
    with pytest.raises(AuthorProblem, match=said):
        sd.Normal(sd.Vector("m", "k"), covariance)


def test_what_a_covariance_needs_beyond_its_declaration_is_said() -> None:
    m, w, L = sd.Vector("m", "k"), sd.Vector("w", "k"), sd.Matrix("L", "k")
    assert sd.Normal(m, w).entropy().assumes == ("w is positive",)
    assert sd.Normal(m, L @ L.T).entropy().assumes == ("L Lᵀ is positive definite",)
    assert sd.Normal(m, sd.exp(w)).entropy().assumes == ()
    with pytest.raises(AuthorProblem, match="is no density"):
        sd.kl(m, sd.Normal(0, 1))  # type: ignore[arg-type]


def test_names_of_a_model_are_those_of_latex_and_of_python() -> None:
    model = sd.Model(
        "\\mu_1 \\in \\mathbb{R}^{k}\nv \\in \\mathbb{R}_{>0}^{k}\nq(z) = \\mathcal{N}(z; \\mu_1, \\operatorname{diag}(v))\ny = \\mu_1 + v"
    )
    assert model["mu1"] == model[r"\mu_1"] == model["mu_1"]
    assert isinstance(model["q"], sd.Normal)
    assert str(model.inverse("mu1", "y").value["mu1"]) == "y - v"
    with pytest.raises(AuthorProblem, match="z is not defined by an equation"):
        model.inverse("mu1", "z")
    with pytest.raises(AuthorProblem, match="did you mean mu_1"):
        model["mu_2"]


def test_a_report_says_what_was_asked_and_of_which_map() -> None:
    report = LAYER.logdet().report()
    (asked,) = report.questions
    assert len(asked.given) == len(LAYER.forward)
    (answer,) = asked.parts
    assert prose_text(answer.ask[0]).startswith("Find log|det ")


@pytest.mark.parametrize(
    "ask",
    [
        r"\frac{\partial w}{\partial c}", r"\det \frac{\partial w}{\partial c}", r"\log \left| \det \frac{\partial w}{\partial c} \right|",
        r"\frac{\partial l}{\partial c}", r"\det \frac{\partial l}{\partial c}",
    ],
)  # fmt: skip
def test_a_map_of_one_name_is_derived_as_one_of_blocks_is(ask: str) -> None:
    model = sd.Model("c, e \\in \\mathbb{R}^{m}\nB \\in \\mathbb{R}^{m \\times m}\nw = e^{e} \\circ \\sinh(c)\nl = B c")
    found = model.find(ask)
    assert "normal form" not in {s.rule for s in found.steps}
    assert found.certificate
    assert len(found.checks) == 3
    assert all(c.difference < 1e-6 for c in found.checks)
    assert "block" not in str(found.steps)


def test_checks_are_a_table_and_say_so_where_there_are_none() -> None:
    checks = GAUSSIANS.kl("q", "p").checks
    assert [line.split()[0] for line in str(checks).splitlines()] == ["compared", *["closed"] * 3]
    assert (
        len(
            {
                line.index(c)
                for line, c in zip(str(checks).splitlines(), ("ours", *(f"{x.ours:.6g}" for x in checks)), strict=True)
            }
        )
        == 1
    )
    assert checks._repr_markdown_().startswith("| compared | at |")
    assert str(checks[:0]).startswith("nothing to compare")
    assert "NumericCheck" not in repr(checks)


def test_a_standard_normal_has_no_inverse_and_no_determinant_to_work_out() -> None:
    m, k = sd.Vector("m", "k"), "k"
    S, r = sd.Matrix("S", k, k, "positive definite"), sd.Scalar("r", positive=True)
    by_unit = sd.kl(sd.Normal(m, S), sd.Normal(0 * m, sd.eye(k)))
    assert "zᵀ z" in str(by_unit.steps)
    assert not re.search(r"I⁻¹|det I\b|det\(I\)", str(by_unit.steps))
    by_scale = sd.kl(sd.Normal(m, S), sd.Normal(0 * m, r**2 * sd.eye(k)))
    assert "log(2π r²)" in str(by_scale.steps)
    general = sd.kl(sd.Normal(m, S), sd.Normal(0 * m, sd.Matrix("P", k, k, "positive definite")))
    S0 = np.array([[2.0, 0.5], [0.5, 1.0]])
    known: dict[str, Any] = {"k": 2, "m": [1.0, -2.0], "S": S0}
    assert by_unit.numpy(**known) == pytest.approx(general.numpy(P=np.eye(2), **known))
    assert by_scale.numpy(r=1.5, **known) == pytest.approx(general.numpy(P=2.25 * np.eye(2), **known))
