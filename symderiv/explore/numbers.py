"""Numeric values of expressions: sizes, arrays and functions in, arrays out.

Sizes are taken from what is given and from the shapes of arrays. A function's derivatives are central differences of the fourth order,
unless its exact Jacobian is given beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symderiv.algebra.evaluate import Evaluator, Floats
from symderiv.algebra.numbers import NoValue
from symderiv.algebra.terms import Function, Symbol, Tensor, Term
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.core.size import Size
from symderiv.decide.instances import RandomInstance, Vocabulary
from symderiv.explore.naming import known_as

Array = NDArray[np.float64]

#: The most terms that one evaluation may take.
_MOST = 5_000_000
#: Step of a central difference of the fourth order: its error is near the step to the fourth, rounding near 1e-16 over the step.
_STEP = 1e-3


def vocabulary_of(tensors: Iterable[Tensor]) -> Vocabulary:
    """Every dimension, symbol and function that stands in some tensors."""
    found = Vocabulary()
    for x in tensors:
        found.add(x)
    return found


def declared_in(tensors: Iterable[Tensor]) -> list[Symbol | Function]:
    """Every declaration that stands in some tensors, by name; there may be two of one name."""
    found: set[Symbol | Function] = set()
    seen: set[Tensor | Term] = set()
    stack: list[object] = [*tensors]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(part)
        elif isinstance(part, (Tensor, Term)) and part not in seen:
            seen.add(part)
            stack.extend((part.body,) if isinstance(part, Tensor) else part.values)
        elif isinstance(part, (Symbol, Function)):
            found.add(part)
    return sorted(found, key=lambda d: d.name)


def known_sizes(tensors: Sequence[Tensor], sizes: Mapping[str, int]) -> dict[str, int]:
    """The sizes as given. Raises `AuthorProblem` where one is missing, unknown, or no positive whole number."""
    wanted = vocabulary_of(tensors).dimensions
    _refuse_unknown(sizes, wanted)
    missing = sorted(wanted - sizes.keys())
    if missing:
        raise AuthorProblem(f"how large is {', '.join(missing)}?", hint=f"give {', '.join(f'{m}=3' for m in missing)}")
    return _whole(tensors, dict(sizes))


def evaluated(x: Tensor, values: Mapping[str, Any], seed: int | None = None) -> Array:
    """A tensor's value. Raises `AuthorProblem` that names what is missing, unknown, of the wrong shape, or has no value."""
    return Point((x,), values, seed).array(x)


