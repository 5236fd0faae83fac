"""Tensors as SymPy's matrix expressions, the sizes still symbols.

An entry ``exp(s_i) x_i`` with slot i is ``HadamardProduct(s.applyfunc(exp), x)``, ``Σ_j A[i,j] x_j`` is ``A*x``, ``δ[i,j] v_i`` is ``DiagMatrix(v)``. What has
no such form is a `FunctionMatrix` of its entries, so nothing is lost. A vector function ``F(x)`` has the entries ``F(i, x)`` and its Jacobian the
entries ``F'(i, j, x)``, with positions counted from 0 as SymPy does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct

from symderiv.algebra.bridge import FUNCTIONS, NotExplicit, symbol_of
from symderiv.algebra.terms import (
    Add, Apply, Const, Delta, Det, Dim, Entry, Index, InverseEntry, Mul, Num, Pow, Prod, Slot, Sum, Symbol, Tensor, Term, Value, mul, reindex,
)  # fmt: skip
from symderiv.core.size import Size


def to_sympy(x: Tensor) -> Any:
    """A scalar as an expression, a vector as a column (or a row), a matrix as a matrix. Raises `NotExplicit`."""
    indices, body = x.open()
    if not indices:
        return scalar(body, {})
    if len(indices) == 1:
        column = vector(body, *indices, {})
        return column.T if x.row else column
    i, j = indices
    return matrix(body, i, j, {})


def dimension(name: str) -> Any:
    """A dimension as SymPy's symbol."""
    return sympy.Symbol(name, integer=True, positive=True)


def size(value: Size) -> Any:
    """A size as SymPy's expression."""
    return sympy.Add(
        *(sympy.Rational(c.numerator, c.denominator) * sympy.Mul(*map(dimension, names)) for names, c in value.terms)
    )


#: SymPy's letters for indices that stand in a sum or in a `FunctionMatrix`.
Letters = Mapping[Index, Any]


class _NoForm(Exception):
    """No matrix expression; its entries remain."""


def symbol(s: Symbol) -> Any:
    """A declared tensor: a scalar's symbol, a column, a matrix."""
    if not s.sizes:
        return symbol_of(s, ())
    rows, columns = (size(s.sizes[0]), 1) if len(s.sizes) == 1 else map(size, s.sizes)
    return sympy.MatrixSymbol(s.name, rows, columns)


# --- vectors and matrices -----------------------------------------------------------------------------------------------------


def vector(term: Term, k: Index, at: Letters) -> Any:
    """A term with one slot as a column."""
    try:
        return _vector(term, k, at)
    except _NoForm:
        return _by_entry(term, (k,), at)


def matrix(term: Term, i: Index, j: Index, at: Letters) -> Any:
    """A term with two slots as a matrix."""
    try:
        return _matrix(term, i, j, at)
    except _NoForm:
        return _by_entry(term, (i, j), at)


def _by_entry(term: Term, indices: Sequence[Index], at: Letters) -> Any:
    letters = [_letter(at, n) for n in range(2)]
    body = scalar(term, {**at, **dict(zip(indices, letters, strict=False))})
    sizes = [size(i.size) for i in indices]
    return sympy.FunctionMatrix(*sizes, *([1] if len(sizes) == 1 else []), sympy.Lambda(tuple(letters), body))


def _letter(at: Letters, n: int) -> Any:
    taken = {s.name for s in at.values()}
    free = [c for c in "ijklmrstuv" if c not in taken]
    return sympy.Symbol(free[n] if n < len(free) else f"i_{len(at) + n}", integer=True)


def _vector(term: Term, k: Index, at: Letters) -> Any:
    if k not in term.free:
        return scalar(term, at) * sympy.OneMatrix(size(k.size), 1)
    match term:
        case Entry(symbol=s, at=(slot,)) if slot == k:
            return symbol(s)
        case Add(terms=parts):
            return sympy.MatAdd(*(vector(p, k, at) for p in parts))
        case Mul(factors=factors):
            inside = [_vector(f, k, at) for f in factors if k in f.free]
            return _scaled([f for f in factors if k not in f.free], inside, at)
        case Pow(base=base, exponent=exponent) if k not in exponent.free:
            return HadamardPower(_vector(base, k, at), scalar(exponent, at))
        case Apply(name=name, argument=argument):
            return _vector(argument, k, at).applyfunc(FUNCTIONS[name])
        case Value(function=f, arguments=(argument,), by=()) if f.elementwise:
            return _vector(argument.body, k, at).applyfunc(sympy.Function(f.name, real=True))
        case Value(at=(slot,), by=()) if slot == k and not any(k in a.free for a in term.arguments):
            return _by_entry(term, (k,), at)
        case Sum(body=body) if body.rank == 1:
            (j,), inner = body.open()
            return _product_by_vector(inner, k, j, at)
    raise _NoForm


