"""Values by NumPy: sizes from arrays, derivatives of given functions, and what is missing told by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symderiv as sd
from symderiv.core.problems import AuthorProblem

X, S = sd.Vector("x1", "n"), sd.Vector("s", "n", positive=True)
F, g = sd.VectorFunction("F", "n"), sd.ScalarFunction("g")
POINT = [0.3, -0.2, 1.1]


def _mixing(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.sin(x) * x.sum())


def _mixing_jacobian(x: np.ndarray) -> np.ndarray:
    return np.diag(np.cos(x) * x.sum()) + np.outer(np.sin(x), np.ones_like(x))


def test_the_jacobian_of_a_given_function_is_close_by_differences_and_exact_beside_its_own() -> None:
    J = sd.jacobian(F(X) * X, X).value
    x = np.array(POINT)
    wanted = np.diag(_mixing(x)) + np.diag(x) @ _mixing_jacobian(x)
    assert np.allclose(J.numpy(x1=POINT, F=_mixing), wanted, atol=1e-9)
    assert np.array_equal(J.numpy(x1=POINT, F=(_mixing, _mixing_jacobian)), wanted)


def test_a_function_of_coordinates_is_given_as_a_function_of_numbers() -> None:
    J = sd.jacobian(g(X), X).value
    assert np.allclose(J.numpy(x1=POINT, g=np.sin), np.diag(np.cos(POINT)), atol=1e-10)
    assert np.array_equal(J.numpy(x1=POINT, g=(np.sin, np.cos)), np.diag(np.cos(POINT)))


def test_blocks_are_put_together_as_numpy_does() -> None:
    other = sd.Scalar("c")
    J = sd.jacobian(((X * X).sum(), other * X), (X, other)).value
    x = np.array(POINT)
    wanted = np.block([[2 * x[None, :], np.zeros((1, 1))], [2.0 * np.eye(3), x[:, None]]])
    assert np.array_equal(J.numpy(x1=x, c=2), wanted)


def test_a_seed_fills_in_what_is_not_given_and_gives_the_same_again() -> None:
    value = F(X) * S
    first = value.numpy(n=4, seed=3)
    assert first.shape == (4,)
    assert np.array_equal(first, value.numpy(n=4, seed=3))
    assert not np.array_equal(first, value.numpy(n=4, seed=4))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (X.numpy, "how large is n?"),
        (lambda: X.numpy(n=2), "what is x_1?"),
        (lambda: X.numpy(x1=POINT, n=2), "shape (2,), not (3,)"),
        (lambda: X.numpy(x1=POINT, m=2), "nothing is called m"),
        (lambda: X.numpy(x1="abc"), "no array of numbers"),
        (lambda: S.numpy(s=[1, -1]), "positive as declared"),
        (lambda: sd.Matrix("C", "n", "n", "symmetric").numpy(C=[[1, 2], [3, 4]]), "C is symmetric as declared"),
        (lambda: sd.Matrix("C", "n", "n", "positive definite").numpy(C=[[1, 2], [2, 1]]), "positive definite as declared"),
        (lambda: X.numpy(x1=[np.nan, 1, 2]), "in its domain"),
        (lambda: X.numpy(n=0, seed=1), "positive whole number"),
        (lambda: F(X).numpy(x1=POINT, F=3), "give one that takes and gives arrays"),
        (lambda: F(X).numpy(x1=POINT, F=np.sum), "F gives the shape ()"),
        (lambda: sd.Vector("z", "d/2").numpy(d=3, seed=1), "the size d/2 is 3/2"),
        (lambda: sd.log(X).numpy(x1=POINT), "no real value"),
        (lambda: sd.exp(1000 * X).numpy(x1=POINT), "too large"),
        (X.explicit, "how large is n?"),
    ],
)
def test_what_is_missing_or_wrong_is_told_by_name(call: Callable[[], object], said: str) -> None:
    with pytest.raises(AuthorProblem, match=r".") as told:
        call()
    assert said in str(told.value)
