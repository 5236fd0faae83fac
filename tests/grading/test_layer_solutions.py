"""Laws: the solution that is generated for a layer passes the checker of steps, and never with a slip. Nothing here names a layer."""

from __future__ import annotations

import functools
from random import Random

import pytest

from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source
from symderiv.grading.judge import judge
from symderiv.grading.records import asked_from
from symderiv.layers.registry import Entry, entries
from symderiv.reading.asks import Asked
from tests.grading.slips import with_a_slip
from tests.grading.test_solutions import explained, lines_of

QUESTIONS = ("inverse", "jacobian", "volume")


@functools.cache
def posed(entry: Entry, question: str) -> tuple[Asked, tuple[str, ...]] | None:
    """The question and its generated solution line by line, or None where the engine says that there is none."""
    given = tuple(line for line in entry.layer.given.splitlines() if line.strip())
    x, y = entry.layer.x, entry.layer.y
    if question != "inverse" and "," in x:
        given, x, y = (*given, rf"\mathsf{{U}} = ({x})", rf"\mathsf{{V}} = ({y})"), r"\mathsf{U}", r"\mathsf{V}"
    jacobian = rf"\frac{{\partial {y}}}{{\partial {x}}}"
    find = {"inverse": x, "jacobian": jacobian, "volume": rf"\log\left|\det {jacobian}\right|"}[question]
    try:
        asked = asked_from(given, "find", find, y if question == "inverse" else None)
        return asked, lines_of(asked)
    except AuthorProblem:
        return None


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("entry", entries(), ids=lambda e: e.name)
def test_each_solution_of_a_layer_passes_the_checker(entry: Entry, question: str) -> None:
    found = posed(entry, question)
    if found is None:
        pytest.skip("the engine derives none, and says why")
    asked, lines = found
    text = "\n\n".join(f"\\[ {line} \\]" for line in lines)
    judged = judge(asked, Source(text, entry.name))
    assert judged.status == "correct", explained(judged, text)


@pytest.mark.parametrize(("entry", "question"), Random(11).sample([(e, q) for e in entries() for q in QUESTIONS], 24), ids=str)
def test_no_solution_of_a_layer_passes_with_a_slip(entry: Entry, question: str) -> None:
    found = posed(entry, question)
    if found is None:
        pytest.skip("the engine derives none, and says why")
    asked, lines = found
    random = Random(f"{entry.name} {question}")
    for _ in range(3):
        slipped = with_a_slip(lines, random)
        if slipped is not None:
            text = "\n\n".join(f"\\[ {line} \\]" for line in slipped)
            assert judge(asked, Source(text, entry.name), explain=False).status != "correct", text
