"""Moodle: the offline grading worksheet that an instructor downloaded, filled in.

Moodle finds a student by ``Identifier`` and refuses a row whose ``Last modified (grade)`` is not what it gave out, so every other cell stays as it is.
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.classroom.gradebook import Export, Files, Gradebook, table
from symderiv.grading.marks import number
from symderiv.core.problems import AuthorProblem

_WHO = ("Username", "ID number", "Email address")


def write(book: Gradebook) -> Files:
    """`moodle.csv`. Raises `AuthorProblem` where the worksheet is none, names nobody, or counts other points."""
    needed = ("Identifier", "Grade", "Last modified (grade)")
    if missing := [n for n in needed if book.column(n) is None]:
        raise AuthorProblem(
            f"this is no grading worksheet of Moodle: it has no column `{missing[0]}`", hint="download it from the assignment"
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
            if most is not None and _points(cells[most]) not in (None, book.of):
                raise AuthorProblem(f"the worksheet gives {cells[most]} points at most, the assignment {number(book.of)}")
            cells[grade] = number(found.points)
            if comments is not None:
                cells[comments] = found.text()
        out.append(cells)
    return {"moodle.csv": table(out)}


def _points(cell: str) -> Fraction | None:
    try:
        return Fraction(cell.strip().replace(",", "."))
    except ValueError:
        return None


ENTRY = Export("the instructor's own grading worksheet, filled in", write, roster="the grading worksheet from Moodle")
