"""The numeric value of a term where every symbol, function and density has one.

One evaluator for two kinds of numbers: floats (fast) and FLINT's Arb balls (every value comes with a rigorous error bound).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, ClassVar, Protocol

from flint import arb, arb_mat, ctx, fmpq

from symderiv.algebra.expectation import VOLUME
from symderiv.algebra.exponentials import exponential
from symderiv.algebra.functions import FUNCTIONS
from symderiv.algebra.numbers import BALL, FLOAT, NoValue
from symderiv.algebra.terms import (
    Add, Apply, Const, Delta, Det, Dim, Entry, Function, Index, InverseEntry, LogDensity, Mean, Mul, Num, Pow, Prod, Score, Slot, Sum, Symbol,
    Tensor, Term, Value,
)  # fmt: skip
from symderiv.core.size import Size


class Instance(Protocol):
    """Values for everything that a term may name."""

    dimensions: Mapping[str, int]

    def entry(self, symbol: Symbol, at: tuple[int, ...]) -> Fraction:
        """The entry of a symbol; positions from 0."""

    def function(
        self, f: Function, x: list[Any], at: tuple[int, ...], by: tuple[int, ...], lift: Callable[[Fraction], Any]
    ) -> Any:
        """The value of a function at the entries of its arguments, one after another, differentiated by these places."""

    def states(self, family: str, variables: frozenset[str], at: tuple[int, ...]) -> Iterable[Mapping[str, int]]:
        """All states of random variables."""

    def density(self, family: str, variables: frozenset[str], at: tuple[int, ...], state: Mapping[str, int]) -> Fraction:
        """The probability of a state under the joint density of a family."""

    def slope(
        self, family: str, by: tuple[str | int, ...], variables: frozenset[str], at: tuple[int, ...], state: Mapping[str, int]
    ) -> Fraction:
        """The derivative of the probability of a state by an entry of a symbol: its name, and its positions."""

    def random_entry(self, symbol: Symbol, at: tuple[int, ...], state: Mapping[str, int]) -> Fraction:
        """The value of a random variable's entry in a state."""


class Numbers(Protocol):
    """A kind of real number."""

    def lift(self, q: Fraction) -> Any:
        """A rational number."""

    def constant(self, name: str) -> Any:
        """A named constant."""

    def power(self, base: Any, exponent: Any) -> Any:
        """A power with any exponent."""

    def apply(self, name: str, x: Any) -> Any:
        """A known function."""

    def inverse(self, rows: list[list[Any]]) -> list[list[Any]]:
        """A matrix inverse."""

    def det(self, rows: list[list[Any]]) -> Any:
        """A determinant."""

    def exponential(self, rows: list[list[Any]]) -> list[list[Any]]:
        """The exponential of a matrix, by its power series."""


class Floats:
    """Python's floats; nothing rigorous."""

    def lift(self, q: Fraction) -> float:
        """The nearest float."""
        return float(q)

    def constant(self, name: str) -> float:
        """π, and Euler's constant."""
        return {"pi": math.pi, "euler_gamma": 0.5772156649015329}[name]

    def power(self, base: float, exponent: float) -> float:
        """A real power."""
        if (base == 0 and exponent <= 0) or (base < 0 and not float(exponent).is_integer()):
            raise NoValue
        return float(base**exponent)

    def apply(self, name: str, x: float) -> float:
        """By the math module."""
        rule = FLOAT.get(name)
        try:
            return rule(x) if rule is not None else self._defined(name, x)
        except ValueError as outside:  # so the math module says that a number lies outside a function's domain
            raise NoValue from outside

    def _defined(self, name: str, x: float) -> float:
        return float(_by_definition(self, name, x))

    def inverse(self, rows: list[list[float]]) -> list[list[float]]:
        """Gauss–Jordan with the largest pivot."""
        n = len(rows)
        work = [[*row, *(float(i == j) for j in range(n))] for i, row in enumerate(rows)]
        for c in range(n):
            p = max(range(c, n), key=lambda r: abs(work[r][c]))
            if abs(work[p][c]) < 1e-12:
                raise NoValue
            work[c], work[p] = work[p], work[c]
            work[c] = [v / work[c][c] for v in work[c]]
            for r in range(n):
                if r != c and work[r][c]:
                    factor = work[r][c]
                    work[r] = [v - factor * w for v, w in zip(work[r], work[c], strict=True)]
        return [row[n:] for row in work]

    def det(self, rows: list[list[float]]) -> float:
        """Gaussian elimination."""
        work, value = [list(r) for r in rows], 1.0
        for c in range(len(work)):
            p = max(range(c, len(work)), key=lambda r: abs(work[r][c]))
            if work[p][c] == 0:
                return 0.0
            if p != c:
                work[c], work[p], value = work[p], work[c], -value
            value *= work[c][c]
            for r in range(c + 1, len(work)):
                factor = work[r][c] / work[c][c]
                work[r] = [v - factor * w for v, w in zip(work[r], work[c], strict=True)]
        return value

    def exponential(self, rows: list[list[float]]) -> list[list[float]]:
        """By the series."""
        return exponential(rows)


