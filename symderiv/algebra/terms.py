"""Terms as the rest of the house makes them: the nodes, and light constructors that fold numbers, flatten, and expand nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from symderiv.algebra.nodes import (
    Add, Apply, Const, Delta, Det, Dim, Entry, InverseEntry, KINDS, LogDensity, Mean, Mul, Num, Pow, Prod, Score, Sum, Tensor, Term,
    Value, reindex, scalar, slots_above, tensor,
)  # fmt: skip
from symderiv.algebra.symbols import (
    Function, Index, Slot, Symbol, fresh,
)  # fmt: skip
from symderiv.core.size import Size

__all__ = [
    "EULER",
    "KINDS",
    "MINUS_ONE",
    "ONE",
    "PI",
    "ZERO",
    "Add",
    "Apply",
    "Const",
    "Delta",
    "Det",
    "Dim",
    "Entry",
    "Function",
    "Index",
    "InverseEntry",
    "LogDensity",
    "Mean",
    "Mul",
    "Num",
    "Pow",
    "Prod",
    "Score",
    "Slot",
    "Sum",
    "Symbol",
    "Tensor",
    "Term",
    "Undefined",
    "Value",
    "add",
    "apply",
    "delta",
    "divide",
    "exp",
    "fresh",
    "log",
    "mul",
    "neg",
    "num",
    "power",
    "prod_over",
    "reindex",
    "scalar",
    "size_term",
    "slots_above",
    "sub",
    "sum_over",
    "tensor",
]  # fmt: skip

ZERO = Num(Fraction(0))
ONE = Num(Fraction(1))
MINUS_ONE = Num(Fraction(-1))
PI = Const("pi")
EULER = Const("euler_gamma")


class Undefined(ArithmeticError):
    """A term that has no value anywhere: a division by zero, the logarithm of a negative number."""


def num(value: int | Fraction, below: int = 1) -> Num:
    """A rational number."""
    return Num(Fraction(value, below))


def add(*terms: Term) -> Term:
    """The sum; numbers are folded into the place of the first."""
    flat: list[Term] = []
    numbers: list[Fraction] = []
    place = 0
    for term in terms:
        for part in term.terms if type(term) is Add else (term,):
            if type(part) is Num:
                if not numbers:
                    place = len(flat)
                numbers.append(part.value)
            else:
                flat.append(part)
    if numbers:
        total = numbers[0] if len(numbers) == 1 else sum(numbers[1:], numbers[0])
        if total:
            flat.insert(place, Num(total))
    return ZERO if not flat else flat[0] if len(flat) == 1 else Add(tuple(flat))


def mul(*factors: Term) -> Term:
    """The product; the number comes first."""
    flat: list[Term] = []
    numbers: list[Fraction] = []
    for factor in factors:
        for part in factor.factors if type(factor) is Mul else (factor,):
            if type(part) is Num:
                numbers.append(part.value)
            else:
                flat.append(part)
    if numbers:
        total = numbers[0] if len(numbers) == 1 else math.prod(numbers)
        if not total:
            return ZERO
        if total != 1:
            flat.insert(0, Num(total))
    return ONE if not flat else flat[0] if len(flat) == 1 else Mul(tuple(flat))


def neg(term: Term) -> Term:
    """The negative."""
    return mul(MINUS_ONE, term)


def sub(left: Term, right: Term) -> Term:
    """The difference."""
    return add(left, neg(right))


#: Beyond these, a power of a number is left as it stands.
_LARGEST_EXPONENT, _MOST_BITS = 256, 2048


def power(base: Term, exponent: Term) -> Term:
    """``base ** exponent``; powers of numbers are computed where they stay small."""
    if type(exponent) is Num:
        e = exponent.value
        if e == 1:
            return base
        if not e:
            return ONE
        if type(base) is Num:
            b = base.value
            if b == 0 and e < 0:
                raise Undefined("division by zero")
            small = max(b.numerator.bit_length(), b.denominator.bit_length()) * abs(e) <= _MOST_BITS
            if e.denominator == 1 and abs(e) <= _LARGEST_EXPONENT and small:
                return Num(b ** int(e))
        elif type(base) is Pow and e.denominator == 1 and type(base.exponent) is Num:
            return power(base.base, Num(base.exponent.value * e))
    if base == ONE:
        return ONE
    return Pow(base, exponent)


def divide(above: Term, below: Term) -> Term:
    """The quotient."""
    return mul(above, power(below, MINUS_ONE))


def apply(name: str, argument: Term) -> Term:
    """A known function by name."""
    if argument == ZERO and name == "exp":
        return ONE
    if argument == ONE and name == "log":
        return ZERO
    if name == "log" and type(argument) is Apply and argument.name == "exp":
        return argument.argument
    return Apply(name, argument)


def exp(argument: Term) -> Term:
    """The exponential."""
    return apply("exp", argument)


def log(argument: Term) -> Term:
    """The natural logarithm."""
    return apply("log", argument)


def delta(left: Slot, right: Slot) -> Term:
    """Kronecker's delta."""
    if left == right:
        return ONE
    if type(left) is int and type(right) is int:
        return ZERO
    return Delta(left, right)


def sum_over(indices: Iterable[Index], body: Term) -> Term:
    """``Σ`` over free indices of ``body``."""
    indices = tuple(indices)
    return Sum(tensor(indices, body)) if indices else body


def prod_over(index: Index, body: Term) -> Term:
    """``Π`` over a free index of ``body``."""
    return Prod(tensor((index,), body))


def size_term(size: Size) -> Term:
    """A size as a number in formulas."""
    return add(*(mul(Num(c), *map(Dim, names)) for names, c in size.terms))
