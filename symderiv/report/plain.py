"""Reports without a typesetter: text for a terminal, JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from typing import Any

from symderiv.report.model import ClassReport, FeedbackReport, PartFeedback, PartSolution, SolutionReport
from symderiv.writing.latex import latex
from symderiv.writing.notation import KINDS
from symderiv.writing.unicode import prose_text, unicode

#: Columns that a summary of a class takes where nothing is abbreviated.
_WIDE = 120
#: Statuses where there is little room.
_SHORT = {"correct": "right", "partial": "part", "incorrect": "wrong", "review": "look", "unreadable": "unr.", "missing": "none"}
Report = SolutionReport | FeedbackReport | ClassReport


def plain_text(report: Report, width: int = _WIDE) -> str:
    """A report for reading in a terminal of so many columns."""
    lines = (
        _solution(report)
        if isinstance(report, SolutionReport)
        else _class(report, width)
        if isinstance(report, ClassReport)
        else _feedback(report)
    )
    return "\n".join(lines).rstrip()


def _solution(report: SolutionReport) -> list[str]:
    out = [
        report.title,
        "=" * len(report.title),
        *textwrap.wrap(report.note, 110)[: 0 if report.questions[0].number else None],
        "",
    ]
    for q in report.questions:
        head = f"{q.number}  {q.title}" if q.number else q.title
        out += [head, "-" * len(head)]
        out += [f"    {unicode(g)}" for g in q.given] + [""]
        for p in q.parts:
            out += [*_part(p), ""]
    return out


def _part(p: PartSolution) -> list[str]:
    out = [f"{p.number}  {p.title}" + (f"  [{p.points}]" if p.points else "")]
    out += ["    " + prose_text(a) for a in p.ask]
    for k, step in enumerate(p.steps, 1):
        why = prose_text(step.because)
        out.append(f"  {k}. {step.rule}" + (f": {why}" if why else ""))
        out += [textwrap.indent(unicode(f), " " * 8) for f in step.formulas]
    out.append("  result")
    out += [textwrap.indent(unicode(f), " " * 6) for f in p.result]
    if p.decision:
        out.append("      " + prose_text(p.decision))
    out += ["  holds where " + prose_text(h) for h in p.holds_under]
    out += ["  certificate: " + prose_text(c) for c in p.certificate]
    out += [f"  check ({c.size}): {c.what}: {c.ours} against {c.oracle}, difference {c.difference}" for c in p.checks]
    if p.published is not None:
        out.append(f"  the sheet's own form: {p.published.verdict}")
        out += [f"      {x}" for x in (*p.published.findings, *p.published.repairs, *p.published.witness)]
    for r in p.remarks:
        out.append(f"  {r.rule} {prose_text(r.because)}")
        out += [textwrap.indent(unicode(f), " " * 6) for f in r.formulas]
    return out


def _feedback(report: FeedbackReport) -> list[str]:
    out = [f"{report.title}: {report.document}", report.totals, ""]
    for p in report.parts:
        out += [*part_text(p), ""]
    return out + list(report.notes)


def part_text(p: PartFeedback) -> list[str]:
    """One part for a terminal."""
    out = [f"{p.number:<5} {p.status.upper():<11} {p.points} of {p.of}   {p.title}"]
    out += [f"      marks     {p.arithmetic}"] if "=" in p.arithmetic else []
    out += [f"      read as   {unicode(r)}" for r in p.reading]
    for f in p.findings:
        out += textwrap.wrap(prose_text(f.message), 110, initial_indent="      - ", subsequent_indent="        ")
        if f.excerpt:
            out.append(textwrap.indent(f.excerpt, " " * 10))
        if f.repair:
            out += textwrap.wrap(f"right if read as  {f.repair}", 110, initial_indent=" " * 8, subsequent_indent=" " * 10)
        if f.hint:
            out += textwrap.wrap(f"hint: {f.hint}", 110, initial_indent=" " * 8, subsequent_indent=" " * 10)
        out += [line for w in f.witness for line in textwrap.wrap(w, 110, initial_indent=" " * 8, subsequent_indent=" " * 10)]
    return out


def _class(report: ClassReport, width: int) -> list[str]:
    out = [report.title, *textwrap.wrap(report.note, width), ""]
    out += [f"  {name:<20} {value}" for name, value in report.figures]
    narrow = width < _WIDE
    column, discrimination = (6, "discr.") if narrow else (12, "discrimination")
    heads = "".join(f"{_SHORT.get(s, s) if narrow else s:>{column}}" for s, _, _ in report.parts[0].shares)
    out += ["", f"  part   mean of points  share  {discrimination}  {heads}"]
    for p in report.parts:
        counts = "".join(f"{n:>{column}}" for _, n, _ in p.shares)
        out.append(
            f"  {p.number:<6} {p.mean:>5} of {p.of:<5}  {p.difficulty:>6}  {p.discrimination:>{len(discrimination)}}  {counts}"
        )
    if report.mistakes:
        out += ["", "  most often"]
        for number, bar in report.mistakes:
            out += textwrap.wrap(
                bar.label, min(100, width), initial_indent=f"  {bar.number:>5}  {number:<5} ", subsequent_indent=" " * 15
            )
    return out


def plain_json(report: Report) -> str:
    """A report as JSON, formulas as LaTeX."""
    return json.dumps(_data(report), ensure_ascii=False, indent=1) + "\n"


def _data(value: object) -> Any:
    if isinstance(value, KINDS):
        return latex(value)  # type: ignore[arg-type]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _data(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return [_data(v) for v in value] if isinstance(value, tuple) else value
