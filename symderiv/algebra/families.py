r"""Families of distributions and expectations under their members, exact and with the conditions under which they exist.

A family states its log-density and one *law*, the way an expectation under it is worked out:

- `Tilted`: for statistics T, the parameters λ' of the density ∝ q(x; λ) exp(δ·T(x)). The cumulant function
  ``M(δ) = log E exp(δ·T) = log q(x; λ) + δ·T(x) - log q(x; λ')`` follows (that x drops out is its proof), and with it
  ``E[T_a T_b … exp(δ·T)] = ∂_a ∂_b … exp M(δ)``: every power, logarithm and exponential of the variable that is made of the statistics;
- `Image`: the variable as a function of another's, on branches with weights (constants, where it takes finitely many values);
- `OneHot`: the unit vectors with their probabilities;
- `Level`: a constant density between two ends, integrated by antiderivatives that are proved by differentiation.

Beside it stands what is known of even functions of ``x - c`` (`Family.centred`). Expectations are linear; no rule gives a number that is
not proved or integrated here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from symderiv.algebra.calculus import derivative, gradient
from symderiv.algebra.expectation import mentions
from symderiv.algebra.factors import factored
from symderiv.algebra.fractions import together
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Monomial, Poly, monomial_of, monomial_term, poly_term, terms_of
from symderiv.algebra.signs import Bounds, bounds, poly_bounds
from symderiv.algebra.substitute import substitute
from symderiv.algebra.terms import (
    ONE, PI, ZERO, Add, Apply, Det, Entry, InverseEntry, LogDensity, Mean, Mul, Pow, Slot, Sum, Symbol, Tensor, Term, Undefined, Value,
    add, delta, divide, exp, fresh, log, mul, neg, num, power, scalar, size_term, sub, sum_over, tensor,
)  # fmt: skip


class Diverges(ArithmeticError):
    """An expectation that is infinite, in words; ``where`` is a term that would have to be positive and is not."""

    def __init__(self, message: str, where: Term) -> None:
        super().__init__(message)
        self.where = where


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
        return _simultaneous(term, values)

    def inserted_tensor(self, x: Tensor) -> Tensor:
        """The same for a vector or matrix."""
        indices, body = x.open()
        return tensor(indices, self.inserted(body))

    def log_density(self) -> Term:
        """The logarithm of its density at the variable."""
        f = self.family
        own = {f.variable: _whole(self.variable)} if self.variable != f.variable else {}
        return _simultaneous(f.log_density, {**dict(zip(f.parameters, self.arguments, strict=True)), **own})

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

    def mean(self, body: Term, normal: Normal, conditions: Conditions) -> Poly | None:
        """The expectation of a product of the variable's functions, None where no rule gives it. Raises `Diverges`."""
        m, c = monomial_of(body)
        found = _centred(self, m, normal)
        if found is None:
            match self.family.law:
                case Tilted():
                    found = _under_tilt(self, self.family.law, m, normal, conditions)
                case Image():
                    return _by_image(self, self.family.law, body, normal, conditions)
                case OneHot():
                    found = _by_states(self, self.family.law, monomial_term(m), normal)
                case Level():
                    found = _by_antiderivative(self, m, normal)
        return None if found is None else {n: q * c for n, q in found.items()}


@dataclass(slots=True)
class Conditions:
    """Terms that must be positive for what was derived to hold, in the order they came up."""

    positive: list[Term] = field(default_factory=list)
    #: Matrices that must be positive definite.
    definite: list[Tensor] = field(default_factory=list)

    def need(self, term: Term, normal: Normal, why: str) -> None:
        """Ask for ``term > 0``: nothing where it is known, `Diverges` where it never is."""
        value = sign_of(settled(term, normal), normal)
        b = bounds_of(value)
        if b.positive:
            return
        if (-b).nonnegative:
            raise Diverges(why, value)
        self.positive = [c for c in self.positive if not bounds_of(settled(sub(c, value), normal)).nonnegative]
        if not any(bounds_of(settled(sub(value, c), normal)).nonnegative for c in self.positive):
            self.positive.append(value)


