"""Identities of the field are proved, their near misses refuted, each through the whole chain from LaTeX to verdict."""

from __future__ import annotations

import json

import pytest

from symderiv.grading.records import Checker

MATRICES = [
    r"A, B \in \mathbb{R}^{n \times n}",
    r"C\in \mathbb{R}^{k \times k}",
    r"U \in \mathbb{R}^{n \times k}",
    r"V \in \mathbb{R}^{k\times n}",
    r"X\in\mathbb{R}^{m\times n}",
    r"\lambda > 0",
    r"u, v \in \mathbb{R}^n",
    r"S, R \in \mathbb{S}_{++}^{n}",
    r"Q\in\mathbb{R}^{n\times n}, orthogonal",
    r"W\in\mathbb{R}^{n\times n}, invertible",
    r"H, K\in\mathbb{R}^{n\times n}, upper triangular",
    r"a,b\in\mathbb{R}^n",
    r"\sigma>0",
]
SCALARS = [
    r"x, y, a_0 \in \mathbb{R}",
    r"a,b,\alpha,\beta > 0",
    r"p \in (0,1)",
    r"\rho\in(-1,1)",
    r"n, k\in\mathbb{N}",
    r"z, w \in \mathbb{R}^{m}",
    r"s>0",
]


def status(given: list[str], left: str, right: str) -> str:
    record = {"id": "x", "given": given, "reference": left, "answer": right}
    return str(Checker().result(json.dumps(record))["status"])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"(A + U C V)^{-1}", r"A^{-1} - A^{-1} U (C^{-1} + V A^{-1} U)^{-1} V A^{-1}"),
        (r"(A+uv^T)^{-1}", r"A^{-1} - \frac{A^{-1}uv^TA^{-1}}{1+v^TA^{-1}u}"),
        (r"(\lambda I + X^T X)^{-1} X^T", r"X^T(\lambda I + X X^T)^{-1}"),
        (r"\det(A + uv^T)", r"\det(A)(1+v^TA^{-1}u)"),
        (r"\det(I + UV)", r"\det(I + VU)"),
        (r"\det(A + U C V)", r"\det(C^{-1} + V A^{-1} U)\det(C)\det(A)"),
        (r"(S^{-1}+R^{-1})^{-1}", r"S(S+R)^{-1}R"),
        (r"(S^{-1}+R^{-1})^{-1}", r"S - S(S+R)^{-1}S"),
        (r"(S^{-1}+R^{-1})^{-1}", r"R(S+R)^{-1}S"),
        (r"\det(QSQ^T)", r"\det S"),
        (r"X(X^TX)^{-1}X^T X (X^TX)^{-1}X^T", r"X(X^TX)^{-1}X^T"),
        (r"\mathrm{tr}(X(X^TX)^{-1}X^T)", r"n"),
        (r"(I - X(X^TX)^{-1}X^T)X", r"0"),
        (r"(A+B)^{-1}", r"A^{-1} - A^{-1}B(A+B)^{-1}"),
        (r"A(A+B)^{-1}B", r"B(A+B)^{-1}A"),
        (r"A^{-1}-B^{-1}", r"A^{-1}(B-A)B^{-1}"),
        (r"(I+A)^{-1}", r"I - (I+A)^{-1}A"),
        (r"(I + AB)^{-1}A", r"A(I+BA)^{-1}"),
        (r"I - (I+A)^{-1}", r"(I+A^{-1})^{-1}"),
        (r"\log\det(S+R)", r"\log\det S + \log\det(I + S^{-1}R)"),
        (r"\det(\lambda I + X^TX)", r"\lambda^{n-m}\det(\lambda I+XX^T)"),
        (r"(\sigma^2 I + U U^T)^{-1}", r"\sigma^{-2}(I - U(\sigma^2 I + U^TU)^{-1}U^T)"),
        (r"(S^{-1} + X^TX/\sigma^2)^{-1}", r"S - S X^T(X S X^T + \sigma^2 I)^{-1} X S"),
        (r"(S^{-1} + X^TX/\sigma^2)^{-1}X^T/\sigma^2", r"S X^T(X S X^T + \sigma^2 I)^{-1}"),
        (r"\mathrm{tr}((S+R)^{-1}S)+\mathrm{tr}((S+R)^{-1}R)", r"n"),
        (r"(S+R)^{-1}S(S+R)^{-1}R", r"(S+R)^{-1}R(S+R)^{-1}S"),
        (
            r"(\mathrm{diag}(a) + uu^T)^{-1}",
            r"\mathrm{diag}(1/a) - \frac{\mathrm{diag}(1/a)uu^T\mathrm{diag}(1/a)}{1+\sum_i u_i^2/a_i}",
        ),
        (r"(I+uv^T+ab^T)^{-1}(I+uv^T+ab^T)", r"I"),
        (r"(A+B+W)^{-1}A + (A+B+W)^{-1}B+(A+B+W)^{-1}W", r"I"),
        (r"(A^T+B^T)^{-1}", r"((A+B)^{-1})^T"),
        (r"(I-A)^{-1}(I+A)", r"(I+A)(I-A)^{-1}"),
        (r"\det(I - S(S+R)^{-1})", r"\frac{\det R}{\det(S+R)}"),
        (r"\det(2(I+A)^{-1} - I)", r"\frac{\det(I-A)}{\det(I+A)}"),
        (r"\left|\det((I-A+A^T)(I+A-A^T)^{-1})\right|", r"1"),
        (r"\det(I + QHKQ^T)", r"\prod_{i=1}^n (1+H_{ii}K_{ii})"),
        (r"\det(\mathrm{expm}(A))", r"\exp(\operatorname{tr} A)"),
        (r"\log\det(\operatorname{expm}(A + A^T))", r"2\operatorname{tr}(A)"),
        (r"\operatorname{expm}(A)^{-1}", r"\operatorname{expm}(-A)"),
        (r"\operatorname{expm}(B-A)\operatorname{expm}(A-B)", "I"),
        (r"\det(\sigma^2 I + (a-b)(a-b)^T)", r"\sigma^{2n} (1 + \|a-b\|^2/\sigma^2)"),
        (r"\log|2\|a\|\|b\| + \|a\|\|u\||", r"\log\|a\| + \log(2\|b\| + \|u\|)"),
    ],
)
def test_identities_of_matrices_are_proved(left: str, right: str) -> None:
    assert status(MATRICES, left, right) == "correct"
    assert status(MATRICES, right, left) == "correct"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"(A+uv^T)^{-1}", r"A^{-1} - \frac{A^{-1}uv^TA^{-1}}{1+u^TA^{-1}v}"),
        (r"(A+B)^{-1}", r"A^{-1}+B^{-1}"),
        (r"A(A+B)^{-1}B", r"A(A+B)^{-1}A"),
        (r"\det(A + uv^T)", r"\det(A)(1+u^TA^{-1}v)"),
        (r"\det(I+UV)", r"\det(I-VU)"),
        (r"(S^{-1}+R^{-1})^{-1}", r"S+R"),
        (r"\det(I - S(S+R)^{-1})", r"\frac{\det S}{\det(S+R)}"),
        (r"\det(2(I+A)^{-1} - I)", r"\frac{\det(I+A)}{\det(I-A)}"),
        (r"\det(I + QHKQ^T)", r"\prod_{i=1}^n (1-H_{ii}K_{ii})"),
        (r"\det(\sigma^2 I + (a-b)(a-b)^T)", r"\sigma^{2n} (1 - \|a-b\|^2/\sigma^2)"),
    ],
)
def test_what_only_looks_like_an_identity_of_matrices_is_refuted(left: str, right: str) -> None:
    assert status(MATRICES, left, right) == "incorrect"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"\Gamma(a+1)", r"a\Gamma(a)"),
        (r"\Gamma(a+3)/\Gamma(a)", r"a(a+1)(a+2)"),
        (r"\psi(a+1)", r"\psi(a)+1/a"),
        (r"B(\alpha,\beta)", r"\frac{\Gamma(\alpha)\Gamma(\beta)}{\Gamma(\alpha+\beta)}"),
        (r"\log\Gamma(a+1)-\log\Gamma(a)", r"\log a"),
        (r"\Gamma(1/2)", r"\sqrt{\pi}"),
        (r"\frac{\partial}{\partial a}\log\Gamma(a)", r"\psi(a)"),
        (r"|x|^2", r"x^2"),
        (r"\sin^2 x + \cos^2 x", r"1"),
        (r"\sin(x+y)", r"\sin x\cos y+\cos x\sin y"),
        (r"\sin(2x)", r"2\sin x\cos x"),
        (r"\cos(2x)", r"1-2\sin^2 x"),
        (r"\mathrm{erf}(-x)", r"-\mathrm{erf}(x)"),
        (r"\tanh(-x)", r"-\tanh x"),
        (r"\Phi(x)+\Phi(-x)", r"1"),
        (r"\max(x,y)+\min(x,y)", r"x+y"),
        (r"\max(0,x)", r"\mathrm{ReLU}(x)"),
        (r"\max(x,y)", r"\frac{x+y+|x-y|}{2}"),
        (r"\log_2 a", r"\frac{\ln a}{\ln 2}"),
        (r"\mathrm{arctanh}(\rho)", r"\frac12\log\frac{1+\rho}{1-\rho}"),
        (r"\mathrm{arcsinh}(x)", r"\log(x+\sqrt{x^2+1})"),
        (r"\sigma(x)", r"\frac{1}{1+e^{-x}}"),
        (r"\sigma'(x)", r"\sigma(x)(1-\sigma(x))"),
        (r"\sigma(-x)", r"1-\sigma(x)"),
        (r"\mathrm{softplus}(x)-\mathrm{softplus}(-x)", r"x"),
        (r"\log\sigma(x)", r"-\mathrm{softplus}(-x)"),
        (r"\sigma(x \tanh(y) - y)", r"\frac{1}{1 + \exp(y - x \tanh(y))}"),
        (r"x + \mathrm{softplus}(\tanh(y) - x)", r"\log(e^x + e^{\tanh(y)})"),
        (r"\log\frac{1 - p}{\sqrt{p}}", r"\log(1 - p) - \frac12 \log p"),
        (r"|ab|", r"ab"),
        (r"|x-y|", r"|y-x|"),
        (r"\sqrt{x^2}", r"|x|"),
        (r"\sqrt{a^2}", r"a"),
        (r"\log(a^2)", r"2\log a"),
        (r"\log x^2", r"2\log|x|"),
        (r"\mathrm{sign}(x)|x|", r"x"),
        (r"\log\cosh x", r"x+\mathrm{softplus}(-2x)-\log 2"),
        (r"\sum_{i=1}^m z_i", r"\sum_{j=1}^{m} z_j"),
        (r"\log\sum_i e^{z_i}", r"x+\log\sum_i e^{z_i-x}"),
        (r"\Gamma(n+1)", r"n\Gamma(n)"),
        (r"\Gamma(5)", r"24"),
        (r"\tan x", r"\frac{\sin x}{\cos x}"),
        (r"1+\tan^2 x", r"\sec^2 x"),
        (r"\cosh^2x-\sinh^2x", r"1"),
        (r"\tanh(x+y)", r"\frac{\tanh x+\tanh y}{1+\tanh x\tanh y}"),
        (r"\sigma(\log\frac{p}{1-p})", r"p"),
        (r"\cos\pi", r"-1"),
        (r"\tanh x", r"2\sigma(2x)-1"),
        (r"e^{-\log a}", r"1/a"),
        (r"a^{x}a^{y}", r"a^{x+y}"),
        (r"a^xb^x", r"(ab)^x"),
        (r"\sqrt{\frac{1-p}{p}}", r"\frac{\sqrt{1-p}}{\sqrt p}"),
        (r"\arctan(x)+\arctan(-x)", r"0"),
        (r"\frac{x\sqrt{1+x^2} + x^2 + 1}{\sqrt{1+x^2}}", r"x + \sqrt{1+x^2}"),
        (r"\log(1+x^2 + a\sqrt{1+x^2})", r"\frac12\log(1+x^2) + \log(a+\sqrt{1+x^2})"),
        (r"\left|a + \sqrt{1 - x}\right|", r"a + \sqrt{1 - x}"),
    ],
)
def test_identities_of_scalars_are_proved(left: str, right: str) -> None:
    assert status(SCALARS, left, right) == "correct"
    assert status(SCALARS, right, left) == "correct"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"\psi(a+1)", r"\psi(a)-1/a"),
        (r"|x|", r"x"),
        (r"\sqrt{x^2}", r"x"),
        (r"\tanh x", r"\sigma(2x)-1"),
        (r"10^{-25}+x", r"x"),
        (r"0.3333", r"1/3"),
        (r"\Gamma(a+1)", r"\Gamma(a)"),
        (r"\sin(x+y)", r"\sin x\cos y-\cos x\sin y"),
        (r"\max(x,y)", r"x"),
        (r"\psi(a+2)", r"\psi(a)+1/a"),
        (r"|x+y|", r"|x|+|y|"),
        (r"\log_2 a", r"\log a"),
        (r"\log(1+x^2 + a\sqrt{1+x^2})", r"\log(1+x^2) + \log(a+\sqrt{1+x^2})"),
        (r"\Phi(x)", r"\frac12(1+\mathrm{erf}(x))"),
    ],
)
def test_near_misses_are_refuted(left: str, right: str) -> None:
    assert status(SCALARS, left, right) == "incorrect"


@pytest.mark.parametrize(
    ("left", "right"), [(r"2^{2^{2^{2^{2^2}}}}", "1"), (r"\Gamma(10^9)", r"\Gamma(10^9 + 1)"), (r"(1 + x)^{10^6}", "y")]
)
def test_what_is_too_large_is_left_undecided(left: str, right: str) -> None:
    assert status(SCALARS, left, right) in {"review", "incorrect"}
