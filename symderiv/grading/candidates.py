"""Which sides of an answer give the value that was asked for.

A chain gives what its equations end with: ``A = B ≥ 0`` gives B, and the comparison with a number is a remark. A true equation ``c A = B`` about c times
what was asked, with a number c (``-D_KL = …``), gives it as well. ``A ≥ B`` bounds it, which is less than was asked for; two answers joined
by "or" are one answer only where they are equal.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget, Meter, proportion
from symderiv.algebra.terms import Index, Tensor, Undefined, reindex, scalar
from symderiv.decide.equal import EFFORT
from symderiv.grading.chains import TELLING, Checked, CheckedChain, CheckedSide
from symderiv.grading.links import EQUAL
from symderiv.grading.components import is_closed, mentions
from symderiv.grading.links import Compared, compare, ordered, values_equal
from symderiv.grading.stated import multiple_named
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Find
from symderiv.reading.binders import names_in
from symderiv.reading.values import Note, Reading, Readings, Value

_ORDER = ("<=", ">=", "<", ">", "!=")
_OR = re.compile(r"^\W*(or|alternatively|respectively)\b", re.IGNORECASE)
_SAME = re.compile(r"\b(equivalently|equal|same|simply|just|in other words)\b", re.IGNORECASE)

#: A side that can be the answer, compared with the key.
Candidate = tuple[CheckedSide, Compared]


def candidates(asked: Asked, checked: Checked, target: Reading[Value]) -> list[Candidate]:
    """The last side of each chain's equations, and what stands alone, compared with the key."""
    out: list[Candidate] = []
    either = False
    for chain in checked.chains:
        last = None if chain.abbreviates and not (chain.chain.implied and chain is checked.chains[-1]) else _last(chain)
        if last is None:
            continue
        if chain.abbreviates:  # A = L + B ⇒ L = …, at the end of all: the answer, if it is right
            found = compare([target], last.readings, asked.scope.knowledge, last.side.node.span)
            out += [(last, found)] if found.outcome == "right" else []
            continue
        either = either or (bool(out) and _OR.search(chain.chain.words) is not None and not _SAME.search(chain.chain.words))
        found = _lettered(chain, last) or _compared(asked, target, chain, last, told=last is not chain.sides[0])
        if found.outcome == "wrong" and (multiple := multiple_named(chain, target)) is not None:
            found = _compared(asked, multiple, chain, last, told=True)
        if found.outcome == "wrong" and chain.labels and _of_one_index(chain.sides[0].side.node, last.side.node):
            found = Compared("unknown", "this is said for one index; what was asked is not")
        out.append((last, _meant(found, asked, chain, last, target)))
    if either and {"right", "wrong"} <= {c.outcome for _, c in out}:
        unclear = Compared("ambiguous", "two answers are given here, and they differ")
        return [(s, unclear if c.outcome == "right" else c) for s, c in out]
    return out


def _of_one_index(left: tree.Node, value: tree.Node) -> bool:
    """Whether a name carries an index above that its value depends on, as in ``d^{(i)} = a_i + 1``."""
    return isinstance(left, tree.Scripted) and left.sup is not None and bool(names_in(left.sup) & names_in(value))


def _last(chain: CheckedChain) -> CheckedSide | None:
    """The side that a chain ends with, comparisons with numbers behind it left off; None where it names what is asked and gives nothing."""
    sides = chain.sides
    if len(sides) > 1 and all(s.side.relation in TELLING for s in sides[1:]):  # z ~ p(z): it says of something what it is
        return None
    while sides[-1].side.relation == "approx" and (
        len(sides) > 2 or not sides[-1].readings
    ):  # A = B ≈ C: B is the answer, C a remark
        sides = sides[:-1]
    while len(sides) > 1 and sides[-1].side.relation in _ORDER and isinstance(sides[-1].side.node, tree.Number):
        sides = sides[:-1]
    readable = [s for s in sides if s.readings]
    if not readable or (len(sides) > 1 and readable[-1] is chain.sides[0]):
        return None
    return readable[-1]


def _compared(asked: Asked, target: Reading[Value], chain: CheckedChain, side: CheckedSide, *, told: bool) -> Compared:
    """A side against the key, where it has other index letters under every way to take them for those of the key.

    ``told``: the sides before it say which letter is which, and were compared with it.
    """
    seen = [
        compare([target], readings, asked.scope.knowledge, side.side.node.span)
        for readings in _in_letters_of(target.value, side.readings)
    ]
    right = next((c for c in seen if c.outcome == "right"), None)
    if right is None or all(c.outcome == "right" for c in seen):
        return seen[0] if told or right is None else _row_first(asked, target.value, chain, side, seen[0])
    return right if told else Compared("ambiguous", "which index letter stands for which is not said")


