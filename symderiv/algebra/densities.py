r"""What is known of declared densities: formulas of Gaussians, products over coordinates, conditions of independence.

The expectation of a polynomial under a Gaussian follows from Isserlis' theorem on index atoms,
``E[z_a z_b …] = μ_a E[z_b …] + Σ_b Cov[a, b] E[…]``; everything else about densities is the product rule
``log p(a | b) = log p(a, b) - log p(b)``, which the normal form applies by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flint import fmpq

from symderiv.algebra import tensors as T
from symderiv.algebra.calculus import CannotDifferentiate, gradient
from symderiv.algebra.expectation import VOLUME, mentions
from symderiv.algebra.conditions import Conditions
from symderiv.algebra.families import Member
from symderiv.algebra.knowledge import Forms
from symderiv.algebra.moments import mean_under
from symderiv.algebra.normal import Normal
from symderiv.algebra.parts import parts
from symderiv.algebra.polynomials import (
    NO_EXP,
    Exponent,
    Monomial,
    Poly,
    constant,
    monomial_of,
    monomial_term,
    plus,
    poly_term,
    times,
)
from symderiv.algebra.substitute import substitute
from symderiv.algebra.supports import WHOLE_LINE, ends_of, rooms
from symderiv.algebra.terms import (
    PI, Apply, Det, Entry, LogDensity, Mean, Mul, Slot, Symbol, Tensor, Term, Value, add, exp, fresh, log, mul, neg, num, power, scalar, size_term, sum_over,
)  # fmt: skip
from symderiv.core.size import Size

#: Polynomials of a higher degree in the random variable are left as they are.
HIGHEST_MOMENT = 12


@dataclass(frozen=True, slots=True)
class Gaussian:
    """``N(variable; mean, covariance)``, conditional on the names in ``given``: a scalar with a variance, or a vector with a matrix."""

    variable: Symbol
    mean: Tensor
    covariance: Tensor
    given: frozenset[str] = frozenset()

    def log_density(self) -> Term:
        """``-½ log det(2πΣ) - ½ (z - μ)ᵀ Σ⁻¹ (z - μ)``, and with a covariance ``c I`` the same by entries: ``-n/2 log(2πc) - 1/(2c) (z - μ)ᵀ (z - μ)``."""
        z = T.whole(self.variable)
        centred = T.minus(z, self.mean)
        alike = T.times_identity(self.covariance)
        if alike is not None:
            normaliser = mul(size_term(z.sizes[0]), log(mul(num(2), PI, alike)))
            quadratic = mul(power(alike, num(-1)), T.product(T.transpose(centred), centred).body)
        elif not z.rank:
            normaliser = log(mul(num(2), PI, self.covariance.body))
            quadratic = mul(power(centred.body, num(2)), power(self.covariance.body, num(-1)))
        else:
            normaliser = add(mul(size_term(z.sizes[0]), log(mul(num(2), PI))), log(Det(self.covariance)))
            quadratic = T.product(T.product(T.transpose(centred), T.inverse(self.covariance)), centred).body
        return mul(num(-1, 2), add(normaliser, quadratic))

    def covariance_at(self, a: tuple[Slot, ...], b: tuple[Slot, ...]) -> Term:
        """The covariance of two entries of the variable."""
        return self.covariance.at(*a, *b)


@dataclass(frozen=True, slots=True)
class ByCoordinate:
    """``q(z) = Π_i q_i(z_i)``, one factor a coordinate. ``family`` names the factors (``q`` for ``q_i``)."""

    variable: str
    size: Size
    family: str


@dataclass(frozen=True, slots=True)
class Abstract:
    """A density known by its name alone; ``variables`` are those of its declaration, for when it is named without them."""

    variables: frozenset[str]
    given: frozenset[str] = frozenset()


Density = Gaussian | ByCoordinate | Abstract | Member

#: ``log p`` of a set of variables of one family.
Joint = tuple[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Densities:
    """Declared densities by family name, and joints that equal sums of others (``log p(z, θ) = log p(z) + log p(θ)``)."""

    known: Mapping[str, Density]
    relations: tuple[tuple[Joint, tuple[tuple[Joint, int], ...]], ...] = ()
    #: Values of functions at single places: ``s(x_1) = 1/2``.
    values: Mapping[Value, Term] = field(default_factory=dict)
    #: What had to be positive for the expectations that were worked out so far.
    conditions: Conditions = field(default_factory=Conditions, compare=False)
    forms: Forms | None = field(default=None, compare=False)

    def value(self, term: Value) -> Term | None:
        """The value of a function at a place, if it is given."""
        return self.values.get(term)

    @property
    def concrete(self) -> frozenset[str]:
        """Families with a formula."""
        return frozenset(name for name, d in self.known.items() if isinstance(d, (Gaussian, Member)))

    @property
    def restricted(self) -> frozenset[str]:
        """Families under conditions of independence."""
        return frozenset(family for (family, _), _ in self.relations)

    def log_density(self, term: LogDensity) -> Term | None:
        """The formula of a Gaussian, the sum over coordinates of a product, or a related joint."""
        known = self.known.get(term.family)
        if isinstance(known, (Gaussian, Member)):
            return known.log_density() if term.variables == {known.variable.name} and not term.at else None
        if isinstance(known, ByCoordinate) and term.variables == {known.variable} and not term.at and not term.given:
            i = fresh(known.size)
            return sum_over((i,), LogDensity(known.family, term.variables, frozenset(), (i,)))
        if term.given:
            return None
        for (family, names), summands in self.relations:
            if family == term.family and names == term.variables:
                return add(*(mul(num(c), LogDensity(f, v, frozenset(), term.at)) for (f, v), c in summands))
        factors = self._factors(term.family, term.variables)
        return add(*(LogDensity(f, v, frozenset(), term.at) for f, v in factors)) if factors else None

    def _factors(self, family: str, variables: frozenset[str]) -> tuple[Joint, ...]:
        """The densities of other families whose product a marginal is, where the joint is a product of independent ones; else none."""
        for (name, _), summands in self.relations:
            if name != family or any(c != 1 or f == family for (f, _), c in summands):
                continue
            sets = [v for (_, v), _ in summands]
            inside = tuple(joint for joint, _ in summands if joint[1] <= variables)
            apart = sum(map(len, sets)) == len(frozenset().union(*sets))
            if apart and frozenset().union(*(v for _, v in inside)) == variables:
                return inside
        return ()

    def require_support(self, term: Mean) -> None:
        """Raises `Diverges` where the log density of a member stands under a density that gives weight to values outside its support."""
        if not any(isinstance(d, Member) for d in self.known.values()):
            return
        factors = term.body.factors if isinstance(term.body, Mul) else (term.body,)
        weights = [f.argument.family for f in factors if isinstance(f, Apply) and isinstance(f.argument, LogDensity)]
        families = weights if term.family == VOLUME else [term.family]
        inside = sorted({x.family for x in parts(term.body) if isinstance(x, LogDensity)})
        for q, p in ((self.known.get(f), self.known.get(g)) for f in families for g in inside if g != f):
            if isinstance(p, Member) and isinstance(q, (Gaussian, Member)) and p.variable.name == q.variable.name:
                rooms(WHOLE_LINE if isinstance(q, Gaussian) else ends_of(q), p)

    def mean(self, term: Mean, normal: Normal) -> Poly | None:
        """Moments of a Gaussian; for a product over coordinates, the expectation under the one coordinate that matters."""
        try:
            return self._mean(term, normal)
        except CannotDifferentiate:  # a density without a formula stands in an exponent or an argument
            return None

    def _mean(self, term: Mean, normal: Normal) -> Poly | None:
        known = self.known.get(term.family)
        m, c = monomial_of(term.body)
        if isinstance(known, Gaussian) and term.variables == {known.variable.name}:
            return self._moment(known, m, c, normal)
        if isinstance(known, Member) and term.variables == known.variables:
            return mean_under(known, term.body, normal, self.conditions)
        if isinstance(known, ByCoordinate) and not term.at and term.variables == {known.variable}:
            return self._coordinate(known, term, normal)
        factors = () if term.given else self._factors(term.family, term.variables)
        if not factors:
            return None
        body = term.body
        for family, variables in reversed(factors):
            body = Mean(family, variables, frozenset(), term.at, body)
        return normal.poly(body)

    @staticmethod
    def _moment(q: Gaussian, m: Monomial, c: fmpq, normal: Normal) -> Poly | None:
        name = frozenset((q.variable.name,))
        places: list[tuple[Slot, ...]] = []
        outside: list[tuple[Term, Exponent]] = []
        for t, e in m[0]:
            if isinstance(t, Entry) and t.symbol.name == q.variable.name:
                if type(e) is not int or e < 0 or e > HIGHEST_MOMENT:
                    return None
                places += [t.at] * e
            elif mentions(t, name):
                return None
            else:
                outside.append((t, e))
        if len(places) > HIGHEST_MOMENT:
            return None
        exponents = {n: e for n, e in m[1] if mentions(monomial_term(n), name)}
        factor: Poly = {(frozenset(outside), m[1] - frozenset(exponents.items())): c}
        if exponents:
            shifted = _shifted(q, poly_term(exponents), normal)
            if shifted is None:
                return None
            q, weight = shifted
            factor = times(factor, normal.poly(weight), normal.meter)
        return times(factor, moment(q, tuple(places), normal), normal.meter)

    @staticmethod
    def _coordinate(known: ByCoordinate, term: Mean, normal: Normal) -> Poly | None:
        slots = coordinates(term.body, known.variable)
        if slots is None or len(slots) != 1:
            return None
        (slot,) = slots
        inner = Mean(known.family, term.variables, frozenset(), (slot,), term.body)
        return {(frozenset(((inner, 1),)), NO_EXP): fmpq(1)} if normal.knowledge.mean(inner, normal) is None else None


def _shifted(q: Gaussian, exponent: Term, normal: Normal) -> tuple[Gaussian, Term] | None:
    """``E_q[f(z) exp(c + aᵀz)] = exp(c + aᵀμ + ½ aᵀΣa) E[f(z)]`` under the density with mean ``μ + Σa``; None where the exponent is no such thing."""
    z = q.variable
    slope = normal.tensor(gradient(scalar(exponent), z))
    if mentions(slope, frozenset((z.name,))):
        return None
    constant_part = substitute(exponent, {z: T.tensor_of(0, z.sizes)})
    if not z.sizes:
        a, s = slope.body, q.covariance.body
        mean = scalar(add(q.mean.body, mul(s, a)))
        return replace(q, mean=mean), exp(add(constant_part, mul(a, q.mean.body), mul(num(1, 2), s, a, a)))
    i, j = fresh(z.sizes[0]), fresh(z.sizes[0])
    quadratic = sum_over((i, j), mul(slope.at(i), q.covariance.at(i, j), slope.at(j)))
    weight = exp(add(constant_part, sum_over((i,), mul(slope.at(i), q.mean.at(i))), mul(num(1, 2), quadratic)))
    return replace(q, mean=T.plus(q.mean, T.product(q.covariance, slope))), weight


def moment(q: Gaussian, places: tuple[tuple[Slot, ...], ...], normal: Normal) -> Poly:
    """``E[Π z_place]`` by Isserlis' theorem."""
    if not places:
        return constant(1)
    first, rest = places[0], places[1:]
    total = times(normal.poly(q.mean.at(*first)), moment(q, rest, normal), normal.meter)
    for k, other in enumerate(rest):
        pair = normal.poly(q.covariance_at(first, other))
        plus(total, times(pair, moment(q, rest[:k] + rest[k + 1 :], normal), normal.meter))
    return total


def coordinates(term: Term | Tensor, variable: str) -> set[Slot] | None:
    """The coordinates of a random vector that a term depends on; None where it depends on more than single coordinates."""
    if isinstance(term, Tensor):
        inside = coordinates(term.body, variable)
        return None if inside is None or inside & set(term.slots) else inside
    if isinstance(term, Entry):
        return ({term.at[0]} if len(term.at) == 1 else None) if term.symbol.name == variable else set()
    if isinstance(term, LogDensity):
        if variable not in term.variables | term.given:
            return set()
        return set(term.at) if term.at else None
    if isinstance(term, Mean):
        return None if mentions(term, frozenset((variable,))) else set()
    out: set[Slot] = set()
    for value in term.values:
        for part in value if type(value) is tuple else (value,):
            if isinstance(part, (Term, Tensor)):
                inner = coordinates(part, variable)
                if inner is None:
                    return None
                out |= inner
    return out


def divergence(q: LogDensity, p: LogDensity) -> Term:
    """``D_KL(q ‖ p) = E_q[log q - log p]``."""
    return Mean(q.family, q.variables, q.given, q.at, add(q, neg(p)))
