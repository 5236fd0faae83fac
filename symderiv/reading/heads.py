r"""Heads that take what stands behind them: ``\log``, ``diag``, ``\det``, ``tr``, declared functions, ``J_F``, ``E_q``, ``D_{KL}``, densities.

`unit` reads a head with its arguments inside a juxtaposition and says where it ends; `lone` reads a head that stands alone. The
heads themselves stand in `known`, `declared`, `derivatives` and `probability`; names that are defined with arguments are read here.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra.calculus import CannotDifferentiate
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.tensors import ShapeMismatch, entrywise
from symderiv.algebra.terms import Symbol, Tensor, scalar
from symderiv.reading import declared, derivatives, known, probability, tree, variances
from symderiv.reading.calls import argument_lists, brackets, call_key, finished, head_of, symbols_in
from symderiv.reading.density_names import density
from symderiv.reading.meaning import Reader
from symderiv.reading.sizes import subscript_pieces
from symderiv.reading.substitute import substituted
from symderiv.reading.values import Readings
from symderiv.reading.scope import Map, key, subscript
from symderiv.reading.values import Reading, Value


def unit(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int]:
    """What begins at ``k`` and where it ends: a head with its arguments, else the one thing that stands there."""
    node, bare = items[k], not _before_brackets(items, k)
    if bare and isinstance(node, tree.Name):
        declared_name = reader.named(node.text)
        if declared_name is not None:  # as most things are, and nothing stands behind it that it could be applied to
            return [declared_name], k + 1
    if isinstance(node, (tree.Name, tree.Scripted, tree.Fraction, tree.Sign)):
        name = head_of(node)
        everyones = name is not None and known.is_plain_operator(name.text) and key(node) not in reader.scope.densities
        for rule in _OPERATORS if everyones else _BARE if bare and name is not None else _HEADS:
            found = rule(reader, items, k)
            if found is not None:
                return found
    return reader.read(node), k + 1


def _before_brackets(items: Sequence[tree.Node], k: int) -> bool:
    following = items[k + 1] if k + 1 < len(items) else None
    return isinstance(following.base if isinstance(following, tree.Scripted) else following, tree.Fenced)


def lone(reader: Reader, node: tree.Node) -> Readings | None:
    """A head without arguments that still means something: ``J_F`` at the function's one argument, ``F'``, ``⟨f⟩_q``."""
    found = probability.lone(reader, node)
    if found is not None:
        return found
    name = head_of(node)
    if name is None or reader.named(key(node)) is not None:
        return None
    of_definition = _jacobian_of_definition(reader, (node,), 0)
    if of_definition is not None:
        return of_definition[0]
    found_function = declared.function_of_jacobian(reader, node) or declared.primed_function(reader, node)
    if found_function is not None:
        f, order, span = found_function
        return declared.at_its_argument(reader, f, order, span)
    return None


# --- Jacobians of definitions ---------------------------------------------------------------------------------------------


def _jacobian_of_definition(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """``J_s`` and ``J_s(x_2)`` of a name that is defined as a function of one vector: ``s = H(x_2)``."""
    node, inside = items[k], brackets(items, k + 1)
    if not (
        isinstance(node, tree.Scripted) and key(node.base) == "J" and node.sub is not None and not node.sup and not node.primes
    ):
        return None
    value = reader.scope.definitions.get(subscript(node.sub) or "")
    if not isinstance(value, Tensor) or value.rank != 1 or key(node) in reader.scope.names():
        return None
    by = symbols_in(value.body)
    if len(by) != 1 or (inside is not None and key(inside.body) not in {s.name for s in by}):
        return None
    found = derivatives.of(reader, [Reading(value)], tree.Name(node.span, next(iter(by)).name), node.span)
    return (
        (finished(reader, found, items[k + 1]), k + 2)
        if inside is not None
        else (reader.raised(found, node.sup, node.span) if node.sup else found, k + 1)
    )


# --- definitions with arguments -------------------------------------------------------------------------------------------


def _names_only(reader: Reader, inside: tree.Fenced) -> bool:
    r"""``F[q]``, ``\mathcal{L}(\theta, \phi; x)`` of a number with a name: what it depends on, densities and names without a value."""
    nodes = [inside.body]
    while (listed := next((n for n in nodes if isinstance(n, (tree.Listed, tree.Given))), None)) is not None:
        nodes.remove(listed)
        nodes += listed.items if isinstance(listed, tree.Listed) else (listed.left, listed.right)
    scope = reader.scope
    return all(
        density(reader, n) is not None
        if isinstance(n, tree.Juxtaposed)
        else (name := key(n)) is not None
        and name not in reader.indices
        and (name in scope.densities or reader.named(name) is None)
        for n in nodes
    )


def _called_definition(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    inside = brackets(items, k + 1)
    if inside is None:
        return None
    name = call_key(items[k], inside)
    scope = reader.scope
    for name_here in (name, key(items[k])):
        if name_here is not None and name_here in scope.definitions and name_here == name:
            return finished(reader, [Reading(scope.definitions[name_here])], items[k + 1]), k + 2
        if name_here is not None and name_here in scope.aliases:
            return finished(reader, [Reading(scope.aliases[name_here])], items[k + 1]), k + 2
    value = scope.definitions.get(key(items[k]) or "")
    # f(x) of f = … x …, and F[q] of a number F
    if isinstance(value, Tensor) and (_depends_on(value, inside) or (not value.rank and _names_only(reader, inside))):
        return finished(reader, [Reading(value)], items[k + 1]), k + 2
    node = items[k]
    primes = node.primes if isinstance(node, tree.Scripted) else 0
    bare = declared.unprimed(node)
    places: tuple[tree.Node, ...] = ()
    mapped = scope.maps.get(key(bare) or "")
    if mapped is None and isinstance(bare, tree.Scripted) and bare.sub is not None and bare.sup is None:  # ψ_i(x) of ψ
        mapped, places = scope.maps.get(key(bare.base) or ""), subscript_pieces(bare.sub)
    if mapped is not None:
        body = _map_derived(reader, mapped, primes, node) if primes else mapped.body
        lists = argument_lists(reader, inside)
        values = [r for arguments in lists if (r := _mapped(mapped.parameters, body, arguments)) is not None]
        if not values:
            raise reader.problem("this map takes other arguments", inside.span)
        entries = reader.component(list(values), places, node.span | inside.span) if places else list(values)
        return finished(reader, entries, items[k + 1]), k + 2
    return None


def _depends_on(value: Tensor, inside: tree.Fenced) -> bool:
    """Whether nothing but symbols that a value depends on stands in brackets."""
    nodes = inside.body.items if isinstance(inside.body, tree.Listed) else (inside.body,)
    return {key(n) for n in nodes} <= {s.name for s in symbols_in(value.body)}


def _mapped(parameters: Sequence[Symbol], body: Value, arguments: Sequence[Tensor]) -> Reading[Value] | None:
    """A definition at its arguments; one of a scalar acts on a vector entry by entry. None where the arguments do not fit."""
    if [a.sizes for a in arguments] == [p.sizes for p in parameters]:
        return Reading(substituted(body, dict(zip(parameters, arguments, strict=True))))
    if len(arguments) == len(parameters) == 1 and not parameters[0].sizes and isinstance(body, Tensor) and not body.rank:
        (p,), (x,) = parameters, arguments
        return Reading(entrywise(lambda u: substitute_tensor(body, {p: scalar(u)}).body, x))
    return None


def _map_derived(reader: Reader, mapped: Map, order: int, node: tree.Node) -> Value:
    """The derivative of a definition by its one argument."""
    if len(mapped.parameters) != 1:
        raise reader.problem("a prime is the derivative by the only argument, and there are several", node.span)
    value = mapped.body
    for _ in range(order):
        try:
            value = derivatives.derivative(reader, value, mapped.parameters[0])
        except (CannotDifferentiate, ShapeMismatch) as cannot:
            raise reader.problem(str(cannot), node.span) from None
    return value


#: What may begin at a place, in the order in which it is looked for.
_HEADS = (
    derivatives.operator,
    derivatives.nabla,
    probability.application,
    variances.application,
    known.matrix,
    known.several,
    known.elementwise,
    declared.jacobian,
    _jacobian_of_definition,
    declared.application,
    _called_definition,
    known.called,
)
#: The same for a function that everybody knows by its name, which begins nothing else.
_OPERATORS = (known.matrix, known.elementwise, declared.application, _called_definition)
#: The same for a name with no brackets behind it.
_BARE = (probability.application, declared.jacobian, _jacobian_of_definition)
