"""Identities between expectations of log densities, shown by the rules of probability.

From both sides: divergences by their definition, everything under one expectation, the product rule, the factors of densities; where the
two meet the identity is shown. Each line is proved equal to the one before.
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.algebra import terms as t
from symderiv.algebra.expectation import mentions
from symderiv.algebra.densities import ByCoordinate, Densities
from symderiv.algebra.terms import LogDensity, Mean, Sum, Term, scalar
from symderiv.core.results import Derivation, Proved, Step, Verdict
from symderiv.decide.equal import decide
from symderiv.derive.formula import Formula
from symderiv.writing.notation import Fenced, Notation, row
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation


@dataclass(frozen=True, slots=True)
class Identity:
    """The lines from left to right, each with its rule; ``verdict`` on the whole."""

    verdict: Verdict
    derivation: Derivation[Formula]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the rule that gave it, why, and the value (as a term) with its look."""

    rule: str
    because: str
    term: Term
    look: Notation


def identity(left: Term, right: Term, knowledge: Densities, left_name: Notation, right_name: Notation) -> Identity:
    """Show ``left = right``."""
    verdict = decide(scalar(left), scalar(right), knowledge)
    if not isinstance(verdict, Proved):
        return Identity(verdict, Derivation((), ()))
    forward, backward = _unfolded(left, knowledge), _unfolded(right, knowledge)
    lines = [*forward]
    seen = [line.term for line in forward]
    tail: list[Line] = []
    for line in backward:
        if line.term in seen:
            break
        tail.append(line)
    else:
        tail = list(backward)
    # Read backwards, a line is reached by the rule that led away from it.
    for k in range(len(tail) - 1, -1, -1):
        away = backward[k + 1].rule if k + 1 < len(backward) else ""
        rule, because = _BACK.get(away, ("the same rules, read backwards", ""))
        lines.append(Line(rule, because, tail[k].term, tail[k].look))
    steps: list[Step[Formula]] = []
    before, look = left, left_name
    for line in lines:
        if line.look == look or not isinstance(decide(scalar(before), scalar(line.term), knowledge), Proved):
            continue
        start = () if steps else (left_name,)
        steps.append(Step(line.rule, (line.because,), (row(*start, Sign("equals"), line.look),)))
        before, look = line.term, line.look
    if look != notation(scalar(right)):
        steps.append(Step("definition of the divergence", ("which is the right-hand side",), (row(Sign("equals"), right_name),)))
    result = (row(left_name, Sign("equals"), right_name),)
    certificate = (("proved: both sides have one normal form, for all densities; and each line equals the one before",),)
    return Identity(verdict, Derivation(result, tuple(steps), (), certificate))


_BACK = {
    "definition of the divergence": ("definition of the divergence", "read from right to left"),
    "linearity": (
        "linearity",
        "the expectation of a sum is the sum of the expectations; what does not depend on the variable leaves it",
    ),
    "product rule": ("Bayes' rule", "the joint density is a conditional times the density of its condition, either way round"),
}


def _unfolded(term: Term, knowledge: Densities) -> list[Line]:
    """The term taken apart: definition, one expectation, factors or joints."""
    lines: list[Line] = []
    pieces = _pieces(term)
    opened = _opened(pieces)
    if any(_is_divergence(m) for _, m in pieces):
        lines.append(
            Line(
                "definition of the divergence", "the divergence is an expectation of a difference of log densities", term, opened
            )
        )
    collected = _collected(pieces)
    if collected is not None:
        lines.append(
            Line(
                "linearity",
                "the expectations are under one density, so they are one expectation",
                collected,
                _plain_mean(collected),
            )
        )
        lines += _factored(collected, knowledge)
    return lines


def _pieces(term: Term) -> list[tuple[Term, Term]]:
    """Addends as (factor, the rest): the rest is an expectation, a sum of them, or something without one."""
    out: list[tuple[Term, Term]] = []
    for part in term.terms if isinstance(term, t.Add) else (term,):
        factors = part.factors if isinstance(part, t.Mul) else (part,)
        outside = t.mul(*(f for f in factors if isinstance(f, t.Num)))
        out.append((outside, t.mul(*(f for f in factors if not isinstance(f, t.Num)))))
    return out


def _is_divergence(m: Term) -> bool:
    if isinstance(m, Sum):
        return _is_divergence(m.body.body)
    return (
        isinstance(m, Mean) and isinstance(m.body, t.Add) and LogDensity(m.family, m.variables, m.given, m.at) == m.body.terms[0]
    )


def _opened(pieces: list[tuple[Term, Term]]) -> Notation:
    parts: list[Notation] = []
    for k, (factor, m) in enumerate(pieces):
        negative = isinstance(factor, t.Num) and factor.value < 0
        size = t.num(abs(factor.value)) if isinstance(factor, t.Num) else factor
        if k or negative:
            parts.append(Sign("minus" if negative else "plus"))
        if size != t.ONE:
            parts.append(notation(scalar(size)))
        parts.append(_plain_mean(m) if isinstance(m, Mean) else notation(scalar(m)))
    return row(*parts)


