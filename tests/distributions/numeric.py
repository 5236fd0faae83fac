"""Numbers by ways that share nothing with the derivation: densities evaluated by NumPy, expectations by quadrature and by sums."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from symderiv.algebra import tensors as T
from symderiv.algebra.families import Family, Interval, Member
from symderiv.algebra.terms import (
    Add, Apply, Const, Delta, Det, Dim, Entry, InverseEntry, Mul, Num, Pow, Prod, Slot, Sum, Symbol, Tensor, Term, Value,
)  # fmt: skip
from symderiv.core.size import Size

Values = Mapping[str, Any]

#: How far parameters keep from where an expectation stops to exist: closer by, quadrature is too coarse.
ROOM = 0.3

#: What symbolic sizes are in the tests: different, so that an exchange shows.
DIMENSIONS = {"K": 3, "k": 2, "r": 1, "n": 2, "p": 3}

_log_gamma = np.vectorize(math.lgamma, otypes=[float])
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp, "log": np.log, "abs": np.abs, "cos": np.cos, "sin": np.sin, "tan": np.tan, "sqrt": np.sqrt, "arctan": np.arctan,
    "erf": np.vectorize(math.erf, otypes=[float]),
    "gamma": np.vectorize(math.gamma, otypes=[float]),
    "digamma": np.vectorize(lambda x: float(mpmath.digamma(x)), otypes=[float]),
    "trigamma": np.vectorize(lambda x: float(mpmath.psi(1, x)), otypes=[float]),
    "tetragamma": np.vectorize(lambda x: float(mpmath.psi(2, x)), otypes=[float]),
    "besseli0": np.vectorize(lambda x: float(mpmath.besseli(0, x)), otypes=[float]),
    "besseli1": np.vectorize(lambda x: float(mpmath.besseli(1, x)), otypes=[float]),
}  # fmt: skip
_CONSTANTS = {"pi": math.pi, "euler_gamma": float(mpmath.euler)}


def size(s: Size) -> int:
    return int(s.value(DIMENSIONS))


def value(term: Term, values: Values, env: Mapping[Any, int] | None = None) -> Any:
    """A term at these values of its symbols; entries of vectors stand in the first axes, points of evaluation behind."""
    env = env or {}

    def at(slot: Slot) -> int:
        return slot - 1 if isinstance(slot, int) else env[slot]

    def inner(x: Term) -> Any:
        return value(x, values, env)

    def matrix(m: Tensor) -> np.ndarray:
        n = size(m.sizes[0])
        i, j = m.slots
        return np.array([[value(m.body, values, {**env, i: a, j: b}) for b in range(n)] for a in range(n)], dtype=float)

    def each(body: Tensor) -> list[Any]:
        places = itertools.product(*(range(size(s)) for s in body.sizes))
        return [value(body.body, values, {**env, **dict(zip(body.slots, p, strict=True))}) for p in places]

    match term:
        case Num(value=v):
            return float(v)
        case Const(name=name):
            return _CONSTANTS[name]
        case Dim(name=name):
            return float(DIMENSIONS[name])
        case Entry(symbol=symbol, at=slots):
            found = values[symbol.name]
            return found[tuple(at(s) for s in slots)] if slots else found
        case Delta(left=left, right=right):
            return float(at(left) == at(right))
        case Add(terms=terms):
            return sum(inner(x) for x in terms)
        case Mul(factors=factors):
            return math.prod((inner(x) for x in factors), start=1.0)
        case Pow(base=base, exponent=exponent):
            return np.power(np.asarray(inner(base), dtype=float), inner(exponent))
        case Apply(name="log", argument=Apply(name="gamma", argument=z)):
            return _log_gamma(inner(z))
        case Apply(name=name, argument=argument):
            return _FUNCTIONS[name](inner(argument))
        case Sum(body=body):
            return sum(each(body))
        case Prod(body=body):
            return math.prod(each(body), start=1.0)
        case Det(matrix=m):
            return np.linalg.det(np.moveaxis(matrix(m), (0, 1), (-2, -1)))
        case Value(function=f, arguments=(argument,), by=by) if f.name == "ell":  # log of the multivariate gamma function
            x = float(inner(argument.body))
            at_each = [x - 0.5 * j for j in range(DIMENSIONS["k"])]
            if by:
                return sum(float(mpmath.psi(len(by) - 1, z)) for z in at_each)
            return 0.25 * len(at_each) * (len(at_each) - 1) * math.log(math.pi) + sum(map(math.lgamma, at_each))
        case InverseEntry(matrix=m, at=slots):
            return np.linalg.inv(matrix(m))[at(slots[0]), at(slots[1])]
    raise TypeError(type(term).__name__)


def number(x: Tensor, values: Values) -> float:
    return float(value(x.body, values))


def array(x: Tensor, values: Values) -> np.ndarray:
    """All entries of a tensor."""
    places = itertools.product(*(range(size(s)) for s in x.sizes))
    entries = [value(x.body, values, dict(zip(x.slots, p, strict=True))) for p in places]
    return np.array(entries, dtype=float).reshape([size(s) for s in x.sizes])


# --- members and their parameters ---------------------------------------------------------------------------------------------


def member(f: Family, mark: str) -> Member:
    """A member with parameters of its own names; the number of trials is shared."""
    return f(*(T.whole(renamed(p, mark)) for p in f.parameters))


def renamed(p: Symbol, mark: str) -> Symbol:
    return p if p.domain.whole else Symbol(f"{p.name}_{mark}", p.sizes, p.domain, p.traits)


def symbols(*members: Member) -> list[Symbol]:
    out: list[Symbol] = []
    for m in members:
        for a in m.arguments:
            assert isinstance(a.body, Entry)
            if a.body.symbol not in out:
                out.append(a.body.symbol)
    return out


def drawn(rng: np.random.Generator, s: Symbol) -> Any:
    """A value of scale about 1 in the symbol's domain."""
    sizes = [size(n) for n in s.sizes]
    if "positive definite" in s.traits:
        root = rng.normal(size=sizes)
        return root @ root.T + np.eye(sizes[0])
    d = s.domain
    if d.whole:
        return float(rng.integers(2, 6))
    if d.low is not None and d.high is not None:
        draws = rng.uniform(0.1, 0.42, size=sizes) if s.name.startswith("lambda") else rng.uniform(0.1, 0.9, size=sizes)
    elif d.low is not None:
        draws = rng.uniform(0.5, 3.0, size=sizes)
    else:
        draws = rng.uniform(-2.0, 2.0, size=sizes)
    if s.name.startswith("pi") and sizes:
        draws = draws / draws.sum()
    return draws if sizes else float(draws)


