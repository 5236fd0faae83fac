r"""Which density a formula names: ``p(x \mid z)``, ``q_i(z_i)``, ``q`` alone, ``\mathcal{N}(x; \mu, \sigma^2)``, and which random variables.

A density named alone takes the variables it was declared with, or those of the density it is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symderiv.algebra.densities import Abstract, ByCoordinate, Density, Gaussian
from symderiv.algebra.families import Member
from symderiv.algebra.terms import LogDensity, Slot
from symderiv.core.problems import nearest
from symderiv.reading import tree
from symderiv.reading.arguments import Arguments, arguments
from symderiv.reading.meaning import Reader
from symderiv.reading.normals import declared_as, gaussian_at, is_normal
from symderiv.reading.scope import Scope, key, marked_key


def density(reader: Reader, node: tree.Node, like: LogDensity | None = None) -> LogDensity | None:
    """The density that a node names, or None. ``like`` lends its variables to a density named alone."""
    if isinstance(node, tree.Fenced) and node.kind in ("group", "paren"):
        return density(reader, node.body, like)
    if isinstance(node, tree.Juxtaposed) and len(node.items) == 2 and isinstance(node.items[1], tree.Fenced):
        if is_normal(node):
            variables = sorted(like.variables) if like is not None else []
            return normal(reader, node.items[1], variables[0] if len(variables) == 1 else None)
        return with_arguments(reader, node.items[0], node.items[1], like)
    family, at = family_of(reader, node)
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


def family_of(reader: Reader, node: tree.Node) -> tuple[str | None, tuple[Slot, ...]]:
    """The name of a family, and the coordinate of ``q_i`` where ``q`` falls into factors."""
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
    found = _with_parameters(densities, name, parameters)
    if found is not None or (lower := name[0].lower() + name[1:]) == name:
        return found
    small = _with_parameters(densities, lower, parameters)
    return None if small is None or name in reader.scope.names() else small


def _with_parameters(densities: Mapping[str, Density], name: str, parameters: str) -> str | None:
    if name + parameters in densities:
        return name + parameters
    if parameters:
        return None
    start = f"{name};"
    found = [d for d in densities if d.startswith(start)]
    return found[0] if len(found) == 1 else None


def with_arguments(reader: Reader, head: tree.Node, inside: tree.Fenced, like: LogDensity | None = None) -> LogDensity | None:
    """``p(x | z)``, ``q(z; λ)``: the declared density with the variables in its brackets; None where no density is named."""
    found = arguments(inside)
    if found is None or inside.kind not in ("paren", "bracket"):
        return None
    family, at = family_of(reader, head)
    if found.parameters:
        family = _declared_density(reader, key(head), found.parameters) or family
    if family is None:
        return None
    known = reader.scope.densities[family]
    if found.parameters and isinstance(known, Abstract) and not family.endswith(found.parameters):
        found = _as_conditions(reader, found, family, inside)
    if isinstance(known, ByCoordinate) and at:
        return _coordinate(reader, family, known, at, inside, found)
    variables = _variables(reader, found.variables, inside)
    if not found.variables:
        variables = like.variables if like is not None else own_variables(known)
    given = _variables(reader, found.given, inside)
    if isinstance(head, tree.Name) and isinstance(known, Abstract) and not found.parameters:
        family = _with_variables(reader.scope, family, variables | given)
    if isinstance(known, (Gaussian, Member)):
        variables = frozenset((known.variable.name,)) if len(variables) == 1 else variables
        if variables != {known.variable.name}:
            raise reader.problem(f"{family} is a density of {known.variable.name} alone", inside.span)
        given = known.given
    return LogDensity(family, variables, given, ())


def _with_variables(scope: Scope, family: str, names: frozenset[str]) -> str:
    r"""``p(z \mid x)`` where p is only a density of z, and ``p_\theta`` one of x and z: the subscript is left out."""
    if names <= _used(scope, family):
        return family
    others = [
        f
        for f, d in sorted(scope.densities.items())
        if f.startswith((f"{family}_", f"{family};")) and isinstance(d, Abstract) and names <= _used(scope, f)
    ]
    return others[0] if len(others) == 1 else family


def _used(scope: Scope, family: str) -> frozenset[str]:
    """The variables and conditions that a density has in what is given."""
    joints = [j for joint, parts in scope.relations for j in (joint, *(part for part, _ in parts))]
    return all_variables(scope.densities[family]).union(*(names for f, names in joints if f == family))


def _as_conditions(reader: Reader, found: Arguments, family: str, inside: tree.Fenced) -> Arguments:
    r"""``p(x; \theta)`` of a density that is declared with theta as a condition, ``p(x \mid \theta)``. Raises `AnswerProblem` for any other."""
    known = reader.scope.densities[family]
    given = known.given if isinstance(known, Abstract) else frozenset()
    names = frozenset(found.parameters.removeprefix(";").split(","))
    if not names <= given:
        raise reader.problem(f"{family} is declared without these parameters", inside.span)
    return Arguments(found.variables, (*found.given, *(tree.Name(inside.span, n, "plain") for n in sorted(names))))


def own_variables(known: Density) -> frozenset[str]:
    """The variables that a density is declared as a density of."""
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
    if _is_variable(scope, name):
        return name
    lower = name[0].lower() + name[1:]
    return lower if lower != name and _is_variable(scope, lower) and name not in scope.names() else None


def _is_variable(scope: Scope, name: str) -> bool:
    return name in scope.symbols or name in scope.random or any(name in all_variables(d) for d in scope.densities.values())


def variables_in(scope: Scope) -> frozenset[str]:
    """Every name that may stand in the brackets of a density."""
    return frozenset(v for d in scope.densities.values() for v in all_variables(d)) | scope.symbols.keys() | scope.random


def all_variables(d: Density) -> frozenset[str]:
    """The variables and the conditions that a density is declared with."""
    return own_variables(d) | (frozenset() if isinstance(d, ByCoordinate) else d.given)
