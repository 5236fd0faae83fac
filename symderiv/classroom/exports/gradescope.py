"""Gradescope: what an autograder leaves in ``results.json``, one file a submission.

Source: the autograder specification, https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import json
from typing import Any

from symderiv.classroom.gradebook import Export, Files, Gradebook, PartRow, Row


def write(book: Gradebook) -> Files:
    """``<submission>/results.json``."""
    return {f"{r.name}/results.json": results(r) for r in book.rows}


def results(row: Row) -> bytes:
    """The results of one submission. Points that a person may still change are said to be so."""
    note = f"{row.waiting} parts wait for a person to look at them." if row.waiting else ""
    data: dict[str, Any] = {
        "score": _number(row.points),
        "output": note or "Every part was decided.",
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(p) for p in row.parts],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _test(part: PartRow) -> dict[str, Any]:
    return {
        "number": part.number,
        "name": part.title or part.number,
        "name_format": "text",
        "score": _number(part.points),
        "max_score": _number(part.of),
        "status": "passed" if part.status == "correct" else "failed",
        "output": f"{part.status}. {part.told}".strip(),
        "output_format": "text",
        "visibility": "visible",
    }


def _number(value: Any) -> float:
    return round(float(value), 6)


ENTRY = Export("results.json of an autograder, one for each submission", write)
