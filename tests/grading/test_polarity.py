"""What words say of a statement, and answers in words to a question whether a map preserves volume."""

import json

import pytest

from symderiv.grading.polarity import numbers_said, polarity
from symderiv.grading.records import Checker

SCALED = [
    r"u, v, a \in \mathbb{R}^{n}", r"P, Q : \mathbb{R}^{n} \to \mathbb{R}^{n}", r"r = \exp(P(v)) \circ u + Q(v)", r"t = \exp(a) \circ v",
    "x = (u, v)", "y = (r, t)",
]  # fmt: skip
SHEARED = [
    r"u, v \in \mathbb{R}^{n}", r"P, Q : \mathbb{R}^{n} \to \mathbb{R}^{n}", "r = u + P(v)", "t = v", "x = (u, v)", "y = (r, t)",
]  # fmt: skip
ASK = r"\left|\det \frac{\partial y}{\partial x}\right| = 1"


def status(given: list[str], answer: str) -> str:
    return str(Checker().result(json.dumps({"id": 0, "given": given, "decide": ASK, "answer": answer}))["status"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No, it is not.", "no"),
        ("No, since this is not 1 for all inputs (the volume is scaled by it).", "no"),
        ("False.", "no"),
        ("It is volume-preserving", "yes"),
        ("The volume is not preserved, as the determinant is not one", "no"),
        ("It changes the volume", "no"),
        ("No volume is lost", "yes"),
        ("Yes, no volume is lost.", "yes"),
        ("The volume is scaled by the determinant", "no"),
        ("Volume preserving if and only if", "exactly"),
        ("Volume is preserved when", "if"),
        ("It is not true that this map is not volume preserving", None),
        ("Yes, it is not volume preserving", None),
        ("I do not know whether it is volume preserving", None),
        ("The Jacobian is triangular", None),
    ],
)
def test_words_say_yes_or_no_or_nothing(text: str, said: str | None) -> None:
    assert polarity(text) == said


def test_numbers_in_words() -> None:
    assert [(n.number, n.denied) for n in numbers_said("the determinant is not zero and the determinant of the map is always 1")] == [
        (0, True), (1, False),
    ]  # fmt: skip
    assert not numbers_said("the determinant is 1.5")


@pytest.mark.parametrize(
    "answer",
    [
        "False, the determinant can be any positive number.",
        "This map does not preserve volume, as the determinant is not one.",
        r"It scales volumes by $\prod_i e^{P(v)_i + a_i}$, so it is not volume preserving.",
        r"It is not volume preserving because the volume changes by a factor $\prod_i e^{P(v)_i + a_i}$.",
        r"It preserves volume if $\sum_i (P(v)_i + a_i) = 0$.",
    ],
)
def test_right_verdicts_in_words(answer: str) -> None:
    assert status(SCALED, answer) == "correct"


@pytest.mark.parametrize(
    "answer", ["True.", "Yes, since the determinant is not zero.", "Volume is preserved because the map is invertible."]
)
def test_wrong_verdicts_in_words(answer: str) -> None:
    assert status(SCALED, answer) == "incorrect"


@pytest.mark.parametrize(
    "answer",
    ["Not volume preserving, because the determinant is 1.", r"The determinant is $\prod_i \exp(a_i)$, so no."],
)
def test_a_wrong_reason_costs_a_right_verdict_its_place(answer: str) -> None:
    assert status(SCALED, answer) == "partial"


def test_the_statement_over_again_is_no_claim_but_a_reason_is_one() -> None:
    mentioned = r"No, $|\det \frac{\partial y}{\partial x}| = 1$ does not hold in general."
    assert status(SCALED, mentioned) == "review"
    assert status(SCALED, r"No, because $|\det \frac{\partial y}{\partial x}| = 1$.") == "partial"
    assert status(SCALED, r"Yes, $|\det \frac{\partial y}{\partial x}| = 1$.") == "incorrect"


def test_words_that_contradict_themselves_are_left_to_a_person() -> None:
    assert status(SCALED, "It is not the case that this map is not volume preserving.") == "review"
    assert status(SCALED, "I am not sure whether it is volume preserving.") == "review"


def test_a_shear_preserves_volume() -> None:
    assert status(SHEARED, "Yes, no volume is lost.") == "correct"
    assert status(SHEARED, "Volume is preserved, since the determinant is one.") == "correct"
    assert status(SHEARED, "No, the volume changes.") == "incorrect"
    assert status(SHEARED, "It is volume preserving if and only if $v = 0$.") == "incorrect"
