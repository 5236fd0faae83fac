"""What a person decided, in the place of what was found."""

from __future__ import annotations

from dataclasses import replace

from symderiv.classroom.answers import Decision
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.marks import number
from symderiv.grading.page import PartResult

#: How a judgement came about that a person made.
DECIDED = "decided by a person"
#: What is told of an answer that a person took for right.
_STAYS = frozenset({"right", "carried forward", "assumption", "repair"})


def decided(result: PartResult, decision: Decision) -> PartResult:
    """A part as a person decided it; what was found stays to be read, but for what is off where it was decided to be right."""
    judged, of = result.judgement, result.posed.part.points
    status = decision.status
    assert status in ("correct", "partial", "incorrect", "unreadable", "missing")
    findings = tuple(f for f in judged.findings if status != "correct" or f.rule in _STAYS)
    if decision.note:
        findings = (Finding("reviewed", decision.note), *findings)
    made = Judgement(status, DECIDED, findings, judged.readings, decision.value() / of, judged.wrong_line)  # type: ignore[arg-type]
    arithmetic = f"{number(decision.value())} of {number(of)}, given by a person"
    return replace(result, judgement=made, points=decision.value(), arithmetic=arithmetic)
