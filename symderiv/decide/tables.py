"""Tables of random variables with two states each, drawn where a relation between densities has to hold."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod

from symderiv.algebra.numbers import NoValue

#: A probability for each state.
Table = dict[tuple[int, ...], Fraction]
#: A family with some of its variables.
Joint = tuple[str, frozenset[str]]


def independent(
    keys: tuple[str, ...], joint: Joint, parts: Sequence[tuple[Joint, int]], weights: Callable[[tuple[str, ...]], Table]
) -> Table:
    """A table in which all variables are independent, for a relation that such a table keeps. Raises `NoValue` for any other.

    ``q(z | c) = q(z | x)`` is one: its variables need not all stand in the joint that it is about.
    """
    family, names = joint
    counts = Counter(dict.fromkeys(names, -1))
    for (other, variables), sign in parts:
        if other != family:
            raise NoValue("a relation with more variables than the joint that it is about")
        counts.update(dict.fromkeys(variables, sign))
    if any(counts.values()):
        raise NoValue("the relation does not hold for independent variables")
    single = [weights((k,)) for k in keys]
    states = itertools.product(range(2), repeat=len(keys))
    return {s: prod((w[(v,)] for w, v in zip(single, s, strict=True)), start=Fraction(1)) for s in states}
