"""Each step of a derivation with what was found of it: the rule that justifies it, or what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Tensor
from symderiv.grading.chains import EQUAL, Checked, CheckedChain, CheckedSide
from symderiv.grading.findings import Finding, JudgedStep
from symderiv.grading.links import compare
from symderiv.grading.steps_differences import difference
from symderiv.grading.steps_rules import Climb, ordering, told
from symderiv.reading.scope import Scope

#: More steps than this are judged without naming their rules: names are a service, and take time.
MOST_NAMED = 60

#: What is said of a line that is right but for the wrong one before it.
RIGHT_AGAIN = "this agrees with the lines before the wrong one, and not with the wrong one that it is to follow from"


def steps_of(checked: Checked) -> tuple[JudgedStep, ...]:
    """All steps that were compared, in reading order."""
    links = sum(len(c.links) for c in checked.chains)
    return tuple(_steps(checked, named=links <= MOST_NAMED))


def with_differences(findings: Iterable[Finding], steps: Iterable[JudgedStep]) -> tuple[Finding, ...]:
    """Findings of wrong steps with what differs as a hint."""
    known = {s.span: s.differs for s in steps if s.differs}
    return tuple(
        replace(f, hint=known[f.span]) if f.rule == "wrong step" and not f.hint and f.span in known else f for f in findings
    )


def _steps(checked: Checked, named: bool) -> Iterator[JudgedStep]:
    count = 0
    climb = Climb(checked.scope.knowledge)
    for chain in checked.chains:
        truth: CheckedSide | None = None  # the last side that is right, once a wrong one stands behind it
        for side in chain.sides:
            count += bool(side.side.relation)
            before = _before(chain, side)
            if side.link is None or before is None:
                continue
            outcome = side.link.outcome
            rules, differs = _explained(before, side, checked.scope, climb) if named else ((), "")
            if outcome == "wrong" and truth is None:
                truth = before
            elif outcome == "wrong" and truth is not None and _equal(truth, side, checked.scope):
                truth, differs = None, RIGHT_AGAIN
            line = side.side.row if checked.rows > 1 else count
            yield JudgedStep(line, side.side.node.span, outcome, rules, differs, outcome == "right" and truth is not None)


def _equal(a: CheckedSide, b: CheckedSide, scope: Scope) -> bool:
    return compare(a.readings, b.readings, scope.knowledge, b.side.node.span).outcome == "right"


def _before(chain: CheckedChain, side: CheckedSide) -> CheckedSide | None:
    """The side that a side was compared with: the last one before it that could be read."""
    earlier = chain.sides[: next(k for k, s in enumerate(chain.sides) if s is side)]
    return next((s for s in reversed(earlier) if s.readings), None)


def _explained(before: CheckedSide, side: CheckedSide, scope: Scope, climb: Climb) -> tuple[tuple[str, ...], str]:
    assert side.link is not None
    left, right = before.value, side.value
    comparable = isinstance(left, Tensor) and isinstance(right, Tensor) and same_shape(left, right)
    if side.link.outcome == "right" and side.side.relation in (">=", "<=") and comparable:
        return (ordering(left, right),), ""  # type: ignore[arg-type]
    if side.link.outcome == "right" and side.side.relation in EQUAL:
        seen = told(before.side.node, side.side.node, scope)
        proved = climb.rules(left, right) if comparable else ()  # type: ignore[arg-type]
        return (seen if seen and proved == ("algebra",) else (*seen, *proved)) or ("the same written otherwise",), ""
    if side.link.outcome == "wrong" and comparable:
        return (), difference(left, right, scope.knowledge)  # type: ignore[arg-type]
    return (), ""
