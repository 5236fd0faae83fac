"""What names mean: the declared symbols, functions, definitions, blocks and densities of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symderiv.algebra.densities import Abstract, Densities, Density
from symderiv.algebra.families import Family
from symderiv.algebra.terms import Function, Symbol, Tensor, Term
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
class Scope:
    """Everything that is given. Names are keys made by `key`; nothing in it is ever changed, `with_` makes a larger one."""

    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    definitions: Mapping[str, Value] = field(default_factory=dict)
    maps: Mapping[str, Map] = field(default_factory=dict)
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    densities: Mapping[str, Density] = field(default_factory=dict)
    relations: tuple = ()  # type: ignore[type-arg]  # as in Densities
    values: Mapping[TermValue, Term] = field(default_factory=dict)
    dimensions: frozenset[str] = frozenset()
    #: Families of distributions that may be named, by their names in small letters.
    families: Mapping[str, Family] = field(default_factory=dict, compare=False)
    #: The one argument that each function is applied to in the definitions, for ``J_F`` and ``∂F/∂x`` without one.
    arguments: Mapping[str, tuple[Tensor, ...]] = field(default_factory=dict)
    #: Names that an answer may use for what is asked (``J``, ``D_{KL}``), and the name of the whole answer.
    aliases: Mapping[str, Value] = field(default_factory=dict)
    #: Where each definition stands in that text.
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)
    #: The text that declared it all.
    source: Source | None = field(default=None, compare=False)

    @property
    def knowledge(self) -> Densities:
        """What is known of the densities."""
        return Densities(self.densities, self.relations, self.values)

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
            *self.symbols, *self.functions, *self.definitions, *self.maps, *self.blocks, *self.densities, *self.dimensions,
        }  # fmt: skip


def key(node: tree.Node) -> str | None:
    r"""The name under which a symbol is known: ``x_1``, ``mu_i``, ``x_{1:d}`` as ``x_1:d``; None where the node is no name.

    Style does not belong to it: ``\mathbf{x}_1`` and ``x_1`` are one name.
    """
    if isinstance(node, tree.Name):
        return node.text
    if isinstance(node, tree.Scripted) and node.sup is None and not node.primes:
        base = key(node.base)
        if base is None or node.sub is None:
            return base
        sub = subscript(node.sub)
        return None if sub is None else f"{base}_{sub}"
    return None


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
