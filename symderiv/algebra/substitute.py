"""Symbols replaced by tensors, below every binder, with nothing captured."""

from __future__ import annotations

from collections.abc import Mapping

from symderiv.algebra.expectation import mentions
from symderiv.algebra.terms import (
    ZERO, Add, Apply, Det, Entry, Function, InverseEntry, Mean, Mul, Pow, Prod, Sum, Symbol, Tensor, Term, Value, add, apply, mul, power, tensor,
)  # fmt: skip


def substitute(term: Term, values: Mapping[Symbol, Tensor]) -> Term:
    """The term with symbols replaced."""
    return _Substitution(values).term(term)


def substitute_tensor(x: Tensor, values: Mapping[Symbol, Tensor], constants: Mapping[Function, Term] | None = None) -> Tensor:
    """A tensor with symbols replaced in its body; unspecified functions may become constants, their derivatives zero."""
    return _Substitution(values, constants or {}).tensor(x)


class _Substitution:
    def __init__(self, values: Mapping[Symbol, Tensor], constants: Mapping[Function, Term] | None = None) -> None:
        self.values, self.constants = values, constants or {}
        self.names = frozenset(s.name for s in values)
        self.done: dict[Term, Term] = {}

    def tensor(self, x: Tensor) -> Tensor:
        if not self.constants and not mentions(x, self.names):
            return x
        indices, body = x.open()
        return tensor(indices, self.term(body), x.row)

    def term(self, t: Term) -> Term:
        if t not in self.done:
            self.done[t] = self._replaced(t) if self.constants or mentions(t, self.names) else t
        return self.done[t]

    def _replaced(self, t: Term) -> Term:
        match t:
            case Entry(symbol=symbol, at=at):
                return self.values[symbol].at(*at) if symbol in self.values else t
            case Add(terms=terms):
                return add(*map(self.term, terms))
            case Mul(factors=factors):
                return mul(*map(self.term, factors))
            case Pow(base=base, exponent=exponent):
                return power(self.term(base), self.term(exponent))
            case Apply(name=name, argument=argument):
                return apply(name, self.term(argument))
            case Value(function=function, by=by) if function in self.constants:
                return ZERO if by else self.constants[function]
            case Value(function=function, arguments=arguments, at=at, by=by):
                return Value(function, tuple(map(self.tensor, arguments)), at, by)
            case InverseEntry(matrix=matrix, at=at):
                return InverseEntry(self.tensor(matrix), at)
            case Det(matrix=matrix):
                return Det(self.tensor(matrix))
            case Sum(body=body):
                return Sum(self.tensor(body))
            case Prod(body=body):
                return Prod(self.tensor(body))
            case Mean(family=family, variables=variables, given=given, at=at, body=body):
                inner = {s: v for s, v in self.values.items() if s.name not in variables}
                return Mean(family, variables, given, at, substitute(body, inner))
        return t