def _by_squares(base: arb, n: int) -> arb:
    """A positive whole power."""
    power = arb(1)
    while n:
        if n & 1:
            power *= base
        n >>= 1
        base *= base
    return power


class Balls:
    """Arb balls with ``bits`` of working precision. A ball that may hold a point without a value has none: NoValue."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def lift(self, q: Fraction) -> arb:
        """A ball around a rational number."""
        return arb(fmpq(q.numerator, q.denominator))

    def constant(self, name: str) -> arb:
        """π, and Euler's constant."""
        return {"pi": arb.pi, "euler_gamma": arb.const_euler}[name]()

    def power(self, base: arb, exponent: arb) -> arb:
        """A real power."""
        if exponent.is_integer():
            if exponent < 0 and not (base > 0 or base < 0):
                raise NoValue
            if exponent > 0 and not (base > 0 or base < 0):  # Arb's own power has no value where a ball holds zero
                return _by_squares(base, int(exponent.unique_fmpz() or 0))
            return base**exponent
        if base == 0 and exponent > 0:
            return base
        if not base > 0:
            raise NoValue
        return base**exponent

    def apply(self, name: str, x: arb) -> arb:
        """By Arb."""
        if name in ("log", "sqrt") and not x > 0:
            if name == "sqrt" and x == 0:
                return x
            raise NoValue
        rule = BALL.get(name)
        value = rule(x) if rule is not None else _by_definition(self, name, x)
        if not value.is_finite():
            raise NoValue
        return value

    def inverse(self, rows: list[list[arb]]) -> list[list[arb]]:
        """A rigorous enclosure."""
        try:
            m = arb_mat(rows).inv()
        except ZeroDivisionError as singular:
            raise NoValue from singular
        return [[m[i, j] for j in range(len(rows))] for i in range(len(rows))]

    def det(self, rows: list[list[arb]]) -> arb:
        """A rigorous enclosure."""
        return arb_mat(rows).det()

    def exponential(self, rows: list[list[arb]]) -> list[list[arb]]:
        """A rigorous enclosure."""
        m = arb_mat(rows).exp()
        return [[m[i, j] for j in range(len(rows))] for i in range(len(rows))]