def _row_first(asked: Asked, key: Value, chain: CheckedChain, side: CheckedSide, found: Compared) -> Compared:
    """An entry that stands alone for a whole matrix: of its letters the first in the alphabet is that of the rows, or nobody can tell."""
    value = side.value
    if not isinstance(key, Tensor) or key.rank < 2 or not isinstance(value, Tensor) or len(value.free) != key.rank:
        return found
    letters = [index for _, index in sorted(chain.letters.items()) if index in value.free]
    if tuple(i.size for i in letters) != key.sizes:
        return found
    in_order = values_equal(scalar(key.at(*letters)), value, asked.scope.knowledge, side.side.node.span)
    return found if in_order.outcome == "right" else Compared("ambiguous", "which index letter is that of the rows is not said")


def _in_letters_of(key: Value, readings: Readings) -> Iterator[Readings]:
    """Readings with their own index letters renamed to those that only the key has, in every way; as they are where these do not match."""
    value = readings[0].value
    own, keys = (sorted(x.free, key=lambda i: i.number) if isinstance(x, Tensor) else [] for x in (value, key))
    strange, missing = [i for i in own if i not in keys], [i for i in keys if i not in own]
    ways = [w for w in itertools.permutations(missing) if [i.size for i in w] == [i.size for i in strange]]
    if not strange or not ways:
        yield readings
        return
    for way in ways:
        names = dict(zip(strange, way, strict=True))
        yield [replace(r, value=_renamed(r.value, names)) for r in readings]


def _renamed(value: Value, names: Mapping[Index, Index]) -> Value:
    return Tensor(value.slots, reindex(value.body, dict(names)), value.row) if isinstance(value, Tensor) else value


def _lettered(chain: CheckedChain, last: CheckedSide) -> Compared | None:
    """The wrong step before a side in index letters: which letter is which is said on the left, and not to be guessed from the side alone."""
    if not isinstance(last.value, Tensor) or not last.value.free:
        return None
    return next((s.link for s in chain.links if s.link is not None and s.link.outcome == "wrong"), None)


def _meant(found: Compared, asked: Asked, chain: CheckedChain, last: CheckedSide, target: Reading[Value]) -> Compared:
    """What a comparison with the key comes to, seen what the chain says of its last side."""
    first = chain.sides[0]
    way = chain.sides[1 : chain.sides.index(last) + 1]
    links = [s.link for s in way if s.link is not None]
    if not way or any(x.outcome == "wrong" for x in links):
        return found
    span = last.side.node.span
    if any(s.side.relation in _ORDER for s in way):
        of_asked = chain.labels or (
            bool(first.readings) and compare([target], first.readings, asked.scope.knowledge, span).outcome == "right"
        )
        return Compared("unknown", "this bounds what was asked for; its value is not given") if of_asked else found
    if found.outcome != "wrong" or not first.readings or chain.labels or chain.defines:
        return found
    about = mentions(asked, first.side.node)
    if is_closed(asked, first) and not about:
        return found
    if links and links[0].outcome == "ambiguous" and _right_in_a_way(asked, first, way[0]):  # |J| may be det J, and |det J|
        return links[0]
    if len(links) < len(way) or any(x.outcome != "right" for x in links) or any(s.side.relation not in EQUAL for s in way):
        return found
    times = _times(asked, target.value, first.value)
    if times is not None:
        return Compared("right", notes=(Note("multiple", f"this gives {times} times what was asked for", span),))
    if about:
        return Compared("unknown", "this is true, but what was asked for does not stand alone on one side")
    return found


def _right_in_a_way(asked: Asked, side: CheckedSide, after: CheckedSide) -> bool:
    """Whether a side equals the next under one of its readings."""
    span = after.side.node.span
    return any(compare([r], after.readings, asked.scope.knowledge, span).outcome == "right" for r in side.readings)


def _times(asked: Asked, key: Value, other: Value | None) -> Fraction | None:
    """The number c with ``other = c key``, or None."""
    if not isinstance(key, Tensor) or not isinstance(other, Tensor) or key.sizes != other.sizes:
        return None
    indices, body = key.open()
    try:
        normal = Normal(asked.scope.knowledge, Meter(EFFORT.products))
        return proportion(normal.poly(other.at(*indices)), normal.poly(body))
    except (Budget, Undefined):
        return None


def settle_by_key(asked: Asked, checked: Checked, target: Reading[Value]) -> None:
    """``B ≥ 0`` where B is the key and the question itself shows its sign, as that for a divergence does."""
    assert isinstance(asked.ask, Find)
    for chain in checked.chains:
        for before, side in zip(chain.sides, chain.sides[1:], strict=False):
            if side.link is None or side.link.outcome != "unknown" or side.side.relation not in ("<=", ">="):
                continue
            high, low = (before, side) if side.side.relation == ">=" else (side, before)
            if _at_least(asked, target, high, low):
                side.link = Compared("right")


def _at_least(asked: Asked, target: Reading[Value], high: CheckedSide, low: CheckedSide) -> bool:
    ends: Sequence[CheckedSide] = (high, low)
    if not all(s.readings for s in ends):
        return False
    span, knowledge = high.side.node.span, asked.scope.knowledge
    same = compare([target], high.readings, knowledge, span)
    return same.outcome == "right" and ordered([target], low.readings, knowledge, span).outcome == "right"
