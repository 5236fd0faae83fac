"""Known functions of one scalar: derivative, form in exponentials, value. One row a function; the rest of the engine asks here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.algebra.terms import ONE, PI, Add, Apply, Pow, Tensor, Term, add, divide, exp, log, mul, neg, num, power, sub


@dataclass(frozen=True, slots=True)
class Known:
    """``derivative`` of the function at its argument; ``exponential``: the same function by exp and log alone.

    ``parity``: 1 for an even function, -1 for an odd one, 0 for neither. ``definition``: the same function by simpler ones, in whose
    form it is compared.
    """

    derivative: Callable[[Term], Term]
    exponential: Callable[[Term], Term] | None = None
    parity: int = 0
    definition: Callable[[Term], Term] | None = None


def _f(name: str) -> Callable[[Term], Term]:
    return lambda u: Apply(name, u)


_TWO, _HALF = num(2), num(1, 2)


def _reciprocal_root(u: Term) -> Term:
    return power(u, num(-1, 2))


def _square(u: Term) -> Term:
    return power(u, _TWO)


def _relu(u: Term) -> Term:
    return mul(_HALF, add(u, Apply("abs", u)))


def _sign(u: Term) -> Term:
    return divide(Apply("abs", u), u)


def _tan(u: Term) -> Term:
    return divide(Apply("sin", u), Apply("cos", u))


FUNCTIONS: dict[str, Known] = {
    "exp": Known(exp),
    "log": Known(lambda u: power(u, num(-1))),
    "sqrt": Known(lambda u: mul(_HALF, _reciprocal_root(u))),
    "abs": Known(lambda u: divide(u, Apply("abs", u)), parity=1),
    "sign": Known(lambda _: num(0), parity=-1, definition=_sign),
    "relu": Known(lambda u: mul(_HALF, add(ONE, _sign(u))), definition=_relu),
    "sin": Known(_f("cos"), parity=-1),
    "cos": Known(lambda u: neg(Apply("sin", u)), parity=1),
    "tan": Known(lambda u: power(Apply("cos", u), num(-2)), parity=-1, definition=_tan),
    "cot": Known(lambda u: neg(power(Apply("sin", u), num(-2))), parity=-1, definition=lambda u: power(_tan(u), num(-1))),
    "sec": Known(lambda u: mul(_tan(u), power(Apply("cos", u), num(-1))), parity=1, definition=lambda u: power(Apply("cos", u), num(-1))),
    "csc": Known(
        lambda u: neg(mul(Apply("cos", u), power(Apply("sin", u), num(-2)))),
        parity=-1, definition=lambda u: power(Apply("sin", u), num(-1)),
    ),
    "tanh": Known(
        lambda u: sub(ONE, _square(Apply("tanh", u))),
        lambda u: divide(sub(exp(mul(_TWO, u)), ONE), add(exp(mul(_TWO, u)), ONE)), -1,
    ),
    "sinh": Known(_f("cosh"), lambda u: mul(_HALF, sub(exp(u), exp(neg(u)))), -1),
    "cosh": Known(_f("sinh"), lambda u: mul(_HALF, add(exp(u), exp(neg(u)))), 1),
    "sech": Known(
        lambda u: neg(mul(Apply("sech", u), Apply("tanh", u))),
        lambda u: divide(_TWO, add(exp(u), exp(neg(u)))), 1,
    ),
    "coth": Known(
        lambda u: neg(power(Apply("sinh", u), num(-2))),
        lambda u: divide(add(exp(mul(_TWO, u)), ONE), sub(exp(mul(_TWO, u)), ONE)), -1,
    ),
    "sigmoid": Known(
        lambda u: mul(Apply("sigmoid", u), sub(ONE, Apply("sigmoid", u))),
        lambda u: divide(ONE, add(ONE, exp(neg(u)))),
    ),
    "softplus": Known(_f("sigmoid"), lambda u: log(add(ONE, exp(u)))),
    "logit": Known(lambda u: divide(ONE, mul(u, sub(ONE, u))), lambda u: sub(log(u), log(sub(ONE, u)))),
    "erf": Known(lambda u: mul(_TWO, _reciprocal_root(PI), exp(neg(_square(u)))), parity=-1),
    "erfc": Known(
        lambda u: neg(mul(_TWO, _reciprocal_root(PI), exp(neg(_square(u))))), definition=lambda u: sub(ONE, Apply("erf", u))
    ),
    "normalcdf": Known(
        lambda u: mul(power(mul(_TWO, PI), num(-1, 2)), exp(mul(num(-1, 2), _square(u)))),
        definition=lambda u: mul(_HALF, add(ONE, Apply("erf", mul(u, _reciprocal_root(_TWO))))),
    ),
    "erfinv": Known(lambda u: mul(_HALF, power(PI, _HALF), exp(_square(Apply("erfinv", u)))), parity=-1),
    "arctan": Known(lambda u: divide(ONE, add(ONE, _square(u))), parity=-1),
    "arcsin": Known(lambda u: _reciprocal_root(sub(ONE, _square(u))), parity=-1),
    "arccos": Known(lambda u: neg(_reciprocal_root(sub(ONE, _square(u)))), definition=lambda u: sub(mul(_HALF, PI), Apply("arcsin", u))),
    "arsinh": Known(
        lambda u: _reciprocal_root(add(ONE, _square(u))), lambda u: log(add(u, Apply("sqrt", add(_square(u), ONE)))), -1
    ),
    "arcosh": Known(
        lambda u: _reciprocal_root(sub(_square(u), ONE)), lambda u: log(add(u, Apply("sqrt", sub(_square(u), ONE))))
    ),
    "artanh": Known(
        lambda u: divide(ONE, sub(ONE, _square(u))), lambda u: mul(_HALF, sub(log(add(ONE, u)), log(sub(ONE, u)))), -1
    ),
    "gamma": Known(lambda u: mul(Apply("gamma", u), Apply("digamma", u))),
    "digamma": Known(_f("trigamma")),
    "trigamma": Known(_f("tetragamma")),
    "tetragamma": Known(_f("pentagamma")),
    "besseli0": Known(_f("besseli1"), parity=1),
    "besseli1": Known(lambda u: sub(Apply("besseli0", u), divide(Apply("besseli1", u), u)), parity=-1),
}  # fmt: skip


def factorial(n: Term) -> Term:
    """``n!`` as ``Γ(n + 1)``."""
    return Apply("gamma", add(n, ONE))


def binomial(n: Term, k: Term) -> Term:
    """``n`` over ``k``."""
    return divide(factorial(n), mul(factorial(k), factorial(sub(n, k))))


def beta(a: Term, b: Term) -> Term:
    """Euler's beta function."""
    return divide(mul(Apply("gamma", a), Apply("gamma", b)), Apply("gamma", add(a, b)))


