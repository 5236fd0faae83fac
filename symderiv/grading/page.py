"""One document, part by part: the answers found, judged, and credited.

A part that asks for a value and for a decision has half its points on each. An answer that is not right in general is tried under the part's
further assumptions, and says under which it is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from symderiv.algebra.terms import Tensor
from symderiv.assignments.records import Assignment
from symderiv.core.text import Source
from symderiv.derive.formula import closed, shown
from symderiv.grading import repairs
from symderiv.grading.carried import follow_up, forgiven
from symderiv.grading.findings import Finding, Judgement, Status
from symderiv.grading.judge import judge_segments
from symderiv.grading.marks import lacking_findings, mark
from symderiv.grading.questions import Posed, posed
from symderiv.grading.named_before import names_from_before
from symderiv.grading.required import lacking
from symderiv.grading.results import finding_record, readings_latex, step_record
from symderiv.reading.asks import Asked, Decide, Find
from symderiv.reading.document import HandIn, split_answers
from symderiv.reading.given import statement_spans
from symderiv.reading.macros import Macros
from symderiv.reading.segments import Display, Picture, Prose, Segment
from symderiv.reading.values import Blocks
from symderiv.reading.wording import plain
from symderiv.writing.unicode import unicode

_NOTHING = re.compile(
    r"\b(ran out of time|no time|out of time|not enough time|did(?: not|n['\u2019]?t) (?:do|finish|get to|know|have time|manage)"
    r"|(?:could|can)(?: not|not|n['\u2019]?t) (?:do|solve|finish|figure)|skip(?:ped)?|don['\u2019]?t know|do not know|no (?:idea|answer|solution|clue)"
    r"|left blank|todo|tbd|n/a|not (?:done|attempted|answered|finished|solved))\b",
    re.IGNORECASE,
)


#: An answer that only says where it stands.
_ELSEWHERE = re.compile(
    r"\W*(?:(?:please )?(?:see|cf|refer to|look at)|same as|as (?:in|before|above)|(?:done|shown|answered|given|included|combined|computed|solved) (?:in|above|below|with|together))\b[^=$]{0,60}",
    re.IGNORECASE,
)
#: The ends of lists that an answer's last words run into.
_LIST_ENDS = re.compile(r"(?:\s*\\end\s*\{\s*(?:enumerate|itemize|description|document)\s*\})+\s*\Z")
#: Findings on a value that a decision beside it is not charged for again.
_OFF = frozenset({"wrong", "wrong step"})


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part: the judgement, the points and how they came about, and the student's text."""

    posed: Posed
    judgement: Judgement
    points: Fraction
    text: str
    arithmetic: str = ""

    def record(self, source: Source) -> dict[str, Any]:
        """As one JSON object."""
        part, judged = self.posed.part, self.judgement
        return {
            "part": part.number, "status": judged.status, "points": float(self.points), "of": float(part.points), "how": judged.how,
            "findings": [finding_record(f, source) for f in judged.findings], "reading": readings_latex(judged),
            **({"steps": [step_record(s) for s in judged.steps]} if judged.steps else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageResult:
    """All parts of one document, and what in it could not be placed."""

    assignment: Assignment
    source: Source
    parts: tuple[PartResult, ...]
    unplaced: tuple[str, ...] = ()

    @property
    def points(self) -> Fraction:
        """The sum of the points."""
        return sum((p.points for p in self.parts), Fraction(0))


def check_page(assignment: Assignment, source: Source) -> PageResult:
    """The result of a document. Raises `AuthorProblem` where the assignment itself cannot be read."""
    questions = [posed(assignment, q, p) for q in assignment.questions for p in q.parts]
    found = placed(assignment, source)
    parts: dict[str, PartResult] = {}
    for question in questions:
        result = part_result(question, source, found)
        parts[question.part.number] = with_carried(assignment, result, parts, source, found)
    return PageResult(assignment, source, tuple(parts.values()), unplaced(source, found))


def placed(assignment: Assignment, source: Source) -> HandIn:
    """Which segments of a document answer which part of an assignment."""
    return split_answers(source, [part.number for _, part in assignment.parts()], assignment.titles())


def unplaced(source: Source, found: HandIn) -> tuple[str, ...]:
    """The formulas of a document that could not be placed."""
    return tuple(source.text[s.span.start : s.span.end] for s in found.unplaced if isinstance(s, Display))


#: How every part of a document is judged of which nothing can be read.
NOTHING_READ = "the document cannot be read"


def unreadable_page(assignment: Assignment, name: str, why: str, hint: str = "") -> PageResult:
    """The result of a document of which nothing can be read: every part waits for a person."""
    judged = Judgement("unreadable", NOTHING_READ, (Finding("unreadable", why, hint=hint),))
    questions = [posed(assignment, q, p) for q in assignment.questions for p in q.parts]
    return PageResult(
        assignment, Source("", name), tuple(PartResult(q, judged, Fraction(0), "", mark(q.part, judged)[1]) for q in questions)
    )


def part_result(question: Posed, source: Source, found: HandIn) -> PartResult:
    """One part judged."""
    pieces = found.answers.get(question.part.number, ())
    text = text_of(source, pieces)
    judged = _nothing_there(pieces, found, text) or _judged(question, source, pieces, found.macros)
    if judged.status in ("review", "unreadable") and (names := names_from_before(question, source, pieces, found)):
        again = _judged(question, source, (*names, *pieces), found.macros)
        judged = again if again.status == "correct" else judged
    absent = lacking(question, source, pieces, found.macros) if judged.status == "correct" else ()
    if absent:
        judged = replace(
            judged, status="partial", how="required lines are missing", findings=(*judged.findings, *lacking_findings(absent))
        )
    points, arithmetic = mark(question.part, judged, absent)
    return PartResult(question, judged, points, text, arithmetic)


def with_carried(
    assignment: Assignment, result: PartResult, before: Mapping[str, PartResult], source: Source, found: HandIn
) -> PartResult:
    """The same, without a second loss where it follows from the student's own wrong answer to an earlier part."""
    number = result.posed.part.carried_from
    earlier = before.get(number) if number is not None else None
    if number is None or earlier is None:
        return result
    follow = follow_up(assignment, result.posed, result.judgement, earlier.posed.part, earlier.judgement)
    if follow is None:
        return result
    again = _judged(follow, source, found.answers.get(result.posed.part.number, ()), found.macros)
    judged = forgiven(result.posed, result.judgement, again, number)
    if judged is None:
        return result
    points, arithmetic = mark(result.posed.part, judged)
    return replace(result, judgement=judged, points=points, arithmetic=arithmetic)


def text_of(source: Source, pieces: Sequence[Segment]) -> str:
    """An answer as it stands in its document, with the delimiters of its formulas."""
    places = [s.whole if isinstance(s, Display) else s.span for s in pieces]
    return _LIST_ENDS.sub("", source.text[places[0].start : places[-1].end]) if places else ""


def _nothing_there(pieces: Sequence[Segment], found: HandIn, text: str) -> Judgement | None:
    prose = " ".join(s.text for s in pieces if isinstance(s, Prose))
    if not pieces and found.astray:
        return Judgement("review", "no answer could be placed here", (Finding("not placed", found.astray),))
    if not pieces:
        return Judgement("missing", "no answer", (Finding("missing", "there is no answer to this part"),))
    if _ELSEWHERE.fullmatch(plain(text)):
        why = "this only says where the answer stands; it is not looked for there"
        return Judgement("review", "the answer stands elsewhere", (Finding("elsewhere", why, pieces[0].span),))
    if any(isinstance(s, Display) for s in pieces):
        return None
    if _NOTHING.search(prose) and len(prose) < 120:
        return Judgement("missing", "no answer", (Finding("missing", "the text says that there is no answer"),))
    if any(isinstance(s, Picture) for s in pieces) and not prose:
        return Judgement(
            "unreadable",
            "only a picture",
            (Finding("picture", "there is only a picture here; type the answer, or hand in its source"),),
        )
    return None


def judged_text(question: Posed, source: Source) -> Judgement:
    """A text of formulas judged as an answer to a part, one formula a line: what a sheet publishes."""
    pieces = [Display(span, "display", span) for span in statement_spans(source)]
    values = tuple(a for a in question.asks if not isinstance(a.ask, Decide)) or question.asks
    also = tuple((text, tuple(a for a in asks if not isinstance(a.ask, Decide)) or asks) for text, asks in question.also)
    return _judged(replace(question, asks=values, also=also), source, pieces, {})


def _judged(question: Posed, source: Source, pieces: Sequence[Segment], macros: Macros) -> Judgement:
    weights = question.part.weights
    general = _under(question.asks, source, pieces, macros, weights)
    if general.status == "correct" or general.how == "right if repaired":
        return _with_remarks(general, question, source, pieces, macros)
    for text, asks in question.also:
        narrow = _under(asks, source, pieces, macros, weights)
        if narrow.status == "correct":
            note = Finding("assumption", f"right under the assumption {_plain(text)}, not in general")
            return replace(narrow, how="proved under an assumption", findings=(note, *narrow.findings))
    repaired = _block_repaired(question, source, pieces, macros)
    if repaired is not None:
        others = tuple(f for f in general.findings if f.rule != "ill-typed block")
        return replace(general, status="review", how="right if repaired", findings=(repaired, *others))
    return general


def _with_remarks(general: Judgement, question: Posed, source: Source, pieces: Sequence[Segment], macros: Macros) -> Judgement:
    """Where an answer needs a repair in general, whether it is right as printed under an assumption."""
    if general.status == "correct":
        return general
    for text, asks in question.also:
        if _under(asks, source, pieces, macros).status == "correct":
            note = Finding("assumption", f"right as printed under the assumption {_plain(text)}")
            return replace(general, findings=(*general.findings, note))
    return general


def _block_repaired(question: Posed, source: Source, pieces: Sequence[Segment], macros: Macros) -> Finding | None:
    """A block without meaning as printed that an edit makes right, in general or under an assumption."""
    for text, asks in (("", question.asks), *question.also):
        found = repairs.find_block(asks[0], source, pieces, macros)
        if found is not None:
            under = f", and only for {_plain(text)}" if text else ""
            message = f"as printed this block has no meaning ({found.missing}); right only if read as shown{under}"
            general = _general_block(question, found.place) if text else ""
            return Finding("repair", message, found.span, None, found.text, general)
    return None


def _general_block(question: Posed, place: tuple[int, int]) -> str:
    """What a block is without the assumption, for those who are told what their answer lacks."""
    ask = question.asks[0].ask
    value = ask.value if isinstance(ask, Find) else None
    if not isinstance(value, Blocks):
        return ""
    block = value.rows[place[0]][place[1]]
    return f"in general this block is {unicode(shown(closed(block) if isinstance(block, Tensor) else block))}"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\\text\{([^}]*)\}", r"\1", text).replace("\\", "").split())


def _under(
    asks: tuple[Asked, ...],
    source: Source,
    pieces: Sequence[Segment],
    macros: Macros,
    weights: tuple[tuple[str, Fraction], ...] = (),
) -> Judgement:
    both = any(isinstance(a.ask, Decide) for a in asks) and len(asks) > 1
    results: list[Judgement] = []
    for a in asks:
        off = frozenset(f.span for r in results for f in r.findings if f.rule in _OFF and f.span is not None)
        results.append(judge_segments(a, source, pieces, macros, beside_decision=both, charged=off))
    if len(results) == 1:
        return results[0]
    by_kind = dict(weights)
    return _together(results, [by_kind.get("decide" if isinstance(a.ask, Decide) else "find", Fraction(1)) for a in asks])


def _together(results: list[Judgement], weights: list[Fraction]) -> Judgement:
    """The value and the decision as one: the lesser status, credit shared by weight."""
    credit = sum((r.credit * w for r, w in zip(results, weights, strict=True)), Fraction(0)) / sum(weights, Fraction(0))
    findings = tuple(dict.fromkeys(f for r in results for f in r.findings))
    readings = tuple(dict.fromkeys(v for r in results for v in r.readings))
    states = [r.status for r in results]
    status: Status
    if set(states) == {"correct"}:
        status, how = "correct", "proved"
    elif "review" in states or "unreadable" in states:
        status, how = "review", next(r.how for r in results if r.status in ("review", "unreadable"))
    elif credit:
        status, how = "partial", next(r.how for r in results if r.status != "correct")
    else:
        status, how = "incorrect", results[0].how
    line = next((r.wrong_line for r in results if r.wrong_line is not None), None)
    return Judgement(status, how, findings, readings, credit, line)
