"""Maps as programs: named lines, each by inputs and lines before it, never inserted into each other.

So a stack of layers grows with its depth and not with the size of what substitution would give. A line that depends on no input is a
parameter's abbreviation and is inserted; every other one stays a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from symderiv.algebra.expectation import mentions
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.parts import parts
from symderiv.algebra.terms import Entry, Symbol, Tensor, Term
from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source, Span
from symderiv.derive.domains import domain_of
from symderiv.derive.renaming import Renaming
from symderiv.reading import tree
from symderiv.reading.given import extended, statement_spans
from symderiv.reading.parse import parse
from symderiv.reading.scope import Scope, key


#: A program of more lines than this is told line by line, with nothing put together; lines that differ in names alone are worked out once.
LONG = 12


@dataclass(frozen=True, slots=True)
class Line:
    """``target = value``, the value by names that are known before."""

    target: Symbol
    value: Tensor


@dataclass(frozen=True, slots=True)
class Program:
    """Inputs, lines in order, and the lines that are its outputs. ``places``: where each line stands in the source."""

    inputs: tuple[Symbol, ...]
    lines: tuple[Line, ...]
    outputs: tuple[Symbol, ...]
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)
    source: Source | None = field(default=None, compare=False)

    @property
    def names(self) -> frozenset[str]:
        """Inputs and targets: everything that is no parameter."""
        return frozenset(s.name for s in (*self.inputs, *(line.target for line in self.lines)))

    @property
    def long(self) -> bool:
        """Whether it is a stack rather than a layer."""
        return len(self.lines) > LONG

    def expanded(self) -> dict[str, Tensor]:
        """The outputs by the inputs alone, everything inserted."""
        values: dict[Symbol, Tensor] = {}
        for line in self.lines:
            values[line.target] = substitute_tensor(line.value, values)
        return {y.name: values[y] for y in self.outputs}


def read_program(source: Source, inputs: str, outputs: str) -> Program:
    """The map that statements of the model language define, from the named inputs to the named outputs. Raises `AuthorProblem`."""
    return program_of(source, names_in(inputs), names_in(outputs))


def program_of(source: Source, wanted: Sequence[str], given_out: Sequence[str]) -> Program:
    """The same by the keys of the names."""
    scope = Scope(source=source)
    known: list[Symbol] = []
    lines: list[Line] = []
    places: dict[str, Span] = {}
    for span in statement_spans(source):
        before = scope.definitions
        scope = extended(scope, source, span)
        known = [scope.symbols[n] for n in wanted if n in scope.symbols]
        dependent = frozenset(s.name for s in (*known, *(line.target for line in lines)))
        for name, value in scope.definitions.items():
            if name in before:
                continue
            if not isinstance(value, Tensor):
                raise AuthorProblem("a line of a map is a scalar, a vector or a matrix", span, source)
            if mentions(value, dependent):
                line = Line(Symbol(name, value.sizes, domain_of(value)), value)
                lines.append(line)
                places[name] = span
                others = {n: v for n, v in scope.definitions.items() if n != name}
                scope = replace(scope, definitions=others, symbols={**scope.symbols, name: line.target})
    targets = {line.target.name: line.target for line in lines}
    for name in (*[n for n in wanted if n not in scope.symbols], *[n for n in given_out if n not in targets]):
        raise AuthorProblem(f"{name} is not given", None, source, "known are " + ", ".join(sorted(scope.names())))
    return _pruned(Program(tuple(known), tuple(lines), tuple(targets[n] for n in given_out), places, source))


def names_in(text: str) -> list[str]:
    """The names in ``x_1, x_2``."""
    source = Source(text, "names")
    node = parse(source)
    nodes = node.items if isinstance(node, tree.Listed) else (node,)
    names = [key(n) for n in nodes]
    if None in names:
        raise AuthorProblem("names separated by commas belong here", node.span, source)
    return [n for n in names if n is not None]


def _pruned(program: Program) -> Program:
    """Without lines that no output depends on."""
    needed = {y.name for y in program.outputs}
    lines = []
    for line in reversed(program.lines):
        if line.target.name in needed:
            needed |= program.names & symbols_of(line.value)
            lines.append(line)
    return replace(program, lines=tuple(reversed(lines)))


def symbols_of(x: Tensor | Term) -> frozenset[str]:
    """The names of all declared tensors inside."""
    return frozenset(part.symbol.name for part in parts(x) if isinstance(part, Entry))


# --- stacks -----------------------------------------------------------------------------------------------------------------


def stacked(programs: Sequence[Program]) -> Program:
    """One program after another: the outputs of each are the inputs of the next, everything in layer k named with its number.

    Raises `AuthorProblem` where outputs and inputs do not fit.
    """
    lines: list[Line] = []
    flowing: tuple[Symbol, ...] = programs[0].inputs
    for k, program in enumerate(programs, 1):
        if [s.sizes for s in flowing] != [s.sizes for s in program.inputs]:
            raise AuthorProblem(f"the inputs of layer {k} have other sizes than what comes before", None, program.source)
        renaming = numbered_layer(k, dict(zip(program.inputs, flowing, strict=True)))
        lines += [Line(renaming.symbol(line.target), renaming.tensor(line.value)) for line in program.lines]
        flowing = tuple(renaming.symbol(y) for y in program.outputs)
    return Program(programs[0].inputs, tuple(lines), flowing)


def _numbered(name: str, k: int | str) -> str:
    """The name in layer k: a superscript would be a power, so the number is one more subscript."""
    return f"{name},{k}" if "_" in name else f"{name}_{k}"


def numbered_layer(k: int | str, inputs: Mapping[Symbol, Symbol]) -> Renaming:
    """Every name of a layer with the layer's number; its inputs by what flows in."""
    return Renaming(
        lambda s: inputs.get(s) or replace(s, name=_numbered(s.name, k)),
        lambda f: f if "matrix exponential" in f.traits else replace(f, name=_numbered(f.name, k)),
    )
