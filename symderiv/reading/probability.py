r"""Densities, expectations, divergences, entropies and integrals as they are written.

``p(x \mid z)``, ``q_i(z_i)``, ``\mathbb{E}_{q(z)}[f]``, ``\langle f \rangle_q``, ``D_{KL}(q \| p)``, ``H(q)``, ``\int q(z) f \, dz``. A density named alone takes the
variables it was declared with; the other side of a divergence takes those of the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra import terms as t
from symderiv.algebra.expectation import VOLUME
from symderiv.algebra.densities import Abstract, ByCoordinate, Density, Gaussian, divergence
from symderiv.algebra.families import Member
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import LogDensity, Mean, Slot, Tensor, Term, scalar, tensor
from symderiv.core.size import Size
from symderiv.core.text import Span
from symderiv.core.problems import nearest
from symderiv.reading import tree
from symderiv.reading.arguments import Arguments, arguments
from symderiv.reading.calls import finished
from symderiv.reading.meaning import Reader
from symderiv.reading.normals import declared_as, gaussian_at, is_normal, starts_normal, variable_of
from symderiv.reading.scope import Scope, key, marked_key
from symderiv.reading.values import Note, Reading, Readings, Value

_DIVERGENCES = ("KL", "D_KL", "D_kl", "D_Kl", "Kl", "kl", "KLD")
_ENTROPIES = ("H", "h", "Ent", "S")


# --- naming a density -------------------------------------------------------------------------------------------------


def density(reader: Reader, node: tree.Node, like: LogDensity | None = None) -> LogDensity | None:
    """The density that a node names, or None. ``like`` lends its variables to a density named alone."""
    if isinstance(node, tree.Fenced) and node.kind in ("group", "paren"):
        return density(reader, node.body, like)
    if isinstance(node, tree.Juxtaposed) and len(node.items) == 2 and isinstance(node.items[1], tree.Fenced):
        if is_normal(node):
            variables = sorted(like.variables) if like is not None else []
            return normal(reader, node.items[1], variables[0] if len(variables) == 1 else None)
        return _with_arguments(reader, node.items[0], node.items[1], like)
    family, at = _family(reader, node)
    if family is None:
        return None
    known = reader.scope.densities.get(family)
    if isinstance(known, (Gaussian, Member)):
        return LogDensity(family, frozenset((known.variable.name,)), known.given, ())
    if isinstance(known, ByCoordinate):
        return LogDensity(family, frozenset((known.variable,)), frozenset(), at)
    declared = reader.scope.variables_of(family)
    if like is not None and like.variables:
        given = declared[1] if declared is not None and declared[0] == like.variables else frozenset()
        return LogDensity(family, like.variables, given, like.at or at)
    return None if declared is None else LogDensity(family, declared[0], declared[1], at)


def normal(reader: Reader, inside: tree.Fenced, variable: str | None) -> LogDensity | None:
    """A normal density that is written out; None where `with_normals` did not name it."""
    found = gaussian_at(reader, inside, variable)
    family = declared_as(reader.scope, found)
    given = reader.scope.densities[family].given if family is not None else frozenset()  # type: ignore[union-attr]
    return None if family is None else LogDensity(family, frozenset((found.variable.name,)), given, ())


def _family(reader: Reader, node: tree.Node) -> tuple[str | None, tuple[Slot, ...]]:
    """The family's name, and the coordinate of ``q_i`` where ``q`` falls into factors."""
    densities, name = reader.scope.densities, _declared_density(reader, key(node))
    if name is not None:
        return name, ()
    if isinstance(node, tree.Scripted) and node.sub is not None and node.sup is None:
        base = key(node.base)
        known = densities.get(base or "")
        if isinstance(known, ByCoordinate) and not isinstance(node.sub, tree.Listed):
            return base, (reader.slot(node.sub, known.size),)
    return None, ()


def _declared_density(reader: Reader, name: str | None, parameters: str = "") -> str | None:
    """The declared density of a name: with its parameters, the only one with any where none are written, ``P`` for ``p``."""
    densities = reader.scope.densities
    if name is None:
        return None
    lower = name[0].lower() + name[1:]
    for written in (name,) if lower == name or name in reader.scope.names() else (name, lower):
        if written + parameters in densities:
            return written + parameters
        with_parameters = [d for d in densities if d.startswith(f"{written};")]
        if not parameters and len(with_parameters) == 1:
            return with_parameters[0]
    return None


