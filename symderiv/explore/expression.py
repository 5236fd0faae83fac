"""Expressions: scalars, vectors and matrices of symbolic size, with Python's operators.

``*``, ``/`` and ``**`` act entry by entry as in NumPy (scalars are spread over vectors), ``@`` is the matrix product, and between two vectors
the inner one; ``.T`` transposes. Beside an expression SymPy's are read by name, and a derivation stands for its value. What does not fit is an
`AuthorProblem` that names both shapes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NoReturn, ParamSpec, Protocol, TypeAlias, TypeVar

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
from symderiv.explore.adoption import adopted
from symderiv.explore.display import Shown
from symderiv.reading.parse import parse
from symderiv.reading.sizes import size_of as size_of_tree
from symderiv.writing.notation import Notation

P = ParamSpec("P")
R = TypeVar("R")


class Valued(Protocol):
    """What was derived, and stands for its value."""

    @property
    def value(self) -> Expression:
        """The value."""


#: What an operator takes beside an expression. SymPy's own too: it has no types, so to a type checker they are anything already.
Operand: TypeAlias = "Expression | Valued | int | float | Fraction | np.integer[Any] | np.floating[Any]"

_SIZES = "sizes are like 'n', 'd/2', '2n', 'd - 1', or a whole number"

#: How a size is given: a number, ``"n"``, ``"d/2"``, or SymPy's symbol.
SizeLike: TypeAlias = int | str | Size


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
    _op_priority = 100.0  # SymPy leaves an operator beside one of its own to us

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
        right = adopted(operand(other), (self.tensor,))
        if not T.same_shape(self.tensor, right):
            raise T.ShapeMismatch(f"{T.shape_in_words(self.tensor)} is not compared with {T.shape_in_words(right)}")
        return decide(self.tensor, right)

    def __getitem__(self, at: int | tuple[int, ...]) -> Expression:
        """An entry, counted from 1 as on paper: ``x[1]``, ``A[1, 2]``."""
        places = at if isinstance(at, tuple) else (at,)
        if not all(isinstance(p, int) for p in places):
            raise AuthorProblem(f"entries are taken by numbers, not by {at!r}", hint="x[1], or A[1, 2]")
        if len(places) != self.tensor.rank:
            raise AuthorProblem(f"{T.shape_in_words(self.tensor)} has entries with {self.tensor.rank} places, not {len(places)}")
        outside = [p for p, size in zip(places, self.tensor.sizes, strict=True) if p < 1 or p > (size.number or p)]
        if outside:
            raise AuthorProblem(f"there is no entry {outside[0]}: entries are counted from 1, as on paper")
        return Expression(t.scalar(self.tensor.at(*places)))

    def __iter__(self) -> NoReturn:
        shape = T.shape_in_words(self.tensor)
        raise AuthorProblem(
            f"one does not go through {shape} entry by entry", hint="sums are x.sum(), entries x[1], functions exp(x)"
        )

    # --- of a whole vector or matrix --------------------------------------------------------------------------------------

    def sum(self) -> Expression:
        """The sum of all entries.

        >>> from symderiv import Vector
        >>> print(Vector("s", "n").sum())
        ∑ᵢ₌₁ⁿ sᵢ
        """
        return Expression(T.total(self.tensor))

    def trace(self) -> Expression:
        """The trace of a square matrix."""
        return _made(T.trace, self.tensor)

    def det(self) -> Expression:
        """The determinant of a square matrix.

        >>> from symderiv import Vector, diag, exp
        >>> print(diag(exp(Vector("s", "n"))).det().simplify())
        exp(∑ᵢ₌₁ⁿ sᵢ)
        """
        return _made(T.det, self.tensor)

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

    @property
    def _sympy_(self) -> Callable[[], Any]:
        """What SymPy's functions see of a scalar: ``sympy.cos(c)``. They know no vectors; its matrices leave their operators to ours."""
        if self.tensor.rank:
            raise AttributeError("_sympy_")
        return self.to_sympy

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """NumPy's functions and operators beside numbers: ``np.exp(x)``, ``np.float64(2) * x``. Arrays are refused with a hint."""
        name: str = ufunc.__name__
        if method != "__call__" or options:
            raise AuthorProblem(f"np.{name} has no counterpart here with these arguments")
        if len(inputs) == 1 and name in _OF_NUMPY:
            return applied(_OF_NUMPY[name], self)
        if len(inputs) == 2 and name in _OPERATORS:
            left, right = inputs
            return (
                getattr(self, f"__r{_OPERATORS[name]}__")(left)
                if right is self
                else getattr(self, f"__{_OPERATORS[name]}__")(right)
            )
        raise AuthorProblem(
            f"np.{name} acts on arrays of numbers, not on {T.shape_in_words(self.tensor)}", hint="x.numpy(…) gives an array"
        )

    # --- arithmetic -------------------------------------------------------------------------------------------------------

    def __add__(self, other: Operand) -> Expression:
        return _entrywise(T.plus, t.add, self.tensor, self._beside(other))

    def __radd__(self, other: Operand) -> Expression:
        return _entrywise(T.plus, t.add, self._beside(other), self.tensor)

    def __sub__(self, other: Operand) -> Expression:
        return _entrywise(T.minus, t.sub, self.tensor, self._beside(other))

    def __rsub__(self, other: Operand) -> Expression:
        return _entrywise(T.minus, t.sub, self._beside(other), self.tensor)

    def __mul__(self, other: Operand) -> Expression:
        return _made(_times, self.tensor, self._beside(_one_meaning(self.tensor, other)))

    def __rmul__(self, other: Operand) -> Expression:
        return _made(_times, self._beside(_one_meaning(self.tensor, other)), self.tensor)

    def __truediv__(self, other: Operand) -> Expression:
        return _made(_over, self.tensor, self._beside(other))

    def __rtruediv__(self, other: Operand) -> Expression:
        return _made(_over, self._beside(other), self.tensor)

    def __pow__(self, exponent: Operand) -> Expression:
        return _made(_power, self.tensor, self._beside(exponent))

    def __rpow__(self, base: Operand) -> Expression:
        return _made(_power, self._beside(base), self.tensor)

    def __neg__(self) -> Expression:
        return Expression(T.negative(self.tensor))

    def __abs__(self) -> Expression:
        return applied("abs", self)

    def __matmul__(self, other: Operand) -> Expression:
        return _made(_matrix_product, self.tensor, self._beside(other))

    def __rmatmul__(self, other: Operand) -> Expression:
        return _made(_matrix_product, self._beside(other), self.tensor)

    def _beside(self, other: Operand) -> Tensor:
        """Another operand; names of SymPy's as they are declared here."""
        return beside(other, (self.tensor,))