def maximum(a: Term, b: Term) -> Term:
    """The larger of two: ``(a + b + |a - b|) / 2``."""
    return mul(_HALF, add(a, b, Apply("abs", sub(a, b))))


def minimum(a: Term, b: Term) -> Term:
    """The smaller of two."""
    return mul(_HALF, add(a, b, neg(Apply("abs", sub(a, b)))))


#: Inverse of a function on its range, where it is one-to-one: what undoes it when an equation is solved.
INVERSES: dict[str, Callable[[Term], Term]] = {
    "exp": log,
    "log": exp,
    "tanh": lambda v: mul(_HALF, sub(log(add(ONE, v)), log(sub(ONE, v)))),
    "sigmoid": lambda v: sub(log(v), log(sub(ONE, v))),
    "logit": lambda v: divide(ONE, add(ONE, exp(neg(v)))),
    "softplus": lambda v: log(sub(exp(v), ONE)),
    "erf": _f("erfinv"),
    "arctan": _f("tan"),
    "sinh": lambda v: log(add(v, Apply("sqrt", add(power(v, _TWO), ONE)))),
}


def has_second_form(term: Term | Tensor) -> bool:
    """Whether a second look may find more: a function with a form in exponentials or that is expanded over sums, or a power of a sum."""
    if isinstance(term, Apply) and term.name in FUNCTIONS:
        known = FUNCTIONS[term.name]
        if known.exponential is not None or known.definition is not None or term.name in {"sin", "cos"}:
            return True
    if isinstance(term, Pow) and isinstance(term.base, Add):
        return True
    values = (term.body,) if isinstance(term, Tensor) else term.values
    return any(
        has_second_form(part)
        for value in values
        for part in (value if type(value) is tuple else (value,))
        if isinstance(part, (Term, Tensor))
    )
