"""Layers: maps from variables to expressions that are inverted, differentiated, evaluated, and put one behind the other by ``>>``."""

from __future__ import annotations

import functools
from contextlib import suppress
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.domain import REAL
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Derivation, Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive import checks
from symderiv.derive.formula import Formula, closed, equation
from symderiv.derive.domains import domain_of
from symderiv.derive.jacobian import Jacobian
from symderiv.derive.inverse import Inverse, NoInverse, invert
from symderiv.derive.lines import folded, invert_by_lines
from symderiv.derive.program import Line, Program
from symderiv.explore import verbs
from symderiv.explore.derived import Derived
from symderiv.explore.display import Shown
from symderiv.explore.expression import Expression, Operand, operand
from symderiv.explore.naming import known_as
from symderiv.explore.names import Variable
from symderiv.explore.numbers import vocabulary_of
from symderiv.explore.stacks import Stack
from symderiv.explore.values import BlockMatrix, Solution
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Fenced, Grid, Notation, Word, row
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation

if TYPE_CHECKING:
    from symderiv.explore.picture import Picture


class Layer(Shown):
    """A map ``outputs = f(inputs)``; everything else that stands in it is a parameter.

    >>> from symderiv import Layer, Vector, VectorFunction, exp
    >>> x1, x2 = Vector("x1", "n"), Vector("x2", "n")
    >>> F, G = VectorFunction("F", "n"), VectorFunction("G", "n")
    >>> coupling = Layer((x1, x2), (exp(G(x2)) * x1 + F(x2), x2))
    >>> print(coupling.inverse().value["x1"])
    exp(-G(y₂)) ∘ (y₁ - F(y₂))
    >>> print(coupling.logdet().value)
    ∑ᵢ₌₁ⁿ G(x₂)ᵢ
    """

    __slots__ = ("forward", "inputs", "parts")
    inputs: tuple[Variable, ...]
    forward: Mapping[str, Tensor]
    parts: tuple[Layer, ...]

    def __init__(
        self,
        inputs: verbs.Input | Sequence[verbs.Input],
        outputs: verbs.Outputs,
        parts: Sequence[Layer] = (),
    ) -> None:
        self.forward, symbols = verbs.mapping(outputs, inputs)
        self.inputs = tuple(map(Variable, symbols))
        self.parts = tuple(parts) or (self,)
        inputs_here = {x.symbol.name for x in self.inputs}
        taken = _names(self.forward.values()) | inputs_here
        clash = sorted(self.forward.keys() & (taken - inputs_here if parts else taken))
        if clash:  # in what is derived, an output and what stands in it would be one
            raise AuthorProblem(
                f"{', '.join(clash)} is an output, and something that stands in the layer", hint="name the output otherwise"
            )

    # --- what it is -------------------------------------------------------------------------------------------------------

    @property
    def outputs(self) -> dict[str, Expression]:
        """Each output by its name."""
        return {n: Expression(x) for n, x in self.forward.items()}

    def _look(self) -> Notation:
        rows = [(name_notation(n), row(Sign("equals"), notation(x))) for n, x in self.forward.items()]
        return row(*rows[0]) if len(rows) == 1 else Grid(tuple(rows), "aligned")

    def __getitem__(self, name: str) -> Expression:
        found = self.forward.get(known_as(name))
        if found is None:
            raise AuthorProblem(f"this layer has no output {name}", hint=f"it has {', '.join(self.forward)}")
        return Expression(found)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.forward)

    def __call__(self, *values: Operand) -> tuple[Expression, ...]:
        """The outputs at other inputs."""
        return tuple(Expression(x) for x in self._at([operand(v) for v in values]).values())

    def _at(self, values: Sequence[Tensor]) -> dict[str, Tensor]:
        if len(values) != len(self.inputs):
            raise AuthorProblem(f"this layer has {len(self.inputs)} inputs, not {len(values)}")
        for v, x in zip(values, self.inputs, strict=True):
            if not T.same_shape(v, x.tensor):
                raise AuthorProblem(f"the input {x} is {T.shape_in_words(x.tensor)}, not {T.shape_in_words(v)}")
        inside = {x.symbol: v for x, v in zip(self.inputs, values, strict=True)}
        return {n: substitute_tensor(x, inside) for n, x in self.forward.items()}

    # --- composition ------------------------------------------------------------------------------------------------------

    def __rshift__(self, then: Layer) -> Layer:
        """First this layer, then another: its inputs are our outputs, in order. Parameters of one name are shared."""
        if not isinstance(then, Layer):
            return NotImplemented
        ours = {x.symbol.name for x in self.inputs}
        theirs = {x.symbol.name for x in then.inputs}
        clash = sorted((_names(then.forward.values()) - theirs) & ours)
        if clash:
            raise AuthorProblem(
                f"{', '.join(clash)} is an input of the first layer and a parameter of the second", hint="rename one"
            )
        composed = then._at(list(self.forward.values()))
        return Layer(self.inputs, {n: Expression(x) for n, x in composed.items()}, (*self.parts, *then.parts))

    def __invert__(self) -> Layer:
        """The inverse as a layer: ``~layer``. Raises `AuthorProblem` where none can be derived."""
        inverses = [part._inverted() for part in reversed(self.parts)]
        return functools.reduce(Layer.__rshift__, inverses)

    def _inverted(self) -> Layer:
        found = _solved(self)
        outputs = [Variable(Symbol(n, x.sizes)) for n, x in self.forward.items()]
        return Layer(outputs, {u.name: Expression(x) for u, x in found.full})

    def stack(self, depth: str | int = "K", *, letter: str = "k", shared: Iterable[str] = ()) -> Stack | Layer:
        """So many of these layers, one behind the other, each with parameters of its own but for those that are ``shared``.

        A number gives a layer, whose names carry numbers; a name gives a `Stack`, about which all is proved by induction. Raises `AuthorProblem`
        where what comes out of the layer cannot come into the next one.
        """
        if isinstance(depth, int):
            layers = Stack(_program(self), "K" if letter != "K" else "N", letter, shared).layers(depth)
            return functools.reduce(Layer.__rshift__, (Layer(inputs, outputs) for inputs, outputs in layers))
        return Stack(_program(self), depth, letter, shared)

    # --- what is derived --------------------------------------------------------------------------------------------------

    def inverse(self) -> Derived[Solution]:
        """Each input by the outputs, proved by substitution both ways; of layers one behind the other each by itself, the last one first."""
        if len(self.parts) == 1:
            found = _solved(self)
            solution = Solution({u.name: Expression(x) for u, x in found.full})
            return Derived(
                solution, found.derivation, lambda: checks.inverse_checks(self.forward, found.full), forward=self.forward
            )
        back = ~self
        outputs = [T.whole(Symbol(n, x.sizes)) for n, x in self.forward.items()]
        full = {x.symbol: v for x, v in zip(self.inputs, back._at(outputs).values(), strict=True)}
        steps: list[Step[Formula]] = []
        proofs: dict[int, tuple[Remark, ...]] = {}
        assumes: dict[Remark, None] = {}
        for k, part in reversed([*enumerate(self.parts, 1)]):
            each = _solved(part).derivation
            steps += [Step(f"layer {k}: {s.rule}", s.because, s.formulas, s.condition) for s in each.steps]
            proofs[k] = each.certificate
            assumes |= dict.fromkeys((f"layer {k}: ", *a) for a in each.assumes)
        result = tuple(equation(T.whole(s), v) for s, v in full.items())
        steps.append(Step("one behind the other", ("the inverse of the last layer first",), result))
        solution = Solution({s.name: Expression(v) for s, v in full.items()})
        certificate = (
            ("proved: the inverse of layers one behind the other is that of the last layer first",),
            *_by_layer(proofs),
        )
        derivation = Derivation(result, tuple(steps), tuple(assumes), certificate)
        return Derived(
            solution, derivation, lambda: checks.inverse_checks(self.forward, tuple(full.items())), forward=self.forward
        )

    def jacobian(self) -> Derived[BlockMatrix]:
        """The derivative of all outputs by all inputs, by blocks."""
        return verbs.jacobian(self.outputs, self.inputs)

    def logdet(self) -> Derived[Expression]:
        """``log |det|`` of the Jacobian; of layers one behind the other the sum, each at what comes out of those before it."""
        if len(self.parts) == 1:
            return verbs.logdet(self.outputs, self.inputs)
        steps: list[Step[Formula]] = []
        proofs: dict[int, tuple[Remark, ...]] = {}
        assumes: dict[Remark, None] = {}
        values, total = [x.tensor for x in self.inputs], T.number(0)
        for k, part in enumerate(self.parts, 1):
            each = verbs.logdet(dict(zip(self._names_after(k), part.outputs.values(), strict=True)), part.inputs)
            there = substitute_tensor(each.value.tensor, {x.symbol: v for x, v in zip(part.inputs, values, strict=True)})
            steps += [Step(f"layer {k}: {s.rule}", s.because, s.formulas, s.condition) for s in each.derivation.steps]
            proofs[k] = each.derivation.certificate
            assumes |= dict.fromkeys((f"layer {k}: ", *a) for a in each.derivation.assumes)
            values, total = list(part._at(values).values()), T.plus(total, there)
        below = verbs.quotient([*self.forward], [x.symbol.name for x in self.inputs])
        left = row(Word("log"), Fenced("bar", row(Word("det"), below)))
        value = closed(total)
        why = (
            "chain rule: the Jacobian of layers one behind the other is the product of theirs, and its determinant the product of the determinants",
        )
        steps.append(Step("add up", why, (equation(left, value),)))
        derivation = Derivation((equation(left, value),), tuple(steps), tuple(assumes), _by_layer(proofs))

        def structure() -> Jacobian:
            return verbs.structure(self.outputs, self.inputs)[1]

        def compare() -> Sequence[checks.NumericCheck]:
            return checks.determinant_checks(structure(), _exp(value), absolute=True)

        return Derived(Expression(value), derivation, compare, structure, forward=self.forward)

    def _names_after(self, k: int) -> list[str]:
        """What the outputs of the k-th part are called in steps: the next part's inputs, where nothing in this one has their names."""
        part = self.parts[k - 1]
        if k == len(self.parts):
            return list(self.forward)
        after = [x.symbol.name for x in self.parts[k].inputs]
        taken = _names([*part.forward.values(), *(x.tensor for x in part.inputs)])
        return list(part.forward) if taken & set(after) else after

    # --- numbers and pictures ---------------------------------------------------------------------------------------------

    def numpy(self, *, seed: int | None = None, **values: Any) -> dict[str, Any]:
        """Each output as an array; see `Expression.numpy`."""
        return Solution(self.outputs).numpy(seed=seed, **values)

    def plot(self, **values: Any) -> Picture:
        """How the layer deforms a grid, where each of two inputs has one entry: ``layer.plot(F=np.sin, G=np.tanh, s=0.3)``.

        Values as in `numpy`; ``low``, ``high`` and ``lines`` set the grid. Needs matplotlib.
        """
        from symderiv.explore.pictures import deformation

        return deformation([x.symbol for x in self.inputs], self.forward, **values)