def _scaled(scalars: Sequence[Term], inside: Sequence[Any], at: Letters) -> Any:
    product = inside[0] if len(inside) == 1 else HadamardProduct(*inside)
    return sympy.MatMul(scalar(mul(*scalars), at), product).doit(deep=False) if scalars else product


def _factors(term: Term) -> tuple[Term, ...]:
    return term.factors if isinstance(term, Mul) else (term,)


def _parted(factors: Sequence[Term], *groups: set[Index]) -> list[list[Term]] | None:
    """The factors by which of some indices stand in them, one list a group and then those with none; None where one fits no group."""
    every = set().union(*groups)
    out: list[list[Term]] = [[] for _ in range(len(groups) + 1)]
    for f in factors:
        inside = every & f.free
        place = next((n for n, g in enumerate(groups) if g == inside), len(groups) if not inside else None)
        if place is None:
            return None
        out[place].append(f)
    return out


def _product_by_vector(term: Term, k: Index, j: Index, at: Letters) -> Any:
    """``Σ_j`` of factors in k and j as matrix times vector."""
    parts = _parted(_factors(term), {k, j}, {k}, {j})
    if parts is None or not parts[0]:
        raise _NoForm
    both, outer, inner, rest = parts
    column = _vector(mul(*inner), j, at)
    product = _matrix(mul(*both), k, j, at) * column
    return _scaled(rest, [*([_vector(mul(*outer), k, at)] if outer else []), product], at)


def _matrix(term: Term, i: Index, j: Index, at: Letters) -> Any:
    if i not in term.free and j not in term.free:
        return scalar(term, at) * sympy.OneMatrix(size(i.size), size(j.size))
    match term:
        case Entry(symbol=s, at=slots) if set(slots) == {i, j} and len(slots) == 2:
            return symbol(s) if slots == (i, j) or s.symmetric else symbol(s).T
        case Delta(left=left, right=right) if {left, right} == {i, j}:
            return sympy.Identity(size(i.size))
        case InverseEntry(matrix=m, at=slots) if set(slots) == {i, j} and len(slots) == 2:
            inverse = sympy.Inverse(to_sympy(m) if not m.free else _inside(m, at))
            return inverse if slots == (i, j) else inverse.T
        case Add(terms=parts):
            return sympy.MatAdd(*(matrix(p, i, j, at) for p in parts))
        case Mul(factors=factors):
            return _matrix_product(factors, i, j, at)
        case Apply(name=name, argument=argument):
            return _matrix(argument, i, j, at).applyfunc(FUNCTIONS[name])
        case Value(at=(a,), by=((_, b),)) if {a, b} == {i, j} and not any({i, j} & x.free for x in term.arguments):
            return _by_entry(term, (i, j), at)
        case Sum(body=body) if body.rank == 1:
            (k,), inner = body.open()
            return _product_of_matrices(inner, i, j, k, at)
    raise _NoForm


def _product_of_matrices(term: Term, i: Index, j: Index, k: Index, at: Letters) -> Any:
    """``Σ_k`` of factors in i, j and k as a product of matrices, with a diagonal one between them for what stands in k alone."""
    found = _parted(_factors(term), {i, k}, {k, j}, {k}, {i}, {j})
    if found is None or not found[0] or not found[1]:
        raise _NoForm
    left, right, middle, rows, columns, rest = found
    between = [DiagMatrix(_vector(mul(*middle), k, at))] if middle else []
    product = sympy.MatMul(_matrix(mul(*left), i, k, at), *between, _matrix(mul(*right), k, j, at))
    return _between(rows, product, columns, rest, i, j, at)


def _inside(m: Tensor, at: Letters) -> Any:
    a, b = m.open()[0]
    return matrix(m.at(a, b), a, b, at)


