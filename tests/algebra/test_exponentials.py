"""The exponential of a matrix of floats against Arb's rigorous one."""

from __future__ import annotations

import random

import pytest
from flint import arb_mat

from symderiv.algebra.exponentials import exponential
from symderiv.algebra.numbers import NoValue


@pytest.mark.parametrize("seed", range(6))
def test_the_series_is_within_rounding_of_the_exponential(seed: int) -> None:
    draw = random.Random(f"exponential {seed}")
    n = 1 + seed % 4
    rows = [[draw.uniform(-3, 3) for _ in range(n)] for _ in range(n)]
    found, exact = exponential(rows), arb_mat(rows).exp()
    for i in range(n):
        for j in range(n):
            assert found[i][j] == pytest.approx(float(exact[i, j]), rel=1e-9, abs=1e-9), seed


def test_a_matrix_that_is_too_large_has_no_value() -> None:
    with pytest.raises(NoValue):
        exponential([[1e9, 0.0], [0.0, 1.0]])
