"""Canvas: the gradebook's CSV, to be imported again.

Its first columns say who a student is (Student, ID, SIS User ID, SIS Login ID, perhaps others) and end with Section; then comes one column an assignment,
``title (id)``. The row of points possible stands below the header. From a gradebook that Canvas exported the students' columns and the assignment's own are
kept as they stand, and a student who was excused stays so. Source: how canvas-lms reads one, ``lib/gradebook_importer.rb``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from symderiv.classroom.gradebook import Export, Files, Gradebook, points_of, table
from symderiv.grading.marks import number
from symderiv.core.problems import AuthorProblem

_STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_WHO = ("SIS Login ID", "SIS User ID", "ID")
#: A column with one of these in its name is a total of Canvas' own, which an import leaves out without a word.
_TOTALS = re.compile(r"(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")


def write(book: Gradebook) -> Files:
    """`canvas.csv`. Raises `AuthorProblem` where the gradebook is none, or gives other points, or the title is one that Canvas takes for its own."""
    return {"canvas.csv": table(_filled(book) if book.roster else _made(book))}


def _made(book: Gradebook) -> list[list[str]]:
    """Without a gradebook of Canvas: it finds students by their login, and makes a new assignment."""
    header = [*_STUDENT, _new(book.title)]
    possible = ["    Points Possible", "", "", "", "", number(book.of)]
    return [header, possible, *(["", "", "", str(r.student), "", number(r.points)] for r in book.named())]


def _filled(book: Gradebook) -> list[list[str]]:
    header = [c.strip() for c in book.roster[0]]
    who = _students(header)
    same = re.compile(re.escape(book.title) + r" \(\d+\)", re.IGNORECASE)
    columns = [k for k, c in enumerate(header) if k >= who and same.fullmatch(c)]
    if len(columns) > 1:
        raise AuthorProblem(
            f"Canvas has several assignments with the title `{book.title}`", hint="keep the column of one in its gradebook"
        )
    at = columns[0] if columns else len(header)
    out = [[*book.roster[0][:who], header[at] if columns else _new(book.title)]]
    for row in book.roster[1:]:
        cells = [*row, *[""] * (len(header) + 1 - len(row))]
        if cells[0].strip().casefold() == "points possible":
            _same_points(cells[at], book.of)
            out.append([*cells[:who], cells[at] or number(book.of)])
            continue
        found = book.student_of(row, *_WHO)
        excused = cells[at].strip().casefold() == "ex"
        out.append([*cells[:who], number(found.points) if found and not excused else cells[at]])
    return out


def _students(header: Sequence[str]) -> int:
    """How many columns say who a student is."""
    names = header[:2] == ["Student", "ID"] or header[:3] == ["LastName", "FirstName", "ID"]
    if not names or "Section" not in header:
        raise AuthorProblem(
            "this is no gradebook of Canvas: it does not begin with the columns `Student` and `ID`, up to `Section`",
            hint="export it from Canvas' gradebook",
        )
    return header.index("Section") + 1


def _same_points(said: str, of: Fraction) -> None:
    if points_of(said) not in (None, of):
        raise AuthorProblem(
            f"Canvas gives {said.strip()} points for this assignment, the sheet {number(of)}",
            hint="let them be the same in Canvas",
        )


def _new(title: str) -> str:
    """The title of a new assignment: a number in brackets at its end would be taken for the number of another one."""
    if (total := _TOTALS.search(title)) is not None:
        raise AuthorProblem(f"Canvas leaves out a column with `{total[0]}` in its name", hint="give the sheet another title")
    return re.sub(r"\s\((\d+)\)$", r" \1", " ".join(title.split()))


ENTRY = Export("the gradebook's CSV", write)
