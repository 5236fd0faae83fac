"""Declarations from Python: scalars, vectors, matrices, and functions that are only known to be smooth."""

from __future__ import annotations

from symderiv.algebra import tensors as T
from symderiv.algebra.terms import Function, Symbol, Tensor, Value, fresh, scalar, tensor
from symderiv.core.domain import POSITIVE, REAL
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.core.size import Size
from symderiv.explore.display import Shown
from symderiv.explore.expression import Expression, Operand, SizeLike, fitting, operand, size_of
from symderiv.explore.naming import checked_name
from symderiv.reading.given import TRAITS
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Notation, Row, Words, row
from symderiv.writing.notation import Symbol as Sign


class Variable(Expression):
    """A declared scalar, vector or matrix: an expression that can be solved for and differentiated by."""

    __slots__ = ("symbol",)
    symbol: Symbol

    def __init__(self, symbol: Symbol) -> None:
        super().__init__(T.whole(symbol))
        self.symbol = symbol


def Scalar(name: str, *, positive: bool = False) -> Variable:
    """A real scalar; ``positive`` where logarithms and roots are taken of it.

    >>> from symderiv import Scalar, log
    >>> s = Scalar("sigma", positive=True)
    >>> print(log(s**2).simplify())
    2 log σ
    """
    return Variable(Symbol(checked_name(name), (), POSITIVE if positive else REAL))


def Vector(name: str, size: SizeLike, *, positive: bool = False) -> Variable:
    """A real vector of a size that may be symbolic.

    >>> from symderiv import Vector
    >>> Vector("x1", "d/2").shape
    ('d/2',)
    """
    return Variable(Symbol(checked_name(name), (size_of(size),), POSITIVE if positive else REAL))


def Matrix(name: str, rows: SizeLike, columns: SizeLike | None = None, *traits: str) -> Variable:
    """A real matrix, square where one size is given. ``traits``: invertible, symmetric, orthogonal, diagonal, positive definite, …

    >>> from symderiv import Matrix
    >>> A = Matrix("Sigma", "k", "k", "positive definite")
    >>> print(A.T.simplify())
    Σ
    """
    for word in traits:
        if word not in TRAITS:
            like = nearest(word, TRAITS)
            hint = f"did you mean {like}?" if like else f"known are {', '.join(sorted(TRAITS))}"
            raise AuthorProblem(f"{word!r} is no property of a matrix", hint=hint)
    sizes = size_of(rows), size_of(rows if columns is None else columns)
    return Variable(Symbol(checked_name(name), sizes, REAL, frozenset(TRAITS[word] for word in traits)))


class SmoothFunction(Shown):
    """An unspecified smooth function. Called with expressions of its arguments' shapes it gives one of its output's."""

    __slots__ = ("function",)
    function: Function

    def __init__(self, function: Function) -> None:
        self.function = function

    def _look(self) -> Notation:
        f = self.function
        if f.elementwise:
            return row(name_notation(f.name), Words(" elementwise"))
        spaces = [x for k, s in enumerate(f.arguments) for x in ((Sign("times"), _space(s)) if k else (_space(s),))]
        return row(name_notation(f.name), Sign("colon"), *spaces, Sign("to"), _space(f.output))

    @fitting
    def __call__(self, *arguments: Operand) -> Expression:
        """Its value at arguments of the declared shapes."""
        f, values = self.function, [operand(a) for a in arguments]
        if len(values) != len(f.arguments):
            raise T.ShapeMismatch(f"{f.name} takes {len(f.arguments)} argument{'s' * (len(f.arguments) > 1)}, not {len(values)}")
        if f.elementwise:
            return Expression(T.entrywise(lambda u: Value(f, (scalar(u),), (), ()), *values))
        for x, sizes in zip(values, f.arguments, strict=True):
            if x.sizes != sizes:
                raise T.ShapeMismatch(f"{f.name} takes {T.shape_in_words(T.zeros(sizes))}, not {T.shape_in_words(x)}")
        at = tuple(fresh(s) for s in f.output)
        return Expression(tensor(at, Value(f, tuple(Tensor(x.slots, x.body) for x in values), at, ())))


def _space(sizes: tuple[Size, ...]) -> Notation:
    from symderiv.writing.names import size
    from symderiv.writing.notation import Script

    power: list[Notation] = [x for k, s in enumerate(sizes) for x in ((Sign("times"), size(s)) if k else (size(s),))]
    return Script(Sign("reals"), None, row(*power)) if power else row(Sign("reals"), Row(()))


def VectorFunction(name: str, inputs: SizeLike, output: SizeLike | None = None, *, positive: bool = False) -> SmoothFunction:
    """A smooth function from vectors to vectors, of which nothing else is known.

    >>> from symderiv import Vector, VectorFunction
    >>> F = VectorFunction("F", "n", "m")
    >>> print(F, "|", F(Vector("x", "n")))
    F:ℝⁿ → ℝᵐ | F(x)
    """
    sizes = size_of(inputs), size_of(inputs if output is None else output)
    return SmoothFunction(Function(checked_name(name), ((sizes[0],),), (sizes[1],), False, POSITIVE if positive else REAL))


def ScalarFunction(name: str, *, positive: bool = False) -> SmoothFunction:
    """A smooth function of one scalar; on a vector it acts entry by entry, so its Jacobian is diagonal.

    >>> from symderiv import ScalarFunction, Vector, jacobian
    >>> g, x = ScalarFunction("g"), Vector("x", "n")
    >>> print(jacobian(g(x), x).value)
    diag(g′(x))
    """
    return SmoothFunction(Function(checked_name(name), ((),), (), True, POSITIVE if positive else REAL))
