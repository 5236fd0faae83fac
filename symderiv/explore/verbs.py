"""What is asked of expressions that were built: functions of them, Jacobians, determinants, gradients.

The derivations are those of `symderiv.derive`; here the names are found that their steps speak of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, overload

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.blocks import determinant
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Derivation, Step
from symderiv.core.size import ONE
from symderiv.derive import checks
from symderiv.derive.determinant import determinant_of
from symderiv.derive.divergence import gradient_of
from symderiv.derive.formula import Formula, closed, equation
from symderiv.derive.jacobian import Jacobian
from symderiv.derive.jacobian import jacobian as jacobian_of
from symderiv.derive.volume import NoDeterminant
from symderiv.explore.derived import Derived
from symderiv.explore.expression import Expression, Operand, SizeLike, fitting, operand, size_of
from symderiv.explore.naming import known_as
from symderiv.explore.names import Variable
from symderiv.explore.numbers import declared_in, vocabulary_of
from symderiv.explore.values import BlockMatrix
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Fenced, Fraction, Notation, Script, Word, row, separated
from symderiv.writing.notation import Symbol as Sign

#: Outputs of a map: one expression, several, or several with their names.
Outputs: TypeAlias = Expression | Sequence[Expression] | Mapping[str, Expression]


# --- functions of expressions -------------------------------------------------------------------------------------------------


@fitting
def _applied(name: str, x: Operand) -> Expression:
    return Expression(T.entrywise(lambda u: t.apply(name, u), operand(x)))


def exp(x: Operand) -> Expression:
    """The exponential, entry by entry."""
    return _applied("exp", x)


def log(x: Operand) -> Expression:
    """The natural logarithm, entry by entry."""
    return _applied("log", x)


def tanh(x: Operand) -> Expression:
    """The hyperbolic tangent, entry by entry."""
    return _applied("tanh", x)


def sigmoid(x: Operand) -> Expression:
    """``1 / (1 + exp(-x))``, entry by entry."""
    return _applied("sigmoid", x)


def softplus(x: Operand) -> Expression:
    """``log(1 + exp(x))``, entry by entry."""
    return _applied("softplus", x)


def sqrt(x: Operand) -> Expression:
    """The square root, entry by entry."""
    return _applied("sqrt", x)


@fitting
def diag(x: Expression) -> Expression:
    """The diagonal matrix of a vector, or the diagonal of a square matrix."""
    return Expression(T.diag(operand(x)))


@fitting
def trace(x: Expression) -> Expression:
    """The trace of a square matrix."""
    return Expression(T.trace(operand(x)))


def total(x: Expression) -> Expression:
    """The sum of all entries."""
    return Expression(T.total(operand(x)))


def eye(size: SizeLike) -> Expression:
    """The identity matrix."""
    return Expression(T.identity(size_of(size)))


@fitting
def det(x: Expression | BlockMatrix) -> Expression:
    """The determinant of a square matrix, or of blocks that are triangular in some order or eliminated one by one.

    >>> from symderiv import Vector, det, diag, exp
    >>> print(det(diag(exp(Vector("s", "n")))).simplify())
    exp(∑ᵢ₌₁ⁿ sᵢ)
    """
    if not isinstance(x, BlockMatrix):
        return Expression(T.det(operand(x)))
    found = determinant(x.rows)
    if found is None:
        raise T.ShapeMismatch("the blocks are not triangular in any order, and no block of them has an evident inverse")
    return Expression(t.scalar(found.value))


# --- derivatives --------------------------------------------------------------------------------------------------------------


@overload
def jacobian(outputs: Expression, inputs: Variable) -> Derived[Expression]: ...
@overload
def jacobian(outputs: Outputs, inputs: Sequence[Variable]) -> Derived[BlockMatrix]: ...
@overload
def jacobian(outputs: Sequence[Expression] | Mapping[str, Expression], inputs: Variable) -> Derived[BlockMatrix]: ...
def jacobian(outputs: Outputs, inputs: Variable | Sequence[Variable]) -> Derived[Expression] | Derived[BlockMatrix]:
    """The derivative of outputs by inputs, outputs as rows; for several of either a matrix of blocks.

    Outputs without a name are called ``y``, or ``y_1``, ``y_2``, … in the steps.

    >>> from symderiv import Vector, VectorFunction, exp, jacobian
    >>> x, F = Vector("x", "n"), VectorFunction("F", "n")
    >>> print(jacobian(exp(F(x)), x).value)
    diag(exp(F(x))) J_F(x)
    """
    found = structure(outputs, inputs)
    forward = named(outputs, symbols_of(inputs))

    def compare() -> Sequence[checks.NumericCheck]:
        return checks.jacobian_checks(forward, found)

    if isinstance(outputs, Expression) and isinstance(inputs, Variable):
        return Derived(Expression(found.blocks[0][0]), _alone(found), compare, found)
    return Derived(blocks_of(forward, found), found.derivation, compare, found)


def structure(outputs: Outputs, inputs: Variable | Sequence[Variable]) -> Jacobian:
    """All blocks with their steps."""
    symbols = symbols_of(inputs)
    forward = named(outputs, symbols)
    left = quotient([*forward], [s.name for s in symbols])
    try:
        return jacobian_of(forward, symbols, left)
    except T.ShapeMismatch as mismatch:
        raise AuthorProblem(str(mismatch)) from None


def _alone(found: Jacobian) -> Derivation[Formula]:
    """The derivation of one block, which is no matrix of blocks."""
    d, block = found.derivation, found.blocks[0][0]
    left = quotient(found.outputs, [s.name for s in found.inputs])
    return Derivation((equation(left, block),), d.steps, d.assumes, d.certificate)


def blocks_of(forward: Mapping[str, Tensor], found: Jacobian) -> BlockMatrix:
    """The blocks with the heights of the outputs and the widths of the inputs."""
    heights = [x.sizes[0] if x.rank else ONE for x in forward.values()]
    widths = [s.sizes[0] if s.sizes else ONE for s in found.inputs]
    return BlockMatrix(found.blocks, False, heights, widths)


@overload
def logdet(x: Expression | BlockMatrix) -> Expression: ...
@overload
def logdet(x: Outputs, inputs: Variable | Sequence[Variable]) -> Derived[Expression]: ...
def logdet(x: Outputs | BlockMatrix, inputs: Variable | Sequence[Variable] | None = None) -> Expression | Derived[Expression]:
    """``log |det|`` of a matrix; of outputs and inputs, that of their Jacobian, with steps.

    >>> from symderiv import Vector, exp, logdet
    >>> x1, x2 = Vector("x1", "n"), Vector("x2", "n")
    >>> print(logdet((exp(x2) * x1, x2), (x1, x2)).value)
    ∑ᵢ₌₁ⁿ x_{2,i}
    """
    if inputs is None:
        if not isinstance(x, (Expression, BlockMatrix)):
            raise AuthorProblem("a map has a Jacobian by its inputs", hint="logdet(outputs, inputs)")
        return log_abs(det(x))
    if isinstance(x, BlockMatrix):
        raise AuthorProblem("a matrix is already the Jacobian", hint="logdet(matrix)")
    found = structure(x, inputs)
    inner = row(Word("det"), quotient(found.outputs, [s.name for s in found.inputs]))
    left = row(Word("log"), Fenced("bar", inner))
    try:
        whole = determinant_of(found, inner)
    except NoDeterminant as none:
        raise AuthorProblem(str(none)) from None
    value = closed(T.entrywise(lambda u: t.log(t.apply("abs", u)), whole.value))
    last = Step("take the logarithm", ("of the absolute value",), (equation(left, value),))
    d = whole.derivation
    derivation = Derivation((equation(left, value),), (*d.steps, last), d.assumes, d.certificate)
    return Derived(Expression(value), derivation, lambda: checks.determinant_checks(found, whole.value), found)


def log_abs(x: Expression) -> Expression:
    """``log |x|`` of a scalar, put together for people."""
    return Expression(closed(T.entrywise(lambda u: t.log(t.apply("abs", u)), x.tensor)))


@overload
def gradient(f: Expression, by: Variable) -> Derived[Expression]: ...
@overload
def gradient(f: Expression, by: Sequence[Variable]) -> Derived[BlockMatrix]: ...
def gradient(f: Expression, by: Variable | Sequence[Variable]) -> Derived[Expression] | Derived[BlockMatrix]:
    """The gradient of a scalar, a column of one block for each variable.

    >>> from symderiv import Matrix, Vector, gradient
    >>> x, A = Vector("x", "n"), Matrix("A", "n", "n", "symmetric")
    >>> print(gradient(x.T @ A @ x, x).value)
    2A x
    """
    x = operand(f)
    if x.rank:
        raise AuthorProblem(f"a scalar has a gradient; {T.shape_in_words(x)} has a Jacobian", hint="jacobian(outputs, inputs)")
    symbols = symbols_of(by)
    consistent((x, *map(T.whole, symbols)))
    of = f._look()
    of = of if _is_short(of) else Fenced("paren", of)
    below = [name_notation(s.name) for s in symbols]
    nabla = row(Script(Sign("nabla"), below[0] if len(below) == 1 else Fenced("paren", separated(below))), of)
    found = gradient_of(x, symbols, nabla, of)
    pairs = [(s, b) for s, (b,) in zip(symbols, found.value.rows, strict=True) if isinstance(b, Tensor)]

    def compare() -> Sequence[checks.NumericCheck]:
        return checks.gradient_checks(x, pairs)

    if isinstance(by, Variable):
        (block,) = found.value.rows[0]
        assert isinstance(block, Tensor)
        d = found.derivation
        return Derived(Expression(block), Derivation((equation(nabla, block),), d.steps, d.assumes, d.certificate), compare)
    blocks = [[b for b in r if isinstance(b, Tensor)] for r in found.value.rows]
    return Derived(BlockMatrix(blocks, True), found.derivation, compare)


def _is_short(look: Notation) -> bool:
    return not hasattr(look, "items")


# --- names --------------------------------------------------------------------------------------------------------------------


def symbols_of(inputs: Variable | Sequence[Variable]) -> list[Symbol]:
    """The symbols of declared variables."""
    every = [inputs] if isinstance(inputs, Expression) else list(inputs)
    for x in every:
        if not isinstance(x, Variable):
            raise AuthorProblem(f"`{x}` is no declared variable, so nothing is differentiated by it or solved for it")
    symbols = [x.symbol for x in every]
    if len({s.name for s in symbols}) < len(symbols):
        raise AuthorProblem("a variable stands twice among the inputs")
    return symbols


def named(outputs: Outputs, inputs: Sequence[Symbol]) -> dict[str, Tensor]:
    """Outputs by their names, or by names that nothing else has."""
    if isinstance(outputs, Mapping):
        found = {known_as(n): operand(x) for n, x in outputs.items()}
    else:
        every = [outputs] if isinstance(outputs, Expression) else list(outputs)
        taken = vocabulary_of([*map(operand, every), *map(T.whole, inputs)])
        used = {n.split("_")[0] for n in (*taken.symbols, *taken.functions)}
        letter = next(c for c in ("y", "z", "u", "v", "w", "h", "out") if c not in used)
        found = {letter if len(every) == 1 else f"{letter}_{k}": operand(x) for k, x in enumerate(every, 1)}
    for n, x in found.items():
        if x.rank > 1:
            raise AuthorProblem(f"outputs are scalars and vectors; {n} is {T.shape_in_words(x)}")
    consistent((*found.values(), *map(T.whole, inputs)))
    return found


def consistent(tensors: Sequence[Tensor]) -> None:
    """Every name stands for one thing. Raises `AuthorProblem` where two declarations share one."""
    known: dict[str, object] = dict.fromkeys(vocabulary_of(tensors).dimensions, "a size")
    for thing in declared_in(tensors):
        if known.setdefault(thing.name, thing) != thing:
            raise AuthorProblem(f"two different things are called {thing.name}", hint="declare each name once")


def quotient(outputs: Sequence[str], inputs: Sequence[str]) -> Notation:
    """``∂(y₁, y₂) / ∂(x₁, x₂)``."""

    def side(names: Sequence[str]) -> Notation:
        looks = [name_notation(n) for n in names]
        return row(Sign("partial"), looks[0] if len(looks) == 1 else Fenced("paren", separated(looks)))

    return Fraction(side(outputs), side(inputs))
