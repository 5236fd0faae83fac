"""Whether the lines of an answer to `show` hold, each by itself, and lead to what was to be shown."""

from __future__ import annotations

from fractions import Fraction

from symderiv.grading import repairs
from symderiv.grading.chains import ORDERED_OR_EQUAL, Checked
from symderiv.grading.outcomes import findings_of, readings_of
from symderiv.grading.findings import Finding, Judgement, Status
from symderiv.grading.reached import reached
from symderiv.grading.summing import right_if_repaired
from symderiv.reading.asks import Asked


def judge_show(asked: Asked, checked: Checked) -> Judgement:
    """An answer to `show`: every line holds, and there are lines between what is given and what is claimed."""
    findings = findings_of(checked)
    links = [s.link for c in checked.chains for s in c.links if s.link is not None]
    values = readings_of(checked)
    line = checked.first_wrong()
    right = sum(x.outcome == "right" for x in links)
    if any(x.outcome == "wrong" for x in links):
        repaired = repairs.find(asked, checked, [])
        if repaired is not None:
            return right_if_repaired(checked, findings, repaired, Fraction(0))
        share = Fraction(right, 2 * len(links))
        return Judgement("partial" if right else "incorrect", "disproved", tuple(findings), values, share, line)
    if not links:
        status: Status = "review" if values else "unreadable"
        findings.append(Finding("no steps", "no step can be checked here"))
        return Judgement(status, "nothing to check", tuple(findings), values)
    unread = any(s.problem is not None for c in checked.chains for s in c.sides)
    if unread or any(x.outcome != "right" for x in links):
        return Judgement("review", "needs a person", tuple(findings), values, Fraction(right, len(links)))
    steps = [x for c in checked.chains for x in c.links if x.side.relation in (*ORDERED_OR_EQUAL, "propto")]
    if not reached(asked, checked):
        findings.append(Finding("not reached", "every line is right, but they do not lead to what was to be shown"))
        return Judgement("review", "claim not reached", tuple(findings), values, Fraction(1, 2))
    if len(steps) < 2:
        findings.append(Finding("no steps", "the claim is repeated without a step"))
        return Judgement("review", "claim repeated", tuple(findings), values, Fraction(0))
    return Judgement("correct", "proved", tuple(findings), values, Fraction(1))