#: NumPy's functions by our names for them, and its operators by Python's.
_OF_NUMPY = {n: n for n in "exp log tanh sqrt sin cos sinh cosh arctan".split()} | {"absolute": "abs"}
_OPERATORS = {"add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "power": "pow", "matmul": "matmul"}


@fitting
def beside(other: object, like: Iterable[Tensor]) -> Tensor:
    """The tensor of an operand, names of SymPy's as they are declared in what stands beside it."""
    return adopted(operand(other), like) if isinstance(other, sympy.Basic) else operand(other)


def _one_meaning(x: Tensor, other: Operand) -> Operand:
    """Refuses a ``*`` between a matrix of ours and one of SymPy's, which says one thing there and another here."""
    if isinstance(other, sympy.MatrixExpr) and x.rank == 2 and 1 not in other.shape:
        raise AuthorProblem(
            "* of SymPy's matrices is the matrix product, and of ours entry by entry", hint="write @, or expression(A) * B"
        )
    return other


def operand(value: object) -> Tensor:
    """The tensor that a value stands for. A float is the decimal number that it is printed as; SymPy is read by name."""
    if isinstance(value, Expression):
        return value.tensor
    if isinstance(value, (int, Fraction)):
        return T.number(Fraction(value))
    if isinstance(value, np.integer):
        return T.number(int(value))
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return T.number(Fraction(str(float(value))))
    if isinstance(value, sympy.BlockMatrix):
        raise AuthorProblem("blocks are no single expression", hint="they are compared by .check(…), and made by jacobian(…)")
    if isinstance(value, (sympy.MatrixBase, np.ndarray, list, tuple)):
        hint = 'declare a name, b = Vector("b", 3), and give its entries to .numpy(b=…)'
        raise AuthorProblem("what is written out entry by entry has no place beside symbolic sizes", hint=hint)
    if isinstance(value, sympy.Basic):
        return sympy_in.from_sympy(value)
    inside = getattr(value, "value", None)
    if isinstance(inside, Expression):
        return inside.tensor
    raise AuthorProblem(f"`{value!r}` is no number, no expression of ours and none of SymPy")


@fitting
def applied(name: str, x: Operand) -> Expression:
    """A known function, entry by entry."""
    return Expression(T.arithmetic(lambda u: t.apply(name, u), operand(x)))


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
def _entrywise(whole: Callable[[Tensor, Tensor], Tensor], each: Callable[..., t.Term], left: Tensor, right: Tensor) -> Expression:
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
    return T.arithmetic(t.divide, a, b)


def _power(base: Tensor, exponent: Tensor) -> Tensor:
    if base.rank == 2 or exponent.rank:
        raise T.ShapeMismatch(f"{T.shape_in_words(base)} is not raised to {T.shape_in_words(exponent)}; write A @ A, or M.inv")
    return T.arithmetic(t.power, base, exponent)


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
            raise AuthorProblem("this is no size", node.span, source, _SIZES) from None
    if isinstance(value, Size):
        return value
    number: object = value
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 0:
        raise AuthorProblem(f"{number!r} is no size", hint=_SIZES)
    return Size.of(int(number))
