r"""Expectations, divergences, entropies and the values of densities as they are written.

``\mathbb{E}_{q(z)}[f]``, ``\langle f \rangle_q``, ``D_{KL}(q \| p)``, ``H(q)``, ``p(x \mid z)``. Which density a name means is said in
`density_names`; the other side of a divergence takes the variables of the first. Integrals are read in `integrals`.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra import terms as t
from symderiv.algebra.densities import Abstract, ByCoordinate, divergence
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import LogDensity, Mean, Tensor, Term, scalar, tensor
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.arguments import listed as items_of
from symderiv.reading.calls import finished
from symderiv.reading.density_names import (
    all_variables,
    density,
    family_of,
    normal,
    own_variables,
    variable_named,
    with_arguments,
)
from symderiv.reading.meaning import Reader
from symderiv.reading.normals import coordinate_of, gaussian_at, starts_normal, value_at_coordinate, variable_of
from symderiv.reading.sampled import of_factor, understood
from symderiv.reading.scope import key, marked_key
from symderiv.reading.unknown import listed
from symderiv.reading.values import Note, Reading, Readings, Value

_DIVERGENCES = ("KL", "D_KL", "D_kl", "D_Kl", "Kl", "kl", "KLD")
_ENTROPIES = ("H", "h", "Ent", "S")


def application(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """An expectation, divergence, entropy or density at ``k`` with its arguments; None where none stands there."""
    found = _applied(reader, items, k)
    if found is None or found[1] != k + 2:
        return found
    return finished(reader, found[0], items[k + 1]), k + 2  # p(z)^2, E[z]^2: a script on the bracket belongs to the value


def _applied(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    node = items[k]
    following = items[k + 1] if k + 1 < len(items) else None
    name = _base_name(node)
    if name in ("E", "mathbbE") and following is not None and reader.named(key(node)) is None and _styled(node):
        return _expectation(reader, items, k)
    fenced = following.base if isinstance(following, tree.Scripted) else following
    if not isinstance(fenced, tree.Fenced):
        return None
    known_as = key(node)
    if known_as in _DIVERGENCES or (known_as == "D" and isinstance(fenced.body, tree.Parallel)):
        return [Reading(scalar(_divergence(reader, fenced)))], k + 2
    if known_as in (*_ENTROPIES, "CE") and isinstance(fenced.body, tree.Listed) and len(fenced.body.items) == 2:
        crossed = _cross_entropy(reader, *fenced.body.items)
        if crossed is not None:
            return [Reading(scalar(crossed))], k + 2
    if known_as in _ENTROPIES and known_as not in reader.scope.functions:
        q = density(reader, fenced.body)
        if q is not None:
            return [Reading(scalar(t.neg(Mean(q.family, q.variables, q.given, q.at, q))))], k + 2
    if known_as in (*_ENTROPIES, "I") and known_as not in reader.scope.names():
        of_variables = _of_variables(reader, known_as, fenced.body)
        if of_variables is not None:
            return [Reading(scalar(of_variables))], k + 2
    if starts_normal(tuple(items), k) and variable_of(fenced) is not None:
        return _normal_value(reader, fenced), k + 2
    p = with_arguments(reader, node, fenced)
    if p is not None:
        return [Reading(scalar(t.exp(p)))], k + 2
    return None


def _cross_entropy(reader: Reader, left: tree.Node, right: tree.Node) -> Term | None:
    """``H(q, p)`` is ``-E_q[log p]``; None where these are no densities."""
    q = density(reader, left)
    p = density(reader, right, q) if q is not None else None
    return None if q is None or p is None else t.neg(Mean(q.family, q.variables, q.given, q.at, p))


def _normal_value(reader: Reader, inside: tree.Fenced) -> Readings:
    r"""``\mathcal{N}(x; \mu, \sigma^2)`` as the value of the density at its variable."""
    coordinate = coordinate_of(reader.scope, inside)
    if coordinate is not None:
        return [Reading(scalar(value_at_coordinate(reader, coordinate, inside)))]
    p = normal(reader, inside, None)
    return [Reading(scalar(t.exp(p if p is not None else gaussian_at(reader, inside, None).log_density())))]


def _base_name(node: tree.Node) -> str | None:
    while isinstance(node, tree.Scripted):
        node = node.base
    return node.text if isinstance(node, tree.Name) else None


def _styled(node: tree.Node) -> bool:
    """An expectation is set in another face, or has the density below it, or a bracket behind."""
    return isinstance(node, (tree.Scripted, tree.Name))


def _expectation(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int]:
    node = items[k]
    sub = node.sub if isinstance(node, tree.Scripted) else None
    if isinstance(node, tree.Scripted) and (node.sup is not None or node.primes):
        raise reader.problem("an expectation is raised behind its brackets, E[z]^2", node.span)
    following = items[k + 1]
    fenced = following.base if isinstance(following, tree.Scripted) else following
    if isinstance(fenced, tree.Fenced):
        q = below(reader, sub, fenced, node.span)
        return expectation(reader, q, reader.read(fenced), node.span | fenced.span), k + 2
    rest = items[k + 1 :]
    body: tree.Node = rest[0] if len(rest) == 1 else tree.Juxtaposed(rest[0].span | rest[-1].span, tuple(rest))
    q = below(reader, sub, body, node.span)
    return expectation(reader, q, reader.read(body), node.span | body.span), len(items)


def unsaid(reader: Reader, node: tree.Fenced) -> Readings:
    """``⟨f⟩`` under the density that is meant. Raises `AnswerProblem` where none is."""
    return expectation(reader, understood(reader, node.body, node.span), reader.read(node.body), node.span)


def below(reader: Reader, sub: tree.Node | None, body: tree.Node, span: Span) -> LogDensity:
    """The density below an E: ``q``, ``q(z)``, ``z \\sim q(z | x)``, or the one that is meant where none is named."""
    if sub is None:
        return understood(reader, body, span)
    if isinstance(sub, tree.Related) and sub.relations == ("~",):
        name = marked_key(sub.sides[0])
        variable = variable_named(reader.scope, name) or name if name is not None else None
        like = LogDensity("", frozenset((variable,)), frozenset(), ()) if variable is not None else None
        q = density(reader, sub.sides[1], like)
    else:
        q = density(reader, sub) or _only_density_of(reader, sub)
    if q is None:
        raise reader.problem("the density under this expectation is not declared", sub.span, listed(reader.scope.densities))
    return of_factor(reader, q, body)


def _only_density_of(reader: Reader, sub: tree.Node) -> LogDensity | None:
    r"""``\mathbb{E}_z``: under the only density named q (or the only one at all) that z has."""
    name = key(sub)
    own = [
        LogDensity(family, own_variables(d), frozenset() if isinstance(d, ByCoordinate) else d.given, ())
        for family, d in sorted(reader.scope.densities.items())
        if name is not None and own_variables(d) == {name}
    ]
    named_q = [q for q in own if q.family.startswith(("q", "Q"))] or own
    return named_q[0] if len(named_q) == 1 else None


def expectation(reader: Reader, q: LogDensity, values: Readings, span: Span) -> Readings:
    """``E_q`` of values, entry by entry."""

    def mean(v: Value) -> Reading[Value]:
        if not isinstance(v, Tensor):
            raise ShapeMismatch("the expectation of blocks is taken block by block")
        indices, body = v.open()
        return Reading(tensor(indices, Mean(q.family, q.variables, q.given, q.at, body), v.row))

    return reader.each(mean, span, values)


def _divergence(reader: Reader, fenced: tree.Fenced) -> Term:
    body = fenced.body
    if isinstance(body, (tree.Parallel, tree.Given)):
        sides = (body.left, body.right)
    elif isinstance(body, tree.Listed) and len(body.items) == 2:
        sides = (body.items[0], body.items[1])
    else:
        raise reader.problem("a divergence is written D_KL(q ‖ p)", fenced.span)
    q = density(reader, sides[0])
    p = density(reader, sides[1], q)
    if q is None:
        q = density(reader, sides[0], p)
    if q is None or p is None:
        return _divergence_of_products(reader, sides)
    if q.at and not p.at:
        p = LogDensity(p.family, p.variables, p.given, q.at)
    return divergence(q, p)


def _divergence_of_products(reader: Reader, sides: Sequence[tree.Node]) -> Term:
    r"""``D_{KL}(p(x, y) \| p(x) p(y))``: products of densities on either side. Raises `AnswerProblem`."""
    first, second = (_factors(reader, side) for side in sides)
    for side, own, other in ((sides[0], first, second), (sides[1], second, first)):
        variables = [v for d in own for v in d.variables]
        if len(set(variables)) < len(variables) or set(variables) != {v for d in other for v in d.variables}:
            raise reader.problem("the densities of a divergence have the same variables", side.span)
    body = t.add(*first, *map(t.neg, second))
    for d in sorted(first, key=lambda d: sum(not d.variables.isdisjoint(other.given) for other in first)):  # conditions outside
        body = Mean(d.family, d.variables, d.given, d.at, body)
    return body


def _factors(reader: Reader, side: tree.Node) -> list[LogDensity]:
    """The densities whose product a node is."""
    items: Sequence[tree.Node] = (side,)
    if isinstance(side, tree.Product) and set(side.ops) <= {"cdot", "times"}:
        items = side.items
    elif isinstance(side, tree.Juxtaposed):
        items = [tree.Juxtaposed(a.span | b.span, (a, b)) for a, b in zip(side.items[::2], side.items[1::2], strict=False)]
    found = [density(reader, item) for item in items]
    known = [d for d in found if d is not None]
    if len(known) < len(found):
        raise reader.problem("this is no declared density", side.span, listed(reader.scope.densities))
    return known


def _of_variables(reader: Reader, name: str | None, inside: tree.Node) -> Term | None:
    """``H(y)``, ``H(x, y)``, ``H(y | x)``, ``I(x; y)`` of random variables, where only one family of densities has them."""
    left, right = (inside.left, inside.right) if isinstance(inside, tree.Given) else (inside, None)
    several = isinstance(left, tree.Listed) and left.by == ";"
    if several != (name == "I"):
        return None
    groups = left.items if several else (left,)  # type: ignore[union-attr]
    named = [
        frozenset(variable_named(reader.scope, marked_key(n) or "?") for n in items_of(g))
        for g in (*groups, *((right,) if right else ()))
    ]
    used = frozenset().union(*named)
    if None in used:
        return None
    families = [f for f, d in sorted(reader.scope.densities.items()) if used & all_variables(d)]
    if len(families) != 1 or not isinstance(reader.scope.densities[families[0]], Abstract):
        return None
    sets = [frozenset(v for v in g if v is not None) for g in named]
    whole = frozenset().union(*sets)
    given = sets.pop() if right is not None else frozenset()

    def log(variables: frozenset[str]) -> Term:
        return LogDensity(families[0], variables, given, ())

    value = t.neg(log(sets[0])) if not several else t.sub(log(frozenset().union(*sets)), t.add(*map(log, sets)))
    return Mean(families[0], whole, frozenset(), (), value)


def _is_frobenius(sub: tree.Node | None) -> bool:
    return isinstance(sub, tree.Name) and sub.text == "F"


def lone(reader: Reader, node: tree.Node) -> Readings | None:
    """``⟨f⟩_q``, and a density named without arguments."""
    if isinstance(node, tree.Scripted) and isinstance(node.base, tree.Fenced) and node.base.kind == "angle":
        inside = node.base.body
        if (
            isinstance(inside, tree.Listed)
            and len(inside.items) == 2
            and _is_frobenius(node.sub)
            and "F" not in reader.scope.densities
        ):
            return reader.read(node.base)  # the inner product that goes with the norm of Frobenius
        return expectation(reader, below(reader, node.sub, node.base.body, node.span), reader.read(node.base.body), node.span)
    if isinstance(node, (tree.Name, tree.Scripted)) and reader.named(key(node)) is None:
        if isinstance(node, tree.Scripted) and (node.sup is not None or node.primes):
            return None
        family, _ = family_of(reader, node)
        found = density(reader, node) if family is not None else None
        if found is not None:
            note = Note("density at its variable", f"{family} is taken at its variable", node.span)
            return [Reading(scalar(t.exp(found))).with_note(note)]
    return None
