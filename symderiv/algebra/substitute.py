"""Symbols replaced by tensors, below every binder, with nothing captured."""

from __future__ import annotations

from collections.abc import Mapping

from symderiv.algebra.expectation import mentions
from symderiv.algebra.rebuild import below, rebuilt
from symderiv.algebra.terms import (
    ZERO, Entry, Function, Mean, Symbol, Tensor, Term, Value,
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
        return below(x, self.term)

    def term(self, t: Term) -> Term:
        if t not in self.done:
            self.done[t] = self._replaced(t) if self.constants or mentions(t, self.names) else t
        return self.done[t]

    def _replaced(self, t: Term) -> Term:
        match t:
            case Entry(symbol=symbol, at=at):
                return self.values[symbol].at(*at) if symbol in self.values else t
            case Value(function=function, by=by) if function in self.constants:
                return ZERO if by else self.constants[function]
            case Mean(family=family, variables=variables, given=given, at=at, body=body):
                inner = {s: v for s, v in self.values.items() if s.name not in variables}
                return Mean(family, variables, given, at, substitute(body, inner))
        return rebuilt(t, self.term, self.tensor)
