"""Transport between Gaussians: the Bures distance by eigenvalues, and the map that is proved to carry one to the other."""

from __future__ import annotations

import numpy as np
import pytest

from symderiv.algebra import tensors as T
from symderiv.algebra.densities import Gaussian
from symderiv.algebra.terms import Symbol, divide, sub
from symderiv.core.domain import POSITIVE
from symderiv.core.size import Size
from symderiv.decide.equal import prove
from symderiv.derive.transport import transport_cost
from tests.distributions import numeric as N

K = Size.of("k")
X, M, MEAN = Symbol("x", (K,)), Symbol("m", (K,)), Symbol("n", (K,))
S, R = Symbol("s", (K,), POSITIVE), Symbol("r", (K,), POSITIVE)
A, SLOPE = (Symbol(name, (K, K), traits=frozenset({"positive definite"})) for name in ("A", "M"))


def diagonal(mean: Symbol, deviation: Symbol) -> Gaussian:
    squared = T.hadamard(T.whole(deviation), T.whole(deviation))
    return Gaussian(X, T.whole(mean), T.diag(squared))


def root(c: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(c)
    return np.asarray(vectors @ np.diag(np.sqrt(values)) @ vectors.T)


def test_with_diagonal_covariances_it_is_the_distance_of_means_and_deviations() -> None:
    slope = T.diag(T.entrywise(divide, T.whole(R), T.whole(S)))
    found = transport_cost(diagonal(M, S), diagonal(MEAN, R), slope)
    squares = [T.inner(d, d) for d in (T.minus(T.whole(M), T.whole(MEAN)), T.entrywise(sub, T.whole(S), T.whole(R)))]
    assert prove(found.value, T.plus(*squares)) is not None


def test_with_full_covariances_it_is_the_distance_of_bures() -> None:
    slope = T.whole(SLOPE)
    other = Gaussian(X, T.whole(MEAN), T.product(T.product(slope, T.whole(A)), slope))
    found = transport_cost(Gaussian(X, T.whole(M), T.whole(A)), other, slope)
    for values in N.points(53, [M, MEAN, A, SLOPE], []):
        a = values["A"]
        b = values["M"] @ a @ values["M"]
        shift = values["m"] - values["n"]
        bures = np.trace(a) + np.trace(b) - 2 * np.trace(root(root(a) @ b @ root(a)))
        assert N.number(found.value, values) == pytest.approx(float(shift @ shift + bures))


def test_a_map_that_does_not_carry_one_to_the_other_is_refused() -> None:
    with pytest.raises(ValueError, match="not proved"):
        transport_cost(diagonal(M, S), diagonal(MEAN, R), T.diag(T.entrywise(divide, T.whole(S), T.whole(R))))
