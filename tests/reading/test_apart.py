"""Displays without a row."""

import pytest

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading.apart import parse_apart


@pytest.mark.parametrize("text", ["", "  ", r"\\", r"\quad", "%", "{}"])
def test_a_display_without_a_row_is_a_problem(text: str) -> None:
    with pytest.raises(AnswerProblem, match="no formula"):
        parse_apart(Source(text), None, Span(0, len(text)))
