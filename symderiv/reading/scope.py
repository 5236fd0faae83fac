"""What names mean: the declared symbols, functions, definitions, blocks and densities of a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from symderiv.algebra.densities import Abstract, Densities, Density
from symderiv.algebra.families import Family
from symderiv.algebra.knowledge import Forms
from symderiv.algebra.layered import Depth
from symderiv.algebra.terms import Function, Index, LogDensity, Symbol, Tensor, Term
from symderiv.algebra.terms import Value as TermValue
from symderiv.core.text import Source, Span
from symderiv.reading import tree
from symderiv.reading.values import Blocks, Value


@dataclass(frozen=True, slots=True)
class Map:
    """A definition with arguments: ``T(x) = A x + b``. The parameters' values stand as symbols in the body."""

    parameters: tuple[Symbol, ...]
    body: Value


@dataclass(frozen=True, slots=True)
class Layers:
    """A stack of symbolic depth: the number of its layers, what comes into all of them by its name at layer k, and all names that layer k has."""

    depth: Depth
    incoming: Mapping[str, Symbol]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that is given. Names are keys made by `key`; nothing in it is ever changed, `with_` makes a larger one."""

    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    #: Functions with several outputs, each output a function of its own.
    outputs: Mapping[str, tuple[Function, ...]] = field(default_factory=dict)
    definitions: Mapping[str, Value] = field(default_factory=dict)
    maps: Mapping[str, Map] = field(default_factory=dict)
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Stacks of layers, each with names of its own.
    stacks: tuple[Layers, ...] = ()
    densities: Mapping[str, Density] = field(default_factory=dict)
    relations: tuple = ()  # type: ignore[type-arg]  # as in Densities
    values: Mapping[TermValue, Term] = field(default_factory=dict)
    #: Names that stand as arguments of densities in what is given.
    random: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()
    #: Families of distributions that may be named, by their names in small letters.
    families: Mapping[str, Family] = field(default_factory=dict, compare=False)
    #: The one argument that each function is applied to in the definitions, for ``J_F`` and ``∂F/∂x`` without one.
    arguments: Mapping[str, tuple[Tensor, ...]] = field(default_factory=dict)
    #: Names that an answer may use for what is asked (``J``, ``D_{KL}``), and the name of the whole answer.
    aliases: Mapping[str, Value] = field(default_factory=dict)
    #: The index letters of the question that nothing binds: an answer means the same entry by them.
    letters: Mapping[str, Index] = field(default_factory=dict, compare=False)
    #: Names of variables that are no part of the question: an identity of an answer is stated in them.
    variables: frozenset[str] = frozenset()
    #: The densities that the question takes expectations under.
    sampled: tuple[LogDensity, ...] = ()
    #: Where each definition stands in that text.
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)
    #: Where normal forms are kept while one answer is judged.
    forms: Forms | None = field(default=None, compare=False)
    #: The text that declared it all.
    source: Source | None = field(default=None, compare=False)

    @property
    def knowledge(self) -> Densities:
        """What is known of the densities."""
        return Densities(self.densities, self.relations, self.values, forms=self.forms)

    def with_definition(self, name: str, value: Value) -> Scope:
        """One more name for a value."""
        return replace(self, definitions={**self.definitions, name: value})

    def variables_of(self, family: str) -> tuple[frozenset[str], frozenset[str]] | None:
        """The variables and conditions that a density was declared with, for when it is named alone."""
        density = self.densities.get(family)
        return (density.variables, density.given) if isinstance(density, Abstract) else None

    def names(self) -> set[str]:
        """Every declared name."""
        return {
            *self.symbols, *self.functions, *self.outputs, *self.definitions, *self.maps, *self.blocks, *self.densities, *self.dimensions,
        }  # fmt: skip


def key(node: tree.Node) -> str | None:
    r"""The name under which a symbol is known: ``x_1``, ``mu_i``, ``x_{1:d}`` as ``x_1:d``; None where the node is no name.

    Style does not belong to it: ``\mathbf{x}_1`` and ``x_1`` are one name.
    """
    if isinstance(node, tree.Name):
        return node.text
    if isinstance(node, tree.Scripted) and not node.primes:
        mark = "" if node.sup is None else _mark(node.sup)
        return None if mark is None else _marked(node, mark)
    return None


def marked_key(node: tree.Node) -> str | None:
    """As `key`, where any superscript that is plain text belongs to the name: ``z^{i}`` as ``z^i``, for places where powers cannot stand."""
    if isinstance(node, tree.Scripted) and node.sup is not None and not node.primes and key(node) is None:
        mark = subscript(node.sup)
        return None if mark is None else _marked(node, mark)
    if isinstance(node, tree.Juxtaposed) and len(node.items) == 2:
        found = difference_name(node.items, 0)
        return key(found) if found is not None else None
    return key(node)


def _marked(node: tree.Scripted, mark: str) -> str | None:
    base = key(node.base)
    if base is not None and node.sub is not None:
        sub = subscript(node.sub)
        base = None if sub is None else f"{base}_{sub}"
    return f"{base}^{mark}" if base is not None and mark else base


def _mark(sup: tree.Node) -> str | None:
    """A superscript that is no power: ``^*``, ``^{(i)}``, ``^{\\text{old}}``; None where it may be one."""
    match sup:
        case tree.Name(text="star" | "dagger" | "circ"):
            return sup.text
        case tree.Name(style="upright") if len(sup.text) > 1:
            return sup.text
        case tree.Fenced(kind="paren"):
            inside = subscript(sup.body)
            return None if inside is None else f"({inside})"
    return None


#: Letters that with the name behind them are one name.
DIFFERENCES = ("Delta", "delta")


def difference_name(items: Sequence[tree.Node], k: int) -> tree.Node | None:
    """``\\Delta \\mu_i`` as one name (``Delta mu_i``) with the scripts of the second; None where none stands at ``k``."""
    if k + 1 >= len(items) or not isinstance(items[k], tree.Name) or items[k].text not in DIFFERENCES:  # type: ignore[union-attr]
        return None
    first, second = items[k], items[k + 1]
    base = second.base if isinstance(second, tree.Scripted) else second
    if not isinstance(base, tree.Name):
        return None
    name = tree.Name(first.span | base.span, f"{first.text} {base.text}", base.style)  # type: ignore[union-attr]
    if not isinstance(second, tree.Scripted):
        return name
    return tree.Scripted(first.span | second.span, name, second.sub, second.sup, second.primes)


_JOIN = {"+": "+", "-": "-"}


def subscript(node: tree.Node) -> str | None:
    """A subscript as text, or None where it is no plain one."""
    match node:
        case tree.Name():
            return node.text
        case tree.Number():
            return node.digits
        case tree.Sign():
            return node.name
        case tree.Words():
            return node.text.strip()
        case tree.Listed():
            return _joined([subscript(i) for i in node.items], ",")
        case tree.Related() if set(node.relations) == {":"}:
            return _joined([subscript(s) for s in node.sides], ":")
        case tree.Sum():
            parts = [subscript(t) for t in node.terms]
            if None in parts:
                return None
            text = "".join(_JOIN.get(s, s) + (p or "") for s, p in zip(node.signs, parts, strict=True))
            return text.removeprefix("+")
        case tree.Juxtaposed():
            return _joined([subscript(i) for i in node.items], "")
        case tree.Scripted() if node.sup is None:
            return key(node)
        case tree.Fenced(kind="group"):
            return subscript(node.body)
    return None


def _joined(parts: list[str | None], by: str) -> str | None:
    return None if any(p is None for p in parts) else by.join(p or "" for p in parts)


def block_value(scope: Scope, name: str) -> Blocks | None:
    """A declared block vector with its parts' values."""
    parts = scope.blocks.get(name)
    if parts is None:
        return None
    from symderiv.algebra import tensors as T

    values: list[Value] = [scope.definitions[p] if p in scope.definitions else T.whole(scope.symbols[p]) for p in parts]
    return Blocks(tuple((v,) for v in values), column=True)
