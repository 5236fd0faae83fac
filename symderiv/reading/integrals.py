r"""Integrals and sums over the values of random variables: ``\int q(z) f(z) \, dz``, ``\sum_z q(z) f(z)``.

With a density of just the variables of integration among the factors it is an expectation; otherwise it stays an integral over the volume.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.algebra import terms as t
from symderiv.algebra.expectation import VOLUME
from symderiv.algebra.densities import ByCoordinate
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import LogDensity, Mean, Slot, Tensor, Term, tensor
from symderiv.core.size import Size
from symderiv.reading import tree
from symderiv.reading.binders import with_children
from symderiv.reading.tree import children
from symderiv.reading.density_names import own_variables, variable_named
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import key
from symderiv.reading.values import Reading, Readings, Value


def integral(reader: Reader, node: tree.Big) -> Readings:
    r"""``\int q(z) f(z) \, dz`` as an expectation; without a density it stays an integral over the volume."""
    for bound in (node.lower, node.upper):
        if bound is not None and _is_finite(bound):
            raise reader.problem("an integral is read over all values only", bound.span)
    body, variables = _differentials(_without_dots(node.body))
    body = _without_dots(body)
    while isinstance(body, tree.Big) and body.op == "integral":  # \int \int
        body, more = _differentials(_without_dots(body.body))
        variables = [*variables, *more]
    body = _without_dots(body)
    if not variables and node.lower is not None and variable_named(reader.scope, key(node.lower) or "?") == key(node.lower):
        variables = [node.lower]  # \int_z p(x | z) p(z)
    if not variables:
        raise reader.problem("an integral ends with its variable, as in dz", node.span)
    names: set[str] = set()
    at: tuple[Slot, ...] = ()
    for k, v in enumerate(variables):
        if (unprimed := _without_primes(reader, v, body)) is not None:
            variables[k], body = unprimed
    for v in variables:
        name = key(v)
        if name is not None and variable_named(reader.scope, name) == name:
            names.add(name)
        elif (
            isinstance(v, tree.Scripted)
            and key(v.base) is not None
            and variable_named(reader.scope, key(v.base) or "") == key(v.base)
        ):
            names.add(key(v.base) or "")
            if len(variables) == 1 and v.sub is not None:
                at = (reader.slot(v.sub, _size_of_variable(reader, key(v.base) or "", v)),)
        else:
            raise reader.problem("this is no declared random variable", v.span)
    return _integrated(reader, node, body, frozenset(names), at)


def _is_finite(bound: tree.Node) -> bool:
    """Whether a bound of an integral is a number: all values of a variable are named by it, by a set, or by infinities."""
    if isinstance(bound, tree.Sum):
        return any(_is_finite(term) for term in bound.terms)
    if isinstance(bound, (tree.Product, tree.Juxtaposed)):
        return any(_is_finite(item) for item in bound.items)
    return isinstance(bound, (tree.Number, tree.Fraction, tree.Root))


def summed_out(reader: Reader, node: tree.Big, lower: tree.Node) -> Readings | None:
    r"""``\sum_z q(z) f(z)`` over the values of a discrete random variable, read as the integral is; None where the letter is an index."""
    if isinstance(lower, tree.Related) and lower.relations == ("in",):  # \sum_{x \in \mathcal{X}}
        lower = lower.sides[0]
    body = node.body
    if (unprimed := _without_primes(reader, lower, body)) is not None:
        lower, body = unprimed
    name = key(lower)
    variable = variable_named(reader.scope, name) if name is not None and name not in reader.indices else None
    if variable is None or not any(variable in own_variables(d) for d in reader.scope.densities.values()):
        return None
    return _integrated(reader, node, body, frozenset((variable,)), ())


def _without_primes(reader: Reader, variable: tree.Node, body: tree.Node) -> tuple[tree.Node, tree.Node] | None:
    """``∫ p(x | z') p(z') dz'``: a primed variable of integration is the variable itself, where that does not stand beside it."""
    if not isinstance(variable, tree.Scripted) or not variable.primes or variable.sup is not None:
        return None
    plain = tree.Scripted(variable.span, variable.base, variable.sub) if variable.sub is not None else variable.base
    name = key(plain)
    if name is None or reader.named(f"{name}'") is not None or variable_named(reader.scope, name) is None:
        return None
    if any(key(n) == name for n in _inside(body)):
        return None
    return plain, _replaced(body, name, variable.primes, plain)


def _inside(node: tree.Node) -> Iterator[tree.Node]:
    """A node and all within; what carries primes is one thing."""
    yield node
    if not (isinstance(node, tree.Scripted) and node.primes):
        for child in children(node):
            yield from _inside(child)


