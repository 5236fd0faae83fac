"""Where the entries of a value lie, by the domains of what it is made of."""

from __future__ import annotations

from symderiv.algebra.normal import Normal
from symderiv.algebra.signs import bounds
from symderiv.algebra.terms import Tensor
from symderiv.core.domain import Domain


def domain_of(x: Tensor) -> Domain:
    """What the entries are known to lie in."""
    b = bounds(x.body)
    if b.low is None and b.high is None:
        b = bounds(Normal().term(x.open()[1]))
    return Domain(b.low, b.high, not b.low_open and b.low is not None, not b.high_open and b.high is not None)
