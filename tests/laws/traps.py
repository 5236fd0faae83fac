"""Claims that hold on a part of their domain only, mostly the part where sample points lie: roots, logarithms and absolute values whose
argument changes its sign far out, functions inverted outside their range, sizes taken for equal. None of them may be proved.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.laws.draws import Draw, Identity, Pair
from tests.laws.language import (
    Expr,
    absolute,
    call,
    cosh,
    det,
    diag,
    dot,
    eye,
    exp,
    log,
    logit,
    mul,
    ones,
    sigmoid,
    sqrt,
    tanh,
    total,
    variable,
)
from tests.laws.meanings import Point, agree, values
from tests.laws.trials import Trial

HALF = Fraction(1, 2)
#: Further out than the points of the laws, so that a sign that changes there is seen.
WIDE = tuple(Point(seed, spread) for seed in range(100, 112) for spread in (1.0, 4.0, 8.0))


def changing(d: Draw) -> Expr:
    """A real scalar whose sign changes, though it is positive at most points that one would try."""
    a, s = d.variable((), "real"), d.variable((), "positive")
    x, far = d.variable(("n",), "real"), d.one_of((1, 2, 3, 5))
    ways: tuple[Callable[[], Expr], ...] = (
        lambda: a + far,
        lambda: tanh(a + far),
        lambda: exp(a + far) - 1,
        lambda: (a + far) / (a**2 + 1),
        lambda: 1 + a * s,
        lambda: s - d.variable((), "unit") / 4,
        lambda: log(s + HALF),
        lambda: a**2 - Fraction(1, 10),
        lambda: cosh(a) - Fraction(11, 10),
        lambda: dot(x, x) - Fraction(1, 4),
        lambda: far + dot(x, d.variable(("n",), "real")),
        lambda: total(x) + far,
        lambda: 1 - a,
        lambda: logit(d.variable((), "unit")) + 2,
        lambda: sigmoid(a) - Fraction(1, 20),
        lambda: det(d.variable(("n", "n"), "invertible")),
        lambda: det(eye("n") + mul(Fraction(1, 3), d.variable(("n", "n"), "real"))),
        lambda: call("sin", a) + HALF,
    )
    return d.one_of(ways)()


def root_of_square(d: Draw) -> Pair:
    u = changing(d)
    return sqrt(u**2), u


def root_of_quotient(d: Draw) -> Pair:
    u, v = changing(d), d.positive()
    return sqrt((u / v) ** 2), u / v


def power_of_power(d: Draw) -> Pair:
    u, k = changing(d), d.one_of((2, 4, 6))
    return (u**k) ** Fraction(1, k), u


def root_of_odd_power(d: Draw) -> Pair:
    u = changing(d)
    return sqrt(u**6), u**3


def absolute_value(d: Draw) -> Pair:
    u = changing(d)
    return absolute(u), u


def absolute_of_product(d: Draw) -> Pair:
    u, v = changing(d), changing(d)
    return absolute(u) * absolute(v), u * v


def roots_with_a_common_factor(d: Draw) -> Pair:
    u, a = changing(d), d.variable((), "real")
    v, w = a + d.one_of((4, 6)), a + d.one_of((7, 9))
    return sqrt(u * v) * sqrt(u * w), u * sqrt(v * w)


def root_of_product(d: Draw) -> Pair:
    u, v = changing(d), d.positive()
    return sqrt(u**2 * v), u * sqrt(v)


def expanded_square(d: Draw) -> Pair:
    u, v = changing(d), changing(d)
    return sqrt(u**2 + 2 * u * v + v**2), u + v


def log_of_square(d: Draw) -> Pair:
    """``½ log u²`` is ``log |u|``; taken off, the sign is in the exponential."""
    u = changing(d)
    return exp(log(u**2) / 2), u


def relu(d: Draw) -> Pair:
    u = changing(d)
    return call("relu", u), u


def sign_is_one(d: Draw) -> Pair:
    u = changing(d)
    return call("sign", u) * u**2, u**2


def determinant_of_scaled(d: Draw) -> Pair:
    a, A = d.variable((), "real"), d.variable(("n", "n"), "invertible")
    return absolute(det(a * A)), a ** Expr("size", (), "n") * absolute(det(A))


def orthogonal_determinant(d: Draw) -> Pair:
    Q, A = variable("Q"), d.variable(("n", "n"), "invertible")
    return det(Q @ A), d.one_of((1, -1)) * det(A)


def orthogonal_is_symmetric(d: Draw) -> Pair:
    Q, x = variable("Q"), d.variable(("n",), "real")
    return Q @ x, Q.T @ x


def norm_of_one_entry(d: Draw) -> Pair:
    x = d.variable(("n",), "real")
    return sqrt(dot(x, x)), total(absolute(x))


def log_of_sum(d: Draw) -> Pair:
    v = d.variable(("n",), "positive")
    return log(total(v)), total(log(v))


def determinant_of_sum(d: Draw) -> Pair:
    A, v = d.variable(("n", "n"), "positive definite"), d.variable(("n",), "positive")
    return det(A + diag(v)), det(A) + det(diag(v))


def size_of_sum(d: Draw) -> Pair:
    s = d.variable((), "positive")
    return total(s * ones("n")), total(s * ones("m"))


TRAPS: dict[str, Identity] = {
    rule.__name__: rule
    for rule in (
        root_of_square, root_of_quotient, power_of_power, root_of_odd_power, absolute_value, absolute_of_product, roots_with_a_common_factor,
        root_of_product, expanded_square, log_of_square, relu, sign_is_one, determinant_of_scaled, orthogonal_determinant,
        orthogonal_is_symmetric, norm_of_one_entry, log_of_sum, determinant_of_sum, size_of_sum,
    )
}  # fmt: skip
_NAMES = tuple(TRAPS)


def trap(seed: str, rule: str | None = None) -> Trial | None:
    """A claim that is false somewhere, in surroundings that keep it false; None where NumPy sees no difference."""
    d = Draw(f"trap {seed}")
    name = rule or d.one_of(_NAMES)
    left, right = TRAPS[name](d)
    if d.random.random() < 0.4:
        around = d.surrounding(left.shape)
        left, right = around(left), around(right)
    return Trial((name,), left, right, equal=False) if differ(left, right) else None


def differ(left: Expr, right: Expr) -> bool:
    """Whether the values differ at a point where both have one."""
    for point in WIDE:
        a, b = values(left, (point,)), values(right, (point,))
        if a is not None and b is not None and not agree(a, b, 1e-4):
            return True
    return False
