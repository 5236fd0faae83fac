"""Verdicts and their certificates: proofs for what is true, re-checked witnesses for what is false, neither by chance."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from symderiv.algebra import tensors as T
from symderiv.algebra.calculus import gradient
from symderiv.algebra.densities import Densities, Gaussian, divergence
from symderiv.algebra.terms import (
    ONE, PI, Apply, Entry, Function, LogDensity, Symbol, Tensor, Term, Value, add, divide, exp, fresh, log, mul, neg, num, power, scalar,
    size_term, sub, tensor,
)  # fmt: skip
from symderiv.core.domain import POSITIVE, REAL, UNIT
from symderiv.core.results import Proved, Refuted, Undecided
from symderiv.core.size import Size
from symderiv.decide.equal import decide

N = Size.of("n")
X = Entry(Symbol("x"), ())
S = Entry(Symbol("s", (), POSITIVE), ())
P, Q = Entry(Symbol("p", (), UNIT), ()), Entry(Symbol("q", (), UNIT), ())


def verdict(a: Term, b: Term) -> object:
    return decide(scalar(a), scalar(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (sub(ONE, power(Apply("tanh", X), num(2))), power(Apply("cosh", X), num(-2))),
        (Apply("sigmoid", X), divide(exp(X), add(ONE, exp(X)))),
        (Apply("softplus", X), add(X, log(add(ONE, exp(neg(X)))))),
        (log(divide(P, Q)), neg(log(divide(Q, P)))),
        (mul(sub(ONE, P), log(divide(sub(ONE, P), sub(ONE, Q)))), neg(mul(sub(ONE, P), log(divide(sub(ONE, Q), sub(ONE, P)))))),
    ],
)  # fmt: skip
def test_true_identities_are_proved(a: Term, b: Term) -> None:
    assert isinstance(verdict(a, b), Proved)


def test_a_witness_shows_the_difference() -> None:
    found = verdict(mul(num(2), S), power(S, num(2)))
    assert isinstance(found, Refuted)
    value = Fraction(dict(found.witness.assignments)["s"])
    assert float(found.witness.left) == pytest.approx(2 * value, rel=1e-5)
    assert float(found.witness.right) == pytest.approx(value**2, rel=1e-5)


@pytest.mark.parametrize(
    "gap",
    [
        num(1, 10**25),
        power(num(1, 2), num(80)),
        sub(num(math.floor(math.pi * 10**12), 10**12), PI),
        exp(neg(mul(num(60), add(ONE, S)))),
    ],
)
def test_near_misses_are_never_proved(gap: Term) -> None:
    assert isinstance(verdict(add(S, gap), S), Refuted)


def test_what_has_no_value_is_neither_proved_nor_refuted() -> None:
    assert isinstance(verdict(add(S, divide(sub(X, X), sub(S, S))), S), Undecided)


def test_a_tower_of_powers_is_left_alone() -> None:
    tower = power(num(9), power(num(9), power(num(9), num(9))))
    assert isinstance(verdict(tower, ONE), Undecided)


def _call(f: Function, x: Tensor) -> Tensor:
    i = fresh(N)
    return tensor((i,), Value(f, (x,), (i,), ()))


def _jacobian(f: Function, x: Tensor) -> Tensor:
    i, j = fresh(N), fresh(N)
    return tensor((i, j), Value(f, (x,), (i,), ((0, j),)))


def test_the_jacobian_of_an_unspecified_coupling() -> None:
    f, g = (Function(k, ((N,),), (N,)) for k in "FG")
    a, b = Symbol("a", (N,)), Symbol("b", (N,))
    x, y = T.whole(a), T.whole(b)
    z = T.plus(T.hadamard(T.entrywise(exp, _call(g, y)), x), _call(f, y))
    key = T.plus(T.product(T.diag(T.hadamard(T.entrywise(exp, _call(g, y)), x)), _jacobian(g, y)), _jacobian(f, y))
    wrong = T.plus(T.product(T.diag(T.hadamard(T.entrywise(exp, _call(g, y)), x)), T.transpose(_jacobian(g, y))), _jacobian(f, y))
    assert isinstance(decide(gradient(z, b), key), Proved)
    assert isinstance(decide(gradient(z, b), wrong), Refuted)


def test_the_divergence_of_two_gaussians_from_its_definition() -> None:
    definite = frozenset({"positive definite"})
    m1, m2 = (T.whole(Symbol(k, (N,))) for k in ("m1", "m2"))
    s1, s2 = (T.whole(Symbol(k, (N, N), REAL, definite)) for k in ("S1", "S2"))
    z = Symbol("z", (N,))
    known = Densities({"q": Gaussian(z, m1, s1), "p": Gaussian(z, m2, s2)})
    log_q, log_p = (LogDensity(k, frozenset({"z"}), frozenset(), ()) for k in "qp")
    gap, precision = T.minus(m2, m1), T.inverse(s2)
    quadratic = T.product(T.product(T.transpose(gap), precision), gap).body
    trace = T.trace(T.product(precision, s1)).body
    key = mul(num(1, 2), add(trace, quadratic, neg(size_term(N)), log(divide(T.det(s2).body, T.det(s1).body))))
    swapped = mul(num(1, 2), add(trace, quadratic, neg(size_term(N)), log(divide(T.det(s1).body, T.det(s2).body))))
    assert isinstance(decide(scalar(divergence(log_q, log_p)), scalar(key), known), Proved)
    assert isinstance(decide(scalar(divergence(log_q, log_p)), scalar(swapped), known), Refuted)


def test_bayes_by_tables() -> None:
    z, x = frozenset({"z"}), frozenset({"x"})
    posterior, joint = LogDensity("p", z, x, ()), LogDensity("p", x | z, frozenset(), ())
    evidence = LogDensity("p", x, frozenset(), ())
    assert isinstance(verdict(posterior, sub(joint, evidence)), Proved)
    assert isinstance(verdict(posterior, joint), Refuted)
