r"""Sums and products over a data set: ``\sum_i \log p(x_i)``, where ``x_i`` is declared as a random variable and the letter in its name runs.

Inside, every density of such variables, and every expectation over them, is that of the index: ``p(x_i, z_i)`` becomes ``p`` at ``i``, one density a
datum, about which the same is known as about the declared one. How far the index runs may be said by a name that nothing declares.
"""

from __future__ import annotations

from symderiv.algebra.rebuild import below, rebuilt
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Entry, Index, LogDensity, Mean, Score, Tensor, Term
from symderiv.core.size import Size
from symderiv.reading import tree
from symderiv.reading.binders import uses_letter
from symderiv.reading.density_names import variables_in
from symderiv.reading.scope import Scope, key

#: How many data there are where it is not said.
_NUMBER = Size.of("N")


def variables(scope: Scope, letter: str, body: tree.Node) -> frozenset[str]:
    """The random variables with this letter as their subscript, where the letter stands in the body and no vector has it as an index."""
    found = frozenset(v for v in variables_in(scope) if v.rpartition("_")[2] == letter and v != letter)
    return found if found and uses_letter(body, letter) else frozenset()


def number(scope: Scope, upper: tree.Node | None) -> Size:
    """How many data there are. ValueError where that is no size."""
    if upper is not None and (name := key(upper)) is not None and name not in scope.names() - scope.dimensions - _naturals(scope):
        return Size.of(name)
    if upper is not None:
        raise ValueError("no size")
    known = sorted(_naturals(scope))
    return Size.of(known[0]) if len(known) == 1 else _NUMBER


def _naturals(scope: Scope) -> set[str]:
    return {name for name, s in scope.symbols.items() if s.domain.whole and not s.sizes}


def at(x: Tensor, names: frozenset[str], index: Index) -> Tensor:
    """A value with its densities of these variables taken at an index. Raises `ShapeMismatch` for what is no density of data alone."""
    return below(x, lambda term: _at(term, names, index))


def _at(term: Term, names: frozenset[str], index: Index) -> Term:
    if isinstance(term, Entry):
        if term.symbol.name in names:
            raise ShapeMismatch(f"{term.symbol.name} is read inside densities only, where a sum runs over the data")
        return term
    if isinstance(term, Score):
        density = _at(term.density, names, index)
        return Score(density, term.by) if isinstance(density, LogDensity) else term
    if isinstance(term, (LogDensity, Mean)):
        own = term.variables | term.given
        inner = _at(term.body, names, index) if isinstance(term, Mean) else None
        if own.isdisjoint(names):
            place = term.at
        elif own <= names and not term.at:
            place = (index,)
        else:
            raise ShapeMismatch("a density of a datum and of what belongs to no datum is not read in a sum over the data")
        if inner is not None:
            return Mean(term.family, term.variables, term.given, place, inner)
        return LogDensity(term.family, term.variables, term.given, place)
    return rebuilt(term, lambda part: _at(part, names, index))
