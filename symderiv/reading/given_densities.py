"""Densities in what is given: named, Gaussian, factorised, related by the rules of probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.densities import Abstract, ByCoordinate, Gaussian, Joint
from symderiv.algebra.families import Family, Member
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.domain import Domain
from symderiv.core.problems import AnswerProblem
from symderiv.core.size import Size
from symderiv.core.text import Source
from symderiv.reading import combine, tree
from symderiv.reading.binders import children
from symderiv.reading.meaning import Reader
from symderiv.reading.sizes import size_of
from symderiv.reading.scope import Scope, key
from symderiv.reading.values import AnyIdentity, Value

_DENSITY_LETTERS = {"p", "q", "P", "Q", "r", "pi", "Pr"}


def named(node: tree.Node, source: Source) -> str:
    """The key of a name. Raises `AnswerProblem` where a node is none."""
    name = key(node)
    if name is None:
        raise AnswerProblem("a name is wanted here", node.span, source)
    return name


def with_densities(scope: Scope, node: tree.Node) -> Scope:
    """Densities that are used where no definition stands: their names alone declare them."""
    for call in _calls(node):
        head, inside = call
        family = key(head)
        if family is None or not _density_like(scope, head, family):
            continue
        body = inside.body
        left, right = (body.left, body.right) if isinstance(body, tree.Given) else (body, None)
        variables, given = _names(left), _names(right) if right is not None else frozenset()
        if variables is None or given is None or family in scope.densities:
            continue
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
    return isinstance(base, tree.Name) and base.text in _DENSITY_LETTERS


def _names(node: tree.Node | None) -> frozenset[str] | None:
    if node is None:
        return frozenset()
    nodes = node.items if isinstance(node, tree.Listed) else (node,)
    names = [key(n) for n in nodes]
    return None if None in names else frozenset(n for n in names if n is not None)


def _calls(node: tree.Node) -> Iterable[tuple[tree.Node, tree.Fenced]]:
    if isinstance(node, tree.Juxtaposed):
        for head, inside in zip(node.items, node.items[1:], strict=False):
            if isinstance(inside, tree.Fenced) and isinstance(head, (tree.Name, tree.Scripted)):
                yield head, inside
    for child in children(node):
        yield from _calls(child)


def is_normal(node: tree.Node) -> bool:
    """``\\mathcal{N}(…)``."""
    return (
        isinstance(node, tree.Juxtaposed)
        and len(node.items) == 2
        and isinstance(node.items[0], tree.Name)
        and node.items[0].text in ("N", "Normal")
        and isinstance(node.items[1], tree.Fenced)
    )


def gaussian(scope: Scope, family: str, inside: tree.Fenced, right: tree.Node, source: Source) -> Scope:
    """``q(z) = \\mathcal{N}(z; μ, Σ)``."""
    body = inside.body
    left, given = (body.left, _names(body.right) or frozenset()) if isinstance(body, tree.Given) else (body, frozenset())
    assert isinstance(right, tree.Juxtaposed)
    assert isinstance(right.items[1], tree.Fenced)
    name = named(left, source)
    mean, covariance, symbol = _parameters_of_normal(scope, name, right.items[1], source)
    density = Gaussian(symbol, mean, covariance, given)
    scope = replace(scope, densities={**scope.densities, family: density})
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
    body = inside.body
    left, given = (body.left, _names(body.right) or frozenset()) if isinstance(body, tree.Given) else (body, frozenset())
    return _with_member(scope, density, named(left, source), given, right, source)


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


def _parameters_of_normal(scope: Scope, name: str, inside: tree.Fenced, source: Source) -> tuple[Tensor, Tensor, Symbol]:
    body = inside.body
    if isinstance(body, tree.Listed) and body.by == ";":
        if len(body.items) != 2 or key(body.items[0]) != name:
            raise AnswerProblem(f"the variable of this density is {name}", inside.span, source)
        body = body.items[1]
    if not (isinstance(body, tree.Listed) and len(body.items) == 2):
        raise AnswerProblem("a normal density has a mean and a variance", inside.span, source, r"\mathcal{N}(z; \mu, \sigma^2)")
    reader = Reader(scope, source)
    mean, spread = reader.read(body.items[0])[0].value, reader.read(body.items[1])[0].value
    known = scope.symbols.get(name)
    sizes = _first_sizes(known, mean, spread)
    symbol = known or Symbol(name, sizes)
    if not isinstance(mean, Tensor):
        raise AnswerProblem("the mean is a scalar or a vector", body.items[0].span, source)
    if sizes and not mean.rank:
        mean = t.tensor((t.fresh(sizes[0]),), mean.body)
    if not sizes:
        if not isinstance(spread, Tensor) or spread.rank:
            raise AnswerProblem("the variance of a scalar is a scalar", body.items[1].span, source)
        return mean, spread, symbol
    if isinstance(spread, AnyIdentity):
        return mean, combine.identity(spread, sizes[0]), symbol
    if isinstance(spread, Tensor) and spread.rank == 1:
        return mean, T.diag(spread), symbol
    if isinstance(spread, Tensor) and not spread.rank:
        return mean, T.scaled(spread, T.identity(sizes[0])), symbol
    if not isinstance(spread, Tensor) or spread.sizes != (sizes[0], sizes[0]):
        raise AnswerProblem(f"the covariance is a matrix {sizes[0]}×{sizes[0]}", body.items[1].span, source)
    return mean, spread, symbol


def restates_density(scope: Scope, source: Source, left: tree.Node, right: tree.Node) -> bool:
    """``q = \\mathcal{N}(…)`` of a declared Gaussian, with the parameters that were declared."""
    if not is_normal(right):
        return False
    family = key(left.items[0]) if isinstance(left, tree.Juxtaposed) and len(left.items) == 2 else key(left)
    known = scope.densities.get(family or "")
    if not isinstance(known, Gaussian):
        return False
    assert isinstance(right, tree.Juxtaposed)
    assert isinstance(right.items[1], tree.Fenced)
    try:
        mean, covariance, _ = _parameters_of_normal(scope, known.variable.name, right.items[1], source)
    except (AnswerProblem, T.ShapeMismatch):
        return False
    return _same(mean, known.mean) and _same(covariance, known.covariance)


def _same(a: Tensor, b: Tensor) -> bool:
    return T.same_shape(a, b) and Normal().tensor(a) == Normal().tensor(b)


def _first_sizes(known: Symbol | None, mean: Value, spread: Value) -> tuple[Size, ...]:
    if known is not None:
        return known.sizes
    for v in (mean, spread):
        if isinstance(v, Tensor) and v.rank:
            return v.sizes[:1]
    return ()


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
    left = Normal(scope.knowledge).poly(balance)
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
    largest = max(joints, key=lambda j: (len(j[1]), sorted(j[1])))
    sign = joints.pop(largest)
    parts = tuple(sorted(((j, -sign * c) for j, c in joints.items()), key=lambda x: (x[0][0], sorted(x[0][1]))))
    return replace(scope, relations=(*scope.relations, (largest, parts)))


def distributed(scope: Scope, left: tree.Node, right: tree.Node, source: Source) -> Scope:
    """``z ~ q(z | x)``, ``z ~ \\mathcal{N}(μ, Σ)``."""
    if is_normal(right):
        assert isinstance(right, tree.Juxtaposed)
        assert isinstance(right.items[1], tree.Fenced)
        name = named(left, source)
        mean, covariance, symbol = _parameters_of_normal(scope, name, right.items[1], source)
        scope = replace(scope, densities={**scope.densities, f"N({name})": Gaussian(symbol, mean, covariance)})
        return scope if name in scope.symbols else replace(scope, symbols={**scope.symbols, name: symbol})
    if family_of(scope, right) is not None:
        name = named(left, source)
        assert isinstance(right, tree.Juxtaposed)
        return _with_member(scope, f"{key(right.items[0])}({name})", name, frozenset(), right, source)
    return with_densities(scope, right)
