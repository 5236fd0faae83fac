r"""A stack of symbolic depth: ``x_k = f_k(x_{k-1})`` for k = 1, …, K, every layer with parameters of its own.

``log |det ∂x_K/∂x_0| = Σ_{k=1}^{K} log |det J_k(x_{k-1})|``, and ``x_{k-1} = f_k^{-1}(x_k)`` for k from K down to 1, both by induction over K (`induction`): the
base is the layer by itself, whose own derivation is made here.

In the result a sum over layers is a sum like any other (`algebra.layered`): it is compared, proved and refuted as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.expectation import mentions
from symderiv.algebra.layered import Depth, Lifting, incoming
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Symbol, Tensor, fresh, scalar
from symderiv.core.domain import REAL
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Derivation, Remark, Step
from symderiv.core.size import Size
from symderiv.decide.equal import prove
from symderiv.derive.elimination import Solution, solve
from symderiv.derive.formula import Equation, Formula, closed, equation
from symderiv.derive.induction import Induction, Number
from symderiv.derive.mapping import log_determinant, names_quotient
from symderiv.derive.program import Program, numbered_layer
from symderiv.derive.renaming import Renaming
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Fenced, Letter, Notation, Word, row, separated


@dataclass(frozen=True, slots=True)
class DeepStack:
    """A layer repeated, every time with parameters of its own but for those that are ``shared``.

    ``before``: by the name of an input of the layer, what comes into layer k; ``after``: by the name of an output, what comes out of it.
    """

    program: Program
    depth: Depth
    before: dict[str, Symbol]
    after: dict[str, Symbol]
    shared: frozenset[str] = frozenset()

    @property
    def layer(self) -> Renaming:
        """The names of the layer as those of layer k."""
        names = {**{x: self.before[x.name] for x in self.program.inputs}, **{y: self.after[y.name] for y in self.program.outputs}}
        return self.named(self.depth.letter, names)

    def named(self, number: int | str, flowing: Mapping[Symbol, Symbol]) -> Renaming:
        """The names of the layer as those of the layer with a number; ``flowing``: what its inputs and outputs are there."""
        numbered = numbered_layer(number, flowing)
        return Renaming(
            lambda s: s if s.name in self.shared else numbered.symbol(s),
            lambda f: f if f.name in self.shared else numbered.function(f),
        )

    def expanded(self, x: Tensor) -> Tensor:
        """A value by the names of the layer, with every line inserted: by what comes into layer k and its parameters alone."""
        for line in reversed(self.program.lines):
            x = substitute_tensor(x, {line.target: line.value})
        return self.layer.tensor(x)

    def incoming(self) -> dict[str, Symbol]:
        """What comes into all layers at once, by its name at layer k."""
        out = {x.name: y for x, y in zip(self.program.inputs, self.program.outputs, strict=True)}
        forward = {x: self.expanded(T.whole(y)) for x, y in out.items()}
        return incoming(self.depth, self.before, forward)

    def total(self, one: Tensor) -> Tensor:
        """The sum over all layers of a scalar about layer k."""
        k = fresh(self.depth.size)
        lifting = Lifting(self.depth, self.incoming(), self.shared)
        return scalar(t.sum_over((k,), lifting.term(one.body, k)))

    def states(self, number: Number) -> list[str]:
        """The names of what comes out of a layer: ``x_{1,K}``, ``x_{2,K}``."""
        letter, shift = number
        return [
            _state(x.name, (f"{letter}{shift:+d}" if shift else letter) if letter else str(shift)) for x in self.program.inputs
        ]

    def quotient(self, above: Number, below: Number) -> Notation:
        """``∂x_b/∂x_a``."""
        return names_quotient(self.states(above), self.states(below))

    def measured(self, above: Number, below: Number) -> Notation:
        """``log |det ∂x_b/∂x_a|``."""
        return row(Word("log"), Fenced("bar", row(Word("det"), self.quotient(above, below))))


def deep_stack(program: Program, depth: str | Size = "K", letter: str = "k", shared: Iterable[str] = ()) -> DeepStack:
    """The stack. Raises `AuthorProblem` where what comes out of a layer cannot come into the next one, and says why."""
    why = why_not_stacked(program)
    if why:
        raise AuthorProblem(f"these layers cannot be stacked: {why}", None, program.source)
    pairs = list(zip(program.inputs, program.outputs, strict=True))
    before = {x.name: replace(x, name=_state(x.name, f"{letter}-1")) for x in program.inputs}
    after = {y.name: replace(y, name=_state(x.name, letter), domain=x.domain) for x, y in pairs}
    return DeepStack(program, Depth(letter, Size.of(depth)), before, after, frozenset(shared))


def why_not_stacked(program: Program) -> str:
    """Why what comes out of a layer cannot come into the next one, or nothing."""
    if len(program.inputs) != len(program.outputs):
        return f"a layer has {len(program.inputs)} inputs and {len(program.outputs)} outputs"
    for x, y in zip(program.inputs, program.outputs, strict=True):
        if x.sizes != y.sizes:
            return f"{y.name} has another size than {x.name}, the input of the next layer that it would be"
        if x.domain not in {REAL, y.domain}:
            return f"{y.name} need not lie where {x.name} has to, and it would be an input of the next layer"
    return ""


def _state(name: str, number: str) -> str:
    return f"{name},{number}" if "_" in name else f"{name}_{number}"


# --- the log-determinant ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeepVolume:
    """``one``: what layer k adds, by the names of the layer; ``value``: the sum over all layers, in what comes in and parameters alone."""

    one: Tensor
    value: Tensor
    derivation: Derivation[Formula]


def deep_log_determinant(stack: DeepStack) -> DeepVolume:
    """``log |det ∂x_K/∂x_0|``. Raises `NoDeterminant` where the layer by itself has none."""
    own = log_determinant(stack.program)
    one = closed(stack.expanded(own.value))
    shown = stack.layer.tensor(own.value)
    total = stack.total(one)
    of_parameters = not mentions(one, frozenset(s.name for s in stack.before.values()))
    value = closed(total) if of_parameters else total
    induction = Induction(stack.depth, shown, stack.measured, stack.quotient)
    left = stack.measured((str(stack.depth.size), 0), ("", 0))
    steps, certificate = induction.steps(), induction.certificate()
    if of_parameters and not induction.volume_preserving:
        because: Remark = ("no layer's term holds what comes into it: the sum is one of parameters, and no layer has to be run",)
        steps = (*steps, Step("parameters alone", because, (equation(left, value),)))
        if prove(value, total) is not None:
            certificate = (*certificate, ("proved: the collected sum equals the sum over the layers, by normal form",))
    result = equation(left, value if of_parameters else induction.over_layers())
    derivation = Derivation((result,), steps, _for_each(stack, own.derivation.assumes), certificate)
    return DeepVolume(one, value, derivation)


def _for_each(stack: DeepStack, conditions: Iterable[Remark]) -> tuple[Remark, ...]:
    layer = stack.layer
    return tuple((*layer.remark(c), " (for every layer ", Letter(stack.depth.letter), ")") for c in conditions)


# --- the inverse ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeepInverse:
    """``solution``: of one layer; ``lines``: what came into layer k, by what came out of it."""

    solution: Solution
    lines: tuple[tuple[Symbol, Tensor], ...]
    derivation: Derivation[Formula]


def deep_inverse(stack: DeepStack, solution: Solution | None = None) -> DeepInverse:
    """What came into layer k by what came out of it, for k from K down to 1. Raises `AuthorProblem` where the layer has no closed inverse."""
    found = solution or solve(stack.program)
    layer, letter, depth = stack.layer, stack.depth.letter, str(stack.depth.size)
    if found.open_lines:
        (line, why), *_ = found.open_lines
        raise AuthorProblem(
            f"no layer of this stack has an inverse in closed form: the line for {line.target.name}: {why}",
            None, stack.program.source, "the log-determinant of the stack is derived all the same",
        )  # fmt: skip
    lines = tuple((layer.symbol(x.target), layer.tensor(x.value)) for x in found.lines)
    formulas = tuple(Equation(T.whole(s), v, collect=True) for s, v in lines)
    last, first = _tuple(stack.states((depth, 0))), _tuple(stack.states(("", 0)))
    steps: tuple[Step[Formula], ...] = (
        Step("one layer", ("solved above for one layer; its names carry the number ", Letter(letter)), formulas),
        Step("base case", (Letter(depth), " = 1: the inverse of the one layer gives ", first, " from what came out of it")),
        Step(
            "reverse order",
            ("from ", Letter(depth), " layers to one more: the inverse of the last layer gives ", last, ", from which by the induction hypothesis those before it are undone"),
        ),
        Step("recursion", ("for ", Letter(letter), " from ", Letter(depth), " down to 1")),
    )  # fmt: skip
    certificate: tuple[Remark, ...] = (
        ("proved by induction over ", Letter(depth), ": a composition is undone by the inverses in reverse order"),
        ("proved for one layer: each line's solution inserted into the line, and the line into its solution",),
    )  # fmt: skip
    return DeepInverse(found, lines, Derivation(formulas, steps, _for_each(stack, found.conditions), certificate))


def _tuple(names: list[str]) -> Notation:
    looks = [name_notation(n) for n in names]
    return looks[0] if len(looks) == 1 else Fenced("paren", separated(looks, "comma"))
