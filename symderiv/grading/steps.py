"""Each step of a derivation with what was found of it: the rule that justifies it, or what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Tensor
from symderiv.core.text import Span
from symderiv.grading.chains import EQUAL, Checked, CheckedChain, CheckedSide
from symderiv.grading.links import Outcome
from symderiv.grading.steps_differences import difference
from symderiv.grading.steps_rules import rung, told
from symderiv.reading.scope import Scope

#: More steps than this are judged without naming their rules: names are a service, and take time.
MOST_NAMED = 60


@dataclass(frozen=True, slots=True)
class JudgedStep:
    """One link of a chain. ``line`` counts displayed rows, or relations where there is one row only, from 1; ``rules`` justify a right step, ``differs`` says what is off in a wrong one."""

    line: int
    span: Span
    outcome: Outcome
    rules: tuple[str, ...] = ()
    differs: str = ""

    def record(self) -> dict[str, Any]:
        """As a JSON object."""
        out: dict[str, Any] = {"line": self.line, "status": self.outcome}
        if self.rules:
            out["rule"] = ", ".join(self.rules)
        if self.differs:
            out["differs"] = self.differs
        return out


def steps_of(checked: Checked) -> tuple[JudgedStep, ...]:
    """All steps that were compared, in reading order."""
    links = sum(len(c.links) for c in checked.chains)
    return tuple(_steps(checked, named=links <= MOST_NAMED))


def _steps(checked: Checked, named: bool) -> Iterator[JudgedStep]:
    count = 0
    for chain in checked.chains:
        for side in chain.sides:
            count += bool(side.side.relation)
            if side.link is None:
                continue
            line = side.side.row if checked.rows > 1 else count
            before = _before(chain, side)
            rules, differs = _explained(before, side, checked.scope) if named and before is not None else ((), "")
            yield JudgedStep(line, side.side.node.span, side.link.outcome, rules, differs)


def _before(chain: CheckedChain, side: CheckedSide) -> CheckedSide | None:
    """The side that a side was compared with: the last one before it that could be read."""
    earlier = chain.sides[: next(k for k, s in enumerate(chain.sides) if s is side)]
    return next((s for s in reversed(earlier) if s.readings), None)


def _explained(before: CheckedSide, side: CheckedSide, scope: Scope) -> tuple[tuple[str, ...], str]:
    assert side.link is not None
    left, right = before.value, side.value
    comparable = isinstance(left, Tensor) and isinstance(right, Tensor) and same_shape(left, right)
    if side.link.outcome == "right" and side.side.relation in EQUAL:
        seen = told(before.side.node, side.side.node, scope)
        proved = rung(left, right, scope.knowledge) if comparable else ()  # type: ignore[arg-type]
        return (seen if seen and proved == ("algebra",) else (*seen, *proved)) or ("the same written otherwise",), ""
    if side.link.outcome == "wrong" and comparable:
        return (), difference(left, right, scope.knowledge)  # type: ignore[arg-type]
    return (), ""
