"""Whose marks moved between two states of the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symderiv.grading.marks import number
from symderiv.classroom.outputs import exact
from symderiv.classroom.store import Record

#: Of each submission, its parts' statuses and points.
State = Mapping[str, Mapping[str, tuple[str, Fraction]]]


@dataclass(frozen=True, slots=True)
class Move:
    """One part of one submission whose status or points changed; ``before`` or ``after`` is empty where it was not there."""

    name: str
    part: str
    before: str
    after: str
    points: Fraction

    def cells(self) -> tuple[str, ...]:
        """As a row of a table."""
        return self.name, self.part, self.before or "nothing", "→", self.after or "nothing", f"{float(self.points):+.2f}"


def state(records: Iterable[Record]) -> State:
    """What a class's marks are now."""
    return {r["name"]: {p["part"]: (p["status"], exact(p)) for p in r["parts"]} for r in records}


def moves(before: State, after: State) -> list[Move]:
    """The changes, by submission and part."""
    out = []
    for name in sorted({*before, *after}):
        old, new = before.get(name, {}), after.get(name, {})
        for part in sorted({*old, *new}):
            if old.get(part) != new.get(part):
                change = (new[part][1] if part in new else Fraction(0)) - (old[part][1] if part in old else Fraction(0))
                out.append(Move(name, part, _said(old.get(part)), _said(new.get(part)), change))
    return out


def _said(mark: tuple[str, Fraction] | None) -> str:
    return "" if mark is None else f"{mark[0]} {number(mark[1])}"
