"""Gradients of expectations under densities that depend on what one differentiates by: the score, and what must not be taken for zero."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker(explain=True)

BY_NAME = (r"\phi \in \mathbb{R}^{k}", r"g : \mathbb{R} \to \mathbb{R}", r"h \in \mathbb{R}", r"h \sim q_\phi(h)")
JOINT = (r"\phi \in \mathbb{R}^{k}", r"p_\phi(y, h) = p_\phi(y \mid h)\, p(h)")
NORMAL = (r"m \in \mathbb{R}", r"\tau > 0", r"g : \mathbb{R} \to \mathbb{R}", r"q(h) = \mathcal{N}(h; m, \tau^2)")

LOG_DERIVATIVE = (
    r"\nabla_\phi \mathbb{E}_{q_\phi(h)}[g(h)]", r"\nabla_\phi \int g(h)\, q_\phi(h) \, dh", r"\int g(h)\, \nabla_\phi q_\phi(h) \, dh",
    r"\int g(h)\, q_\phi(h)\, \nabla_\phi \log q_\phi(h) \, dh", r"\mathbb{E}_{q_\phi(h)}[g(h)\, \nabla_\phi \log q_\phi(h)]",
)  # fmt: skip
MEAN_SCORE = (
    r"\mathbb{E}_{q_\phi(h)}[\nabla_\phi \log q_\phi(h)]", r"\int q_\phi(h) \frac{\nabla_\phi q_\phi(h)}{q_\phi(h)} \, dh",
    r"\nabla_\phi \int q_\phi(h) \, dh", "0",
)  # fmt: skip
FISHER = (
    r"\nabla_\phi \log p_\phi(y)", r"\frac{1}{p_\phi(y)} \int \nabla_\phi p_\phi(y, h) \, dh",
    r"\frac{1}{p_\phi(y)} \int p_\phi(y, h)\, \nabla_\phi \log p_\phi(y, h) \, dh",
    r"\mathbb{E}_{p_\phi(h \mid y)}[\nabla_\phi \log p_\phi(y, h)]",
)  # fmt: skip
OF_A_NORMAL = (
    r"\frac{\partial}{\partial m} \mathbb{E}_{q(h)}[g(h)]", r"\mathbb{E}_{q(h)}\left[g(h) \frac{\partial}{\partial m} \log q(h)\right]",
    r"\mathbb{E}_{q(h)}\left[g(h) \frac{h - m}{\tau^2}\right]",
)  # fmt: skip
BASELINE = (
    r"\mathbb{E}_{q_\phi(h)}[(g(h) - b)\, \nabla_\phi \log q_\phi(h)]",
    r"\mathbb{E}_{q_\phi(h)}[g(h)\, \nabla_\phi \log q_\phi(h)] - b\, \mathbb{E}_{q_\phi(h)}[\nabla_\phi \log q_\phi(h)]",
    r"\nabla_\phi \mathbb{E}_{q_\phi(h)}[g(h)]",
)  # fmt: skip


def result(given: tuple[str, ...], lines: tuple[str, ...]) -> dict[str, Any]:
    record = {"id": 1, "given": given, "show": f"{lines[0]} = {lines[-1]}", "answer": " = ".join(lines)}
    return CHECKER.result(json.dumps(record))


@pytest.mark.parametrize(
    ("given", "lines"),
    [(BY_NAME, LOG_DERIVATIVE), (BY_NAME, MEAN_SCORE), (JOINT, FISHER), (NORMAL, OF_A_NORMAL), ((*BY_NAME, r"b \in \mathbb{R}"), BASELINE)],
)  # fmt: skip
def test_a_gradient_by_the_parameters_of_a_density_is_followed_line_by_line(
    given: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    found = result(given, lines)
    assert (found["status"], found["findings"]) == ("correct", [])


@pytest.mark.parametrize(
    ("given", "lines", "line", "wrong"),
    [
        (BY_NAME, LOG_DERIVATIVE, 2, r"\int q_\phi(h)\, \nabla_\phi g(h) \, dh"),
        (BY_NAME, LOG_DERIVATIVE, 4, r"\mathbb{E}_{q_\phi(h)}[\nabla_\phi \log q_\phi(h)]"),
        (JOINT, FISHER, 3, r"\mathbb{E}_{p_\phi(h \mid y)}[\nabla_\phi \log p_\phi(h \mid y)]"),
        (JOINT, FISHER, 3, r"\mathbb{E}_{p(h)}[\nabla_\phi \log p_\phi(y, h)]"),
        ((*BY_NAME, r"b \in \mathbb{R}"), BASELINE, 2, r"0"),
    ],
)  # fmt: skip
def test_a_wrong_gradient_is_never_right(given: tuple[str, ...], lines: tuple[str, ...], line: int, wrong: str) -> None:
    damaged = (*lines[:line], wrong, *lines[line + 1 :])
    record = {"id": 1, "given": given, "show": f"{lines[0]} = {lines[-1]}", "answer": " = ".join(damaged)}
    found = CHECKER.result(json.dumps(record))
    assert (found["status"], found.get("wrong_line")) in (("partial", line), ("incorrect", line), ("review", None))
    assert found["status"] != "review" or "p_" in lines[0]  # densities that are tied to others are not sampled


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (BY_NAME, r"\nabla_\phi \mathbb{E}_{q_\phi(h)}[g(h)]"),
        (NORMAL, r"\frac{\partial}{\partial m} \mathbb{E}_{q(h)}[g(h)]"),
        ((r"\phi, y \in \mathbb{R}", r"g_\phi : \mathbb{R} \to \mathbb{R}"), r"\frac{\partial}{\partial \phi} g_\phi(y)"),
        (
            (r"\phi, y \in \mathbb{R}", r"g_\phi : \mathbb{R} \to \mathbb{R}", r"q(h \mid y) = \mathcal{N}(h; g_\phi(y), 1)"),
            r"\frac{\partial}{\partial \phi} \mathbb{E}_{q(h \mid y)}[h]",
        ),
    ],
)
def test_what_silently_depends_on_a_symbol_is_no_constant(given: tuple[str, ...], left: str) -> None:
    for ask in ({"show": f"{left} = 0"}, {"reference": "1"}):
        record = {"id": 1, "given": given, **ask, "answer": f"{left} = 1 - 1 = 0"}
        assert CHECKER.result(json.dumps(record))["status"] != "correct"


def test_a_subscript_that_names_the_variable_is_a_label() -> None:
    given = (r"y \in \mathbb{R}^{k}", r"f_y : \mathbb{R}^{k} \to \mathbb{R}", r"q(y) = \mathcal{N}(y; 0, I)")
    record = {"id": 1, "given": given, "find": r"\nabla_y f_y(y)^2", "answer": r"2 f_y(y) \nabla_y f_y(y)"}
    assert CHECKER.result(json.dumps(record))["status"] == "correct"
