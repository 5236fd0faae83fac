"""What came out of chains that were checked: findings, and what was read."""

from __future__ import annotations

from symderiv.grading.chains import Checked
from symderiv.grading.findings import Finding
from symderiv.reading.values import Value


def findings_of(checked: Checked) -> list[Finding]:
    """What is off in the chains: the first wrong link of each, sides that cannot be read, comparisons that nobody decided."""
    out: list[Finding] = []
    for chain in checked.chains:
        wrong = False
        for s in chain.sides:
            span = s.side.node.span
            if s.problem is not None:
                out.append(
                    Finding("unreadable", s.problem.message, s.problem.span or span, hint=s.problem.hint, kind=s.problem.kind)
                )
            if s.link is None:
                continue
            if s.link.outcome == "wrong" and not wrong:
                wrong = True
                text = s.link.why or "this is not equal to what stands before it"
                out.append(Finding("wrong step", text, span, s.link.witness))
            elif s.link.outcome in ("unknown", "ambiguous"):
                out.append(Finding(s.link.outcome, s.link.why, span))
            told = [n for n in s.link.notes if n.kind != "convention" and n.rule != "ill-typed block"]
            out.extend(Finding(n.rule, n.text, n.span) for n in told)
    unique: list[Finding] = []
    for f in out:
        if f not in unique:
            unique.append(f)
    return unique


def left_alone(checked: Checked) -> list[Value]:
    """The first sides of chains of which nothing else could be read: the question over again, and no reading of the answer."""
    alone = [c.sides[0].value for c in checked.chains if len(c.sides) > 1 and not any(s.readings for s in c.sides[1:])]
    return [v for v in alone if v is not None]


def readings_of(checked: Checked) -> tuple[Value, ...]:
    """The last value read in each chain."""
    if checked.echo is not None:
        return checked.echo
    values = []
    for chain in checked.chains:
        found = [s.value for s in chain.sides if s.value is not None]
        if found:
            values.append(found[-1])
    return tuple(values)
