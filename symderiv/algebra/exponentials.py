"""The exponential of a matrix of floats: ``exp(M) = (Σ_k (M/2^s)^k / k!)^(2^s)``. Rows in, rows out; nothing rigorous.

Source: Moler and Van Loan, Nineteen Dubious Ways to Compute the Exponential of a Matrix, 2003, method 3.
"""

from __future__ import annotations

import math

from symderiv.algebra.numbers import NoValue

#: How often a matrix is halved before the series, and how many of its terms are taken where its norm is below a half.
_MOST_HALVINGS, _TERMS = 12, 20

Rows = list[list[float]]


def exponential(rows: Rows) -> Rows:
    """The exponential. Raises `NoValue` where the matrix is too large."""
    n, halvings = len(rows), 0
    while max(sum(map(abs, r)) for r in rows) / 2**halvings > 0.5:
        halvings += 1
        if halvings > _MOST_HALVINGS:
            raise NoValue("a matrix is too large for its exponential")
    small = [[v / 2**halvings for v in r] for r in rows]
    total = [[float(i == j) for j in range(n)] for i in range(n)]
    term = total
    for k in range(1, _TERMS):
        term = [[v / k for v in r] for r in _product(term, small)]
        total = [[v + w for v, w in zip(r, s, strict=True)] for r, s in zip(total, term, strict=True)]
    for _ in range(halvings):
        total = _product(total, total)
    return total


def _product(a: Rows, b: Rows) -> Rows:
    columns = list(zip(*b, strict=True))
    return [[math.fsum(x * y for x, y in zip(r, c, strict=True)) for c in columns] for r in a]
