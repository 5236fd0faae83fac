"""What stands in the folder of results beside `results.jsonl`: the marks as a table; all of it made from the results alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from symderiv.classroom.answers import waiting
from symderiv.classroom.marks import number
from symderiv.classroom.store import Record

MARKS = "marks.csv"


def exact(part: dict[str, Any]) -> Fraction:
    """The points of a part in a record, exactly."""
    return Fraction(part["exact"])


def total(record: Record) -> Fraction:
    """The points of a submission, exactly: thirds add up."""
    return sum((exact(p) for p in record["parts"]), Fraction(0))


def marks_rows(records: Iterable[Record], parts: list[str]) -> Iterator[list[str]]:
    """The table of marks, header first, one row a submission."""
    yield ["name", "student", "file", "points", "of", "waiting", *parts, *(f"{p} status" for p in parts)]
    for record in records:
        found = {p["part"]: p for p in record["parts"]}
        of = sum((Fraction(str(p["of"])) for p in record["parts"]), Fraction(0))
        yield [
            record["name"], record["student"] or "", record["file"], number(total(record)), number(of), str(waiting(record["parts"])),
            *(number(exact(found[p])) for p in parts), *(found[p]["status"] for p in parts),
        ]  # fmt: skip


def marks_csv(records: Iterable[Record], parts: list[str]) -> str:
    """The same as CSV. A cell that a spreadsheet would take for a formula is told that it is text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in marks_rows(records, parts):
        writer.writerow(safe_cell(cell) for cell in row)
    return out.getvalue()


def safe_cell(cell: str) -> str:
    """A text that no spreadsheet runs.

    >>> safe_cell("=1+1"), safe_cell("-2"), safe_cell("ada")
    ("'=1+1", '-2', 'ada')
    """
    try:
        float(cell)
    except ValueError:
        return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
    return cell