class Evaluator:
    """Values of terms in one instance, each computed once. ``most`` bounds the number of evaluations."""

    def __init__(self, instance: Instance, numbers: Numbers, most: int = 200_000) -> None:
        self.instance, self.numbers, self.left = instance, numbers, most
        self.done: dict[tuple[Term, tuple[int, ...], tuple[tuple[str, int], ...]], Any] = {}
        self.matrices: dict[tuple[Tensor, tuple[int, ...]], list[list[Any]]] = {}
        #: By the name of what comes into the layers of a stack, what comes out of them.
        self.chains: dict[str, Tensor] = {}
        self.exponentials: dict[tuple[Tensor, tuple[int, ...]], list[list[Any]]] = {}

    def size(self, size: Size) -> int:
        """A size as a number; NoValue where it is not a whole one."""
        value = size.value(self.instance.dimensions)
        if value.denominator != 1 or value < 0:
            raise NoValue
        return int(value)

    def entry(self, t: Tensor, at: tuple[int, ...]) -> Any:
        """An entry of a tensor, positions from 0."""
        return self.value(t.body, dict(zip(t.slots, at, strict=True)), {})

    def value(self, t: Term, env: dict[Index, int], state: dict[str, int]) -> Any:
        """The value where indices have positions and random variables are in a state."""
        places = tuple(env[i] for i in sorted(t.free, key=lambda i: i.number)) if t.free else ()
        key = (t, places, tuple(sorted(state.items())) if state else ())
        found = self.done.get(key)
        if found is None:
            self.left -= 1
            if self.left < 0:
                raise OverflowError("too many evaluations")
            found = self.done[key] = self._rules[type(t)](self, t, env, state)
        return found

    def _slot(self, s: Slot, env: dict[Index, int]) -> int:
        return s - 1 if isinstance(s, int) else env[s]

    def _num(self, t: Num, _env: dict[Index, int], _state: dict[str, int]) -> Any:
        return self.numbers.lift(t.value)

    def _const(self, t: Const, _env: dict[Index, int], _state: dict[str, int]) -> Any:
        return self.numbers.constant(t.name)

    def _dim(self, t: Dim, _env: dict[Index, int], _state: dict[str, int]) -> Any:
        return self.numbers.lift(Fraction(self.instance.dimensions[t.name]))

    def _entry(self, t: Entry, env: dict[Index, int], state: dict[str, int]) -> Any:
        at = tuple(self._slot(s, env) for s in t.at)
        if at and any(p >= self.size(n) or p < 0 for p, n in zip(at, t.symbol.sizes, strict=True)):
            raise NoValue
        if at and at[0] and (t.symbol.chain or t.symbol.name in self.chains):
            return self._after_layer(t.symbol, at, state)
        if (state and t.symbol.name in state) or any(k.startswith(t.symbol.name + "@") for k in state):
            return self.numbers.lift(self.instance.random_entry(t.symbol, at, state))
        return self.numbers.lift(self.instance.entry(t.symbol, at))

    def _after_layer(self, symbol: Symbol, at: tuple[int, ...], state: dict[str, int]) -> Any:
        """What comes into a layer behind the first: what comes out of the one before it."""
        self.chains.update({name: x for name, x in symbol.chain if isinstance(x, Tensor)})
        out = self.chains[symbol.name]
        return self.value(out.body, dict(zip(out.slots, (at[0] - 1, *at[1:]), strict=True)), state)

    def _value(self, t: Value, env: dict[Index, int], state: dict[str, int]) -> Any:
        if "matrix exponential" in t.function.traits:
            return self._exponential(t, env, state)
        flat: list[Any] = []
        offsets: list[int] = []
        for a in t.arguments:
            offsets.append(len(flat))
            places = itertools.product(*(range(self.size(s.size)) for s in a.slots))
            flat.extend(self.value(a.body, env | dict(zip(a.slots, at, strict=True)), state) for at in places)
        by = []
        for argument, *slots in t.by:
            place = 0
            sizes = t.arguments[argument].sizes  # type: ignore[index]
            for s, n in zip(slots, sizes, strict=True):
                place = place * self.size(n) + self._slot(s, env)
            by.append(offsets[argument] + place)  # type: ignore[index]
        at = tuple(self._slot(s, env) for s in t.at)
        return self.instance.function(t.function, flat, at, tuple(sorted(by)), self.numbers.lift)

    def _exponential(self, t: Value, env: dict[Index, int], state: dict[str, int]) -> Any:
        if t.by:
            raise NoValue("derivatives of a matrix exponential are not sampled")
        (matrix,) = t.arguments
        key = (matrix, tuple(env[i] for i in sorted(matrix.free, key=lambda i: i.number)))
        if key not in self.exponentials or state:
            self.exponentials[key] = self.numbers.exponential(self._rows(matrix, env, state))
        return self.exponentials[key][self._slot(t.at[0], env)][self._slot(t.at[1], env)]

    def _delta(self, t: Delta, env: dict[Index, int], _state: dict[str, int]) -> Any:
        return self.numbers.lift(Fraction(self._slot(t.left, env) == self._slot(t.right, env)))

    def _rows(self, m: Tensor, env: dict[Index, int], state: dict[str, int]) -> list[list[Any]]:
        n = self.size(m.slots[0].size)
        i, j = m.slots
        return [[self.value(m.body, env | {i: a, j: b}, state) for b in range(n)] for a in range(n)]

    def _inverse(self, t: InverseEntry, env: dict[Index, int], state: dict[str, int]) -> Any:
        key = (t.matrix, tuple(env[i] for i in sorted(t.matrix.free, key=lambda i: i.number)))
        if key not in self.matrices or state:
            self.matrices[key] = self.numbers.inverse(self._rows(t.matrix, env, state))
        return self.matrices[key][self._slot(t.at[0], env)][self._slot(t.at[1], env)]

    def _det(self, t: Det, env: dict[Index, int], state: dict[str, int]) -> Any:
        return self.numbers.det(self._rows(t.matrix, env, state))

    def _add(self, t: Add, env: dict[Index, int], state: dict[str, int]) -> Any:
        total = self.value(t.terms[0], env, state)
        for part in t.terms[1:]:
            total = total + self.value(part, env, state)
        return total

    def _mul(self, t: Mul, env: dict[Index, int], state: dict[str, int]) -> Any:
        total = self.value(t.factors[0], env, state)
        for part in t.factors[1:]:
            total = total * self.value(part, env, state)
        return total

    def _pow(self, t: Pow, env: dict[Index, int], state: dict[str, int]) -> Any:
        return self.numbers.power(self.value(t.base, env, state), self.value(t.exponent, env, state))

    def _apply(self, t: Apply, env: dict[Index, int], state: dict[str, int]) -> Any:
        return self.numbers.apply(t.name, self.value(t.argument, env, state))

    def _each(self, t: Sum | Prod, env: dict[Index, int], state: dict[str, int]) -> Iterable[Any]:
        ranges = [range(self.size(s.size)) for s in t.body.slots]
        for at in itertools.product(*ranges):
            yield self.value(t.body.body, env | dict(zip(t.body.slots, at, strict=True)), state)

    def _sum(self, t: Sum, env: dict[Index, int], state: dict[str, int]) -> Any:
        total = self.numbers.lift(Fraction(0))
        for part in self._each(t, env, state):
            total = total + part
        return total

    def _prod(self, t: Prod, env: dict[Index, int], state: dict[str, int]) -> Any:
        total = self.numbers.lift(Fraction(1))
        for part in self._each(t, env, state):
            total = total * part
        return total

    def _log_density(self, t: LogDensity, env: dict[Index, int], state: dict[str, int]) -> Any:
        at = tuple(self._slot(s, env) for s in t.at)
        joint = self.instance.density(t.family, t.variables | t.given, at, state)
        below = self.instance.density(t.family, t.given, at, state) if t.given else Fraction(1)
        return self.numbers.apply("log", self.numbers.lift(joint / below))

    def _score(self, t: Score, env: dict[Index, int], state: dict[str, int]) -> Any:
        """``∂p / p`` of the joint minus that of the conditions."""
        if len(t.by) != 1:
            raise NoValue("scores of a higher order are not sampled")
        p, ((symbol, *slots),) = t.density, t.by
        at, entry = (tuple(self._slot(s, env) for s in places) for places in (p.at, slots))  # type: ignore[arg-type]
        total = Fraction(0)
        for names, sign in ((p.variables | p.given, 1), (p.given, -1)):
            if names:
                slope = self.instance.slope(p.family, (symbol.name, *entry), names, at, state)  # type: ignore[union-attr]
                total += sign * slope / self.instance.density(p.family, names, at, state)
        return self.numbers.lift(total)

    def _mean(self, t: Mean, env: dict[Index, int], state: dict[str, int]) -> Any:
        at = tuple(self._slot(s, env) for s in t.at)
        total = self.numbers.lift(Fraction(0))
        for inner in self.instance.states(t.family, t.variables, at):
            there = {**state, **inner}
            volume = t.family == VOLUME
            weight = Fraction(1) if volume else self.instance.density(t.family, t.variables | t.given, at, there)
            if t.given and not volume:
                weight /= self.instance.density(t.family, t.given, at, there)
            total = total + self.numbers.lift(weight) * self.value(t.body, env, there)
        return total

    _rules: ClassVar[dict[type[Term], Callable[..., Any]]] = {}


