"""Symbols and functions under other names, and terms that differ in nothing but names recognised as the same.

A stack of layers repeats its lines with other names; each kind of line is worked out once and read off for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from symderiv.algebra.terms import Function, Symbol, Tensor, Term, tensor
from symderiv.core.results import Remark

V = TypeVar("V")


class Renaming:
    """Every symbol and every function of a term replaced."""

    def __init__(self, symbol: Callable[[Symbol], Symbol], function: Callable[[Function], Function]) -> None:
        self.symbol, self.function = symbol, function
        self.done: dict[Term, Term] = {}

    def tensor(self, x: Tensor) -> Tensor:
        """A tensor under the new names."""
        indices, body = x.open()
        return tensor(indices, self.term(body), x.row)

    def term(self, term: Term) -> Term:
        """A term under the new names."""
        known = self.done.get(term)
        if known is None:
            known = self.done[term] = type(term)(*map(self._value, term.values))
        return known

    def remark(self, remark: Remark) -> Remark:
        """A remark with its tensors under the new names."""
        return tuple(self.tensor(p) if isinstance(p, Tensor) else p for p in remark)

    def _value(self, value: object) -> object:
        match value:
            case Symbol():
                return self.symbol(value)
            case Function():
                return self.function(value)
            case Tensor():
                return Tensor(value.slots, self.term(value.body), value.row)
            case Term():
                return self.term(value)
            case tuple():
                return tuple(map(self._value, value))
        return value


@dataclass(slots=True)
class _Order:
    """Names by the order of their first appearance."""

    symbols: dict[Symbol, Symbol] = field(default_factory=dict)
    functions: dict[Function, Function] = field(default_factory=dict)

    def symbol(self, s: Symbol) -> Symbol:
        if s not in self.symbols:
            self.symbols[s] = replace(s, name=f"s{len(self.symbols)}")
        return self.symbols[s]

    def function(self, f: Function) -> Function:
        if f not in self.functions:
            self.functions[f] = replace(f, name=f"f{len(self.functions)}")
        return self.functions[f]


@dataclass(slots=True)
class Known(Generic[V]):
    """What was worked out of a tensor and some of its symbols, for all that differ from them in names alone."""

    found: dict[Hashable, tuple[V, _Order]] = field(default_factory=dict)

    def get(
        self, x: Tensor, symbols: Iterable[Symbol], roles: Iterable[Symbol] = (), *, work: Callable[[], V]
    ) -> tuple[V, Renaming | None]:
        """What ``work`` gives, or gave for the same under other names; then with the renaming from those names to these.

        ``symbols`` and, in any order, ``roles``: symbols that must correspond.
        """
        order = _Order()
        plain = Renaming(order.symbol, order.function).tensor(x)
        key = (plain, tuple(map(order.symbol, symbols)), frozenset(map(order.symbol, roles)))
        if key not in self.found:
            value = work()
            self.found[key] = value, order
            return value, None
        value, first = self.found[key]
        to_symbol = dict(zip(first.symbols, order.symbols, strict=True))
        to_function = dict(zip(first.functions, order.functions, strict=True))
        return value, Renaming(lambda s: to_symbol.get(s, s), lambda f: to_function.get(f, f))
