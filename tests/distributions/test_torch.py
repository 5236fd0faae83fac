"""Against torch.distributions, where it is installed: values and gradients of the pairs that both have."""

from __future__ import annotations

from typing import Any

import pytest

from symderiv.algebra.terms import scalar
from symderiv.derive import functionals as F
from symderiv.derive.supports import on_one_variable
from symderiv.distributions import registry
from tests.distributions import numeric as N

torch = pytest.importorskip("torch")
D: Any = pytest.importorskip("torch.distributions")

#: How each family is called there; its parameters are ours, in our order.
THERE = {
    "bernoulli": "Bernoulli", "beta": "Beta", "binomial": "Binomial", "categorical": "OneHotCategorical", "cauchy": "Cauchy",
    "chi_squared": "Chi2", "continuous_bernoulli": "ContinuousBernoulli", "dirichlet": "Dirichlet", "exponential": "Exponential",
    "gamma": "Gamma", "geometric": "Geometric", "gumbel": "Gumbel", "half_normal": "HalfNormal", "inverse_gamma": "InverseGamma",
    "laplace": "Laplace", "log_normal": "LogNormal", "low_rank_normal": "LowRankMultivariateNormal",
    "multivariate_normal": "MultivariateNormal", "normal": "Normal", "pareto": "Pareto", "poisson": "Poisson", "uniform": "Uniform",
    "wishart": "Wishart",
}  # fmt: skip


def _class(name: str) -> Any:
    return getattr(D, THERE[name])


PAIRS = sorted((q, p) for q in THERE for p in THERE if (_class(q), _class(p)) in D.kl._KL_REGISTRY or q == p)


@pytest.mark.parametrize("pair", PAIRS, ids=":".join)
def test_values_and_gradients_are_those_of_torch(pair: tuple[str, str]) -> None:
    q, p = on_one_variable(N.member(registry.family(pair[0]), "q"), N.member(registry.family(pair[1]), "p"))
    found = F.divergence(q, p)
    needed = [scalar(m.inserted(c)) for m in (q, p) for c in m.family.conditions] + [c.term for c in found.conditions]
    for values in N.points(43, N.symbols(q, p), needed):
        parameters = {s.name: torch.tensor(values[s.name], dtype=torch.float64) for s in N.symbols(q, p)}
        # probabilities are normalised there, and a symmetric matrix's gradient is another convention
        moving = [s for s in N.symbols(q, p) if not (s.domain.whole or s.symmetric or (s.sizes and s.name.startswith("pi")))]
        if (
            "wishart" in pair
        ):  # torch's rule for exponential families detaches the first density's parameters: their gradient is lost
            moving = [s for s in moving if s.name.endswith("_p")]
        for s in moving:
            parameters[s.name].requires_grad_()
        first, second = (_class(n)(*(parameters[s.name] for s in N.symbols(m))) for n, m in zip(pair, (q, p), strict=True))
        theirs = D.kl_divergence(first, second).sum()
        if found.infinite:
            assert torch.isinf(theirs)
            continue
        assert found.value is not None
        assert N.number(found.value, values) == pytest.approx(float(theirs), rel=1e-10, abs=1e-10)
        if theirs.requires_grad:
            theirs.backward()
        for s, slope in zip(moving, F.gradients(found, moving), strict=True):
            wanted = parameters[s.name].grad
            wanted = torch.zeros_like(parameters[s.name]) if wanted is None else wanted
            # torch.polygamma(1, ·) is off by up to 1e-8 against mpmath; other gradients agree to 1e-10
            close = 1e-7 if "trigamma" in repr(slope) else 1e-10
            assert N.array(slope, values) == pytest.approx(wanted.numpy(), rel=close, abs=close), s.name
