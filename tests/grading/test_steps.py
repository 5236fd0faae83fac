"""Derivations line by line: bounds, divergences by integration, changes of variables, gradients, inverses, determinants."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker
from tests.grading.chains import WORKED, Worked
from tests.grading.elbo_forms import FORMS, Form

CHECKER = Checker()


def result(given: tuple[str, ...], answer: str, **ask: str) -> dict[str, Any]:
    return CHECKER.result(json.dumps({"id": 1, "given": given, "answer": answer, **ask}))


# --- the evidence lower bound --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.name)
def test_each_form_of_the_bound_is_proved_from_the_definitions(form: Form) -> None:
    found = result(form.given, form.right, reference=form.reference)
    assert (found["status"], found["how"]) == ("correct", "proved")


@pytest.mark.parametrize(("form", "wrong"), [(f, w) for f in FORMS for w in f.wrong], ids=lambda x: getattr(x, "name", ""))
def test_each_wrong_form_of_the_bound_is_refuted(form: Form, wrong: str) -> None:
    found = result(form.given, wrong, reference=form.reference)
    assert (found["status"], found["how"]) == ("incorrect", "disproved")


# --- derivations in lines ------------------------------------------------------------------------------------------------


def judged(worked: Worked, answer: str) -> dict[str, Any]:
    kind, text = worked.ask
    ask = {kind: text, **({"in_terms_of": worked.in_terms_of} if worked.in_terms_of else {})}
    return result(worked.given, answer, **ask)


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: w.name)
def test_each_derivation_is_accepted_line_by_line(worked: Worked) -> None:
    found = judged(worked, worked.right)
    assert (found["status"], found["findings"]) == ("correct", [])


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: w.name)
def test_the_wrong_line_is_found_and_the_right_end_does_not_hide_it(worked: Worked) -> None:
    found = judged(worked, worked.damaged)
    assert found["status"] in ("partial", "incorrect")
    assert found["wrong_line"] == worked.wrong[0]


GAUSSIAN = WORKED[1]


def test_an_error_that_is_carried_forward_is_charged_once() -> None:
    """Behind the wrong line all lines are right relative to it; only the end differs from what was asked."""
    lines = (
        r"\mathbb{E}_q\left[\log\frac{\rho}{\tau} - \frac{(y - m)^2}{2\tau^2} + \frac{(y - c)^2}{2\rho^2}\right]",
        r"\log\frac{\rho}{\tau} + \frac{1}{2} + \frac{1}{2\rho^2} \mathbb{E}_q[(y - c)^2]",
        r"\log\frac{\rho}{\tau} + \frac{1}{2} + \frac{\tau^2 + (m - c)^2}{2\rho^2}",
    )
    found = judged(GAUSSIAN, GAUSSIAN.answer(lines))
    assert (found["status"], found["wrong_line"]) == ("incorrect", 2)
    assert [f["rule"] for f in found["findings"]].count("wrong step") == 1


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: w.name)
def test_steps_may_be_skipped(worked: Worked) -> None:
    lines = (worked.lines[0], worked.lines[-1])
    assert judged(worked, worked.answer(lines))["status"] == "correct"
