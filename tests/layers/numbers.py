"""An evaluator of programs in NumPy that shares nothing with the engine's own: arrays with named axes, networks for functions.

Derivatives of networks are taken by a complex step, which is exact to rounding; parameters are of scale about 1.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Iterable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from symderiv.algebra.terms import (
    Add, Apply, Const, Delta, Det, Dim, Entry, Function, Index, InverseEntry, Mul, Num, Pow, Prod, Slot, Sum, Symbol, Tensor, Term, Value,
)  # fmt: skip
from symderiv.core.size import Size
from symderiv.derive.program import Program

Array = np.ndarray[Any, Any]

_ERF = np.vectorize(math.erf)
_NORMAL = NormalDist()
_ERFINV = np.vectorize(lambda z: _NORMAL.inv_cdf((1 + z) / 2) / math.sqrt(2))
_APPLIED: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "sinh": np.sinh,
    "cosh": np.cosh, "erfinv": _ERFINV, "tan": np.tan, "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "softplus": lambda x: np.log1p(np.exp(x)), "arctan": np.arctan,
    "logit": lambda x: np.log(x / (1 - x)), "erf": lambda x: _ERF(x.real) if not np.iscomplexobj(x) else x, "sech": lambda x: 1 / np.cosh(x),
}  # fmt: skip


class Network:
    """A random smooth function of its concatenated arguments; autoregressive ones see the earlier entries of the first argument alone."""

    def __init__(self, f: Function, count: Callable[[Size], int], random: np.random.Generator) -> None:
        self.f = f
        self.sizes = [int(np.prod([count(s) for s in sizes], dtype=int)) for sizes in f.arguments]
        self.shape = tuple(count(s) for s in f.output)
        outputs, inputs, hidden = int(np.prod(self.shape, dtype=int)), sum(self.sizes), 4
        self.first = random.normal(size=(outputs, hidden, inputs)) / math.sqrt(inputs)
        self.bias, self.last = random.normal(size=(outputs, hidden)), random.normal(size=(outputs, hidden)) / 2
        if "autoregressive" in f.traits:
            for i in range(outputs):
                self.first[i, :, i : self.sizes[0]] = 0

    def __call__(self, x: Array) -> Array:
        """The value at the concatenated arguments."""
        if "matrix exponential" in self.f.traits:
            return matrix_exponential(np.reshape(x, self.shape)).reshape(-1)
        inner = np.tensordot(self.first, x, (2, 0)) + self.bias.reshape(self.bias.shape + (1,) * (x.ndim - 1))
        return np.asarray(np.einsum("oh,oh...->o...", self.last, np.tanh(inner)))

    def elementwise(self, x: Array, order: int) -> Array:
        """An elementwise function and its first derivative."""
        flat = np.reshape(x, (1, -1)).astype(complex)
        out = self(flat + (1e-30j if order else 0))
        return np.reshape((out.imag / 1e-30) if order else out if np.iscomplexobj(x) else out.real, np.shape(x))

    def jacobian(self, x: Array) -> Array:
        """Outputs as rows, all inputs as columns."""
        columns = [self(x.astype(complex) + 1e-30j * np.eye(len(x))[k]).imag / 1e-30 for k in range(len(x))]
        return np.stack(columns, axis=-1)


def matrix_exponential(m: Array) -> Array:
    """By its power series at a small part of the matrix, squared back."""
    part, total = m / 64, np.eye(len(m))
    term = total
    for k in range(1, 20):
        term = term @ part / k
        total = total + term
    return np.asarray(np.linalg.matrix_power(total, 64))


class Numbers:
    """Values for everything that a program names, drawn from a seed; ``values`` grows as lines are worked out."""

    def __init__(self, program: Program, dimensions: dict[str, int], seed: int, more: Iterable[Tensor] = ()) -> None:
        self.random = np.random.default_rng(seed)
        self.dimensions = dimensions
        self.values: dict[str, Array] = {}
        self.networks: dict[str, Network] = {}
        self.letters: dict[Index, str] = {}
        lines = {line.target.name for line in program.lines}
        symbols: dict[str, Symbol] = {s.name: s for s in program.inputs}
        functions: dict[str, Function] = {}
        for x in (*(line.value for line in program.lines), *more):
            _collect(x, symbols, functions)
        for name in sorted(symbols):
            if name not in lines:
                self.values[name] = self._drawn(symbols[name])
        for name in sorted(functions):
            self.networks[name] = Network(functions[name], self.count, self.random)

    def count(self, size: Size) -> int:
        """A size as a number."""
        value = size.value(self.dimensions)
        assert value.denominator == 1
        return int(value)

    def _drawn(self, s: Symbol) -> Array:
        shape = tuple(self.count(n) for n in s.sizes)
        x = self.random.normal(size=shape)
        if s.domain.whole:
            return np.asarray(self.random.integers(int(s.domain.low or 0), int(s.domain.high or 4) + 1, size=shape), dtype=float)
        if s.domain.low is None and s.domain.high is not None:
            return np.asarray(float(s.domain.high) - np.exp(0.5 * x))
        if s.domain.low is not None and s.domain.high is not None:
            low, high = float(s.domain.low), float(s.domain.high)
            return np.asarray(low + (high - low) * self.random.uniform(0.1, 0.9, size=shape))
        if s.domain.low is not None:
            return np.asarray(float(s.domain.low) + np.exp(0.5 * x))
        if "positive definite" in s.traits:
            return np.asarray(x @ x.T + np.eye(shape[0]))
        if "orthogonal" in s.traits:
            return np.asarray(np.linalg.qr(x)[0])
        if s.traits & {"lower", "unit lower", "strictly lower"}:
            below = np.tril(x, -1)
            return below + (
                np.diag(np.diag(x) + 2) if "lower" in s.traits else np.eye(shape[0]) if "unit lower" in s.traits else 0
            )
        if "upper" in s.traits:
            return np.triu(x) + 2 * np.eye(shape[0])
        return np.asarray(x + 2 * np.eye(shape[0]) if "invertible" in s.traits else x)

    # --- evaluation ---------------------------------------------------------------------------------------------------------

    def tensor(self, x: Tensor) -> Array:
        """All entries."""
        indices, body = x.open()
        return self._laid_out(*self.term(body), indices)

    def _laid_out(self, a: Array, axes: Sequence[Index], wanted: Sequence[Index]) -> Array:
        """An array with its axes in the wanted order, repeated along those that it lacks."""
        assert set(axes) <= set(wanted)
        ordered = np.transpose(a, [axes.index(i) for i in wanted if i in axes])
        shaped = ordered.reshape([self.count(i.size) if i in axes else 1 for i in wanted])
        return np.broadcast_to(shaped, [self.count(i.size) for i in wanted])

    def _entry(self, a: Array, at: Sequence[Slot]) -> tuple[Array, list[Index]]:
        for k in reversed(range(len(at))):
            slot = at[k]
            if isinstance(slot, int):
                a = np.take(a, slot - 1, axis=k)
        indices = [s for s in at if isinstance(s, Index)]
        unique = list(dict.fromkeys(indices))
        letters = {i: string.ascii_letters[k] for k, i in enumerate(unique)}
        return np.einsum(f"{''.join(letters[i] for i in indices)}->{''.join(letters[i] for i in unique)}", a), unique

    def _combined(self, parts: Iterable[Term], f: Callable[[Any, Any], Any], start: float) -> tuple[Array, list[Index]]:
        found = [self.term(p) for p in parts]
        axes = list(dict.fromkeys(i for _, own in found for i in own))
        total: Any = np.asarray(start)
        for a, own in found:
            total = f(total, self._laid_out(a, own, axes))
        return np.broadcast_to(total, [self.count(i.size) for i in axes]), axes

    def term(self, t: Term) -> tuple[Array, list[Index]]:
        """The values of a term over its free indices."""
        match t:
            case Num(value=q):
                return np.asarray(float(q)), []
            case Const():
                return np.asarray(math.pi), []
            case Dim(name=name):
                return np.asarray(float(self.dimensions[name])), []
            case Entry(symbol=symbol, at=at):
                return self._entry(self.values[symbol.name], at)
            case Delta(left=left, right=right):
                size = next(s.size for s in (left, right) if isinstance(s, Index))
                return self._entry(np.eye(self.count(size)), (left, right))
            case Add(terms=terms):
                return self._combined(terms, np.add, 0.0)
            case Mul(factors=factors):
                return self._combined(factors, np.multiply, 1.0)
            case Pow(base=base, exponent=exponent):
                return self._power(base, exponent)
            case Apply(name=name, argument=argument):
                a, axes = self.term(argument)
                return np.asarray(_APPLIED[name](a)), axes
            case Sum(body=body):
                return self._folded(body, np.sum)
            case Prod(body=body):
                return self._folded(body, np.prod)
            case InverseEntry(matrix=matrix, at=at):
                return self._entry(np.linalg.inv(self.tensor(matrix)), at)
            case Det(matrix=matrix):
                return np.asarray(np.linalg.det(self.tensor(matrix))), []
            case Value():
                return self._value(t)
        raise TypeError(type(t).__name__)

    def _power(self, base: Term, exponent: Term) -> tuple[Array, list[Index]]:
        a, axes = self.term(base)
        e, more = self.term(exponent)
        every = list(dict.fromkeys([*axes, *more]))
        return np.asarray(self._laid_out(a, axes, every) ** self._laid_out(e, more, every)), every

    def _folded(self, body: Tensor, f: Callable[..., Any]) -> tuple[Array, list[Index]]:
        indices, inside = body.open()
        a, axes = self.term(inside)
        every = [*(i for i in axes if i not in indices), *indices]
        folded = f(self._laid_out(a, axes, every), axis=tuple(range(len(every) - len(indices), len(every))))
        return np.asarray(folded), every[: len(every) - len(indices)]

    def _value(self, t: Value) -> tuple[Array, list[Index]]:
        network = self.networks[t.function.name]
        if t.function.elementwise:
            a, axes = self.term(t.arguments[0].body)
            return network.elementwise(a, len(t.by)), axes
        x = np.concatenate([np.reshape(self.tensor(a), -1) for a in t.arguments])
        if not t.by:
            return self._entry(network(x).reshape(network.shape), t.at)
        ((k, *slots),) = t.by
        assert isinstance(k, int)
        start = sum(network.sizes[:k])
        block = network.jacobian(x)[:, start : start + network.sizes[k]]
        return self._entry(block, (*t.at, *slots))

    # --- programs -----------------------------------------------------------------------------------------------------------

    def run(self, program: Program) -> Array:
        """All lines worked out; the outputs one after another."""
        for line in program.lines:
            self.values[line.target.name] = self.tensor(line.value)
        return np.concatenate([np.reshape(self.values[y.name], -1) for y in program.outputs])

    def log_volume(self, program: Program, step: float = 1e-6) -> float:
        """``log |det|`` of the map at the inputs' values, by central differences and ``slogdet``. Leaves the lines' values in place."""
        columns = []
        for x in program.inputs:
            start = self.values[x.name]
            for k in range(start.size):
                ends = []
                for sign in (1, -1):
                    moved = start.copy()
                    moved.flat[k] += sign * step
                    self.values[x.name] = moved
                    ends.append(self.run(program))
                columns.append((ends[0] - ends[1]) / (2 * step))
            self.values[x.name] = start
        self.run(program)
        return float(np.linalg.slogdet(np.stack(columns, axis=-1))[1])


def _collect(x: object, symbols: dict[str, Symbol], functions: dict[str, Function]) -> None:
    if isinstance(x, tuple):
        for part in x:
            _collect(part, symbols, functions)
    elif isinstance(x, Tensor):
        _collect(x.body, symbols, functions)
    elif isinstance(x, Term):
        if isinstance(x, Entry):
            symbols.setdefault(x.symbol.name, x.symbol)
        if isinstance(x, Value):
            functions.setdefault(x.function.name, x.function)
        _collect(x.values, symbols, functions)


def sizes(program: Program) -> list[dict[str, int]]:
    """Three choices of the dimensions, different ones different, all sizes whole."""
    found: set[Size] = set()
    stack: list[object] = [*(line.value for line in program.lines), *program.inputs]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif isinstance(item, Symbol):
            found.update(item.sizes)
        elif isinstance(item, Tensor):
            found.update(item.sizes)
            stack.append(item.body)
        elif isinstance(item, Term):
            stack.extend(item.values)
    names = sorted({n for s in found for n in s.names})
    return [{name: base + 2 * k for k, name in enumerate(names)} for base in (2, 4, 6)]
