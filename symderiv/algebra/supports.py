"""Where densities live: an expectation of ``log p`` is infinite where the values that it is taken over leave the support of p."""

from __future__ import annotations

import functools

from symderiv.algebra.conditions import Diverges, bounds_of, settled
from symderiv.algebra.families import Interval, Member
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Term, mul, num, sub

#: The ends of a support, None where it has none, and the name of what lives there.
Ends = tuple[str, Term | None, Term | None]
WHOLE_LINE: Ends = ("normal", None, None)


def ends_of(q: Member) -> Ends:
    """The ends of a member's support."""
    return q.family.name, q.end("low"), q.end("high")


@functools.lru_cache(maxsize=256)
def rooms(q: Ends, p: Member) -> tuple[Term, ...]:
    """Terms that must not be negative for one support to lie in that of p, where it is not seen that they are not. Raises `Diverges` where one always is."""
    name, *inner = q
    if not isinstance(p.family.support, Interval):
        return ()
    out = []
    for mine, which, sign in zip(inner, ("low", "high"), (1, -1), strict=True):
        others = p.end(which)
        if others is None:
            continue
        why = f"{name} gives weight to values to which {p.family.name} gives none"
        if mine is None:
            raise Diverges(why, others)
        room = settled(mul(num(sign), sub(mine, others)), Normal())
        bounds = bounds_of(room)
        if bounds.negative:
            raise Diverges(why, room)
        if not bounds.nonnegative:
            out.append(room)
    return tuple(out)
