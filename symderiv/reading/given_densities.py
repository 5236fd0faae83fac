"""Densities in what is given: named, Gaussian, factorised, related by the rules of probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symderiv.algebra import terms as t
from symderiv.algebra.densities import Abstract, ByCoordinate, Densities, Gaussian, Joint
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Symbol
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source
from symderiv.reading import tree
from symderiv.reading.binders import children
from symderiv.reading.meaning import Reader
from symderiv.reading.sizes import size_of
from symderiv.reading.arguments import arguments, names_of
from symderiv.reading.normals import bracket_of, is_normal, parameters_of_normal
from symderiv.reading.scope import Scope, key, marked_key

_DENSITY_LETTERS = {"p", "q", "P", "Q", "r", "pi", "Pr"}


def named(node: tree.Node, source: Source) -> str:
    """The key of a name. Raises `AnswerProblem` where a node is none."""
    name = marked_key(node)
    if name is None:
        raise AnswerProblem("a name is wanted here", node.span, source)
    return name


def with_densities(scope: Scope, node: tree.Node) -> Scope:
    """Densities that are used where no definition stands: their names alone declare them."""
    for head, inside in _calls(node):
        name, found = key(head), arguments(inside)
        if name is None or found is None or not (name in scope.densities or _density_like(scope, head, name)):
            continue
        variables, given = names_of(found.variables), names_of(found.given)
        if variables is None or given is None:
            continue
        family = name + found.parameters
        scope = replace(scope, random=scope.random | variables | given)
        if variables and family not in scope.densities:
            scope = replace(scope, densities={**scope.densities, family: Abstract(variables, given)})
    return scope


def _density_like(scope: Scope, head: tree.Node, family: str) -> bool:
    if family in scope.names() or (isinstance(head, tree.Scripted) and head.sup is not None):
        return False
    base = head.base if isinstance(head, tree.Scripted) else head
    if (
        isinstance(head, tree.Scripted)
        and key(head.base) in scope.densities
        and isinstance(head.sub, tree.Name)
        and head.sub.text in "ijk"
    ):
        return False
    return isinstance(base, tree.Name) and base.text.split()[-1] in _DENSITY_LETTERS


def _calls(node: tree.Node) -> Iterable[tuple[tree.Node, tree.Fenced]]:
    if isinstance(node, tree.Juxtaposed):
        for head, inside in zip(node.items, node.items[1:], strict=False):
            if isinstance(inside, tree.Fenced) and isinstance(head, (tree.Name, tree.Scripted)):
                yield head, inside
    for child in children(node):
        yield from _calls(child)


def gaussian(scope: Scope, head: tree.Node, inside: tree.Fenced, right: tree.Node, source: Source) -> Scope:
    """``q(z) = \\mathcal{N}(z; μ, Σ)``."""
    found = arguments(inside)
    variables = names_of(found.variables) if found is not None else None
    given = names_of(found.given) if found is not None else None
    if found is None or variables is None or given is None or len(variables) != 1:
        raise AnswerProblem("a normal density has one variable", inside.span, source)
    (name,) = variables
    mean, covariance, symbol = parameters_of_normal(scope, name, bracket_of(right), source)
    family = (key(head) or "") + found.parameters
    scope = replace(scope, densities={**scope.densities, family: Gaussian(symbol, mean, covariance, given)})
    return scope if name in scope.symbols else replace(scope, symbols={**scope.symbols, name: symbol})


def by_coordinate(scope: Scope, family: str, inside: tree.Fenced, right: tree.Big, source: Source) -> Scope:
    """``q(z) = Π_i q_i(z_i)``."""
    variable = named(inside.body, source)
    if right.upper is None:
        raise AnswerProblem("say how far the product runs", right.span, source, r"\prod_{i=1}^{n}")
    try:
        size = size_of(right.upper)
    except ValueError:
        raise AnswerProblem("this is no size", right.upper.span, source) from None
    factor = right.body.items[0] if isinstance(right.body, tree.Juxtaposed) else right.body
    name = key(factor.base) if isinstance(factor, tree.Scripted) else key(factor)
    if name != family:
        raise AnswerProblem(f"the factors of {family} are named {family}_i", right.body.span, source)
    densities = {**scope.densities, family: ByCoordinate(variable, size, family)}
    symbols = scope.symbols if variable in scope.symbols else {**scope.symbols, variable: Symbol(variable, (size,))}
    return replace(scope, densities=densities, symbols=symbols, dimensions=scope.dimensions | size.names)


def factored(scope: Scope, call: tree.Juxtaposed, right: tree.Node, source: Source) -> Scope:
    """``p(x, z) = p(x | z) p(z)`` says nothing new; ``p(y, θ | x) = p(y | x, θ) p(θ)`` says that θ does not depend on x."""
    reader = Reader(scope, source)
    balance = t.sub(reader.read(call)[0].value.body.argument, t.log(reader.read(right)[0].value.body))  # type: ignore[union-attr]
    left = Normal(_by_name(scope)).poly(balance)
    if not left:
        return scope
    joints: dict[Joint, int] = {}
    for (factors, exponent), c in left.items():
        if exponent or len(factors) != 1 or c.q != 1:
            raise AnswerProblem("this relation between densities is not read", call.span, source)
        ((atom, e),) = factors
        if e != 1 or not isinstance(atom, t.LogDensity):
            raise AnswerProblem("this relation between densities is not read", call.span, source)
        joints[atom.family, atom.variables] = int(c.p)
    own = key(call.items[0])
    concrete = scope.knowledge.concrete
    # the joint that the others stand for: the largest, never one with a formula, and rather not of the family that is being factored
    largest = max(joints, key=lambda j: (j[0] not in concrete, len(j[1]), j[0] != own, sorted(j[1])))
    sign = joints.pop(largest)
    parts = tuple(sorted(((j, -sign * c) for j, c in joints.items()), key=lambda x: (x[0][0], sorted(x[0][1]))))
    return replace(scope, relations=(*scope.relations, (largest, parts)))


def _by_name(scope: Scope) -> Densities:
    """What is known of the densities but for the formulas of normal ones, which are names in a product of densities."""
    return Densities({n: d for n, d in scope.densities.items() if not isinstance(d, Gaussian)}, scope.relations, scope.values)


def distributed(scope: Scope, left: tree.Node, right: tree.Node, source: Source) -> Scope:
    """``z ~ q(z | x)``, ``z ~ \\mathcal{N}(μ, Σ)``."""
    if is_normal(right):
        name = named(left, source)
        mean, covariance, symbol = parameters_of_normal(scope, name, bracket_of(right), source)
        scope = replace(scope, densities={**scope.densities, f"N({name})": Gaussian(symbol, mean, covariance)})
        return scope if name in scope.symbols else replace(scope, symbols={**scope.symbols, name: symbol})
    return with_densities(scope, right)
