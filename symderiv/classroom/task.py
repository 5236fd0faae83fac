"""One submission from its bytes to its record and its feedback: what runs inside the child that may be killed.

It goes stage by stage (the document, each part, the feedback) and says before each where it is. A stage that is not to be tried again,
because it ran out of time or broke the child before, becomes a thing for a person to look at; all others are done as ever.
"""

from __future__ import annotations

import functools
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

from symderiv.assignments.load import load
from symderiv.assignments.records import Assignment
from symderiv.classroom.answers import Decision, answer_id
from symderiv.classroom.documents import document
from symderiv.classroom.handed_in import HandedFile, Unreadable
from symderiv.classroom.marks import DECIDED, decided
from symderiv.core.text import Source
from symderiv.derive.formula import shown
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.marks import mark
from symderiv.grading.page import (
    PageResult, PartResult, part_result, placed, text_of, unplaced, unreadable_page, with_carried,
)  # fmt: skip
from symderiv.grading.questions import Posed, posed
from symderiv.reading.document import HandIn, macros_of
from symderiv.writing.mathml import document as mathml

#: The stages that are no part.
DOCUMENT, FEEDBACK = "document", "feedback"
_ELSEWHERE = re.compile(
    r"!\[|\\includegraphics|<img|\b(above|below|previous|earlier|attached|see|figure|picture|photo|same|likewise)\b",
    re.IGNORECASE,
)
At = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Task:
    """All that grading one submission needs, wherever it runs: no path, no clock, no other file.

    ``hide`` is a student's name that must not appear in what comes out; ``decisions`` are a person's, by answer.
    """

    name: str
    sheet: str
    sheet_name: str
    handed: HandedFile
    beside: tuple[HandedFile, ...] = ()
    level: str = "full"
    feedback: bool = True
    hide: str = ""
    decisions: Mapping[str, Decision] | None = None

    def data(self) -> dict[str, Any]:
        """As plain data for JSON."""
        files = [(f.name, b64encode(f.data).decode()) for f in (self.handed, *self.beside)]
        return {
            "name": self.name, "sheet": self.sheet, "sheet_name": self.sheet_name, "files": files, "level": self.level,
            "feedback": self.feedback, "hide": self.hide, "decisions": {k: asdict(d) for k, d in (self.decisions or {}).items()},
        }  # fmt: skip

    @staticmethod
    def of(data: Mapping[str, Any]) -> Task:
        """The task in plain data."""
        first, *others = (HandedFile(name, b64decode(content)) for name, content in data["files"])
        decisions = {k: Decision(**d) for k, d in data["decisions"].items()}
        return Task(
            data["name"],
            data["sheet"],
            data["sheet_name"],
            first,
            tuple(others),
            data["level"],
            data["feedback"],
            data["hide"],
            decisions,
        )


@dataclass(frozen=True, slots=True)
class Graded:
    """The parts of a submission as plain data, and the files for its student by their suffix."""

    record: dict[str, Any]
    files: dict[str, bytes]


def graded(task: Task, skip: Mapping[str, str], at: At) -> Graded:
    """The result of a task. ``skip``: stages that are not tried, with the reason; ``at`` is told each stage before it begins.

    Raises `AuthorProblem` where the assignment cannot be read.
    """
    sheet = _sheet(task.sheet, task.sheet_name)
    page, note = _page(sheet, task, skip, at)
    page = _with_decisions(page, task.decisions or {})
    record = _record(page, note)
    files: dict[str, bytes] = {}
    if task.feedback:
        at(FEEDBACK)
        if FEEDBACK in skip:
            record["notes"].append(f"no feedback was made: {skip[FEEDBACK]}")
        else:
            from symderiv.classroom.feedback import feedback_files

            files = feedback_files(page, task.level, record["notes"])
    return Graded(record, files)


@functools.lru_cache(maxsize=4)
def _sheet(text: str, name: str) -> Assignment:
    return load(Source(text, name))


