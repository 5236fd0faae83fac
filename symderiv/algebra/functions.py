"""Known functions of one scalar: derivative, form in exponentials, value. One row a function; the rest of the engine asks here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.algebra.terms import ONE, PI, Apply, Tensor, Term, add, divide, exp, log, mul, neg, num, power, sub


@dataclass(frozen=True, slots=True)
class Known:
    """``derivative`` of the function at its argument; ``exponential``: the same function by exp and log alone."""

    derivative: Callable[[Term], Term]
    exponential: Callable[[Term], Term] | None = None


def _f(name: str) -> Callable[[Term], Term]:
    return lambda u: Apply(name, u)


_TWO, _HALF = num(2), num(1, 2)

FUNCTIONS: dict[str, Known] = {
    "exp": Known(exp),
    "log": Known(lambda u: power(u, num(-1))),
    "sqrt": Known(lambda u: mul(_HALF, power(u, num(-1, 2)))),
    "abs": Known(lambda u: divide(u, Apply("abs", u))),
    "sin": Known(_f("cos")),
    "cos": Known(lambda u: neg(Apply("sin", u))),
    "tanh": Known(
        lambda u: sub(ONE, power(Apply("tanh", u), _TWO)),
        lambda u: divide(sub(exp(mul(_TWO, u)), ONE), add(exp(mul(_TWO, u)), ONE)),
    ),
    "sinh": Known(_f("cosh"), lambda u: mul(_HALF, sub(exp(u), exp(neg(u))))),
    "cosh": Known(_f("sinh"), lambda u: mul(_HALF, add(exp(u), exp(neg(u))))),
    "sech": Known(
        lambda u: neg(mul(Apply("sech", u), Apply("tanh", u))),
        lambda u: divide(_TWO, add(exp(u), exp(neg(u)))),
    ),
    "coth": Known(
        lambda u: neg(power(Apply("sinh", u), num(-2))),
        lambda u: divide(add(exp(mul(_TWO, u)), ONE), sub(exp(mul(_TWO, u)), ONE)),
    ),
    "sigmoid": Known(
        lambda u: mul(Apply("sigmoid", u), sub(ONE, Apply("sigmoid", u))),
        lambda u: divide(ONE, add(ONE, exp(neg(u)))),
    ),
    "softplus": Known(_f("sigmoid"), lambda u: log(add(ONE, exp(u)))),
    "logit": Known(lambda u: divide(ONE, mul(u, sub(ONE, u))), lambda u: sub(log(u), log(sub(ONE, u)))),
    "erf": Known(lambda u: mul(_TWO, power(PI, num(-1, 2)), exp(neg(power(u, _TWO))))),
    "arctan": Known(lambda u: divide(ONE, add(ONE, power(u, _TWO)))),
    "Gamma": Known(lambda u: mul(Apply("Gamma", u), Apply("digamma", u))),
    "digamma": Known(_f("trigamma")),
    "trigamma": Known(_f("tetragamma")),
    "besseli0": Known(_f("besseli1")),
    "besseli1": Known(lambda u: sub(Apply("besseli0", u), divide(Apply("besseli1", u), u))),
}  # fmt: skip

#: Inverse of a function on its range, where it is one-to-one: what undoes it when an equation is solved.
INVERSES: dict[str, Callable[[Term], Term]] = {
    "exp": log,
    "log": exp,
    "tanh": lambda v: mul(_HALF, sub(log(add(ONE, v)), log(sub(ONE, v)))),
    "sigmoid": lambda v: sub(log(v), log(sub(ONE, v))),
    "logit": lambda v: divide(ONE, add(ONE, exp(neg(v)))),
    "softplus": lambda v: log(sub(exp(v), ONE)),
    "sinh": lambda v: log(add(v, Apply("sqrt", add(power(v, _TWO), ONE)))),
}


def in_exponentials(name: str, argument: Term) -> Term | None:
    """The same value by exp and log, or None where there is no such form."""
    known = FUNCTIONS.get(name)
    return known.exponential(argument) if known is not None and known.exponential is not None else None


def has_exponential_form(term: Term | Tensor) -> bool:
    """Whether a function that has a form in exponentials stands anywhere in a term."""
    if isinstance(term, Apply) and term.name in FUNCTIONS and FUNCTIONS[term.name].exponential is not None:
        return True
    values = (term.body,) if isinstance(term, Tensor) else term.values
    return any(
        has_exponential_form(part)
        for value in values
        for part in (value if type(value) is tuple else (value,))
        if isinstance(part, (Term, Tensor))
    )
