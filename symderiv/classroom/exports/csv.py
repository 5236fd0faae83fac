"""CSV: one row a submission, the points of each part."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.classroom.gradebook import Export, Files, Gradebook, table
from symderiv.grading.marks import number
from symderiv.classroom.outputs import safe_cell


def write(book: Gradebook) -> Files:
    """`marks.csv`."""
    return {"marks.csv": table(_rows(book))}


def _rows(book: Gradebook) -> Iterator[list[str]]:
    parts = [p.number for p in book.rows[0].parts] if book.rows else []
    yield ["student", "submission", "points", "of", "waiting", *parts]
    for r in book.rows:
        cells = [r.student or "", r.name, number(r.points), number(book.of), str(r.waiting), *(number(p.points) for p in r.parts)]
        yield [safe_cell(cell) for cell in cells]


ENTRY = Export("a table for a spreadsheet", write)
