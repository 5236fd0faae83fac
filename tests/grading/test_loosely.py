"""Steps up to a factor or a term that is free of the variable: right ones are proved with the rule named, wrong ones never pass."""

from __future__ import annotations

import pytest

from symderiv.core.text import Source
from symderiv.grading.findings import Judgement
from symderiv.grading.judge import judge
from symderiv.grading.records import asked_from

NORMAL = (r"m, t \in \mathbb{R}", r"s > 0", r"q(t) = \mathcal{N}(t; m, s^2)")
GAMMA = (r"a, b > 0", r"q(u) = \mathrm{Gamma}(u; a, b)")
LATENT = (r"p(y, h) = p(y \mid h)\, p(h)",)


def judged(given: tuple[str, ...], show: str, answer: str) -> Judgement:
    return judge(asked_from(given, "show", show), Source(answer))


RIGHT = [
    (NORMAL, r"\log q(t) = -\frac{t^2}{2s^2} + \frac{m t}{s^2} + \text{const}",
     r"\log q(t) = -\frac{(t - m)^2}{2 s^2} + \text{const} = -\frac{t^2}{2s^2} + \frac{m t}{s^2} + \text{const}"),
    (NORMAL, r"\log q(t) = -\frac{t^2}{2s^2} + \frac{m t}{s^2} + \mathrm{const}",
     r"\begin{align*} \log q(t) &= -\frac12 \log(2 \pi s^2) - \frac{(t - m)^2}{2 s^2} \\ &= \frac{m t}{s^2} - \frac{t^2}{2 s^2} + \text{const.} \end{align*}"),
    (NORMAL, r"q(t) \propto \exp\left(-\frac{t^2 - 2 m t}{2 s^2}\right)",
     r"q(t) \propto \exp\left(-\frac{(t - m)^2}{2 s^2}\right) \propto \exp\left(-\frac{t^2 - 2 m t}{2 s^2}\right)"),
    (GAMMA, r"q(u) \propto u^{a - 1} e^{-b u}", r"q(u) = \frac{b^a}{\Gamma(a)} u^{a - 1} e^{-b u} \propto u^{a - 1} e^{-b u}"),
    (GAMMA, r"\log q(u) = (a - 1) \log u - b u + \text{constant}",
     r"\log q(u) = a \log b - \log \Gamma(a) + (a - 1) \log u - b u = (a - 1) \log u - b u + \text{constant}"),
    (LATENT, r"p(h \mid y) \propto p(y \mid h)\, p(h)", r"p(h \mid y) = \frac{p(y, h)}{p(y)} \propto p(y, h) = p(y \mid h)\, p(h)"),
    (LATENT, r"\log p(h \mid y) = \log p(y \mid h) + \log p(h) + \text{const}",
     r"\log p(h \mid y) = \log p(y, h) - \log p(y) = \log p(y \mid h) + \log p(h) + \text{const}"),
]  # fmt: skip

WRONG = [
    (NORMAL, r"\log q(t) = -\frac{t^2}{2s^2} + \frac{m t}{s^2} + \text{const}",
     r"\log q(t) = -\frac{(t - m)^2}{2 s^2} + \text{const} = -\frac{t^2}{2s^2} - \frac{m t}{s^2} + \text{const}"),
    (NORMAL, r"\log q(t) = -\frac{t^2}{2s^2} + \text{const}",
     r"\log q(t) = -\frac{(t - m)^2}{2 s^2} + \text{const} = -\frac{t^2}{2s^2} + \text{const}"),
    (NORMAL, r"q(t) \propto \exp\left(-\frac{t^2 - 2 m t}{s^2}\right)",
     r"q(t) \propto \exp\left(-\frac{(t - m)^2}{2 s^2}\right) \propto \exp\left(-\frac{t^2 - 2 m t}{s^2}\right)"),
    (GAMMA, r"q(u) \propto u^a e^{-b u}", r"q(u) = \frac{b^a}{\Gamma(a)} u^{a - 1} e^{-b u} \propto u^a e^{-b u}"),
    (LATENT, r"p(h \mid y) \propto p(y \mid h)", r"p(h \mid y) = \frac{p(y, h)}{p(y)} \propto p(y, h) \propto p(y \mid h)"),
    (LATENT, r"\log p(h \mid y) = \log p(y \mid h) + \text{const}",
     r"\log p(h \mid y) = \log p(y, h) - \log p(y) = \log p(y \mid h) + \text{const}"),
    (NORMAL, r"\log q(t) = -\frac{(t - m)^2}{2 s^2}", r"\log q(t) = -\frac{(t - m)^2}{2 s^2} + \text{const} = -\frac{(t - m)^2}{2 s^2}"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "show", "answer"), RIGHT)
def test_right_steps_are_proved_with_their_rule(given: tuple[str, ...], show: str, answer: str) -> None:
    found = judged(given, show, answer)
    assert found.status == "correct", found
    assert any("that is free of" in rule for step in found.steps for rule in step.rules)


@pytest.mark.parametrize(("given", "show", "answer"), WRONG)
def test_wrong_steps_never_pass(given: tuple[str, ...], show: str, answer: str) -> None:
    assert judged(given, show, answer).status in ("incorrect", "partial", "review")


def test_a_likelihood_may_be_meant_as_a_function_of_its_parameter() -> None:
    answer = r"q(t) \propto \exp\left(-\frac{(t - m)^2}{2 s^2}\right) \propto \exp\left(\frac{2 m t - m^2}{2 s^2}\right)"
    assert judged(NORMAL, r"q(t) \propto \exp\left(\frac{2 m t - m^2}{2 s^2}\right)", answer).status == "review"


def test_a_value_up_to_a_constant_is_no_closed_form_and_not_wrong() -> None:
    asked = asked_from(NORMAL, "find", r"\log q(t)")
    assert judge(asked, Source(r"-\frac{(t - m)^2}{2 s^2} + \text{const}")).status in ("review", "unreadable")
    assert judge(asked, Source(r"\log q(t) = -\frac{(t - m)^2}{2 s^2} + \text{const}")).status == "review"
    assert judge(asked, Source(r"\log q(t) = -\frac{(t + m)^2}{2 s^2} + \text{const}")).status in (
        "incorrect",
        "partial",
        "review",
    )


@pytest.mark.parametrize(
    ("find", "answer"),
    [
        ("q(t)", r"q(t) \propto \exp\left(-\frac{(t - m)^2}{2 s^2}\right)"),
        ("q(t)", r"\propto \exp\left(-\frac{(t - m)^2}{2 s^2}\right)"),
        (r"\log q(t)", r"-\frac{(t - m)^2}{2 s^2} + \text{const}"),
    ],
)
def test_a_value_up_to_something_waits_for_a_person(find: str, answer: str) -> None:
    assert judge(asked_from(NORMAL, "find", find), Source(answer)).status == "review"


def test_a_value_that_differs_by_more_is_wrong() -> None:
    found = judge(asked_from(NORMAL, "find", "q(t)"), Source(r"q(t) \propto \exp\left(-\frac{(t - m)^2}{s^2}\right)"))
    assert found.status == "incorrect"
