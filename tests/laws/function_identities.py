"""Identities with unspecified functions and their Jacobians."""

from __future__ import annotations

from tests.laws.draws import Draw, Identity, Pair
from tests.laws.language import add, apply, diag, diagonal, exp, eye, jacobian, mul, ones, outer, size, total, trace
from tests.laws.matrix_identities import diagonal_times_vector, inverse_cancels, matrix_associates


def function_of_rewritten(d: Draw) -> Pair:
    left, right = d.one_of(_VECTOR_RULES)(d)
    if left.shape == ("m",):
        return apply("G", left), apply("G", right)
    name = d.one_of("FH")
    return apply(name, left), apply(name, right)


def jacobian_of_rewritten(d: Draw) -> Pair:
    left, right = d.one_of(_VECTOR_RULES)(d)
    if left.shape == ("m",):
        return jacobian("G", left), jacobian("G", right)
    name = d.one_of("FH")
    return jacobian(name, left), jacobian(name, right)


def elementwise_derivative(d: Draw) -> Pair:
    x, y = d.real(("n",), 1), d.real(("n",), 1)
    return diag(jacobian("f", x + y)) @ x, x * jacobian("f", y + x)


def coupling_undone(d: Draw) -> Pair:
    x, y = d.variable(("n",), "real"), d.variable(("n",), "real")
    return ((exp(apply("F", y)) * x + apply("H", y)) - apply("H", y)) * exp(-apply("F", y)), x


def coupling_jacobian(d: Draw) -> Pair:
    x, y = d.variable(("n",), "real"), d.variable(("n",), "real")
    scale = exp(apply("F", y)) * x
    return diag(scale) @ jacobian("F", y) + jacobian("H", y), outer(scale, ones("n")) * jacobian("F", y) + jacobian("H", y)


def residual_trace(d: Draw) -> Pair:
    x = d.real(("n",), 1)
    return trace(eye("n") + jacobian("F", x)), size("n") + total(diagonal(jacobian("F", x)))


def _vector_distribute(d: Draw) -> Pair:
    x, y, c = d.real(("n",), 1), d.real(("n",), 1), d.real((), 1)
    return c * (x + y), c * x + c * y


def _matrix_vector(d: Draw) -> Pair:
    A, x, y = d.matrix(("m", "n")), d.variable(("n",), "real"), d.variable(("n",), "real")
    return A @ (x - y), A @ x - A @ y


_VECTOR_RULES: tuple[Identity, ...] = (
    _vector_distribute,
    _matrix_vector,
    diagonal_times_vector,
    inverse_cancels,
    matrix_associates,
)


def argument_order(d: Draw) -> Pair:
    """Sums and products in another order, deep inside."""
    parts = [d.real(k) for k in [d.shape()] * 3]
    mixed = d.random.sample(parts, 3)
    return add(mul(*parts), *parts), add(*mixed, mul(*mixed))
