"""What is true, and not what was asked: a statement about one entry, or about the logarithm of what was asked.

It is not wrong, so that no mark is lost by it; neither is it the answer. A person looks.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra import terms as t
from symderiv.algebra.terms import Tensor
from symderiv.grading.chains import Checked, CheckedChain, CheckedSide
from symderiv.grading.findings import Finding
from symderiv.grading.links import compare
from symderiv.reading.asks import Asked, Find
from symderiv.reading.values import Reading, Value

LOGARITHM = Finding(
    "logarithm given", "this is right, and about the logarithm of what is asked for", hint="Give the value itself: exponentiate."
)


def all_true(checked: Checked, ends: Sequence[CheckedSide]) -> bool:
    """Whether there are sides, and each ends a chain of steps that are all right."""
    return bool(ends) and all(_is_true(_chain_of(checked, end), end) for end in ends)


def logarithm_given(asked: Asked, checked: Checked, ends: Sequence[CheckedSide]) -> bool:
    """Whether all that is given are true statements about the logarithm of what was asked."""
    assert isinstance(asked.ask, Find)
    value = asked.ask.value
    if not isinstance(value, Tensor) or value.rank or asked.reference or not all_true(checked, ends):
        return False
    logarithm: Reading[Value] = Reading(t.scalar(t.log(value.body)))
    firsts = [_chain_of(checked, end).sides[0] for end in ends]
    return all(
        first.readings and compare([logarithm], first.readings, asked.scope.knowledge, first.side.node.span).outcome == "right"
        for first in firsts
    )


def _is_true(chain: CheckedChain, end: CheckedSide) -> bool:
    return end is chain.sides[-1] and {s.link.outcome for s in chain.links if s.link is not None} == {"right"}


def _chain_of(checked: Checked, side: CheckedSide) -> CheckedChain:
    return next(c for c in checked.chains if any(s is side for s in c.sides))
