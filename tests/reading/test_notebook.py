"""Notebooks: their text cells are the document."""

from __future__ import annotations

import json

import pytest

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source
from symderiv.reading.document import split_answers
from symderiv.reading.notebook import notebook_text


def notebook(*cells: tuple[str, str | list[str]]) -> Source:
    return Source(
        json.dumps({"cells": [{"cell_type": kind, "source": text} for kind, text in cells], "nbformat": 4}), "answers.ipynb"
    )


def test_the_text_cells_answer_the_parts() -> None:
    source = notebook_text(
        notebook(
            ("markdown", "## Problem 1"),
            ("code", "x = 1\n$y = 2$"),
            ("markdown", ["**1.1** $$x = y$$\n", "and so on"]),
            ("markdown", "**1.2** $u = v$"),
        )
    )
    found = split_answers(source, ["1.1", "1.2"])
    assert not found.missing
    texts = {part: [source.text[s.span.start : s.span.end] for s in here] for part, here in found.answers.items()}
    assert "x = y" in texts["1.1"]
    assert "u = v" in texts["1.2"]
    assert not any("y = 2" in t for here in texts.values() for t in here)
    assert "<!-- a code cell of 2 lines -->" in source.text


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"cells": 3}', '{"cells": [{"source": "x"}]}', "[" * 100_000, '{"cells": [null]}']
)
def test_what_is_no_notebook_is_refused(text: str) -> None:
    with pytest.raises(AnswerProblem, match="no notebook"):
        notebook_text(Source(text, "a.ipynb"))
