"""The evidence lower bound of a linear decoder: against quadrature, tight at the posterior, and refused where nothing is closed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from symderiv.algebra import tensors as T
from symderiv.algebra.calculus import gradient
from symderiv.algebra.densities import Gaussian
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Apply, Symbol, Tensor, num, power, scalar
from symderiv.core.domain import POSITIVE
from symderiv.core.size import Size
from symderiv.derive.divergence import NoClosedForm
from symderiv.derive.elbo import elbo
from tests.distributions import numeric as N

K, P = Size.of("k"), Size.of("p")
PD = frozenset({"positive definite"})
Z, X, M, MU = Symbol("z", (K,)), Symbol("x", (P,)), Symbol("m", (K,)), Symbol("mu", (P,))
S, W, V = Symbol("S", (K, K), traits=PD), Symbol("W", (P, K)), Symbol("v", (), POSITIVE)

ENCODER = Gaussian(Z, T.whole(M), T.whole(S))
PRIOR = Gaussian(Z, T.zeros((K,)), T.identity(K))


def decoder(mean: Tensor) -> Gaussian:
    return Gaussian(X, mean, T.scaled(T.whole(V), T.identity(P)), frozenset({"z"}))


LINEAR = decoder(T.plus(T.product(T.whole(W), T.whole(Z)), T.whole(MU)))


def test_the_bound_is_that_of_quadrature() -> None:
    found = elbo(ENCODER, PRIOR, LINEAR)
    assert found.derivation.steps
    for values in N.points(3, [M, S, W, V, MU, X], []):
        nodes, weights = np.polynomial.hermite_e.hermegauss(4)
        root, total = np.linalg.cholesky(values["S"]), 0.0
        for a, wa in zip(nodes, weights, strict=True):
            for b, wb in zip(nodes, weights, strict=True):
                z = values["m"] + root @ np.array([a, b])
                total += wa * wb / (2 * math.pi) * _inside(values, z)
        assert N.number(found.value, values) == pytest.approx(total)


def _inside(values: N.Values, z: np.ndarray) -> float:
    """``log p(x | z) + log p(z) - log q(z)``, written down by hand."""
    s, v = values["S"], values["v"]
    off = values["x"] - values["W"] @ z - values["mu"]
    centred = z - values["m"]
    likelihood = -0.5 * (len(off) * math.log(2 * math.pi * v) + off @ off / v)
    own = -0.5 * (math.log(np.linalg.det(s)) + centred @ np.linalg.solve(s, centred))
    return float(likelihood - 0.5 * z @ z - own)


def test_at_the_posterior_the_bound_is_the_evidence() -> None:
    found = elbo(ENCODER, PRIOR, LINEAR)
    for values in N.points(5, [M, S, W, V, MU, X], []):
        w, v = values["W"], values["v"]
        covariance = np.linalg.inv(np.eye(2) + w.T @ w / v)
        mean = covariance @ w.T @ (values["x"] - values["mu"]) / v
        evidence = w @ w.T + v * np.eye(3)
        off = values["x"] - values["mu"]
        wanted = -0.5 * (3 * math.log(2 * math.pi) + math.log(np.linalg.det(evidence)) + off @ np.linalg.solve(evidence, off))
        at = {**values, "m": mean, "S": covariance}
        assert N.number(found.value, at) == pytest.approx(wanted)
        assert N.array(Normal().tensor(gradient(found.value, M)), at) == pytest.approx(np.zeros(2), abs=1e-9)
        assert N.array(Normal().tensor(gradient(found.value, S)), at) == pytest.approx(np.zeros((2, 2)), abs=1e-9)


def test_a_decoder_that_is_no_polynomial_has_no_closed_bound() -> None:
    tanh = T.entrywise(lambda u: Apply("tanh", u), T.product(T.whole(W), T.whole(Z)))
    with pytest.raises(NoClosedForm):
        elbo(ENCODER, PRIOR, decoder(tanh))


def test_the_two_densities_of_the_hidden_variable_must_agree_in_it() -> None:
    other = Gaussian(Symbol("y"), scalar(num(0)), scalar(power(num(2), num(2))))
    with pytest.raises(ValueError, match="the encoder's variable is z"):
        elbo(ENCODER, other, LINEAR)
