"""Moodle: the offline grading worksheet that an instructor downloaded, filled in.

Moodle finds a student by ``Identifier`` and passes over a row that was graded after its ``Last modified (grade)``, so every other cell stays as it is. A
comment is stored as HTML. Source: the plugin that reads it back, ``mod/assign/feedback/offline`` and ``lib/csvlib.class.php`` of Moodle.
"""

from __future__ import annotations

import html

from symderiv.classroom.gradebook import Export, Files, Gradebook, points_of, table
from symderiv.grading.marks import number
from symderiv.core.problems import AuthorProblem

_WHO = ("Username", "ID number", "Email address")


def write(book: Gradebook) -> Files:
    """`moodle.csv`. Raises `AuthorProblem` where the worksheet is none, names nobody, or counts other points."""
    needed = ("Identifier", "Grade", "Last modified (grade)")
    if missing := [n for n in needed if book.column(n) is None]:
        raise AuthorProblem(
            f"this is no grading worksheet of Moodle: it has no column `{missing[0]}`",
            hint="download it from the assignment, with English as your language",
        )
    if all(book.column(n) is None for n in _WHO):
        raise AuthorProblem("the worksheet does not say who is who", hint=f"let it show one of {', '.join(_WHO)}")
    grade, comments, most = book.column("Grade"), book.column("Feedback comments"), book.column("Maximum Grade", "Maximum grade")
    assert grade is not None
    out = [list(book.roster[0])]
    for row in book.roster[1:]:
        cells = list(row)
        found = book.student_of(row, *_WHO)
        if found is not None:
            if most is not None and points_of(cells[most]) not in (None, book.of):
                raise AuthorProblem(f"the worksheet gives {cells[most]} points at most, the assignment {number(book.of)}")
            cells[grade] = number(found.points)
            if comments is not None:
                cells[comments] = _comment(found.text())
        out.append(cells)
    return {"moodle.csv": table(out)}


def _comment(text: str) -> str:
    """Plain text as HTML. No backslash stands in it: PHP's reader takes one before a quotation mark for an escape, and loses its place."""
    return html.escape(text, quote=False).replace("\\", "&#92;").replace("\n", "<br>\n")


ENTRY = Export("the instructor's own grading worksheet, filled in", write, roster="the grading worksheet from Moodle")
