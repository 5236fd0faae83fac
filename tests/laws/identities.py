"""True identities of the field, each as a rule that draws both sides. The sides have one shape; NumPy checks every drawn pair."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.laws.draws import Draw
from tests.laws.language import (
    Expr, absolute, add, apply, cosh, det, diag, diagonal, dot, exp, expr, eye, inverse, jacobian, log, logit, mul, ones, outer, product,
    sigmoid, sinh, size, softplus, sqrt, tanh, total, trace,
)  # fmt: skip

Pair = tuple[Expr, Expr]
Identity = Callable[[Draw], Pair]
HALF = Fraction(1, 2)


def _shape(d: Draw) -> tuple[str, ...]:
    return d.one_of(((), (), (), ("n",), ("m",)))


# --- rational functions and powers --------------------------------------------------------------------------------------


def distribute(d: Draw) -> Pair:
    a, b, c = (d.real(k) for k in [_shape(d)] * 3)
    return a * (b + c), a * b + a * c


def square_of_sum(d: Draw) -> Pair:
    a, b = (d.real(k, 1) for k in [_shape(d)] * 2)
    return (a + b) ** 2, a**2 + 2 * a * b + b**2


def difference_of_squares(d: Draw) -> Pair:
    a, b = (d.real(k, 1) for k in [_shape(d)] * 2)
    return a**2 - b**2, (a - b) * (a + b)


def complete_square(d: Draw) -> Pair:
    x, m, s = d.real((), 1), d.real((), 1), d.positive()
    return -((x - m) ** 2) / (2 * s), -(x**2) / (2 * s) + x * m / s - m**2 / (2 * s)


def product_of_gaussians(d: Draw) -> Pair:
    x, m, s, t = d.real((), 0), d.real((), 0), d.positive((), 0), d.positive((), 0)
    mean = m * t / (s + t)
    return (x - m) ** 2 / s + x**2 / t, (x - mean) ** 2 * (s + t) / (s * t) + m**2 / (s + t)


def common_denominator(d: Draw) -> Pair:
    a, c = d.real((), 1), d.real((), 1)
    b, e = d.positive(), d.positive()
    return a / b + c / e, (a * e + b * c) / (b * e)


def add_and_take(d: Draw) -> Pair:
    shape = _shape(d)
    a, t = d.real(shape), d.real(shape)
    return a, a + t - t


def times_and_over(d: Draw) -> Pair:
    shape = _shape(d)
    a, t = d.real(shape), d.positive(shape)
    return a, a * t / t


def partial_fractions(d: Draw) -> Pair:
    p = d.unit()
    return 1 / (p * (1 - p)), 1 / p + 1 / (1 - p)


def double_reciprocal(d: Draw) -> Pair:
    a = d.positive(_shape(d))
    return 1 / (1 / a), a


def powers_add(d: Draw) -> Pair:
    a = d.positive(_shape(d))
    k, j = d.rational(2, 3, -1, HALF), d.rational(2, -2, Fraction(3, 2))
    return a**k * a**j, a ** (k + j)


def symbolic_powers_add(d: Draw) -> Pair:
    a, x, y = d.positive((), 0), d.small((), 0), d.small((), 0)
    return a**x * a**y, a ** (x + y)


def power_of_power(d: Draw) -> Pair:
    a = d.positive(_shape(d))
    return (a**2) ** HALF, a


def power_of_product(d: Draw) -> Pair:
    shape = _shape(d)
    a, b = d.positive(shape), d.positive(shape)
    return (a * b) ** HALF, a**HALF * b**HALF


def correlation_square(d: Draw) -> Pair:
    r = d.variable((), "correlation")
    return log(1 - r**2), log(1 - r) + log(1 + r)


# --- absolute values and roots ------------------------------------------------------------------------------------------


def root_of_square(d: Draw) -> Pair:
    a = d.real(_shape(d), 1)
    return sqrt(a**2), absolute(a)


def absolute_of_product(d: Draw) -> Pair:
    shape = _shape(d)
    a, b = d.real(shape, 1), d.real(shape, 1)
    return absolute(a * b), absolute(a) * absolute(b)


def absolute_square(d: Draw) -> Pair:
    a = d.real(_shape(d), 1)
    return absolute(a) ** 2, a**2


def absolute_of_positive(d: Draw) -> Pair:
    a = d.positive(_shape(d))
    return absolute(-a), a


def square_of_root(d: Draw) -> Pair:
    a = d.positive(_shape(d))
    return sqrt(a) ** 2, a


# --- exponentials and logarithms ----------------------------------------------------------------------------------------


def log_of_product(d: Draw) -> Pair:
    shape = _shape(d)
    a, b = d.positive(shape), d.positive(shape)
    return log(a * b), log(a) + log(b)


def log_of_quotient(d: Draw) -> Pair:
    shape = _shape(d)
    a, b = d.positive(shape), d.positive(shape)
    return log(a / b), log(a) - log(b)


def log_of_power(d: Draw) -> Pair:
    a, k = d.positive(_shape(d)), d.rational(2, -1, HALF, 3)
    return log(a**k), k * log(a)


def log_of_exp(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return log(exp(a)), a


def exp_of_log(d: Draw) -> Pair:
    a, k = d.positive(_shape(d)), d.rational(1, 2, -1, HALF)
    return exp(k * log(a)), a**k


def exp_of_sum(d: Draw) -> Pair:
    shape = _shape(d)
    a, b = d.small(shape), d.small(shape)
    return exp(a - b), exp(a) / exp(b)


def exp_of_double(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return exp(2 * a), exp(a) ** 2


def log_of_square(d: Draw) -> Pair:
    a = d.variable((), "real")
    return log(a**2), 2 * log(absolute(a))


def logsumexp_of_two(d: Draw) -> Pair:
    a, b = d.small(), d.small()
    return log(exp(a) + exp(b)), a + softplus(b - a)


def logsumexp_shift(d: Draw) -> Pair:
    x, c = d.small((d.one_of("nm"),)), d.small()
    return log(total(exp(x))), c + log(total(exp(x - c)))


def softmax_shift(d: Draw) -> Pair:
    x, c = d.small((d.one_of("nm"),)), d.small()
    return exp(x) / total(exp(x)), exp(x + c) / total(exp(x + c))


def softmax_sums_to_one(d: Draw) -> Pair:
    x = d.small((d.one_of("nm"),))
    return total(exp(x) / total(exp(x))), expr(1)


def log_softmax(d: Draw) -> Pair:
    x = d.small((d.one_of("nm"),))
    return log(exp(x) / total(exp(x))), x - log(total(exp(x)))


# --- hyperbolic and logistic --------------------------------------------------------------------------------------------


def tanh_by_exp(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return tanh(a), (exp(2 * a) - 1) / (exp(2 * a) + 1)


def tanh_by_sigmoid(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return tanh(a), 2 * sigmoid(2 * a) - 1


def sigmoid_by_exp(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return sigmoid(a), 1 / (1 + exp(-a))


def sigmoid_mirror(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return sigmoid(-a), 1 - sigmoid(a)


def sigmoid_slope(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return sigmoid(a) * (1 - sigmoid(a)), exp(-a) / (1 + exp(-a)) ** 2


def log_sigmoid(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return log(sigmoid(a)), -softplus(-a)


def softplus_by_log(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return softplus(a), log(1 + exp(a))


def softplus_mirror(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return softplus(a) - softplus(-a), a


def hyperbolic_one(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return cosh(a) ** 2 - sinh(a) ** 2, expr(1) if not a.shape else ones(a.shape[0])


def tanh_slope(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return 1 - tanh(a) ** 2, 1 / cosh(a) ** 2


def tanh_of_quotient(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return sinh(a) / cosh(a), tanh(a)


def tanh_of_sum(d: Draw) -> Pair:
    a, b = d.small((), 0), d.small((), 0)
    return tanh(a + b) * (1 + tanh(a) * tanh(b)), tanh(a) + tanh(b)


def cosh_of_double(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return cosh(2 * a), 2 * sinh(a) ** 2 + 1


def log_cosh(d: Draw) -> Pair:
    a = d.small(_shape(d))
    return log(cosh(a)), a + softplus(-2 * a) - log(expr(2))


def logit_by_log(d: Draw) -> Pair:
    p = d.unit()
    return logit(p), log(p) - log(1 - p)


def sigmoid_of_logit(d: Draw) -> Pair:
    p = d.unit()
    return sigmoid(logit(p)), p


def logit_of_sigmoid(d: Draw) -> Pair:
    a = d.small()
    return logit(sigmoid(a)), a


def bernoulli_natural(d: Draw) -> Pair:
    p, x = d.unit(), d.variable((), "real")
    return x * log(p) + (1 - x) * log(1 - p), x * logit(p) + log(1 - p)


def bernoulli_by_logits(d: Draw) -> Pair:
    a, x = d.small(), d.variable((), "real")
    return x * log(sigmoid(a)) + (1 - x) * log(1 - sigmoid(a)), x * a - softplus(a)


# --- sums with symbolic bounds ------------------------------------------------------------------------------------------


def total_is_linear(d: Draw) -> Pair:
    shape = (d.one_of("nm"),)
    x, y, c = d.real(shape), d.real(shape), d.real((), 1)
    return total(c * x + y), c * total(x) + total(y)


def total_of_constant(d: Draw) -> Pair:
    n, c = d.one_of("nm"), d.real((), 1)
    return total(c * ones(n)), size(n) * c


def total_of_centred(d: Draw) -> Pair:
    n = d.one_of("nm")
    x = d.real((n,), 1)
    mean = total(x) / size(n)
    return total((x - mean) ** 2), total(x**2) - size(n) * mean**2


def square_of_total(d: Draw) -> Pair:
    x = d.real((d.one_of("nm"),), 1)
    return total(x) ** 2, total(outer(x, x))


def total_of_outer(d: Draw) -> Pair:
    x, u = d.real(("n",), 1), d.real(("m",), 1)
    return total(outer(x, u)), total(x) * total(u)


def product_of_exp(d: Draw) -> Pair:
    x = d.small((d.one_of("nm"),))
    return product(exp(x)), exp(total(x))


def log_of_product_over(d: Draw) -> Pair:
    v = d.positive((d.one_of("n"),))
    return log(product(v)), total(log(v))


def product_of_products(d: Draw) -> Pair:
    v, h = d.positive(("n",)), d.positive(("n",))
    return product(v * h), product(v) * product(h)


def product_of_constant(d: Draw) -> Pair:
    s, n = d.positive((), 0), d.one_of("nm")
    return product(s * ones(n)), s ** size(n)


def gaussian_sum(d: Draw) -> Pair:
    x, m, s = d.real(("n",), 0), d.real(("n",), 0), d.positive(("n",), 0)
    return total(-(log(s**2)) / 2 - (x - m) ** 2 / (2 * s**2)), -total(log(s)) - dot((x - m) / s, (x - m) / s) / 2


# --- vectors ------------------------------------------------------------------------------------------------------------


def dot_commutes(d: Draw) -> Pair:
    a, b = d.real(("n",)), d.real(("n",))
    return dot(a, b), dot(b, a)


def dot_as_total(d: Draw) -> Pair:
    shape = (d.one_of("nm"),)
    a, b = d.real(shape), d.real(shape)
    return dot(a, b), total(a * b)


def dot_as_trace(d: Draw) -> Pair:
    a, b = d.real(("n",), 1), d.real(("n",), 1)
    return dot(a, b), trace(outer(b, a))


def norm_of_difference(d: Draw) -> Pair:
    shape = (d.one_of("nm"),)
    a, b = d.real(shape, 1), d.real(shape, 1)
    return dot(a - b, a - b), dot(a, a) - 2 * dot(a, b) + dot(b, b)


def adjoint(d: Draw) -> Pair:
    C, u, x = d.matrix(("n", "m")), d.real(("m",), 1), d.real(("n",), 1)
    return dot(C @ u, x), dot(u, C.T @ x)


def outer_times_vector(d: Draw) -> Pair:
    a, b, c = d.real(("n",), 1), d.real(("m",), 1), d.real(("m",), 1)
    return outer(a, b) @ c, dot(b, c) * a


def transpose_of_outer(d: Draw) -> Pair:
    a, b = d.real(("n",), 1), d.real(("m",), 1)
    return outer(a, b).T, outer(b, a)


def ones_sum(d: Draw) -> Pair:
    x = d.real(("n",))
    return dot(ones("n"), x), total(x)


# --- matrices -----------------------------------------------------------------------------------------------------------


def matrix_distributes(d: Draw) -> Pair:
    A, B, C = d.matrix(), d.matrix(), d.matrix(("n", "m"))
    return (A + B) @ C, A @ C + B @ C


def matrix_associates(d: Draw) -> Pair:
    A, B, x = d.matrix(), d.matrix(("n", "m")), d.real(("m",), 1)
    return (A @ B) @ x, A @ (B @ x)


def transpose_of_product(d: Draw) -> Pair:
    A, B = d.matrix(), d.matrix(("n", "m"))
    return (A @ B).T, B.T @ A.T


def transpose_twice(d: Draw) -> Pair:
    A = d.matrix((d.one_of("nm"), "n"))
    return A.T.T, A


def symmetric_transpose(d: Draw) -> Pair:
    S = d.symmetric()
    return S.T, S


def trace_is_cyclic(d: Draw) -> Pair:
    A, B, C = d.matrix(), d.matrix(("n", "m")), d.matrix(("m", "n"))
    return trace(A @ B @ C), trace(C @ A @ B)


def trace_of_transpose(d: Draw) -> Pair:
    A = d.matrix()
    return trace(A.T), trace(A)


def trace_is_linear(d: Draw) -> Pair:
    A, B, c = d.matrix(), d.matrix(), d.real((), 1)
    return trace(c * A + B), c * trace(A) + trace(B)


def trace_of_identity(d: Draw) -> Pair:
    n = d.one_of("nm")
    return trace(eye(n)), size(n)


def frobenius(d: Draw) -> Pair:
    C = d.matrix(("n", "m"))
    return trace(C.T @ C), total(C * C)


def quadratic_form(d: Draw) -> Pair:
    S, x, m = d.symmetric(), d.real(("n",), 1), d.variable(("n",), "real")
    return dot(x - m, S @ (x - m)), dot(x, S @ x) - 2 * dot(m, S @ x) + dot(m, S @ m)


def quadratic_as_trace(d: Draw) -> Pair:
    S, x = d.matrix(), d.real(("n",), 1)
    return dot(x, S @ x), trace(S @ outer(x, x))


def quadratic_of_transpose(d: Draw) -> Pair:
    A, x = d.matrix(), d.real(("n",), 1)
    return dot(x, A @ x), dot(x, (A + A.T) @ x) / 2


# --- inverses and determinants ------------------------------------------------------------------------------------------


def inverse_cancels(d: Draw) -> Pair:
    A, x = d.regular(), d.real(("n",), 1)
    return inverse(A) @ (A @ x), x


def inverse_in_between(d: Draw) -> Pair:
    A, B, C = d.regular(), d.matrix(), d.matrix(("n", "m"))
    return B @ A @ inverse(A) @ C, B @ C


def inverse_of_product(d: Draw) -> Pair:
    A, B = d.regular(), d.regular()
    return inverse(A @ B), inverse(B) @ inverse(A)


def inverse_of_transpose(d: Draw) -> Pair:
    A = d.regular()
    return inverse(A.T), inverse(A).T


def inverse_of_scaled(d: Draw) -> Pair:
    A, s = d.regular(), d.positive()
    return inverse(s * A), inverse(A) / s


def inverse_of_inverse(d: Draw) -> Pair:
    A = d.regular()
    return inverse(inverse(A)), A


def inverse_of_difference(d: Draw) -> Pair:
    A, B = d.definite(), d.definite()
    return inverse(A) - inverse(B), inverse(A) @ (B - A) @ inverse(B)


def inverse_of_diagonal(d: Draw) -> Pair:
    v = d.positive(("n",))
    return inverse(diag(v)), diag(1 / v)


def inverse_of_sum(d: Draw) -> Pair:
    A, B = d.definite(), d.definite()
    return inverse(A + B) @ A + inverse(A + B) @ B, eye("n")


def precision_weighted_mean(d: Draw) -> Pair:
    A, B = d.one_of(((d.definite(), d.definite()), (d.definite(), eye("n"))))
    x = d.variable(("n",), "real")
    return inverse(inverse(A) + inverse(B)) @ (inverse(A) @ x), B @ inverse(A + B) @ x


def sherman_morrison(d: Draw) -> Pair:
    S, x = d.definite(), d.variable(("n",), "real")
    y = inverse(S) @ x
    return inverse(S + outer(x, x)), inverse(S) - outer(y, y) / (1 + dot(x, y))


def woodbury(d: Draw) -> Pair:
    S, C = d.definite(), d.variable(("n", "m"), "real")
    inner = inverse(eye("m") + C.T @ inverse(S) @ C)
    return inverse(S + C @ C.T), inverse(S) - inverse(S) @ C @ inner @ C.T @ inverse(S)


def push_through(d: Draw) -> Pair:
    C = d.variable(("n", "m"), "real")
    return C @ inverse(eye("m") + C.T @ C), inverse(eye("n") + C @ C.T) @ C


def ridge(d: Draw) -> Pair:
    C, s = d.variable(("n", "m"), "real"), d.variable((), "positive")
    return C @ inverse(C.T @ C + s * eye("m")), inverse(C @ C.T + s * eye("n")) @ C


def determinant_of_product(d: Draw) -> Pair:
    A, B = d.regular(), d.matrix(("n", "n"), 0)
    return det(A @ B), det(A) * det(B)


def determinant_of_transpose(d: Draw) -> Pair:
    A = d.matrix()
    return det(A.T), det(A)


def determinant_of_inverse(d: Draw) -> Pair:
    A = d.regular()
    return det(inverse(A)), 1 / det(A)


def determinant_of_scaled(d: Draw) -> Pair:
    A, s = d.regular(), d.positive()
    return det(s * A), s ** size("n") * det(A)


def log_determinant(d: Draw) -> Pair:
    A, B = d.definite(), d.definite()
    return log(det(A @ inverse(B))), log(det(A)) - log(det(B))


def determinant_of_diagonal(d: Draw) -> Pair:
    v = d.positive(("n",))
    return log(det(diag(v))), total(log(v))


def determinant_of_exp(d: Draw) -> Pair:
    x = d.small(("n",))
    return det(diag(exp(x))), exp(total(x))


def determinant_lemma(d: Draw) -> Pair:
    S, x, y = d.definite(), d.variable(("n",), "real"), d.variable(("n",), "real")
    return det(S + outer(x, y)), det(S) * (1 + dot(y, inverse(S) @ x))


def planar_determinant(d: Draw) -> Pair:
    x, y = d.real(("n",), 1), d.real(("n",), 1)
    return det(eye("n") + outer(x, y)), 1 + dot(x, y)


def sylvester(d: Draw) -> Pair:
    C = d.variable(("n", "m"), "real")
    return det(eye("n") + C @ C.T), det(eye("m") + C.T @ C)


def orthogonal_square(d: Draw) -> Pair:
    Q, x = d.variable(("n", "n"), "orthogonal"), d.real(("n",), 1)
    return d.one_of(((Q.T @ (Q @ x), x), (Q @ Q.T @ x, x), (inverse(Q) @ x, Q.T @ x), (dot(Q @ x, Q @ x), dot(x, x))))


def orthogonal_determinant(d: Draw) -> Pair:
    Q, A = d.variable(("n", "n"), "orthogonal"), d.regular()
    return absolute(det(Q @ A)), absolute(det(A))


# --- diagonal matrices --------------------------------------------------------------------------------------------------


def diagonal_times_vector(d: Draw) -> Pair:
    x, y = d.real(("n",), 1), d.real(("n",), 1)
    return diag(x) @ y, x * y


def diagonal_times_diagonal(d: Draw) -> Pair:
    x, y = d.real(("n",), 1), d.real(("n",), 1)
    return diag(x) @ diag(y), diag(x * y)


def diagonal_times_matrix(d: Draw) -> Pair:
    x, A = d.real(("n",), 1), d.matrix(("n", "m"))
    return diag(x) @ A, outer(x, ones("m")) * A


def trace_of_diagonal(d: Draw) -> Pair:
    x, A = d.real(("n",), 1), d.matrix()
    return trace(A @ diag(x)), dot(diagonal(A), x)


def quadratic_of_diagonal(d: Draw) -> Pair:
    x, v = d.real(("n",), 1), d.positive(("n",), 1)
    return dot(x, inverse(diag(v)) @ x), total(x**2 / v)


def entrywise_quadratic(d: Draw) -> Pair:
    A, x, y = d.matrix(), d.variable(("n",), "real"), d.variable(("n",), "real")
    return dot(x, (A * A) @ y), trace(diag(x) @ A @ diag(y) @ A.T)


# --- unspecified functions ----------------------------------------------------------------------------------------------


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
    parts = [d.real(k) for k in [_shape(d)] * 3]
    mixed = d.random.sample(parts, 3)
    return add(mul(*parts), *parts), add(*mixed, mul(*mixed))


#: Every rule above, by name, in the order of this file.
IDENTITIES: dict[str, Identity] = {
    name: rule
    for name, rule in list(globals().items())
    if callable(rule) and getattr(rule, "__module__", "") == __name__ and not name.startswith("_")
}
