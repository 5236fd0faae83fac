"""Names that come from SymPy, as they are declared here: its ``sigma`` is our positive one, its ``n`` our size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.explore import numbers


def adopted(x: Tensor, like: Iterable[Tensor]) -> Tensor:
    """What has a name that stands in other tensors, as it is declared there.

    Raises `AuthorProblem` where the shapes under one name differ.
    """
    ours = numbers.vocabulary_of(like)
    sizes = ours.dimensions | numbers.vocabulary_of((x,)).dimensions
    declared: dict[str, t.Symbol | t.Function] = {**ours.symbols, **ours.functions}
    renamed: dict[object, object] = {}
    for theirs in numbers.declared_in((x,)):
        known = declared.get(theirs.name, theirs)
        if isinstance(theirs, t.Symbol) and theirs.name in sizes and not theirs.sizes:
            renamed[t.Entry(theirs, ())] = t.Dim(theirs.name)
        elif type(known) is not type(theirs) or _shape(known) != _shape(theirs):
            raise AuthorProblem(f"{theirs.name} is {_in_words(known)}, not {_in_words(theirs)}")
        elif known != theirs:
            renamed[theirs] = known
    return _Renaming(renamed).tensor(x) if renamed else x


def _shape(thing: t.Symbol | t.Function) -> object:
    return thing.sizes if isinstance(thing, t.Symbol) else (thing.arguments, thing.output)


def _in_words(thing: t.Symbol | t.Function) -> str:
    return T.shape_in_words(T.whole(thing)) if isinstance(thing, t.Symbol) else f"a function of {len(thing.arguments)} arguments"


class _Renaming:
    """Symbols, functions and whole entries exchanged wherever they stand; indices are left alone."""

    def __init__(self, names: Mapping[object, object]) -> None:
        self.names = names

    def tensor(self, x: Tensor) -> Tensor:
        indices, body = x.open()
        return t.tensor(indices, self.term(body), x.row)

    def term(self, term: t.Term) -> t.Term:
        found = self.names.get(term)
        return found if isinstance(found, t.Term) else type(term)(*map(self.value, term.values))

    def value(self, value: object) -> object:
        if isinstance(value, t.Term):
            return self.term(value)
        if isinstance(value, Tensor):
            return self.tensor(value)
        if isinstance(value, tuple):
            return tuple(map(self.value, value))
        return self.names.get(value, value) if isinstance(value, (t.Symbol, t.Function)) else value