class Point:
    """One choice of values, at which tensors are evaluated: an `Instance` for the evaluator."""

    def __init__(self, tensors: Sequence[Tensor], values: Mapping[str, Any], seed: int | None = None) -> None:
        vocabulary = vocabulary_of(tensors)
        named = {**dict.fromkeys(vocabulary.dimensions), **vocabulary.symbols, **vocabulary.functions}
        if vocabulary.variables:
            families = ", ".join(sorted(vocabulary.variables))
            raise AuthorProblem(f"an expectation or a density ({families}) has no value here; find its closed form first")
        values = _by_name(values, named)
        arrays = {n: _array(n, values[n]) for n in vocabulary.symbols if n in values}
        self.dimensions: Mapping[str, int] = _dimensions(tensors, vocabulary, values, arrays, seed)
        missing = sorted(n for n in (*vocabulary.symbols, *vocabulary.functions) if n not in values)
        if missing and seed is None:
            raise AuthorProblem(f"what is {', '.join(missing)}?", hint="give values by name, or seed=0 for random ones")
        for name, a in arrays.items():
            self._check_shape(vocabulary.symbols[name], a)
        self.arrays = arrays
        self.functions = {n: _Numeric(f, values[n]) for n, f in vocabulary.functions.items() if n in values}
        self.random = _resized(vocabulary, seed, self.dimensions) if missing and seed is not None else None

    def array(self, x: Tensor) -> Array:
        """All entries of a tensor."""
        evaluator = Evaluator(self, Floats(), _MOST)
        sizes = [self._size(s) for s in x.sizes]
        try:
            entries = [evaluator.entry(x, at) for at in itertools.product(*map(range, sizes))]
        except NoValue:
            raise AuthorProblem(
                "this has no real value here: a logarithm or a root of a negative number, or a division by zero"
            ) from None
        except OverflowError:
            raise AuthorProblem("the value is too large for a float") from None
        return np.array(entries, dtype=float).reshape(sizes)

    def _size(self, size: Size) -> int:
        return int(size.value(self.dimensions))

    def _check_shape(self, s: Symbol, a: Array) -> None:
        wanted = tuple(map(self._size, s.sizes))
        if a.shape != wanted:
            raise AuthorProblem(f"{s.name} has the shape {wanted}, not {a.shape}")
        _check_declared(s, a)

    # --- what the evaluator asks ------------------------------------------------------------------------------------------

    def entry(self, symbol: Symbol, at: tuple[int, ...]) -> Any:
        """The entry of a symbol."""
        if symbol.name in self.arrays:
            return float(self.arrays[symbol.name][at])
        assert self.random is not None
        return self.random.entry(symbol, at)

    def function(
        self, f: Function, x: list[Any], at: tuple[int, ...], by: tuple[int, ...], lift: Callable[[Fraction], Any]
    ) -> Any:
        """The entry of a function's value or derivative."""
        if f.name in self.functions:
            sizes = [tuple(map(self._size, s)) for s in f.arguments]
            return self.functions[f.name].entry(x, sizes, tuple(map(self._size, f.output)), at, by)
        assert self.random is not None
        return self.random.function(f, x, at, by, lift)

    def states(self, family: str, variables: frozenset[str], at: tuple[int, ...]) -> Iterable[Mapping[str, int]]:
        """No densities stand here."""
        raise NotImplementedError

    def density(self, family: str, variables: frozenset[str], at: tuple[int, ...], state: Mapping[str, int]) -> Fraction:
        """No densities stand here."""
        raise NotImplementedError

    def slope(
        self, family: str, by: tuple[str | int, ...], variables: frozenset[str], at: tuple[int, ...], state: Mapping[str, int]
    ) -> Fraction:
        """No densities stand here."""
        raise NotImplementedError

    def random_entry(self, symbol: Symbol, at: tuple[int, ...], state: Mapping[str, int]) -> Fraction:
        """No densities stand here."""
        raise NotImplementedError


#: What an array has to be for each trait of a matrix, up to rounding.
_TRAITS: dict[str, Callable[[Array], bool]] = {
    "symmetric": lambda a: np.allclose(a, a.T),
    "positive definite": lambda a: np.allclose(a, a.T) and bool((np.linalg.eigvalsh(a) > 0).all()),
    "diagonal": lambda a: np.allclose(a, np.diag(np.diag(a))),
    "orthogonal": lambda a: np.allclose(a @ a.T, np.eye(len(a))),
    "lower": lambda a: np.allclose(a, np.tril(a)),
    "upper": lambda a: np.allclose(a, np.triu(a)),
}


def _check_declared(s: Symbol, a: Array) -> None:
    """An array is what its symbol was declared to be. Raises `AuthorProblem`."""
    d = s.domain
    low = d.low is not None and not (a >= float(d.low) if d.low_closed else a > float(d.low)).all()
    high = d.high is not None and not (a <= float(d.high) if d.high_closed else a < float(d.high)).all()
    if low or high or not np.isfinite(a).all():
        positive = d.positive and d.high is None
        raise AuthorProblem(f"{s.name} is {'positive' if positive else 'in its domain'} as declared, and here it is not")
    for trait in sorted(s.traits & _TRAITS.keys()):
        if not _TRAITS[trait](a):
            raise AuthorProblem(f"{s.name} is {trait} as declared, and here it is not")


