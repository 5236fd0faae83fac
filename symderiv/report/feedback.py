"""A checked document as a report: the student's words, how they were read, and what is to be said of them.

What explains a wrong line stands in the place of the finding that it is wrong, with that finding's witness; what is right is said first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.core.results import Witness
from symderiv.core.text import Span
from symderiv.derive.formula import shown
from symderiv.grading.findings import Finding, JudgedStep, Judgement
from symderiv.grading.page import NOTHING_READ, PageResult, PartResult
from symderiv.report.model import FeedbackReport, FindingView, LineView, PartFeedback
from symderiv.report.witnesses import sides_lines, witness_lines

#: At most so many characters of a student's text are quoted beside a finding, and of a line in a list of lines.
_QUOTED, _LINE = 160, 44
#: What sets a formula apart, and white space: nothing of the formula itself.
_AROUND = re.compile(r"\s+|\$+|\\[\[\]()]|\\(?:begin|end)\{(?:equation|align|gather|multline|split|aligned)\*?\}")
#: Of an answer, what is quoted as a part of it at most; more is all of it.
_MOST_OF_IT = 0.8
#: Rules of findings that tell what is right.
_RIGHT = frozenset({"right", "carried forward", "assumption"})
_OUTCOMES = {"right": "right", "wrong": "wrong"}


def feedback(page: PageResult, witness: Callable[[Witness], tuple[str, ...]] = witness_lines) -> FeedbackReport:
    """The report on one document; ``witness`` puts a witness into words."""
    parts = tuple(_part(p, page, witness) for p in page.parts)
    possible = sum((p.posed.part.points for p in page.parts), Fraction(0))
    waiting = sum(p.judgement.status in ("review", "unreadable") for p in page.parts)
    totals = f"{_points(page.points)} of {_points(possible)} points" + (
        f", {waiting} part{'s' if waiting > 1 else ''} for a person to look at" if waiting else ""
    )
    notes = tuple(f"Could not be placed: {text.strip()[:200]}" for text in page.unplaced)
    nothing = _nothing_read(page)
    if nothing is not None:  # said once, and not of every part
        notes = (f"{nothing.message}." + (f" {nothing.hint[0].upper()}{nothing.hint[1:]}." if nothing.hint else ""),)
        parts = tuple(replace(p, how="", findings=()) for p in parts)
    return FeedbackReport(page.assignment.title, page.source.name, totals, parts, notes)


def _nothing_read(page: PageResult) -> Finding | None:
    """What is wrong with a document as a whole."""
    if any(p.judgement.how != NOTHING_READ for p in page.parts) or not page.parts:
        return None
    return next(iter(page.parts[0].judgement.findings), None)


def _part(p: PartResult, page: PageResult, witness: Callable[[Witness], tuple[str, ...]]) -> PartFeedback:
    part, judged = p.posed.part, p.judgement
    findings = tuple(
        _finding(f, p, page, witness) for f in sorted(_explained(judged.findings), key=lambda f: f.rule not in _RIGHT)
    )
    return PartFeedback(
        part.number, part.title, _points(p.points), _points(part.points), judged.status, _reason(p), p.text,
        tuple(shown(v) for v in judged.readings), findings, p.arithmetic, tuple(_lines(judged, page)),
    )  # fmt: skip


def _reason(p: PartResult) -> str:
    """How the points came about and why, in one line; nothing where the findings say it all."""
    share = re.match(r"(\d+/\d+) × ", p.arithmetic)
    sums = p.arithmetic if "=" in p.arithmetic or "until" in p.arithmetic else ""
    if share and p.judgement.status == "partial":
        sums = f"{share[1]} of this is right: {sums}"
    how = "" if p.judgement.how == "disproved" else p.judgement.how
    return ": ".join(filter(None, (sums, how)))


def _explained(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, each that only says that something is wrong replaced by what explains it."""
    explaining = [f for f in findings if f.mistake and f.span is not None]
    bare = [f for f in findings if f.rule in ("wrong", "wrong step") and not f.mistake]
    told = {id(g): f for f in explaining for g in bare if _holds(g.span, f.span)}
    for f in findings:
        if f in explaining:
            witnesses = (g.witness for g in bare if told.get(id(g)) is f and g.witness is not None)
            yield replace(f, witness=next(witnesses, f.witness))
        elif id(f) not in told:
            yield f


def _holds(outer: Span | None, inner: Span | None) -> bool:
    return outer is not None and inner is not None and outer.start <= inner.start and inner.end <= outer.end


def _finding(f: Finding, p: PartResult, page: PageResult, witness: Callable[[Witness], tuple[str, ...]]) -> FindingView:
    seen = () if f.witness is None else sides_lines(f.witness) if f.rule == "wrong verdict" else witness(f.witness)
    quoted = "" if f.span is None else " ".join(page.source.text[f.span.start : f.span.end].split())
    if len(_AROUND.sub("", quoted)) >= _MOST_OF_IT * len(_AROUND.sub("", p.text)):
        quoted = ""
    message = f.prose or (f.message,)
    outcome = "right" if f.rule in _RIGHT else "wrong" if p.judgement.status in ("incorrect", "partial") else "open"
    return FindingView(message, f.excerpt(page.source), _cut(quoted, _QUOTED), " ".join(f.repair.split()), f.hint, seen, outcome)


def _lines(judged: Judgement, page: PageResult) -> Iterator[LineView]:
    """The lines of a derivation that is not right throughout; an answer of two lines needs no list of them."""
    if judged.status == "correct" or len(judged.steps) < 3 or all(s.outcome == "right" for s in judged.steps):
        return
    for s in judged.steps:
        text = " ".join(page.source.text[s.span.start : s.span.end].split())
        yield LineView(str(s.line), _OUTCOMES.get(s.outcome, "open"), _cut(text, _LINE), _why(s))


def _why(step: JudgedStep) -> str:
    if step.outcome == "right":
        return ", ".join(step.rules) + (", given the wrong line before it" if step.carried else "")
    return step.differs


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _points(value: Fraction) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")
