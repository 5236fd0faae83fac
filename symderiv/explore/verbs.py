"""What is asked of expressions that were built: Jacobians, determinants, gradients.

The derivations are those of `symderiv.derive`; here the names are found that their steps speak of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, overload

import sympy

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
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
from symderiv.derive.mapping import log_determinant
from symderiv.derive.program import Line, Program
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.explore.derived import Derived
from symderiv.explore.adoption import adopted
from symderiv.explore.expression import Expression, Operand, beside, operand
from symderiv.explore.naming import known_as
from symderiv.explore.names import Variable
from symderiv.explore.numbers import declared_in, vocabulary_of
from symderiv.explore.values import BlockMatrix
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Fenced, Fraction, Notation, Script, Word, row, separated
from symderiv.writing.notation import Symbol as Sign

#: Outputs of a map: one expression, several, or several with their names.
Outputs: TypeAlias = "Operand | Sequence[Operand] | Mapping[str, Operand]"

#: What is differentiated by, or solved for: a declared variable, or a symbol of SymPy's, which has no types.
Input: TypeAlias = Variable


# --- derivatives --------------------------------------------------------------------------------------------------------------


@overload
def jacobian(outputs: Sequence[Operand] | Mapping[str, Operand], inputs: Input | Sequence[Input]) -> Derived[BlockMatrix]: ...
@overload
def jacobian(outputs: Operand, inputs: Sequence[Input]) -> Derived[BlockMatrix]: ...
@overload
def jacobian(outputs: Operand, inputs: Input) -> Derived[Expression]: ...
def jacobian(outputs: Outputs, inputs: Input | Sequence[Input]) -> Derived[Expression] | Derived[BlockMatrix]:
    """The derivative of outputs by inputs, outputs as rows; for several of either a matrix of blocks.

    Outputs without a name are called ``y``, or ``y_1``, ``y_2``, … in the steps.

    >>> from symderiv import Vector, VectorFunction, exp, jacobian
    >>> x, F = Vector("x", "n"), VectorFunction("F", "n")
    >>> print(jacobian(exp(F(x)), x).value)
    diag(exp(F(x))) J_F(x)
    """
    forward, found = structure(outputs, inputs)

    def compare() -> Sequence[checks.NumericCheck]:
        return checks.jacobian_checks(forward, found)

    derivation = _alone(found) if len(found.blocks) == len(found.inputs) == 1 else found.derivation
    if not isinstance(outputs, (Sequence, Mapping)) and not isinstance(inputs, Sequence):
        return Derived(Expression(found.blocks[0][0]), derivation, compare, lambda: found, forward=forward)
    return Derived(blocks_of(forward, found), derivation, compare, lambda: found, forward=forward)


def structure(outputs: Outputs, inputs: Input | Sequence[Input]) -> tuple[dict[str, Tensor], Jacobian]:
    """The outputs by name, and all blocks with their steps."""
    forward, symbols = mapping(outputs, inputs)
    left = quotient([*forward], [s.name for s in symbols])
    try:
        return forward, jacobian_of(forward, symbols, left)
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
def logdet(x: Outputs, inputs: Input | Sequence[Input]) -> Derived[Expression]: ...
def logdet(x: Outputs | BlockMatrix, inputs: Input | Sequence[Input] | None = None) -> Expression | Derived[Expression]:
    """``log |det|`` of a matrix; of outputs and inputs, that of their Jacobian, with steps.

    Blocks are put in triangular order, and one block is measured by its structure: diagonal, triangular, a product, or a diagonal matrix
    plus one of low rank. Where no rule fits, its determinant stays as it stands. Raises `AuthorProblem` where there is none at all.

    >>> from symderiv import Vector, exp, logdet
    >>> x, u, v = Vector("x", "n"), Vector("u", "n"), Vector("v", "n")
    >>> print(logdet(x + u * exp(v @ x), x).value)
    log|1 + exp(vᵀ x) uᵀ v|
    """
    if inputs is None:
        if not isinstance(x, (Expression, BlockMatrix)):
            raise AuthorProblem("a map has a Jacobian by its inputs", hint="logdet(outputs, inputs)")
        return log_abs(x.det())
    if isinstance(x, BlockMatrix):
        raise AuthorProblem("a matrix is already the Jacobian", hint="logdet(matrix)")
    forward, found = structure(x, inputs)
    left = row(Word("log"), Fenced("bar", row(Word("det"), quotient(found.outputs, [s.name for s in found.inputs]))))
    lines = tuple(Line(Symbol(n, y.sizes), y) for n, y in forward.items())
    try:
        whole = log_determinant(Program(tuple(found.inputs), lines, tuple(line.target for line in lines)))
        value, derivation = whole.value, whole.derivation
    except NoDeterminant:
        value, derivation = _by_blocks(found, left)
    derivation = Derivation((equation(left, value),), derivation.steps, derivation.assumes, derivation.certificate)
    determinant = T.arithmetic(t.exp, value)

    def compare() -> Sequence[checks.NumericCheck]:
        return checks.determinant_checks(found, determinant, absolute=True)

    return Derived(Expression(value), derivation, compare, lambda: found, forward=forward)


def _by_blocks(found: Jacobian, left: Notation) -> tuple[Tensor, Derivation[Formula]]:
    """Where no rule gives it: the product of the diagonal blocks' determinants, which stay as they stand."""
    inner = row(Word("det"), quotient(found.outputs, [s.name for s in found.inputs]))
    try:
        whole = determinant_of(found, inner)
    except NoDeterminant as none:
        raise AuthorProblem(str(none)) from None
    value = closed(T.arithmetic(lambda u: t.log(t.apply("abs", u)), whole.value))
    last = Step("take the logarithm", ("of the absolute value",), (equation(left, value),))
    d = whole.derivation
    return value, Derivation((equation(left, value),), (*d.steps, last), d.assumes, d.certificate)


