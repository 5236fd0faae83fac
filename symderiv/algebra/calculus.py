r"""Differentiation of terms, index by index.

``D x[i] = δ[i,a]``; for a symmetric matrix ``D S[i,j] = ½(δ[i,a]δ[j,b] + δ[i,b]δ[j,a])``, so that the gradient is the symmetric matrix
``G`` with ``dφ = tr(G dS)``. An unspecified function gains a derivative slot, ``D F_i(u) = Σ_k J_F[i,k](u) D u_k``; ``D inv(M) = -inv(M) dM inv(M)``;
``D det M = det M · tr(inv(M) dM)``.

A density known by its name alone depends on the symbols in its subscript, and so does an expectation under it:
``D E_q[f] = E_q[D f] + E_q[f D log q]``. Nothing is taken for a constant on which it is not known whether something depends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.algebra.expectation import VOLUME
from symderiv.algebra.functions import FUNCTIONS
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.symbols import labels_of
from symderiv.algebra.terms import (
    ONE, ZERO, Add, Apply, Const, Delta, Det, Dim, Entry, InverseEntry, LogDensity, Mean, Mul, Num, Pow, Prod, Score, Slot, Sum, Symbol,
    Tensor, Term, Value, add, delta, fresh, log, mul, neg, num, power, prod_over, sub, sum_over, tensor,
)  # fmt: skip


class CannotDifferentiate(Exception):
    """No rule gives the derivative, in words."""


@dataclass(frozen=True, slots=True)
class By:
    """By what one differentiates: the entry ``at`` of a symbol. ``labels``: the names under which functions and densities may depend on it."""

    symbol: Symbol
    at: tuple[Slot, ...]
    knowledge: Knowledge | None
    labels: frozenset[str]

    def of(self, term: Term) -> Term:
        """The derivative of a term. Light: nothing is contracted yet."""
        return _RULES[type(term)](term, self) if self.touches(term) else ZERO

    def touches(self, term: Term | Tensor) -> bool:
        """Whether a term may depend on the symbol."""
        if isinstance(term, Tensor):
            return self.touches(term.body)
        if isinstance(term, Entry):
            return term.symbol.name == self.symbol.name
        if isinstance(term, Mean) and self.symbol.name in term.variables:
            return False
        if isinstance(term, (LogDensity, Mean)) and term.family != VOLUME and self._in_density(term):
            return True
        if isinstance(term, Value) and self.silently(term.function.name):
            return True
        return any(
            self.touches(part)
            for value in term.values
            for part in (value if type(value) is tuple else (value,))
            if isinstance(part, (Term, Tensor))
        )

    def _in_density(self, term: LogDensity | Mean) -> bool:
        known = self.knowledge is None or term.family in self.knowledge.concrete
        return known or self.silently(term.family) or self.symbol.name in term.variables | term.given

    def silently(self, name: str) -> bool:
        """Whether a function or density of this name depends on the symbol without holding it."""
        return not self.labels.isdisjoint(labels_of(name))


def derivative(
    term: Term,
    symbol: Symbol,
    at: tuple[Slot, ...],
    knowledge: Knowledge | None = None,
    labels: frozenset[str] | None = None,
) -> Term:
    """The derivative of a term by the entry ``at`` of a symbol.

    ``labels``: the names that stand for the symbol in subscripts, where that is not just its own. Without ``knowledge`` no density has a derivative.
    """
    return By(symbol, at, knowledge, frozenset((symbol.name,)) if labels is None else labels).of(term)


def _entry(t: Entry, by: By) -> Term:
    symbol, at = by.symbol, by.at
    if t.symbol != symbol:
        return ZERO
    straight = mul(*(delta(a, b) for a, b in zip(t.at, at, strict=True)))
    if len(at) == 2 and symbol.symmetric:
        crossed = mul(delta(t.at[0], at[1]), delta(t.at[1], at[0]))
        return mul(num(1, 2), add(straight, crossed))
    return straight


def _value(t: Value, by: By) -> Term:
    if by.silently(t.function.name):
        raise CannotDifferentiate(f"how {t.function.name} depends on {by.symbol.name} is not known")
    total = []
    for k, argument in enumerate(t.arguments):
        indices, body = argument.open()
        inner = by.of(body)
        if inner != ZERO:
            total.append(sum_over(indices, mul(Value(t.function, t.arguments, t.at, (*t.by, (k, *indices))), inner)))
    return add(*total)


def _inverse(t: InverseEntry, by: By) -> Term:
    (a, b), body = t.matrix.open()
    inner = by.of(body)
    left, right = InverseEntry(t.matrix, (t.at[0], a)), InverseEntry(t.matrix, (b, t.at[1]))
    return neg(sum_over((a, b), mul(left, inner, right)))


def _det(t: Det, by: By) -> Term:
    (a, b), body = t.matrix.open()
    return mul(t, sum_over((a, b), mul(InverseEntry(t.matrix, (b, a)), by.of(body))))


def _add(t: Add, by: By) -> Term:
    return add(*(by.of(part) for part in t.terms))


def _mul(t: Mul, by: By) -> Term:
    parts = []
    for k, factor in enumerate(t.factors):
        inner = by.of(factor)
        if inner != ZERO:
            parts.append(mul(*t.factors[:k], inner, *t.factors[k + 1 :]))
    return add(*parts)


def _pow(t: Pow, by: By) -> Term:
    outer = mul(t.exponent, power(t.base, sub(t.exponent, ONE)), by.of(t.base))
    inner = by.of(t.exponent)
    return outer if inner == ZERO else add(outer, mul(t, log(t.base), inner))


def _apply(t: Apply, by: By) -> Term:
    known = FUNCTIONS.get(t.name)
    if known is None:
        raise CannotDifferentiate(f"no derivative of {t.name} is known")
    return mul(known.derivative(t.argument), by.of(t.argument))


def _sum(t: Sum, by: By) -> Term:
    indices, body = t.body.open()
    return sum_over(indices, by.of(body))


def _prod(t: Prod, by: By) -> Term:
    (i,), body = t.body.open()
    j = fresh(i.size)
    other = prod_over(j, power(tensor((i,), body).at(j), sub(ONE, delta(i, j))))
    return sum_over((i,), mul(by.of(body), other))


def _mean(t: Mean, by: By) -> Term:
    inner = by.of(t.body)
    if t.family != VOLUME:
        inner = add(inner, mul(t.body, by.of(LogDensity(t.family, t.variables, t.given, t.at))))
    return ZERO if inner == ZERO else Mean(t.family, t.variables, t.given, t.at, inner)


def _zero(_term: Term, _by: By) -> Term:
    return ZERO


def _log_density(t: LogDensity, by: By) -> Term:
    if by.knowledge is None:
        raise CannotDifferentiate(f"nothing is known of {t.family} here")
    known = by.knowledge.log_density(t)
    if known is not None and known != t:
        return by.of(known)
    if by.symbol.name in t.variables | t.given:
        raise CannotDifferentiate(f"{t.family} is known only as a density; its derivative by {by.symbol.name} has no formula")
    if t.family in by.knowledge.concrete:
        raise CannotDifferentiate(f"this density of {t.family} has no formula here")
    if by.silently(t.family) and by.symbol.name not in labels_of(t.family):
        raise CannotDifferentiate(f"how {t.family} depends on {by.symbol.name} is not known")
    return Score(t, ((by.symbol, *by.at),)) if by.silently(t.family) else ZERO


def _score(t: Score, by: By) -> Term:
    inner = _log_density(t.density, by)
    if isinstance(inner, Score):
        return Score(t.density, (*t.by, *inner.by))
    raise CannotDifferentiate(f"{t.density.family} is known only as a density")


_RULES: dict[type[Term], Callable[..., Term]] = {
    Num: _zero, Const: _zero, Dim: _zero, Delta: _zero, Entry: _entry, Value: _value, InverseEntry: _inverse, Det: _det, Add: _add,
    Mul: _mul, Pow: _pow, Apply: _apply, Sum: _sum, Prod: _prod, LogDensity: _log_density,
    Score: _score, Mean: _mean,
}  # fmt: skip


def derived_by(term: Term, by: tuple[tuple[Symbol | Slot, ...], ...], knowledge: Knowledge) -> Term:
    """A term differentiated by all these entries, as a score has them."""
    for symbol, *at in by:
        term = derivative(term, symbol, tuple(at), knowledge)  # type: ignore[arg-type]  # a symbol, then slots
    return term


def gradient(y: Tensor, symbol: Symbol, knowledge: Knowledge | None = None, labels: frozenset[str] | None = None) -> Tensor:
    """All derivatives of ``y`` by the entries of ``symbol``: the slots of ``y`` first, then those of the symbol (outputs as rows)."""
    outer, body = y.open()
    inner = tuple(fresh(s) for s in symbol.sizes)
    return tensor((*outer, *inner), derivative(body, symbol, inner, knowledge, labels))
