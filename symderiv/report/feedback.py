"""A checked document as a report: the student's words, how they were read, and what is to be said of them."""

from __future__ import annotations

from fractions import Fraction

from symderiv.derive.formula import shown
from symderiv.grading.findings import Finding
from symderiv.grading.page import PageResult, PartResult
from symderiv.report.model import FeedbackReport, FindingView, PartFeedback
from symderiv.report.solution import witness_lines


#: At most so many characters of a student's text are quoted beside a finding.
_QUOTED = 160


def feedback(page: PageResult) -> FeedbackReport:
    """The report on one document."""
    parts = tuple(_part(p, page) for p in page.parts)
    possible = sum((p.posed.part.points for p in page.parts), Fraction(0))
    waiting = sum(p.judgement.status in ("review", "unreadable") for p in page.parts)
    totals = f"{_points(page.points)} of {_points(possible)} points" + (
        f", {waiting} part{'s' if waiting > 1 else ''} for a person to look at" if waiting else ""
    )
    notes = tuple(f"Could not be placed: {text.strip()[:200]}" for text in page.unplaced)
    return FeedbackReport(page.assignment.title, page.source.name, totals, parts, notes)


def _part(p: PartResult, page: PageResult) -> PartFeedback:
    part, judged = p.posed.part, p.judgement
    return PartFeedback(
        part.number, part.title, _points(p.points), _points(part.points), judged.status, judged.how, p.text,
        tuple(shown(v) for v in judged.readings), tuple(_finding(f, page) for f in judged.findings), p.arithmetic,
    )  # fmt: skip


def _finding(f: Finding, page: PageResult) -> FindingView:
    witness = witness_lines(f.witness) if f.witness is not None else ()
    quoted = "" if f.span is None else " ".join(page.source.text[f.span.start : f.span.end].split())
    short = quoted if len(quoted) <= _QUOTED else quoted[: _QUOTED - 1] + "…"
    return FindingView(f.message, f.excerpt(page.source), short, " ".join(f.repair.split()), f.hint, witness, f.rule == "right")


def _points(value: Fraction) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")
