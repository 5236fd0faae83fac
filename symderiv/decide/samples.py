"""What random instances are made of: polynomials with rational coefficients, and rational matrices."""

from __future__ import annotations

from fractions import Fraction

#: Exponents of the inputs to coefficients.
Polynomial = dict[tuple[int, ...], Fraction]


def unit(n: int, k: int) -> tuple[int, ...]:
    """The exponents of the k-th of n inputs alone."""
    return tuple(int(i == k) for i in range(n))


def without(p: Polynomial, places: range) -> Polynomial:
    """The terms that hold none of the inputs at these places."""
    return {e: c for e, c in p.items() if not any(e[k] for k in places)}


def added(*ps: Polynomial) -> Polynomial:
    """The sum."""
    total: Polynomial = {}
    for p in ps:
        for e, c in p.items():
            total[e] = total.get(e, Fraction(0)) + c
    return total


def times(p: Polynomial, q: Polynomial) -> Polynomial:
    """The product."""
    total: Polynomial = {}
    for a, c in p.items():
        for b, d in q.items():
            e = tuple(x + y for x, y in zip(a, b, strict=True))
            total[e] = total.get(e, Fraction(0)) + c * d
    return total


def derived(p: Polynomial, place: int) -> Polynomial:
    """The derivative by the input at a place."""
    return {(*e[:place], e[place] - 1, *e[place + 1 :]): c * e[place] for e, c in p.items() if e[place]}


def product(a: dict[tuple[int, ...], Fraction], b: dict[tuple[int, ...], Fraction], n: int) -> dict[tuple[int, ...], Fraction]:
    """The product of two n×n matrices."""
    return {(i, j): sum((a[i, k] * b[k, j] for k in range(n)), Fraction(0)) for i in range(n) for j in range(n)}


def householder(v: list[Fraction]) -> dict[tuple[int, ...], Fraction]:
    """The reflection at a vector, an orthogonal matrix of rational entries; the vector of ones stands for zero."""
    v = v if any(v) else [Fraction(1)] * len(v)
    square = sum((x * x for x in v), Fraction(0))
    n = len(v)
    return {(i, j): Fraction(i == j) - 2 * v[i] * v[j] / square for i in range(n) for j in range(n)}
