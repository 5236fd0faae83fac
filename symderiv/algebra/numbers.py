"""The values of known functions by name: of floats, and of Arb balls, which enclose the true value.

A float outside a function's domain says `NoValue`; a ball that reaches outside has no finite value, which its user looks at.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from flint import arb


class NoValue(ArithmeticError):
    """The term has no real value at this point: a logarithm of a negative number, a division by zero."""


def _but(outside: Callable[[float], bool], f: Callable[[float], float]) -> Callable[[float], float]:
    """A function with the places where it has no value."""

    def checked(x: float) -> float:
        if outside(x):
            raise NoValue
        return f(x)

    return checked


def _exp(x: float) -> float:
    if x > 700:
        raise OverflowError
    return math.exp(x)


def _polygamma(order: int, x: arb) -> arb:
    """The derivative of ψ of this order, by the Hurwitz zeta function."""
    value: arb = (-1) ** (order + 1) * math.factorial(order) * arb(order + 1).zeta(x)
    return value


#: Functions of floats.
FLOAT: dict[str, Callable[[float], float]] = {
    "exp": _exp, "log": _but(lambda x: x <= 0, math.log), "sqrt": _but(lambda x: x < 0, math.sqrt), "abs": abs, "sin": math.sin,
    "cos": math.cos, "tanh": math.tanh, "sinh": math.sinh, "cosh": math.cosh, "sech": lambda x: 1 / math.cosh(x),
    "coth": lambda x: 1 / math.tanh(x), "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "softplus": lambda x: math.log1p(math.exp(x)),
    "erf": math.erf, "logit": lambda x: math.log(x / (1 - x)), "arctan": math.atan, "arcsin": _but(lambda x: abs(x) >= 1, math.asin),
    "artanh": _but(lambda x: abs(x) >= 1, math.atanh), "arsinh": math.asinh, "arcosh": _but(lambda x: x < 1, math.acosh),
    "gamma": _but(lambda x: x <= 0 and x == math.floor(x), math.gamma), "digamma": lambda x: float(arb(x).digamma()),
    "trigamma": lambda x: float(_polygamma(1, arb(x))), "tetragamma": lambda x: float(_polygamma(2, arb(x))),
    "pentagamma": lambda x: float(_polygamma(3, arb(x))), "besseli0": lambda x: float(arb(x).bessel_i(0)),
    "besseli1": lambda x: float(arb(x).bessel_i(1)), "erfinv": _but(lambda x: abs(x) >= 1, lambda x: float(arb(x).erfinv())),
}  # fmt: skip

#: Functions of balls.
BALL: dict[str, Callable[[arb], arb]] = {
    "exp": arb.exp, "log": arb.log, "sqrt": arb.sqrt, "abs": abs, "sin": arb.sin, "cos": arb.cos, "tanh": arb.tanh, "sinh": arb.sinh,
    "cosh": arb.cosh, "sech": arb.sech, "coth": arb.coth, "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: (1 + x.exp()).log(), "erf": arb.erf, "logit": lambda x: (x / (1 - x)).log(), "arctan": arb.atan,
    "arcsin": arb.asin, "artanh": arb.atanh, "arsinh": arb.asinh, "arcosh": arb.acosh, "gamma": arb.gamma, "digamma": arb.digamma,
    "trigamma": lambda x: _polygamma(1, x), "tetragamma": lambda x: _polygamma(2, x), "pentagamma": lambda x: _polygamma(3, x),
    "besseli0": lambda x: x.bessel_i(0), "besseli1": lambda x: x.bessel_i(1), "erfinv": arb.erfinv,
}  # fmt: skip
