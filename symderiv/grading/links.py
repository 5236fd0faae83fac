"""Single comparisons: is one side of a chain equal to another, under every cheapest reading of both?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from symderiv.algebra import terms as t
from symderiv.algebra.densities import Densities
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor, scalar, tensor
from symderiv.core.results import Proved, Refuted, Undecided, Verdict, Witness
from symderiv.core.text import Span
from symderiv.decide.equal import decide
from symderiv.decide.order import at_least
from symderiv.reading.combine import fitted, in_words
from symderiv.reading.values import Readings
from symderiv.reading.values import LEFT_OPEN, AnyIdentity, AnyOnes, Blocks, Note, Reading, Unread, Value

#: Relations that say that two values are equal.
EQUAL = {"=", ":="}

Outcome = Literal["right", "wrong", "unknown", "repair", "ambiguous", "illtyped"]


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of one comparison. ``notes``: what the readings assumed; ``places``: the blocks that differ."""

    outcome: Outcome
    why: str = ""
    witness: Witness | None = None
    notes: tuple[Note, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    #: The two have different shapes.
    misfit: bool = False
    #: What justifies it, where that is not seen from the two values.
    rule: str = ""


#: How two tensors are decided.
Decide = Callable[[Tensor, Tensor, Densities], Verdict]


def compare(left: Readings, right: Readings, knowledge: Densities, span: Span, by: Decide = decide) -> Compared:
    """Both sides under every pair of readings in the cheapest band. Pairs that disagree are ambiguous; a repair is never right."""
    return under_each_reading(left, right, lambda a, b: values_equal(a, b, knowledge, span, by))


def ordered(high: Readings, low: Readings, knowledge: Densities, span: Span) -> Compared:
    """Whether ``high >= low``, under every pair of readings in the cheapest band."""
    return under_each_reading(high, low, lambda a, b: _at_least(a, b, knowledge, span))


def _at_least(a: Value, b: Value, knowledge: Densities, span: Span) -> Compared:
    if not isinstance(a, Tensor) or not isinstance(b, Tensor) or a.rank or b.rank or a.free or b.free:
        equal = values_equal(a, b, knowledge, span)
        return equal if equal.outcome == "right" else Compared("unknown", "only scalars are ordered")
    found = _judged(at_least(a, b, knowledge))
    return replace(found, why="this inequality does not hold") if found.outcome == "wrong" else found


def under_each_reading(left: Readings, right: Readings, relation: Callable[[Value, Value], Compared]) -> Compared:
    """What a relation comes to under every pair of readings in the cheapest band."""
    pairs = [(a.cost + b.cost, a, b) for a in left for b in right]
    seen: list[Compared] = []
    bands = itertools.groupby(sorted(pairs, key=lambda p: p[0]), key=lambda p: p[0])
    for _, band in bands:
        here = [_with_notes(relation(a.value, b.value), (*a.notes, *b.notes)) for _, a, b in band]
        fitting = [c for c in here if not c.misfit]  # readings whose shapes fit are what is meant
        seen = fitting or seen or here
        if fitting:
            break
    outcomes = {c.outcome for c in seen}
    if outcomes == {"wrong"} and not seen[0].misfit:
        for _, a, b in (pair for _, band in bands for pair in band):  # what some write in this way may be right
            notes = (*a.notes, *b.notes)
            if all(n.kind != "repair" for n in notes) and relation(a.value, b.value).outcome == "right":
                return Compared("ambiguous", "this is right only if it is read in a way that few write", notes=notes)
    if len(outcomes) == 1:
        return seen[0]
    if outcomes == {"right", "unknown"} and seen[0].outcome == "right":  # the first reading is the one that is meant most
        return seen[0]
    if outcomes <= {"right", "repair"}:
        return next(c for c in seen if c.outcome == "repair")
    return Compared("ambiguous", "it can be read in two ways, and they differ", notes=tuple(n for c in seen for n in c.notes))


def _with_notes(found: Compared, notes: tuple[Note, ...]) -> Compared:
    repaired = any(n.kind == "repair" for n in notes)
    outcome = found.outcome
    if repaired and outcome == "right":
        outcome = "repair"
    elif repaired and outcome == "wrong":
        outcome = "unknown"
    return replace(found, outcome=outcome, notes=(*notes, *found.notes))


def values_equal(a: Value, b: Value, knowledge: Densities, span: Span, by: Decide = decide) -> Compared:
    """Whether two values are equal, block by block where they have blocks."""
    for v in (a, b):
        if isinstance(v, Unread) and v.kind != "shape mismatch":
            rule = v.kind if v.kind == LEFT_OPEN else "unreadable block"
            return Compared("unknown", v.why, notes=(Note(rule, v.why, v.span, "stretched"),))
        if isinstance(v, Unread):
            return Compared("illtyped", v.why, notes=(Note("ill-typed block", v.why, v.span, "stretched"),))
    try:
        if isinstance(a, Blocks) or isinstance(b, Blocks):
            return _blocks_equal(a, b, knowledge, span, by)
        entry = _by_entry(a, b, knowledge, by)
        if entry is not None:
            return entry
        x, y, notes = _of_one_shape(a, b, span)
    except ShapeMismatch as mismatch:
        cell = next((c for v in (a, b) if isinstance(v, Blocks) for r in v.rows for c in r if isinstance(c, Unread)), None)
        if cell is not None:  # what could not be read may be more than one block
            return Compared("unknown", cell.why, notes=(Note("unreadable block", cell.why, cell.span, "stretched"),))
        return Compared("wrong", str(mismatch), misfit=True)
    return _judged(decided(x, y, knowledge, by), notes)


def _by_entry(a: Value, b: Value, knowledge: Densities, by: Decide) -> Compared | None:
    """A vector or matrix against its entry at index letters that nothing binds; None where neither is such an entry."""
    if not isinstance(a, Tensor) or not isinstance(b, Tensor):
        return None
    whole, entry = (a, b) if a.rank else (b, a)
    if entry.rank or not whole.rank or whole.free or len(entry.free) != whole.rank:
        return None
    letters = sorted(entry.free, key=lambda i: i.number)
    seen = [
        _judged(decided(scalar(whole.at(*order)), entry, knowledge, by))
        for order in itertools.permutations(letters)
        if tuple(i.size for i in order) == whole.sizes
    ]
    if not seen:
        return None
    return next((c for c in seen if c.outcome == "right"), next((c for c in seen if c.outcome == "unknown"), seen[0]))


def decided(x: Tensor, y: Tensor, knowledge: Densities, by: Decide = decide) -> Verdict:
    """The verdict on two tensors of one shape; index letters that nothing binds stand for every index."""
    free = tuple(sorted(x.free | y.free, key=lambda i: i.number))
    if free:
        x, y = _closed_over(x, free), _closed_over(y, free)
    if knowledge.forms is None or by is not decide:
        return by(x, y, knowledge)
    known = knowledge.forms.verdicts(knowledge)
    if (x, y) not in known:
        known[x, y] = decide(x, y, knowledge)
    return known[x, y]


def _closed_over(x: Tensor, free: Sequence[t.Index]) -> Tensor:
    indices, body = x.open()
    return tensor((*free, *indices), body, x.row and not free)


def _judged(verdict: Verdict, notes: tuple[Note, ...] = ()) -> Compared:
    if isinstance(verdict, Proved):
        return Compared("right", notes=notes)
    if isinstance(verdict, Refuted):
        return Compared("wrong", witness=verdict.witness, notes=notes)
    assert isinstance(verdict, Undecided)
    return Compared("unknown", verdict.why, notes=notes)


def fitting(a: Value, b: Value, span: Span) -> tuple[Tensor, Tensor]:
    """Two values as tensors of one shape. Raises `ShapeMismatch`."""
    x, y, _ = _of_one_shape(a, b, span)
    return x, y


def _of_one_shape(a: Value, b: Value, span: Span) -> tuple[Tensor, Tensor, tuple[Note, ...]]:
    if isinstance(a, AnyIdentity) and isinstance(b, AnyIdentity):
        return a.factor, b.factor, ()
    if isinstance(a, AnyOnes) and isinstance(b, AnyOnes) and a.row == b.row:
        return a.factor, b.factor, ()
    if isinstance(a, Tensor):
        r: Reading[Tensor] = fitted(b, a, span) if not _flexible(a) or not isinstance(b, Tensor) else fitted(a, b, span)
        return (r.value, b, r.notes) if _flexible(a) and isinstance(b, Tensor) else (a, r.value, r.notes)
    if isinstance(b, Tensor):
        r = fitted(a, b, span)
        return r.value, b, r.notes
    raise ShapeMismatch(f"{in_words(a)} and {in_words(b)} are not compared")


def _flexible(a: Tensor) -> bool:
    return not a.rank and a.body == t.ZERO


def _blocks_equal(a: Value, b: Value, knowledge: Densities, span: Span, by: Decide) -> Compared:
    left, right = grid(a), grid(b)
    if left is None or right is None:
        raise ShapeMismatch(f"{in_words(b)} stands where {in_words(a)} belongs")
    notes: tuple[Note, ...] = ()
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        if len(left) == len(right[0]) and len(left[0]) == len(right) == 1:
            right = tuple((c,) for c in right[0])
        elif len(left[0]) == len(right) and len(left) == len(right[0]) == 1:
            right = (tuple(r[0] for r in right),)
        else:
            raise ShapeMismatch(f"{in_words(b)} stands where {in_words(a)} belongs")
        notes = (Note("row for column", "a row is taken for the column with its entries", span),)
    cells = [
        [values_equal(x, y, knowledge, span, by) for x, y in zip(r, s, strict=True)] for r, s in zip(left, right, strict=True)
    ]
    flat = [c for r in cells for c in r]
    places = tuple((i, j) for i, r in enumerate(cells) for j, c in enumerate(r) if c.outcome != "right")
    said = [c for c in flat if not left_open(c)]
    for outcome in ("wrong", "ambiguous", "unknown", "illtyped", "repair"):
        worst = next((c for c in (*said, *flat) if c.outcome == outcome), None)
        if worst is not None:
            return Compared(worst.outcome, worst.why, worst.witness, (*notes, *worst.notes), places)
    return Compared("right", notes=(*notes, *(n for c in flat for n in c.notes)))


def left_open(found: Compared) -> bool:
    """Whether nothing else stands against a comparison than blocks that are left open, as the star of a triangular matrix."""
    return found.outcome == "unknown" and bool(found.notes) and found.notes[-1].rule == LEFT_OPEN


def grid(v: Value) -> tuple[tuple[Value, ...], ...] | None:
    """A value as rows of blocks."""
    if isinstance(v, Blocks):
        return v.rows
    if isinstance(v, Tensor) and not v.rank:
        return ((v,),)
    return None
