"""Random typed expressions from an explicit seed: parts for identities, and surroundings to put them into."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from tests.laws.language import (
    VARIABLES, Expr, Number, Shape, absolute, add, apply, cosh, det, diag, diagonal, dot, exp, expr, eye, jacobian, log, mul, outer,
    sigmoid, sinh, softplus, sqrt, tanh, total, trace, variable,
)  # fmt: skip

V = TypeVar("V")


class Draw:
    """Draws of expressions by shape and sign; ``depth`` bounds how far they nest."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def one_of(self, choices: Sequence[V]) -> V:
        """One of these."""
        return self.random.choice(choices)

    def rational(self, *choices: Number) -> Fraction:
        """One of these numbers."""
        return Fraction(self.one_of(choices))

    def variable(self, shape: Shape, *kinds: str) -> Expr:
        """A symbol of this shape and one of these kinds."""
        return variable(self.one_of([v.name for v in VARIABLES.values() if v.shape == shape and v.kind in kinds]))

    def shape(self) -> Shape:
        """Of a scalar, more often than of a vector."""
        return self.one_of(((), (), (), ("n",), ("m",)))

    def number(self) -> Expr:
        """A small rational, not 0 or 1."""
        return expr(self.rational(2, 3, -2, 4, Fraction(1, 2), Fraction(3, 2), Fraction(-1, 3)))

    # --- scalars and vectors --------------------------------------------------------------------------------------------

    def unit(self) -> Expr:
        """A scalar in (0, 1)."""
        return self.variable((), "unit")

    def positive(self, shape: Shape = (), depth: int = 1) -> Expr:
        """A scalar or vector above zero."""
        if depth <= 0 or self.random.random() < 0.4:
            return self.variable(shape, "positive", "unit")
        inner = depth - 1
        ways: tuple[Callable[[], Expr], ...] = (
            lambda: self.positive(shape, inner) * self.positive(shape, inner),
            lambda: self.positive(shape, inner) + self.positive(shape, inner),
            lambda: exp(self.small(shape, inner)),
            lambda: self.small(shape, inner) ** 2 + 1,
            lambda: self.positive(shape, inner) ** self.rational(2, -1, Fraction(1, 2)),
            lambda: self.one_of((sigmoid, softplus, cosh))(self.small(shape, inner)),
            lambda: sqrt(self.positive(shape, inner)),
            lambda: 1 - self.unit() if not shape else self.variable(shape, "positive"),
        )
        return self.one_of(ways)()

    def small(self, shape: Shape = (), depth: int = 1) -> Expr:
        """Something whose exponential is no large number."""
        x = self.variable(shape, "real")
        if depth <= 0 or self.random.random() < 0.5:
            return x
        ways: tuple[Callable[[], Expr], ...] = (
            lambda: self.number() * x,
            lambda: x + self.variable(shape, "real"),
            lambda: tanh(x),
            lambda: x - self.variable((), "real"),
            lambda: x / self.variable((), "positive"),
            lambda: apply(self.one_of("fg"), x),
        )
        return self.one_of(ways)()

    def real(self, shape: Shape = (), depth: int = 2) -> Expr:
        """A real scalar, vector or matrix."""
        if len(shape) == 2:
            return self.matrix(shape, depth)
        if depth <= 0 or self.random.random() < 0.3:
            return self.variable(shape, "real", "real", "positive")
        inner = depth - 1
        ways: list[Callable[[], Expr]] = [
            lambda: self.real(shape, inner) + self.real(shape, inner),
            lambda: self.real(shape, inner) - self.real(shape, inner),
            lambda: self.real((), inner) * self.real(shape, inner),
            lambda: self.real(shape, inner) * self.real(shape, inner),
            lambda: self.real(shape, inner) / self.positive(shape, inner),
            lambda: self.number() * self.real(shape, inner),
            lambda: self.real(shape, inner) ** 2,
            lambda: log(self.positive(shape, inner)),
            lambda: self.one_of((exp, tanh, sigmoid, softplus, sinh))(self.small(shape, inner)),
            lambda: absolute(self.real(shape, inner)),
        ]
        if shape:
            ways += [
                lambda: self.matrix((shape[0], self.one_of(("n", "m")) if shape[0] == "n" else "n"), 0) @ self._column(inner),
                lambda: apply(self.one_of("fg"), self.real(shape, inner)),
                lambda: diagonal(self.matrix(shape * 2, inner)),
            ]
            if shape == ("n",):
                ways += [lambda: apply(self.one_of("FH"), self.real(("n",), inner)), lambda: apply("G", self.real(("m",), inner))]
        else:
            ways += [
                lambda: dot(*self._pair(inner)),
                lambda: total(self.real((self.one_of("nm"),), inner)),
                lambda: trace(self.matrix(("n", "n"), inner)),
                lambda: log(det(self.variable(("n", "n"), "positive definite"))),
                lambda: log(total(exp(self.small((self.one_of("nm"),), inner)))),
            ]
        for _ in range(10):  # a way whose parts do not fit is drawn again
            try:
                return self.one_of(ways)()
            except AssertionError:
                continue
        return self.variable(shape, "real")

    def _column(self, depth: int) -> Expr:
        return self.real((self.one_of("nm"),), depth)

    def _pair(self, depth: int) -> tuple[Expr, Expr]:
        shape = (self.one_of("nm"),)
        return self.real(shape, depth), self.real(shape, depth)

    # --- matrices -------------------------------------------------------------------------------------------------------

    def symmetric(self) -> Expr:
        """A symmetric matrix of n rows."""
        return self.variable(("n", "n"), "symmetric", "positive definite")

    def regular(self) -> Expr:
        """A declared invertible matrix."""
        return self.variable(("n", "n"), "invertible", "positive definite")

    def definite(self) -> Expr:
        """A declared positive definite matrix."""
        return self.variable(("n", "n"), "positive definite")

    def matrix(self, shape: Shape = ("n", "n"), depth: int = 1) -> Expr:
        """A real matrix."""
        rows, columns = shape
        if shape == ("m", "n"):
            return self.matrix(("n", "m"), depth).T
        if shape == ("m", "m"):
            return self.matrix(("n", "m"), 0).T @ self.matrix(("n", "m"), depth - 1)
        if depth <= 0 or self.random.random() < 0.3:
            kinds = ("real", "real", "invertible", "symmetric", "positive definite", "orthogonal", "diagonal")
            return self.variable(shape, *(kinds if rows == columns else ("real",)))
        inner = depth - 1
        ways: list[Callable[[], Expr]] = [
            lambda: self.matrix(shape, inner) + self.matrix(shape, inner),
            lambda: self.real((), inner) * self.matrix(shape, inner),
            lambda: self.matrix((rows, "n"), inner) @ self.matrix(("n", columns), inner),
            lambda: self.matrix(shape, inner) * self.matrix(shape, inner),
            lambda: outer(self.real((rows,), inner), self.real((columns,), inner)),
        ]
        if rows == columns:
            ways += [
                lambda: self.matrix(shape, inner).T,
                lambda: diag(self.real((rows,), inner)),
                lambda: jacobian(self.one_of("FH"), self.real(("n",), inner)),
                lambda: Expr("inverse", (self.regular(),), None, shape),
                lambda: self.matrix(shape, inner) - eye(rows),
            ]
        else:
            ways.append(lambda: jacobian("G", self.real(("m",), inner)))
        return self.one_of(ways)()

    # --- surroundings ---------------------------------------------------------------------------------------------------

    def surrounding(self, shape: Shape) -> Callable[[Expr], Expr]:
        """A random function of one expression of this shape, smooth enough that equal goes to equal and defined everywhere."""
        other, scalar = self.real(shape, 1), self.real((), 1)
        ways: list[Callable[[Expr], Expr]] = [
            lambda e: e + other,
            lambda e: other - e,
            lambda e: mul(scalar, e),
            lambda e: e * other,
        ]
        if len(shape) < 2:
            below, name = self.positive(shape, 1), self.one_of("fg")
            known = self.one_of((tanh, sigmoid, softplus, absolute))
            ways += [
                lambda e: e**2, lambda e: e / below, lambda e: log(1 + e**2), lambda e: 1 / (1 + e**2), known,
                lambda e: apply(name, e), lambda e: add(e**2, other),
            ]  # fmt: skip
        if len(shape) == 1:
            matrix = self.matrix((self.one_of("nm"), shape[0]), 0)
            ways += [
                lambda e: dot(other, e), lambda e: dot(e, e), total, lambda e: matrix @ e, diag, lambda e: outer(e, other),
                lambda e: total(exp(tanh(e))),
            ]  # fmt: skip
            if shape == ("n",):
                name = self.one_of("FH")
                ways += [lambda e: apply(name, e), lambda e: jacobian(name, e)]
        if len(shape) == 2:
            column, right = self.real(shape[1:], 1), self.matrix((shape[1], "n"), 0)
            ways += [lambda e: e @ column, lambda e: e.T, total, lambda e: e @ right]
            if shape == ("n", "n"):
                ways += [trace, diagonal, lambda e: dot(column, e @ column)]
        return self.one_of(ways)


#: Two expressions that are equal, and a rule that draws them.
Pair = tuple[Expr, Expr]
Identity = Callable[[Draw], Pair]
