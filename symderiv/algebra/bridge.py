"""SymPy in and out: tensors as explicit SymPy matrices at given dimensions, and SymPy's scalars as terms.

At explicit size SymPy knows everything about an expression, so what we derive for every size can be held against what it finds for one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from symderiv.algebra import terms as t
from symderiv.algebra.terms import (
    Add,
    Apply,
    Const,
    Delta,
    Det,
    Dim,
    Entry,
    Index,
    InverseEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Slot,
    Sum,
    Symbol,
    Tensor,
    Term,
    Value,
)
from symderiv.core.size import Size

#: Our known functions as SymPy's.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": sympy.exp, "log": sympy.log, "abs": sympy.Abs, "sqrt": sympy.sqrt, "sin": sympy.sin, "cos": sympy.cos, "tanh": sympy.tanh,
    "sinh": sympy.sinh, "cosh": sympy.cosh, "sech": sympy.sech, "coth": sympy.coth, "erf": sympy.erf, "arctan": sympy.atan, "Gamma": sympy.gamma,
    "digamma": sympy.digamma, "trigamma": sympy.trigamma, "tetragamma": lambda x: sympy.polygamma(2, x),
    "besseli0": lambda x: sympy.besseli(0, x), "besseli1": lambda x: sympy.besseli(1, x),
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)), "softplus": lambda x: sympy.log(1 + sympy.exp(x)), "logit": lambda x: sympy.log(x / (1 - x)),
}  # fmt: skip

#: The same by SymPy's classes, where a function of ours is one function of SymPy's.
_NAMES = {f: name for name, f in FUNCTIONS.items() if isinstance(f, type) and name != "sqrt"}


class NotExplicit(Exception):
    """A term that has no SymPy counterpart: a density or an expectation."""


def to_sympy(x: Tensor, dimensions: Mapping[str, int] | None = None) -> Any:
    """A scalar as an expression, a vector as a column, a matrix as a matrix, with one SymPy symbol for each entry.

    Entries are named ``x_1_2`` for the second entry of ``x_1``, components of functions ``F_2``. Raises `NotExplicit`.
    """
    explicit = _Explicit(dimensions or {})
    sizes = [explicit.size(s) for s in x.sizes]
    if not sizes:
        return explicit.term(x.body, {})
    rows, columns = (sizes[0], 1) if len(sizes) == 1 else (sizes[0], sizes[1])
    places = list(itertools.product(*map(range, sizes)))
    entries = [explicit.term(x.body, dict(zip(x.slots, at, strict=True))) for at in places]
    matrix = sympy.Matrix(rows, columns, entries)
    return matrix.T if x.row else matrix


def symbol_of(symbol: Symbol, at: tuple[int, ...]) -> Any:
    """SymPy's symbol for an entry; positions from 0."""
    name = "_".join([symbol.name, *(str(p + 1) for p in at)])
    return sympy.Symbol(name, real=True, positive=True if symbol.domain.positive else None)


