"""nbgrader: the columns of its own CSV of grades (`nbgrader export`), so that what reads that reads this.

Source: https://nbgrader.readthedocs.io/en/stable/plugins/export-plugin.html
"""

from __future__ import annotations

from symderiv.classroom.gradebook import Export, Files, Gradebook, table
from symderiv.grading.marks import number
from symderiv.classroom.outputs import safe_cell

_COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score", "late_submission_penalty", "score",
    "max_score",
)  # fmt: skip


def write(book: Gradebook) -> Files:
    """`nbgrader.csv`. Names and addresses are not known here, and stay empty."""
    rows = [list(_COLUMNS)]
    for r in book.named():
        points = number(r.points)
        values = {
            "assignment": book.title,
            "student_id": str(r.student),
            "raw_score": points,
            "late_submission_penalty": "0",
            "score": points,
        }
        rows.append([safe_cell(values.get(c, "")) for c in _COLUMNS[:-1]] + [number(book.of)])
    return {"nbgrader.csv": table(rows)}


ENTRY = Export("the columns of nbgrader's own CSV", write)
