"""Names of bound indices are the same whatever numbers indices had before."""

from symderiv.algebra import tensors as T
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Function, Symbol, Tensor, Value, fresh, mul, scalar, sub, sum_over
from symderiv.core.size import Size

N = Size.of("n")
P, Q, R = (Symbol(name, (N, N)) for name in "PQR")
X = Symbol("x", (N,))
H = Function("h", ((),), ())


def product(left: bool) -> Tensor:
    """``P_ik Q_ka h(Σ_bc Q_kb R_bc x_c) R_aj``, a sum of two indices inside; its factors in one order or the other."""
    i, j, k, a, b, c = (fresh(N) for _ in range(6))
    inside = sum_over((b, c), mul(T.whole(Q).at(k, b), T.whole(R).at(b, c), T.whole(X).at(c)))
    value = Value(H, (scalar(inside),), (), ())
    factors = [T.whole(P).at(i, k), T.whole(Q).at(k, a), value, T.whole(R).at(a, j)]
    body = sum_over((k, a) if left else (a, k), mul(*(factors if left else reversed(factors))))
    return Tensor((i, j), body)


def test_equal_sums_are_equal_whatever_came_before() -> None:
    for _ in range(40):
        fresh(N)
        one, other = product(left=True), product(left=False)
        at = (fresh(N), fresh(N))
        difference = sub(Normal().tensor(one).at(*at), other.at(*at))
        assert not Normal().poly(difference)
