"""SymPy's scalars and matrix expressions as tensors: `MatrixSymbol`, `MatMul`, `HadamardProduct`, `DiagMatrix`, `Sum` and their kin.

A matrix with one column is a vector, with one row a row vector. Names and assumptions are kept: a positive symbol is positive here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.bridge import NotExplicit, from_sympy as scalar_from_sympy
from symderiv.algebra.terms import Entry, Function, Index, Slot, Symbol, Tensor, Term, Value, fresh, scalar, tensor
from symderiv.core.domain import NATURAL, NONNEGATIVE, POSITIVE, REAL, Domain
from symderiv.core.size import Size


def from_sympy(e: Any) -> Tensor:
    """A scalar or a matrix expression as a tensor. Raises `NotExplicit` where it has no counterpart, `ShapeMismatch` as tensors do."""
    if isinstance(e, (sympy.MatrixExpr, sympy.MatrixBase)):
        return _matrix(e, {})
    return scalar(_scalar(e, {}))


def blocks_from_sympy(e: Any) -> tuple[tuple[Tensor, ...], ...]:
    """The blocks of a `BlockMatrix`; a block with one entry is a scalar."""
    return tuple(tuple(_scalar_block(e.blocks[i, j]) for j in range(e.blocks.shape[1])) for i in range(e.blocks.shape[0]))


def _scalar_block(e: Any) -> Tensor:
    return scalar(_scalar(e[0, 0], {})) if isinstance(e, sympy.MatrixBase) and e.shape == (1, 1) else from_sympy(e)


#: The index that each letter of a sum stands for.
Bound = dict[Any, Index]


def size(e: Any) -> Size:
    """A dimension of a matrix as a size: a polynomial in symbols with rational coefficients."""
    p = sympy.Poly(e, *sorted(e.free_symbols, key=str)) if e.free_symbols else None
    if p is None:
        return Size.of(1).times(Fraction(int(e.p), int(e.q)))
    total = Size.of(0)
    for powers, c in p.terms():
        names = [Size.of(g.name) for g, k in zip(p.gens, powers, strict=True) for _ in range(k)]
        total = total + functools.reduce(Size.__mul__, names, Size.of(1)).times(Fraction(int(c.p), int(c.q)))
    return total


# --- scalars ------------------------------------------------------------------------------------------------------------------


def _scalar(e: Any, bound: Bound) -> Term:
    return scalar_from_sympy(e, {}, lambda part: _leaf(part, bound))


def _leaf(e: Any, bound: Bound) -> Term | None:
    """What only stands among matrices and sums; None for arithmetic."""
    if e.is_Symbol:
        return Entry(Symbol(e.name, (), _domain(e)), ())
    if isinstance(e, sympy.matrices.expressions.matexpr.MatrixElement):
        x = _matrix(e.args[0], bound)
        places = [_slot(p, bound) for p in e.args[1:]]
        return x.at(*places) if x.rank == 2 else x.at(places[1 if x.row else 0])
    if isinstance(e, sympy.Determinant):
        return T.det(_matrix(e.args[0], bound)).body
    if isinstance(e, sympy.Trace):
        return T.trace(_matrix(e.args[0], bound)).body
    if isinstance(e, (sympy.Sum, sympy.Product)):
        return _bound(e, bound)
    if isinstance(e, sympy.KroneckerDelta):
        return t.delta(*(_slot(p, bound) for p in e.args[:2]))
    if isinstance(e, AppliedUndef):
        return _value(e, bound)
    if isinstance(e, sympy.Subs):
        (place,), (point,) = e.args[1], e.args[2]
        return _derivative(e.args[0], place, point, bound)
    if isinstance(e, sympy.Derivative):
        return _derivative(e, e.variables[0], e.variables[0], bound)
    return None


def _value(e: Any, bound: Bound) -> Term:
    """``g(u)`` of a scalar, or the entry ``F(i, x)`` of a function of vectors, with primes where it is differentiated."""
    if len(e.args) == 1 and not e.args[0].is_Matrix:
        return Value(Function(e.func.__name__, ((),), (), True), (scalar(_scalar(e.args[0], bound)),), (), ())
    name, mark = _DERIVED.fullmatch(e.func.__name__).groups()  # type: ignore[union-attr]  # matches everything
    arguments = [a for a in e.args if getattr(a, "is_Matrix", False)]
    places = [_slot(a, bound) for a in e.args[: len(e.args) - len(arguments)]]
    if not arguments or tuple(e.args[len(places) :]) != tuple(arguments):
        raise NotExplicit(f"{e} has no counterpart here: a function takes positions first, then vectors")
    by = [int(n) - 1 if n else 0 for n in mark.split("'")[1:]]
    at, inner = places[: len(places) - len(by)], places[len(places) - len(by) :]
    if not all(isinstance(p, Index) for p in at):
        raise NotExplicit(f"{e} has no counterpart here: how long the value of {name} is, a fixed position does not say")
    values = tuple(Tensor(x.slots, x.body) for x in (_matrix(a, bound) for a in arguments))
    output = tuple(p.size for p in at if isinstance(p, Index))
    f = Function(name, tuple(x.sizes for x in values), output)
    return Value(f, values, tuple(at), tuple(zip(by, inner, strict=True)))


#: A function's name, and what `sympy_out` marks derivatives by.
_DERIVED = re.compile(r"(.*?)((?:'\d*)*)")


def _derivative(e: Any, place: Any, point: Any, bound: Bound) -> Term:
    """A derivative of an unspecified function of one scalar, at a point."""
    inner = e.args[0]
    if not isinstance(inner, AppliedUndef) or inner.args != (place,) or set(e.variables) != {place}:
        raise NotExplicit(f"{e} has no counterpart here; `doit()` works derivatives out")
    f = Function(inner.func.__name__, ((),), (), True)
    return Value(f, (scalar(_scalar(point, bound)),), (), ((0,),) * len(e.variables))


def _domain(e: Any) -> Domain:
    if e.is_integer:
        return NATURAL if e.is_positive else Domain(whole=True)
    return POSITIVE if e.is_positive else NONNEGATIVE if e.is_nonnegative else REAL


def _slot(e: Any, bound: Bound) -> Slot:
    if e in bound:
        return bound[e]
    if e.is_Integer:
        return int(e) + 1
    raise NotExplicit(f"the position {e} is no number and no letter of a sum")


def _bound(e: Any, bound: Bound) -> Term:
    body, limits = e.args[0], e.args[1:]
    inner = dict(bound)
    for letter, low, high in limits:
        if low != 0:
            raise NotExplicit("sums and products run from 0, over all positions of a vector")
        inner[letter] = fresh(size(high + 1))
    indices = [inner[letter] for letter, *_ in limits]
    term = _scalar(body, inner)
    if isinstance(e, sympy.Sum):
        return t.sum_over(indices, term)
    return functools.reduce(lambda total, i: t.prod_over(i, total), indices, term)


# --- matrices -----------------------------------------------------------------------------------------------------------------


def _matrix(e: Any, bound: Bound) -> Tensor:
    for kind, rule in _RULES.items():
        if isinstance(e, kind):
            return rule(e, bound)
    raise NotExplicit(f"{type(e).__name__} has no counterpart here")


def _shaped(e: Any, entry: Callable[[Slot, Slot], Term]) -> Tensor:
    """A tensor of a matrix's shape from its entries; one column is a vector, one row a row."""
    rows, columns = map(size, e.shape)
    i, j = fresh(rows), fresh(columns)
    if columns == Size.of(1):
        return tensor((i,), entry(i, 1))
    if rows == Size.of(1):
        return tensor((j,), entry(1, j), row=True)
    return tensor((i, j), entry(i, j))


