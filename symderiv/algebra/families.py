r"""Families of distributions, and their members.

A family states its log-density and one *law*, the way an expectation under it is worked out (`moments`):

- `Tilted`: for statistics T, the parameters λ' of the density ∝ q(x; λ) exp(δ·T(x)). The cumulant function
  ``M(δ) = log E exp(δ·T) = log q(x; λ) + δ·T(x) - log q(x; λ')`` follows; that x drops out is its proof (`tilting`);
- `Image`: the variable as a function of another's, on branches with weights (constants, where it takes finitely many values);
- `OneHot`: the unit vectors with their probabilities;
- `Level`: a constant density between two ends, integrated by antiderivatives (`antiderivatives`);
- `Tabled`: nothing but the expectations of even functions of ``x - c`` that may stand beside every law (`Family.centred`).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from symderiv.algebra.conditions import settled
from symderiv.algebra.expectation import mentions
from symderiv.algebra.normal import Normal
from symderiv.algebra.substitute import substitute
from symderiv.algebra.terms import Entry, Symbol, Tensor, Term, add, fresh, mul, neg, sum_over, tensor


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high`` (None: unbounded), all numbers or the whole ones."""

    low: Term | None = None
    high: Term | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """A support that is no interval, by name: ``simplex``, ``positive definite matrices``, ``unit vectors``, ``circle``, ``space``."""

    name: str


Support = Interval | Region


@dataclass(frozen=True, slots=True)
class Tilted:
    """Statistics (slots as their tilts have), the symbols of their tilts, and the parameters of the tilted density."""

    statistics: tuple[Tensor, ...]
    tilts: tuple[Symbol, ...]
    moved: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """``weight`` and ``value`` of each branch, in the parameters and the variable of ``base`` (None where the values are constants)."""

    base: Member | None
    branches: tuple[tuple[Term, Tensor], ...]


@dataclass(frozen=True, slots=True)
class OneHot:
    """The unit vectors, the i-th with probability ``weights[i]``."""

    weights: Tensor


@dataclass(frozen=True, slots=True)
class Level:
    """The same density everywhere between the ends of the support."""


@dataclass(frozen=True, slots=True)
class Tabled:
    """No rule but the rows of `Family.centred`."""


Law = Tilted | Image | OneHot | Level | Tabled


@dataclass(frozen=True, eq=False)
class Family:
    """A parametric family. ``conditions``: terms that are positive for its parameters beyond their domains.

    ``location_scale``: l and s where ``(x - l)/s`` has a density without parameters.

    ``centred``: by the name of an even function f the expectation of f(x - c), with the symbol of c; for ``log_quadratic`` that of
    ``log((x - c)² + s²)``, with the symbols of c and s.
    """

    name: str
    parameters: tuple[Symbol, ...]
    variable: Symbol
    support: Support
    log_density: Term
    law: Law
    conditions: tuple[Term, ...] = ()
    location_scale: tuple[Term, Term] | None = None
    centred: Mapping[str, tuple[tuple[Symbol, ...], Term]] = field(default_factory=dict)

    def __call__(self, *arguments: Tensor, variable: Symbol | None = None) -> Member:
        """The member with these parameters."""
        if len(arguments) != len(self.parameters):
            raise ValueError(f"{self.name} has {len(self.parameters)} parameters")
        return Member(self, arguments, variable or self.variable)

    @functools.cached_property
    def cumulant(self) -> Term:
        """``log E exp(δ·T)`` in the parameters and the tilts. Raises `ValueError` where the variable does not drop out."""
        assert isinstance(self.law, Tilted)
        after = substitute(self.log_density, dict(zip(self.parameters, self.law.moved, strict=True)))
        parts = []
        for s, tilt in zip(self.law.statistics, self.law.tilts, strict=True):
            indices, body = s.open()
            parts.append(sum_over(indices, mul(body, Entry(tilt, indices))))
        value = settled(add(self.log_density, *parts, neg(after)), Normal())
        if mentions(value, frozenset((self.variable.name,))):
            raise ValueError(f"{self.name}: the tilted density is not the family's with these parameters")
        return value


@dataclass(frozen=True, slots=True)
class Member:
    """A family with values for its parameters, as the density of ``variable``."""

    family: Family
    arguments: tuple[Tensor, ...]
    variable: Symbol
    given: frozenset[str] = frozenset()

    @property
    def variables(self) -> frozenset[str]:
        """The one random variable, by name."""
        return frozenset((self.variable.name,))

    def inserted(self, term: Term) -> Term:
        """A term in the family's parameters, with this member's."""
        values = dict(zip(self.family.parameters, self.arguments, strict=True))
        return simultaneous(term, values)

    def inserted_tensor(self, x: Tensor) -> Tensor:
        """The same for a vector or matrix."""
        indices, body = x.open()
        return tensor(indices, self.inserted(body))

    def log_density(self) -> Term:
        """The logarithm of its density at the variable."""
        f = self.family
        own = {f.variable: whole(self.variable)} if self.variable != f.variable else {}
        return simultaneous(f.log_density, {**dict(zip(f.parameters, self.arguments, strict=True)), **own})

    def inserted_quantile(self) -> tuple[Member, tuple[tuple[Term, Term], ...]] | None:
        """The standard variable it is an image of, with its branches; None where that depends on the parameters."""
        law = self.family.law
        if not isinstance(law, Image) or law.base is None:
            return None
        if any(mentions(a, frozenset(s.name for s in self.family.parameters)) for a in law.base.arguments):
            return None
        return law.base, tuple((self.inserted(w), self.inserted(v.body)) for w, v in law.branches)

    def end(self, which: str) -> Term | None:
        """The low or high end of the support, None where there is none."""
        value = getattr(self.family.support, which, None)
        return None if value is None else self.inserted(value)


def whole(symbol: Symbol) -> Tensor:
    """A symbol with all its slots open."""
    indices = tuple(fresh(s) for s in symbol.sizes)
    return tensor(indices, Entry(symbol, indices))


def simultaneous(term: Term, values: Mapping[Symbol, Tensor]) -> Term:
    """Symbols replaced all at once: what is put in may name them too."""
    return substitute(term, {k: v for k, v in values.items() if v != whole(k)})
