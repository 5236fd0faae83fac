"""Names that an answer gives itself: before and behind their use, with arguments, by entries, building on one another."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker()

RANK_ONE = {
    "given": [
        r"z, p, r \in \mathbb{R}^{k}",
        r"c \in \mathbb{R}",
        r"g : \mathbb{R} \to \mathbb{R}",
        r"f = z + p\, g(r^\top z + c)",
    ],
    "find": r"\det \frac{\partial f}{\partial z}",
}
SCALED = {
    "given": [
        r"u_1, u_2 \in \mathbb{R}^{m}",
        r"k, q : \mathbb{R}^{m} \to \mathbb{R}^{m}",
        r"v_1 = u_1",
        r"v_2 = u_2 \odot \exp(k(u_1)) + q(u_1)",
        r"u = (u_1, u_2)",
        r"v = (v_1, v_2)",
    ],
    "find": r"\det \frac{\partial v}{\partial u}",
}
SCALED_BACK = {**SCALED, "find": "u_1, u_2", "in_terms_of": "v_1, v_2"}


def result(question: dict[str, Any], answer: str) -> dict[str, Any]:
    return CHECKER.result(json.dumps({"id": 0, "answer": answer, **question}))


@pytest.mark.parametrize(
    "answer",
    [
        r"1 + p^\top \psi(z),\ \text{where } \psi(z) = g'(r^\top z + c)\, r",
        r"1 + p^\top \psi(z),\ \text{with } \psi(t) = g'(r^\top t + c)\, r",
        r"Let $\psi(t) = g'(r^\top t + c)\, r$. Then the determinant is $1 + \psi(z)^\top p$.",
        r"1 + \gamma\, r^\top p, \quad \gamma = g'(\alpha), \quad \alpha := r^\top z + c",
        r"Denote $\alpha = r^\top z + c$ and $\gamma = g'(\alpha)$. $$\det \frac{\partial f}{\partial z} = \det(I + \gamma p r^\top) = 1 + \gamma p^\top r$$",
        r"1 + g'(\underbrace{r^\top z + c}_{=: \alpha}) p^\top r = 1 + g'(\alpha) r^\top p",
        r"1 + \sum_{i=1}^{k} p_i \beta_i, \quad \beta_i = r_i g'(r^\top z + c)",
        r"\det(I + M), \quad M_{ij} = p_i r_j g'(r^\top z + c)",
        r"1 + p^\top \psi \quad (\psi = g'(r^\top z + c)\, r)",
        r"1 + \sum_{i=1}^k p_i \psi_i(z), \quad \psi(t) = g'(r^\top t + c)\, r",
        r"$1 + g'(\alpha) r^\top p$, where $\alpha$ denotes $r^\top z + c$",
        r"1 + g'(\alpha) r^\top p, \quad \alpha = r^\top z + c, \quad g'(t) = \frac{dg}{dt}",
        r"1 + \kappa(p, r), \quad \kappa(a, b) = a^\top b\, g'(r^\top z + c)",
    ],
)  # fmt: skip
def test_a_definition_is_put_in(answer: str) -> None:
    assert result(RANK_ONE, answer)["status"] == "correct"


@pytest.mark.parametrize(
    "answer",
    [
        r"1 + p^\top \psi(z),\ \text{where } \psi(z) = g'(r^\top z + c)\, p",
        r"1 + p^\top \psi(z),\ \text{where } \psi(z) = g(r^\top z + c)\, r",
        r"1 + \gamma\, r^\top p, \quad \gamma = g'(\alpha), \quad \alpha := r^\top z",
        r"1 - \sum_{i=1}^{k} p_i \beta_i, \quad \beta_i = r_i g'(r^\top z + c)",
        r"1 + p^\top \psi \quad (\psi = g'(r^\top z + c)\, p)",
        r"1 + \sum_{i=1}^k r_i \psi_i(z), \quad \psi(t) = g'(r^\top t + c)\, r",
        r"\delta^2, \quad \delta = 1 + p^\top r\, g'(r^\top z + c)",
    ],
)
def test_a_definition_that_does_not_fit_is_put_in_too(answer: str) -> None:
    assert result(RANK_ONE, answer)["status"] == "incorrect"


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (r"1 + g'(\alpha) r^\top p", "alpha"),
        (r"1 + p^\top \psi(z)", "psi"),
        (r"1 + \gamma p^\top r, \quad \gamma = g'(\alpha)", "alpha"),
    ],
)
def test_a_name_without_a_definition_is_pointed_at(answer: str, name: str) -> None:
    found = result(RANK_ONE, answer)
    assert found["status"] in ("unreadable", "review")
    assert any(f["rule"] == "unreadable" and name in f["message"] for f in found["findings"])


def test_definitions_in_a_system() -> None:
    assert (
        result(SCALED_BACK, r"u_1 = v_1, \quad u_2 = (v_2 - \tau) \oslash \rho, \quad \rho = \exp(k(u_1)), \tau = q(u_1)")[
            "status"
        ]
        == "correct"
    )
    assert (
        result(SCALED_BACK, r"u_1 = v_1, \quad u_2 = (v_2 - \tau) \oslash \rho, \quad \rho = \exp(k(v_2)), \tau = q(u_1)")[
            "status"
        ]
        == "partial"
    )


FIT = {
    "given": [
        r"B \in \mathbb{R}^{n \times k}",
        r"a \in \mathbb{R}^{k}",
        r"h \in \mathbb{R}^{n}",
        r"\ell = \frac12 \|B a - h\|^2",
    ],
    "find": r"\nabla_a \ell",
}


def test_a_name_that_custom_gives_a_meaning_may_be_given_another() -> None:
    assert result(FIT, r"B^\top e, \quad e = B a - h")["status"] == "correct"
    assert result(FIT, r"B^\top e, \quad e := h - B a")["status"] == "incorrect"


def test_a_diagonal_is_given_by_its_entries() -> None:
    jacobian = {**SCALED, "find": r"\frac{\partial v}{\partial u}"}
    blocks = r"\begin{pmatrix} I & 0 \\ \Lambda \operatorname{diag}(u_2) k'(u_1) + q'(u_1) & \Lambda \end{pmatrix}, \quad "
    assert result(jacobian, blocks + r"\Lambda_{ij} = \delta_{ij} e^{k_i(u_1)}")["status"] == "correct"
    assert result(jacobian, blocks + r"\Lambda_{ij} = \delta_{ij} k_i(u_1)")["status"] in ("incorrect", "partial")


def test_names_that_double_are_not_put_in_forever() -> None:
    names = [rf"\beta_{{{k}}}" for k in range(40)]
    doubled = ", ".join(rf"{b} = {a} \cdot {a} + {a}" for a, b in itertools.pairwise(names))
    assert result(RANK_ONE, rf"{names[-1]}, {doubled}, {names[0]} = c")["status"] == "review"


def test_a_matrix_may_be_named_as_a_jacobian_is() -> None:
    blocks = r"\begin{bmatrix} I & 0 \\ D_k \operatorname{diag}(u_2) J_k + J_q & D_k \end{bmatrix}"
    jacobian = {**SCALED, "find": r"\frac{\partial v}{\partial u}"}
    assert result(jacobian, blocks + r",\ D_k = \operatorname{diag}(e^{k(u_1)})")["status"] == "correct"
    assert result(jacobian, blocks + r",\ D_k = \operatorname{diag}(e^{q(u_1)})")["status"] in ("incorrect", "partial")


def test_a_definition_is_no_answer_of_its_own() -> None:
    assert result(SCALED, r"\rho = \exp(k(u_1)), \quad \det J = \prod_{i=1}^{m} \rho_i")["status"] == "correct"
    assert result(SCALED, r"\rho = \prod_{i=1}^{m} \exp(k_i(u_1)), \quad \det J = \rho^2")["status"] in ("partial", "incorrect")