def _by_layer(proofs: Mapping[int, tuple[Remark, ...]]) -> tuple[Remark, ...]:
    """What is proved of each layer, said once where it is the same."""
    of: dict[Remark, list[int]] = {}
    for k, said in sorted(proofs.items()):
        for remark in said:
            of.setdefault(remark, []).append(k)
    return tuple((f"layer{'s' * (len(ks) > 1)} {', '.join(map(str, ks))}: ", *remark) for remark, ks in of.items())


def _names(tensors: Iterable[Tensor]) -> set[str]:
    found = vocabulary_of(tensors)
    return {*found.symbols, *found.functions}


def _program(layer: Layer) -> Program:
    """The layer line by line: those of the layers that it is made of, one after another."""
    flowing: tuple[Symbol, ...] = tuple(x.symbol for x in layer.inputs)
    taken = {n for part in layer.parts for n in _names_of(part)}
    lines: list[Line] = []
    for k, part in enumerate(layer.parts, 1):
        inside = {x.symbol: T.whole(s) for x, s in zip(part.inputs, flowing, strict=True)}
        last = k == len(layer.parts)
        out: list[Symbol] = []
        for x, name in zip(part.forward.values(), layer.forward, strict=True):
            target = name if last else next(n for c in "huvwab" for n in (f"{c}_{k},{len(out) + 1}",) if n not in taken)
            value = substitute_tensor(x, inside)
            out.append(Symbol(target, x.sizes, domain_of(value)))
            lines.append(Line(out[-1], value))
        flowing = tuple(out)
    return Program(tuple(x.symbol for x in layer.inputs), tuple(lines), flowing)