def points(seed: int, wanted: Sequence[Symbol], positive: Sequence[Tensor], count: int = 3) -> list[dict[str, Any]]:
    """Random parameters at which all of ``positive`` are so, with some room."""
    rng = np.random.default_rng(seed)
    out: list[dict[str, Any]] = []
    for _ in range(40_000):
        values = {s.name: drawn(rng, s) for s in wanted}
        if all(_has_room(c, values) for c in positive):
            out.append(values)
            if len(out) == count:
                return out
    raise AssertionError(f"no parameters found for seed {seed}")


def _has_room(c: Tensor, values: Values) -> bool:
    if c.rank == 2:
        return bool(np.linalg.eigvalsh(array(c, values)).min() > ROOM)
    if c.free:
        (i,) = c.free
        return all(value(c.body, values, {i: k}) > ROOM for k in range(size(i.size)))
    return number(c, values) > ROOM


# --- expectations -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """Points of the variable and weights, for sums and integrals over a whole support."""

    points: Any
    weights: np.ndarray


_STEPS = np.linspace(-4.6, 4.6, 621)
_STEP = _STEPS[1] - _STEPS[0]


def rule(q: Member, values: Values) -> Rule:
    """Double exponential quadrature (Takahasi, Mori, 1974) on intervals, sums on whole numbers and states, products in space."""
    if not isinstance(q.family.support, Interval):
        return _in_region(q, values)
    low, high = (None if end is None else float(value(end, values)) for end in (q.end("low"), q.end("high")))
    if q.family.support.whole:
        x = np.arange(0 if low is None else low, (300 if high is None else high) + 1)
        return Rule(x, np.ones_like(x))
    corners = sorted({v for k, v in values.items() if k.startswith(("mu", "m_")) and np.ndim(v) == 0})
    ends = [low, *(c for c in corners if (low is None or c > low) and (high is None or c < high)), high]
    pieces = [_piece(a, b) for a, b in itertools.pairwise(ends)]
    return Rule(np.concatenate([x for x, _ in pieces]), np.concatenate([w for _, w in pieces]))


