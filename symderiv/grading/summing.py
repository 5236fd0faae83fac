"""What the rules of all questions share: an answer that is there summed up with its other claims, and one that a repair would make right."""

from __future__ import annotations

from fractions import Fraction

from symderiv.grading import repairs
from symderiv.grading.chains import Checked
from symderiv.grading.outcomes import readings_of
from symderiv.grading.findings import Finding, Judgement


def summed_up(checked: Checked, findings: list[Finding], credit: Fraction) -> Judgement:
    """What was asked is there and right: every other claim has to hold too."""
    links = [s.link for c in checked.chains for s in c.links if s.link is not None]
    values = readings_of(checked)
    if any(x.outcome == "wrong" for x in links):
        return Judgement("partial", "the end is right, a step is not", tuple(findings), values, credit / 2, checked.first_wrong())
    unsettled = [x for x in links if x.outcome in ("unknown", "ambiguous", "repair", "illtyped")]
    unread = [s for c in checked.chains for s in c.sides if s.problem is not None]
    if unsettled or unread:
        return Judgement("review", "needs a person", tuple(findings), values, credit)
    stretched = [n for x in links for n in x.notes if n.kind == "repair"]
    if stretched:
        return Judgement("review", "right if repaired", tuple(findings), values, credit)
    return Judgement("correct", "proved", tuple(findings), values, credit)


def right_if_repaired(checked: Checked, findings: list[Finding], repaired: repairs.Repair, credit: Fraction) -> Judgement:
    """As it stands it is not right, but a small edit would make it so: a person decides which of both was meant."""
    kept = [f for f in findings if f.rule in ("right", "wrong step", "wrong", "unreadable") and f.span != repaired.span]
    found = Finding("repair", repaired.message, repaired.span, repaired.witness, repaired.text)
    return Judgement("review", "right if repaired", (found, *kept), readings_of(checked), credit, checked.first_wrong())