def _replaced(node: tree.Node, name: str, primes: int, by: tree.Node) -> tree.Node:
    if isinstance(node, tree.Scripted) and node.primes == primes:
        bare = tree.Scripted(node.span, node.base, node.sub) if node.sub is not None else node.base
        if key(bare) == name:
            return by if node.sup is None else tree.Scripted(node.span, by, None, node.sup)
    return with_children(node, lambda child: _replaced(child, name, primes, by))


def _integrated(reader: Reader, node: tree.Big, body: tree.Node, names: frozenset[str], at: tuple[Slot, ...]) -> Readings:
    values = reader.read(body)

    def integrated(v: Value) -> Reading[Value]:
        if not isinstance(v, Tensor):
            raise ShapeMismatch("only scalars, vectors and matrices are integrated")
        indices, body = v.open()
        return Reading(tensor(indices, under_density(body, names, at), v.row))

    return reader.each(integrated, node.span, values)


def _size_of_variable(reader: Reader, name: str, node: tree.Node) -> Size:
    for d in reader.scope.densities.values():
        if isinstance(d, ByCoordinate) and d.variable == name:
            return d.size
    symbol = reader.scope.symbols.get(name)
    if symbol is None or len(symbol.sizes) != 1:
        raise reader.problem(f"{name} has no coordinates", node.span)
    return symbol.sizes[0]


def under_density(body: Term, names: frozenset[str], at: tuple[Slot, ...]) -> Term:
    """An integrand with a density of just these variables among its factors as an expectation."""
    if isinstance(body, t.Add):
        return t.add(*(under_density(part, names, at) for part in body.terms))
    factors = _factors(body)
    for k, f in enumerate(factors):
        if isinstance(f, t.Apply) and f.name == "exp" and isinstance(f.argument, LogDensity):
            q = f.argument
            if q.variables == names and q.at == at:
                return Mean(q.family, q.variables, q.given, q.at, t.mul(*factors[:k], *factors[k + 1 :]))
    return Mean(VOLUME, names, frozenset(), at, body)


def _factors(body: Term) -> tuple[Term, ...]:
    """The factors of a product; those that a sum has in each of its terms stand before it, as in ``p(x) Σ x_i²`` for ``Σ p(x) x_i²``."""
    if isinstance(body, t.Mul):
        return tuple(inner for f in body.factors for inner in _factors(f))
    if not isinstance(body, t.Sum):
        return (body,)
    indices, term = body.body.open()
    factors = _factors(term)
    outside = [f.free.isdisjoint(indices) for f in factors]
    inside = (f for f, out in zip(factors, outside, strict=True) if not out)
    return (*(f for f, out in zip(factors, outside, strict=True) if out), t.sum_over(indices, t.mul(*inside)))


def _differentials(node: tree.Node) -> tuple[tree.Node, list[tree.Node]]:
    """An integrand without its differentials, and their variables."""
    if not isinstance(node, tree.Juxtaposed):
        if isinstance(node, tree.Product):
            body, variables = _differentials(node.items[-1])
            return tree.Product(node.span, node.ops, (*node.items[:-1], body)), variables
        if isinstance(node, tree.Sum):
            body, variables = _differentials(node.terms[-1])
            return tree.Sum(node.span, node.signs, (*node.terms[:-1], body)), variables
        if isinstance(node, tree.Big) and node.op != "integral":
            body, variables = _differentials(node.body)
            return tree.Big(node.span, node.op, node.lower, node.upper, body), variables
        return node, []
    kept: list[tree.Node] = []
    variables = []
    items = list(node.items)
    k = 0
    while k < len(items):
        item = items[k]
        if isinstance(item, tree.Sign) and item.name == "differential" and k + 1 < len(items):
            variables.append(items[k + 1])
            k += 2
            continue
        kept.append(item)
        k += 1
    if not variables and isinstance(items[-1], (tree.Big, tree.Product, tree.Sum)):
        last, variables = _differentials(items[-1])
        kept[-1] = last
    if variables:
        kept = [x for x in kept if not (isinstance(x, tree.Sign) and x.name == "ellipsis")]
    if not kept:
        return tree.Number(node.span, "1"), variables
    return (kept[0] if len(kept) == 1 else tree.Juxtaposed(kept[0].span | kept[-1].span, tuple(kept))), variables


def _without_dots(node: tree.Node) -> tree.Node:
    """``\\int \\cdots \\int``: the dots between integral signs mean more of the same."""
    if isinstance(node, tree.Juxtaposed):
        items = tuple(x for x in node.items if not (isinstance(x, tree.Sign) and x.name == "ellipsis"))
        return items[0] if len(items) == 1 else tree.Juxtaposed(node.span, items)
    return node