def sign_of(canonical: Term, normal: Normal) -> Term:
    """A term that is positive exactly where this one is, without the factors whose sign is known."""
    if canonical == ZERO:
        return canonical
    sign = 1
    kept: list[Term] = []
    pending = factored(terms_of(canonical), normal.meter, keep_sign=False)
    for piece, multiplicity in pending:
        if len(piece) > 1:
            parts = [(poly_term(piece), poly_bounds(piece), multiplicity)]
        else:
            ((m, c),) = piece.items()
            sign *= -1 if c < 0 and multiplicity % 2 else 1
            parts = [(t, bounds(t), e * multiplicity) for t, e in m[0]]
        for t, b, e in parts:
            if b.positive or (type(e) is int and e % 2 == 0):
                continue
            if b.negative and type(e) is int:
                sign = -sign
            else:
                kept.append(t)
    return settled(mul(num(sign), *kept), normal)


def bounds_of(canonical: Term) -> Bounds:
    """Bounds for a term in normal form."""
    return poly_bounds(monomials(canonical))


def monomials(canonical: Term) -> Poly:
    """The polynomial of a term in normal form; nothing for zero."""
    return {} if canonical == ZERO else terms_of(canonical)


def settled(term: Term, normal: Normal) -> Term:
    """The normal form, of which the normal form is itself: sums that came whole again are multiplied out."""
    for _ in range(4):
        after = poly_term(together(normal.poly(term), normal))
        if after == term:
            break
        term = after
    return term


def _whole(symbol: Symbol) -> Tensor:
    indices = tuple(fresh(s) for s in symbol.sizes)
    return tensor(indices, Entry(symbol, indices))


def _simultaneous(term: Term, values: Mapping[Symbol, Tensor]) -> Term:
    """Symbols replaced all at once: what is put in may name them too."""
    return substitute(term, {k: v for k, v in values.items() if v != _whole(k)})


# --- tilting ----------------------------------------------------------------------------------------------------------------


def _under_tilt(q: Member, law: Tilted, m: Monomial, normal: Normal, conditions: Conditions) -> Poly | None:
    """``E[T_a T_b … exp(δ·T)]`` by the cumulant function."""
    statistics = [_statistic(q, s) for s in law.statistics]
    taken: list[tuple[int, tuple[Slot, ...]]] = []
    rest: list[tuple[Term, object]] = []
    for t, e in m[0]:
        place = _place(t, q.variable, statistics)
        if place is not None and type(e) is int and e > 0:
            taken += [place] * e
        else:
            squared = _place(power(t, num(e)), q.variable, statistics) if type(e) is int and e > 0 else None
            if squared is not None:
                taken.append(squared)
            else:
                rest.append((t, e))
    shift: dict[Symbol, Tensor] = {}
    outside: Term = ZERO
    if rest or m[1]:
        linear = _linear(log(monomial_term((frozenset(rest), m[1]))), q, law, statistics, normal)  # type: ignore[arg-type]
        if linear is None:
            return None if taken else _by_completing_the_square(q, m, normal, conditions)
        shift, outside = linear
        _in_domain(q, law, shift, normal, conditions)
    weight: Term = ONE
    cumulant = q.family.cumulant
    for k, at in taken:
        weight = add(derivative(weight, law.tilts[k], at), mul(weight, derivative(cumulant, law.tilts[k], at)))
    still = {t: tensor(tuple(fresh(s) for s in t.sizes), ZERO) for t in law.tilts if t not in shift}
    values = {**still, **shift}
    at_shift = mul(weight, exp(cumulant)) if shift else weight
    value = _simultaneous(at_shift, {**values, **dict(zip(q.family.parameters, q.arguments, strict=True))})
    return normal.poly(settled(mul(exp(outside), value), normal))


def _by_completing_the_square(q: Member, m: Monomial, normal: Normal, conditions: Conditions) -> Poly | None:
    """``∫ exp(c + bᵀx - ½ xᵀPx) = (2π)^{k/2} det(P)^{-1/2} exp(c + ½ bᵀP⁻¹b)`` for a vector in space; P must be positive definite."""
    if len(q.variable.sizes) != 1 or q.family.support != Region("space"):
        return None
    exponent = settled(add(q.log_density(), log(monomial_term(m))), normal)
    slope = normal.tensor(gradient(scalar(exponent), q.variable))
    curvature = normal.tensor(gradient(slope, q.variable))
    if mentions(curvature, q.variables):
        return None
    (i, j), body = curvature.open()
    precision = normal.tensor(tensor((i, j), neg(body)))
    conditions.definite.append(precision)
    nothing = {q.variable: tensor((fresh(q.variable.sizes[0]),), ZERO)}
    b = tensor((k := fresh(q.variable.sizes[0]),), substitute(slope.at(k), nothing))
    half = mul(num(1, 2), sum_over((i, j), mul(b.at(i), b.at(j), InverseEntry(precision, (i, j)))))
    size = size_term(q.variable.sizes[0])
    norm = mul(num(1, 2), sub(mul(size, log(mul(num(2), PI))), log(Det(precision))))
    return normal.poly(exp(add(substitute(exponent, nothing), half, norm)))


