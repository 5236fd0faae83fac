"""Every ordered pair of families, and what is known of the divergence of one from the other."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import StrEnum

from symderiv.algebra import tensors as T
from symderiv.derive.supports import on_one_variable
from symderiv.derive import functionals as F
from symderiv.distributions.registry import family, names
from symderiv.distributions.summary import other


class Status(StrEnum):
    """How far the divergence of a pair is known."""

    CLOSED = "closed"
    CONDITIONAL = "under conditions"
    INFINITE = "infinite"
    NO_RULE = "no rule"


@dataclass(frozen=True, slots=True)
class Pair:
    """``KL(q ‖ p)`` of two families by name; ``why``: the reason where it is infinite or has no rule, ``found`` otherwise its closed form."""

    q: str
    p: str
    status: Status
    found: F.Functional | None = None
    why: str = ""


@functools.cache
def pairs() -> tuple[Pair, ...]:
    """All pairs whose variables live on one space, sorted by name; whole numbers, as the number of trials, are those of the first."""
    found = (pair(q, p) for q in names() for p in names())
    return tuple(x for x in found if x is not None)


def pair(q: str, p: str) -> Pair | None:
    """One pair with parameters of its own for either; None where the two live on different spaces."""
    first = family(q)
    mine, others = first(*map(T.whole, first.parameters)), other(family(p))
    try:
        on_one_variable(mine, others)
    except ValueError:
        return None
    try:
        found = F.divergence(mine, others)
    except F.NoRule as none:
        return Pair(q, p, Status.NO_RULE, why=str(none))
    if found.infinite:
        return Pair(q, p, Status.INFINITE, why=found.reason)
    return Pair(q, p, Status.CONDITIONAL if found.conditions else Status.CLOSED, found)
