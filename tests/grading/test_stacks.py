"""Answers about stacks of symbolic depth: the recursion is part of what is given, so it neither lets a wrong sum pass nor a right one fail."""

from __future__ import annotations

import pytest

from symderiv.core.problems import AuthorProblem
from symderiv.explore.model import Model

LOGDET = r"\log\left|\det \frac{\partial x_K}{\partial x_0}\right|"

COUPLING = r"""x_{1,k} \in \mathbb{R}^{m}, k = 0, \dots, K
x_{2,k} \in \mathbb{R}^{m}, k = 0, \dots, K
s_k, t_k : \mathbb{R}^{m} \to \mathbb{R}^{m}
x_{1,k} = x_{2,k-1}, k = 1, \dots, K
x_{2,k} = \exp(s_k(x_{2,k-1})) \circ x_{1,k-1} + t_k(x_{2,k-1}), k = 1, \dots, K
x_k = (x_{1,k}, x_{2,k}), k = 1, \dots, K"""

ABSTRACT = r"""x_k \in \mathbb{R}^{d}
g_k : \mathbb{R}^{d} \to \mathbb{R}^{d}
x_k = g_k(x_{k-1}) \text{ for } k = 1, \dots, K"""

SCALED = r"""x^{(k)} \in \mathbb{R}^{d}
a^{(k)} \in \mathbb{R}_{>0}^{d}
x^{(k)} = a^{(k)} \circ x^{(k-1)}, \quad k = 1, \ldots, K"""

LINEAR = r"""x_k \in \mathbb{R}^{d}, k = 0, \dots, K
A_k \in \mathbb{R}^{d \times d}, \text{invertible}, k = 1, \dots, K
x_k = A_k x_{k-1}, k \in \{1, \dots, K\}"""


def asked(given: str) -> str:
    """The determinant of the stack, by the names that are given."""
    return LOGDET.replace("x_K", "x^{(K)}").replace("x_0", "x^{(0)}") if given == SCALED else LOGDET


def status(given: str, answer: str, ask: str = LOGDET) -> str:
    return Model(given).check(ask, answer).status


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (COUPLING, r"\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(x_{2,k-1})_i"),
        (COUPLING, r"\sum_k \sum_i s_k(x_{2,k-1})_i"),
        (COUPLING, r"\sum_{k=1}^{K} \mathbf{1}^\top s_k(x_{2,k-1})"),
        (COUPLING, r"\sum_{k=0}^{K-1} \sum_{i=1}^{m} s_{k+1}(x_{2,k})_i"),
        (COUPLING, r"\sum_{l=1}^{K} \sum_{i=1}^{m} s_l(x_2^{(l-1)})_i"),
        (COUPLING, r"\sum_{l=1}^{K} \sum_{k=1}^{m} s_l(x_{2,l-1})_k"),
        (COUPLING, r"\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(x_{1,k})_i"),  # what went through layer k unchanged comes out of it
        (COUPLING, r"\log \prod_{k=1}^{K} \prod_{i=1}^{m} e^{s_k(x_{2,k-1})_i}"),
        (ABSTRACT, r"\sum_{k=1}^{K} \log \left|\det \frac{\partial x_k}{\partial x_{k-1}}\right|"),
        (ABSTRACT, r"\sum_{k=1}^{K} \log |\det J_{g_k}(x_{k-1})|"),
        (ABSTRACT, r"\log \prod_{k=1}^{K} |\det \frac{\partial g_k}{\partial x_{k-1}}|"),
        (SCALED, r"\sum_{k=1}^{K} \sum_{j=1}^{d} \log a^{(k)}_j"),
        (SCALED, r"\sum_j \log \prod_k a_{k,j}"),
        (LINEAR, r"\sum_{k=1}^{K} \log |\det A_k|"),
        (LINEAR, r"\sum_k \log|\det A_k^\top|"),
    ],
)  # fmt: skip
def test_a_right_sum_is_proved_for_every_depth(given: str, answer: str) -> None:
    assert status(given, answer, asked(given)) == "correct"


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (COUPLING, r"\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(x_{2,k})_i"),  # at what comes out
        (COUPLING, r"\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(x_{1,k-1})_i"),  # at the other part
        (COUPLING, r"\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(x_{2,0})_i"),  # at the first layer's input
        (COUPLING, r"\sum_{k=0}^{K-1} \sum_{i=1}^{m} s_{k+1}(x_{2,k+1})_i"),
        (COUPLING, r"\sum_{k=1}^{K} \sum_{i=1}^{m} t_k(x_{2,k-1})_i"),
        (COUPLING, r"\sum_{k=2}^{K} \sum_{i=1}^{m} s_k(x_{2,k-1})_i"),  # one layer too few
        (COUPLING, r"\prod_{k=1}^{K} \sum_{i=1}^{m} s_k(x_{2,k-1})_i"),
        (COUPLING, r"\sum_{i=1}^{m} s_k(x_{2,k-1})_i"),
        (COUPLING, r"K \sum_{i=1}^{m} s_k(x_{2,k-1})_i"),
        (COUPLING, r"-\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(x_{2,k-1})_i"),
        (ABSTRACT, r"\sum_{k=1}^{K} \log |\det J_{g_k}(x_{k})|"),
        (ABSTRACT, r"\sum_{k=1}^{K} \det J_{g_k}(x_{k-1})"),
        (SCALED, r"\sum_{k=1}^{K} \log a^{(k)}_1"),
        (LINEAR, r"\sum_{k=1}^{K} \det A_k"),
        (LINEAR, r"K \log |\det A_k|"),
    ],
)  # fmt: skip
def test_a_wrong_sum_is_refuted_by_values_that_follow_the_recursion(given: str, answer: str) -> None:
    assert status(given, answer, asked(given)) == "incorrect"


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (COUPLING, r"\sum_{k=1}^{K-1} \sum_{i=1}^{m} s_k(x_{2,k-1})_i"),
        (COUPLING, r"\sum_{k=0}^{K} \sum_{i=1}^{m} s_k(x_{2,k-1})_i"),
        (LINEAR, r"\log |\det \prod_{k=1}^{K} A_k|"),  # right, but the order of the factors is for a person
    ],
)  # fmt: skip
def test_what_is_not_read_is_never_decided(given: str, answer: str) -> None:
    assert status(given, answer) in {"review", "unreadable"}


