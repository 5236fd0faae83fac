r"""Normal densities written out where they are used: ``\mathcal{N}(x; \mu, \sigma^2)``, ``\mathcal{N}(x \mid \mu, \Sigma)``, ``x \sim \mathcal{N}(0, 1)``.

The second parameter is a variance or covariance. A normal density with the parameters of a declared one is that one; any other gets a name of
its own (`with_normals`), so that expectations and divergences of it are worked out like those of declared ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.densities import Gaussian
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget
from symderiv.algebra.substitute import substitute
from symderiv.algebra.terms import Symbol, Tensor, Term
from symderiv.core.problems import AnswerProblem
from symderiv.core.size import Size
from symderiv.core.text import Source
from symderiv.reading import combine, tree
from symderiv.reading.tree import children
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import Scope, key, marked_key
from symderiv.reading.values import AnyIdentity, Value


def is_normal(node: tree.Node) -> bool:
    r"""``\mathcal{N}(…)``."""
    return isinstance(node, tree.Juxtaposed) and len(node.items) == 2 and starts_normal(node.items, 0)


def starts_normal(items: tuple[tree.Node, ...], k: int) -> bool:
    r"""Whether ``\mathcal{N}`` and its brackets stand at ``k``."""
    if k + 1 >= len(items):
        return False
    head, inside = items[k], items[k + 1]
    return (
        isinstance(head, tree.Name) and head.text in ("N", "Normal") and isinstance(inside, tree.Fenced) and _has_two(inside.body)
    )


def _has_two(body: tree.Node) -> bool:
    return len(_parameters(body)) == 2


def bracket_of(node: tree.Node) -> tree.Fenced:
    """The brackets of a normal density."""
    assert isinstance(node, tree.Juxtaposed)
    assert isinstance(node.items[1], tree.Fenced)
    return node.items[1]


def variable_of(inside: tree.Fenced) -> tree.Node | None:
    """What stands before the semicolon or the bar."""
    body = inside.body
    if isinstance(body, (tree.Given, tree.Parallel)):
        return body.left
    return body.items[0] if isinstance(body, tree.Listed) and body.by == ";" else None


def _parameters(body: tree.Node) -> tuple[tree.Node, ...]:
    if isinstance(body, (tree.Given, tree.Parallel)):
        body = body.right
    elif isinstance(body, tree.Listed) and body.by == ";":
        if len(body.items) == 3:  # N(z; μ; Σ)
            return body.items[1:]
        body = body.items[1]
    return body.items if isinstance(body, tree.Listed) and body.by == "," else (body,)


def parameters_of_normal(scope: Scope, name: str, inside: tree.Fenced, source: Source) -> tuple[Tensor, Tensor, Symbol]:
    """Mean, covariance and variable of ``N(name; …)``. Raises `AnswerProblem`."""
    variable = variable_of(inside)
    if variable is not None and marked_key(variable) != name:
        raise AnswerProblem(f"the variable of this density is {name}", inside.span, source)
    nodes = _parameters(inside.body)
    if len(nodes) != 2:
        raise AnswerProblem("a normal density has a mean and a variance", inside.span, source, r"\mathcal{N}(z; \mu, \sigma^2)")
    reader = Reader(scope, source)
    mean, spread = (reader.read(n)[0].value for n in nodes)
    known = scope.symbols.get(name)
    sizes = known.sizes if known is not None else _sizes(mean, spread)
    symbol = known or Symbol(name, sizes)
    if not isinstance(mean, Tensor):
        raise AnswerProblem("the mean is a scalar or a vector", nodes[0].span, source)
    if sizes and not mean.rank:
        mean = t.tensor((t.fresh(sizes[0]),), mean.body)
    if mean.sizes != sizes:
        raise AnswerProblem(f"the mean has another size than {name}", nodes[0].span, source)
    return mean, _covariance(spread, sizes, nodes[1], source), symbol


def _covariance(spread: Value, sizes: tuple[Size, ...], node: tree.Node, source: Source) -> Tensor:
    if not sizes:
        if isinstance(spread, AnyIdentity):
            return spread.factor
        if not isinstance(spread, Tensor) or spread.rank:
            raise AnswerProblem("the variance of a scalar is a scalar", node.span, source)
        return spread
    if isinstance(spread, AnyIdentity):
        return combine.identity(spread, sizes[0])
    if isinstance(spread, Tensor) and spread.rank == 1 and spread.sizes == sizes:
        return T.diag(spread)
    if isinstance(spread, Tensor) and not spread.rank:
        return T.scaled(spread, T.identity(sizes[0]))
    if not isinstance(spread, Tensor) or spread.sizes != (sizes[0], sizes[0]):
        raise AnswerProblem(f"the covariance is a matrix {sizes[0]}×{sizes[0]}", node.span, source)
    return spread


def _sizes(mean: Value, spread: Value) -> tuple[Size, ...]:
    for v in (mean, spread):
        if isinstance(v, Tensor) and v.rank:
            return v.sizes[:1]
    return ()


def gaussian_at(reader: Reader, inside: tree.Fenced, variable: str | None) -> Gaussian:
    """The density written with these brackets. Raises `AnswerProblem`."""
    written = variable_of(inside)
    name = marked_key(written) if written is not None else variable
    if name is None and written is not None:
        raise reader.problem("a normal density is written with the name of its variable", written.span)
    if name is None:
        name = _variable_like(reader, inside)
    mean, covariance, symbol = parameters_of_normal(reader.scope, name, inside, reader.source)
    return Gaussian(symbol, mean, covariance)


def coordinate_of(scope: Scope, inside: tree.Fenced) -> tree.Node | None:
    r"""The ``z_i`` of ``N(z_i; \mu_i, \sigma_i^2)`` where only the vector ``z`` is declared: no variable of its own, but an entry of ``z``."""
    variable = variable_of(inside)
    if not isinstance(variable, tree.Scripted) or variable.sub is None or marked_key(variable) in scope.names():
        return None
    vector = scope.symbols.get(key(variable.base) or "")
    return variable if vector is not None and len(vector.sizes) == 1 else None


def value_at_coordinate(reader: Reader, coordinate: tree.Node, inside: tree.Fenced) -> Term:
    """The value of a scalar normal density at an entry of a vector. Raises `AnswerProblem`."""
    nodes = (coordinate, *_parameters(inside.body))
    values = [reader.read(n)[0].value for n in nodes]
    for node, v in zip(nodes, values, strict=True):
        if not isinstance(v, Tensor) or v.rank:
            raise reader.problem("a normal density of one coordinate has a scalar mean and a scalar variance", node.span)
    at, mean, variance = (v.body for v in values if isinstance(v, Tensor))
    variable = Symbol("value", ())
    density = Gaussian(variable, t.scalar(mean), t.scalar(variance)).log_density()
    return t.exp(substitute(density, {variable: t.scalar(at)}))


def _variable_like(reader: Reader, inside: tree.Fenced) -> str:
    """The variable of a density written without one: that of a declared normal density of the same size, or ``z``."""
    values = [reader.read(n)[0].value for n in _parameters(inside.body)]
    sizes = _sizes(values[0], values[1])
    known = [d.variable for _, d in sorted(reader.scope.densities.items()) if isinstance(d, Gaussian)]
    fitting = [s.name for s in known if s.sizes == sizes or (not sizes and isinstance(values[1], AnyIdentity))]
    return fitting[0] if fitting else "z" if "z" not in reader.scope.symbols else "the variable"


def declared_as(scope: Scope, density: Gaussian) -> str | None:
    """The family that is declared with the same variable, mean and covariance; else that whose standard deviation was written."""
    families = [
        (family, known)
        for family, known in scope.densities.items()
        if isinstance(known, Gaussian) and known.variable.name == density.variable.name and same(known.mean, density.mean)
    ]
    for spread in (density.covariance, T.hadamard(density.covariance, density.covariance)):
        for family, known in families:
            if same(known.covariance, spread):
                return family
    return None


def same(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors have one normal form; what has no value anywhere has none."""
    try:
        return T.same_shape(a, b) and Normal().tensor(a) == Normal().tensor(b)
    except (Budget, t.Undefined):
        return False


