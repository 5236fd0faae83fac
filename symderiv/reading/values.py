"""What a formula can mean: tensors, blocks, densities; and readings, which are meanings with a price.

A reading's cost says how far it goes from the letters: 0 literal, 1 a convention everyone uses, 2 and 3 stretched, 4 and more a
repair of what was written. Its notes say what was assumed, and where.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from symderiv.algebra.terms import LogDensity, Tensor
from symderiv.core.size import Size
from symderiv.core.text import Span
from symderiv.core.values import value_class

V = TypeVar("V", covariant=True)

CONVENTION, STRETCHED, REPAIR = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Note:
    """What a reading assumed. ``rule`` is a short name that tests and reports can rely on."""

    rule: str
    text: str
    span: Span
    kind: Literal["convention", "stretched", "repair"] = "convention"


@value_class
class Reading(Generic[V]):
    """A meaning, what it costs, and what it assumed."""

    value: V
    cost: int = 0
    notes: tuple[Note, ...] = ()

    def with_note(self, note: Note | None) -> Reading[V]:
        """The same meaning under one more assumption."""
        if note is None:
            return self
        price = {"convention": CONVENTION, "stretched": STRETCHED, "repair": REPAIR}[note.kind]
        return Reading(self.value, self.cost + price, (*self.notes, note))


@dataclass(frozen=True, slots=True)
class Blocks:
    """A vector (one column of blocks) or a matrix made of blocks; ``column`` where it is a vector."""

    rows: tuple[tuple[Value, ...], ...]
    column: bool = False


@dataclass(frozen=True, slots=True)
class AnyIdentity:
    """``factor`` times an identity matrix whose size the place decides."""

    factor: Tensor


@dataclass(frozen=True, slots=True)
class AnyOnes:
    """``factor`` times a vector of ones, a row where ``row`` is set, whose length the place decides."""

    factor: Tensor
    row: bool = False


@dataclass(frozen=True, slots=True)
class DensityName:
    """A density named in a formula: ``q``, ``q(z)``, ``p(z | x)``, ``q_i(z_i)``."""

    log: LogDensity
    coordinate: Size | None = None


@dataclass(frozen=True, slots=True)
class TensorList:
    """Several values side by side, ``(a, b)``: the arguments of a function, or the components of a vector."""

    items: tuple[Value, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell of a matrix that has no meaning as it stands, and why; the cells beside it may still be right."""

    why: str
    span: Span
    kind: str = "unreadable"


#: The kind of a cell that claims nothing, as a star or a dot in it says.
LEFT_OPEN = "left open"


Value = Tensor | Blocks | AnyIdentity | AnyOnes | TensorList | Unread


#: At most so many meanings of one node are kept, the cheapest ones.
MOST = 12

Readings = list[Reading[Value]]


def cheapest(readings: Readings) -> Readings:
    """At most `MOST` readings, cheapest first, each meaning once."""
    if len(readings) == 1:
        return readings
    seen: set[object] = set()
    out = []
    for r in sorted(readings, key=lambda r: r.cost):
        if r.value not in seen:
            seen.add(r.value)
            out.append(r)
    return out[:MOST]


def combinations(operands: Sequence[Readings]) -> Iterable[tuple[Reading[Value], ...]]:
    """Combinations of readings, the cheapest ones first, at most a hundred."""
    out: list[tuple[Reading[Value], ...]] = [()]
    for readings in operands:
        out = [(*chosen, r) for chosen in out for r in readings]
        if len(out) > 1:
            out = sorted(out, key=lambda c: sum(r.cost for r in c))[:100]
    return out
