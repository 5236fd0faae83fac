"""Where a scalar, or every entry of a tensor, may lie: an interval of the real line with open or closed ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Domain:
    """From ``low`` to ``high`` (None: unbounded); ends belong to it only where said so; ``whole`` for integers."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = False
    high_closed: bool = False
    whole: bool = False

    @property
    def positive(self) -> bool:
        """Every value is > 0."""
        return self.low is not None and (self.low > 0 or (self.low == 0 and not self.low_closed))

    @property
    def nonnegative(self) -> bool:
        """Every value is ≥ 0."""
        return self.low is not None and self.low >= 0


REAL = Domain()
POSITIVE = Domain(low=Fraction(0))
NONNEGATIVE = Domain(low=Fraction(0), low_closed=True)
UNIT = Domain(low=Fraction(0), high=Fraction(1))
CORRELATION = Domain(low=Fraction(-1), high=Fraction(1))
NATURAL = Domain(low=Fraction(1), low_closed=True, whole=True)
INTEGER = Domain(whole=True)
#: The values of a mask.
BINARY = Domain(Fraction(0), Fraction(1), low_closed=True, high_closed=True, whole=True)