def _plain_mean(m: Term) -> Notation:
    """An expectation with its brackets, never as a divergence."""
    if not isinstance(m, Mean):
        return notation(scalar(m))
    probe = notation(scalar(Mean(m.family, m.variables, m.given, m.at, t.LogDensity("u", m.variables, frozenset(), ()))))
    head = probe.items[0] if hasattr(probe, "items") else probe
    return row(head, Fenced("bracket", notation(scalar(m.body))))


def _collected(pieces: list[tuple[Term, Term]]) -> Mean | None:
    """All under one expectation, where they are under one density."""
    means = [m for _, m in pieces if isinstance(m, Mean)]
    if not means or any(
        (m.family, m.variables, m.given, m.at) != (means[0].family, means[0].variables, means[0].given, means[0].at)
        for m in means
    ):
        return None
    first = means[0]
    inside: list[Term] = []
    for factor, m in pieces:
        if isinstance(m, Mean):
            body = m.body
        elif not mentions(m, first.variables):
            body = m
        else:
            return None
        inside += [t.mul(factor, part) for part in (body.terms if isinstance(body, t.Add) else (body,))]
    positive_first = sorted(
        inside, key=lambda x: isinstance(x, t.Mul) and isinstance(x.factors[0], t.Num) and x.factors[0].value < 0
    )
    return Mean(first.family, first.variables, first.given, first.at, t.add(*positive_first))


def _factored(mean: Mean, knowledge: Densities) -> list[Line]:
    """Log densities by their factors: joints, or sums over coordinates and then one coordinate at a time."""
    out: list[Line] = []
    parts = mean.body.terms if isinstance(mean.body, t.Add) else (mean.body,)
    if any(isinstance(knowledge.known.get(d.family), ByCoordinate) for d in map(_density, parts) if d is not None):
        return _by_coordinate(mean, parts, knowledge)
    joint: dict[LogDensity, int] = {}
    for p in parts:
        d = _density(p)
        if d is None:
            return out
        sign = -1 if p != d else 1
        whole = LogDensity(d.family, d.variables | d.given, frozenset(), d.at)
        joint[whole] = joint.get(whole, 0) + sign
        if d.given:
            below = LogDensity(d.family, d.given, frozenset(), d.at)
            joint[below] = joint.get(below, 0) - sign
    kept = sorted(
        ((d, c) for d, c in joint.items() if c), key=lambda dc: (-dc[1], -len(dc[0].variables), sorted(dc[0].variables))
    )
    body = t.add(*(d if c == 1 else t.mul(t.num(c), d) for d, c in kept))
    joined = Mean(mean.family, mean.variables, mean.given, mean.at, body)
    if joined.body != mean.body:
        out.append(
            Line(
                "product rule",
                "a conditional density times the density of its condition is the joint density",
                joined,
                _plain_mean(joined),
            )
        )
    return out


def _density(part: Term) -> LogDensity | None:
    """The log density in ``±log p``."""
    if isinstance(part, LogDensity):
        return part
    if (
        isinstance(part, t.Mul)
        and part.factors[0] == t.MINUS_ONE
        and len(part.factors) == 2
        and isinstance(part.factors[1], LogDensity)
    ):
        return part.factors[1]
    return None


def _by_coordinate(mean: Mean, parts: tuple[Term, ...], knowledge: Densities) -> list[Line]:
    inside: list[Term] = []
    size = None
    for p in parts:
        d = _density(p)
        known = knowledge.known.get(d.family) if d is not None else None
        if d is None or not isinstance(known, ByCoordinate):
            return []
        size = known.size
    assert size is not None
    i = t.fresh(size)
    for p in parts:
        d = _density(p)
        assert d is not None
        factor = LogDensity(d.family, d.variables, frozenset(), (i,))
        inside.append(factor if p == d else t.neg(factor))
    body = t.add(*inside)
    sums = t.add(*(t.sum_over((i,), x) if _density(x) == x else t.neg(t.sum_over((i,), _density(x) or x)) for x in inside))
    first = Mean(mean.family, mean.variables, mean.given, mean.at, sums)
    second = t.sum_over((i,), Mean(mean.family, mean.variables, mean.given, mean.at, body))
    third = t.sum_over((i,), Mean(mean.family, mean.variables, mean.given, (i,), body))
    return [
        Line("factors", "the logarithm of a product is the sum of the logarithms", first, _plain_mean(first)),
        Line("linearity of the sum", "the expectation of a sum is the sum of the expectations", second, _sum_of(second)),
        Line(
            "one coordinate at a time", "each term depends on one coordinate; the others integrate to one", third, _sum_of(third)
        ),
    ]


def _sum_of(term: Term) -> Notation:
    assert isinstance(term, Sum)
    return notation(scalar(term))
