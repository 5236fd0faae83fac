"""Equalities that hold on a part of their domain, hold only there, or nearly hold: what is true everywhere is proved, all else is not."""

from __future__ import annotations

import json

import pytest

from symderiv.grading.records import Checker

REAL, POSITIVE, UNIT, CORRELATION = [r"x, y \in \mathbb{R}"], ["x, y, s > 0"], [r"p \in (0, 1)"], [r"\rho \in (-1, 1)"]
WHOLE = [r"k \in \mathbb{Z}", r"n \in \mathbb{N}", r"x \in \mathbb{R}"]
SQUARE = [r"A, B \in \mathbb{R}^{n \times n}", r"u, v \in \mathbb{R}^{n}", "c > 0"]
TRAITS = [
    r"D \in \mathbb{R}^{n \times n}, \text{diagonal}",
    r"Q \in \mathbb{R}^{n \times n}, \text{orthogonal}",
    r"v \in \mathbb{R}^{n}",
]

RIGHT = [
    (REAL, r"\sqrt{x^2}", r"|x|"),
    (REAL, r"\sqrt{x^2 - 2x + 1}", r"|1 - x|"),
    (REAL, r"\log(1 + e^{x})", r"\max(x, 0) + \log(1 + e^{-|x|})"),
    (REAL, r"\log(e^{x} + e^{y})", r"\max(x, y) + \log(1 + e^{-|x - y|})"),
    (REAL, r"\log \cosh x", r"|x| + \log(1 + e^{-2|x|}) - \log 2"),
    (REAL, r"\max(x, y) \min(x, y)", r"x y"),
    (REAL, r"x \operatorname{sign}(x)", r"|x|"),
    (REAL, r"\log \sigma(3 x)", r"-\operatorname{softplus}(-3 x)"),
    (REAL, r"\log \frac{1}{x^3 + 1}", r"-\log(1 + x^3)"),
    (UNIT, r"|\log p|", r"-\log p"),
    (UNIT, r"\sqrt{(\log(1 - p))^2}", r"-\log(1 - p)"),
    (UNIT, r"\max(p - 1, 0)", "0"),
    (CORRELATION, r"\sqrt{(1 - \rho^2)^2}", r"1 - \rho^2"),
    (POSITIVE, r"\max(s x, 0) - s \max(x, 0)", "0"),
    (WHOLE, r"\cos(\pi n)", r"(-1)^n"),
    (WHOLE, r"\sin(x + \pi k)", r"(-1)^k \sin x"),
    (WHOLE, r"\cos(x + 2 \pi k)", r"\cos x"),
    (WHOLE, r"\sin(\pi n)", "0"),
    (WHOLE, r"\frac{(n + 1)!}{n!}", "n + 1"),
    (WHOLE, r"n!^2", r"\Gamma(n + 1)^2"),
    (WHOLE, r"\log n!", r"\log n + \log (n - 1)!"),
    (WHOLE, r"\binom{n + 2}{2}", r"\frac{(n + 1)(n + 2)}{2}"),
    (WHOLE, r"\binom{n + 1}{n}", r"\binom{n}{n} + \binom{n}{n - 1}"),
    (SQUARE, r"\prod_{i=1}^{n} |v_i|", r"|\prod_{i=1}^{n} v_i|"),
    (TRAITS, r"D^\top", "D"),
    (TRAITS, r"v^\top D^\top v", r"v^\top D v"),
]  # fmt: skip

WRONG = [
    (REAL, r"\sqrt{x^2}", "x"),
    (REAL, r"\log(1 + e^{x})", r"\max(x, 0) + \log(1 + e^{|x|})"),
    (REAL, r"\max(-2 x, 0)", r"-2 \max(x, 0)"),
    (REAL, r"|x + y|", r"|x| + |y|"),
    (REAL, r"\arctan(\tan x)", "x"),
    (REAL, r"\arctan x + \arctan \frac{1}{x}", r"\frac{\pi}{2}"),
    (REAL, r"\tanh(20 x)", r"\operatorname{sign}(x)"),
    (REAL, r"\log \frac{1}{x^3 + 1}", r"\log(1 + x^3)"),
    (POSITIVE, r"|\log x|", r"-\log x"),
    (UNIT, r"|\log p|", r"\log p"),
    (WHOLE, r"\sqrt{k^2}", "k"),
    (WHOLE, r"|k|", "k"),
    (WHOLE, r"\cos(\pi k)", "1"),
    (WHOLE, r"\cos(x + \pi k)", r"\cos x"),
    (WHOLE, r"\cos(\frac{\pi}{2} k)", r"(-1)^k"),
    (WHOLE, r"n!", r"\Gamma(n)"),
    (WHOLE, r"(2 n)!", r"2 n!"),
    (WHOLE, r"\binom{n + 2}{2}", r"(n + 1)(n + 2)"),
    (SQUARE, r"\det(c A)", r"c \det A"),
    (SQUARE, r"\operatorname{tr}(A B)", r"\operatorname{tr}(A^\top B)"),
    (SQUARE, r"|\sum_{i=1}^{n} v_i|", r"\sum_{i=1}^{n} |v_i|"),
    (TRAITS, r"D Q", "Q D"),
    (TRAITS, r"\det Q", "1"),
]  # fmt: skip

#: Equal on a part of the domain, or to more digits than a float has: a refutation is right, to say nothing is honest.
NOT_PROVED = [
    (REAL, r"\log|x|", r"\log x"),
    (REAL, "x", "x + 10^{-25}"),
    (REAL, r"e^{-x^2}", r"e^{-x^2} + e^{-1000 - x^2}"),
    (REAL, r"x + e^{-e^{e^3}}", "x"),
    (REAL, r"\sqrt{2} x", r"1.4142135623730951 x"),
    (REAL, r"\frac{1}{2^{80}} + x", r"\frac{1}{2^{81}} + x"),
    (POSITIVE, r"\log(\sqrt{2 \pi} x)", r"\log x + 0.9189385332046727"),
]  # fmt: skip


def status(given: list[str], reference: str, answer: str) -> object:
    record = {"id": 0, "given": given, "reference": reference, "answer": answer}
    return Checker().result(json.dumps(record))["status"]


@pytest.mark.parametrize(("given", "left", "right"), RIGHT)
def test_what_the_domains_make_true_is_proved(given: list[str], left: str, right: str) -> None:
    assert status(given, left, right) == "correct"
    assert status(given, right, left) == "correct"


@pytest.mark.parametrize(("given", "left", "right"), WRONG)
def test_what_is_false_somewhere_is_refuted(given: list[str], left: str, right: str) -> None:
    assert status(given, left, right) == "incorrect"


@pytest.mark.parametrize(("given", "left", "right"), NOT_PROVED)
def test_what_nearly_holds_is_never_proved(given: list[str], left: str, right: str) -> None:
    assert status(given, left, right) in ("incorrect", "review")


def test_two_that_are_said_to_differ_are_no_factorial() -> None:
    assert status(WHOLE, "n != x", "1") == "unreadable"


def test_a_function_outside_its_domain_is_no_failure() -> None:
    assert status(REAL, r"\operatorname{logit}(\tanh x)", "x") == "incorrect"
