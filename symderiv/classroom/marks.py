"""Points with their arithmetic: the share of an answer that is right, an instructor's rubric, a person's decision.

    points = share × of − deductions, never below nothing and never above what the part gives

Every mark says how it came about, in numbers a student can follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symderiv.assignments.records import Part
from symderiv.classroom.answers import Decision
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.page import PartResult


#: How a judgement came about that a person made.
DECIDED = "decided by a person"


@dataclass(frozen=True, slots=True)
class Mark:
    """Points of a part, and how they came about."""

    points: Fraction
    arithmetic: str


def number(value: Fraction) -> str:
    """A number of points for people: two decimals at most.

    >>> number(Fraction(3, 2)), number(Fraction(1, 3)), number(Fraction(2))
    ('1.5', '0.33', '2')
    """
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def mark(result: PartResult) -> Mark:
    """The points of a judged part under its rubric."""
    part, judged = result.posed.part, result.judgement
    share, why = judged.credit, ""
    if judged.status in ("review", "unreadable"):
        why = ", until a person has looked"
    elif judged.status == "missing":
        return Mark(Fraction(0), f"0 of {number(part.points)}")
    points = part.points * share
    if share == 1 and not why:
        return Mark(points, f"{number(points)} of {number(part.points)}")
    return Mark(points, f"{share} × {number(part.points)} = {number(points)}{why}")


def decided(part: Part, judged: Judgement, decision: Decision) -> tuple[Judgement, Mark]:
    """What a person said in the place of what was found."""
    share = decision.value() / part.points
    findings = (Finding("reviewed", decision.note), *judged.findings) if decision.note else judged.findings
    status = decision.status
    assert status in ("correct", "partial", "incorrect", "unreadable", "missing")
    made = Judgement(status, DECIDED, findings, judged.readings, share, judged.wrong_line)  # type: ignore[arg-type]
    return made, Mark(decision.value(), f"{number(decision.value())} of {number(part.points)}, given by a person")
