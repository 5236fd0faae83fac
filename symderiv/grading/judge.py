"""The status of one answer to one question.

Every claim that an answer makes is checked as an identity; the answer is right if all of them are proved, none needed a repair, and
together they give what was asked. A wrong middle line never passes on a right last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.algebra.knowledge import Forms
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.grading import equations, words
from symderiv.grading.chains import Checked, check
from symderiv.grading.outcomes import left_alone
from symderiv.grading.crossed_out import judged_both_ways
from symderiv.grading.damage import mended
from symderiv.grading.diagnosis import with_diagnosis
from symderiv.grading.findings import Finding, Judgement, Status
from symderiv.grading.judge_find import judge_find
from symderiv.grading.judge_inverse import judge_inverse, spelled_out
from symderiv.grading.judge_show import judge_show
from symderiv.grading.steps import steps_of, with_differences
from symderiv.reading import tree
from symderiv.reading.apart import parse_apart
from symderiv.reading.asides import without_questions
from symderiv.reading.asks import Asked, Decide, Find, Invert, Show
from symderiv.reading.claims import Claims
from symderiv.reading.macros import Macros
from symderiv.reading.parse import NoFormula, parse
from symderiv.reading.joining import joined
from symderiv.reading.segments import Display, Prose, Segment, segments
from symderiv.reading.sums import with_sums


def judge(
    asked: Asked, source: Source, macros: Macros | None = None, span: Span | None = None, *, explain: bool = True
) -> Judgement:
    """The judgement on the answer that stands in a source (or in a part of it)."""
    return judge_segments(asked, source, segments(source, span), macros, explain=explain)


def judge_segments(
    asked: Asked,
    source: Source,
    pieces: Sequence[Segment],
    macros: Macros | None = None,
    beside_decision: bool = False,
    explain: bool = True,
    charged: frozenset[Span] = frozenset(),
) -> Judgement:
    """The judgement on formulas and words found already. ``explain``: name the mistakes and the rules of the steps, which no status depends on.

    ``beside_decision``: a statement is to be decided in the same answer, so that its conditions are no claims of this one.
    ``charged``: formulas beside a decision that are wrong, and count where they were asked for.
    """
    pieces = without_questions(source, pieces)
    source, pieces = joined(source, pieces)
    source = with_sums(asked.scope, source, pieces)
    asked = replace(asked, scope=replace(asked.scope, forms=Forms()))
    judged = judged_both_ways(
        source, pieces, macros or {}, lambda table: _as_printed(asked, source, pieces, table, beside_decision, explain, charged)
    )
    if judged.status == "correct" or judged.how == "right if repaired":
        return judged
    return mended(
        judged, source, pieces, lambda text, parts: _as_printed(asked, text, parts, macros, beside_decision, False, frozenset())
    )


def _as_printed(
    asked: Asked, source: Source, pieces: Sequence[Segment], macros: Macros | None, beside_decision: bool, explain: bool,
    charged: frozenset[Span],
) -> Judgement:  # fmt: skip
    prose = " ".join(s.text for s in pieces if isinstance(s, Prose))
    if not pieces:
        return Judgement("unreadable", "empty", (Finding("empty", "there is nothing here to read"),))
    claims, problems = _claims(source, pieces, macros)
    if isinstance(asked.ask, Decide):
        return words.judge_decision(asked, claims, problems, source, prose, charged)
    if not claims.chains:
        if problems:
            return Judgement("unreadable", "could not be read", tuple(problems))
        return Judgement(
            "review", "words only", (Finding("words only", "there are words here and no formula, so there is nothing to check"),)
        )
    if beside_decision:
        claims.chains = [c for c in claims.chains if not words.is_conditional(c)] or claims.chains
    if isinstance(asked.ask, Invert):
        claims.chains = spelled_out(asked, claims.chains)
    naming = isinstance(asked.ask, Find)
    checked = check(claims, asked.scope, source, naming)
    if not isinstance(asked.ask, Show):
        _leave_loose(checked)
    equations.settle(asked, checked)
    rule = _RULES[type(asked.ask)]
    judged = rule(asked, checked)
    if explain:
        judged = with_diagnosis(judged, asked, checked)
    if problems:
        judged = _with_problems(judged, problems, stepwise=checked.first_wrong() is not None)
    steps = steps_of(checked) if explain else ()
    if judged.status in ("review", "partial", "incorrect") and checked.rows > 1:
        lines = [n for n in (judged.wrong_line, checked.first_without_meaning()) if n is not None]
        judged = replace(judged, wrong_line=min(lines, default=None))
    asked_again = left_alone(checked)
    readings = tuple(v for v in judged.readings if not any(v is q for q in asked_again))
    return replace(judged, findings=with_differences(judged.findings, steps), steps=steps, readings=readings)


def _leave_loose(checked: Checked) -> None:
    """What stands with a constant that is not said is no value that could be the one asked for."""
    for side in (s for chain in checked.chains for s in chain.sides if s.loose):
        side.problem = AnswerProblem("this is said up to a constant only", side.side.node.span, checked.source)
        side.readings = []


def _claims(source: Source, pieces: Sequence[Segment], macros: Macros | None) -> tuple[Claims, list[Finding]]:
    claims, problems, before = Claims(), [], ""
    empty: list[Finding] = []
    for piece in pieces:
        if not isinstance(piece, Display):
            before = piece.text if isinstance(piece, Prose) else ""
            continue
        try:
            claims.add(_parsed(source, piece.span, macros), before, piece.kind == "inline")
        except AnswerProblem as problem:
            found = Finding("unreadable", problem.message, problem.span or piece.span, hint=problem.hint, kind=problem.kind)
            if isinstance(problem, NoFormula):
                empty.append(found)
                continue
            claims.rows += 1
            problems.append(found)
        before = ""
    return claims, problems if claims.chains else problems + empty


def _parsed(source: Source, span: Span, macros: Macros | None) -> tree.Node:
    """A display, read apart where it cannot be read as a whole."""
    try:
        return parse(source, span=span, macros=macros)
    except AnswerProblem:
        return parse_apart(source, macros, span)


def _with_problems(judged: Judgement, problems: list[Finding], *, stepwise: bool) -> Judgement:
    """Something else in the answer could not be read: what is right stays right, but a person must look; what was read may not be the answer.

    ``stepwise``: a step is wrong, whatever the answer is.
    """
    certain = ("partial",) if not stepwise else ("partial", "incorrect")
    status: Status = judged.status if judged.status in certain else "review"
    if not judged.readings:
        status = "unreadable"
    return Judgement(
        status, "part of it could not be read", (*problems, *judged.findings), judged.readings, judged.credit, judged.wrong_line
    )


#: Who judges an answer to which question; decisions are judged in `words`.
_RULES = {Find: judge_find, Invert: judge_inverse, Show: judge_show}
