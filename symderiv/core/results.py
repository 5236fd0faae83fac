"""What comes out: steps, derivations and verdicts.

A result carries its certificate: a proof its steps and assumptions, a refutation its witness, and where neither was found,
what was tried. Expressions inside are whatever type the caller works with (``E``); a remark is text mixed with expressions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

E = TypeVar("E", covariant=True)

#: Text with expressions in it, in reading order.
Remark = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Step(Generic[E]):
    """One rule applied: its name, what it gave, why it may be applied, and the condition it needs.

    ``formulas`` are the claims after the step, in reading order.
    """

    rule: str
    because: Remark
    formulas: tuple[E, ...] = ()
    condition: Remark = ()


@dataclass(frozen=True, slots=True)
class Derivation(Generic[E]):
    """A result, the steps that lead to it, what it assumes and what certifies it."""

    result: tuple[E, ...]
    steps: tuple[Step[E], ...]
    assumes: tuple[Remark, ...] = ()
    certificate: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """Values of every symbol at which two expressions differ, with both values enclosed rigorously.

    ``assignments``: names with the values given to them, as text; ``component``: which entry was compared (empty for a scalar).
    ``left`` and ``right`` are decimal enclosures, ``undefined`` where a side has no value there.
    """

    assignments: tuple[tuple[str, str], ...]
    left: str
    right: str
    component: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Proved:
    """Equal for every size, every value in the domains, every smooth function. ``rules`` name what the proof used."""

    rules: tuple[str, ...] = ()
    assumes: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuted:
    """Different, shown by a witness."""

    witness: Witness


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither proved nor refuted: what was tried, and why it ended; ``costly`` where that was the work it would have taken."""

    why: str
    costly: bool = False


Verdict = Proved | Refuted | Undecided
