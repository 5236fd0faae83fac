"""What is known of densities and of functions at single places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from symderiv.algebra.polynomials import Poly
from symderiv.algebra.terms import LogDensity, Mean, Term, Value

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


class Knowledge(Protocol):
    """What is known about densities, and of functions at single places. Each returns None where nothing is."""

    @property
    def concrete(self) -> frozenset[str]:
        """Families with a formula."""

    def log_density(self, term: LogDensity) -> Term | None:
        """A log-density in terms of others, or as a formula."""

    def mean(self, term: Mean, normal: Normal) -> Poly | None:
        """The expectation of a single product."""

    def value(self, term: Value) -> Term | None:
        """The value of a function at one place."""


class Nothing:
    """Densities about which nothing is known but the rules of probability."""

    concrete: frozenset[str] = frozenset()

    def log_density(self, term: LogDensity) -> Term | None:
        """Always None."""

    def mean(self, term: Mean, normal: Normal) -> Poly | None:
        """Always None."""

    def value(self, term: Value) -> Term | None:
        """Always None."""
