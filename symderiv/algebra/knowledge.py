"""What is known of densities and of functions at single places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from symderiv.algebra.polynomials import Poly
from symderiv.algebra.terms import Index, LogDensity, Mean, Tensor, Term, Value, fresh
from symderiv.core.results import Verdict
from symderiv.core.size import Size

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


class Forms:
    """Normal forms and verdicts kept from one comparison to the next, as long as one answer is judged.

    Sides of a chain are compared with both neighbours, and repairs with one key many times. No other answer sees them, so that no verdict
    depends on what was judged before.
    """

    def __init__(self) -> None:
        self._kept: list[tuple[Knowledge, tuple[bool, ...], dict[Term, Poly]]] = []
        self._indices: dict[tuple[Size, ...], tuple[Index, ...]] = {}
        self._verdicts: list[tuple[Knowledge, dict[tuple[Tensor, Tensor], Verdict]]] = []

    def of(self, knowledge: Knowledge, manner: tuple[bool, ...]) -> dict[Term, Poly]:
        """The normal forms known so far under this knowledge in this manner."""
        for kept, in_which, forms in self._kept:
            if in_which == manner and kept == knowledge:
                return forms
        self._kept.append((knowledge, manner, {}))
        return self._kept[-1][2]

    def verdicts(self, knowledge: Knowledge) -> dict[tuple[Tensor, Tensor], Verdict]:
        """What was decided so far under this knowledge."""
        for kept, verdicts in self._verdicts:
            if kept == knowledge:
                return verdicts
        self._verdicts.append((knowledge, {}))
        return self._verdicts[-1][1]

    def indices(self, sizes: tuple[Size, ...]) -> tuple[Index, ...]:
        """Free indices for the entries of closed tensors of these sizes: the same ones each time."""
        if sizes not in self._indices:
            self._indices[sizes] = tuple(map(fresh, sizes))
        return self._indices[sizes]


class Knowledge(Protocol):
    """What is known about densities, and of functions at single places. Each returns None where nothing is."""

    @property
    def forms(self) -> Forms | None:
        """Where normal forms are kept beyond one comparison."""

    @property
    def concrete(self) -> frozenset[str]:
        """Families with a formula."""

    def log_density(self, term: LogDensity) -> Term | None:
        """A log-density in terms of others, or as a formula."""

    def require_support(self, term: Mean) -> None:
        """Raises `Undefined` where an expectation is taken over values at which a density whose logarithm stands in it is zero."""

    def mean(self, term: Mean, normal: Normal) -> Poly | None:
        """The expectation of a single product."""

    def value(self, term: Value) -> Term | None:
        """The value of a function at one place."""


class Nothing:
    """Densities about which nothing is known but the rules of probability."""

    concrete: frozenset[str] = frozenset()
    forms: Forms | None = None

    def log_density(self, term: LogDensity) -> Term | None:
        """Always None."""

    def require_support(self, term: Mean) -> None:
        """Nothing is known that could be zero."""

    def mean(self, term: Mean, normal: Normal) -> Poly | None:
        """Always None."""

    def value(self, term: Value) -> Term | None:
        """Always None."""
