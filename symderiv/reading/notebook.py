"""Notebooks (``.ipynb``) as Markdown: the text cells one after the other. Code and its output are no answer and stand as a comment each."""

from __future__ import annotations

import json

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source

SUFFIX = ".ipynb"


def notebook_text(source: Source) -> Source:
    """The text cells of a notebook. Raises `AnswerProblem` where the text is no notebook."""
    try:
        content = json.loads(source.text)
        cells = content["cells"] if "cells" in content else [c for sheet in content["worksheets"] for c in sheet["cells"]]
        texts = [_cell(c) for c in cells]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise AnswerProblem(f"{source.name} is no notebook: it is not the JSON of one", source=source) from None
    return Source("\n\n".join(texts) + "\n", source.name)


def _cell(cell: dict[str, object]) -> str:
    kind, content = cell["cell_type"], cell.get("source", cell.get("input", ""))
    text = "".join(map(str, content)) if isinstance(content, list) else str(content)
    if kind == "code":
        return f"<!-- a code cell of {len(text.splitlines())} lines -->"
    return f"{'#' * _level(cell)} {text}" if kind == "heading" else text


def _level(cell: dict[str, object]) -> int:
    level = cell.get("level", 1)
    return level if isinstance(level, int) and 0 < level < 7 else 1