def _statistic(q: Member, s: Tensor) -> Tensor:
    own = dict(zip(q.family.parameters, q.arguments, strict=True))
    indices, body = s.open()
    body = _simultaneous(body, {**own, q.family.variable: _whole(q.variable)})
    return tensor(indices, poly_term(Normal().poly(body)))


def _place(term: Term, variable: Symbol, statistics: Iterable[Tensor]) -> tuple[int, tuple[Slot, ...]] | None:
    """The number of the statistic, and the slots, at which a term is its entry."""
    places = _entries(term, variable)
    for k, s in enumerate(statistics):
        for place in places:
            at = place if len(place) == s.rank else ()
            if len(at) == s.rank and s.at(*at) == term:
                return k, at
    return None


def _entries(term: Term, variable: Symbol) -> list[tuple[Slot, ...]]:
    if isinstance(term, Entry):
        return [term.at] if term.symbol.name == variable.name else []
    out: list[tuple[Slot, ...]] = []
    for value in term.values:
        for part in value if type(value) is tuple else (value,):
            inside = part.body if isinstance(part, Tensor) else part
            if isinstance(inside, Term):
                out += [at for at in _entries(inside, variable) if at not in out]
    return out


def _linear(
    term: Term, q: Member, law: Tilted, statistics: list[Tensor], normal: Normal
) -> tuple[dict[Symbol, Tensor], Term] | None:
    """A term as ``c + δ·T``: the tilts by their symbols, and c. None where it is nothing of the kind."""
    name = frozenset((q.variable.name,))
    stands = [Symbol(f"statistic {k}", s.sizes) for k, s in enumerate(law.tilts)]
    written = _replaced(settled(term, normal), q.variable, statistics, stands)
    if mentions(written, name):
        return None
    shift: dict[Symbol, Tensor] = {}
    rest = written
    for tilt, stand in zip(law.tilts, stands, strict=True):
        if not mentions(written, frozenset((stand.name,))):
            continue
        slope = normal.tensor(gradient(scalar(written), stand))
        if mentions(slope, frozenset(s.name for s in stands)):
            return None
        shift[tilt] = slope
        indices, body = slope.open()
        rest = sub(rest, sum_over(indices, mul(body, Entry(stand, indices))))
    rest = settled(rest, normal)
    return None if mentions(rest, frozenset(s.name for s in stands)) else (shift, rest)


def _replaced(term: Term, variable: Symbol, statistics: list[Tensor], stands: list[Symbol]) -> Term:
    """The term with symbols in place of the statistics."""
    if not mentions(term, frozenset((variable.name,))):
        return term
    place = _place(term, variable, statistics)
    if place is not None:
        return Entry(stands[place[0]], place[1])

    def inner(x: Term) -> Term:
        return _replaced(x, variable, statistics, stands)

    match term:
        case Add(terms=terms):
            return add(*map(inner, terms))
        case Mul(factors=factors):
            return mul(*map(inner, factors))
        case Pow(base=base, exponent=exponent):
            return power(inner(base), inner(exponent))
        case Apply(name=name, argument=argument):
            return Apply(name, inner(argument))
        case Sum(body=body):
            indices, inside = body.open()
            return sum_over(indices, inner(inside))
    return term


def _in_domain(q: Member, law: Tilted, shift: Mapping[Symbol, Tensor], normal: Normal, conditions: Conditions) -> None:
    """The tilted density exists where its parameters lie in their domains."""
    still = {t: tensor(tuple(fresh(s) for s in t.sizes), ZERO) for t in law.tilts}
    values = {**still, **shift, **dict(zip(q.family.parameters, q.arguments, strict=True))}
    why = f"the tail of {q.family.name} is too heavy"
    for end in _ends(q.family.parameters, law.moved):
        if not bounds_of(sign_of(settled(end, normal), normal)).positive:
            conditions.need(_simultaneous(end, values), normal, why)


