"""Whether an answer to `find` gives the key: as one closed form, block by block, or only by a repair."""

from __future__ import annotations

from fractions import Fraction

from symderiv.grading import elsewhere, infinite, repairs
from symderiv.grading.candidates import Candidate, candidates, settle_by_key
from symderiv.grading.chains import Checked, CheckedSide
from symderiv.grading.outcomes import findings_of, readings_of
from symderiv.grading.components import Component, components_of, is_closed, matched
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.links import EQUAL, Compared
from symderiv.grading.summing import right_if_repaired, summed_up
from symderiv.reading.asks import Asked, Find
from symderiv.reading.values import Reading


def judge_find(asked: Asked, checked: Checked) -> Judgement:
    """An answer to `find`: the last side of a chain, or its blocks, compared with the key."""
    assert isinstance(asked.ask, Find)
    said_infinite = infinite.judged(asked, checked)
    if said_infinite is not None:
        return said_infinite
    key_value = Reading(asked.ask.value)
    settle_by_key(asked, checked, key_value)
    findings = findings_of(checked)
    answered = candidates(asked, checked, key_value)
    components = components_of(asked)
    right = [c for c in answered if c[1].outcome == "right"]
    closed = [s for s, c in right if is_closed(asked, s)]
    if closed:
        findings += [Finding(n.rule, n.text, n.span) for _, c in right for n in c.notes if n.rule == "multiple"]
        return summed_up(checked, findings, Fraction(1))
    parts = matched(components, checked, asked) if components else []
    if parts and any(p.outcome for p in parts):
        return _by_parts(asked, checked, findings, parts)
    repaired = repairs.find(asked, checked, [key_value])
    if repaired is not None:
        return right_if_repaired(checked, findings, repaired, _partial_credit(answered))
    if right and checked.first_wrong() is None:
        findings.append(Finding("question repeated", "this repeats the question; no closed form is given"))
        return Judgement("review", "the question repeated", tuple(findings), readings_of(checked), Fraction(0))
    if elsewhere.logarithm_given(asked, checked, [s for s, _ in answered]):
        findings.append(elsewhere.LOGARITHM)
        return Judgement("review", "its logarithm is right", tuple(findings), readings_of(checked), Fraction(1, 2))
    given = [s for s, _ in answered if is_closed(asked, s)]
    if given and len(given) == len(answered) and (why := infinite.is_not(asked)):
        findings = [f for f in findings if f.rule != "unknown"] + [
            Finding("wrong", f"this is infinite: {why}", given[-1].side.node.span)
        ]
        return Judgement("incorrect", "disproved", tuple(findings), readings_of(checked), wrong_line=_line_of(checked, given[-1]))
    return _not_found(checked, findings, answered)


def _partial_credit(answered: list[Candidate]) -> Fraction:
    best = Fraction(0)
    for side, c in answered:
        value = side.value
        rows = getattr(value, "rows", None)
        if rows and c.places and c.outcome != "right":
            total = len(rows) * len(rows[0])
            best = max(best, Fraction(total - len(c.places), total))
    return best


