"""A gradebook made up for tests of what platforms take: hostile texts, thirds, a submission that waits, one that is unreadable, one without a name."""

from __future__ import annotations

from fractions import Fraction

from symderiv.classroom.gradebook import Gradebook, PartRow, Row, read_table

HOSTILE = '=cmd|"/c calc"!A1\n<script>alert(1)</script>, "quoted"; ünïcode, read as "\\"o" n<m \\'


def row(name: str, student: str | None, *points: str, status: str = "correct", of: str = "1") -> Row:
    parts = tuple(PartRow(f"1.{k}", f"Part {k}", status, Fraction(p), Fraction(of), HOSTILE) for k, p in enumerate(points, 1))
    waiting = len(parts) if status in ("review", "unreadable") else 0
    return Row(name, student, sum(map(Fraction, points), Fraction(0)), waiting, status != "unreadable", parts)


BOOK = Gradebook(
    "Sheet 7, part/two",
    Fraction(3),
    (
        row("ada", "ada", "1", "1/3", "1"), row("bob", "Bob", "0", "1", "1/2", status="review"),
        row("cy", "cy", "0", "0", "0", status="unreadable"), row("misnamed-x", None, "1", "1", "1"),
    ),
    now="2026-01-02T03:04:05.678Z",
)  # fmt: skip


def titled(title: str, roster: str = "") -> Gradebook:
    """The same marks for a sheet of another title, with a table from a platform."""
    return Gradebook(title, BOOK.of, BOOK.rows, read_table(roster, "roster.csv") if roster else (), BOOK.now)


def with_roster(text: str) -> Gradebook:
    return titled(BOOK.title, text)
