r"""The density under an expectation that names none: ``\mathbb{E}[f]``, ``\langle f \rangle``.

It is one of the densities of a variable that stands in f: the one that the question takes its expectations under, else the only one that is
named q, else the only one. Where none is singled out the expectation is not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symderiv.algebra.densities import Abstract, ByCoordinate, Density
from symderiv.algebra.expectation import VOLUME
from symderiv.algebra.terms import LogDensity, Mean, Tensor, Term
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.tree import children
from symderiv.reading.density_names import own_variables, variable_named
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import Scope, marked_key
from symderiv.reading.values import Blocks, Value


def understood(reader: Reader, body: tree.Node, span: Span) -> LogDensity:
    """The density that is meant where an expectation of ``body`` names none. Raises `AnswerProblem`."""
    scope = reader.scope
    used = set(_used(scope, body))
    of_question = [q for q in scope.sampled if not q.variables.isdisjoint(used)]
    declared = [_whole(family, d) for family, d in sorted(scope.densities.items()) if not own_variables(d).isdisjoint(used)]
    named_q = [q for q in declared if q.family.startswith(("q", "Q"))]
    random = {v for d in scope.densities.values() for v in own_variables(d)}
    constant = list(scope.sampled) if used.isdisjoint(random) else []
    for candidates in (of_question, named_q, declared, constant):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            break
    raise reader.problem("under which density is this expectation?", span, r"write it below, as in \mathbb{E}_{q(z)}")


def of_factor(reader: Reader, q: LogDensity, body: tree.Node) -> LogDensity:
    """``q``, or the factor ``q_i`` where the body has the variable of that and none of q: under q it would be a constant."""
    scope = reader.scope
    parts = [(f, d) for f, d in sorted(scope.densities.items()) if f.startswith(f"{q.family}_")]
    if not parts:
        return q
    used = set(_used(scope, body))
    if not q.variables.isdisjoint(used):
        return q
    factors = [_whole(f, d) for f, d in parts if not own_variables(d).isdisjoint(used)]
    return factors[0] if len(factors) == 1 else q


def _used(scope: Scope, node: tree.Node) -> Iterator[str]:
    """The random variables that stand in a formula; the z of a ``z_i`` that is one itself is none of them."""
    forms = [node]
    if isinstance(node, tree.Scripted) and node.sup is not None:  # z^{(1)} is a name, z_i^2 is none
        forms.append(replace(node, sup=None))
    for named in forms:
        name = marked_key(named) if isinstance(named, (tree.Name, tree.Scripted)) else None
        if name is not None and (variable := variable_named(scope, name)) is not None:
            yield variable
            return
    for child in children(node):
        yield from _used(scope, child)


def _whole(family: str, d: Density) -> LogDensity:
    given = d.given if isinstance(d, Abstract) else frozenset()
    return LogDensity(family, own_variables(d), given if not isinstance(d, ByCoordinate) else frozenset(), ())


def sampled_in(values: Iterable[Value]) -> tuple[LogDensity, ...]:
    """The densities that values are expectations under, each once."""
    found: dict[LogDensity, None] = {}
    for v in values:
        for cell in (c for row in v.rows for c in row) if isinstance(v, Blocks) else (v,):
            if isinstance(cell, Tensor):
                found.update(dict.fromkeys(_under(cell)))
    return tuple(found)


def _under(term: Term | Tensor) -> Iterator[LogDensity]:
    if isinstance(term, Tensor):
        yield from _under(term.body)
        return
    if isinstance(term, Mean):
        if term.family != VOLUME:
            yield LogDensity(term.family, term.variables, term.given, term.at)
        yield from _under(term.body)
        return
    for value in term.values:
        for part in value if type(value) is tuple else (value,):
            if isinstance(part, (Term, Tensor)):
                yield from _under(part)
