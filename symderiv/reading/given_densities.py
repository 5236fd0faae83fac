"""Densities in what is given: named, Gaussian, factorised, related by the rules of probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symderiv.algebra import terms as t
from symderiv.algebra.densities import Abstract, ByCoordinate, Densities, Gaussian, Joint
from symderiv.algebra.families import Family, Member
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.domain import Domain
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source
from symderiv.reading import tree
from symderiv.reading.tree import children
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


def family_of(scope: Scope, node: tree.Node) -> Family | None:
    """``\\mathrm{Gamma}(α, β)``: the family whose name stands before the brackets."""
    if not (isinstance(node, tree.Juxtaposed) and len(node.items) == 2 and isinstance(node.items[1], tree.Fenced)):
        return None
    head = node.items[0]
    text = head.text if isinstance(head, (tree.Name, tree.Words)) else ""
    return scope.families.get("".join(c for c in text.lower() if c.isalnum()))


def of_family(scope: Scope, density: str, inside: tree.Fenced, right: tree.Node, source: Source) -> Scope:
    """``q(x) = \\mathrm{Gamma}(α, β)``, also with ``x;`` before the parameters."""
    found = arguments(inside)
    variables = names_of(found.variables) if found is not None else None
    given = names_of(found.given) if found is not None else None
    if found is None or variables is None or given is None or len(variables) != 1:
        raise AnswerProblem("a density of this family has one variable", inside.span, source)
    (name,) = variables
    return _with_member(scope, density + found.parameters, name, given, right, source)


def _with_member(scope: Scope, density: str, name: str, given: frozenset[str], right: tree.Node, source: Source) -> Scope:
    family = family_of(scope, right)
    assert family is not None
    assert isinstance(right, tree.Juxtaposed)
    fence = right.items[1]
    assert isinstance(fence, tree.Fenced)
    inner = fence.body
    if isinstance(inner, tree.Listed) and inner.by == ";":
        if len(inner.items) != 2 or key(inner.items[0]) != name:
            raise AnswerProblem(f"the variable of this density is {name}", fence.span, source)
        inner = inner.items[1]
    nodes = inner.items if isinstance(inner, tree.Listed) else (inner,)
    if len(nodes) != len(family.parameters):
        wanted = ", ".join(p.name for p in family.parameters)
        raise AnswerProblem(f"{family.name} has the parameters {wanted}", fence.span, source)
    reader = Reader(scope, source)
    values = []
    for node, parameter in zip(nodes, family.parameters, strict=True):
        value = reader.read(node)[0].value
        if not isinstance(value, Tensor) or value.sizes != parameter.sizes:
            raise AnswerProblem(f"the parameter {parameter.name} of {family.name} is a scalar", node.span, source)
        values.append(value)
    known = scope.symbols.get(name)
    symbol = (
        known
        if known is not None and _narrower(known.domain, family.variable.domain)
        else Symbol(name, (), family.variable.domain)
    )
    densities = {
        k: replace(d, variable=symbol) if isinstance(d, Member) and d.variable.name == name else d
        for k, d in scope.densities.items()
    }
    densities[density] = Member(family, tuple(values), symbol, given)
    return replace(scope, densities=densities, symbols={**scope.symbols, name: symbol})


def _narrower(a: Domain, b: Domain) -> bool:
    """Whether a domain has no fewer ends than another."""
    return (a.low is None) + (a.high is None) <= (b.low is None) + (b.high is None)


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
    if family_of(scope, right) is not None:
        name = named(left, source)
        assert isinstance(right, tree.Juxtaposed)
        return _with_member(scope, f"{key(right.items[0])}({name})", name, frozenset(), right, source)
    return with_densities(scope, right)
