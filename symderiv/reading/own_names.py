r"""Names that an answer gives itself: ``|1 + u^\top \psi(x)|, where \psi(z) = h'(w^\top z + b) w``.

An equation between a name that nothing declares and what it stands for is a definition as soon as the name is used in another claim,
before it or after it. Definitions may have arguments, may be given by their entries (``\lambda_i = …``, ``A_{ij} = …``), may build on
one another in any order, and may stand under a brace. A name whose body cannot be read stays unknown, and so does one whose body has
two equally good meanings or needs a repair: what it stands for is then nobody's guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from symderiv.algebra.terms import Index, Symbol, Tensor, Term, exp, scalar, tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.size import Size
from symderiv.core.text import Source
from symderiv.reading import tree
from symderiv.reading.binders import find_sizes, names_in
from symderiv.reading.tree import children
from symderiv.reading.calls import argument_lists, brackets
from symderiv.reading.claims import Chain
from symderiv.reading.known import is_function, is_matrix_operator, is_operator
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import Map, Scope, key
from symderiv.reading.sizes import subscript_pieces
from symderiv.reading.values import Blocks, Value

_GIVING = ("=", ":=")
#: At most so many names are put in; a list of more is no answer that somebody wrote by hand.
_MOST = 60
#: What a name stands for has at most so many parts, with all other names put in: each name may double what it is made of.
_MOST_PARTS = 400


@dataclass(frozen=True, slots=True)
class OwnName:
    """A name that an answer gives itself, and the scope in which what it stands for was read: with its arguments as symbols."""

    name: str
    inner: Scope


@dataclass(frozen=True, slots=True)
class _Definition:
    """``name(arguments) = body``, or ``name_{indices} = body``, or ``name = body``; ``place``: the number of its chain, none under a brace."""

    name: str
    left: tree.Node
    body: tree.Node
    place: int | None
    arguments: tree.Fenced | None = None
    indices: tuple[str, ...] = ()
    logarithm: bool = False


def with_own_names(scope: Scope, source: Source, chains: Sequence[Chain]) -> tuple[Scope, dict[int, OwnName]]:
    """The scope with the names that chains give and use, and which chains give one."""
    uses = _uses(chains)
    wanted = {
        d.name: d
        for d in _definitions(scope, chains)
        if uses.get(d.name, set()) - {(d.place, 0)} and not _has_meaning(scope, source, d.left)
    }
    own: dict[int, OwnName] = {}
    for _ in range(2):  # an argument's size may be said by a name that comes later
        for d in _in_order(wanted):
            found = _defined(scope, source, d, chains, wanted.keys() - {d.name}) if len(own) < _MOST else None
            if found is None:
                continue
            del wanted[d.name]
            scope, inner = found
            if d.place is not None:
                own[d.place] = OwnName(d.name, inner)
    return scope, own


def _in_order(wanted: Mapping[str, _Definition]) -> list[_Definition]:
    """Definitions behind those they are made of; without those that are made of themselves."""
    needs = {d.name: names_in(d.body) & wanted.keys() for d in wanted.values()}
    needed_by: dict[str, list[str]] = {}
    for name, parts in needs.items():
        for part in parts:
            needed_by.setdefault(part, []).append(name)
    ready = [name for name in wanted if not needs[name]]
    for name in ready:
        for other in needed_by.get(name, ()):
            needs[other].discard(name)
            if not needs[other]:
                ready.append(other)
    return [wanted[name] for name in ready]


def _definitions(scope: Scope, chains: Sequence[Chain]) -> list[_Definition]:
    """What could be a definition: the first equation for each name that nothing declares."""
    found: dict[str, _Definition] = {}
    for k, chain in enumerate(chains):
        if len(chain.sides) > 1 and chain.sides[1].relation in _GIVING:
            d = _definition(scope, chain.sides[0].node, chain.sides[1].node, k)
            if d is not None:
                found.setdefault(d.name, d)
        for side in chain.sides:
            for braced in _braced(side.node):
                d = _definition(scope, _under_brace(braced), braced.body, None)
                if d is not None:
                    found.setdefault(d.name, d)
    return list(found.values())


def _definition(scope: Scope, left: tree.Node | None, body: tree.Node, place: int | None) -> _Definition | None:
    if isinstance(left, tree.Juxtaposed) and len(left.items) == 3 and key(left.items[0]) in ("log", "ln"):  # log p(z) = …
        found = _definition(scope, tree.Juxtaposed(left.span, left.items[1:]), body, place)
        return None if found is None else replace(found, logarithm=True)
    if isinstance(left, tree.Juxtaposed) and len(left.items) == 2 and (inside := brackets(left.items, 1)) is left.items[1]:
        name = key(left.items[0])
        nodes = inside.body.items if isinstance(inside.body, tree.Listed) else (inside.body,)
        arguments = [key(n) for n in nodes]
        if name is None or None in arguments or len(set(arguments)) < len(arguments):
            return None
        return _Definition(name, left, body, place, inside) if _is_new(name, scope) and not is_operator(name) else None
    name = key(left) if left is not None else None
    if left is None or name is None or not _is_new(name, scope) or name in names_in(body) or is_matrix_operator(name):
        return None
    if isinstance(left, tree.Scripted) and left.sub is not None and left.sup is None:
        stem, letters = key(left.base), [key(p) for p in subscript_pieces(left.sub)]
        if (
            stem is not None
            and _is_new(stem, scope)
            and all(n and len(n) == 1 and n.isalpha() and _is_new(n, scope) for n in letters)
        ):
            return _Definition(stem, left, body, place, indices=tuple(n or "" for n in letters))
    if isinstance(left, tree.Scripted) and left.sup is not None and names_in(left.sup) & names_in(body):
        return None  # d^{(i)} = a_i + 1: one name for each i, which is no name for the vector of them all
    return _Definition(name, left, body, place)


def _has_meaning(scope: Scope, source: Source, left: tree.Node) -> bool:
    """Whether what stands on the left says something already: then its equation is a claim. ``D_F`` may be the Jacobian of F, and any matrix D."""
    if isinstance(left, tree.Name) or (isinstance(left, tree.Scripted) and key(left.base) == "D"):
        return False  # a name that is not declared has at most a meaning by custom: e, I, π
    try:
        Reader(scope, source).read(left)
    except AnswerProblem:
        return False
    return True


def _is_new(name: str, scope: Scope) -> bool:
    return name not in scope.names() and name not in scope.aliases


def _uses(chains: Sequence[Chain]) -> dict[str, set[tuple[int, int]]]:
    """Where each name stands: the number of the chain and of its side."""
    found: dict[str, set[tuple[int, int]]] = {}
    for k, chain in enumerate(chains):
        for n, side in enumerate(chain.sides):
            for part in _without_notes(side.node):
                for name in names_in(part):
                    found.setdefault(name, set()).add((k, n))
    return found


def _without_notes(node: tree.Node) -> Iterator[tree.Node]:
    """A node in pieces, without the notes under its braces."""
    if not any(True for _ in _braced(node)):
        yield node
    elif isinstance(node, tree.Braced):
        yield from _without_notes(node.body)
    else:
        for child in children(node):
            yield from _without_notes(child)


def _braced(node: tree.Node) -> Iterator[tree.Braced]:
    if isinstance(node, tree.Braced) and node.note is not None:
        yield node
    for child in children(node):
        yield from _braced(child)


def _under_brace(node: tree.Braced) -> tree.Node | None:
    """The name in ``_{a}``, ``_{=a}``, ``_{=:a}``, ``_{a :=}``."""
    note = node.note
    if isinstance(note, tree.Related) and len(note.sides) == 2:
        named = [s for s in note.sides if not isinstance(s, tree.Empty)]
        return named[0] if len(named) == 1 else None
    return note


# --- what a name stands for -----------------------------------------------------------------------------------------------


def _defined(
    scope: Scope, source: Source, d: _Definition, chains: Sequence[Chain], waiting: AbstractSet[str]
) -> tuple[Scope, Scope] | None:
    """The scope with one more name, and the one its body was read in; None where that cannot be read, or not yet."""
    if d.arguments is None and not d.indices and (named := _function_named(scope, source, d.body)) is not None:
        return replace(scope, maps={**scope.maps, d.name: named}), scope
    inner = scope
    parameters: tuple[Symbol, ...] = ()
    if d.arguments is not None:
        found = _parameters(scope, source, d, chains, waiting)
        if found is None:
            return None
        parameters = found
        inner = _with_parameters(scope, parameters)
    reader = Reader(inner, source)
    value = _settled(reader, d.body)
    if value is None:
        return None
    if d.logarithm:
        if not isinstance(value, Tensor) or value.rank:
            return None
        value = scalar(exp(value.body))
    if d.indices:
        value = _from_entries(reader, value, d.indices)
        return None if value is None else (scope.with_definition(d.name, value), scope)
    if d.arguments is None:
        return scope.with_definition(d.name, value), scope
    scope = replace(scope, maps={**scope.maps, d.name: Map(parameters, value)})
    return scope, replace(inner, maps=scope.maps)


def _function_named(scope: Scope, source: Source, body: tree.Node) -> Map | None:
    r"""``h = \tanh``: the function that a name alone stands for."""
    if key(body) is None or not _is_new(key(body) or "", scope) or not is_function(key(body) or ""):
        return None
    argument = Symbol("the argument")
    call = tree.Juxtaposed(body.span, (body, tree.Fenced(body.span, "paren", tree.Name(body.span, argument.name))))
    value = _settled(Reader(_with_parameters(scope, (argument,)), source), call)
    return None if value is None else Map((argument,), value)


def _settled(reader: Reader, node: tree.Node) -> Value | None:
    """The one meaning of a node; None where it has none, needs a repair, or has several that are equally good."""
    try:
        if "delta" in names_in(node):  # how far its letters run is said beside it
            find_sizes(reader, node)
        readings = reader.read(node)
    except AnswerProblem:
        return None
    best = readings[0]
    if any(n.kind == "repair" for n in best.notes) or any(r.cost == best.cost for r in readings[1:]):
        return None
    return best.value if is_short(best.value) else None


def is_short(value: Value) -> bool:
    """Whether a value has few enough parts to be put in where its name stands."""
    return _parts(value, {}) <= _MOST_PARTS


def _parts(value: object, known: dict[Term, int]) -> int:
    """How many terms a value is made of, each counted as often as it stands there."""
    if isinstance(value, Term):
        if value not in known:
            known[value] = 1 + sum(_parts(part, known) for part in value.values)
        return known[value]
    if isinstance(value, Tensor):
        return _parts(value.body, known)
    if isinstance(value, Blocks):
        return _parts(value.rows, known)
    return sum(_parts(part, known) for part in value) if isinstance(value, tuple) else 0


def _from_entries(reader: Reader, value: Value, letters: Sequence[str]) -> Value | None:
    """The vector or matrix whose entries are a scalar at free index letters."""
    if not isinstance(value, Tensor) or value.rank:
        return None
    running = [reader.free.get(n) for n in letters]
    indices: list[Index] = [r.index for r in running if r is not None and r.index is not None]
    return tensor(indices, value.body) if len(indices) == len(letters) and set(indices) == set(value.free) else None


def _with_parameters(scope: Scope, parameters: Sequence[Symbol]) -> Scope:
    names = {p.name for p in parameters}
    return replace(
        scope,
        symbols={**scope.symbols, **{p.name: p for p in parameters}},
        definitions={n: v for n, v in scope.definitions.items() if n not in names},
        blocks={n: v for n, v in scope.blocks.items() if n not in names},
        functions={n: v for n, v in scope.functions.items() if n not in names},
    )


def _parameters(
    scope: Scope, source: Source, d: _Definition, chains: Sequence[Chain], waiting: AbstractSet[str]
) -> tuple[Symbol, ...] | None:
    """The arguments as symbols: of the sizes they have where the name is used, else as they are declared. None while a use waits for other names."""
    assert d.arguments is not None
    nodes = d.arguments.body.items if isinstance(d.arguments.body, tree.Listed) else (d.arguments.body,)
    names = [key(n) or "" for n in nodes]
    for inside in _calls(d, chains):
        reader = Reader(scope, source)
        try:
            lists = argument_lists(reader, inside)
        except AnswerProblem:
            if names_in(inside) & waiting:
                return None
            continue
        if len(lists[0]) == len(names):
            return tuple(_symbol(scope, n, v) for n, v in zip(names, lists[0], strict=True))
    declared = [scope.symbols.get(n) for n in names]
    return tuple(s for s in declared if s is not None) if None not in declared else None


def _symbol(scope: Scope, name: str, value: Tensor) -> Symbol:
    declared = scope.symbols.get(name)
    return declared if declared is not None and declared.sizes == value.sizes else Symbol(name, value.sizes)


def _calls(d: _Definition, chains: Sequence[Chain]) -> Iterator[tree.Fenced]:
    """The brackets behind a name wherever it is used."""
    stack = [s.node for k, c in enumerate(chains) for n, s in enumerate(c.sides) if (k, n) != (d.place, 0)]
    stack.reverse()
    while stack:
        node = stack.pop()
        if isinstance(node, tree.Juxtaposed):
            for k, item in enumerate(node.items):
                head = item.base if isinstance(item, tree.Scripted) else item
                inside = brackets(node.items, k + 1)
                if inside is not None and d.name in (key(item), key(head)):
                    yield inside
        stack.extend(reversed(children(node)))


# --- identities in variables of their own -----------------------------------------------------------------------------------


def in_own_variables(scope: Scope, left: tree.Node) -> Scope:
    r"""The scope with the variables of an identity about a function: the ``z`` of ``\sigma'(z) = \sigma(z)(1 - \sigma(z))``."""
    if not (isinstance(left, tree.Juxtaposed) and len(left.items) == 2 and (inside := brackets(left.items, 1)) is left.items[1]):
        return scope
    head = left.items[0]
    name = key(head.base if isinstance(head, tree.Scripted) and head.primes else head) or ""
    nodes = inside.body.items if isinstance(inside.body, tree.Listed) else (inside.body,)
    names = [key(n) for n in nodes]
    sizes = _sizes_of_arguments(scope, name)
    if sizes is None or len(sizes) != len(names) or not all(n is not None and _is_new(n, scope) for n in names):
        return scope
    found = _with_parameters(scope, [Symbol(n or "", s) for n, s in zip(names, sizes, strict=True)])
    return replace(found, variables=frozenset(n or "" for n in names))


def _sizes_of_arguments(scope: Scope, name: str) -> tuple[tuple[Size, ...], ...] | None:
    if name in scope.functions:
        return scope.functions[name].arguments
    if name in scope.maps:
        return tuple(p.sizes for p in scope.maps[name].parameters)
    return ((),) if _is_new(name, scope) and is_function(name) else None
