"""Every family, found by itself: its density integrates to one, and what it states about itself is proved."""

from __future__ import annotations


import pytest

from symderiv.algebra import tensors as T
from symderiv.algebra.calculus import derivative
from symderiv.algebra.conditions import settled
from symderiv.algebra.families import Image, Tilted
from symderiv.algebra.normal import Normal
from symderiv.algebra.substitute import substitute
from symderiv.algebra.terms import ONE, ZERO, Apply, Entry, add, log, neg, num, scalar, sub
from symderiv.core.problems import AuthorProblem
from symderiv.derive import functionals as F
from symderiv.derive.formula import written
from symderiv.distributions import registry
from symderiv.distributions.record import Distribution
from symderiv.distributions.summary import summary
from symderiv.writing.latex import latex

from tests.distributions import numeric as N

NAMES = registry.names()


@pytest.mark.parametrize("name", sorted({*NAMES} - {"wishart"}))
def test_the_density_integrates_to_one(name: str) -> None:
    q = N.member(registry.family(name), "q")
    for values in N.points(7, N.symbols(q), [scalar(q.inserted(c)) for c in q.family.conditions]):
        assert N.expectation(q, ONE, values) == pytest.approx(1, abs=2e-7)


@pytest.mark.parametrize("name", [n for n in NAMES if isinstance(registry.family(n).law, Tilted)])
def test_tilting_by_the_statistics_stays_in_the_family(name: str) -> None:
    """The variable drops out of the cumulant function, and without a tilt it is zero."""
    f = registry.family(name)
    assert isinstance(f.law, Tilted)
    still = {t: T.tensor_of(0, t.sizes) for t in f.law.tilts}
    assert settled(substitute(f.cumulant, still), Normal()) == ZERO


@pytest.mark.parametrize("name", [n for n in NAMES if isinstance(registry.family(n).law, Image)])
def test_an_image_has_the_density_that_is_stated(name: str) -> None:
    """``log q(g(y)) + log |g'(y)| = log base(y) + log weight`` on every branch; where the values are constants, the weights are the density."""
    f = registry.family(name)
    assert isinstance(f.law, Image)
    base = f.law.base
    for weight, image in f.law.branches:
        if base is not None and base.variable.sizes:
            assert image == T.whole(base.variable)
            there = substitute(f.log_density, {f.variable: image})
            assert settled(sub(there, base.log_density()), Normal()) == ZERO
            continue
        there = substitute(f.log_density, {f.variable: image})
        balance = sub(there, log(weight))
        if base is not None:
            slope = log(Apply("abs", derivative(image.body, base.variable, ())))
            balance = add(balance, slope, neg(base.log_density()))
            turned = {base.variable: scalar(neg(Entry(base.variable, ())))}
            both = base.end("low") is None and base.end("high") is None
            if both and all(settled(sub(substitute(x, turned), x), Normal()) == ZERO for x in (image.body, base.log_density())):
                balance = sub(balance, log(num(2)))  # an even image of an even density: y and -y give the same
        assert settled(balance, Normal()) == ZERO


@pytest.mark.parametrize("name", NAMES)
def test_the_divergence_from_itself_is_proved_to_be_zero(name: str) -> None:
    q = N.member(registry.family(name), "q")
    found = F.divergence(q, q)
    assert found.value is not None
    assert found.value.body == ZERO
    assert not found.conditions


@pytest.mark.parametrize(
    "name", ["beta", "binomial", "continuous_bernoulli", "dirichlet", "gamma", "geometric", "normal", "poisson"]
)
def test_the_divergence_is_the_bregman_divergence_of_the_log_partition(name: str) -> None:
    f = registry.family(name)
    q, p = N.member(f, "q"), N.member(f, "p")
    found = F.divergence(q, p)
    assert found.value is not None
    assert settled(sub(F.bregman(q, p), found.value.body), Normal()) == ZERO


def test_a_wrong_tilt_is_no_proof() -> None:
    wrong = Distribution(
        given=(r"\alpha, \beta > 0",), variable="x > 0", support=("0", ""), source="none",
        log_density=r"\alpha \log \beta - \log \Gamma(\alpha) + (\alpha - 1) \log x - \beta x",
        statistics=(r"\log x", "x"), tilted=(r"\alpha + s", r"\beta + t"),
    )  # fmt: skip
    with pytest.raises(ValueError, match="the tilted density is not the family's"):
        _ = wrong.family("wrong", registry.family).cumulant


def test_a_file_that_cannot_be_read_says_where() -> None:
    wrong = Distribution(given=(r"\alpha > 0",), log_density=r"\alpha \log \beta", source="none")
    with pytest.raises(AuthorProblem) as caught:
        wrong.family("wrong", registry.family)
    assert caught.value.span is not None


def test_there_are_no_names_but_files() -> None:
    with pytest.raises(KeyError):
        registry.family("registry")
    assert len(NAMES) >= 24
    assert registry.aliases()["gamma"] == "gamma"


def test_a_family_takes_its_own_number_of_parameters() -> None:
    with pytest.raises(ValueError, match="2 parameters"):
        registry.family("gamma")(scalar(num(1)))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_holds_the_density_and_a_divergence_or_says_why_not(name: str) -> None:
    page = summary(name)
    headings = {heading for heading, _ in page.parts} | {heading for heading, _ in page.missing}
    assert {"density", "entropy", "divergence"} <= headings
    assert all(why for _, why in page.missing)
    assert page.source
    assert all(latex(written(f)) for _, d in page.parts for f in d.result)
