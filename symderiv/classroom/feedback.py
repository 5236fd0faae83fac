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
from symderiv.report.model import FeedbackReport
from symderiv.report.render import render
from symderiv.report.witnesses import witness_lines, witness_place

#: Findings that are no help with the question: why there is nothing to judge, and what a person said.
_ALWAYS = frozenset({"missing", "unreadable", "picture", "empty", "reviewed", "words only"})
#: Findings whose hint tells the key.
_TELLING = frozenset({"repair", "wrong step", "wrong"})


def student_report(page: PageResult, level: str, notes: Sequence[str] = ()) -> FeedbackReport:
    """The report on one submission, holding back what the level holds back."""
    witness = witness_lines if level == "full" else _pointed
    told = feedback(replace(page, parts=tuple(_held_back(p, level) for p in page.parts)), witness)
    return replace(told, notes=(*told.notes, *notes))


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
    judged = result.judgement
    kept = tuple(softened(f) for f in judged.findings if level == "hint" or f.rule in _ALWAYS)
    steps = tuple(replace(s, differs="") for s in judged.steps if level == "hint")
    return replace(result, judgement=replace(judged, findings=kept, steps=steps))


def softened(f: Finding) -> Finding:
    """A finding without what would be right: of a mistake where to look, of a wrong line that it is wrong."""
    if f.mistake:
        return replace(f, message=f.hint, hint="", prose=())
    hint = "" if f.rule in _TELLING else f.hint
    message = "as printed this is not right; look at it again" if f.rule == "repair" and f.repair else f.message
    return replace(f, message=message, repair="", hint=hint, prose=())


def _pointed(witness: Witness) -> tuple[str, ...]:
    """The point at which a mistake shows, without the value that is right there."""
    return (f"Try it {witness_place(witness)}: yours gives {witness.right}, which is not the right value.",)