def _not_found(checked: Checked, findings: list[Finding], answered: list[Candidate]) -> Judgement:
    wrong = [(s, c) for s, c in answered if c.outcome == "wrong"]
    for _, c in answered:
        if c.outcome == "illtyped":
            findings += [
                Finding(n.rule, f"as printed this has no meaning: {n.text}", n.span)
                for n in c.notes
                if n.rule == "ill-typed block"
            ]
    stuck = [(s, c) for s, c in answered if c.outcome in ("unknown", "ambiguous", "repair")]
    unread = [f for f in findings if f.rule == "unreadable"]
    credit = _partial_credit(answered)
    line = checked.first_wrong()
    for s, c in wrong:
        if not any(f.span == s.side.node.span for f in findings):
            findings.append(Finding("wrong", c.why or _what_differs(c), s.side.node.span, c.witness))
    for s, c in stuck:
        findings += [Finding(n.rule, n.text, n.span) for n in c.notes if n.kind != "convention"]
        if c.outcome != "repair":
            findings.append(Finding(c.outcome, c.why, s.side.node.span))
    findings = list(dict.fromkeys(findings))
    values = readings_of(checked)
    misfits = [s for s, c in wrong if c.misfit]
    if not stuck and not credit and len(misfits) == len(wrong) and (len(wrong) > 1 or elsewhere.all_true(checked, misfits)):
        return Judgement("review", "parts that cannot be placed", tuple(findings), values, credit, line)
    if wrong and line is None and all(_up_to_a_factor(checked, s) for s, _ in wrong):
        findings = [f for f in findings if f.rule not in ("wrong", "unreadable")]
        findings += [
            Finding("unknown", "this is said up to a factor; what was asked is the value itself", s.side.node.span)
            for s, _ in wrong
        ]
        return Judgement("review", "said up to a factor", tuple(findings), values, credit)
    if wrong and line is None and _may_be_unread(checked):
        return Judgement("review", "could not be read", tuple(findings), values, credit)
    undecided = {c.outcome for _, c in stuck}
    disproved = undecided == {"unknown"} and line is not None  # a step that is disproved outweighs an end that is not decided
    if stuck and not disproved:
        how = "right if repaired" if undecided == {"repair"} else "needs a person"
        return Judgement("review", how, tuple(findings), values, max(credit, Fraction(how == "right if repaired", 2)), line)
    if not wrong and any(c.outcome == "illtyped" for _, c in answered):
        return Judgement("partial" if credit else "review", "a block has no meaning as printed", tuple(findings), values, credit)
    if wrong and line is None:
        line = _line_of(checked, wrong[0][0])
    if wrong:
        return Judgement("partial" if credit else "incorrect", "disproved", tuple(findings), values, credit, line)
    if line is not None:
        return Judgement("incorrect", "disproved", tuple(findings), values, credit, line)
    if unread:
        loose = any(s.loose for c in checked.chains for s in c.sides)  # it was read, and is no value
        return Judgement(
            "unreadable" if not values and not loose else "review", "could not be read", tuple(findings), values, credit
        )
    findings.append(Finding("no answer", "what was asked does not appear in the answer"))
    return Judgement("review", "no answer found", tuple(findings), values)


def _up_to_a_factor(checked: Checked, side: CheckedSide) -> bool:
    """Whether a side stands behind a ``\\propto``: nothing in it need be equal to the key, and all of it may be true."""
    before = (c.sides[: c.sides.index(side) + 1] for c in checked.chains if side in c.sides)
    return any(s.side.relation == "propto" for sides in before for s in sides)


def _may_be_unread(checked: Checked) -> bool:
    """Whether the answer may be one of the sides that could not be read: then what else is there is not called the answer."""
    ends = [c.sides[-1] for c in checked.chains if not c.abbreviates]
    return any(s.problem is not None and s.problem.kind != "shape mismatch" for s in ends)


def _what_differs(c: Compared) -> str:
    if c.places:
        return "these blocks differ from the key: " + ", ".join(f"({i + 1}, {j + 1})" for i, j in c.places)
    return "this differs from the key"


def _line_of(checked: Checked, side: CheckedSide) -> int:
    """Where a value that is not the key was first said: every side that it was proved equal to is as wrong."""
    for chain in checked.chains:
        if side in chain.sides:
            k = chain.sides.index(side)
            while k > 1 and (link := chain.sides[k].link) is not None and link.outcome == "right":
                if chain.sides[k].side.relation not in EQUAL or not chain.sides[k - 1].readings:
                    break
                k -= 1
            side = chain.sides[k]
    if checked.rows > 1:
        return side.side.row
    count = 0
    for chain in checked.chains:
        for s in chain.sides:
            count += bool(s.side.relation)
            if s is side:
                return max(count, 1)
    return 1


def _by_parts(asked: Asked, checked: Checked, findings: list[Finding], parts: list[Component]) -> Judgement:
    share = Fraction(sum(p.outcome == "right" for p in parts), len(parts))
    line = checked.first_wrong()
    values = readings_of(checked)
    findings.extend(
        Finding("missing part", f"{p.name} is not given", prose=(*p.prose, " is not given")) for p in parts if not p.outcome
    )
    outcomes = {p.outcome for p in parts}
    if outcomes == {"right"}:
        return summed_up(checked, findings, Fraction(1))
    repaired = repairs.find(asked, checked, [])
    if repaired is not None:
        return right_if_repaired(checked, findings, repaired, share)
    if "wrong" in outcomes or line is not None:
        return Judgement("partial" if share else "incorrect", "disproved", tuple(findings), values, share, line)
    if share and outcomes <= {"right", ""}:
        return Judgement("partial", "part of it is there", tuple(findings), values, share, line)
    return Judgement("review", "needs a person", tuple(findings), values, share, line)