def _ends(parameters: Iterable[Symbol], moved: Iterable[Tensor]) -> Iterable[Term]:
    """What is positive where the parameters of the tilted density lie in their domains; nothing for those that do not move."""
    for parameter, place in zip(parameters, moved, strict=True):
        if place == _whole(parameter):
            continue
        _, body = place.open()
        d = parameter.domain
        if d.low is not None:
            yield sub(body, num(d.low))
        if d.high is not None:
            yield sub(num(d.high), body)


# --- images, states and antiderivatives ---------------------------------------------------------------------------------------


class _Only:
    """Knowledge of one density, called ``base``."""

    def __init__(self, member: Member | None, conditions: Conditions) -> None:
        self.member, self.conditions = member, conditions

    def log_density(self, _term: LogDensity) -> Term | None:
        return None

    def mean(self, term: Mean, normal: Normal) -> Poly | None:
        return self.member.mean(term.body, normal, self.conditions) if self.member is not None and term.family == _BASE else None

    def value(self, _term: Value) -> Term | None:
        return None


_BASE = "base of an image"


def _by_image(q: Member, law: Image, body: Term, normal: Normal, conditions: Conditions) -> Poly | None:
    base = None if law.base is None else _inserted(law.base, q)
    inner = Normal(_Only(base, conditions), normal.meter)
    parts = []
    for weight, value in law.branches:
        there = settled(_simultaneous(body, {q.variable: q.inserted_tensor(value)}), inner)
        mean = there if base is None else Mean(_BASE, base.variables, frozenset(), (), there)
        parts.append(mul(q.inserted(weight), mean))
    total = settled(add(*parts), inner)
    if _has(total, Mean):
        return None
    return normal.poly(total)


def whole_mean(q: Member, body: Term, normal: Normal, conditions: Conditions) -> Term | None:
    """The expectation of a whole term under an image, put in before it is taken apart, so that what cancels does; None where no rule gives it."""
    if not isinstance(q.family.law, Image):
        return None
    found = _by_image(q, q.family.law, body, normal, conditions)
    return None if found is None else poly_term(found)


def _inserted(base: Member, q: Member) -> Member:
    return Member(base.family, tuple(map(q.inserted_tensor, base.arguments)), base.variable)


def _has(term: Term, kind: type[Term]) -> bool:
    if isinstance(term, kind):
        return True
    return any(
        _has(part.body if isinstance(part, Tensor) else part, kind)
        for value in term.values
        for part in (value if type(value) is tuple else (value,))
        if isinstance(part, (Term, Tensor))
    )


def _by_states(q: Member, law: OneHot, body: Term, normal: Normal) -> Poly:
    (i,), weight = law.weights.open()
    weight = q.inserted(weight)
    k = fresh(i.size)
    unit = tensor((k,), delta(k, i))
    return normal.poly(settled(sum_over((i,), mul(weight, substitute(body, {q.variable: unit}))), normal))


def _by_antiderivative(q: Member, m: Monomial, normal: Normal) -> Poly | None:
    low, high = q.end("low"), q.end("high")
    assert low is not None
    assert high is not None
    body = monomial_term(m)
    found = _antiderivative(q.variable, m, body, normal)
    if found is None:
        return None
    ends = sub(substitute(found, {q.variable: scalar(high)}), substitute(found, {q.variable: scalar(low)}))
    return normal.poly(mul(ends, power(sub(high, low), num(-1))))


def _antiderivative(variable: Symbol, m: Monomial, body: Term, normal: Normal) -> Term | None:
    """A function whose derivative is the product, from a list of guesses each of which is proved before it is used."""
    x = Entry(variable, ())
    degree = next((e for t, e in m[0] if t == x), 0)
    up = mul(body, x)
    guesses = [
        mul(num(1, int(degree) + 1), up) if degree != -1 and type(degree) is int else None,
        log(x) if degree == -1 else None,
        *(
            _guesses_by_atom(t, x, body, int(degree), normal) if type(degree) is int and degree >= 0 else ZERO
            for t, _ in m[0]
            if t != x
        ),
        _guess_by_power(body, x, normal),
        _guess_by_exponential(body, variable, normal),
    ]
    for guess in guesses:
        if guess is None or guess == ZERO:
            continue
        try:
            if all(_derives(branch(guess), branch(body), variable, normal) for branch in _branches(body, variable)):
                return guess
        except Undefined:
            continue
    return None


