"""Proofs by cases: what stands in bars is ≥ 0 or ≤ 0, and a difference that vanishes in both cases vanishes.

``|t|`` is replaced by ``t`` and by ``-t``. Where each time the normal form is zero, the equality holds at every point: one of the two is the
value of ``|t|`` there. Bars around something that runs with a bound index or a random variable are no two cases, and stay.
"""

from __future__ import annotations

from collections.abc import Callable

from symderiv.algebra.labelling import place_of
from symderiv.algebra.terms import Apply, Index, Mean, Tensor, Term, neg

#: How many bars are told apart, each by two cases.
_MOST_BARS = 3

#: The normal form of a term where it is not zero, else None.
Rest = Callable[[Term], Term | None]


def zero_in_every_case(rest: Term, normal: Rest, left: int = _MOST_BARS) -> bool:
    """Whether a term in normal form, which is not zero, vanishes in each case of the bars in it."""
    bars = innermost_bars(rest, rest.free) if left else None
    if bars is None:
        return False
    for value in (bars.argument, neg(bars.argument)):
        here = normal(replaced(rest, bars, value))
        if here is not None and not zero_in_every_case(here, normal, left - 1):
            return False
    return True


def innermost_bars(term: Term | Tensor, free: frozenset[Index]) -> Apply | None:
    """An absolute value around a term without bars that depends on no index but the ``free`` ones; the first by structure."""
    found: list[Apply] = []
    stack: list[object] = [term]
    seen: set[Term | Tensor] = set()
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(part)
        elif isinstance(part, (Term, Tensor)) and part not in seen and not isinstance(part, Mean):
            seen.add(part)
            if (
                isinstance(part, Apply)
                and part.name == "abs"
                and part.free <= free
                and innermost_bars(part.argument, free) is None
            ):
                found.append(part)
            stack.extend((part.body,) if isinstance(part, Tensor) else part.values)
    return min(found, key=place_of, default=None)


def replaced(term: Term, old: Term, new: Term) -> Term:
    """The term with another one for one that has no bound index in it; expectations stay as they are."""
    if term == old:
        return new
    if isinstance(term, Mean):
        return term

    def put(value: object) -> object:
        if isinstance(value, Term):
            return replaced(value, old, new)
        if isinstance(value, Tensor):
            return Tensor(value.slots, replaced(value.body, old, new), value.row)
        return tuple(map(put, value)) if type(value) is tuple else value

    return type(term)(*map(put, term.values))
