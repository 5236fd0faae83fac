"""Divergences that are infinite since one density falls too slowly for the other."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symderiv.algebra.families import Member
from symderiv.algebra.terms import Entry, Symbol, add, apply, mul, num, power, scalar
from symderiv.core.domain import POSITIVE
from symderiv.core.problems import AuthorProblem
from symderiv.derive import functionals as F
from symderiv.derive.answers import answer
from symderiv.derive.supports import on_one_variable
from symderiv.derive.tails import growth_of, heavy_tail, on_the_line
from symderiv.distributions import registry
from symderiv.grading.records import asked_from
from tests.distributions import numeric as N

HEAVY = """
cauchy:normal cauchy:laplace cauchy:logistic cauchy:gumbel cauchy:moyal cauchy:exp_gamma levy:normal levy:logistic student_t:gumbel
student_t:moyal log_normal:exp_gamma pareto:exp_gamma half_cauchy:normal half_cauchy:half_normal half_cauchy:exponential
""".split()
LIGHT = "student_t:normal student_t:laplace normal:gumbel laplace:logistic cauchy:cauchy cauchy:student_t gamma:normal levy:log_normal".split()


def pair(names: str) -> tuple[Member, Member]:
    q, p = (registry.family(n) for n in names.split(":"))
    return on_one_variable(N.member(q, "q"), N.member(p, "p"))


def parts(names: str) -> list[float]:
    """``∫ q log(q/p)`` over what is less than e² … e⁵ far out, by the trapezoidal rule in the logarithm of the distance, at a choice of parameters."""
    q, p = pair(names)
    own = [scalar(m.inserted(c)) for m in (q, p) for c in m.family.conditions]
    values = next(iter(N.points(5, N.symbols(q, p), own)))
    out = []
    for far in (2.0, 3.0, 4.0, 5.0):
        t = np.linspace(-3.0, far, 40_001)
        total = 0.0
        for sign in (1.0, -1.0):
            x = sign * np.exp(t)
            there = {**values, q.variable.name: x}
            with np.errstate(all="ignore"):
                log_q, log_p = (np.asarray(N.value(m.log_density(), there), dtype=float) for m in (q, p))
                integrand = np.exp(log_q) * (log_q - log_p) * np.exp(t)
            inside = np.isfinite(integrand) & (q.end("low") is None or sign > 0)
            total += float(np.sum(np.where(inside, integrand, 0.0)) * (t[1] - t[0]))
        out.append(total)
    return out


@pytest.mark.parametrize("names", HEAVY)
def test_a_heavy_tail_makes_it_infinite_and_says_why(names: str) -> None:
    found = F.divergence(*pair(names))
    assert found.infinite
    assert "falls" in found.reason
    sums = parts(names)
    assert sums[1] - sums[0] > 0
    assert sums[3] - sums[2] > 1.05 * (sums[1] - sums[0])  # every unit of the logarithm adds more than the one before


@pytest.mark.parametrize("names", LIGHT)
def test_nothing_is_said_where_it_is_finite_or_depends_on_a_parameter(names: str) -> None:
    q, p = pair(names)
    assert not heavy_tail(on_the_line(q), on_the_line(p))


def test_no_closed_form_contradicts_a_tail() -> None:
    """All pairs: what has a finite closed form has no heavy tail."""
    for first in registry.names():
        for second in registry.names():
            try:
                q, p = on_one_variable(N.member(registry.family(first), "q"), N.member(registry.family(second), "p"))
            except ValueError:
                continue
            if heavy_tail(on_the_line(q), on_the_line(p)):
                assert F.divergence(q, p).infinite


def test_a_question_about_it_is_answered_with_the_reason() -> None:
    given = [r"m, \mu \in \mathbb{R}", r"g, s > 0", r"q(x) = \mathrm{Cauchy}(m, g)", r"p(x) = \mathcal{N}(x; \mu, s^2)"]
    with pytest.raises(AuthorProblem, match="infinite: cauchy falls as"):
        answer(asked_from(given, "find", r"D_{KL}(q \,\|\, p)"))


def test_what_cancels_is_not_judged() -> None:
    far = Entry(Symbol("far", (), POSITIVE), ())
    root = power(add(mul(far, far), num(1)), num(1, 2))
    assert growth_of(add(root, mul(num(-1), far))) is None
    grown = growth_of(add(mul(num(-2), far), apply("log", far)))
    assert grown is not None
    assert grown.order == (0, Fraction(1), 0)
