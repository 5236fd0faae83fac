"""Closed forms against quadrature at random parameters, gradients against differences of the quadrature."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from symderiv.algebra import tensors as T
from symderiv.algebra.families import Interval, Member
from symderiv.algebra.terms import Entry, Symbol, Tensor, Term, add, exp, mul, neg, num, scalar, sub
from symderiv.core.domain import UNIT
from symderiv.derive import functionals as F
from symderiv.derive.supports import on_one_variable
from symderiv.derive.formula import written
from symderiv.distributions import registry
from symderiv.writing.latex import latex

from tests.distributions import numeric as N

NAMES = registry.names()
#: Families of which two different members have no closed divergence.
OPEN = {"kumaraswamy", "logistic", "negative_binomial", "student_t"}
#: Tested apart, where quadrature reaches.
APART = {"wishart"}

CROSS = """
beta:normal continuous_bernoulli:normal exponential:normal gamma:normal gumbel:normal laplace:normal pareto:normal uniform:normal
bernoulli:poisson beta:continuous_bernoulli beta:exponential beta:gamma beta:uniform continuous_bernoulli:exponential
continuous_bernoulli:uniform exponential:gamma exponential:gumbel gamma:exponential gamma:gumbel normal:gumbel normal:laplace
pareto:exponential pareto:gamma uniform:beta uniform:continuous_bernoulli uniform:exponential uniform:gamma uniform:gumbel uniform:pareto
multivariate_normal:low_rank_normal low_rank_normal:multivariate_normal weibull:gamma gamma:weibull log_normal:gamma gamma:log_normal
gamma:inverse_gamma inverse_gamma:gamma half_normal:exponential half_normal:gamma exponential:laplace uniform:laplace laplace:gumbel
uniform:cauchy bernoulli:binomial bernoulli:geometric pareto:log_normal log_normal:normal rayleigh:weibull logistic:normal frechet:gamma
weibull:log_normal logistic:gumbel pareto:weibull chi_squared:gamma frechet:weibull inverse_gamma:log_normal uniform:half_normal
uniform:weibull uniform:log_normal kumaraswamy:uniform student_t:normal uniform:student_t cauchy:student_t chi:nakagami nakagami:normal
exp_gamma:gumbel moyal:normal beta_prime:inverse_gamma levy:log_normal inverse_gaussian:levy gamma:inverse_gaussian laplace:moyal
uniform:half_cauchy beta:logit_normal
""".split()
PAIRS = [tuple(pair.split(":")) for pair in CROSS] + [(n, n) for n in NAMES if n not in OPEN | APART]

OUTSIDE = """
exponential:beta exponential:continuous_bernoulli exponential:uniform exponential:pareto gamma:beta gamma:pareto gamma:uniform normal:beta
normal:gamma normal:uniform normal:pareto laplace:gamma gumbel:pareto pareto:beta pareto:uniform beta:pareto poisson:bernoulli
poisson:binomial geometric:binomial log_normal:kumaraswamy
""".split()


def _pair(pair: tuple[str, ...]) -> tuple[Member, Member]:
    q, p = registry.family(pair[0]), registry.family(pair[1])
    return on_one_variable(N.member(q, "q"), N.member(p, "p"))


def _needed(found: F.Functional, *members: Member) -> list[Tensor]:
    own = [scalar(m.inserted(c)) for m in members for c in m.family.conditions]
    return [*own, *(c.term for c in found.conditions)]


def _log_ratio(q: Member, p: Member) -> Term:
    return sub(q.log_density(), p.log_density())


@functools.cache
def _divergence(pair: tuple[str, ...]) -> F.Functional:
    return F.divergence(*_pair(pair))


@pytest.mark.parametrize("pair", PAIRS, ids=":".join)
def test_divergences_are_those_of_quadrature(pair: tuple[str, ...]) -> None:
    q, p = _pair(pair)
    found = _divergence(pair)
    assert found.value is not None
    for values in N.points(11, N.symbols(q, p), _needed(found, q, p)):
        wanted = N.expectation(q, _log_ratio(q, p), values)
        ours = N.number(found.value, values)
        assert ours == pytest.approx(wanted, rel=2e-6, abs=2e-7), values
        assert ours > -1e-12


GRADIENTS = [x for x in PAIRS if not registry.family(x[0]).variable.sizes]


@pytest.mark.parametrize("pair", GRADIENTS, ids=":".join)
def test_gradients_are_those_of_quadrature(pair: tuple[str, ...]) -> None:
    q, p = _pair(pair)
    found = _divergence(pair)
    own = [s for s in N.symbols(q, p) if not s.domain.whole]
    slopes = F.gradients(found, own)
    (values,) = N.points(13, N.symbols(q, p), _needed(found, q, p), count=1)
    step = 1e-4
    for symbol, slope in zip(own, slopes, strict=True):
        above, below = ({**values, symbol.name: values[symbol.name] + d} for d in (step, -step))
        wanted = (N.expectation(q, _log_ratio(q, p), above) - N.expectation(q, _log_ratio(q, p), below)) / (2 * step)
        assert N.number(slope, values) == pytest.approx(wanted, rel=2e-4, abs=2e-4), symbol.name


@pytest.mark.parametrize("pair", [tuple(x.split(":")) for x in OUTSIDE], ids=":".join)
def test_a_divergence_is_infinite_where_mass_lies_outside(pair: tuple[str, ...]) -> None:
    q, p = _pair(pair)
    found = F.divergence(q, p)
    assert found.infinite
    assert "gives weight to values to which" in found.reason
    own = [scalar(m.inserted(c)) for m in (q, p) for c in m.family.conditions]
    for values in N.points(17, N.symbols(q, p), own):
        r = N.rule(q, values)
        low, high = (None if end is None else N.value(end, values) for end in (p.end("low"), p.end("high")))
        outside = (r.points < (-math.inf if low is None else low)) | (r.points > (math.inf if high is None else high))
        with np.errstate(all="ignore"):
            density = np.exp(N.value(q.log_density(), {**values, q.variable.name: r.points}))
        assert np.nansum(np.where(outside, density * r.weights, 0.0)) > 0


ENTROPIES = [
    n for n in NAMES if n not in {"binomial", "inverse_gaussian", "logit_normal", "negative_binomial", "poisson"} | APART
]


@pytest.mark.parametrize("name", ENTROPIES)
def test_entropies_are_those_of_quadrature(name: str) -> None:
    q = N.member(registry.family(name), "q")
    found = F.entropy(q)
    assert found.value is not None
    for values in N.points(19, N.symbols(q), _needed(found, q)):
        assert N.number(found.value, values) == pytest.approx(N.expectation(q, neg(q.log_density()), values), rel=2e-6, abs=2e-6)


SCALAR = [
    n
    for n in NAMES
    if not registry.family(n).variable.sizes and n not in {"cauchy", "half_cauchy", "levy", "logit_normal", "von_mises"}
]


@pytest.mark.parametrize("name", SCALAR)
def test_means_and_variances_are_those_of_quadrature(name: str) -> None:
    q = N.member(registry.family(name), "q")
    x = Entry(q.variable, ())
    mean, spread = F.expected(q, x), F.variance(q)
    assert mean.value is not None
    assert spread.value is not None
    for values in N.points(59, N.symbols(q), _needed(spread, q)):
        first, second = N.expectation(q, x, values), N.expectation(q, mul(x, x), values)
        assert N.number(mean.value, values) == pytest.approx(first, rel=2e-6, abs=2e-6)
        assert N.number(spread.value, values) == pytest.approx(second - first**2, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("name", ["gamma", "normal", "laplace", "dirichlet", "multivariate_normal", "weibull", "geometric"])
def test_cross_entropy_is_divergence_and_entropy(name: str) -> None:
    q, p = _pair((name, name))
    cross, own, between = F.cross_entropy(q, p), F.entropy(q), F.divergence(q, p)
    assert cross.value is not None
    assert own.value is not None
    assert between.value is not None
    for values in N.points(23, N.symbols(q, p), _needed(cross, q, p)):
        assert N.number(cross.value, values) == pytest.approx(N.number(own.value, values) + N.number(between.value, values))


AFFINE = """
bernoulli beta beta_prime binomial categorical chi chi_squared continuous_bernoulli dirichlet exp_gamma exponential gamma geometric
half_normal inverse_gamma inverse_gaussian laplace levy log_normal multivariate_normal nakagami normal pareto poisson rayleigh uniform
""".split()
A = Symbol("a", (), UNIT)


@pytest.mark.parametrize("name", AFFINE)
@pytest.mark.parametrize(
    ("functional", "exponent", "then"),
    [
        (F.chi_squared, 1, lambda e, _: e - 1), (F.hellinger, -0.5, lambda e, _: 1 - e), (F.bhattacharyya, -0.5, lambda e, _: -math.log(e)),
        (lambda q, p: F.renyi(q, p, Entry(A, ())), None, lambda e, a: math.log(e) / (a - 1)),
        (lambda q, p: F.renyi(q, p, num(2)), 1, lambda e, _: math.log(e)),
    ],
    ids=["chi squared", "Hellinger", "Bhattacharyya", "Rényi", "Rényi of order 2"],
)  # fmt: skip
def test_functionals_of_the_likelihood_ratio(
    name: str, functional: Callable[[Member, Member], F.Functional], exponent: float | None, then: Callable[[float, float], float]
) -> None:
    q, p = _pair((name, name))
    found = functional(q, p)
    assert found.value is not None
    for values in N.points(29, [*N.symbols(q, p), A], _needed(found, q, p), count=2):
        order = values["a"]
        power = order - 1 if exponent is None else exponent
        factor = Symbol("factor")
        ratio = exp(mul(Entry(factor, ()), _log_ratio(q, p)))
        affinity = N.expectation(q, ratio, {**values, "factor": power})
        assert N.number(found.value, values) == pytest.approx(then(affinity, order), rel=3e-5, abs=3e-6), values


FISHER = """
bernoulli beta beta_prime binomial cauchy chi chi_squared continuous_bernoulli exp_gamma exponential frechet gamma geometric gumbel
half_cauchy half_normal inverse_gamma inverse_gaussian laplace levy log_normal logistic logit_normal moyal nakagami normal poisson rayleigh weibull
""".split()


@pytest.mark.parametrize("name", FISHER)
def test_the_fisher_information_is_the_mean_of_squared_scores(name: str) -> None:
    q = N.member(registry.family(name), "q")
    found = F.fisher(q)
    needed = [c.term for c in found.conditions]
    step = 1e-5
    for values in N.points(31, N.symbols(q), needed, count=2):
        r = N.rule(q, values)
        there = {**values, q.variable.name: r.points}
        log_q = q.log_density()
        with np.errstate(all="ignore"):
            weight = np.exp(N.value(log_q, there)) * r.weights
            scores = [
                (
                    N.value(log_q, {**there, s.name: values[s.name] + step})
                    - N.value(log_q, {**there, s.name: values[s.name] - step})
                )
                / (2 * step)
                for s in found.parameters
            ]
            products = [[float(np.nansum(np.where(weight > 0, a * b * weight, 0.0))) for b in scores] for a in scores]
        for ours, wanted in zip(found.rows, products, strict=True):
            assert [float(N.value(c, values)) for c in ours] == pytest.approx(wanted, rel=1e-3, abs=1e-3)


def test_the_natural_gradient_solves_the_linear_system() -> None:
    q = N.member(registry.family("gamma"), "q")
    information = F.fisher(q)
    entropy = F.entropy(q)
    assert entropy.value is not None
    natural = F.natural_gradient(entropy.value.body, information)
    slopes = F.gradients(entropy, information.parameters)
    for values in N.points(37, N.symbols(q), []):
        rows = np.array([[float(N.value(c, values)) for c in r] for r in information.rows])
        steepest = np.linalg.solve(rows, [N.number(s, values) for s in slopes])
        assert [float(N.value(x, values)) for x in natural] == pytest.approx(list(steepest))


QUANTILES: dict[str, Callable[..., float]] = {
    "exponential": lambda u, rate: -math.log1p(-u) / rate,
    "frechet": lambda u, shape, scale: scale * (-math.log(u)) ** (-1 / shape),
    "gumbel": lambda u, place, scale: place - scale * math.log(-math.log(u)),
    "laplace": lambda u, place, scale: place + scale * (math.log(2 * u) if u < 0.5 else -math.log(2 - 2 * u)),
    "log_normal": lambda u, place, scale: math.exp(place + scale * math.sqrt(2) * float(mpmath.erfinv(2 * u - 1))),
    "logistic": lambda u, place, scale: place + scale * math.log(u / (1 - u)),
    "normal": lambda u, place, scale: place + scale * math.sqrt(2) * float(mpmath.erfinv(2 * u - 1)),
    "pareto": lambda u, scale, shape: scale * (1 - u) ** (-1 / shape),
    "rayleigh": lambda u, scale: scale * math.sqrt(-2 * math.log1p(-u)),
    "uniform": lambda u, low, high: low + (high - low) * u,
    "weibull": lambda u, shape, scale: scale * (-math.log1p(-u)) ** (1 / shape),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(QUANTILES))
def test_transport_on_the_line_is_the_distance_of_the_quantile_functions(name: str) -> None:
    q, p = _pair((name, name))
    found = F.wasserstein(q, p)
    assert found.value is not None
    needed = [*_needed(found, q, p), *_bounded_shapes(name)]
    (values,) = N.points(41, N.symbols(q, p), needed, count=1)
    first, second = ([values[s.name] for s in N.symbols(m)] for m in (q, p))
    t = np.linspace(-3.0, 3.0, 161)
    u = 1 / (1 + np.exp(-math.pi * np.sinh(t)))
    weights = u * (1 - u) * math.pi * np.cosh(t) * (t[1] - t[0])
    gaps = [(QUANTILES[name](v, *first) - QUANTILES[name](v, *second)) ** 2 if 0 < v < 1 else 0.0 for v in u]
    assert N.number(found.value, values) == pytest.approx(float(np.dot(weights, gaps)), rel=2e-3)


def _bounded_shapes(name: str) -> list[Tensor]:
    """Tails light enough for the quadrature."""
    limits = {"pareto": ("alpha", 1, -24), "frechet": ("alpha", 1, -24), "log_normal": ("sigma", -1, 15)}
    if name not in limits:
        return []
    which, sign, tenths = limits[name]
    shape = next(s for s in registry.family(name).parameters if s.name == which)
    return [scalar(add(mul(num(sign), Entry(N.renamed(shape, mark), ())), num(tenths, 10))) for mark in ("q", "p")]


@pytest.mark.parametrize(
    ("q", "p", "says"), [("pareto", "exponential", "alpha_q"), ("pareto", "normal", "alpha_q"), ("frechet", "gamma", "alpha_q")]
)
def test_heavy_tails_need_a_condition(q: str, p: str, says: str) -> None:
    found = F.divergence(*_pair((q, p)))
    (condition,) = found.conditions
    assert condition.strict
    assert says in repr(condition.term)


def test_a_tail_that_is_always_too_heavy_makes_it_infinite() -> None:
    f = registry.family("pareto")
    m = T.whole(Symbol("m", (), f.parameters[0].domain))
    q = f(m, scalar(num(1)))
    p = N.member(registry.family("exponential"), "p")
    found = F.divergence(q, p)
    assert found.infinite
    assert "tail" in found.reason


def test_where_no_rule_is_known_nothing_is_claimed() -> None:
    for pair in (("normal", "cauchy"), ("logistic", "logistic"), ("geometric", "poisson"), ("kumaraswamy", "beta")):
        with pytest.raises(F.NoRule):
            F.divergence(*_pair(pair))


def test_two_spaces_are_not_compared() -> None:
    for pair in (("normal", "poisson"), ("dirichlet", "normal")):
        with pytest.raises(ValueError, match=r"other is not|different spaces"):
            _pair(pair)


def test_the_chi_squared_divergence_of_cauchy_densities_is_that_of_quadrature() -> None:
    q, p = _pair(("cauchy", "cauchy"))
    found = F.chi_squared(q, p)
    assert found.value is not None
    for values in N.points(61, N.symbols(q, p), []):
        wanted = N.expectation(q, exp(_log_ratio(q, p)), values) - 1
        assert N.number(found.value, values) == pytest.approx(wanted, rel=1e-6)


def test_an_infinite_mean_leaves_no_variance() -> None:
    q = N.member(registry.family("levy"), "q")
    assert F.mean(q).infinite
    with pytest.raises(F.NoRule, match="mean is infinite"):
        F.variance(q)


def test_supports_that_depend_on_parameters_have_no_fisher_information() -> None:
    with pytest.raises(F.NoRule, match="support"):
        F.fisher(N.member(registry.family("uniform"), "q"))
    assert isinstance(registry.family("uniform").support, Interval)


@pytest.mark.parametrize(
    "pair", [("gamma", "normal"), ("dirichlet", "dirichlet"), ("pareto", "exponential"), ("normal", "beta")], ids=":".join
)
def test_a_derivation_shows_its_steps_and_its_conditions(pair: tuple[str, ...]) -> None:
    found = _divergence(pair)
    derivation = found.derivation
    assert derivation.steps
    assert len(derivation.assumes) == len(found.conditions)
    assert all(latex(written(f)) for s in derivation.steps for f in s.formulas)
    assert bool(derivation.certificate) != found.infinite


def test_wishart_against_quadrature_over_matrices() -> None:
    """Normalisation, entropy and divergence of 2×2 matrices with enough degrees of freedom for the quadrature."""
    q, p = _pair(("wishart", "wishart"))
    between, own = F.divergence(q, p), F.entropy(q)
    assert between.value is not None
    assert own.value is not None
    for degrees, values in zip((4.0, 5.5, 7.0), N.points(47, N.symbols(q, p), []), strict=True):
        at = {**values, "nu_q": degrees, "nu_p": degrees + 1.3}
        assert N.expectation(q, num(1), at) == pytest.approx(1, abs=1e-5)
        assert N.number(between.value, at) == pytest.approx(N.expectation(q, _log_ratio(q, p), at), rel=1e-4)
        assert N.number(own.value, at) == pytest.approx(N.expectation(q, neg(q.log_density()), at), rel=1e-4)
