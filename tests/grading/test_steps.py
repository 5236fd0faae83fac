"""Derivations line by line: bounds, divergences by integration, changes of variables, gradients, inverses, determinants."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker
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
