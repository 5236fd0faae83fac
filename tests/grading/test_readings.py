"""Answers as people write them, from the text to the status: bounds, lists, names on the way, and what two people would read in two ways."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker()

BOUND = {
    "given": [r"p(u, h) = p(u \mid h)\, p(h)", r"h \sim q(h \mid u)"],
    "show": r"\log p(u) \ge \mathbb{E}_{q(h \mid u)}[\log p(u \mid h)] - D_{KL}(q(h \mid u) \,\|\, p(h))",
}
LAYER = {
    "given": [
        r"a, c \in \mathbb{R}^{m}",
        r"H : \mathbb{R}^{m} \to \mathbb{R}^{m} \times \mathbb{R}^{m}",
        r"(k, t) = H(c)",
        r"v = \exp(k) \circ a + t",
        "w = c",
    ],
    "find": "a, c",
    "in_terms_of": "v, w",
}
SCALARS = {"given": [r"a, b > 0", r"c \in \mathbb{R}"]}
VECTOR = {"given": [r"u \in \mathbb{R}^{n}"]}
NORMALS = {
    "given": [r"m \in \mathbb{R}", r"\tau > 0", r"r(y) = \mathcal{N}(y; m, \tau^2)", r"g(y) = \mathcal{N}(y; 0, 1)"],
    "find": r"D_{KL}(r \| g)",
}


def status(question: dict[str, Any], answer: str, **more: str) -> str:
    return str(CHECKER.result(json.dumps({"id": 0, "answer": answer, **question, **more}))["status"])


@pytest.mark.parametrize(
    "answer",
    [
        (
            r"\log p(u) = \log \int q(h|u) \frac{p(u,h)}{q(h|u)} \, dh \ge \int q(h|u) \log \frac{p(u,h)}{q(h|u)} \, dh "
            r"= \mathbb{E}_{q(h|u)}[\log p(u|h)] - KL(q(h|u) \| p(h))"
        ),
        (
            r"\begin{align} \ln p(u) &= D_{KL}[q(h|u) || p(h|u)] + \mathbb{E}_q\left[\ln \frac{p(u,h)}{q(h|u)}\right] \\ &\geqslant "
            r"\mathbb{E}_{h \sim q(\cdot|u)}[\ln p(u|h)] - D_{KL}[q(h|u) || p(h)] \end{align}"
        ),
        (
            r"\log p(u) \ge \mathcal{L}(u) = \mathbb{E}_{q(H|u)}[\log p(u, H) - \log q(H|u)] "
            r"= \mathbb{E}_{q(h|u)}[\log p(u|h)] - \mathrm{KL}(q(h|u), p(h))"
        ),
        r"\log p(u) = \log \sum_h p(u, h) \ge \mathbb{E}_{q(h|u)}[\log p(u|h)] - \underbrace{\mathbb{E}_q[\log q(h|u) - \log p(h)]}_{KL(q(h|u) \| p(h))}",
    ],
)
def test_a_bound_is_derived(answer: str) -> None:
    assert status(BOUND, answer) == "correct"


@pytest.mark.parametrize(
    "answer",
    [
        r"\log p(u) \le \mathbb{E}_{q}[\log \frac{p(u,h)}{q(h|u)}] = \mathbb{E}_{q(h|u)}[\log p(u|h)] - KL(q(h|u) \| p(h))",
        r"\log p(u) = \mathbb{E}_{q}[\log \frac{p(u,h)}{q(h|u)}] = \mathbb{E}_{q(h|u)}[\log p(u|h)] - KL(q(h|u) \| p(h))",
        r"\log p(u) \ge \mathbb{E}_{q}[\log \frac{p(u,h)}{q(h|u)}] = \mathbb{E}_{q(h|u)}[\log p(u|h)] + KL(q(h|u) \| p(h))",
    ],
)
def test_a_wrong_bound_is_not_right(answer: str) -> None:
    assert status(BOUND, answer) in ("incorrect", "partial")


@pytest.mark.parametrize(
    "answer",
    [
        r"(a, c) = ((v - t) \circ e^{-k}, w)",
        r"\begin{pmatrix} a \\ c \end{pmatrix} = \begin{pmatrix} (v - t) \oslash \exp(k) \\ w \end{pmatrix}",
        r"c = w, \quad k, t = H(c), \quad a = \frac{v - t}{\exp(k)}",
        r"c = w \text{ and } a = \operatorname{diag}(\exp(k))^{-1} (v - t)",
    ],
)
def test_several_unknowns_at_once(answer: str) -> None:
    assert status(LAYER, answer) == "correct"


@pytest.mark.parametrize(
    ("key", "answer", "expected"),
    [
        (r"\frac{1}{2} a", "1/2 a", "review"),
        (r"\frac{1}{2a}", "1/2a", "review"),
        (r"\frac{1}{2} \log a", r"1/2 \log a", "correct"),
        (r"\log\frac{a}{b}", r"\log a/b", "review"),
        (r"\log\frac{a}{b}", r"\log b/a", "incorrect"),
        (r"\exp(-\frac{c^2}{2a^2})", r"\exp(-c^2/2a^2)", "correct"),
        ("a + b", r"a + b \quad \text{for } c > 0", "correct"),
        ("a + b", r"b + a \implies \text{done}", "correct"),
    ],
)
def test_what_can_be_read_in_two_ways_is_left_to_a_person(key: str, answer: str, expected: str) -> None:
    assert status(SCALARS, answer, reference=key) == expected


@pytest.mark.parametrize(
    ("key", "answer", "expected"),
    [
        (r"\sum_i |u_i|", r"\|u\|_1", "correct"),
        (r"\sum_i u_i^2", r"\|u\|_2^2", "correct"),
        (r"\sum_i |u_i|", r"\|u\|_2", "incorrect"),
        (r"\sum_i u_i^2", r"\|u\|_1^2", "incorrect"),
        (r"\sum_i u_i^2", r"u \cdot u", "correct"),
        (r"\sum_i u_i - u_1", r"\sum_{i=2}^n u_i", "correct"),
    ],
)
def test_norms_by_name(key: str, answer: str, expected: str) -> None:
    assert status(VECTOR, answer, reference=key) == expected


@pytest.mark.parametrize(
    "left",
    [r"D_{KL}(\mathcal{N}(m, \tau^2) \| \mathcal{N}(0, 1))", r"KL(N(m, \tau) \,||\, N(0,1))", "KL(r, g)", "H(r, g) - H(r)"],
)
def test_a_question_restated_in_other_words(left: str) -> None:
    assert status(NORMALS, left + r" = \frac{1}{2}(m^2 + \tau^2 - 1) - \log\tau") == "correct"
    assert status(NORMALS, left + r" = \frac{1}{2}(m^2 + \tau^2 + 1) - \log\tau") in ("incorrect", "partial")


def test_findings_say_what_kind_of_problem_it_is() -> None:
    result = CHECKER.result(json.dumps({"id": 0, "answer": r"a + \foo b", **SCALARS, "reference": "a"}))
    assert [f.get("kind") for f in result["findings"]] == ["unknown macro"]


MATRIX = {
    "given": [r"u \in \mathbb{R}^{n}", r"V \in \mathbb{R}^{m \times n}", r"l \in \mathbb{R}^{m}", r"g = \tanh(V u + l)"],
    "find": r"\frac{\partial g}{\partial u}",
}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (r"\operatorname{diag}(\tanh'(V u + l)) V", {"correct"}),
        (r"\operatorname{diag}(\mathbf{1} - g \circ g) V", {"correct"}),
        (r"\frac{\partial g_i}{\partial u_j} = (1 - g_i^2) V_{ij}", {"correct"}),
        (r"J_{ij} = (1 - g_i^2) V_{ij}", {"correct"}),
        (r"J_{ij} = (1 - g_i) V_{ij}", {"incorrect"}),
        (r"\operatorname{diag}(\tanh(V u + l)) V", {"incorrect"}),
    ],
)
def test_a_jacobian_as_a_whole_or_by_entries(answer: str, expected: set[str]) -> None:
    assert status(MATRIX, answer) in expected


def test_an_integral_over_the_reals_is_not_refuted_by_a_sum_over_states() -> None:
    answer = r"\int_{-\infty}^{\infty} y \frac{1}{\sqrt{2 \pi \tau^2}} \exp\left(-\frac{(y - m)^2}{2 \tau^2}\right) dy = m"
    question = {"given": NORMALS["given"], "find": r"\mathbb{E}_r[y]"}
    assert status(question, answer) in ("correct", "review")


def test_parts_that_cannot_be_placed_are_left_to_a_person() -> None:
    question = {"given": [*NORMALS["given"]], "find": r"\nabla_{(m, \tau)} D_{KL}(r \| g)"}
    assert status(question, r"dKL/dm = m, \quad dKL/d\tau = \tau - 1/\tau") == "correct"
    assert status(question, r"A = m, \quad B = \tau - 1/\tau") in ("correct", "review")


def test_a_density_tied_to_a_normal_one_is_not_sampled() -> None:
    question = {
        "given": [
            r"m \in \mathbb{R}",
            r"q(z \mid x) = \mathcal{N}(z; m, 1)",
            r"p(z) = \mathcal{N}(z; 0, 1)",
            r"p_\theta(x, z) = p_\theta(x \mid z)\, p(z)",
        ],
        "reference": r"\log p_\theta(x \mid z) - D_{KL}(q(z \mid x) \| p(z))",
    }
    assert status(question, r"\log p_\theta(x \mid z) - \frac{1}{2} m^2") == "correct"
    assert status(question, r"\log p_\theta(x \mid z) + \frac{1}{2} m^2") in ("incorrect", "review")