@functools.lru_cache(maxsize=4)
def _questions(sheet_text: str, name: str) -> tuple[Posed, ...]:
    sheet = _sheet(sheet_text, name)
    return tuple(posed(sheet, question, part) for question, part in sheet.parts())


def warm(sheet_text: str, name: str) -> None:
    """Read the assignment, so that the first submission does not wait for it. Raises `AuthorProblem`."""
    _questions(sheet_text, name)


def _page(sheet: Assignment, task: Task, skip: Mapping[str, str], at: At) -> tuple[PageResult, str]:
    at(DOCUMENT)
    if DOCUMENT in skip:
        return unreadable_page(sheet, task.handed.name, skip[DOCUMENT]), ""
    questions = _questions(task.sheet, task.sheet_name)
    try:
        source, note = document(task.handed, task.beside)
    except Unreadable as reason:
        return unreadable_page(sheet, task.handed.name, reason.message, reason.hint), ""
    source = _without(task.hide, source)
    found = placed(sheet, source)
    parts: dict[str, PartResult] = {}
    for question in questions:
        result = _part(question, source, found, skip, at)
        parts[question.part.number] = with_carried(sheet, result, parts, source, found)
    return PageResult(sheet, source, tuple(parts.values()), unplaced(source, found)), note


def _without(name: str, source: Source) -> Source:
    """The source with a student's name made unreadable in any case of its letters; a short one may be a letter of a formula and stays."""
    if len(name) < 4:
        return source
    return Source(re.sub(re.escape(name), lambda m: "x" * len(m[0]), source.text, flags=re.IGNORECASE), source.name)


def _part(question: Posed, source: Source, found: HandIn, skip: Mapping[str, str], at: At) -> PartResult:
    number = question.part.number
    at(number)
    if number not in skip:
        return part_result(question, source, found)
    pieces = found.answers.get(number, ())
    text = text_of(source, pieces)
    judged = Judgement("review", skip[number], (Finding("not decided", skip[number]),))
    return PartResult(question, judged, Fraction(0), text, mark(question.part, judged)[1])


def _with_decisions(page: PageResult, decisions: Mapping[str, Decision]) -> PageResult:
    """The parts with a person's decisions in the place of what was found."""
    parts = []
    for result in page.parts:
        decision = decisions.get(answer_of(result, page.source))
        parts.append(result if decision is None else decided(result, decision))
    return replace(page, parts=tuple(parts))


def answer_of(result: PartResult, source: Source) -> str:
    """The name of an answer, for decisions; of a document that cannot be read there is none to name.

    What an answer means beyond its own text goes into its name: the question, the macros that it uses, and where it holds a picture or points
    elsewhere, its document.
    """
    text = result.text
    if not text.strip():
        return ""
    used = [f"{name}={macro}" for name, macro in sorted(macros_of(source).items()) if name in text]
    elsewhere = [source.name] if _ELSEWHERE.search(text) else []
    return answer_id(result.posed.part.number, "\x02".join([text, *_asked(result.posed), *used, *elsewhere]))


def _asked(question: Posed) -> tuple[str, ...]:
    """All that a question says, so that a decision about an answer does not outlive the question."""
    part = question.part
    return tuple(text or "" for text in (question.question.given_for(part), part.find, part.in_terms_of, part.show, part.decide))


def _record(page: PageResult, note: str) -> dict[str, Any]:
    parts = []
    for result in page.parts:
        entry = result.record(page.source)
        entry |= {
            "exact": str(result.points),
            "arithmetic": result.arithmetic,
            "answer": answer_of(result, page.source),
            "text": result.text,
        }
        if result.judgement.status in ("review", "unreadable") or result.judgement.how == DECIDED:
            entry["mathml"] = [mathml(shown(v)) for v in result.judgement.readings]
        parts.append(entry)
    return {
        "points": float(page.points), "of": float(sum((p.posed.part.points for p in page.parts), Fraction(0))), "parts": parts,
        "unplaced": list(page.unplaced), "notes": [note] if note else [],
    }  # fmt: skip
