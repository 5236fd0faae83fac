"""What is said of an answer: statuses, findings, and the judgement that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from symderiv.core.results import Witness
from symderiv.core.text import Source, Span
from symderiv.reading.values import Value
from symderiv.writing.notation import Prose

Status = Literal["correct", "partial", "incorrect", "review", "unreadable", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule`` is a short name; ``message`` says what is off; ``span`` points into the answer; ``repair`` is the text that would be right; ``kind``
    says what is wrong with a text that cannot be read (`symderiv.core.problems.KINDS`); ``mistake`` names what explains a wrong answer;
    ``prose`` is the message with its formulas as formulas, where it has any.
    """

    rule: str
    message: str
    span: Span | None = None
    witness: Witness | None = None
    repair: str = ""
    hint: str = ""
    kind: str = ""
    mistake: str = ""
    prose: Prose = ()

    def excerpt(self, source: Source) -> str:
        """The student's line with a caret under the place."""
        return "" if self.span is None else source.excerpt(self.span)


@dataclass(frozen=True, slots=True)
class JudgedStep:
    """One link of a chain; ``outcome`` is what its comparison came to (`symderiv.grading.links.Outcome`).

    ``line`` counts displayed rows, or relations where there is one row only, from 1. ``rules`` justify a right step, ``differs`` says what
    is off in a wrong one. ``carried``: it is right relative to a line that is wrong.
    """

    line: int
    span: Span
    outcome: str
    rules: tuple[str, ...] = ()
    differs: str = ""
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """The status of one answer; ``credit`` between 0 and 1 is the part of it that is right; ``readings`` are the values read, in order;
    ``steps`` are the links of its chains.
    """

    status: Status
    how: str
    findings: tuple[Finding, ...] = ()
    readings: tuple[Value, ...] = ()
    credit: Fraction = Fraction(0)
    wrong_line: int | None = None
    steps: tuple[JudgedStep, ...] = ()
