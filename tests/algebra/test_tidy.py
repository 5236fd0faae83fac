from __future__ import annotations

import pytest
from symderiv.algebra import tensors as T
from symderiv.algebra.calculus import gradient
from symderiv.algebra.densities import Densities, Gaussian, divergence
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import (
    ONE,
    ZERO,
    Add,
    Entry,
    Function,
    LogDensity,
    Mean,
    Mul,
    Pow,
    Sum,
    Symbol,
    Tensor,
    Term,
    Value,
    add,
    exp,
    fresh,
    log,
    mul,
    neg,
    num,
    power,
    scalar,
    tensor,
)  # fmt: skip
from symderiv.algebra.tidy import tidy, tidy_tensor
from symderiv.core.domain import POSITIVE, REAL
from symderiv.core.size import Size

D = Size.of("d")
PD = frozenset({"positive definite"})
MU1, MU2 = (Entry(Symbol(f"mu_{k}"), ()) for k in (1, 2))
SD1, SD2 = (Entry(Symbol(f"sigma_{k}", (), POSITIVE), ()) for k in (1, 2))
M1, M2 = (T.whole(Symbol(f"mu_{k}", (D,))) for k in (1, 2))
S1, S2 = (Symbol(f"Sigma_{k}", (D, D), REAL, PD) for k in (1, 2))
SD = T.whole(Symbol("sigma", (D,), POSITIVE))


def scalar_square(x: Term) -> Term:
    return power(x, num(2))


def kl(variable: Symbol, q: tuple[Tensor, Tensor], p: tuple[Tensor, Tensor]) -> Term:
    known = Densities({"q": Gaussian(variable, *q), "p": Gaussian(variable, *p)})
    z = frozenset((variable.name,))
    return Normal(known).term(divergence(LogDensity("q", z, frozenset(), ()), LogDensity("p", z, frozenset(), ())))


Z, ZD = Symbol("z"), Symbol("z", (D,))
STANDARD = kl(Z, (scalar(MU1), scalar(scalar_square(SD1))), (scalar(ZERO), scalar(ONE)))
TWO = kl(Z, (scalar(MU1), scalar(scalar_square(SD1))), (scalar(MU2), scalar(scalar_square(SD2))))
DIAGONAL = kl(ZD, (M1, T.diag(T.entrywise(scalar_square, SD))), (T.zeros((D,)), T.identity(D)))
FULL = kl(ZD, (M1, T.whole(S1)), (M2, T.whole(S2)))


def size(term: object) -> int:
    values = term.values if isinstance(term, Term) else (term.body,) if isinstance(term, Tensor) else term
    return 1 + sum(map(size, values)) if isinstance(values, tuple) else 1


def coupling() -> Tensor:
    i, x, y = fresh(D), T.whole(Symbol("x", (D,))), T.whole(Symbol("y", (D,)))
    f, g = (tensor((i,), Value(Function(n, ((D,),), (D,)), (x,), (i,), ())) for n in "FG")
    return T.hadamard(T.minus(y, f), T.entrywise(exp, T.negative(g)))


CASES = {
    "standard": scalar(STANDARD), "two": scalar(TWO), "diagonal": scalar(DIAGONAL), "full": scalar(FULL),
    "by mu": gradient(scalar(FULL), Symbol("mu_2", (D,))), "by Sigma": gradient(scalar(FULL), S2),
    "by sigma": gradient(scalar(TWO), Symbol("sigma_2", (), POSITIVE)), "coupling": coupling(),
    "logdet": scalar(log(T.det(T.diag(T.entrywise(exp, T.plus(M1, M2)))).body)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_tidy_keeps_the_value_and_shrinks_the_form(name: str) -> None:
    normal = Normal().tensor(CASES[name])
    short = tidy_tensor(normal)
    assert Normal().tensor(short) == normal
    assert size(short.body) <= size(normal.body)


@pytest.mark.parametrize("name", CASES)
def test_tidy_again_changes_nothing_in_value(name: str) -> None:
    short = tidy_tensor(Normal().tensor(CASES[name]))
    assert Normal().tensor(tidy_tensor(short)) == Normal().tensor(short)


def test_the_diagonal_divergence_is_one_sum() -> None:
    short = tidy(DIAGONAL)
    assert isinstance(short, Mul)
    assert short.factors[0] == num(1, 2)
    assert isinstance(short.factors[1], Sum)
    assert num(-1) in short.factors[1].body.body.values[0]  # type: ignore[operator]


def test_a_quadratic_form_is_completed() -> None:
    quadratics = [f for f in sums(tidy(FULL)) if sum(isinstance(x, Add) for x in getattr(f.body.body, "factors", ())) == 2]
    assert len(quadratics) == 1


def sums(term: object) -> list[Sum]:
    if isinstance(term, Sum):
        return [term]
    values = term.values if isinstance(term, Term) else term if isinstance(term, tuple) else ()
    return [s for v in values for s in sums(v)]


@pytest.mark.parametrize("cross", [num(-2), num(2)])
def test_squares_need_all_three_terms(cross: Term) -> None:
    whole = add(scalar_square(MU1), mul(cross, MU1, MU2), scalar_square(MU2))
    assert isinstance(tidy(Normal().term(whole)), Pow)
    part = add(scalar_square(MU1), mul(num(3), MU1, MU2), scalar_square(MU2))
    assert isinstance(tidy(Normal().term(part)), Add)


def test_expectations_join_to_a_divergence() -> None:
    q, p, none = frozenset("z"), frozenset("xz"), frozenset[str]()
    lq, lp, lx = (LogDensity(f, v, none, ()) for f, v in (("q", q), ("p", p), ("p", frozenset("x"))))
    apart = add(Mean("q", q, none, (), lq), neg(Mean("q", q, none, (), lp)), lx)
    posterior = LogDensity("p", q, frozenset("x"), ())
    short = tidy(apart)
    assert isinstance(short, Mean)
    assert set(short.body.terms) == {lq, neg(posterior)}  # type: ignore[attr-defined]


def test_an_integral_does_not_take_in_constants() -> None:
    z, none = frozenset("z"), frozenset[str]()
    lp, lx = LogDensity("p", frozenset("xz"), none, ()), LogDensity("p", frozenset("x"), none, ())
    apart = add(Mean("", z, none, (), lp), neg(lx))
    assert neg(lx) in tidy(apart).terms  # type: ignore[attr-defined]


@pytest.mark.parametrize("cross", [-3, -2, -1, 2])
def test_quadratic_forms_keep_their_value(cross: int) -> None:
    def form(x: Tensor, y: Tensor) -> Term:
        return T.product(T.product(T.transpose(x), T.whole(S1)), y).body

    normal = Normal().term(add(form(M1, M1), mul(num(cross), form(M1, M2)), form(M2, M2)))
    assert Normal().term(tidy(normal)) == normal
