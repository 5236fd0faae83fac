"""The one record that every export writes from: who has how many points for what, and what they may be told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symderiv.assignments.records import Assignment
from symderiv.classroom.answers import waiting
from symderiv.grading.marks import number
from symderiv.classroom.outputs import exact, total
from symderiv.classroom.store import Record
from symderiv.core.problems import AuthorProblem
from symderiv.writing.values import with_values


#: The time where none is given.
EPOCH = "1970-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of one submission; ``told`` is what its student may read, as plain text."""

    number: str
    title: str
    status: str
    points: Fraction
    of: Fraction
    told: str


@dataclass(frozen=True, slots=True)
class Row:
    """One submission. ``student`` is None where its file named none; ``readable`` says whether anything in it could be read."""

    name: str
    student: str | None
    points: Fraction
    waiting: int
    readable: bool
    parts: tuple[PartRow, ...]

    def text(self) -> str:
        """All parts as one plain text."""
        return "\n".join(f"{p.number} {p.status}, {number(p.points)} of {number(p.of)}. {p.told}".rstrip() for p in self.parts)


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A class for exporting: ``roster`` is the table that the platform gave out (rows as they are, header first), ``now`` a time as ISO 8601."""

    title: str
    of: Fraction
    rows: tuple[Row, ...]
    roster: tuple[tuple[str, ...], ...] = ()
    now: str = EPOCH

    def named(self) -> list[Row]:
        """The submissions whose student is known: the others can stand in nobody's column."""
        return [r for r in self.rows if r.student is not None]

    def by_student(self) -> dict[str, Row]:
        """The same by student, whatever the case of the letters."""
        return {str(r.student).casefold(): r for r in self.named()}

    def column(self, *names: str) -> int | None:
        """Where in the roster the first of these columns stands."""
        header = [c.strip().casefold() for c in self.roster[0]] if self.roster else []
        return next((header.index(n.casefold()) for n in names if n.casefold() in header), None)

    def student_of(self, row: tuple[str, ...], *names: str) -> Row | None:
        """Whose submission a row of the roster is, by any of these columns; of an address what stands before the @ counts too."""
        known = self.by_student()
        for name in names:
            at = self.column(name)
            if at is None or at >= len(row):
                continue
            said = row[at].strip().lstrip("#").casefold()
            found = known.get(said) or known.get(said.partition("@")[0])
            if found is not None and said:
                return found
        return None


#: Files of an export, by their path.
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Export:
    """A format: what it is for, what the table from the platform must be (empty: none is needed), and its writer."""

    about: str
    write: Callable[[Gradebook], Files]
    roster: str = ""


def gradebook(
    assignment: Assignment, records: Iterable[Record], level: str, roster: tuple[tuple[str, ...], ...] = (), now: str = ""
) -> Gradebook:
    """The gradebook of a class."""
    parts = {part.number: part for _, part in assignment.parts()}
    rows = []
    for record in records:
        cells = tuple(
            PartRow(p["part"], parts[p["part"]].title, p["status"], exact(p), parts[p["part"]].points, told(p, level))
            for p in record["parts"]
        )
        readable = any(p["status"] != "unreadable" for p in record["parts"])
        rows.append(Row(record["name"], record["student"], total(record), waiting(record["parts"]), readable, cells))
    of = sum((p.points for p in parts.values()), Fraction(0))
    return Gradebook(assignment.title, of, tuple(rows), roster, now or EPOCH)


def told(part: Mapping[str, object], level: str) -> str:
    """What a student may read of a part's findings, in plain text and one line."""
    findings = part["findings"]
    assert isinstance(findings, list)
    always = ("missing", "unreadable", "picture", "empty", "reviewed", "words only")
    kept = [f for f in findings if level == "full" or f["rule"] in always or (level == "hint" and f["rule"] != "repair")]
    explained = level == "full" and any("mistake" in f for f in kept)
    messages = []
    for f in sorted(
        kept, key=lambda f: explained and f["rule"] in ("wrong", "wrong step")
    ):  # what explains first, then the numbers
        # a hint says where to look; what is missing or wrong there would give the key away
        message = str(f["hint"] if level == "hint" and "mistake" in f and "hint" in f else f["message"])
        if explained and f["rule"] in ("wrong", "wrong step"):
            message = "" if "witness" not in f else "in numbers"
        if f["rule"] == "unreadable" and "hint" in f:
            message += f" ({f['hint']})"
        if level == "full" and "witness" in f:
            where = with_values(f["witness"]["values"].items())
            said = (
                "the left side is {1}, the right side {0}"
                if f["rule"] == "wrong verdict"
                else "yours gives {0}, and it should give {1}"
            )
            message += f" ({where}: {said.format(f['witness']['yours'], f['witness']['key'])})"
        messages.append(" ".join(message.split()))
    return "".join(c if c.isprintable() else "\ufffd" for c in "; ".join(filter(None, messages)))


def table(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as CSV in UTF-8."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def read_table(text: str, where: str) -> tuple[tuple[str, ...], ...]:
    """A platform's CSV, whatever separates its cells. Raises `AuthorProblem` where there is none.

    >>> read_table("Student;ID;Points, all\\nAda;7;1,5\\n", "grades.csv")
    (('Student', 'ID', 'Points, all'), ('Ada', '7', '1,5'))
    """
    text = text.removeprefix("\ufeff")
    separator = max(",;\t", key=lambda c: len(next(csv.reader(io.StringIO(text), delimiter=c), [])))
    try:
        rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text), delimiter=separator, strict=True) if row)
    except csv.Error as error:
        raise AuthorProblem(f"`{where}` is no CSV ({error})") from error
    if len(rows) < 2:
        raise AuthorProblem(f"`{where}` has no rows")
    return rows


def points_of(cell: str) -> Fraction | None:
    """The points that a platform's cell gives, or None where it gives none.

    >>> points_of(" 2,50 "), points_of("(read only)")
    (Fraction(5, 2), None)
    """
    try:
        return Fraction(cell.strip().replace(",", "."))
    except ValueError:
        return None