def log_abs(x: Expression) -> Expression:
    """``log |x|`` of a scalar, put together for people."""
    return Expression(closed(T.arithmetic(lambda u: t.log(t.apply("abs", u)), x.tensor)))


@overload
def gradient(f: Operand, by: Sequence[Input]) -> Derived[BlockMatrix]: ...
@overload
def gradient(f: Operand, by: Input) -> Derived[Expression]: ...
def gradient(f: Operand, by: Input | Sequence[Input]) -> Derived[Expression] | Derived[BlockMatrix]:
    """The gradient of a scalar, or of a derivation's value; of several variables a column of one block for each.

    >>> from symderiv import Matrix, Vector, gradient
    >>> x, A = Vector("x", "n"), Matrix("A", "n", "n", "symmetric")
    >>> print(gradient(x.T @ A @ x, x).value)
    2A x
    """
    x = operand(f)
    if x.rank:
        raise AuthorProblem(f"a scalar has a gradient; {T.shape_in_words(x)} has a Jacobian", hint="jacobian(outputs, inputs)")
    symbols = symbols_of(by, (x,))
    consistent((x, *map(T.whole, symbols)))
    of = Expression(x)._look()
    of = of if _is_short(of) else Fenced("paren", of)
    below = [name_notation(s.name) for s in symbols]
    nabla = row(Script(Sign("nabla"), below[0] if len(below) == 1 else Fenced("paren", separated(below))), of)
    found = gradient_of(x, symbols, nabla, of)
    pairs = [(s, b) for s, (b,) in zip(symbols, found.value.rows, strict=True) if isinstance(b, Tensor)]

    def compare() -> Sequence[checks.NumericCheck]:
        return checks.gradient_checks(x, pairs)

    if not isinstance(by, Sequence):
        (block,) = found.value.rows[0]
        assert isinstance(block, Tensor)
        d = found.derivation
        return Derived(Expression(block), Derivation((equation(nabla, block),), d.steps, d.assumes, d.certificate), compare)
    blocks = [[b for b in r if isinstance(b, Tensor)] for r in found.value.rows]
    return Derived(BlockMatrix(blocks, True), found.derivation, compare)


def _is_short(look: Notation) -> bool:
    return not hasattr(look, "items")


# --- names --------------------------------------------------------------------------------------------------------------------


def symbols_of(inputs: Input | Sequence[Input], beside: Sequence[Tensor] = ()) -> list[Symbol]:
    """The symbols of variables; those of SymPy as they are declared in what stands beside them."""
    every = list(inputs) if isinstance(inputs, Sequence) else [inputs]
    symbols = [_symbol(x, beside) for x in every]
    if len({s.name for s in symbols}) < len(symbols):
        raise AuthorProblem("a variable stands twice among the inputs")
    return symbols


def _symbol(x: object, beside: Sequence[Tensor]) -> Symbol:
    if isinstance(x, Variable):
        return x.symbol
    if isinstance(x, (sympy.Symbol, sympy.MatrixSymbol)):
        body = adopted(operand(x), beside).body
        if isinstance(body, t.Entry):
            return body.symbol
    raise AuthorProblem(f"`{x}` is no declared variable, so nothing is differentiated by it or solved for it")


def mapping(outputs: Outputs, inputs: Input | Sequence[Input]) -> tuple[dict[str, Tensor], list[Symbol]]:
    """Outputs by their names, or by names that nothing else has; and the symbols of the inputs."""
    names, values = [], [outputs]
    if isinstance(outputs, Mapping):
        names, values = [*map(known_as, outputs)], [*outputs.values()]
    elif isinstance(outputs, Sequence):
        values = [*outputs]
    listed: Sequence[object] = inputs if isinstance(inputs, Sequence) else [inputs]
    ours = [x.tensor for x in (*listed, *values) if isinstance(x, Expression)]
    every = [beside(x, ours) for x in values]
    symbols = symbols_of(inputs, every)
    if not names:
        taken = vocabulary_of([*every, *map(T.whole, symbols)])
        used = {n.split("_")[0] for n in (*taken.symbols, *taken.functions)}
        letter = next(c for c in ("y", "z", "u", "v", "w", "h", "out") if c not in used)
        names = [letter] if len(every) == 1 else [f"{letter}_{k}" for k in range(1, len(every) + 1)]
    found = dict(zip(names, every, strict=True))
    for n, x in found.items():
        if x.rank > 1:
            raise AuthorProblem(f"outputs are scalars and vectors; {n} is {T.shape_in_words(x)}")
    consistent((*found.values(), *map(T.whole, symbols)))
    return found, symbols


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
