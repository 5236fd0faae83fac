"""Antiderivatives of products: guesses, each proved by differentiation before it is used."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.algebra.calculus import derivative
from symderiv.algebra.conditions import bounds_of, settled
from symderiv.algebra.expectation import mentions
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Monomial, monomial_term
from symderiv.algebra.terms import (
    ONE, ZERO, Apply, Entry, Mul, Symbol, Term, Undefined, add, divide, log, mul, neg, num, power, sub,
)  # fmt: skip


#: Products of more nodes than this are not guessed at.
MOST_NODES = 60


def _size(term: Term) -> int:
    parts = (p for value in term.values for p in (value if type(value) is tuple else (value,)))
    return 1 + sum(_size(p) for p in parts if isinstance(p, Term))


def antiderivative(variable: Symbol, m: Monomial, normal: Normal) -> Term | None:
    """A function whose derivative is the product, from a list of guesses each of which is proved before it is used."""
    x, body = Entry(variable, ()), monomial_term(m)
    if _size(body) > MOST_NODES:
        return None
    degree = next((e for t, e in m[0] if t == x), 0)
    up = mul(body, x)
    guesses = [
        mul(num(1, int(degree) + 1), up) if degree != -1 and type(degree) is int else None,
        log(x) if degree == -1 else None,
        *(
            _guesses_by_atom(t, x, body, int(degree), normal) if type(degree) is int and degree >= 0 else ZERO
            for t, _ in m[0]
            if t != x
        ),
        _guess_by_power(body, x, normal),
        _guess_by_exponential(body, variable, normal),
        _guess_by_angle(m, x),
    ]
    for guess in guesses:
        if guess is None or guess == ZERO:
            continue
        try:
            if all(_derives(branch(guess), branch(body), variable, normal) for branch in _branches(body, variable)):
                return guess
        except Undefined:
            continue
    return None


def _derives(guess: Term, body: Term, variable: Symbol, normal: Normal) -> bool:
    return settled(sub(derivative(guess, variable, ()), body), normal) == ZERO


def _branches(body: Term, variable: Symbol) -> tuple[Callable[[Term], Term], ...]:
    """Where an absolute value stands in a product, it is its argument on one side of zero and the negative on the other."""
    name = frozenset((variable.name,))
    inside = [f for f in (body.factors if isinstance(body, Mul) else (body,)) if isinstance(f, Apply) and f.name == "abs"]
    inside = [f for f in inside if mentions(f, name)]
    if not inside:
        return (lambda x: x,)

    def put(value: Callable[[Term], Term]) -> Callable[[Term], Term]:
        return lambda x: mul(
            *(
                value(f.argument) if f in inside and isinstance(f, Apply) else f
                for f in (x.factors if isinstance(x, Mul) else (x,))
            )
        )

    return put(lambda u: u), put(neg)


def _guesses_by_atom(t: Term, x: Entry, body: Term, degree: int, normal: Normal) -> Term:
    if isinstance(t, Apply) and t.name == "log" and t.argument == x:
        if body == power(t, num(2)):
            return mul(x, add(body, mul(num(-2), t), num(2)))
        n = num(1, degree + 1)
        return mul(n, x, sub(body, mul(n, power(x, num(degree)))))
    if isinstance(t, Apply) and t.name == "log" and not degree and _has_square(t.argument, x):
        return _guess_log_quadratic(t, x, normal)
    if isinstance(t, Apply) and t.name == "log" and not degree:  # log(c + kx)
        return add(mul(t.argument, body, power(_slope(t.argument, x), num(-1))), neg(x))
    if isinstance(t, Apply) and t.name == "abs" and not degree:
        return mul(num(1, 2), t.argument, body, power(_slope(t.argument, x), num(-1)))
    return ZERO


def _has_square(argument: Term, x: Entry) -> bool:
    return mentions(_slope(argument, x), frozenset((x.symbol.name,)))


def _guess_log_quadratic(t: Apply, x: Entry, normal: Normal) -> Term:
    """``∫ log(k((x - c)² + s²)) = u log(k(u² + s²)) - 2u + 2s arctan(u/s)`` with u = x - c."""
    square = completed(t.argument, x.symbol, normal)
    if square is None:
        return ZERO
    _, centre, least = square
    u, s = sub(x, centre), power(least, num(1, 2))
    return add(mul(u, t), mul(num(-2), u), mul(num(2), s, Apply("arctan", divide(u, s))))


def _slope(term: Term, x: Entry) -> Term:
    return derivative(term, x.symbol, ())


def _guess_by_power(body: Term, x: Entry, normal: Normal) -> Term | None:
    """``x^a`` with an exponent that does not depend on x: ``a = x g'/g``."""
    exponent = settled(mul(x, derivative(body, x.symbol, ()), power(body, num(-1))), normal)
    if mentions(exponent, frozenset((x.symbol.name,))) or exponent == num(-1):
        return None
    return mul(body, x, power(add(exponent, ONE), num(-1)))


def _guess_by_exponential(body: Term, variable: Symbol, normal: Normal) -> Term | None:
    """``e^{cx}``: ``c = g'/g``."""
    rate = settled(mul(derivative(body, variable, ()), power(body, num(-1))), normal)
    if mentions(rate, frozenset((variable.name,))) or rate == ZERO:
        return None
    return mul(body, power(rate, num(-1)))


def _guess_by_angle(m: Monomial, x: Entry) -> Term | None:
    """``∫ cos^n = cos^{n-1} sin / n + (n - 1)/n ∫ cos^{n-2}`` and ``∫ sin cos^n = -cos^{n+1} / (n + 1)``."""
    sin, cos = Apply("sin", x), Apply("cos", x)
    powers = dict(m[0])
    n, odd = powers.pop(cos, 0), powers.pop(sin, 0)
    if powers or m[1] or type(n) is not int or n < 0 or odd not in {0, 1}:
        return None
    if odd:
        return mul(num(-1, n + 1), power(cos, num(n + 1)))
    total: Term = sin if n % 2 else x
    for k in range(n % 2 + 2, n + 1, 2):
        total = add(mul(num(1, k), power(cos, num(k - 1)), sin), mul(num(k - 1, k), total))
    return total


def completed(argument: Term, variable: Symbol, normal: Normal) -> tuple[Term, Term, Term] | None:
    """``k, c, r`` of ``k((x - c)² + r)`` with r > 0; None where it is nothing of the kind."""
    name = frozenset((variable.name,))
    slope = settled(derivative(argument, variable, ()), normal)
    curvature = settled(derivative(slope, variable, ()), normal)
    if mentions(curvature, name) or curvature == ZERO:
        return None
    x = Entry(variable, ())
    centre = settled(sub(x, mul(slope, power(curvature, num(-1)))), normal)
    half = settled(mul(curvature, num(1, 2)), normal)
    least = settled(sub(mul(argument, power(half, num(-1))), power(sub(x, centre), num(2))), normal)
    if mentions(centre, name) or mentions(least, name) or not bounds_of(least).positive:
        return None
    return half, centre, least