class _Explicit:
    def __init__(self, dimensions: Mapping[str, int]) -> None:
        self.dimensions = dimensions

    def size(self, size: Size) -> int:
        return int(size.value(self.dimensions))

    def slot(self, s: Slot, env: Mapping[Index, int]) -> int:
        return s - 1 if isinstance(s, int) else env[s]

    def term(self, term: Term, env: Mapping[Index, int]) -> Any:
        match term:
            case Num(value=v):
                return sympy.Rational(v.numerator, v.denominator)
            case Const(name=name):
                return {"pi": sympy.pi, "euler_gamma": sympy.EulerGamma}[name]
            case Dim(name=name):
                return sympy.Integer(self.dimensions[name])
            case Entry(symbol=s, at=at):
                return self.entry(s, tuple(self.slot(p, env) for p in at))
            case Delta(left=left, right=right):
                return sympy.Integer(self.slot(left, env) == self.slot(right, env))
            case Add(terms=parts):
                return sympy.Add(*(self.term(p, env) for p in parts))
            case Mul(factors=parts):
                return sympy.Mul(*(self.term(p, env) for p in parts))
            case Pow(base=base, exponent=exponent):
                return self.term(base, env) ** self.term(exponent, env)
            case Apply(name=name, argument=argument):
                return FUNCTIONS[name](self.term(argument, env))
            case Sum(body=body):
                return sympy.Add(*self.each(body, env))
            case Prod(body=body):
                return sympy.Mul(*self.each(body, env))
            case Det(matrix=matrix):
                return self.matrix(matrix, env).det()
            case InverseEntry(matrix=matrix, at=at):
                return self.matrix(matrix, env).inv()[self.slot(at[0], env), self.slot(at[1], env)]
            case Value():
                return self.value(term, env)
        raise NotExplicit(f"{type(term).__name__} has no counterpart in SymPy")

    def entry(self, s: Symbol, at: tuple[int, ...]) -> Any:
        if "diagonal" in s.traits and at[0] != at[1]:
            return sympy.Integer(0)
        return symbol_of(s, tuple(sorted(at)) if s.symmetric else at)

    def each(self, body: Tensor, env: Mapping[Index, int]) -> list[Any]:
        ranges = [range(self.size(s.size)) for s in body.slots]
        return [self.term(body.body, {**env, **dict(zip(body.slots, at, strict=True))}) for at in itertools.product(*ranges)]

    def matrix(self, m: Tensor, env: Mapping[Index, int]) -> Any:
        n = self.size(m.sizes[0])
        i, j = m.slots
        return sympy.Matrix(n, n, lambda a, b: self.term(m.body, {**env, i: int(a), j: int(b)}))

    def value(self, v: Value, env: Mapping[Index, int]) -> Any:
        arguments: list[Any] = []
        offsets = []
        for a in v.arguments:
            offsets.append(len(arguments))
            arguments += self.each(a, env) if a.slots else [self.term(a.body, env)]
        name = "_".join([v.function.name, *(str(self.slot(p, env) + 1) for p in v.at)])
        places = [sympy.Dummy(f"u{k}", real=True) for k in range(len(arguments))]
        expression = sympy.Function(name, real=True)(*places)
        for argument, *slots in v.by:
            assert isinstance(argument, int)
            place = 0
            for s, n in zip(slots, v.arguments[argument].sizes, strict=False):
                place = place * self.size(n) + self.slot(s, env)
            expression = expression.diff(places[offsets[argument] + place])
        return expression.subs(dict(zip(places, arguments, strict=True)))


def from_sympy(expression: Any, symbols: Mapping[str, Symbol], leaf: Callable[[Any], Term | None] = lambda _part: None) -> Term:
    """A SymPy scalar as a term; its symbols are looked up by name. Raises `NotExplicit` for what has no term.

    ``leaf`` says what a part is that is no arithmetic: an entry of a matrix, a sum, a symbol that nobody declared.
    """
    e = sympy.sympify(expression, strict=True)
    if e.is_Float:
        return t.num(Fraction(str(e)))
    if e.is_Rational:
        return t.num(Fraction(int(e.p), int(e.q)))
    if e is sympy.pi:
        return t.PI
    if e is sympy.E:
        return t.exp(t.ONE)
    if e.is_Symbol and e.name in symbols and not symbols[e.name].sizes:
        return Entry(symbols[e.name], ())
    found = leaf(e)
    if found is not None:
        return found
    name = _NAMES.get(e.func)
    if name is None and not (e.is_Add or e.is_Mul or e.is_Pow):
        raise NotExplicit(f"{e} has no counterpart here")
    arguments = [from_sympy(a, symbols, leaf) for a in e.args]
    if name is not None:
        return t.apply(name, *arguments)
    return t.add(*arguments) if e.is_Add else t.mul(*arguments) if e.is_Mul else t.power(*arguments)