def _with_arguments(reader: Reader, head: tree.Node, inside: tree.Fenced, like: LogDensity | None = None) -> LogDensity | None:
    found = arguments(inside)
    if found is None or inside.kind not in ("paren", "bracket"):
        return None
    family, at = _family(reader, head)
    if found.parameters:
        family = _declared_density(reader, key(head), found.parameters) or family
    if family is None:
        return None
    known = reader.scope.densities[family]
    if found.parameters and isinstance(known, Abstract) and not family.endswith(found.parameters):
        raise reader.problem(f"{family} is declared without these parameters", inside.span)
    if isinstance(known, ByCoordinate) and at:
        return _coordinate(reader, family, known, at, inside, found)
    variables = _variables(reader, found.variables, inside)
    if not found.variables:
        variables = like.variables if like is not None else _own_variables(known)
    given = _variables(reader, found.given, inside)
    if isinstance(known, (Gaussian, Member)):
        variables = frozenset((known.variable.name,)) if len(variables) == 1 else variables
        if variables != {known.variable.name}:
            raise reader.problem(f"{family} is a density of {known.variable.name} alone", inside.span)
        given = known.given
    return LogDensity(family, variables, given, ())


def _own_variables(known: Density) -> frozenset[str]:
    if isinstance(known, (Gaussian, Member)):
        return frozenset((known.variable.name,))
    return known.variables if isinstance(known, Abstract) else frozenset((known.variable,))


def _coordinate(
    reader: Reader, family: str, known: ByCoordinate, at: tuple[Slot, ...], inside: tree.Fenced, found: Arguments
) -> LogDensity:
    left = found.variables[0] if len(found.variables) == 1 else None
    if found.given or not isinstance(left, tree.Scripted) or key(left.base) != known.variable or left.sub is None:
        raise reader.problem(f"a factor of {family} takes one coordinate of {known.variable}", inside.span)
    slot = reader.slot(left.sub, known.size)
    if slot != at[0]:
        raise reader.problem("the factor and the coordinate have different indices", left.span)
    return LogDensity(family, frozenset((known.variable,)), frozenset(), at)


def _variables(reader: Reader, nodes: Sequence[tree.Node], inside: tree.Fenced) -> frozenset[str]:
    names = []
    for n in nodes:
        name = marked_key(n)
        if name is None:
            raise reader.problem("a density takes the names of variables", n.span)
        found = variable_named(reader.scope, name)
        if found is None:
            close = nearest(name, variables_in(reader.scope))
            raise reader.problem(
                f"{name} is no declared random variable", n.span, f"did you mean {close}?" if close else "", kind="unknown symbol"
            )
        names.append(found)
    if len(set(names)) != len(names):
        raise reader.problem("a variable stands twice in these brackets", inside.span)
    return frozenset(names)


def variable_named(scope: Scope, name: str) -> str | None:
    """The random variable of this name; ``Z`` stands for ``z`` where only the latter is declared."""
    known = variables_in(scope)
    if name in known:
        return name
    lower = name[0].lower() + name[1:]
    return lower if lower in known and name not in scope.names() else None


def variables_in(scope: Scope) -> frozenset[str]:
    """Every name that may stand in the brackets of a density."""
    return frozenset(v for d in scope.densities.values() for v in _names_of(d)) | scope.symbols.keys() | scope.random


def _names_of(d: Density) -> frozenset[str]:
    return _own_variables(d) | (frozenset() if isinstance(d, ByCoordinate) else d.given)


# --- what densities are used in ---------------------------------------------------------------------------------------


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
    if key(node) in _DIVERGENCES or (key(node) == "D" and isinstance(fenced.body, tree.Parallel)):
        return [Reading(scalar(_divergence(reader, fenced)))], k + 2
    if key(node) in (*_ENTROPIES, "CE") and isinstance(fenced.body, tree.Listed) and len(fenced.body.items) == 2:
        crossed = _cross_entropy(reader, *fenced.body.items)
        if crossed is not None:
            return [Reading(scalar(crossed))], k + 2
    if key(node) in _ENTROPIES and key(node) not in reader.scope.functions:
        q = density(reader, fenced.body)
        if q is not None:
            return [Reading(scalar(t.neg(Mean(q.family, q.variables, q.given, q.at, q))))], k + 2
    if starts_normal(tuple(items), k) and variable_of(fenced) is not None:
        return _normal_value(reader, fenced), k + 2
    p = _with_arguments(reader, node, fenced)
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
    q = _below(reader, sub, node.span)
    following = items[k + 1]
    fenced = following.base if isinstance(following, tree.Scripted) else following
    if isinstance(fenced, tree.Fenced):
        return expectation(reader, q, reader.read(fenced), node.span | fenced.span), k + 2
    rest = items[k + 1 :]
    body: tree.Node = rest[0] if len(rest) == 1 else tree.Juxtaposed(rest[0].span | rest[-1].span, tuple(rest))
    return expectation(reader, q, reader.read(body), node.span | body.span), len(items)


