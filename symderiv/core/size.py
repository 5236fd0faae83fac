"""Sizes of vectors and matrices: polynomials with rational coefficients in named dimensions, ``d/2``, ``2n``, ``D - d``, ``3``."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Size:
    """A polynomial in dimension names: sorted pairs of a monomial (sorted names, repeated for powers) and its coefficient."""

    terms: tuple[tuple[tuple[str, ...], Fraction], ...]

    @staticmethod
    def of(value: int | str | Size) -> Size:
        """A number, a dimension's name, or a size as it is."""
        if isinstance(value, Size):
            return value
        if isinstance(value, str):
            return _kept((((value,), Fraction(1)),))
        return _kept((((), Fraction(value)),)) if value else _kept(())

    def __add__(self, other: Size) -> Size:
        return _collect((*self.terms, *other.terms))

    def __neg__(self) -> Size:
        return self.times(Fraction(-1))

    def __sub__(self, other: Size) -> Size:
        return self + -other

    def __mul__(self, other: Size) -> Size:
        return _collect((tuple(sorted(a + b)), p * q) for a, p in self.terms for b, q in other.terms)

    def times(self, factor: Fraction) -> Size:
        """This size times a rational number."""
        return _collect((names, c * factor) for names, c in self.terms)

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Size and self.terms == other.terms)

    def __hash__(self) -> int:
        return hash(self.terms[0][0]) if self.terms else 0

    @property
    def names(self) -> frozenset[str]:
        """The dimensions it is made of."""
        return frozenset(name for names, _ in self.terms for name in names)

    @property
    def number(self) -> int | None:
        """Its value if it is a number."""
        if not self.terms:
            return 0
        (names, c), *rest = self.terms
        return int(c) if not rest and not names and c.denominator == 1 else None

    def value(self, dimensions: Mapping[str, int]) -> Fraction:
        """Its value where every dimension is a number."""
        if len(self.terms) == 1:
            ((names, c),) = self.terms
            return c * math.prod(dimensions[name] for name in names)
        return sum((c * math.prod(dimensions[name] for name in names) for names, c in self.terms), Fraction(0))

    def __str__(self) -> str:
        """
        >>> str(Size.of("d").times(Fraction(1, 2))), str(Size.of("D") - Size.of("d"))
        ('d/2', 'D - d')
        """
        shown = ""
        for names, c in sorted(self.terms, key=lambda t: (-len(t[0]), t[1] < 0, t[0])):
            size = abs(c.numerator)
            text = "".join(names) if names and size == 1 else f"{size}{''.join(names)}"
            text += f"/{c.denominator}" if c.denominator > 1 else ""
            shown += (" - " if c < 0 else " + ") + text if shown else ("-" if c < 0 else "") + text
        return shown or "0"


def _collect(pairs: Iterable[tuple[tuple[str, ...], Fraction]]) -> Size:
    total: dict[tuple[str, ...], Fraction] = {}
    for names, c in pairs:
        total[names] = total.get(names, Fraction(0)) + c
    return _kept(tuple(sorted((names, c) for names, c in total.items() if c)))


@functools.lru_cache(maxsize=4096)
def _kept(terms: tuple[tuple[tuple[str, ...], Fraction], ...]) -> Size:
    """The size of these terms, the same one each time: sizes are compared all the time, and to itself a thing is equal at once."""
    return Size(terms)


ONE = Size.of(1)