def _matrix_product(factors: Sequence[Term], i: Index, j: Index, at: Letters) -> Any:
    for f in factors:
        if isinstance(f, Delta) and {f.left, f.right} == {i, j}:
            diagonal = reindex(mul(*(g for g in factors if g is not f)), {j: i})
            if i not in diagonal.free:
                return scalar(diagonal, at) * sympy.Identity(size(i.size))
            return DiagMatrix(_vector(diagonal, i, at))
    parts = _parted(factors, {i, j}, {i}, {j})
    assert parts is not None
    both, rows, columns, rest = parts
    if both:
        inside = [_matrix(f, i, j, at) for f in both]
        return _between(rows, inside[0] if len(inside) == 1 else HadamardProduct(*inside), columns, rest, i, j, at)
    column = _vector(mul(*rows), i, at) if rows else sympy.OneMatrix(size(i.size), 1)
    across = _vector(mul(*columns), j, at) if columns else sympy.OneMatrix(size(j.size), 1)
    return _scaled(rest, [column * across.T], at)


def _between(rows: list[Term], inner: Any, columns: list[Term], rest: list[Term], i: Index, j: Index, at: Letters) -> Any:
    """``diag(rows) inner diag(columns)``."""
    left = [DiagMatrix(_vector(mul(*rows), i, at))] if rows else []
    right = [DiagMatrix(_vector(mul(*columns), j, at))] if columns else []
    return _scaled(rest, [sympy.MatMul(*left, inner, *right) if left or right else inner], at)


# --- scalars ------------------------------------------------------------------------------------------------------------------


def scalar(term: Term, at: Letters) -> Any:
    """A term whose free indices have letters."""
    match term:
        case Num(value=v):
            return sympy.Rational(v.numerator, v.denominator)
        case Const(name="pi"):
            return sympy.pi
        case Dim(name=name):
            return dimension(name)
        case Entry(symbol=s, at=slots):
            return _entry(s, slots, at)
        case Delta(left=left, right=right):
            return sympy.KroneckerDelta(_slot(left, at), _slot(right, at))
        case Add(terms=parts):
            return sympy.Add(*(scalar(p, at) for p in parts))
        case Mul(factors=parts):
            return sympy.Mul(*(scalar(p, at) for p in parts))
        case Pow(base=base, exponent=exponent):
            return scalar(base, at) ** scalar(exponent, at)
        case Apply(name="abs", argument=argument) if isinstance(argument, Det):
            return sympy.Abs(
                scalar(argument, at), evaluate=False
            )  # SymPy rewrites what is inside, and some matrices fall apart in it
        case Apply(name=name, argument=argument):
            return FUNCTIONS[name](scalar(argument, at))
        case Det(matrix=m):
            return sympy.Determinant(_inside(m, at))
        case InverseEntry(matrix=m, at=slots):
            return sympy.Inverse(_inside(m, at))[_slot(slots[0], at), _slot(slots[1], at)]
        case Sum(body=body):
            return _bound(sympy.Sum, body, at)
        case Prod(body=body):
            return _bound(sympy.Product, body, at)
        case Value():
            return _value(term, at)
    raise NotExplicit(f"{type(term).__name__} has no counterpart in SymPy")


def _slot(s: Slot, at: Letters) -> Any:
    return sympy.Integer(s - 1) if isinstance(s, int) else at[s]


def _entry(s: Symbol, slots: tuple[Slot, ...], at: Letters) -> Any:
    if not slots:
        return symbol(s)
    places = [_slot(p, at) for p in slots]
    return symbol(s)[(*places, 0)] if len(places) == 1 else symbol(s)[tuple(places)]


def _bound(kind: Callable[..., Any], body: Tensor, at: Letters) -> Any:
    indices, inner = body.open()
    letters: dict[Index, Any] = dict(at)
    for i in indices:
        letters[i] = _letter(letters, 0)
    return kind(scalar(inner, letters), *((letters[i], 0, size(i.size) - 1) for i in indices))


def _value(v: Value, at: Letters) -> Any:
    places = [_slot(p, at) for p in v.at] + [_slot(p, at) for by in v.by for p in by[1:]]
    arguments = []
    for a in v.arguments:
        indices, body = a.open()
        arguments.append(
            scalar(body, at) if not indices else vector(body, indices[0], at) if len(indices) == 1 else _inside(a, at)
        )
    if v.function.elementwise and v.by:
        place = sympy.Dummy("u", real=True)
        derivative = sympy.Function(v.function.name, real=True)(place).diff(place, len(v.by))
        return derivative.subs(place, arguments[0])
    return sympy.Function(v.function.name + derivative_mark(v), real=True)(*places, *arguments)


def derivative_mark(v: Value) -> str:
    """A prime for each derivative; of a function of several arguments with the number of the argument, ``F'2``."""
    return "".join("'" if len(v.arguments) == 1 else f"'{by[0] + 1}" for by in v.by if isinstance(by[0], int))
