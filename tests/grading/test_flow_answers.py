"""Maps, Jacobians and determinants as notes on flows write them, each right one beside wrong ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker()

AFFINE = [
    r"a, b \in \mathbb{R}^{m}",
    r"k, q : \mathbb{R}^{m} \to \mathbb{R}^{m}",
    r"u = a",
    r"v = \exp(k(a)) \odot b + q(a)",
    r"x = (a, b)",
    r"y = (u, v)",
]
JACOBIAN = {"given": AFFINE, "find": r"\frac{\partial y}{\partial x}"}
LOG_DET = {"given": AFFINE, "find": r"\log\left|\det\frac{\partial y}{\partial x}\right|"}
INVERSE = {"given": AFFINE, "find": "a, b", "in_terms_of": "u, v"}
PRESERVING = {"given": AFFINE, "decide": r"\left|\det\frac{\partial y}{\partial x}\right| = 1"}
ADDITIVE = {
    "given": [
        r"a, b \in \mathbb{R}^{m}",
        r"M, N : \mathbb{R}^{m} \to \mathbb{R}^{m}",
        r"u = a + M(b)",
        r"v = b + N(u)",
        r"x = (a, b)",
        r"y = (u, v)",
    ],
    "find": r"\frac{\partial y}{\partial x}",
}
SQUASHED = {
    "given": [r"z, p, r \in \mathbb{R}^{k}", r"c \in \mathbb{R}", r"f = z + p \tanh(r^\top z + c)"],
    "find": r"\det\frac{\partial f}{\partial z}",
}
LOGISTIC = {"given": [r"z \in \mathbb{R}^{k}", r"g = \sigma(z)"], "find": r"\frac{\partial g}{\partial z}"}
SHARES = {
    "given": [r"z \in \mathbb{R}^{k}", r"w = \frac{\exp(z)}{\mathbf{1}^\top \exp(z)}"],
    "find": r"\frac{\partial w}{\partial z}",
}
SLICED = {
    "given": [
        r"u_{1:k} \in \mathbb{R}^{k}",
        r"u_{k+1:n} \in \mathbb{R}^{n-k}",
        r"g : \mathbb{R}^{k} \to \mathbb{R}^{n-k}",
        r"v_{1:k} = u_{1:k}",
        r"v_{k+1:n} = u_{k+1:n} \odot \exp(g(u_{1:k}))",
        r"u = (u_{1:k}, u_{k+1:n})",
        r"v = (v_{1:k}, v_{k+1:n})",
    ],
    "find": r"\log\left|\det\frac{\partial v}{\partial u}\right|",
}
LOSS = {"given": [r"a, t \in \mathbb{R}^{K}", r"\ell = -t^\top a + \log(\mathbf{1}^\top \exp(a))"], "find": r"\nabla_a \ell"}
TWO_SIDED = {
    "given": [
        r"a, b \in \mathbb{R}^{m}",
        r"k_1, k_2 : \mathbb{R}^{m} \to \mathbb{R}^{m}",
        r"u = a \odot \exp(k_2(b))",
        r"v = b \odot \exp(k_1(u))",
        r"x = (a, b)",
        r"y = (u, v)",
    ],
    "find": r"\log\left|\det\frac{\partial y}{\partial x}\right|",
}
LOW_RANK = {
    "given": [
        r"z \in \mathbb{R}^{n}",
        r"P \in \mathbb{R}^{n \times r}",
        r"R \in \mathbb{R}^{r \times n}",
        r"g : \mathbb{R} \to \mathbb{R}",
        r"f = z + P g(R z)",
    ],
    "find": r"\det\frac{\partial f}{\partial z}",
}
RAISED = {
    "given": [r"z \in \mathbb{R}^{n}", r"g : \mathbb{R}^{n} \to \mathbb{R}^{n}", r"f = \exp(g(z))"],
    "find": r"\frac{\partial f}{\partial z}",
}
SQUARES = {"given": [r"A \in \mathbb{R}^{m \times n}", r"z \in \mathbb{R}^{n}", r"f = \|A z\|^2"], "find": r"\nabla_z f"}
SHRINKING = {
    "given": [r"a \in \mathbb{R}^{m}", r"c \in \mathbb{R}^{m}", r"u = \sigma(c) \odot a"],
    "decide": r"\left|\det\frac{\partial u}{\partial a}\right| = 1",
}
RESIDUAL = {
    "given": [r"z \in \mathbb{R}^{n}", r"g : \mathbb{R}^{n} \to \mathbb{R}^{n}", r"f = z + g(z)"],
    "find": r"\frac{\partial f}{\partial z}",
}
WHITENED = {
    "given": [r"x, m, l \in \mathbb{R}^{n}"],
    "reference": r"-\frac12 \|(x - m) \odot \exp(-l)\|^2 - \frac{n}{2}\log(2\pi) - \sum_{i=1}^n l_i",
}
BOTTOM = r"\operatorname{diag}(b \odot e^{k(a)}) \frac{\partial k}{\partial a} + \frac{\partial q}{\partial a}"


def status(question: dict[str, Any], answer: str) -> str:
    return str(CHECKER.result(json.dumps({"id": 0, "answer": answer, **question}))["status"])


RIGHT: list[tuple[dict[str, Any], str]] = [
    (JACOBIAN, r"\begin{pmatrix} I & 0 \\ \frac{\partial v}{\partial a^T} & \operatorname{diag}(\exp(k(a))) \end{pmatrix}"),
    (JACOBIAN, r"\frac{\partial y}{\partial x^\top} = \begin{bmatrix} I_m & 0 \\ " + BOTTOM + r" & \operatorname{diag}(e^{k}) \end{bmatrix}"),
    (JACOBIAN, r"\begin{bmatrix} I & 0 \\ \operatorname{diag}(b \odot e^{k(a)}) Dk(a) + Dq(a) & \operatorname{diag}(e^{k(a)}) \end{bmatrix}"),
    (
        JACOBIAN,
        r"J = \begin{bmatrix} I & 0 \\ A & B \end{bmatrix}, \text{ where $A = " + BOTTOM + r"$ and $B = \operatorname{diag}(e^{k(a)})$}",
    ),
    (ADDITIVE, r"\begin{bmatrix} I & \frac{\partial M(b)}{\partial b} \\ \frac{\partial N(u)}{\partial u} & I + \frac{\partial N(u)}{\partial u}\frac{\partial M}{\partial b} \end{bmatrix}"),
    (ADDITIVE, r"\begin{bmatrix} I & DM \\ DN & I + DN\,DM \end{bmatrix}"),
    (LOG_DET, r"\sum_{j} k(a)_j"),
    (LOG_DET, r"\log(\exp(sum(k(a))))"),
    (LOG_DET, r"\sum_{j=1}^m k_j, \text{ where } k_j = k_j(a)"),
    (LOG_DET, r"\log \prod_j e^{k_j(a)} = \langle \mathbf{1}, k(a) \rangle"),
    (INVERSE, r"f^{-1}(y) = \begin{bmatrix} u \\ (v - q(u)) \odot \exp(-k(u)) \end{bmatrix}"),
    (INVERSE, r"\begin{cases} u = a \\ v = e^{k(a)} \odot b + q(a) \end{cases} \Leftrightarrow \begin{cases} a = u \\ b = (v - q(u)) \odot e^{-k(u)} \end{cases}"),
    (INVERSE, r"a = u, \quad b = \rho \odot (v - \tau), \quad \rho = e^{-\kappa}, \quad \kappa = k(u), \quad \tau = q(u)"),
    (PRESERVING, r"False, since $\det J = e^{\mathbf{1}^\top k(a)}$."),
    (SQUASHED, r"1 + h'(r^\top z + c)\, p^\top r \text{ with } h = \tanh"),
    (SQUASHED, r"1 + h'(r^\top z + c)\, p^\top r, \quad h(t) = \tanh t,\ h'(t) = 1 - \tanh^2 t"),
    (LOGISTIC, r"\operatorname{diag}(\sigma'(z)), \quad \sigma'(t) = \sigma(t)(1 - \sigma(t))"),
    (SHARES, r"\frac{\partial w_i}{\partial z_j} = \begin{cases} w_i (1 - w_i) & \text{if $i = j$} \\ -w_i w_j & \text{otherwise} \end{cases}"),
    (SHARES, r"\operatorname{diag}(w)(I - \mathbf{1} w^\top)"),
    (SLICED, r"\sum_{j=k+1}^{n} g_{j-k}(u_{1:k})"),
    (TWO_SIDED, r"\sum_i k_{1,i}(u) + \sum_i k_{2,i}(b)"),
    (LOW_RANK, r"\det(I_r + R P \operatorname{diag}(g'(R z)))"),
    (LOW_RANK, r"\det(I_r + \operatorname{diag}(g'(R z)) R P)"),
    (RAISED, r"\operatorname{diag}(f) J_g(z)"),
    (SQUARES, r"\nabla_z f(z) = 2 A^\top A z"),
    (RESIDUAL, r"\delta_{ij} + \frac{\partial g_i}{\partial z_j}"),
    (RESIDUAL, r"I + \nabla g"),
    (SLICED, r"\sum_{j=k+1}^{n} g(u_{1:k})_j"),
    (LOSS, r"\operatorname{softmax}(a) - t"),
    (SHARES, r"\operatorname{diag}(w) - w \otimes w"),
    (WHITENED, r"-\frac12 (x - m)^\top \operatorname{diag}(e^{l})^{-2} (x - m) - \frac n2 \log(2\pi) - \mathbf{1}^\top l"),
    (WHITENED, r"\log p(t) - \mathbf{1}^\top l, \text{ where } t = (x - m) \odot e^{-l},\ \log p(t) = -\frac n2 \log(2\pi) - \frac12 t^\top t"),
]  # fmt: skip
WRONG: list[tuple[dict[str, Any], str]] = [
    (JACOBIAN, r"\begin{pmatrix} I & 0 \\ \frac{\partial v}{\partial b^T} & \operatorname{diag}(\exp(k(a))) \end{pmatrix}"),
    (JACOBIAN, r"\begin{bmatrix} I & 0 \\ \operatorname{diag}(b \odot e^{k(a)}) Dq(a) + Dk(a) & \operatorname{diag}(e^{k(a)}) \end{bmatrix}"),
    (JACOBIAN, r"J = \begin{bmatrix} I & 0 \\ A & B \end{bmatrix}, \text{ where $A = " + BOTTOM + r"$ and $B = \operatorname{diag}(e^{k(b)})$}"),
    (ADDITIVE, r"\begin{bmatrix} I & DM \\ DN & I + DM\,DN \end{bmatrix}"),
    (LOG_DET, r"\sum_{j} q(a)_j"),
    (LOG_DET, r"\sum_{j=1}^m k_j, \text{ where } k_j = k_j(b)"),
    (LOG_DET, r"\prod_j k_j(a)"),
    (INVERSE, r"f^{-1}(y) = \begin{bmatrix} u \\ (v + q(u)) \odot \exp(-k(u)) \end{bmatrix}"),
    (INVERSE, r"a = u, \quad b = \rho \odot (v - \tau), \quad \rho = e^{\kappa}, \quad \kappa = k(u), \quad \tau = q(u)"),
    (SQUASHED, r"1 + h'(r^\top z + c)\, p^\top r \text{ with } h = \sin"),
    (SQUASHED, r"1 + h'(r^\top z + c)\, p^\top r, \quad h(t) = \tanh t,\ h'(t) = 1 - \tanh t"),
    (LOGISTIC, r"\operatorname{diag}(\sigma'(z)), \quad \sigma'(t) = \sigma(t)(1 + \sigma(t))"),
    (SHARES, r"\frac{\partial w_i}{\partial z_j} = \begin{cases} w_i (1 - w_i) & \text{if $i \neq j$} \\ -w_i w_j & \text{otherwise} \end{cases}"),
    (SHARES, r"\operatorname{diag}(w)(I - w \mathbf{1}^\top)"),
    (SLICED, r"-\sum_{j=k+1}^{n} g_{j-k}(u_{1:k})"),
    (SLICED, r"\sum_{j=1}^{n-k} \log g_j(u_{1:k})"),
    (TWO_SIDED, r"\sum_i k_{1,i}(a) + \sum_i k_{2,i}(b)"),
    (LOW_RANK, r"\det(I_r + R P)"),
    (RAISED, r"\operatorname{diag}(f) \exp(J_g(z))"),
    (RAISED, r"e^{J_g(z)}"),
    (SQUARES, r"\nabla_z f(z) = A^\top A z"),
    (RESIDUAL, r"I - \nabla g"),
    (RESIDUAL, r"I + J_g(z)^\top"),
    (LOSS, r"t - \operatorname{softmax}(a)"),
    (WHITENED, r"\log p(t) + \mathbf{1}^\top l, \text{ where } t = (x - m) \odot e^{-l},\ \log p(t) = -\frac n2 \log(2\pi) - \frac12 t^\top t"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer"), RIGHT)
def test_a_right_answer_is_accepted(question: dict[str, Any], answer: str) -> None:
    assert status(question, answer) == "correct"


@pytest.mark.parametrize(("question", "answer"), WRONG)
def test_a_wrong_answer_is_not(question: dict[str, Any], answer: str) -> None:
    assert status(question, answer) in ("incorrect", "partial")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (LOG_DET, r"\mathbf{1}^\top \zeta, \quad \zeta_0 = k(a)"),
        (LOG_DET, r"\operatorname{mystery}(k(a)), \quad a = u"),
        (JACOBIAN, r"\begin{bmatrix} I & 0 \\ \Lambda & \operatorname{diag}(e^{k(a)}) \end{bmatrix}"),
    ],
)
def test_what_is_not_known_is_not_called_wrong(question: dict[str, Any], answer: str) -> None:
    assert status(question, answer) in ("review", "unreadable")


def test_an_inverse_through_its_own_abbreviations_is_none() -> None:
    assert status(INVERSE, r"a = u, \quad b = \rho, \quad \rho = \tau, \quad \tau = b") not in ("correct", "incorrect")


SCALED = {"given": [r"v, r \in \mathbb{R}^{m}", r"w = \exp(r) \circ v"], "find": "v", "in_terms_of": "w"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (r"\exp(-r) \circ w", "correct"),
        (r"w \oslash \exp(r)", "correct"),
        (r"T^{-1}(w) = e^{-r} \circ w", "correct"),
        (r"\exp(r) \circ w", "incorrect"),
        (r"T^{-1}(w) = \exp(r) \circ w", "incorrect"),
        (r"v", "review"),  # by itself
        (r"\exp(-r) \circ \exp(r) \circ v", "review"),
        (r"k = \exp(-r)", "review"),  # names something
        (r"The derivative is never zero: \[\operatorname{diag}(\exp(r))\]", "review"),  # a remark
        (r"It exists since $\exp(r)$ is positive.", "review"),
    ],
)
def test_of_one_unknown_its_value_alone_is_an_answer(answer: str, expected: str) -> None:
    assert status(SCALED, answer) == expected


def test_an_inequality_that_is_not_decided_is_no_wrong_reason() -> None:
    assert status(SHRINKING, r"No: $\prod_i \sigma(c_i) < 1$.") in ("correct", "review")


def test_an_example_sets_a_function_by_its_value() -> None:
    assert status(PRESERVING, r"No. For example with $k(a) = \mathbf{1}$ the determinant is $e^m$.") == "correct"
    assert status(PRESERVING, r"No. For example with $k(a) = \mathbf{1}$ the determinant is $e$.") == "partial"
