"""Maps of whole triangular matrices, which their layers take a column at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from symderiv.derive.mapping import log_determinant
from symderiv.layers.registry import entry
from tests.layers.numbers import Array, Numbers


def step(name: str, below: int, **values: Array) -> float:
    """What the column with so many entries below its diagonal adds, at these values."""
    program = entry(name).layer.program()
    value = log_determinant(program).value
    numbers = Numbers(program, {"n": below}, seed=0, more=[value])
    numbers.values.update(values)
    return float(numbers.tensor(value))


def volume(f: Callable[[Array], Array], lower: Array) -> float:
    """``log |det|`` of a map of triangular matrices by the entries on and below the diagonal, by differences."""
    places = np.tril_indices(len(lower))
    columns = []
    for k in range(len(places[0])):
        moved = np.zeros_like(lower)
        moved[places[0][k], places[1][k]] = 1e-6
        columns.append((f(lower + moved) - f(lower - moved))[places] / 2e-6)
    return float(np.linalg.slogdet(np.stack(columns, axis=-1))[1])


def triangle(n: int) -> Array:
    random = np.random.default_rng(n)
    below = np.tril(random.normal(size=(n, n)), -1)
    return np.asarray(below + np.diag(np.exp(0.5 * random.normal(size=n))))


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_columns_of_a_product_with_its_transpose_add_up(n: int) -> None:
    lower = triangle(n)
    total = sum(step("cholesky_product", n - k - 1, **{"lambda": lower[k, k], "ell": lower[k + 1 :, k]}) for k in range(n - 1))
    total += np.log(2 * lower[-1, -1])  # the last is a number and its square
    assert total == pytest.approx(volume(lambda x: x @ x.T, lower), rel=1e-6)
    assert total == pytest.approx(n * np.log(2) + sum((n - k) * np.log(lower[k, k]) for k in range(n)), rel=1e-9)


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_columns_of_an_inverse_add_up(n: int) -> None:
    lower = triangle(n)
    inverses = [np.linalg.inv(lower[k + 1 :, k + 1 :]) for k in range(n - 1)]
    total = sum(
        step("triangular_inverse", n - k - 1, **{"lambda": lower[k, k], "ell": lower[k + 1 :, k], "K": inverses[k]})
        for k in range(n - 1)
    )
    total += -2 * np.log(lower[-1, -1])
    assert total == pytest.approx(volume(np.linalg.inv, lower), rel=1e-6)
    assert total == pytest.approx(-(n + 1) * np.log(np.diag(lower)).sum(), rel=1e-9)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_a_row_of_a_correlation_factor_is_measured_before_its_last_entry(n: int) -> None:
    """With the strict triangle of ones: ``Σ_i (n - i)/2 · log(1 - z_i²)`` beside what the hyperbolic tangents add."""
    x = np.random.default_rng(n).normal(size=n)
    z = np.tanh(x)
    program = entry("correlation_cholesky").layer.program()
    value = log_determinant(program).value
    numbers = Numbers(program, {"n": n}, seed=0, more=[value])
    numbers.values.update({"x": x, "N": np.tril(np.ones((n, n)), -1)})
    row = numbers.run(program)
    assert row == pytest.approx(z * np.sqrt([np.prod(1 - z[:i] ** 2) for i in range(n)]))
    assert (row**2).sum() < 1
    wanted = sum((1 + (n - i - 1) / 2) * np.log(1 - z[i] ** 2) for i in range(n))
    assert float(numbers.tensor(value)) == pytest.approx(wanted)
