"""Each step of a derivation with what was found of it: the rule that justifies it, or what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Tensor
from symderiv.grading.chains import ORDERED_OR_EQUAL, Checked, CheckedChain, CheckedSide
from symderiv.grading.links import EQUAL
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
            before, equal = _before(chain, side)
            if side.link is None or before is None:
                continue
            outcome = side.link.outcome
            rules, differs = _explained(before, side, equal, checked.scope, climb) if named else ((), "")
            if outcome == "wrong" and truth is None:
                truth = before
            elif outcome == "wrong" and truth is not None and _equal(truth, side, checked.scope):
                truth, differs = None, RIGHT_AGAIN
            line = side.side.row if checked.rows > 1 else count
            yield JudgedStep(line, side.side.node.span, outcome, rules, differs, outcome == "right" and truth is not None)


def _equal(a: CheckedSide, b: CheckedSide, scope: Scope) -> bool:
    return compare(a.readings, b.readings, scope.knowledge, b.side.node.span).outcome == "right"


def _before(chain: CheckedChain, side: CheckedSide) -> tuple[CheckedSide | None, bool]:
    """The side that a side was compared with, the last one before it that could be read; and whether all relations between them are equalities."""
    place = next(k for k, s in enumerate(chain.sides) if s is side)
    equal = side.side.relation in EQUAL
    for earlier in reversed(chain.sides[:place]):
        if earlier.readings:
            return earlier, equal
        equal = equal and earlier.side.relation in EQUAL
    return None, equal


def _explained(before: CheckedSide, side: CheckedSide, equal: bool, scope: Scope, climb: Climb) -> tuple[tuple[str, ...], str]:
    """The rules that justify a right step, and what differs in a wrong one. ``equal``: the step says that both are."""
    assert side.link is not None
    left, right = before.value, side.value
    outcome = side.link.outcome
    if side.link.rule or before.loose or side.loose:
        return ((side.link.rule,) if side.link.rule and outcome == "right" else ()), ""
    if not isinstance(left, Tensor) or not isinstance(right, Tensor) or not same_shape(left, right):
        return (told(before.side.node, side.side.node, scope) if equal and outcome == "right" else ()), ""
    if outcome == "wrong":
        return (), difference(left, right, scope.knowledge) if equal else ""
    if outcome != "right":
        return (), ""
    if not equal:
        return ((ordering(left, right),) if side.side.relation in ORDERED_OR_EQUAL else ()), ""
    seen, proved = told(before.side.node, side.side.node, scope), climb.rules(left, right)
    if seen and proved == ("algebra",):  # which goes without saying
        return seen, ""
    return (*seen, *proved) or ("the same written otherwise",), ""
