"""Tidying never changes a value, makes nothing longer, and finds the forms that people use."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.algebra.gather import cost
from symderiv.algebra.normal import Normal
from symderiv.algebra.order import ordered
from symderiv.algebra.terms import (
    Add, Entry, LogDensity, Mean, Mul, Num, Pow, Sum, Symbol, Term, add, divide, exp, fresh, log, mul, neg, num, power, sub, sum_over,
)  # fmt: skip
from symderiv.algebra.tidy import tidy
from symderiv.core.domain import POSITIVE
from symderiv.core.size import Size

MU, NU, X = (Entry(Symbol(k), ()) for k in ("mu", "nu", "x"))
SIGMA, TAU = (Entry(Symbol(k, (), POSITIVE), ()) for k in ("sigma", "tau"))
N = Size.of("n")
TWO = num(2)


def tidied(term: Term) -> Term:
    normal = Normal().term(term)
    out = tidy(normal)
    assert Normal().term(out) == normal
    return out


def square(term: Term) -> Term:
    return power(term, TWO)


def test_zero_and_numbers_stay() -> None:
    assert tidied(sub(MU, MU)) == num(0)
    assert tidied(num(3, 4)) == num(3, 4)


def test_a_shared_denominator_comes_out() -> None:
    out = tidied(sub(mul(num(1, 2), add(square(MU), square(SIGMA), num(-1))), log(SIGMA)))
    assert isinstance(out, Add)
    assert len(out.terms) == 2
    assert any(isinstance(t, Mul) and t.factors[0] == num(1, 2) and isinstance(t.factors[1], Add) for t in out.terms)


def test_squares_are_completed() -> None:
    assert tidied(square(sub(MU, NU))) == Pow(add(*ordered((MU, neg(NU)))), TWO)
    out = tidied(add(square(sub(MU, NU)), square(SIGMA)))
    assert isinstance(out, Add)
    assert any(isinstance(t, Pow) and isinstance(t.base, Add) for t in out.terms)


def test_a_difference_of_squares_is_left_alone() -> None:
    out = tidied(sub(square(MU), square(NU)))
    assert isinstance(out, Add)
    assert len(out.terms) == 2


def test_terms_over_one_denominator_share_it() -> None:
    out = tidied(divide(add(square(sub(MU, NU)), square(TAU)), mul(TWO, square(SIGMA))))
    assert isinstance(out, Mul)
    assert sum(isinstance(f, Add) for f in out.factors) == 1


def test_terms_before_one_exponential_share_it() -> None:
    out = tidied(mul(exp(neg(MU)), sub(X, NU)))
    assert isinstance(out, Mul)


def test_positive_logarithms_join_and_others_do_not() -> None:
    joint = tidied(sub(log(SIGMA), log(TAU)))
    assert joint == log(divide(SIGMA, TAU))
    apart = tidied(sub(log(MU), log(NU)))
    assert isinstance(apart, Add)


def test_quadratic_forms_are_collected() -> None:
    k = Size.of("k")
    matrix = Symbol("P", (k, k), traits=frozenset({"positive definite"}))
    i, j = fresh(k), fresh(k)
    a, b = (Symbol(s, (k,)) for s in "ab")
    left, right = (sub(Entry(a, (s,)), Entry(b, (s,))) for s in (i, j))
    out = tidied(sum_over((i, j), mul(Entry(matrix, (i, j)), left, right)))
    assert isinstance(out, Sum)
    linear = tidied(sum_over((j,), mul(Entry(matrix, (i, j)), right)))
    assert isinstance(linear, Sum)


def test_a_matrix_in_the_middle_is_not_taken_for_a_square() -> None:
    k = Size.of("k")
    i, j = fresh(k), fresh(k)
    a, m = Symbol("a", (k,)), Symbol("M", (k, k))
    out = tidied(sum_over((i, j), mul(Entry(m, (i, j)), Entry(a, (i,)), Entry(a, (j,)))))
    assert isinstance(out, Sum)


def test_sums_of_one_range_are_one() -> None:
    i = fresh(N)
    s, t = Entry(Symbol("s", (N,)), (i,)), Entry(Symbol("t", (N,)), (i,))
    out = tidied(exp(add(sum_over((i,), s), sum_over((i,), t))))
    assert cost(out) <= 7
    whole = tidied(sum_over((i,), add(square(s), exp(t), num(-1))))
    assert isinstance(whole, Sum)


def test_expectations_become_a_divergence() -> None:
    q, joint = LogDensity("q", frozenset("z"), frozenset(), ()), LogDensity("p", frozenset("xz"), frozenset(), ())
    posterior = LogDensity("p", frozenset("z"), frozenset("x"), ())
    divergence = Mean("q", frozenset("z"), frozenset(), (), sub(q, posterior))
    assert tidied(divergence) == divergence
    elbo = tidied(Mean("q", frozenset("z"), frozenset(), (), sub(joint, q)))
    assert isinstance(elbo, Mean)


_ATOMS = st.sampled_from([MU, NU, X, SIGMA, TAU, log(SIGMA), log(TAU), exp(MU), exp(neg(NU))])
_NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=4).map(Num)


def _more(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda ab: add(*ab)),
        pairs.map(lambda ab: sub(*ab)),
        pairs.map(lambda ab: mul(*ab)),
        inner.map(square),
        st.tuples(inner, st.sampled_from([SIGMA, TAU])).map(lambda ab: divide(*ab)),
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.recursive(st.one_of(_ATOMS, _NUMBERS), _more, max_leaves=8))
def test_tidying_keeps_the_value_and_is_never_longer(term: Term) -> None:
    normal = Normal().term(term)
    out = tidied(term)
    assert cost(out) <= cost(normal) + 2


@pytest.mark.parametrize("degree", [2, 3, 4])
def test_powers_of_a_sum_come_back(degree: int) -> None:
    out = tidied(power(add(MU, mul(Num(Fraction(1, 2)), NU)), num(degree)))
    assert isinstance(out, Mul | Pow)
