r"""Differentiation of terms, index by index.

``D x[i] = δ[i,a]``; for a symmetric matrix ``D S[i,j] = ½(δ[i,a]δ[j,b] + δ[i,b]δ[j,a])``, so that the gradient is the symmetric matrix
``G`` with ``dφ = tr(G dS)``. An unspecified function gains a derivative slot, ``D F_i(u) = Σ_k J_F[i,k](u) D u_k``; ``D inv(M) = -inv(M) dM inv(M)``;
``D det M = det M · tr(inv(M) dM)``.
"""

from __future__ import annotations

from collections.abc import Callable

from symderiv.algebra.expectation import mentions
from symderiv.algebra.functions import FUNCTIONS
from symderiv.algebra.terms import (
    ONE, ZERO, Add, Apply, Const, Delta, Det, Dim, Entry, InverseEntry, LogDensity, Mean, Mul, Num, Pow, Prod, Slot, Sum, Symbol,
    Tensor, Term, Value, add, delta, fresh, log, mul, neg, num, power, prod_over, sub, sum_over, tensor,
)  # fmt: skip


class CannotDifferentiate(Exception):
    """No rule gives the derivative, in words."""


def derivative(term: Term, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    """The derivative of a term by the entry ``at`` of a symbol. Light: nothing is contracted yet."""
    if not mentions(term, frozenset((symbol.name,))):
        return ZERO
    return _RULES[type(term)](term, symbol, at)


def _entry(t: Entry, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    if t.symbol != symbol:
        return ZERO
    straight = mul(*(delta(a, b) for a, b in zip(t.at, at, strict=True)))
    if len(at) == 2 and symbol.symmetric:
        crossed = mul(delta(t.at[0], at[1]), delta(t.at[1], at[0]))
        return mul(num(1, 2), add(straight, crossed))
    return straight


def _value(t: Value, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    total = []
    for k, argument in enumerate(t.arguments):
        indices, body = argument.open()
        inner = derivative(body, symbol, at)
        if inner != ZERO:
            total.append(sum_over(indices, mul(Value(t.function, t.arguments, t.at, (*t.by, (k, *indices))), inner)))
    return add(*total)


def _inverse(t: InverseEntry, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    (a, b), body = t.matrix.open()
    inner = derivative(body, symbol, at)
    left, right = InverseEntry(t.matrix, (t.at[0], a)), InverseEntry(t.matrix, (b, t.at[1]))
    return neg(sum_over((a, b), mul(left, inner, right)))


def _det(t: Det, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    (a, b), body = t.matrix.open()
    return mul(t, sum_over((a, b), mul(InverseEntry(t.matrix, (b, a)), derivative(body, symbol, at))))


def _add(t: Add, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    return add(*(derivative(part, symbol, at) for part in t.terms))


def _mul(t: Mul, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    parts = []
    for k, factor in enumerate(t.factors):
        inner = derivative(factor, symbol, at)
        if inner != ZERO:
            parts.append(mul(*t.factors[:k], inner, *t.factors[k + 1 :]))
    return add(*parts)


def _pow(t: Pow, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    outer = mul(t.exponent, power(t.base, sub(t.exponent, ONE)), derivative(t.base, symbol, at))
    inner = derivative(t.exponent, symbol, at)
    return outer if inner == ZERO else add(outer, mul(t, log(t.base), inner))


def _apply(t: Apply, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    known = FUNCTIONS.get(t.name)
    if known is None:
        raise CannotDifferentiate(f"no derivative of {t.name} is known")
    return mul(known.derivative(t.argument), derivative(t.argument, symbol, at))


def _sum(t: Sum, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    indices, body = t.body.open()
    return sum_over(indices, derivative(body, symbol, at))


def _prod(t: Prod, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    (i,), body = t.body.open()
    j = fresh(i.size)
    other = prod_over(j, power(tensor((i,), body).at(j), sub(ONE, delta(i, j))))
    return sum_over((i,), mul(derivative(body, symbol, at), other))


def _mean(t: Mean, symbol: Symbol, at: tuple[Slot, ...]) -> Term:
    if symbol.name in t.variables:
        return ZERO
    return Mean(t.family, t.variables, t.given, t.at, derivative(t.body, symbol, at))


def _zero(_term: Term, _symbol: Symbol, _at: tuple[Slot, ...]) -> Term:
    return ZERO


def _log_density(t: LogDensity, symbol: Symbol, _at: tuple[Slot, ...]) -> Term:
    raise CannotDifferentiate(f"{t.family} is known only as a density; its derivative by {symbol.name} has no formula")


_RULES: dict[type[Term], Callable[..., Term]] = {
    Num: _zero, Const: _zero, Dim: _zero, Delta: _zero, Entry: _entry, Value: _value, InverseEntry: _inverse, Det: _det, Add: _add,
    Mul: _mul, Pow: _pow, Apply: _apply, Sum: _sum, Prod: _prod, LogDensity: _log_density, Mean: _mean,
}  # fmt: skip


def gradient(y: Tensor, symbol: Symbol) -> Tensor:
    """All derivatives of ``y`` by the entries of ``symbol``: the slots of ``y`` first, then those of the symbol (outputs as rows)."""
    outer, body = y.open()
    inner = tuple(fresh(s) for s in symbol.sizes)
    return tensor((*outer, *inner), derivative(body, symbol, inner))
