"""Identities of Γ and its derivatives, of the error function, of maxima and signs, of angles and inverse hyperbolic functions."""

from __future__ import annotations

from fractions import Fraction

from tests.laws.draws import Draw, Pair
from tests.laws.language import absolute, call, exp, expr, log, sqrt, tanh

HALF = Fraction(1, 2)


def gamma_recurrence(d: Draw) -> Pair:
    s = d.positive((), 0)
    return call("gamma", s + 1), s * call("gamma", s)


def gamma_quotient(d: Draw) -> Pair:
    s = d.positive((), 0)
    return call("gamma", s + 2) / call("gamma", s), s**2 + s


def log_of_gamma(d: Draw) -> Pair:
    s = d.positive(d.one_of(((), ("n",))), 0)
    return log(call("gamma", s + 1)), log(s) + log(call("gamma", s))


def beta_mean(d: Draw) -> Pair:
    s, t = d.variable((), "positive"), d.variable((), "positive")
    below = call("gamma", s + t + 1) * call("gamma", s)
    return call("gamma", s + 1) * call("gamma", s + t) / below, s / (s + t)


def digamma_recurrence(d: Draw) -> Pair:
    s = d.positive(d.one_of(((), ("n",))), 0)
    return call("digamma", s + 1), call("digamma", s) + 1 / s


def error_function_is_odd(d: Draw) -> Pair:
    a = d.small(d.shape())
    return call("erf", -a), -call("erf", a)


def normal_by_error_function(d: Draw) -> Pair:
    a = d.small(d.shape(), 0)
    return call("normalcdf", a), (1 + call("erf", a / sqrt(expr(2)))) / 2


def normal_mirror(d: Draw) -> Pair:
    a = d.small(d.shape())
    return call("normalcdf", -a), 1 - call("normalcdf", a)


def relu_difference(d: Draw) -> Pair:
    a = d.small(d.shape())
    return call("relu", a) - call("relu", -a), a


def relu_sum(d: Draw) -> Pair:
    a = d.small(d.shape())
    return call("relu", a) + call("relu", -a), absolute(a)


def maximum_both_ways(d: Draw) -> Pair:
    a, b = d.small(), d.small()
    return b + call("relu", a - b), a + call("relu", b - a)


def relu_of_positive(d: Draw) -> Pair:
    a = d.positive(d.shape())
    return call("relu", a), a


def sign_times_absolute(d: Draw) -> Pair:
    a = d.variable((), "real")
    return call("sign", a) * absolute(a), a


def circle(d: Draw) -> Pair:
    a, b = d.small(d.shape()), d.number()
    return b * call("sin", a) ** 2 + b * call("cos", a) ** 2, b + a - a


def sine_is_odd(d: Draw) -> Pair:
    a = d.small(d.shape())
    return call("sin", -a) * call("cos", -a), -call("sin", a) * call("cos", a)


def artanh_by_log(d: Draw) -> Pair:
    r = d.variable((), "correlation")
    return call("artanh", r), log((1 + r) / (1 - r)) / 2


def tanh_of_artanh(d: Draw) -> Pair:
    r = d.variable((), "correlation")
    return tanh(call("artanh", r)), r


def artanh_of_tanh(d: Draw) -> Pair:
    a = d.variable((), "real")
    return call("artanh", tanh(a)), a


def gaussian_tail(d: Draw) -> Pair:
    x, s = d.variable((), "real"), d.variable((), "positive")
    return exp(-HALF * (x / s) ** 2), exp(-(x**2) / s**2) ** HALF
