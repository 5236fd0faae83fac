r"""What is asked: find a value, find some names in terms of others, show an identity, decide a statement, or match a reference.

`Problem` holds a scope and the ask as typed values; it is what `derive` answers and `grading` compares with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AnswerProblem, AuthorProblem
from symderiv.core.text import Source
from symderiv.reading import probability, stacks, tree
from symderiv.reading.tree import children
from symderiv.reading.given_densities import with_densities
from symderiv.reading.meaning import Reader
from symderiv.reading.normals import with_normals
from symderiv.reading.parse import parse
from symderiv.reading.sampled import sampled_in
from symderiv.reading.scope import Scope, key
from symderiv.reading.upto import without_constant
from symderiv.reading.values import Blocks, Reading, Value

# What the reader enters only where a formula needs it, loaded with the questions so that no first answer waits for it.
from symderiv.reading import fences, heads, integrals, juxtaposition, products, scripted, substitute  # noqa: F401


@dataclass(frozen=True, slots=True)
class Find:
    """A value in closed form."""

    node: tree.Node
    value: Value


@dataclass(frozen=True, slots=True)
class Invert:
    """Names in terms of other names: the inverse of the map that defines the latter."""

    unknowns: tuple[Symbol, ...]
    knowns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """A claim ``left relation right``."""

    left: tree.Node
    relation: str
    right: tree.Node
    #: The two are equal up to a constant.
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Decide:
    """A claim that may be true, false, or true under a condition."""

    left: Value
    right: Value
    node: tree.Related


Ask = Find | Invert | Show | Decide


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as text (for messages) and meaning, in its scope."""

    scope: Scope
    ask: Ask
    source: Source
    reference: bool = False
    aliases: tuple[str, ...] = field(default=())


def read_find(scope: Scope, source: Source, in_terms_of: Source | None = None) -> Asked:
    """``find``, with or without ``in_terms_of``."""
    return _author(source, lambda: _find(scope, source, in_terms_of))


def _find(scope: Scope, source: Source, in_terms_of: Source | None) -> Asked:
    node = parse(source)
    if in_terms_of is not None:
        unknowns = []
        for n in _listed(node):
            symbol = scope.symbols.get(key(n) or "")
            if symbol is None:
                raise AnswerProblem("only declared vectors and scalars can be asked for in terms of others", n.span, source)
            unknowns.append(symbol)
        knowns = []
        for n in _listed(parse(in_terms_of)):
            if key(n) not in scope.definitions:
                raise AnswerProblem("this name has no definition in what is given", n.span, in_terms_of)
            knowns.append(key(n) or "")
        return Asked(scope, Invert(tuple(unknowns), tuple(knowns)), source)
    layers = stacks.measured(scope, node)
    if layers is not None:
        return Asked(scope, Find(node, stacks.volume(scope, source, layers)), source)
    scope = with_normals(with_densities(scope, node), source, node)
    reader = Reader(scope, source)
    value = reader.read(node)[0].value
    scope = replace(with_aliases(scope, node, source, value), letters=reader.letters, sampled=sampled_in([value]))
    return Asked(scope, Find(node, value), source)


def read_reference(scope: Scope, source: Source) -> Asked:
    """A key that is given: nothing is to be derived."""
    asked = read_find(scope, source)
    return replace(asked, reference=True)


def read_show(scope: Scope, source: Source) -> Asked:
    """A claim to be shown."""

    def read() -> Asked:
        node = parse(source)
        if not isinstance(node, tree.Related) or len(node.sides) != 2:
            raise AnswerProblem("what is to be shown is one relation: left = right", node.span, source)
        wider = with_normals(with_densities(scope, node), source, node)
        reader = Reader(wider, source)
        left, right = (without_constant(side) or side for side in node.sides)
        values = [reader.read(side)[0].value for side in (left, right)]
        wider = replace(with_aliases(wider, node, source), letters=reader.letters, sampled=sampled_in(values))
        return Asked(wider, Show(left, node.relations[0], right, (left, right) != node.sides), source)

    return _author(source, read)


def read_decide(scope: Scope, source: Source) -> Asked:
    """A statement to be decided."""

    def read() -> Asked:
        node = parse(source)
        if not isinstance(node, tree.Related) or node.relations != ("=",):
            raise AnswerProblem("what is to be decided is one equation: left = right", node.span, source)
        reader = Reader(scope, source)
        left, right = (reader.read(s)[0].value for s in node.sides)
        wider = replace(with_aliases(scope, node, source), letters=reader.letters, sampled=sampled_in([left, right]))
        return Asked(wider, Decide(left, right, node), source)

    return _author(source, read)


def _author(source: Source, f: Callable[[], Asked]) -> Asked:
    try:
        return f()
    except AnswerProblem as problem:
        raise AuthorProblem(problem.message, problem.span, problem.source or source, problem.hint) from None


def _listed(node: tree.Node) -> tuple[tree.Node, ...]:
    return node.items if isinstance(node, tree.Listed) else (node,)


# --- names that an answer may use for what is asked ---------------------------------------------------------------------


def with_aliases(scope: Scope, node: tree.Node, source: Source, value: Value | None = None) -> Scope:
    """``J`` for the Jacobian that the question is about, ``D_{KL}`` for its divergence, as far as the question has just one."""
    reader = Reader(scope, source)
    aliases: dict[str, Value] = {}
    jacobians = [n for n in _walk(node) if isinstance(n, tree.Fraction) and _is_matrix(reader, n)]
    if len(jacobians) == 1:
        found = reader.read(jacobians[0])[0].value
        aliases |= dict.fromkeys(("J", "J_f", "J(x)", "J_f(x)", "DF", "Df", "J_y"), found)
    divergences = [n for n in _walk(node) if isinstance(n, tree.Juxtaposed) and _is_divergence(reader, n)]
    if len(divergences) == 1:
        found = reader.read(_divergence_part(reader, divergences[0]))[0].value
        aliases |= dict.fromkeys(("KL", "D_KL", "D_kl", "KLD", "D"), found)
    if value is not None and not divergences and not jacobians:
        aliases["J"] = value
    known = scope.names() | {f"J_{name}" for name in scope.functions}  # their own Jacobians
    return replace(scope, aliases={name: v for name, v in aliases.items() if name not in known})


def _walk(node: tree.Node) -> list[tree.Node]:
    out = [node]
    for child in children(node):
        out.extend(_walk(child))
    return out


def _is_matrix(reader: Reader, node: tree.Fraction) -> bool:
    try:
        readings: list[Reading[Value]] = reader.read(node)
    except AnswerProblem:
        return False
    v = readings[0].value
    return (isinstance(v, Blocks) and not v.column) or (isinstance(v, Tensor) and v.rank == 2)


def _divergence_part(reader: Reader, node: tree.Juxtaposed) -> tree.Node:
    for k in range(len(node.items)):
        if probability.application(reader, node.items, k) is not None and _names_divergence(node.items[k]):
            return tree.Juxtaposed(node.items[k].span | node.items[k + 1].span, node.items[k : k + 2])
    return node


def _names_divergence(node: tree.Node) -> bool:
    return (key(node) or "").lower().endswith("kl") or key(node) == "D"


def _is_divergence(reader: Reader, node: tree.Juxtaposed) -> bool:
    for k, item in enumerate(node.items[:-1]):
        if _names_divergence(item) and isinstance(node.items[k + 1], tree.Fenced):
            try:
                return probability.application(reader, node.items, k) is not None
            except AnswerProblem:
                return False
    return False
