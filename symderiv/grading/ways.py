"""Chains that start with a relation, each put behind one that it may go on with.

A formula in a sentence between two displays may be a remark or the line that the next display continues; which one it is shows only in the values.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symderiv.reading import tree
from symderiv.reading.claims import Chain

#: Ways to go on that are tried at most.
_MOST_WAYS = 8


def ways_to_go_on(chains: Sequence[Chain]) -> Iterator[list[Chain]]:
    """The chains with every one that starts with a relation put behind one it may go on with, in every way, the likeliest first."""
    several = [range(len(c.resumes)) for c in chains if c.resumes]
    for way in itertools.islice(itertools.product(*several), _MOST_WAYS):
        yield _put_together(chains, iter(way))


def _put_together(chains: Sequence[Chain], way: Iterator[int]) -> list[Chain]:
    out: list[Chain] = []
    copies: dict[int, Chain] = {}
    for chain in chains:
        chosen = copies.get(id(chain.resumes[next(way)])) if chain.resumes else None
        first = chain.sides[0]
        if isinstance(first.node, tree.Empty) and out and len(chain.sides) > 1:
            chosen = chosen or out[-1]
            chosen.sides.extend(chain.sides[1:])
            out.append(out.pop(next(k for k, c in enumerate(out) if c is chosen)))
        else:
            chosen = replace(chain, sides=list(chain.sides), resumes=())
            out.append(chosen)
        copies[id(chain)] = chosen
    return out
