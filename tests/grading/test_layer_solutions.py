"""A law: the solution that is generated for a layer passes the checker of steps. Nothing here names a layer."""

from __future__ import annotations

import functools

import pytest

from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source
from symderiv.grading.judge import judge
from symderiv.grading.records import asked_from
from symderiv.layers.registry import Entry, entries
from tests.grading.test_solutions import explained, solved

QUESTIONS = ("inverse", "jacobian", "volume")


@functools.cache
def solution(entry: Entry, question: str) -> str | None:
    """The generated solution, or None where the engine says that there is none."""
    given = tuple(line for line in entry.layer.given.splitlines() if line.strip())
    x, y = entry.layer.x, entry.layer.y
    if question != "inverse" and "," in x:
        given, x, y = (*given, rf"\mathsf{{U}} = ({x})", rf"\mathsf{{V}} = ({y})"), r"\mathsf{U}", r"\mathsf{V}"
    jacobian = rf"\frac{{\partial {y}}}{{\partial {x}}}"
    find = {"inverse": x, "jacobian": jacobian, "volume": rf"\log\left|\det {jacobian}\right|"}[question]
    try:
        asked = asked_from(given, "find", find, y if question == "inverse" else None)
        text = solved(asked)
    except AuthorProblem:
        return None
    judged = judge(asked, Source(text, entry.name))
    return f"{judged.status}\n{explained(judged, text)}"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("entry", entries(), ids=lambda e: e.name)
def test_each_solution_of_a_layer_passes_the_checker(entry: Entry, question: str) -> None:
    found = solution(entry, question)
    if found is None:
        pytest.skip("the engine derives none, and says why")
    assert found.splitlines()[0] == "correct", found
