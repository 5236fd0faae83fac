"""Stacks of symbolic depth in Python: a layer repeated, each time with parameters of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symderiv.algebra import tensors as T
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Derivation, Step
from symderiv.core.text import Source
from symderiv.derive import depth as deep
from symderiv.derive.formula import Equation, Formula
from symderiv.derive.mapping import log_determinant
from symderiv.derive.program import Program
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.explore.derived import Derived
from symderiv.explore.display import Shown
from symderiv.explore.expression import Expression
from symderiv.explore.names import Variable
from symderiv.explore.numbers import vocabulary_of
from symderiv.explore.values import Solution
from symderiv.reading.asks import Asked, Find
from symderiv.reading.parse import parse
from symderiv.reading.scope import Scope
from symderiv.reading.stacks import with_layers
from symderiv.writing.latex import latex
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Grid, Notation, row
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation


class Stack(Shown):
    r"""K layers one behind the other, ``x_k = f_k(x_{k-1})``; K is a name. Every parameter but the ``shared`` ones is another in every layer.

    >>> from symderiv import Layer, Vector, VectorFunction, exp
    >>> x1, x2 = Vector("x1", "n"), Vector("x2", "n")
    >>> s, t = VectorFunction("s", "n"), VectorFunction("t", "n")
    >>> stack = Layer((x1, x2), (x1, exp(s(x1)) * x2 + t(x1))).stack("K")
    >>> print(stack.logdet().value)
    ∑ₖ₌₁^K ∑ᵢ₌₁ⁿ sₖ(x_{1,k - 1})ᵢ
    >>> stack.logdet().check(r"\sum_{k=1}^{K} \sum_{i=1}^{n} s_k(x_{1,k-1})_i").status
    'correct'
    """

    __slots__ = ("_deep",)

    def __init__(self, program: Program, depth: str = "K", letter: str = "k", shared: Iterable[str] = ()) -> None:
        taken = vocabulary_of([*(line.value for line in program.lines), *map(T.whole, program.inputs)])
        for n in (depth, letter):
            if n in {*taken.symbols, *taken.functions, *taken.dimensions} or depth == letter:
                raise AuthorProblem(f"{n} stands in the layer", hint="name the depth, or the letter of a layer, otherwise")
        self._deep = deep.deep_stack(program, depth, letter, shared)

    @property
    def depth(self) -> str:
        """How many layers, by name."""
        return str(self._deep.depth.size)

    def logdet(self) -> Derived[Expression]:
        """``log |det ∂x_K/∂x_0|``, proved by induction over K. Raises `AuthorProblem` where one layer has none in closed form."""
        program = self._deep.program
        try:
            one = log_determinant(program)
            found = deep.deep_log_determinant(self._deep)
        except NoDeterminant as none:
            raise AuthorProblem(f"one layer has no log-determinant in closed form: {none}") from None
        own = tuple(Step(f"one layer: {s.rule}", s.because, s.formulas, s.condition) for s in one.derivation.steps)
        proofs = tuple(("for one layer: ", *c) for c in one.derivation.certificate)
        d = found.derivation
        derivation = Derivation(d.result, (*own, *d.steps), d.assumes, (*d.certificate, *proofs))
        return Derived(Expression(found.value), derivation, asked=self._asked(found.value, d.result[0]), forward=self._forward())

    def inverse(self) -> Derived[Solution]:
        """What came into layer k by what came out of it, for k from K down to 1. Raises `AuthorProblem` where one layer has no inverse."""
        found = deep.deep_inverse(self._deep)
        solution = Solution({s.name: Expression(v) for s, v in found.lines})
        return Derived(solution, found.derivation, forward=self._forward())

    def layers(self, depth: int) -> list[tuple[list[Variable], dict[str, Expression]]]:
        """Inputs and outputs of so many layers, with the number of its layer in every name."""
        if depth < 1:
            raise AuthorProblem("a stack has at least one layer")
        stack, out = self._deep, []
        values = stack.program.expanded().values()
        flowing = tuple(replace(x, name=n) for x, n in zip(stack.program.inputs, stack.states(("", 0)), strict=True))
        for k in range(1, depth + 1):
            here = stack.named(k, dict(zip(stack.program.inputs, flowing, strict=True)))
            outputs = {n: here.tensor(x) for n, x in zip(stack.states(("", k)), values, strict=True)}
            out.append(([Variable(s) for s in flowing], {n: Expression(x) for n, x in outputs.items()}))
            flowing = tuple(replace(s, name=n) for s, n in zip(flowing, outputs, strict=True))
        return out

    def _forward(self) -> dict[str, Tensor]:
        """What comes out of layer k, by what comes in."""
        stack = self._deep
        return {stack.after[y.name].name: stack.expanded(T.whole(y)) for y in stack.program.outputs}

    def _asked(self, value: Tensor, result: Formula) -> Asked:
        """The question that the log-determinant answers: its names are those of layer k."""
        forward = self._forward()
        known = vocabulary_of([*forward.values(), *(T.whole(s) for s in self._deep.before.values())])
        sizes = frozenset((*known.dimensions, *self._deep.depth.size.names))
        scope = with_layers(Scope(known.symbols, known.functions, definitions=dict(forward), dimensions=sizes), self._deep.depth)
        assert isinstance(result, Equation)
        source = Source(latex(result.left), "find")  # type: ignore[arg-type]
        return Asked(scope, Find(parse(source), value), source)

    def _look(self) -> Notation:
        rows: list[tuple[Notation, ...]] = [
            (name_notation(n), row(Sign("equals"), notation(x))) for n, x in self._forward().items()
        ]
        return Grid(tuple(rows), "aligned")
