"""What terms are made of: indices and the places they name, declared tensors, unspecified functions."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from symderiv.core.domain import REAL, Domain
from symderiv.core.size import Size


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """A name for a position from 1 to ``size``: bound where ``number`` is small, free (fresh) where it is large."""

    number: int
    size: Size

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Index and self.number == other.number and self.size == other.size)


#: Where an entry is taken: an index, or a fixed position counted from 1.
Slot = Index | int

_FIRST_FREE = 1 << 32
_numbers = itertools.count(_FIRST_FREE)


def fresh(size: Size) -> Index:
    """A free index that stands nowhere yet."""
    return Index(next(_numbers), size)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declared tensor: name as written (without backslash), one size a slot, the domain of its entries, its traits.

    Traits: ``symmetric``, ``positive definite``, ``invertible``, ``orthogonal``, ``diagonal``, ``lower``, ``upper``.

    ``chain``: of what comes into the layers of a stack, by name what comes into the next layer, a tensor whose first slot is the layer (`layered`).
    """

    name: str
    sizes: tuple[Size, ...] = ()
    domain: Domain = REAL
    traits: frozenset[str] = frozenset()
    chain: tuple[tuple[str, object], ...] = ()

    @property
    def symmetric(self) -> bool:
        """Equal to its transpose."""
        return not self.traits.isdisjoint({"symmetric", "positive definite", "diagonal"})

    def __hash__(self) -> int:
        return hash(self.name)


def labels_of(name: str) -> frozenset[str]:
    """The names in the subscript of a name and behind its semicolon: what ``q_θ`` and ``q;λ`` may silently depend on.

    >>> sorted(labels_of("q_theta,phi"))
    ['phi', 'theta']
    """
    _, mark, rest = name.partition(";") if ";" in name else name.partition("_")
    return frozenset(rest.split(",")) if mark else frozenset()


@dataclass(frozen=True, slots=True)
class Function:
    """An unspecified smooth function: the sizes of its arguments' slots and of its output's.

    ``elementwise``: acts on each coordinate alone; in terms it is then a function of one scalar.
    """

    name: str
    arguments: tuple[tuple[Size, ...], ...]
    output: tuple[Size, ...]
    elementwise: bool = False
    domain: Domain = REAL
    traits: frozenset[str] = frozenset()

    @property
    def symmetric(self) -> bool:
        """Its value is a matrix equal to its transpose."""
        return len(self.output) == 2 and not self.traits.isdisjoint({"symmetric", "positive definite", "diagonal"})

    def __hash__(self) -> int:
        return hash(self.name)
