"""Answers as students write them, in records: what is right is proved, what is wrong is refuted, what is damaged goes to a person."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker, check_lines

COUPLING = [
    r"u, v \in \mathbb{R}^{m}", r"a, b : \mathbb{R}^{m} \to \mathbb{R}^{m}", r"r = \exp(a(v)) \circ u + b(v)", r"t = v + 1", "w = (u, v)", "z = (r, t)",
]  # fmt: skip
GAUSS = [r"m \in \mathbb{R}", r"\tau > 0", r"q(h) = \mathcal{N}(h; m, \tau^2)", r"p(h) = \mathcal{N}(h; 1, 4)"]
ELBO = [r"p(y, h) = p(y \mid h)\, p(h)", r"L(q) = \mathbb{E}_{q(h)}[\log p(y \mid h)] - \mathrm{KL}(q(h) \,\|\, p(h))"]
FACTORS = [r"h \in \mathbb{R}^{k}", r"q(h) = \prod_{j=1}^{k} q_j(h_j)", r"p(h) = \prod_{j=1}^{k} p_j(h_j)"]


def result(given: list[str], answer: str, **ask: str) -> dict[str, Any]:
    return Checker().result(json.dumps({"id": 1, "given": given, "answer": answer, **ask}))


INVERSE = {"find": "u, v", "in_terms_of": "r, t"}
JACOBIAN = {"find": r"\frac{\partial z}{\partial w}"}
DIVERGENCE = {"find": r"D_{KL}(q \,\|\, p)"}
SHOW = {"show": r"L(q) = \log p(y) - \mathrm{KL}(q(h) \,\|\, p(h \mid y))"}
SUM = {"show": r"\mathrm{KL}(q(h) \,\|\, p(h)) = \sum_{j=1}^{k} \mathrm{KL}(q_j(h_j) \,\|\, p_j(h_j))"}


@pytest.mark.parametrize(
    ("given", "ask", "answer"),
    [
        (COUPLING, INVERSE, r"v = t - 1, \quad u = (r - b(v)) \circ e^{-a(v)}"),
        (COUPLING, INVERSE, r"u = \frac{r - b(t - 1)}{\exp(a(t-1))}, \; v = t - 1"),
        (COUPLING, INVERSE, r"First $v = t - 1$. Let $c = a(v)$; then $u = e^{-c} \odot (r - b(v))$."),
        (COUPLING, INVERSE, r"For $j = 1, \dots, m$: $$v_j = t_j - 1, \qquad u_j = (r_j - b(v)_j)\, e^{-a(v)_j}$$"),
        (COUPLING, JACOBIAN, r"\begin{bmatrix} \operatorname{diag}(e^{a(v)}) & \operatorname{diag}(u \circ e^{a(v)}) J_a(v) + b'(v) \\ 0 & I \end{bmatrix}"),
        (COUPLING, JACOBIAN, r"$\partial r/\partial u = \mathrm{diag}(e^{a(v)})$, $\partial r/\partial v = \mathrm{diag}(u)\,\mathrm{diag}(e^{a(v)})\,\partial a/\partial v + \partial b/\partial v$, $\partial t/\partial u = 0$, $\partial t/\partial v = I$"),
        (COUPLING, {"find": r"\det \frac{\partial z}{\partial w}"}, r"\det J = \prod_{j=1}^{m} e^{a(v)_j} = \exp\Big(\sum_j a(v)_j\Big)"),
        (COUPLING, {"find": r"\log\left|\det \frac{\partial z}{\partial w}\right|"}, r"\operatorname{tr}(\operatorname{diag}(a(v)))"),
        (COUPLING, {"decide": r"\left|\det \frac{\partial z}{\partial w}\right| = 1"}, r"No, it is $e^{\sum_j a(v)_j}$."),
        (COUPLING, {"decide": r"\left|\det \frac{\partial z}{\partial w}\right| = 1"}, r"Only if $\sum_{j=1}^{m} a(v)_j = 0$."),
        (GAUSS, DIVERGENCE, r"\log\frac{2}{\tau} + \frac{\tau^2 + (m - 1)^2}{8} - \frac12"),
        (GAUSS, DIVERGENCE, r"\begin{align*} D_{KL} &= \mathbb{E}_q[\log q(h) - \log p(h)] \\ &= \ln 2 - \ln\tau - \tfrac12 + \tfrac18 \mathbb{E}_q[(h-1)^2] \\ &= \ln\frac{2}{\tau} - \frac{1}{2} + \frac{\tau^2 + m^2 - 2m + 1}{8} \end{align*}"),
        (GAUSS, {"find": r"\nabla_{(m, \tau)} D_{KL}(q \,\|\, p)"}, r"\left(\frac{m-1}{4},\; \frac{\tau}{4} - \frac{1}{\tau}\right)^\top"),
        (GAUSS, {"find": r"\nabla_{(m, \tau)} D_{KL}(q \,\|\, p)"}, r"\frac{\partial D_{KL}}{\partial m} = \frac{m-1}{4} \quad\text{and}\quad \frac{\partial D_{KL}}{\partial \tau} = \frac{\tau^2 - 4}{4\tau}"),
        (ELBO, SHOW, r"\begin{align} L(q) &= \mathbb{E}_q[\log p(y|h) + \log p(h) - \log q(h)] \\ &= \mathbb{E}_q[\log p(h|y) + \log p(y) - \log q(h)] && \text{(Bayes)} \\ &= \log p(y) - KL(q(h) \| p(h|y)) \end{align}"),
        (ELBO, SHOW, r"$$\mathrm{KL}(q(h)\|p(h|y)) = \int q(h) \log \frac{q(h)\, p(y)}{p(y, h)}\, dh$$ $$= \log p(y) - L(q)$$ and rearranging gives the claim."),
        (FACTORS, SUM, r"\mathrm{KL}(q(h)\|p(h)) = \mathbb{E}_q\Big[\sum_j \log\frac{q_j(h_j)}{p_j(h_j)}\Big] = \sum_j \mathbb{E}_{q_j}\Big[\log\frac{q_j(h_j)}{p_j(h_j)}\Big] = \sum_j \mathrm{KL}(q_j(h_j)\|p_j(h_j))"),
    ],
)  # fmt: skip
def test_right_answers_are_proved(given: list[str], ask: dict[str, str], answer: str) -> None:
    assert result(given, answer, **ask)["status"] == "correct"


@pytest.mark.parametrize(
    ("given", "ask", "answer", "line"),
    [
        (COUPLING, INVERSE, r"v = t - 1, \quad u = (r - b(v)) \circ e^{a(v)}", None),
        (COUPLING, INVERSE, r"v = t - 1, \quad u = r - b(v) \circ e^{-a(v)}", None),
        (COUPLING, INVERSE, r"v = t - 1, \quad u = (r - b(t)) \circ e^{-a(t)}", None),
        (COUPLING, JACOBIAN, r"\begin{bmatrix} \operatorname{diag}(e^{a(v)}) & \operatorname{diag}(e^{a(v)}) J_a(v) + b'(v) \\ 0 & I \end{bmatrix}", None),
        (COUPLING, {"find": r"\det \frac{\partial z}{\partial w}"}, r"\sum_{j=1}^{m} e^{a(v)_j}", None),
        (COUPLING, {"decide": r"\left|\det \frac{\partial z}{\partial w}\right| = 1"}, "Yes, it is volume preserving.", None),
        (GAUSS, DIVERGENCE, r"\log\frac{\tau}{2} + \frac{\tau^2 + (m - 1)^2}{8} - \frac12", None),
        (GAUSS, DIVERGENCE, r"\begin{align*} D_{KL} &= \ln 2 - \ln\tau - \tfrac12 + \tfrac18 \mathbb{E}_q[h^2] \\ &= \ln\frac{2}{\tau} - \frac{1}{2} + \frac{\tau^2 + m^2 - 2m + 1}{8} \end{align*}", 1),
        (ELBO, SHOW, r"\begin{align} L(q) &= \mathbb{E}_q[\log p(y|h) + \log p(h) - \log q(h)] \\ &= \mathbb{E}_q[\log p(h|y) + \log p(h) - \log q(h)] \\ &= \log p(y) - KL(q(h) \| p(h|y)) \end{align}", 2),
        (ELBO, SHOW, r"L(q) = \mathbb{E}_q[\log p(y, h) - \log q(h)] = \log p(y) + KL(q(h) \| p(h|y))", 2),
        (FACTORS, SUM, r"\mathrm{KL}(q(h)\|p(h)) = \mathbb{E}_q\Big[\sum_j \log\frac{q_j(h_j)}{p_j(h_j)}\Big] = k\, \mathrm{KL}(q_1(h_1)\|p_1(h_1))", 2),
    ],
)  # fmt: skip
def test_wrong_answers_are_rejected_at_the_first_wrong_line(
    given: list[str], ask: dict[str, str], answer: str, line: int | None
) -> None:
    found = result(given, answer, **ask)
    assert found["status"] in ("incorrect", "partial")
    if line is not None:
        assert found["wrong_line"] == line


@pytest.mark.parametrize(
    ("given", "ask", "answer", "repaired"),
    [
        (GAUSS, DIVERGENCE, r"\log\frac{2}{\tau} \frac12 + \frac{\tau^2 + (m - 1)^2}{8}", "-"),
        (GAUSS, {"find": r"\nabla_{(m, \tau)} D_{KL}(q \,\|\, p)"}, r"\begin{bmatrix} \frac{m - 1}{4} \\ \frac{\tau}{4} \frac{1}{\tau} \end{bmatrix}", "-"),
        (COUPLING, INVERSE, r"v = t - 1, \quad u = (r - b(t - 1) \circ \exp(-a(t - 1)))", ")"),
    ],
)  # fmt: skip
def test_damage_is_named_and_left_to_a_person(given: list[str], ask: dict[str, str], answer: str, repaired: str) -> None:
    found = result(given, answer, **ask)
    assert found["status"] == "review"
    assert any(repaired in f.get("right_if_read_as", "") for f in found["findings"])


def test_the_question_over_again_is_no_answer() -> None:
    assert result(GAUSS, r"D_{KL}(q \,\|\, p) = D_{KL}(q \,\|\, p)", **DIVERGENCE)["status"] == "review"


@pytest.mark.parametrize("text", ["", r"\input{/etc/hosts}", "__import__('os')", r"\frac{1}{", "<b>1</b>", "{% for x in y %}"])
def test_what_is_no_formula_is_unreadable(text: str) -> None:
    assert result(GAUSS, text, **DIVERGENCE)["status"] == "unreadable"


def test_bad_lines_do_not_stop_the_others() -> None:
    good = json.dumps(
        {"id": "g", "given": GAUSS, **DIVERGENCE, "answer": r"\log\frac{2}{\tau} + \frac{\tau^2 + (m - 1)^2}{8} - \frac12"}
    )
    lines = [good, "{broken", "[]", json.dumps({"id": 2, "given": 5, "find": "x", "answer": "x"}), good]
    found = [json.loads(x) for x in check_lines(lines)]
    assert [f["status"] for f in found] == ["correct", "unreadable", "unreadable", "unreadable", "correct"]


def test_the_same_record_gives_the_same_result() -> None:
    record = json.dumps({"id": "r", "given": GAUSS, **DIVERGENCE, "answer": r"m^2 + \tau"})
    first, second = (Checker().result(record) for _ in range(2))
    assert first == second


VOLUME = {"decide": r"\left|\det \frac{\partial z}{\partial w}\right| = 1"}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (r"No: with $a = 0$ it is, but with $a = (1, \dots, 1)$ it is $e^{m}$.", "correct"),
        (r"No. For $a = 1$ the determinant is $m$.", "partial"),
        (r"Volume preserving if and only if $\sum_{j=1}^{m} a(v)_j = 0$.", "correct"),
        (r"Volume preserving if and only if $a = 0$.", "incorrect"),
        (r"Volume preserving exactly when $\sum_{j=1}^{m} 2^{a(v)_j} = 0$.", "incorrect"),
        (r"Not volume preserving, unless $\sum_{j=1}^{m} a(v_j) = 0$.", "review"),
        (r"Not volume preserving, unless $\sum_{j=1}^{m/3} a(v)_j = 0$.", "review"),
    ],
)
def test_conditions_and_examples_in_words(answer: str, status: str) -> None:
    assert result(COUPLING, answer, **VOLUME)["status"] == status


def test_the_names_an_answer_may_use_are_a_text_or_a_list() -> None:
    answer = r"v = t - 1, \quad u = (r - b(v)) \circ e^{-a(v)}"
    listed = Checker().result(
        json.dumps({"id": 1, "given": COUPLING, "find": "u, v", "in_terms_of": ["r", "t"], "answer": answer})
    )
    assert listed == result(COUPLING, answer, **INVERSE)
    assert listed["status"] == "correct"
    broken = Checker().result(json.dumps({"id": 1, "given": COUPLING, "find": "u, v", "in_terms_of": 3, "answer": answer}))
    assert "in_terms_of is a text" in broken["findings"][0]["message"]
