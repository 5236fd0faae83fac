"""Cases with conditions: the case that the domains settle, or nothing."""

from __future__ import annotations

import json

import pytest

from symderiv.grading.records import Checker

ABSOLUTE = r"\begin{cases} x & x \ge 0 \\ -x & x < 0 \end{cases}"
OTHERWISE = r"\begin{cases} -x & \text{if } x \le 0 \\ x & \text{otherwise} \end{cases}"


@pytest.mark.parametrize("cases", [ABSOLUTE, OTHERWISE])
@pytest.mark.parametrize(
    ("domain", "reference", "status"),
    [
        ("x > 0", "x", "correct"),
        ("x > 0", "-x", "incorrect"),
        (r"x \in (0, 1)", "x", "correct"),
        (r"x \in \mathbb{R}", "x", "unreadable"),
        (r"x \in \mathbb{R}", "|x|", "unreadable"),
    ],
)
def test_the_case_that_holds_is_the_value(cases: str, domain: str, reference: str, status: str) -> None:
    record = {"id": 1, "given": [domain], "reference": reference, "answer": cases}
    assert Checker().result(json.dumps(record))["status"] == status


def test_a_brace_before_equations_still_lists_them() -> None:
    record = {"id": 1, "given": ["x > 0"], "reference": "2x", "answer": r"f = \begin{cases} x + x \\ = 2 x \end{cases}"}
    assert Checker().result(json.dumps(record))["status"] == "correct"
