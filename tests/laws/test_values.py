"""Values against NumPy: of expressions as the engine has them, of their normal forms, and of derivatives against differences.

The proof rests on normal forms that keep the value, the refutation on the evaluator: both are held here to numbers they did not make.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symderiv.algebra.calculus import gradient
from symderiv.algebra.evaluate import Evaluator, Floats
from symderiv.algebra.numbers import NoValue
from symderiv.algebra.normal import Normal
from symderiv.algebra.symbols import Function, Symbol
from symderiv.algebra.terms import Tensor
from tests.laws.draws import Draw
from tests.laws.language import MAPS, VARIABLES, Expr, places
from tests.laws.meanings import SIZES, SYMBOLS, Array, Point, as_array, as_tensor, values
from tests.laws.trials import identity


class AtPoint:
    """A point of the laws as the engine's evaluator asks for it; it has no random variables."""

    dimensions: Mapping[str, int] = SIZES

    def __init__(self, point: Point) -> None:
        self.point = point

    def entry(self, symbol: Symbol, at: tuple[int, ...]) -> Fraction:
        return Fraction(float(np.asarray(self.point.values[symbol.name])[at]))

    def function(
        self, f: Function, x: list[Any], at: tuple[int, ...], by: tuple[int, ...], lift: Callable[[Fraction], Any]
    ) -> float:
        del lift
        return self.point.derivative(f.name, np.array(x), at, by)

    def states(self, family: str, variables: frozenset[str], at: tuple[int, ...]) -> Iterator[Mapping[str, int]]:
        raise NotImplementedError

    def density(self, family: str, variables: frozenset[str], at: tuple[int, ...], state: Mapping[str, int]) -> Fraction:
        raise NotImplementedError

    def slope(
        self, family: str, by: tuple[str | int, ...], variables: frozenset[str], at: tuple[int, ...], state: Mapping[str, int]
    ) -> Fraction:
        raise NotImplementedError

    def random_entry(self, symbol: Symbol, at: tuple[int, ...], state: Mapping[str, int]) -> Fraction:
        raise NotImplementedError


POINT = Point(5)


def engine_value(t: Tensor) -> Array:
    evaluator = Evaluator(AtPoint(POINT), Floats(), 400_000)
    sizes = [evaluator.size(s) for s in t.sizes]
    return np.array([evaluator.entry(t, at) for at in itertools.product(*map(range, sizes))]).reshape(sizes)


def expressions(count: int, of: str) -> list[Expr]:
    """Sides of drawn identities that NumPy can hold at the point."""
    found = (trial.left for k in itertools.count() if (trial := identity(f"{of} {k}")) is not None)
    return list(itertools.islice((e for e in found if values(e, (POINT,)) is not None), count))


def close(a: Array, b: Array, tolerance: float) -> bool:
    return bool(np.all(np.abs(a - b) <= tolerance * (1 + np.abs(a).max())))


def test_the_evaluator_agrees_with_numpy() -> None:
    for e in expressions(40, "value"):
        assert close(as_array(e, POINT), engine_value(as_tensor(e)), 1e-9), str(e)


@pytest.mark.parametrize("hyperbolic", [False, True])
def test_normal_forms_keep_the_value(hyperbolic: bool) -> None:
    for e in expressions(40, "normal"):
        try:
            found = engine_value(Normal(hyperbolic=hyperbolic).tensor(as_tensor(e)))
        except (NoValue, OverflowError):  # a form in exponentials may leave the range of floats
            continue
        assert close(as_array(e, POINT), found, 1e-6), str(e)


def test_derivatives_agree_with_differences() -> None:
    checked = 0
    for k, e in enumerate(expressions(60, "slope")):
        names = sorted(
            {p.of for _, p in places(e) if p.op == "variable" and VARIABLES[p.of].kind in ("real", "positive", "unit")}
        )
        if e.shape or not names or any(p.of in ("abs", "relu", "sign") for _, p in places(e) if p.op == "call"):
            continue
        name = Draw(f"slope {k}").one_of(names)
        assert close(differences(e, name), engine_value(gradient(as_tensor(e), SYMBOLS[name])), 1e-4), (str(e), name)
        checked += 1
    assert checked >= 8


def differences(e: Expr, name: str, step: float = 1e-5) -> Array:
    """Central differences of a scalar by every entry of a symbol."""
    here = np.asarray(POINT.values[name], dtype=float)
    slopes = np.empty(here.shape)
    for at in np.ndindex(here.shape):
        ends = []
        for sign in (1, -1):
            there, moved = copy.copy(POINT), here.copy()
            moved[at] += sign * step
            there.values = POINT.values | {name: moved}
            ends.append(as_array(e, there))
        slopes[at] = (ends[0] - ends[1]) / (2 * step)
    return slopes


def test_the_functions_of_a_point_have_the_derivatives_they_say() -> None:
    for f in MAPS.values():
        x = np.linspace(-0.7, 0.9, SIZES[f.source]) if f.source else np.array([0.4])
        for at in np.ndindex(SIZES[f.target]) if f.target else [()]:
            for by in itertools.product(range(len(x)), repeat=2):
                ends = []
                for sign in (1, -1):
                    moved = x.copy()
                    moved[by[1]] += sign * 1e-5
                    ends.append(POINT.derivative(f.name, moved, at, by[:1]))
                assert math.isclose((ends[0] - ends[1]) / 2e-5, POINT.derivative(f.name, x, at, by), abs_tol=1e-6)
