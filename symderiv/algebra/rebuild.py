"""A term with what it is made of replaced: the one place that knows how each kind of node is put together again."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.algebra.terms import (
    Add, Apply, Det, InverseEntry, Mul, Pow, Prod, Sum, Tensor, Term, Value, add, apply, mul, power, tensor,
)  # fmt: skip


def rebuilt(term: Term, f: Callable[[Term], Term], inside: Callable[[Tensor], Tensor] | None = None) -> Term:
    """``f`` on each part of a term and ``inside`` on each tensor in it (without it: ``f`` on their bodies, with their slots renamed).

    Nodes without parts come back as they are; expectations too, for what stands below them depends on their variables.
    """
    within = inside or (lambda x: below(x, f))
    match term:
        case Add(terms=terms):
            return add(*map(f, terms))
        case Mul(factors=factors):
            return mul(*map(f, factors))
        case Pow(base=base, exponent=exponent):
            return power(f(base), f(exponent))
        case Apply(name=name, argument=argument):
            return apply(name, f(argument))
        case Value(function=function, arguments=arguments, at=at, by=by):
            return Value(function, tuple(map(within, arguments)), at, by)
        case InverseEntry(matrix=matrix, at=at):
            return InverseEntry(within(matrix), at)
        case Det(matrix=matrix):
            return Det(within(matrix))
        case Sum(body=body):
            return Sum(within(body))
        case Prod(body=body):
            return Prod(within(body))
    return term


def below(x: Tensor, f: Callable[[Term], Term]) -> Tensor:
    """A tensor with its body replaced, its slots named anew so that nothing is captured."""
    indices, body = x.open()
    return tensor(indices, f(body), x.row)
