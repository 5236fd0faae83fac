"""Identities that hold entry by entry, and sums and products with symbolic bounds."""

from __future__ import annotations

from fractions import Fraction

from tests.laws.draws import Draw, Pair
from tests.laws.language import (
    absolute,
    cosh,
    dot,
    exp,
    expr,
    log,
    logit,
    ones,
    outer,
    product,
    sigmoid,
    sinh,
    size,
    softplus,
    sqrt,
    tanh,
    total,
)

HALF = Fraction(1, 2)


# --- rational functions and powers --------------------------------------------------------------------------------------


def distribute(d: Draw) -> Pair:
    a, b, c = (d.real(k) for k in [d.shape()] * 3)
    return a * (b + c), a * b + a * c


def square_of_sum(d: Draw) -> Pair:
    a, b = (d.real(k, 1) for k in [d.shape()] * 2)
    return (a + b) ** 2, a**2 + 2 * a * b + b**2


def difference_of_squares(d: Draw) -> Pair:
    a, b = (d.real(k, 1) for k in [d.shape()] * 2)
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
    shape = d.shape()
    a, t = d.real(shape), d.real(shape)
    return a, a + t - t


def times_and_over(d: Draw) -> Pair:
    shape = d.shape()
    a, t = d.real(shape), d.positive(shape)
    return a, a * t / t


def partial_fractions(d: Draw) -> Pair:
    p = d.unit()
    return 1 / (p * (1 - p)), 1 / p + 1 / (1 - p)


def double_reciprocal(d: Draw) -> Pair:
    a = d.positive(d.shape())
    return 1 / (1 / a), a


def powers_add(d: Draw) -> Pair:
    a = d.positive(d.shape())
    k, j = d.rational(2, 3, -1, HALF), d.rational(2, -2, Fraction(3, 2))
    return a**k * a**j, a ** (k + j)


def symbolic_powers_add(d: Draw) -> Pair:
    a, x, y = d.positive((), 0), d.small((), 0), d.small((), 0)
    return a**x * a**y, a ** (x + y)


def power_of_power(d: Draw) -> Pair:
    a = d.positive(d.shape())
    return (a**2) ** HALF, a


def power_of_product(d: Draw) -> Pair:
    shape = d.shape()
    a, b = d.positive(shape), d.positive(shape)
    return (a * b) ** HALF, a**HALF * b**HALF


def correlation_square(d: Draw) -> Pair:
    r = d.variable((), "correlation")
    return log(1 - r**2), log(1 - r) + log(1 + r)


# --- absolute values and roots ------------------------------------------------------------------------------------------


def root_of_square(d: Draw) -> Pair:
    a = d.real(d.shape(), 1)
    return sqrt(a**2), absolute(a)


def absolute_of_product(d: Draw) -> Pair:
    shape = d.shape()
    a, b = d.real(shape, 1), d.real(shape, 1)
    return absolute(a * b), absolute(a) * absolute(b)


def absolute_square(d: Draw) -> Pair:
    a = d.real(d.shape(), 1)
    return absolute(a) ** 2, a**2


def absolute_of_positive(d: Draw) -> Pair:
    a = d.positive(d.shape())
    return absolute(-a), a


def square_of_root(d: Draw) -> Pair:
    a = d.positive(d.shape())
    return sqrt(a) ** 2, a


# --- exponentials and logarithms ----------------------------------------------------------------------------------------


def log_of_product(d: Draw) -> Pair:
    shape = d.shape()
    a, b = d.positive(shape), d.positive(shape)
    return log(a * b), log(a) + log(b)


def log_of_quotient(d: Draw) -> Pair:
    shape = d.shape()
    a, b = d.positive(shape), d.positive(shape)
    return log(a / b), log(a) - log(b)


def log_of_power(d: Draw) -> Pair:
    a, k = d.positive(d.shape()), d.rational(2, -1, HALF, 3)
    return log(a**k), k * log(a)


def log_of_exp(d: Draw) -> Pair:
    a = d.small(d.shape())
    return log(exp(a)), a


def exp_of_log(d: Draw) -> Pair:
    a, k = d.positive(d.shape()), d.rational(1, 2, -1, HALF)
    return exp(k * log(a)), a**k


def exp_of_sum(d: Draw) -> Pair:
    shape = d.shape()
    a, b = d.small(shape), d.small(shape)
    return exp(a - b), exp(a) / exp(b)


def exp_of_double(d: Draw) -> Pair:
    a = d.small(d.shape())
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
    a = d.small(d.shape())
    return tanh(a), (exp(2 * a) - 1) / (exp(2 * a) + 1)


def tanh_by_sigmoid(d: Draw) -> Pair:
    a = d.small(d.shape())
    return tanh(a), 2 * sigmoid(2 * a) - 1


def sigmoid_by_exp(d: Draw) -> Pair:
    a = d.small(d.shape())
    return sigmoid(a), 1 / (1 + exp(-a))


def sigmoid_mirror(d: Draw) -> Pair:
    a = d.small(d.shape())
    return sigmoid(-a), 1 - sigmoid(a)


def sigmoid_slope(d: Draw) -> Pair:
    a = d.small(d.shape())
    return sigmoid(a) * (1 - sigmoid(a)), exp(-a) / (1 + exp(-a)) ** 2


def log_sigmoid(d: Draw) -> Pair:
    a = d.small(d.shape())
    return log(sigmoid(a)), -softplus(-a)


def softplus_by_log(d: Draw) -> Pair:
    a = d.small(d.shape())
    return softplus(a), log(1 + exp(a))


def softplus_mirror(d: Draw) -> Pair:
    a = d.small(d.shape())
    return softplus(a) - softplus(-a), a


def hyperbolic_one(d: Draw) -> Pair:
    a = d.small(d.shape())
    return cosh(a) ** 2 - sinh(a) ** 2, expr(1) if not a.shape else ones(a.shape[0])


def tanh_slope(d: Draw) -> Pair:
    a = d.small(d.shape())
    return 1 - tanh(a) ** 2, 1 / cosh(a) ** 2


def tanh_of_quotient(d: Draw) -> Pair:
    a = d.small(d.shape())
    return sinh(a) / cosh(a), tanh(a)


def tanh_of_sum(d: Draw) -> Pair:
    a, b = d.small((), 0), d.small((), 0)
    return tanh(a + b) * (1 + tanh(a) * tanh(b)), tanh(a) + tanh(b)


def cosh_of_double(d: Draw) -> Pair:
    a = d.small(d.shape())
    return cosh(2 * a), 2 * sinh(a) ** 2 + 1


def log_cosh(d: Draw) -> Pair:
    a = d.small(d.shape())
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
