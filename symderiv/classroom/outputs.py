"""What stands in the folder of results beside `results.jsonl`: marks, summary, review page; all of it made from the results alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from symderiv.classroom.answers import waiting
from symderiv.classroom.batch import Class
from symderiv.grading.marks import number
from symderiv.classroom.store import Record, Store, write_whole
from symderiv.report.model import ClassReport

MARKS, SUMMARY = "marks.csv", "summary.pdf"


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


def write_all(group: Class, notes: Sequence[str] = (), *, every: bool = False) -> ClassReport:
    """Everything made from the results, written beside them; the summary comes back for the terminal. ``every``: review all answers."""
    from symderiv import typeset
    from symderiv.classroom import review
    from symderiv.classroom.statistics import summary
    from symderiv.report.render import render

    store, sheet = Store(group.out), group.assignment
    loader = typeset.template_loader(None)
    write_whole(group.out / MARKS, marks_csv(store.records(), [part.number for _, part in sheet.parts()]).encode())
    waiting_answers = review.queue(sheet, store.records(), group.decisions, every=every)
    page = review.page(sheet, waiting_answers, review.unreadable(store.records()), loader)
    write_whole(group.out / review.PAGE, page.encode())
    report = summary(sheet, store.records(), notes)
    write_whole(group.out / SUMMARY, typeset.typst_pdf(render(report, "typst", loader)))
    return report


def record_text(record: Record, part: str | None = None) -> str:
    """A submission's result, or one part of it, for a terminal."""
    out = [f"{record['name']}  {record['file']}  {number(total(record))} points"]
    for p in record["parts"]:
        if part not in (None, p["part"]):
            continue
        out += ["", f"{p['part']:<5} {p['status'].upper():<11} {p['arithmetic']}   ({p['how']})"]
        out += ["      " + line for line in printable(p["text"]).splitlines()]
        out += [f"      read as  {p['reading']}"] if p["reading"] else []
        for f in p["findings"]:
            out.append(f"      - {f['message']}")
            if "witness" in f:
                values = "; ".join(f"{k} = {v}" for k, v in f["witness"]["values"].items())
                out.append(f"        at {values}: as printed {f['witness']['yours']}, the key {f['witness']['key']}")
    out += [f"could not be placed: {' '.join(printable(text).split())}" for text in record["unplaced"]]
    out += record["notes"]
    return "\n".join(out)


def printable(text: str) -> str:
    """A text without characters that a terminal would obey."""
    return "".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)