def _names_of(layer: Layer) -> set[str]:
    return {*layer.forward, *_names((*layer.forward.values(), *(x.tensor for x in layer.inputs)))}


def _solved(layer: Layer) -> Inverse:
    inputs = [x.symbol for x in layer.inputs]
    try:
        return invert(layer.forward, inputs)
    except NoInverse as none:
        program = folded(layer.forward, inputs)
        if program is not None:
            with suppress(NoInverse):  # what the equations said of it is told
                return invert_by_lines(program, inputs)
        collision = _collision(layer)
        if collision is not None:
            raise AuthorProblem(f"this map has no inverse: {collision}") from None
        hint = "the Jacobian and the log-determinant are derived all the same"
        raise AuthorProblem(f"this map has no inverse that can be derived: {none}", hint=hint) from None


def _collision(layer: Layer) -> str | None:
    """Two inputs of which it is proved that they have one output: x and -x, which are two where nothing bounds x."""
    for x in layer.inputs:
        turned = {x.symbol: T.negative(x.tensor)}
        everywhere = x.symbol.domain == REAL and not x.symbol.traits
        if everywhere and all(prove(y, substitute_tensor(y, turned)) is not None for y in layer.forward.values()):
            return f"{x} and -{x} give the same outputs"
    return None


def _exp(x: Tensor) -> Tensor:
    return T.arithmetic(t.exp, x)
