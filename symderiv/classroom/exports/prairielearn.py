"""PrairieLearn: what an external grader leaves in ``results.json``, one file a submission.

``score`` is a share between 0 and 1; a document that could not be read is not gradable and costs no attempt.
Source: https://prairielearn.readthedocs.io/en/latest/externalGrading/
"""

from __future__ import annotations

import json
from typing import Any

from symderiv.classroom.gradebook import Export, Files, Gradebook, Row


def write(book: Gradebook) -> Files:
    """``<submission>/results.json``."""
    return {f"{r.name}/results.json": results(r, book) for r in book.rows}


def results(row: Row, book: Gradebook) -> bytes:
    """The results of one submission."""
    data: dict[str, Any]
    if not row.readable:
        data = {"gradable": False, "format_errors": sorted({p.told for p in row.parts if p.told})}
    else:
        data = {
            "gradable": True,
            "score": round(float(row.points / book.of), 6),
            "message": f"{row.waiting} parts wait for a person to look at them." if row.waiting else "Every part was decided.",
            "tests": [
                {
                    "name": p.number, "description": p.title, "points": round(float(p.points), 6), "max_points": round(float(p.of), 6),
                    "message": f"{p.status}. {p.told}".strip(),
                }
                for p in row.parts
            ],
        }  # fmt: skip
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


ENTRY = Export("results.json of an external grader, one for each submission", write)