# --- densities that only an answer writes -----------------------------------------------------------------------------------


def with_normals(scope: Scope, source: Source, node: tree.Node) -> Scope:
    """The scope with a name for every normal density that is written out in a formula and that nothing declares."""
    for inside, variable in _written(node, None):
        if coordinate_of(scope, inside) is not None:
            continue
        name = marked_key(variable) if variable is not None else None
        if name is not None and name in scope.definitions:
            continue
        try:
            found = gaussian_at(Reader(scope, source), inside, name)
        except (AnswerProblem, T.ShapeMismatch):
            continue  # whoever reads the formula says what is wrong with it
        if found.variable.name in scope.definitions:
            continue
        if found.variable.name not in scope.symbols:
            scope = replace(scope, symbols={**scope.symbols, found.variable.name: found.variable})
        if declared_as(scope, found) is None:
            family = f"N({found.variable.name})_{len(scope.densities)}"
            scope = replace(scope, densities={**scope.densities, family: found})
    return scope


def _written(node: tree.Node, variable: tree.Node | None) -> Iterator[tuple[tree.Fenced, tree.Node | None]]:
    if isinstance(node, tree.Related) and node.relations == ("~",):
        yield from _written(node.sides[1], node.sides[0])
        return
    if isinstance(node, tree.Juxtaposed):
        for k, inside in enumerate(node.items[1:]):
            if isinstance(inside, tree.Fenced) and starts_normal(node.items, k):
                yield inside, variable
    for child in children(node):
        yield from _written(child, variable)


def restates_density(scope: Scope, source: Source, left: tree.Node, right: tree.Node) -> bool:
    r"""``q = \mathcal{N}(…)`` of a declared normal density, with the parameters that were declared."""
    if not is_normal(right):
        return False
    family = key(left.items[0]) if isinstance(left, tree.Juxtaposed) and len(left.items) == 2 else key(left)
    known = scope.densities.get(family or "")
    if not isinstance(known, Gaussian):
        return False
    try:
        mean, covariance, _ = parameters_of_normal(scope, known.variable.name, bracket_of(right), source)
    except (AnswerProblem, T.ShapeMismatch):
        return False
    return same(mean, known.mean) and same(covariance, known.covariance)
