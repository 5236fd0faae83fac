"""What a student is told, as a PDF and as Markdown, in one of three levels.

- ``verdict``: the status and points of each part, how it was read, and why something could not be read.
- ``hint``: also what is off and where, and a point at which it shows.
- ``full``: also what the right value is there, and what would have been right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.core.results import Witness
from symderiv.grading.findings import Finding
from symderiv.grading.page import PageResult, PartResult
from symderiv.report.feedback import feedback
from symderiv.report.model import FeedbackReport, FindingView, PartFeedback
from symderiv.report.render import render
from symderiv.report.solution import readable

#: Findings that are no help with the question: why there is nothing to judge, and what a person said.
_ALWAYS = frozenset({"missing", "unreadable", "picture", "empty", "reviewed", "words only"})
#: Findings whose hint tells the key.
_TELLING = frozenset({"repair"})


def student_report(page: PageResult, level: str, notes: Sequence[str] = ()) -> FeedbackReport:
    """The report on one submission, holding back what the level holds back."""
    told = feedback(replace(page, parts=tuple(_held_back(p, level) for p in page.parts)))
    parts = told.parts
    if level == "hint":
        parts = tuple(_pointing(view, result) for view, result in zip(parts, page.parts, strict=True))
    return replace(told, parts=parts, notes=(*told.notes, *notes))


def feedback_files(page: PageResult, level: str, notes: Sequence[str]) -> dict[str, bytes]:
    """The files for a student, by suffix."""
    from symderiv import typeset

    report = student_report(page, level, notes)
    loader = typeset.template_loader(None)
    return {
        ".md": render(report, "markdown", loader).encode("utf-8", "replace"),
        ".pdf": typeset.typst_pdf(render(report, "typst", loader)),
    }


def _held_back(result: PartResult, level: str) -> PartResult:
    if level == "full":
        return result
    findings = result.judgement.findings
    kept = tuple(_softened(f) for f in findings if level == "hint" or f.rule in _ALWAYS)
    return replace(result, judgement=replace(result.judgement, findings=kept))


def _softened(f: Finding) -> Finding:
    """A finding without what would be right."""
    hint = "" if f.rule in _TELLING else f.hint
    message = "as printed this is not right; look at it again" if f.rule == "repair" and f.repair else f.message
    return replace(f, message=message, repair="", hint=hint)


def _pointing(view: PartFeedback, result: PartResult) -> PartFeedback:
    witnesses = (f.witness for f in result.judgement.findings)
    return replace(view, findings=tuple(_pointed(v, w) for v, w in zip(view.findings, witnesses, strict=True)))


def _pointed(view: FindingView, witness: Witness | None) -> FindingView:
    """A finding with the point at which it shows, without the value that is right there."""
    if witness is None:
        return replace(view, witness=())
    where = "; ".join(f"{readable(name)} = {value}" for name, value in witness.assignments)
    return replace(view, witness=(f"Try it at {where}: as printed this gives {witness.right}, which is not the right value.",))