def _piece(low: float | None, high: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights between two ends; absolute values have their corners at ends."""
    t = _STEPS
    u = 0.5 * math.pi * np.sinh(t)
    rate = 0.5 * math.pi * np.cosh(t) * _STEP
    if low is not None and high is not None:
        inside = np.exp(-np.logaddexp(0, -2 * u))
        x = low + (high - low) * inside
        w = (high - low) * np.exp(-np.logaddexp(0, -2 * u) - np.logaddexp(0, 2 * u)) * 2 * rate
        keep = (x > low) & (x < high)
    elif low is None and high is None:
        u = np.clip(u, -300, 300)
        x, w = 0.3 + np.sinh(u), np.cosh(u) * rate
        keep = np.abs(u) < 300
    else:
        u = np.clip(u, -300, 300)
        sign = 1.0 if low is not None else -1.0
        end = low if low is not None else high
        assert end is not None
        x, w = end + sign * np.exp(u), np.exp(u) * rate
        keep = (x != end) & (np.abs(u) < 300)
    return x[keep], w[keep]


def _in_region(q: Member, values: Values) -> Rule:
    assert not isinstance(q.family.support, Interval)
    match q.family.support.name:
        case "circle":
            x = np.linspace(0, 2 * math.pi, 240, endpoint=False)
            return Rule(x, np.full(240, 2 * math.pi / 240))
        case "unit vectors":
            return Rule(np.eye(DIMENSIONS["K"]), np.ones(DIMENSIONS["K"]))
        case "simplex":
            t = np.linspace(-3.7, 3.7, 121)
            u = math.pi * np.sinh(t)
            part, rest = np.exp(-np.logaddexp(0, -u)), np.exp(-np.logaddexp(0, u))
            w = part * rest * math.pi * np.cosh(t) * (t[1] - t[0])
            weights = np.outer(w * rest, w)
            x = np.stack([np.outer(part, np.ones_like(t)), np.outer(rest, part), np.outer(rest, rest)])
            return Rule(x.reshape(3, -1), weights.ravel())
        case "positive definite matrices":
            return _matrices()
    return _hermite(q, values)


def _matrices() -> Rule:
    """The 2×2 positive definite matrices, by their diagonal and their correlation."""
    t = np.linspace(-2.6, 2.6, 71)
    u = 0.5 * math.pi * np.sinh(t)
    rate = 0.5 * math.pi * np.cosh(t) * (t[1] - t[0])
    a, c, r = (m.ravel() for m in np.meshgrid(np.exp(u), np.exp(u), np.tanh(u), indexing="ij"))
    weights = np.einsum("i,j,k->ijk", np.exp(u) * rate, np.exp(u) * rate, rate / np.cosh(u) ** 2).ravel()
    b = r * np.sqrt(a * c)
    return Rule(np.array([[a, b], [b, c]]), weights * np.sqrt(a * c))


def _hermite(q: Member, values: Values) -> Rule:
    """A Gauss–Hermite product around the density's own mean; the weights are divided by the density, so that all rules are used alike."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(2 if len(q.variable.sizes) == 2 else 24)
    shape = [size(s) for s in q.variable.sizes]
    count = math.prod(shape)
    grid = np.array(list(itertools.product(nodes, repeat=count))).T
    w = np.array([math.prod(c) for c in itertools.product(weights, repeat=count)]) / (2 * math.pi) ** (count / 2)
    a = [array(x, values) for x in q.arguments]
    mean = a[0].reshape(-1, 1)
    if len(shape) == 2:
        covariance = np.kron(a[1], a[2])
    elif q.family.name == "low_rank_normal":
        covariance = np.diag(a[2]) + a[1] @ a[1].T
    else:
        covariance = a[1]
    x = (mean + np.linalg.cholesky(covariance) @ grid).reshape([*shape, -1])
    density = np.exp(value(q.log_density(), {**values, q.variable.name: x}))
    return Rule(x, w / density)


def expectation(q: Member, body: Term, values: Values) -> float:
    """``E_q`` of a term by quadrature."""
    r = rule(q, values)
    there = {**values, q.variable.name: r.points}
    with np.errstate(all="ignore"):
        density = np.exp(value(q.log_density(), there))
        inside = value(body, there) * density * r.weights
    return float(np.nansum(np.where(density * r.weights > 0, inside, 0.0)))