def _derives(guess: Term, body: Term, variable: Symbol, normal: Normal) -> bool:
    return settled(sub(derivative(guess, variable, ()), body), normal) == ZERO


def _branches(body: Term, variable: Symbol) -> tuple[Callable[[Term], Term], ...]:
    """Where an absolute value stands in a product, it is its argument on one side of zero and the negative on the other."""
    name = frozenset((variable.name,))
    inside = [f for f in (body.factors if isinstance(body, Mul) else (body,)) if isinstance(f, Apply) and f.name == "abs"]
    inside = [f for f in inside if mentions(f, name)]
    if not inside:
        return (lambda x: x,)

    def put(value: Callable[[Term], Term]) -> Callable[[Term], Term]:
        return lambda x: mul(
            *(
                value(f.argument) if f in inside and isinstance(f, Apply) else f
                for f in (x.factors if isinstance(x, Mul) else (x,))
            )
        )

    return put(lambda u: u), put(neg)


def _guesses_by_atom(t: Term, x: Term, body: Term, degree: int, normal: Normal) -> Term:
    if isinstance(t, Apply) and t.name == "log" and t.argument == x:
        if body == power(t, num(2)):
            return mul(x, add(body, mul(num(-2), t), num(2)))
        n = num(1, degree + 1)
        return mul(n, x, sub(body, mul(n, power(x, num(degree)))))
    if isinstance(t, Apply) and t.name == "log" and not degree and _has_square(t.argument, x):
        return _guess_log_quadratic(t, x, normal)
    if isinstance(t, Apply) and t.name == "log" and not degree:  # log(c + kx)
        return add(mul(t.argument, body, power(_slope(t.argument, x), num(-1))), neg(x))
    if isinstance(t, Apply) and t.name == "abs" and not degree:
        return mul(num(1, 2), t.argument, body, power(_slope(t.argument, x), num(-1)))
    return ZERO


def _has_square(argument: Term, x: Term) -> bool:
    return mentions(_slope(argument, x), frozenset((x.symbol.name,)))  # type: ignore[attr-defined]


def _guess_log_quadratic(t: Apply, x: Term, normal: Normal) -> Term:
    """``∫ log(k((x - c)² + s²)) = u log(k(u² + s²)) - 2u + 2s arctan(u/s)`` with u = x - c."""
    square = _completed(t.argument, x.symbol, normal)  # type: ignore[attr-defined]
    if square is None:
        return ZERO
    _, centre, least = square
    u, s = sub(x, centre), power(least, num(1, 2))
    return add(mul(u, t), mul(num(-2), u), mul(num(2), s, Apply("arctan", divide(u, s))))


def _slope(term: Term, x: Entry) -> Term:  # type: ignore[misc]
    return derivative(term, x.symbol, ())


def _guess_by_power(body: Term, x: Term, normal: Normal) -> Term | None:
    """``x^a`` with an exponent that does not depend on x: ``a = x g'/g``."""
    assert isinstance(x, Entry)
    exponent = settled(mul(x, derivative(body, x.symbol, ()), power(body, num(-1))), normal)
    if mentions(exponent, frozenset((x.symbol.name,))) or exponent == num(-1):
        return None
    return mul(body, x, power(add(exponent, ONE), num(-1)))


def _guess_by_exponential(body: Term, variable: Symbol, normal: Normal) -> Term | None:
    """``e^{cx}``: ``c = g'/g``."""
    rate = settled(mul(derivative(body, variable, ()), power(body, num(-1))), normal)
    if mentions(rate, frozenset((variable.name,))) or rate == ZERO:
        return None
    return mul(body, power(rate, num(-1)))


# --- even functions around a centre -------------------------------------------------------------------------------------------


def _centred(q: Member, m: Monomial, normal: Normal) -> Poly | None:
    """``E f(x - c)`` from the family's rows, where the product is just that."""
    if m[1] or len(m[0]) != 1 or q.variable.sizes:
        return None
    ((t, e),) = m[0]
    if e != 1 or not isinstance(t, Apply):
        return None
    slope = settled(derivative(t.argument, q.variable, ()), normal)
    if t.name == "log" and "log_quadratic" in q.family.centred:
        return _log_quadratic(q, t.argument, normal)
    if t.name not in q.family.centred or slope not in (ONE, num(-1)):
        return None
    (c,), value = q.family.centred[t.name]
    centre = sub(Entry(q.variable, ()), mul(slope, t.argument))
    return _row(q, value, {c: centre}, normal)


