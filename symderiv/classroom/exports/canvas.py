"""Canvas: the gradebook's CSV, to be imported again.

Its columns are Student, ID, SIS User ID, SIS Login ID and Section, then one column an assignment, ``title (id)``; the first row below the header gives the
points possible. From a gradebook that Canvas exported the students, their numbers and the assignment's column are kept as they stand.
"""

from __future__ import annotations

import re

from symderiv.classroom.gradebook import Export, Files, Gradebook, table
from symderiv.grading.marks import number
from symderiv.core.problems import AuthorProblem

_STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_WHO = ("SIS Login ID", "SIS User ID", "ID")


def write(book: Gradebook) -> Files:
    """`canvas.csv`."""
    return {"canvas.csv": table(_filled(book) if book.roster else _made(book))}


def _made(book: Gradebook) -> list[list[str]]:
    """Without a gradebook of Canvas: it finds students by their login, and makes a new assignment."""
    header = [*_STUDENT, book.title]
    possible = ["    Points Possible", "", "", "", "", number(book.of)]
    return [header, possible, *(["", "", "", str(r.student), "", number(r.points)] for r in book.named())]


def _filled(book: Gradebook) -> list[list[str]]:
    header = list(book.roster[0])
    kept = [book.column(name) for name in _STUDENT]
    if kept[0] is None or kept[1] is None:
        raise AuthorProblem(
            "this is no gradebook of Canvas: it has no columns `Student` and `ID`", hint="export it from Canvas' gradebook"
        )
    column = next(
        (k for k, c in enumerate(header) if re.fullmatch(re.escape(book.title) + r" \(\d+\)", c.strip(), re.IGNORECASE)), None
    )
    title = header[column] if column is not None else book.title
    out = [[*(header[k] for k in kept if k is not None), title]]
    for row in book.roster[1:]:
        cells = [row[k] if k < len(row) else "" for k in kept if k is not None]
        if row[0].strip().casefold() == "points possible":
            out.append([*cells, number(book.of)])
            continue
        found = book.student_of(row, *_WHO)
        before = row[column] if column is not None and column < len(row) else ""
        out.append([*cells, number(found.points) if found else before])
    return out


ENTRY = Export("the gradebook's CSV", write)