Evaluator._rules = {
    Num: Evaluator._num, Const: Evaluator._const, Dim: Evaluator._dim, Entry: Evaluator._entry, Value: Evaluator._value,
    Delta: Evaluator._delta, InverseEntry: Evaluator._inverse, Det: Evaluator._det, Add: Evaluator._add, Mul: Evaluator._mul,
    Pow: Evaluator._pow, Apply: Evaluator._apply, Sum: Evaluator._sum, Prod: Evaluator._prod, LogDensity: Evaluator._log_density,
    Score: Evaluator._score, Mean: Evaluator._mean,
}  # fmt: skip


def _by_definition(numbers: Numbers, name: str, x: Any) -> Any:
    """The value of a function that is defined by simpler ones."""
    known = FUNCTIONS.get(name)
    if known is None or known.definition is None:
        raise NoValue
    at = Entry(_ARGUMENT, ())
    evaluator = Evaluator(_NOWHERE, numbers)
    evaluator.done[at, (), ()] = x
    return evaluator.value(known.definition(at), {}, {})


_ARGUMENT = Symbol("u")
_NOWHERE: Any = None  # a definition names nothing but its argument


class precision:  # noqa: N801  reads as a statement: with precision(128)
    """Arb's working precision inside a ``with`` block."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before, ctx.prec = ctx.prec, self.bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before
