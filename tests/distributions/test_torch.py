"""Against torch.distributions, where it is installed: values and gradients of the pairs that both have."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest

from symderiv.algebra.terms import Entry, num, scalar, sub
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
    "student_t": "StudentT", "wishart": "Wishart",
}  # fmt: skip

#: Rules there that are for no family: of exponential families, of products and of images. The one-hot categorical has the rule of the categorical.
GENERIC = {"ExponentialFamily", "Independent", "TransformedDistribution", "Categorical"}


def _class(name: str) -> Any:
    return getattr(D, THERE[name])


PAIRS = sorted(
    (q, p) for q in THERE for p in THERE if (_class(q), _class(p)) in D.kl._KL_REGISTRY or (q == p and q != "student_t")
)


def test_every_rule_for_two_families_is_compared() -> None:
    """All that is registered there and is for families is derived here, or infinite with a reason."""
    names = {there: here for here, there in THERE.items()}
    rules = {(a.__name__, b.__name__) for a, b in D.kl._KL_REGISTRY}
    assert len(rules) == 87
    named = {(names[a], names[b]) for a, b in rules if a not in GENERIC and b not in GENERIC}
    assert len(named) == len(rules) - len(GENERIC)
    assert named <= set(PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=":".join)
def test_values_and_gradients_are_those_of_torch(pair: tuple[str, str]) -> None:
    q, p = on_one_variable(N.member(registry.family(pair[0]), "q"), N.member(registry.family(pair[1]), "p"))
    found = F.divergence(q, p)
    needed = [scalar(m.inserted(c)) for m in (q, p) for c in m.family.conditions] + [c.term for c in found.conditions]
    if "wishart" in pair:  # there few degrees of freedom raise a warning
        needed += [scalar(sub(Entry(s, ()), num(2))) for s in N.symbols(q, p) if s.name.startswith("nu")]
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
        assert N.number(found.value, values) == pytest.approx(float(theirs.detach()), rel=1e-10, abs=1e-10)
        if theirs.requires_grad:
            theirs.backward()
        for s, slope in zip(moving, F.gradients(found, moving), strict=True):
            wanted = parameters[s.name].grad
            wanted = torch.zeros_like(parameters[s.name]) if wanted is None else wanted
            # torch.polygamma(1, ·) is off by up to 1e-8 against mpmath; other gradients agree to 1e-10
            close = 1e-7 if "trigamma" in repr(slope) else 1e-10
            assert N.array(slope, values) == pytest.approx(wanted.numpy(), rel=close, abs=close), s.name


# --- the differences that docs/distributions.md names, each with its witness --------------------------------------------------


def numbers(*values: float) -> list[Any]:
    return [torch.tensor(v, dtype=torch.float64) for v in values]


def ours(q: str, first: tuple[float, ...], p: str, second: tuple[float, ...]) -> float:
    """The divergence of two members at these parameters."""
    mine, others = on_one_variable(N.member(registry.family(q), "q"), N.member(registry.family(p), "p"))
    found = F.divergence(mine, others).value
    assert found is not None
    named = zip((*N.symbols(mine), *N.symbols(others)), (*first, *second), strict=True)
    return N.number(found, {s.name: v for s, v in named})


def test_a_uniform_and_a_continuous_bernoulli_are_infinitely_far_there() -> None:
    """Both densities are positive on (0, 1): the means of their log-ratio are finite, and quadrature gives ours."""
    level, tilted = D.Uniform(*numbers(0.0, 1.0)), D.ContinuousBernoulli(*numbers(0.3))
    x = (torch.arange(20000, dtype=torch.float64) + 0.5) / 20000
    ratio = -tilted.log_prob(x)
    assert torch.isinf(D.kl_divergence(level, tilted))
    assert torch.isinf(D.kl_divergence(tilted, level))
    assert ours("uniform", (0.0, 1.0), "continuous_bernoulli", (0.3,)) == pytest.approx(float(ratio.mean()), rel=1e-7)
    wanted = float((torch.exp(-ratio) * -ratio).mean())
    assert ours("continuous_bernoulli", (0.3,), "uniform", (0.0, 1.0)) == pytest.approx(wanted, rel=1e-7)


def test_a_poisson_of_rate_zero_is_not_a_number_there() -> None:
    assert torch.isnan(D.kl_divergence(D.Poisson(*numbers(0.0)), D.Poisson(*numbers(1.0))))
    assert ours("poisson", (1e-12,), "poisson", (1.0,)) == pytest.approx(1, abs=1e-9)


def test_a_wishart_has_no_gradient_by_its_degrees_of_freedom_there() -> None:
    eye = torch.eye(2, dtype=torch.float64)

    def theirs(degrees: Any) -> Any:
        return D.kl_divergence(D.Wishart(degrees, 2 * eye), D.Wishart(*numbers(6.0), eye))

    (degrees,) = numbers(5.0)
    degrees.requires_grad_()
    theirs(degrees).backward()
    assert degrees.grad is None
    up, down = (theirs(x) for x in numbers(5.001, 4.999))
    assert abs(float((up - down).detach()) / 0.002) > 0.1


def test_trigamma_is_off_there() -> None:
    (there,) = numbers(1.7)
    assert abs(float(torch.polygamma(1, there)) / float(mpmath.psi(1, 1.7)) - 1) > 1e-10


def test_binomials_of_unlike_size_have_no_rule() -> None:
    few, many = D.Binomial(3, *numbers(0.4)), D.Binomial(5, *numbers(0.5))
    with pytest.raises(NotImplementedError):
        D.kl_divergence(few, many)
    assert torch.isinf(D.kl_divergence(many, few))
    f = registry.family("binomial")
    small, large = (f(scalar(num(n)), scalar(num(1, 2))) for n in (3, 5))
    with pytest.raises(F.NoRule):
        F.divergence(small, large)
    assert F.divergence(large, small).infinite
