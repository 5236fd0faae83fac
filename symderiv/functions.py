"""Functions of expressions by name: ``from symderiv.functions import tanh``."""

from symderiv.explore.functions import (
    arctan, cos, cosh, diag, erf, exp, eye, log, logit, sigmoid, sin, sinh, softplus, sqrt, tanh,
)  # fmt: skip

__all__ = [
    "arctan",
    "cos",
    "cosh",
    "diag",
    "erf",
    "exp",
    "eye",
    "log",
    "logit",
    "sigmoid",
    "sin",
    "sinh",
    "softplus",
    "sqrt",
    "tanh",
]