def _symbol(e: Any, _bound: Bound) -> Tensor:
    rows, columns = map(size, e.shape)
    one = Size.of(1)
    if columns == one:
        return T.whole(Symbol(e.name, (rows,)))
    if rows == one:
        return T.transpose(T.whole(Symbol(e.name, (columns,))))
    return T.whole(Symbol(e.name, (rows, columns)))


def _product(e: Any, bound: Bound) -> Tensor:
    factors = [_matrix(a, bound) if getattr(a, "is_Matrix", False) else scalar(_scalar(a, bound)) for a in e.args]
    return functools.reduce(T.product, factors)


def _power(e: Any, bound: Bound) -> Tensor:
    base, exponent = e.args
    if not exponent.is_Integer or not -8 <= exponent <= 8 or exponent == 0:
        raise NotExplicit("a matrix has small whole powers only")
    m = _matrix(base, bound)
    return functools.reduce(T.product, [m if exponent > 0 else T.inverse(m)] * abs(int(exponent)))


def _applied(e: Any, bound: Bound) -> Tensor:
    place = sympy.Dummy("u", real=True)
    body = e.function(place)

    def entry(u: Term) -> Term:
        return scalar_from_sympy(body, {}, lambda part: u if part == place else _leaf(part, bound))

    return T.entrywise(entry, _matrix(e.expr, bound))


def _function_matrix(e: Any, bound: Bound) -> Tensor:
    rows, columns = map(size, e.shape)
    i, j = fresh(rows), fresh(columns)
    first, second = e.lamda.variables
    body = e.lamda.expr
    one = Size.of(1)
    if columns == one:
        return tensor((i,), _scalar(body.subs(second, 0), {**bound, first: i}))
    return tensor((i, j), _scalar(body, {**bound, first: i, second: j}))


_RULES: dict[type, Callable[[Any, Bound], Tensor]] = {
    sympy.MatrixSymbol: _symbol,
    sympy.MatAdd: lambda e, b: functools.reduce(T.plus, (_matrix(a, b) for a in e.args)),
    sympy.MatMul: _product,
    HadamardProduct: lambda e, b: functools.reduce(T.hadamard, (_matrix(a, b) for a in e.args)),
    HadamardPower: lambda e, b: T.arithmetic(t.power, _matrix(e.base, b), scalar(_scalar(e.exp, b))),
    sympy.Transpose: lambda e, b: T.transpose(_matrix(e.arg, b)),
    sympy.Inverse: lambda e, b: T.inverse(_matrix(e.arg, b)),
    sympy.MatPow: _power,
    sympy.Identity: lambda e, _b: T.identity(size(e.shape[0])),
    sympy.ZeroMatrix: lambda e, _b: _shaped(e, lambda _i, _j: t.ZERO),
    sympy.OneMatrix: lambda e, _b: _shaped(e, lambda _i, _j: t.ONE),
    DiagMatrix: lambda e, b: T.diag(_matrix(e.args[0], b)),
    ElementwiseApplyFunction: _applied,
    sympy.FunctionMatrix: _function_matrix,
}
