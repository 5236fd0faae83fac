"""Laws of the normal form: what is equal has one form, whatever it is written like and whatever its indices are called."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.algebra import tensors as T
from symderiv.algebra.factors import factored
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Meter, Poly, atom, plus, product, whole
from symderiv.algebra.terms import (
    ONE, Apply, Entry, Function, Symbol, Tensor, Term, Undefined, Value, add, divide, exp, fresh, log, mul, neg, num, power, scalar, sub,
    sum_over, tensor,
)  # fmt: skip
from symderiv.core.domain import CORRELATION, POSITIVE, REAL
from symderiv.core.size import Size

N = Size.of("n")
X, Y = Entry(Symbol("x"), ()), Entry(Symbol("y"), ())
S, U = Entry(Symbol("s", (), POSITIVE), ()), Entry(Symbol("u", (), POSITIVE), ())
RHO = Entry(Symbol("rho", (), CORRELATION), ())


def same(a: Term, b: Term) -> bool:
    normal = Normal()
    return normal.poly(sub(a, b)) == {}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (power(add(X, Y), num(2)), add(power(X, num(2)), mul(num(2), X, Y), power(Y, num(2)))),
        (exp(add(X, Y)), mul(exp(X), exp(Y))),
        (exp(log(S)), S),
        (log(mul(S, power(U, num(-3)))), sub(log(S), mul(num(3), log(U)))),
        (log(sub(ONE, power(RHO, num(2)))), add(log(add(ONE, RHO)), log(sub(ONE, RHO)))),
        (log(add(exp(X), exp(Y))), add(Y, log(add(exp(sub(X, Y)), ONE)))),
        (divide(divide(mul(X, S), power(S, num(2))), add(ONE, divide(power(X, num(2)), power(S, num(2))))),
         divide(mul(X, S), add(power(X, num(2)), power(S, num(2))))),
        (power(mul(num(2), power(S, num(2))), num(1, 2)), mul(power(num(2), num(1, 2)), S)),
        (power(num(8), num(-1, 2)), mul(num(1, 4), power(num(2), num(1, 2)))),
        (power(power(X, num(2)), num(1, 2)), Apply("abs", X)),
        (log(power(X, num(2))), mul(num(2), log(Apply("abs", X)))),
    ],
)  # fmt: skip
def test_equal_scalars_have_one_form(a: Term, b: Term) -> None:
    assert same(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [(exp(add(X, Y)), add(exp(X), exp(Y))), (log(power(X, num(2))), mul(num(2), log(X))), (Apply("abs", X), X)]
)
def test_what_differs_keeps_two_forms(a: Term, b: Term) -> None:
    assert not same(a, b)


@pytest.mark.parametrize(
    "nowhere", [log(neg(power(S, num(2)))), divide(ONE, sub(X, X)), log(sub(S, S)), power(neg(S), num(1, 2))]
)
def test_what_has_no_value_is_undefined(nowhere: Term) -> None:
    with pytest.raises(Undefined):
        Normal().poly(nowhere)


def _matrix(name: str, *traits: str) -> Tensor:
    return T.whole(Symbol(name, (N, N), REAL, frozenset(traits)))


def test_matrix_identities() -> None:
    a, b, c = (_matrix(k) for k in "ABC")
    assert same(T.trace(T.product(a, T.product(b, c))).body, T.trace(T.product(c, T.product(a, b))).body)
    assert not same(T.trace(T.product(a, T.product(b, c))).body, T.trace(T.product(a, T.product(c, b))).body)
    m = _matrix("M", "invertible")
    i, j = fresh(N), fresh(N)
    assert same(T.product(T.inverse(m), m).at(i, j), T.identity(N).at(i, j))
    q = _matrix("Q", "orthogonal")
    assert same(T.product(T.transpose(q), q).at(i, j), T.identity(N).at(i, j))
    p = _matrix("P", "positive definite")
    assert same(T.product(p, T.product(T.inverse(p), a)).at(i, j), a.at(i, j))
    assert same(
        log(T.det(T.product(p, T.inverse(_matrix("R", "positive definite")))).body),
        sub(log(T.det(p).body), log(T.det(_matrix("R", "positive definite")).body)),
    )


def test_determinant_of_a_diagonal_is_the_exponential_of_a_sum() -> None:
    v = T.whole(Symbol("v", (N,)))
    assert same(T.det(T.diag(T.entrywise(exp, v))).body, exp(T.total(v).body))


def test_jacobians_commute() -> None:
    f = Function("F", ((N,),), (N,))
    x = T.whole(Symbol("z", (N,)))
    i, j, k = fresh(N), fresh(N), fresh(N)
    assert same(Value(f, (x,), (i,), ((0, j), (0, k))), Value(f, (x,), (i,), ((0, k), (0, j))))


# --- contraction ------------------------------------------------------------------------------------------------------------


def _random_contraction(seed: int) -> tuple[list[tuple[str, tuple[int, ...]]], int]:
    r = random.Random(seed)
    dummies = r.randint(1, 4)
    factors = []
    for _ in range(r.randint(1, 5)):
        name, rank = r.choice([("A", 2), ("B", 2), ("v", 1), ("w", 1), ("P", 2)])
        factors.append((name, tuple(r.randrange(dummies) for _ in range(rank))))
    return factors, dummies


_SYMBOLS = {
    "A": Symbol("A", (N, N)), "B": Symbol("B", (N, N)), "v": Symbol("v", (N,)), "w": Symbol("w", (N,)),
    "P": Symbol("P", (N, N), REAL, frozenset({"symmetric"})),
}  # fmt: skip


def _term(factors: list[tuple[str, tuple[int, ...]]], dummies: int, order: list[int]) -> Term:
    indices = [fresh(N) for _ in range(dummies)]
    body = mul(*(Entry(_SYMBOLS[name], tuple(indices[order[k]] for k in at)) for name, at in factors))
    return sum_over(indices, body)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.randoms(use_true_random=False))
def test_names_and_order_of_dummies_do_not_matter(seed: int, r: random.Random) -> None:
    factors, dummies = _random_contraction(seed)
    first = Normal().term(_term(factors, dummies, list(range(dummies))))
    order = list(range(dummies))
    r.shuffle(order)
    shuffled = [(name, at[::-1] if name == "P" else at) for name, at in r.sample(factors, len(factors))]
    assert Normal().term(_term(shuffled, dummies, order)) == first


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_equal_forms_mean_equal_values(one: int, other: int) -> None:
    """Two contractions have one form exactly where they agree at a random point (which tells different ones apart)."""
    from symderiv.core.results import Proved
    from symderiv.decide.equal import decide

    a, b = (_term(f, d, list(range(d))) for f, d in (_random_contraction(one), _random_contraction(other)))
    assert (Normal().term(a) == Normal().term(b)) == isinstance(decide(scalar(a), scalar(b)), Proved)


def test_a_closed_term_keeps_no_temporary_name() -> None:
    i, j = fresh(N), fresh(N)
    v = Symbol("v", (N,))
    for a, b in ((i, j), (j, i)):
        first = Normal().tensor(tensor((a,), log(add(exp(Entry(v, (a,))), sum_over((b,), exp(Entry(v, (b,))))))))
        assert not first.free
        assert first == Normal().tensor(tensor((b,), log(add(sum_over((a,), exp(Entry(v, (a,)))), exp(Entry(v, (b,)))))))


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_factors_multiply_to_what_they_come_from(r: random.Random) -> None:
    """Whatever exponents stand in it, and whether each atom stands in every term or not."""
    p: Poly = {}
    for _ in range(r.randint(1, 5)):
        atoms = frozenset((t, whole(Fraction(r.randint(-3, 3), 2))) for t in r.sample([S, U, X], r.randint(0, 3)))
        inside = frozenset((m, fmpq(r.randint(1, 3), 2)) for m in r.sample(list(atom(Y)) + list(atom(X)), r.randint(0, 2)))
        plus(p, {(frozenset(f for f in atoms if f[1]), inside): fmpq(r.randint(-3, 3) or 1)})
    if p:
        pieces = factored(p, Meter(), keep_sign=r.random() < 0.5)
        assert product([q for q, e in pieces for _ in range(e)], Meter()) == p


def test_a_quotient_by_a_root_comes_apart_as_a_product() -> None:
    assert same(log(divide(sub(ONE, S), power(S, num(1, 2)))), sub(log(sub(ONE, S)), mul(num(1, 2), log(S))))
