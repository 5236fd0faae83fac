"""What an expression of the laws means: a tensor of the engine, or an array of NumPy at a random point."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from symderiv.algebra import tensors as T
from symderiv.algebra.terms import (
    PI,
    Apply,
    Function,
    Prod,
    Symbol,
    Tensor,
    Value,
    add,
    fresh,
    mul,
    power,
    scalar,
    size_term,
    tensor,
)
from symderiv.algebra.terms import apply as apply_known
from symderiv.core.domain import CORRELATION, POSITIVE, REAL, UNIT
from symderiv.core.size import Size
from tests.laws.language import MAPS, VARIABLES, Expr

Array = Any  # NumPy's arrays and floats alike

# --- the engine's tensors -----------------------------------------------------------------------------------------------

_DOMAINS = {"positive": POSITIVE, "unit": UNIT, "correlation": CORRELATION}


def _symbol(name: str) -> Symbol:
    v = VARIABLES[name]
    traits = frozenset({v.kind}) if len(v.shape) == 2 and v.kind != "real" else frozenset[str]()
    return Symbol(name, tuple(map(Size.of, v.shape)), _DOMAINS.get(v.kind, REAL), traits)


def _function(name: str) -> Function:
    f = MAPS[name]
    if not f.source:
        return Function(name, ((),), (), elementwise=True)
    return Function(name, ((Size.of(f.source),),), (Size.of(f.target),))


SYMBOLS = {name: _symbol(name) for name in VARIABLES}
FUNCTIONS = {name: _function(name) for name in MAPS}


def _applied(e: Expr, x: Tensor) -> Tensor:
    f = FUNCTIONS[e.of]
    if f.elementwise:
        return T.entrywise(lambda u: Value(f, (scalar(u),), (), ()), x)
    i = fresh(f.output[0])
    return tensor((i,), Value(f, (x,), (i,), ()))


def _jacobian(e: Expr, x: Tensor) -> Tensor:
    f = FUNCTIONS[e.of]
    if f.elementwise:
        return T.entrywise(lambda u: Value(f, (scalar(u),), (), ((0,),)), x)
    i, j = fresh(f.output[0]), fresh(f.arguments[0][0])
    return tensor((i, j), Value(f, (x,), (i,), ((0, j),)))


def _called(e: Expr, x: Tensor) -> Tensor:
    build = Apply if e.of not in ("exp", "log") else apply_known
    return T.entrywise(lambda u: build(e.of, u), x)


_TENSORS: dict[str, Callable[..., Tensor]] = {
    "number": lambda e: T.number(e.of),
    "variable": lambda e: T.whole(SYMBOLS[e.of]),
    "size": lambda e: scalar(size_term(Size.of(e.of))),
    "constant": lambda _: scalar(PI),
    "ones": lambda e: T.ones(Size.of(e.of)),
    "eye": lambda e: T.identity(Size.of(e.of)),
    "add": lambda _, *xs: T.entrywise(add, *xs),
    "mul": lambda _, *xs: T.entrywise(mul, *xs),
    "pow": lambda _, x, y: T.entrywise(power, x, y),
    "call": _called,
    "apply": _applied,
    "jacobian": _jacobian,
    "matmul": lambda _, x, y: T.product(x, y),
    "transpose": lambda _, x: T.transpose(x),
    "dot": lambda _, x, y: T.inner(x, y),
    "outer": lambda _, x, y: T.product(x, T.transpose(y)),
    "inverse": lambda _, x: T.inverse(x),
    "det": lambda _, x: T.det(x),
    "trace": lambda _, x: T.trace(x),
    "total": lambda _, x: T.total(x),
    "product": lambda _, x: scalar(Prod(x)),
    "diag": lambda _, x: T.diag(x),
    "diagonal": lambda _, x: T.diag(x),
}


def as_tensor(e: Expr) -> Tensor:
    """The expression as the engine has it."""
    return _TENSORS[e.op](e, *map(as_tensor, e.args))


# --- NumPy --------------------------------------------------------------------------------------------------------------

#: Different, and none of them 1 or 2, which would hide transposes.
SIZES = {"n": 3, "m": 4}

_CALLS: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "tanh": np.tanh, "sinh": np.sinh, "cosh": np.cosh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "softplus": lambda x: np.logaddexp(0, x), "logit": lambda x: np.log(x / (1 - x)),
}  # fmt: skip


def _digamma(x: Array) -> Array:
    """By its recurrence up to where three terms of its asymptotic series are exact in floats."""
    value = -sum(1 / (x + k) for k in range(30))
    y = x + 30
    return value + np.log(y) - 1 / (2 * y) - 1 / (12 * y**2) + 1 / (120 * y**4)


_CALLS |= {
    "gamma": np.vectorize(math.gamma, otypes=[float]), "digamma": _digamma, "erf": np.vectorize(math.erf, otypes=[float]),
    "normalcdf": np.vectorize(lambda x: math.erfc(-x / math.sqrt(2)) / 2, otypes=[float]), "relu": lambda x: np.maximum(x, 0), "sign": np.sign,
    "sin": np.sin, "cos": np.cos, "artanh": np.arctanh,
}  # fmt: skip


class Point:
    """A value for every symbol and every function, drawn from a seed; real symbols lie about ``spread`` from 0."""

    def __init__(self, seed: int, spread: float = 0.9) -> None:
        self.seed, self.spread = seed, spread
        self.values = {name: self._value(name) for name in VARIABLES}

    def _random(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def _value(self, name: str) -> Array:
        v, random = VARIABLES[name], self._random(name)
        shape = tuple(SIZES[k] for k in v.shape)
        if v.kind == "positive":
            return random.uniform(0.3 / (0.1 + self.spread), 2.2, shape)
        if v.kind == "unit":
            return random.uniform(0.1 / (1 + self.spread), 0.9, shape)
        if v.kind == "correlation":
            return random.uniform(-0.9, 0.9, shape)
        drawn = random.normal(0, self.spread, shape)
        if v.kind == "real":
            return drawn
        made: dict[str, Callable[[], Array]] = {
            "invertible": lambda: drawn + 2.5 * np.eye(len(drawn)),
            "positive definite": lambda: drawn @ drawn.T + np.eye(len(drawn)),
            "symmetric": lambda: drawn + drawn.T,
            "orthogonal": lambda: np.linalg.qr(drawn)[0] * random.choice((-1, 1)),
            "diagonal": lambda: np.diag(np.diag(drawn)),
        }
        return made[v.kind]()

    def function(self, name: str, x: Array, derivative: bool) -> Array:
        """``A sin(B x + c)``, or its Jacobian; entry by entry ``sin(b x + c) + x²/4`` for an elementwise one."""
        f = MAPS[name]
        if not f.source:
            b, c = self._random(name).uniform(0.5, 1.5, 2)
            return b * np.cos(b * x + c) + x / 2 if derivative else np.sin(b * x + c) + x**2 / 4
        A, B, c = self._weights(name)
        return (A * np.cos(B @ x + c)) @ B if derivative else A @ np.sin(B @ x + c)

    def derivative(self, name: str, x: Array, at: tuple[int, ...], by: tuple[int, ...]) -> float:
        """An entry of the function at ``x``, differentiated by the inputs ``by``, as often as wanted."""
        turned = len(by) * np.pi / 2  # each derivative of a sine turns it by a right angle
        if not MAPS[name].source:
            b, c = self._random(name).uniform(0.5, 1.5, 2)
            square = (x[0] ** 2 / 4, x[0] / 2, 0.5)[len(by)] if len(by) < 3 else 0.0
            return float(b ** len(by) * np.sin(b * x[0] + c + turned) + square)
        A, B, c = self._weights(name)
        return float(np.sum(A[at] * np.sin(B @ x + c + turned) * np.prod(B[:, list(by)], axis=1)))

    def _weights(self, name: str) -> tuple[Array, Array, Array]:
        f, random = MAPS[name], self._random(name)
        n, m = SIZES[f.source], SIZES[f.target]
        return random.normal(0, 1, (m, 5)), random.normal(0, 0.7, (5, n)), random.normal(0, 1, 5)


_ARRAYS: dict[str, Callable[..., Array]] = {
    "number": lambda e, _: float(e.of),
    "variable": lambda e, at: at.values[e.of],
    "size": lambda e, _: float(SIZES[e.of]),
    "constant": lambda _e, _at: np.pi,
    "ones": lambda e, _: np.ones(SIZES[e.of]),
    "eye": lambda e, _: np.eye(SIZES[e.of]),
    "add": lambda _e, _at, *xs: sum(xs),
    "mul": lambda _e, _at, *xs: _times(*xs),
    "pow": lambda _e, _at, x, y: np.power(x, y),
    "call": lambda e, _, x: _CALLS[e.of](x),
    "apply": lambda e, at, x: at.function(e.of, x, derivative=False),
    "jacobian": lambda e, at, x: at.function(e.of, x, derivative=True),
    "matmul": lambda _e, _at, x, y: x @ y,
    "transpose": lambda _e, _at, x: x.T,
    "dot": lambda _e, _at, x, y: x @ y,
    "outer": lambda _e, _at, x, y: np.outer(x, y),
    "inverse": lambda _e, _at, x: np.linalg.inv(x),
    "det": lambda _e, _at, x: np.linalg.det(x),
    "trace": lambda _e, _at, x: np.trace(x),
    "total": lambda _e, _at, x: np.sum(x),
    "product": lambda _e, _at, x: np.prod(x),
    "diag": lambda _e, _at, x: np.diag(x),
    "diagonal": lambda _e, _at, x: np.diag(x),
}


def _times(*xs: Array) -> Array:
    value: Array = 1.0
    for x in xs:
        value = value * x
    return value


def as_array(e: Expr, at: Point) -> Array:
    """The expression's value at a point. Raises `FloatingPointError` where it has none, or none that floats can be trusted with."""
    parts = [as_array(a, at) for a in e.args]
    if e.op == "inverse" and np.linalg.cond(parts[0]) > 1e8:
        raise FloatingPointError("a singular matrix has no inverse")
    if e.op == "pow" and e.args[1].op == "number" and np.min(np.abs(parts[0])) < 1e-9 and not _whole(e.args[1].of):
        raise FloatingPointError("a power of zero")
    return _ARRAYS[e.op](e, at, *parts)


def _whole(exponent: Fraction) -> bool:
    return exponent >= 0 and exponent.denominator == 1


POINTS = tuple(map(Point, range(1, 4)))


def values(e: Expr, at: Iterable[Point] = POINTS) -> list[Array] | None:
    """The values at points, or None where one is no number of a size that floats can be trusted with."""
    with np.errstate(all="raise", under="ignore"):
        try:
            found = [np.asarray(as_array(e, point)) for point in at]
        except (np.linalg.LinAlgError, ArithmeticError, ValueError):  # ValueError: a function of `math` at a pole
            return None
    return found if all(np.isfinite(v).all() and np.abs(v).max() < 1e7 for v in found) else None


def agree(a: list[Array], b: list[Array], tolerance: float) -> bool:
    """Whether the values are the same at every point."""
    return all(
        bool(np.all(np.abs(x - y) <= tolerance * np.maximum(1, np.maximum(np.abs(x), np.abs(y)))))
        for x, y in zip(a, b, strict=True)
    )