class _Numeric:
    """A user's function of arrays, with its exact Jacobian where that is given."""

    def __init__(self, f: Function, value: Any) -> None:
        self.name = f.name
        self.call: Any = value[0] if isinstance(value, tuple) and len(value) == 2 else value
        self.jacobian: Any = value[1] if self.call is not value else None
        if not callable(self.call):
            raise AuthorProblem(f"{f.name} is a function: give one that takes and gives arrays, like {f.name}=np.sin")
        self.known: dict[tuple[Any, ...], Array] = {}

    def entry(
        self, x: list[Any], sizes: list[tuple[int, ...]], output: tuple[int, ...], at: tuple[int, ...], by: tuple[int, ...]
    ) -> float:
        """``at`` is an entry of the output, ``by`` the places among all inputs that it is differentiated by."""
        key = (*x, by)
        if key not in self.known:
            self.known[key] = self._derived(np.array(x, dtype=float), sizes, output, by)
        return float(self.known[key][at])

    def _derived(self, x: Array, sizes: list[tuple[int, ...]], output: tuple[int, ...], by: tuple[int, ...]) -> Array:
        if not by:
            return self._value(self.call, x, sizes, output)
        *rest, last = by
        if not rest and self.jacobian is not None:
            whole = self._value(self.jacobian, x, sizes, (*output, len(x)) if output else (() if sizes == [()] else (len(x),)))
            return np.asarray(whole[..., last] if whole.ndim > len(output) else whole)

        def moved(steps: float) -> Array:
            there = x.copy()
            there[last] += steps * _STEP
            return self._derived(there, sizes, output, tuple(rest))

        return (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * _STEP)

    def _value(self, call: Callable[..., Any], x: Array, sizes: list[tuple[int, ...]], output: tuple[int, ...]) -> Array:
        arguments, start = [], 0
        for shape in sizes:
            count = int(np.prod(shape, dtype=int))
            arguments.append(x[start : start + count].reshape(shape))
            start += count
        value = np.asarray(call(*arguments), dtype=float)
        if value.shape != output:
            raise AuthorProblem(f"{self.name} gives the shape {value.shape} for {[a.shape for a in arguments]}, not {output}")
        return value


def _by_name(values: Mapping[str, Any], named: Mapping[str, object]) -> dict[str, Any]:
    """Values by the names that are known here: ``x1`` also means ``x_1``."""
    out = {(name if name in named else known_as(name)): v for name, v in values.items()}
    _refuse_unknown(out, named)
    return out


def _refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    names = sorted(known)
    for name in given:
        if name not in names:
            like = nearest(name, names)
            raise AuthorProblem(
                f"nothing is called {name} here", hint=f"did you mean {like}?" if like else f"known are {', '.join(names)}"
            )


def _array(name: str, value: Any) -> Array:
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise AuthorProblem(f"{name} is no array of numbers: {value!r}") from None


def _dimensions(
    tensors: Sequence[Tensor], vocabulary: Vocabulary, values: Mapping[str, Any], arrays: Mapping[str, Array], seed: int | None
) -> dict[str, int]:
    """Sizes as they are given, then as arrays have them; with a seed the rest is the smallest that fits."""
    found = {n: values[n] for n in vocabulary.dimensions if n in values}
    for name, a in arrays.items():
        for size, length in zip(vocabulary.symbols[name].sizes, a.shape, strict=False):
            if len(size.names) == 1 and len(size.terms) == 1 and len(size.terms[0][0]) == 1:
                ((monomial, c),) = size.terms
                whole = Fraction(length) / c
                if whole.denominator == 1:
                    found.setdefault(monomial[0], int(whole))
    missing = sorted(vocabulary.dimensions - found.keys())
    if missing and seed is not None:
        drawn = RandomInstance(vocabulary, seed, small=True).dimensions
        found.update((m, drawn[m]) for m in missing)
    elif missing:
        raise AuthorProblem(f"how large is {', '.join(missing)}?", hint=f"give {', '.join(f'{m}=4' for m in missing)}")
    return _whole(tensors, found)


def _whole(tensors: Sequence[Tensor], sizes: dict[str, Any]) -> dict[str, int]:
    for name, value in sizes.items():
        if not isinstance(value, int) or value < 1:
            raise AuthorProblem(f"the size {name} is a positive whole number, not {value!r}")
    for size in vocabulary_of(tensors).sizes:
        wanted = size.value(sizes)
        if wanted.denominator != 1 or wanted < 0:
            where = ", ".join(f"{n} = {v}" for n, v in sorted(sizes.items()) if n in size.names)
            raise AuthorProblem(f"the size {size} is {wanted} where {where}")
    return sizes


def _resized(vocabulary: Vocabulary, seed: int, dimensions: Mapping[str, int]) -> RandomInstance:
    class Fixed(RandomInstance):
        def _dimensions(self) -> dict[str, int]:
            return dict(dimensions)

    return Fixed(vocabulary, seed, small=False)
