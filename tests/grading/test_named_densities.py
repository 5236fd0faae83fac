"""Densities that are declared by their names alone: in a line of their own, or where the question first uses them."""

import json

import pytest

from symderiv.grading.records import Checker

JOINT = r"p(w, u) = p(w \mid u)\, p(u)"
CLAIM = r"\log p(w) = \mathbb{E}_{q}[\log p(w, u)] + H(q) + D_{KL}(q(u) \,\|\, p(u \mid w))"
RIGHT = r"""\begin{align*}
\log p(w) &= \int q(u) \log p(w) \, du \\
&= \int q(u) \log \frac{p(w, u)}{p(u \mid w)} \, du \\
&= \int q(u) \log \frac{p(w, u)}{q(u)} \, du + \int q(u) \log \frac{q(u)}{p(u \mid w)} \, du \\
&= \mathbb{E}_q[\log p(w, u)] + H(q) + KL(q(u) \| p(u \mid w))
\end{align*}"""


@pytest.mark.parametrize("given", [[JOINT], [JOINT, "q(u)"], ["q(u)", JOINT], [JOINT, r"u \sim q(u)"]])
def test_a_density_may_be_declared_by_its_name_alone(given: list[str]) -> None:
    def result(answer: str) -> tuple[object, object]:
        found = Checker().result(json.dumps({"id": 0, "given": given, "show": CLAIM, "answer": answer}))
        return found["status"], found.get("wrong_line")

    assert result(RIGHT) == ("correct", None)
    assert result(RIGHT.replace(r"\frac{p(w, u)}{q(u)}", r"\frac{p(w, u)}{p(u)}")) == ("partial", 3)


def test_a_density_in_an_exponent_under_another_is_left_to_a_person() -> None:
    record = {
        "id": 0,
        "given": [r"r(w) = \mathcal{N}(w; 0, 1)"],
        "find": r"\mathbb{E}_r[w]",
        "answer": r"\mathbb{E}_r[\exp(w\, \mathcal{N}(w; 3, 2))]",
    }
    assert Checker().result(json.dumps(record))["status"] == "review"


def test_a_normal_density_without_a_value_is_like_no_other() -> None:
    record = {
        "id": 0,
        "given": [r"r(w) = \mathcal{N}(w; 0, 1)"],
        "find": r"\mathbb{E}_r[w]",
        "answer": r"\mathcal{N}(w; 0, \log 0)",
    }
    assert Checker().result(json.dumps(record))["status"] in ("review", "unreadable")
