"""Expressions: scalars, vectors and matrices of symbolic size, with Python's operators.

``*``, ``/`` and ``**`` act entry by entry as in NumPy (scalars are spread over vectors), ``@`` is the matrix product, and between two vectors
the inner one; ``.T`` transposes. What does not fit is an `AuthorProblem` that names both shapes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, ParamSpec, TypeAlias, TypeVar

import numpy as np
import sympy
from numpy.typing import NDArray

from symderiv.algebra import bridge, sympy_in, sympy_out
from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Verdict
from symderiv.core.size import Size
from symderiv.core.text import Source
from symderiv.decide.equal import decide
from symderiv.derive.formula import closed, shown
from symderiv.explore import numbers
from symderiv.explore.display import Shown
from symderiv.reading.parse import parse
from symderiv.reading.sizes import size_of as size_of_tree
from symderiv.writing.notation import Notation

P = ParamSpec("P")
R = TypeVar("R")

#: What an operator takes beside an expression.
Operand: TypeAlias = "Expression | int | float | Fraction | sympy.Basic"

#: How a size is given: a number, ``"n"``, ``"d/2"``, or SymPy's symbol.
SizeLike: TypeAlias = int | str | Size | sympy.Expr


def fitting(f: Callable[P, R]) -> Callable[P, R]:
    """A function whose shape mismatches, and values that exist nowhere, are told to its caller as problems."""

    @functools.wraps(f)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return f(*args, **kwargs)
        except (T.ShapeMismatch, t.Undefined, bridge.NotExplicit) as mismatch:
            raise AuthorProblem(str(mismatch)) from None

    return told


class Expression(Shown):
    """A scalar, vector or matrix. Equal (``==``) where built alike; `equals` decides whether two have one value.

    >>> from symderiv import Matrix, Vector
    >>> x, A = Vector("x", "n"), Matrix("A", "n", "n")
    >>> print(A @ x + 2 * x)
    A x + 2x
    >>> x + A
    Traceback (most recent call last):
    symderiv.core.problems.AuthorProblem: a vector of length n cannot be added to a matrix n×n
    """

    __slots__ = ("tensor",)
    tensor: Tensor
    __array_ufunc__ = None  # an array beside an expression is refused here, not spread over its entries by NumPy

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor

    def _look(self) -> Notation:
        return shown(self.tensor)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.tensor == other.tensor

    def __hash__(self) -> int:
        return hash(self.tensor)

    # --- what it is -------------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[str, ...]:
        """Its sizes: ``()`` for a scalar, ``("n",)`` for a vector, ``("n", "d/2")`` for a matrix."""
        return tuple(map(str, self.tensor.sizes))

    @property
    def T(self) -> Expression:
        """The transpose."""
        return Expression(T.transpose(self.tensor))

    @property
    def inv(self) -> Expression:
        """The inverse of a square matrix, the reciprocal of a scalar."""
        return _made(T.inverse, self.tensor)

    def simplify(self) -> Expression:
        """The normal form, put together again for people; equal for every size and value."""
        return Expression(closed(self.tensor))

    @fitting
    def equals(self, other: Operand) -> Verdict:
        """Whether both have one value everywhere: `Proved`, `Refuted` with a witness, or `Undecided` with what was tried.

        >>> from symderiv import Vector, exp, log
        >>> x = Vector("x", "n")
        >>> log(exp(x)).equals(x)
        Proved(rules=('normal form',), assumes=())
        """
        right = adopted(operand(other), self.tensor)
        if not T.same_shape(self.tensor, right):
            raise T.ShapeMismatch(f"{T.shape_in_words(self.tensor)} is not compared with {T.shape_in_words(right)}")
        return decide(self.tensor, right)

    def __getitem__(self, at: int | tuple[int, ...]) -> Expression:
        places = at if isinstance(at, tuple) else (at,)
        if len(places) != self.tensor.rank:
            raise AuthorProblem(f"{T.shape_in_words(self.tensor)} has entries with {self.tensor.rank} places, not {len(places)}")
        outside = [p for p, size in zip(places, self.tensor.sizes, strict=True) if p < 1 or p > (size.number or p)]
        if outside:
            raise AuthorProblem(f"there is no entry {outside[0]}: entries are counted from 1, as on paper")
        return Expression(t.scalar(self.tensor.at(*places)))

    # --- out of here ------------------------------------------------------------------------------------------------------

    @fitting
    def to_sympy(self) -> Any:
        """SymPy's own expression of the same symbolic size: `MatrixSymbol`, `MatMul`, `HadamardProduct`, `DiagMatrix`, …

        What has no matrix form there becomes a `FunctionMatrix` of its entries. Densities and expectations have no counterpart.

        >>> from symderiv import Matrix, Vector
        >>> (Matrix("A", "m", "n") @ (Vector("s", "n") * Vector("x", "n"))).to_sympy()
        A*(HadamardProduct(s, x))
        """
        return sympy_out.to_sympy(self.tensor)

    @fitting
    def explicit(self, **sizes: int) -> Any:
        """SymPy with one symbol for each entry: ``explicit(n=3)``. A scalar is an expression, a vector a column `Matrix`."""
        return bridge.to_sympy(self.tensor, numbers.known_sizes((self.tensor,), sizes))

    def numpy(self, *, seed: int | None = None, **values: Any) -> NDArray[np.float64]:
        """The value as an array, where every size, symbol and function has one: ``numpy(n=4, x=…, F=np.sin)``.

        Sizes may be left to the arrays. A function takes and gives arrays; derivatives of it are central differences, or exact where
        it is a pair ``F=(f, jacobian_of_f)``. With ``seed`` whatever is not given is drawn at random.

        >>> from symderiv import Vector, exp
        >>> (exp(Vector("s", "n")) * Vector("x", "n")).numpy(s=[0.0, 0.0], x=[1.0, 2.0])
        array([1., 2.])
        """
        return numbers.evaluated(self.tensor, values, seed)

    # --- arithmetic -------------------------------------------------------------------------------------------------------

    def __add__(self, other: Operand) -> Expression:
        return _entrywise(T.plus, t.add, self, other)

    def __radd__(self, other: Operand) -> Expression:
        return _entrywise(T.plus, t.add, other, self)

    def __sub__(self, other: Operand) -> Expression:
        return _entrywise(T.minus, t.sub, self, other)

    def __rsub__(self, other: Operand) -> Expression:
        return _entrywise(T.minus, t.sub, other, self)

    def __mul__(self, other: Operand) -> Expression:
        return _made(_times, self.tensor, operand(other))

    def __rmul__(self, other: Operand) -> Expression:
        return _made(_times, operand(other), self.tensor)

    def __truediv__(self, other: Operand) -> Expression:
        return _made(_over, self.tensor, operand(other))

    def __rtruediv__(self, other: Operand) -> Expression:
        return _made(_over, operand(other), self.tensor)

    def __pow__(self, exponent: Operand) -> Expression:
        return _made(_power, self.tensor, operand(exponent))

    def __neg__(self) -> Expression:
        return Expression(T.negative(self.tensor))

    def __matmul__(self, other: Expression) -> Expression:
        return _made(_matrix_product, self.tensor, operand(other))


def operand(value: Operand) -> Tensor:
    """The tensor that a value stands for. A float is the decimal number that it is printed as; SymPy is read by name."""
    if isinstance(value, Expression):
        return value.tensor
    if isinstance(value, (int, Fraction)):
        return T.number(Fraction(value))
    if isinstance(value, np.integer):
        return T.number(int(value))
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return T.number(Fraction(str(float(value))))
    if isinstance(value, sympy.Basic):
        return sympy_in.from_sympy(value)
    raise AuthorProblem(f"{value!r} is no number, no expression of ours and none of SymPy")


def adopted(x: Tensor, like: Tensor) -> Tensor:
    """What has a name of another expression's, as declared there: SymPy's ``sigma`` is our positive one, its ``n`` our size.

    Raises `AuthorProblem` where the shapes under one name differ.
    """
    ours = numbers.vocabulary_of((like,))
    sizes = ours.dimensions | numbers.vocabulary_of((x,)).dimensions
    declared: dict[str, t.Symbol | t.Function] = {**ours.symbols, **ours.functions}
    renamed: dict[object, object] = {}
    for theirs in numbers.declared_in((x,)):
        known = declared.get(theirs.name, theirs)
        if isinstance(theirs, t.Symbol) and theirs.name in sizes and not theirs.sizes:
            renamed[t.Entry(theirs, ())] = t.Dim(theirs.name)
        elif type(known) is not type(theirs) or _shape(known) != _shape(theirs):
            raise AuthorProblem(f"{theirs.name} is {_in_words(known)}, not {_in_words(theirs)}")
        elif known != theirs:
            renamed[theirs] = known
    return _Renaming(renamed).tensor(x) if renamed else x


def _shape(thing: t.Symbol | t.Function) -> object:
    return thing.sizes if isinstance(thing, t.Symbol) else (thing.arguments, thing.output)


def _in_words(thing: t.Symbol | t.Function) -> str:
    return T.shape_in_words(T.whole(thing)) if isinstance(thing, t.Symbol) else f"a function of {len(thing.arguments)} arguments"


class _Renaming:
    """Symbols, functions and whole entries exchanged wherever they stand; indices are left alone."""

    def __init__(self, names: Mapping[object, object]) -> None:
        self.names = names

    def tensor(self, x: Tensor) -> Tensor:
        indices, body = x.open()
        return t.tensor(indices, self.term(body), x.row)

    def term(self, term: t.Term) -> t.Term:
        found = self.names.get(term)
        return found if isinstance(found, t.Term) else type(term)(*map(self.value, term.values))

    def value(self, value: object) -> object:
        if isinstance(value, t.Term):
            return self.term(value)
        if isinstance(value, Tensor):
            return self.tensor(value)
        if isinstance(value, tuple):
            return tuple(map(self.value, value))
        return self.names.get(value, value) if isinstance(value, (t.Symbol, t.Function)) else value


@fitting
def expression(value: Operand) -> Expression:
    """An expression from a number or from SymPy: scalars, `MatrixSymbol`, `MatMul`, `HadamardProduct`, …

    >>> import sympy
    >>> n = sympy.Symbol("n")
    >>> x, s = sympy.MatrixSymbol("x", n, 1), sympy.MatrixSymbol("s", n, 1)
    >>> print(expression(sympy.HadamardProduct(s.applyfunc(sympy.exp), x)))
    exp(s) ∘ x
    """
    return Expression(operand(value))


@fitting
def _made(f: Callable[..., Tensor], *operands: Tensor) -> Expression:
    return Expression(f(*operands))


@fitting
def _entrywise(whole: Callable[[Tensor, Tensor], Tensor], each: Callable[..., t.Term], a: Operand, b: Operand) -> Expression:
    left, right = operand(a), operand(b)
    if {left.rank, right.rank} == {0, 1}:
        return Expression(T.entrywise(each, left, right))
    return Expression(whole(left, right))


def _times(a: Tensor, b: Tensor) -> Tensor:
    if not a.rank or not b.rank:
        return T.product(a, b)
    if a.rank != b.rank:
        raise T.ShapeMismatch(f"* multiplies entry by entry; {T.shape_in_words(a)} and {T.shape_in_words(b)} are multiplied by @")
    return T.hadamard(a, b)


def _over(a: Tensor, b: Tensor) -> Tensor:
    if b.rank == 2:
        raise T.ShapeMismatch(f"one cannot divide by {T.shape_in_words(b)}; its inverse is written M.inv")
    return T.entrywise(t.divide, a, b)


def _power(base: Tensor, exponent: Tensor) -> Tensor:
    if base.rank == 2 or exponent.rank:
        raise T.ShapeMismatch(f"{T.shape_in_words(base)} is not raised to {T.shape_in_words(exponent)}; write A @ A, or M.inv")
    return T.entrywise(t.power, base, exponent)


def _matrix_product(a: Tensor, b: Tensor) -> Tensor:
    if a.rank == b.rank == 1 and a.row == b.row:
        return T.inner(a, b)
    if not a.rank or not b.rank:
        raise T.ShapeMismatch("@ is the matrix product; a scalar is multiplied by *")
    return T.product(a, b)


def size_of(value: SizeLike) -> Size:
    """A size: a number, a text (``"n"``, ``"d/2"``, ``"2n"``), or a SymPy expression."""
    if isinstance(value, sympy.Expr):
        return sympy_in.size(value)
    if isinstance(value, str):
        source = Source(value, "size")
        node = parse(source)
        try:
            return size_of_tree(node)
        except ValueError:
            hint = "sizes are like n, d/2, 2n, d - 1, or a number"
            raise AuthorProblem("this is no size", node.span, source, hint) from None
    return Size.of(value)
