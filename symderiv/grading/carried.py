"""An error carried forward: an answer that follows from the student's own wrong answer to an earlier part loses nothing more.

The earlier question's expression is replaced by what the student found for it, and the answer is judged against what follows from that. It has to
hold every letter that the key holds, so that a wrong answer which makes the next question trivial earns nothing.
"""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from fractions import Fraction

from symderiv.algebra.terms import Tensor
from symderiv.assignments.records import Assignment, Part
from symderiv.core.problems import AnswerProblem, AuthorProblem
from symderiv.derive.formula import closed, shown
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.questions import Posed, posed
from symderiv.reading.asks import Find
from symderiv.reading.values import Blocks, Value
from symderiv.writing.latex import latex
from symderiv.writing.notation import KINDS, Letter

_WRONG = ("incorrect", "partial")


def follow_up(assignment: Assignment, question: Posed, judged: Judgement, earlier_part: Part, earlier: Judgement) -> Posed | None:
    """The question as it stands for a student whose earlier answer is wrong; None where there is nothing to carry."""
    part = question.part
    if judged.status not in _WRONG or earlier.status not in _WRONG or len(earlier.readings) != 1:
        return None
    if part.find is None or earlier_part.find is None or earlier_part.find not in part.find:
        return None
    own = rf"\left({latex(shown(earlier.readings[0]))}\right)"
    decide = part.decide and part.decide.replace(earlier_part.find, own)
    changed = replace(part, find=part.find.replace(earlier_part.find, own), decide=decide, also_under=(), places={})
    try:
        return posed(assignment, question.question, changed)
    except (AuthorProblem, AnswerProblem):
        return None  # what the student found makes no question


def forgiven(question: Posed, judged: Judgement, again: Judgement, number: str) -> Judgement | None:
    """The judgement where an answer, judged ``again``, follows from the student's own answer to the part of this number."""
    ask = question.asks[0].ask
    if again.status != "correct" or not isinstance(ask, Find):
        return None
    if not _letters(_closed(ask.value)) <= {name for v in judged.readings for name in _letters(v)}:
        return None
    said = Finding("carried forward", f"this follows from your answer to {number}; the mistake is there, and counts only there")
    return Judgement("partial", f"follows from the answer to {number}", (said,), judged.readings, Fraction(1), judged.wrong_line)


def _closed(value: Value) -> Value:
    if isinstance(value, Blocks):
        return Blocks(tuple(tuple(_closed(c) for c in row) for row in value.rows), value.column)
    return closed(value) if isinstance(value, Tensor) else value


def _letters(value: Value) -> set[str]:
    """The letters in a value as it prints."""
    found: set[str] = set()
    stack: list[object] = [shown(value)]
    while stack:
        node = stack.pop()
        if isinstance(node, Letter):
            found.add(node.name)
        elif isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, KINDS) and dataclasses.is_dataclass(node):
            stack.extend(getattr(node, f.name) for f in dataclasses.fields(node))
    return found
