"""Points with their arithmetic: the share of an answer that is right, under the part's rubric.

    points = share × of                 the share of components, blocks or steps that are right
    points = of − deductions            where every mistake found has a deduction in the rubric
    share · (n + 1)/(m + 1)             where n of m required lines are there

never below nothing. Every mark says how it came about, in numbers a student can follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from symderiv.assignments.records import Part
from symderiv.core.text import Span
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.rubric import amount

#: Findings that complain of nothing.
NO_COMPLAINT = frozenset({"right", "reviewed", "carried forward"})


def number(value: Fraction) -> str:
    """A number of points for people: two decimals at most.

    >>> number(Fraction(3, 2)), number(Fraction(1, 3)), number(Fraction(2))
    ('1.5', '0.33', '2')
    """
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def mark(part: Part, judged: Judgement, lacking: Sequence[str] = ()) -> tuple[Fraction, str]:
    """The points of a judged part, and how they came about; ``lacking`` are required lines that are not there."""
    of = part.points
    if judged.status == "missing":
        return Fraction(0), f"0 of {number(of)}"
    if judged.status in ("review", "unreadable"):
        points = of * judged.credit
        return points, f"{_product(judged.credit, of)} until a person has looked"
    taken = _deductions(part, judged)
    if taken:
        points = max(of - sum((amount * times for _, amount, times in taken), Fraction(0)), Fraction(0))
        said = "".join(f" − {f'{times} × ' if times > 1 else ''}{number(amount)} ({rule})" for rule, amount, times in taken)
        return points, f"{number(of)}{said} = {number(points)}"
    share = judged.credit
    if lacking:
        there = len(part.requires) - len(lacking)
        factor = Fraction(there + 1, len(part.requires) + 1)
        points = of * share * factor
        return (
            points,
            f"{share} × {factor} × {number(of)} = {number(points)}: {there} of {len(part.requires)} required lines are there",
        )
    points = of * share
    return points, _product(share, of)


def _product(share: Fraction, of: Fraction) -> str:
    """A share of the points: in full or nothing as such, else as the product that it is."""
    points = of * share
    return f"{number(points)} of {number(of)}" if share in (0, 1) else f"{share} × {number(of)} = {number(points)}"


def _deductions(part: Part, judged: Judgement) -> list[tuple[str, Fraction, int]]:
    """What the rubric takes off, by mistake, and how often: nothing unless it names every mistake found."""
    amounts = dict(part.deductions)
    if not amounts:
        return []
    taken = [(rule, amount(rule, amounts), times) for rule, times in Counter(_complaints(judged, amounts)).items()]
    return [(rule, off, times) for rule, off, times in taken if off is not None] if all(off for _, off, _ in taken) else []


def _complaints(judged: Judgement, amounts: Mapping[str, Fraction]) -> Iterator[str]:
    """What is off, once each: a mistake that the rubric names stands for the finding that it explains, any other only explains."""
    named = [f for f in judged.findings if f.mistake and amount(f.mistake, amounts) is not None]
    for f in judged.findings:
        explained = f.rule in ("wrong", "wrong step") and any(_within(m.span, f.span) for m in named)
        if f.rule not in NO_COMPLAINT and not explained and (not f.mistake or f in named):
            yield f.rule


def _within(inner: Span | None, outer: Span | None) -> bool:
    return inner is not None and outer is not None and outer.start <= inner.start and inner.end <= outer.end


def lacking_findings(lacking: Sequence[str]) -> tuple[Finding, ...]:
    """What is said of required lines that are not there."""
    return tuple(Finding("missing step", f"the line {text} is required here, and is not there") for text in lacking)