def _log_quadratic(q: Member, argument: Term, normal: Normal) -> Poly | None:
    square = _completed(argument, q.variable, normal)
    if square is None:
        return None
    half, centre, least = square
    (c, s), value = q.family.centred["log_quadratic"]
    return _row(q, add(log(half), value), {c: centre, s: power(least, num(1, 2))}, normal)


def _completed(argument: Term, variable: Symbol, normal: Normal) -> tuple[Term, Term, Term] | None:
    """``k, c, r`` of ``k((x - c)² + r)`` with r > 0; None where it is nothing of the kind."""
    name = frozenset((variable.name,))
    slope = settled(derivative(argument, variable, ()), normal)
    curvature = settled(derivative(slope, variable, ()), normal)
    if mentions(curvature, name) or curvature == ZERO:
        return None
    x = Entry(variable, ())
    centre = settled(sub(x, mul(slope, power(curvature, num(-1)))), normal)
    half = settled(mul(curvature, num(1, 2)), normal)
    least = settled(sub(mul(argument, power(half, num(-1))), power(sub(x, centre), num(2))), normal)
    if mentions(centre, name) or mentions(least, name) or not bounds_of(least).positive:
        return None
    return half, centre, least


def _row(q: Member, value: Term, places: Mapping[Symbol, Term], normal: Normal) -> Poly | None:
    own = dict(zip(q.family.parameters, q.arguments, strict=True))
    settled_places = {k: scalar(settled(v, normal)) for k, v in places.items()}
    if any(mentions(v, q.variables) for v in settled_places.values()):
        return None
    return normal.poly(settled(_simultaneous(value, {**own, **settled_places}), normal))


# --- the form of an exponential family ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExponentialForm:
    """``log q = Σ θ·T + log h - F``: pairs (θ, T), the log-partition F, and what else depends on the variable."""

    parts: tuple[tuple[Tensor, Tensor], ...]
    log_partition: Term
    base: Term


def exponential_form(q: Member) -> ExponentialForm | None:
    """The natural parameters of a member of a tilted family, read off its log-density; None where it is not linear in the statistics."""
    law = q.family.law
    if not isinstance(law, Tilted):
        return None
    normal = Normal()
    statistics = [_statistic(q, s) for s in law.statistics]
    stands = [Symbol(f"statistic {k}", s.sizes) for k, s in enumerate(law.tilts)]
    names = frozenset(s.name for s in stands)
    partition: list[Term] = []
    base: list[Term] = []
    linear: list[Term] = []
    for m, c in monomials(settled(q.log_density(), normal)).items():
        part = monomial_term(m, c)
        written = _replaced(part, q.variable, statistics, stands)
        slopes = [normal.tensor(gradient(scalar(written), s)) for s in stands]
        if not mentions(part, q.variables):
            partition.append(neg(part))
        elif mentions(written, q.variables) or any(mentions(s, names) for s in slopes):
            base.append(part)
        else:
            linear.append(written)
    if any(mentions(part, frozenset(s.name for s in _symbols(q))) for part in base):
        return None
    whole = add(*linear)
    parts = tuple((normal.tensor(gradient(scalar(whole), s)), statistic) for s, statistic in zip(stands, statistics, strict=True))
    return ExponentialForm(parts, settled(add(*partition), normal), add(*base))


def _symbols(q: Member) -> list[Symbol]:
    """The symbols in the parameters that tilting moves."""
    law = q.family.law
    assert isinstance(law, Tilted)
    moving = [a for p, a, m in zip(q.family.parameters, q.arguments, law.moved, strict=True) if m != _whole(p)]
    out: list[Symbol] = []
    for a in moving:
        out += _symbols_in(a.body)
    return out


def _symbols_in(term: Term) -> list[Symbol]:
    if isinstance(term, Entry):
        return [term.symbol]
    parts = (p for value in term.values for p in (value if type(value) is tuple else (value,)))
    inside = (p.body if isinstance(p, Tensor) else p for p in parts)
    return [s for p in inside if isinstance(p, Term) for s in _symbols_in(p)]


def has_means(term: Term) -> bool:
    """Whether an expectation is left in a term."""
    return _has(term, Mean)