def _below(reader: Reader, sub: tree.Node | None, span: Span) -> LogDensity:
    """The density below an E: ``q``, ``q(z)``, ``z \\sim q(z | x)``, or the only one there is."""
    if sub is None:
        candidates = [
            d
            for name in sorted(reader.scope.densities)
            if name.startswith(("q", "Q"))
            for d in [density(reader, tree.Name(span, name))]
        ]
        found = [d for d in candidates if d is not None]
        if len(found) != 1:
            raise reader.problem("under which density is this expectation?", span)
        return found[0]
    if isinstance(sub, tree.Related) and sub.relations == ("~",):
        name = marked_key(sub.sides[0])
        variable = variable_named(reader.scope, name) or name if name is not None else None
        like = LogDensity("", frozenset((variable,)), frozenset(), ()) if variable is not None else None
        q = density(reader, sub.sides[1], like)
    else:
        q = density(reader, sub) or _only_density_of(reader, sub)
    if q is None:
        raise reader.problem("the density under this expectation is not declared", sub.span)
    return q


def _only_density_of(reader: Reader, sub: tree.Node) -> LogDensity | None:
    r"""``\mathbb{E}_z``: under the only density named q (or the only one at all) that z has."""
    name = key(sub)
    own = [
        LogDensity(family, _own_variables(d), frozenset() if isinstance(d, ByCoordinate) else d.given, ())
        for family, d in sorted(reader.scope.densities.items())
        if name is not None and _own_variables(d) == {name}
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
    for side, found in zip(sides, (q, p), strict=True):
        if found is None:
            raise reader.problem("this is no declared density", side.span)
    assert q is not None
    assert p is not None
    if q.at and not p.at:
        p = LogDensity(p.family, p.variables, p.given, q.at)
    return divergence(q, p)


def lone(reader: Reader, node: tree.Node) -> Readings | None:
    """``⟨f⟩_q``, and a density named without arguments."""
    if isinstance(node, tree.Scripted) and isinstance(node.base, tree.Fenced) and node.base.kind == "angle":
        return expectation(reader, _below(reader, node.sub, node.span), reader.read(node.base.body), node.span)
    if isinstance(node, (tree.Name, tree.Scripted)) and reader.named(key(node)) is None:
        if isinstance(node, tree.Scripted) and (node.sup is not None or node.primes):
            return None
        family, _ = _family(reader, node)
        found = density(reader, node) if family is not None else None
        if found is not None:
            note = Note("density at its variable", f"{family} is taken at its variable", node.span)
            return [Reading(scalar(t.exp(found))).with_note(note)]
    return None


# --- integrals --------------------------------------------------------------------------------------------------------


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
    if not variables:
        raise reader.problem("an integral ends with its variable, as in dz", node.span)
    names: set[str] = set()
    at: tuple[Slot, ...] = ()
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
    name = key(lower)
    variable = variable_named(reader.scope, name) if name is not None and name not in reader.indices else None
    if variable is None or not any(variable in _own_variables(d) for d in reader.scope.densities.values()):
        return None
    return _integrated(reader, node, node.body, frozenset((variable,)), ())


def _integrated(reader: Reader, node: tree.Big, body: tree.Node, names: frozenset[str], at: tuple[Slot, ...]) -> Readings:
    values = reader.read(body)

    def integrated(v: Value) -> Reading[Value]:
        if not isinstance(v, Tensor) or v.rank:
            raise ShapeMismatch("only scalars are integrated")
        return Reading(scalar(under_density(v.body, names, at)))

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
    factors = body.factors if isinstance(body, t.Mul) else (body,)
    for k, f in enumerate(factors):
        if isinstance(f, t.Apply) and f.name == "exp" and isinstance(f.argument, LogDensity):
            q = f.argument
            if q.variables == names and q.at == at:
                return Mean(q.family, q.variables, q.given, q.at, t.mul(*factors[:k], *factors[k + 1 :]))
    return Mean(VOLUME, names, frozenset(), at, body)


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