def test_what_holds_by_the_recursion_alone_is_never_refuted() -> None:
    """The first part of this coupling is handed through, so that all layers see the same."""
    given = r"""u_k, v_k \in \mathbb{R}^{m}
s_k : \mathbb{R}^{m} \to \mathbb{R}^{m}
u_k = u_{k-1}, k = 1, \dots, K
v_k = \exp(s_k(u_{k-1})) \circ v_{k-1}, k = 1, \dots, K
x_k = (u_k, v_k), k = 1, \dots, K"""
    assert status(given, r"\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(u_k)_i") == "correct"
    assert status(given, r"\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(u_0)_i") == "correct"
    assert status(given, r"\sum_{k=1}^{K} \sum_{i=1}^{m} s_k(v_0)_i") == "incorrect"


def test_the_determinant_of_a_stack_is_a_product() -> None:
    ask = r"\det \frac{\partial x_K}{\partial x_0}"
    assert status(LINEAR, r"\prod_{k=1}^{K} \det A_k", ask) == "correct"
    assert status(LINEAR, r"\sum_{k=1}^{K} \det A_k", ask) == "incorrect"


def test_the_steps_are_those_of_an_induction() -> None:
    found = Model(COUPLING).find(LOGDET)
    rules = [s.rule for s in found.steps]
    assert rules[-6:] == ["one layer", "claim", "base case", "chain rule", "determinant of a product", "induction hypothesis"]
    assert any("by induction over K" in said for said in found.certificate)


def test_values_for_every_number_are_summed_over_their_numbers() -> None:
    given = r"""\tau_j > 0, j = 1, \dots, J
\beta_j \in \mathbb{R}, j = 1, \dots, J"""
    ask = r"\sum_{j=1}^{J} (\beta_j + \log \tau_j)"
    assert status(given, r"\log \prod_{j=1}^{J} \tau_j + \sum_{i=1}^{J} \beta_i", ask) == "correct"
    assert status(given, r"J \beta_j + J \log \tau_j", ask) == "incorrect"


@pytest.mark.parametrize(
    "line",
    [
        r"x_{k+1} = g_k(x_k), k = 0, \dots, K-1",
        r"x_k = g_k(x_{k-2}), k = 1, \dots, K",
        r"x_k = A_k x_{k-1}, k = 2, \dots, K",
        r"x_k = A_k x_{k-1}, k = 1, \dots, 3",
    ],
)
def test_a_recursion_of_another_kind_is_told_so(line: str) -> None:
    with pytest.raises(AuthorProblem):
        Model(ABSTRACT.rpartition("\n")[0] + "\nA_k \\in \\mathbb{R}^{d \\times d}\n" + line)
