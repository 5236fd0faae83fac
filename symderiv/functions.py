"""Functions of expressions: the known ones, which act entry by entry, and the diagonal and identity matrices.

>>> from symderiv import Vector
>>> from symderiv.functions import softplus
>>> print(softplus(Vector("x", "n")))
softplus(x)
"""

from __future__ import annotations

from symderiv.algebra import tensors as T
from symderiv.explore.expression import Expression, Operand, SizeLike, applied, fitting, operand, size_of


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


def exp(x: Operand) -> Expression:
    """The exponential, entry by entry.

    >>> from symderiv import Vector, exp
    >>> print(exp(-Vector("s", "n")))
    exp(-s)
    """
    return applied("exp", x)


def log(x: Operand) -> Expression:
    """The natural logarithm, entry by entry."""
    return applied("log", x)


def sqrt(x: Operand) -> Expression:
    """The square root, entry by entry."""
    return applied("sqrt", x)


def tanh(x: Operand) -> Expression:
    """The hyperbolic tangent, entry by entry."""
    return applied("tanh", x)


def sigmoid(x: Operand) -> Expression:
    """``1 / (1 + exp(-x))``, entry by entry."""
    return applied("sigmoid", x)


def logit(x: Operand) -> Expression:
    """``log(x / (1 - x))``, the inverse of `sigmoid`, entry by entry."""
    return applied("logit", x)


def softplus(x: Operand) -> Expression:
    """``log(1 + exp(x))``, entry by entry."""
    return applied("softplus", x)


def sin(x: Operand) -> Expression:
    """The sine, entry by entry."""
    return applied("sin", x)


def cos(x: Operand) -> Expression:
    """The cosine, entry by entry."""
    return applied("cos", x)


def sinh(x: Operand) -> Expression:
    """The hyperbolic sine, entry by entry."""
    return applied("sinh", x)


def cosh(x: Operand) -> Expression:
    """The hyperbolic cosine, entry by entry."""
    return applied("cosh", x)


def arctan(x: Operand) -> Expression:
    """The inverse tangent, entry by entry."""
    return applied("arctan", x)


def erf(x: Operand) -> Expression:
    """The error function, entry by entry."""
    return applied("erf", x)


@fitting
def diag(x: Operand) -> Expression:
    """The diagonal matrix of a vector, or the diagonal of a square matrix."""
    return Expression(T.diag(operand(x)))


def eye(size: SizeLike) -> Expression:
    """The identity matrix."""
    return Expression(T.identity(size_of(size)))
