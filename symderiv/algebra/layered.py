r"""What belongs to layer k of a stack, for all layers at once: one tensor, or one function, with the number of the layer as its first slot.

At one layer ``s_k`` is a vector like any other, and ``x_{k-1}`` is what comes in. `lifted` makes of a term about one layer the term at a number: ``s_k[i]``
becomes ``s[k, i]``, ``F_k(u)_i`` becomes ``F(u)[k, i]``, so that ``\sum_{k=1}^{K}`` is a sum like any other; `lowered` is its inverse, for writing.

What comes in is no parameter: ``x_k = f_k(x_{k-1})``. A lifted incoming name carries the map of its layer (`Symbol.chain`), and an instance draws
values for the first layer alone; those of all others follow. So numbers refute nothing that the recursion makes true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from symderiv.algebra.terms import Entry, Function, Index, Slot, Symbol, Tensor, Term, Value, fresh, tensor
from symderiv.core.size import Size

V = TypeVar("V", Entry, Value)

#: The trait of what has a slot for the number of the layer.
LAYERED = "layered"
#: Before a trait that what belongs to one layer has.
_EACH = "each "
_SHIFTED = re.compile(r"(?<![A-Za-z])(?P<letter>[A-Za-z]+)(?P<shift>[+-]\d+)?(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Depth:
    """The letter that numbers the layers, and how many there are."""

    letter: str
    size: Size

    def named(self, name: str) -> str:
        """The name of a tensor for all layers."""
        return f"{name} for {self.letter} = 1, 2, …"


def numbered(name: str, letter: str, number: str) -> str:
    """A name with another number for its layer.

    >>> numbered("x_1,k-1", "k", "3"), numbered("s_k", "k", "j"), numbered("x_k-1", "k", "K")
    ('x_1,2', 's_j', 'x_K-1')
    """
    head, mark, rest = name.partition("_")

    def put(found: re.Match[str]) -> str:
        if found["letter"] != letter:
            return found[0]
        shift = int(found["shift"] or 0)
        if number.isdigit():
            return str(int(number) + shift)
        base, sign, more = number.partition("+")
        total = shift + (int(more) if sign else 0)
        return f"{base}{total:+d}" if total else base

    return head + mark + _SHIFTED.sub(put, rest)


def numbers(name: str, letter: str) -> tuple[int, ...]:
    """By how much the numbers in a name differ from that of the layer: 0 for ``s_k``, -1 for ``x_{k-1}``; nothing where it has none."""
    _, _, rest = name.partition("_")
    return tuple(int(m["shift"] or 0) for m in _SHIFTED.finditer(rest) if m["letter"] == letter)


def lifted_symbol(s: Symbol, depth: Depth) -> Symbol:
    """A symbol of one layer for all of them."""
    traits = frozenset((LAYERED, *(_EACH + t for t in s.traits)))
    return replace(s, name=depth.named(s.name), sizes=(depth.size, *s.sizes), traits=traits)


def lifted_function(f: Function, depth: Depth) -> Function:
    """A function of one layer for all of them; an elementwise one becomes a function of one scalar with a value for each layer."""
    traits = frozenset((LAYERED, *(_EACH + t for t in f.traits), *((_EACH + "elementwise",) if f.elementwise else ())))
    return replace(f, name=depth.named(f.name), output=(depth.size, *f.output), elementwise=False, traits=traits)


def one_layer(s: Symbol) -> Symbol:
    """What a lifted symbol is at one layer, without its name."""
    return replace(s, sizes=s.sizes[1:], traits=_inner(s.traits), chain=())


def one_layers(f: Function) -> Function:
    """What a lifted function is at one layer, without its name."""
    traits = _inner(f.traits)
    return replace(f, output=f.output[1:], elementwise="elementwise" in traits, traits=traits - {"elementwise"})


def _inner(traits: frozenset[str]) -> frozenset[str]:
    return frozenset(t.removeprefix(_EACH) for t in traits if t != LAYERED)


class Lifting:
    """Terms about one layer, at a number. ``incoming``: by its name at one layer, what comes into it, for all layers."""

    def __init__(self, depth: Depth, incoming: Mapping[str, Symbol] | None = None, shared: Iterable[str] = ()) -> None:
        self.depth, self.incoming, self.shared = depth, incoming or {}, frozenset(shared)

    def term(self, term: Term, at: Slot) -> Term:
        """The term at a number."""
        return _replaced(term, lambda x: self._atom(x, at))

    def tensor(self, x: Tensor, at: Slot) -> Tensor:
        """The tensor at a number."""
        indices, body = x.open()
        return tensor(indices, self.term(body, at), x.row)

    def belongs(self, name: str) -> bool:
        """Whether a name is one of the layer."""
        return name not in self.shared and bool(numbers(name, self.depth.letter))

    def _atom(self, term: Term, at: Slot) -> Term:
        if not isinstance(term, (Entry, Value)) or layered(term):
            return term
        if isinstance(term, Entry) and self.belongs(term.symbol.name):
            symbol = self.incoming.get(term.symbol.name) or lifted_symbol(term.symbol, self.depth)
            return Entry(symbol, (at, *term.at))
        if isinstance(term, Value) and self.belongs(term.function.name):
            return Value(lifted_function(term.function, self.depth), term.arguments, (at, *term.at), term.by)
        return term


def incoming(depth: Depth, before: Mapping[str, Symbol], forward: Mapping[str, Tensor]) -> dict[str, Symbol]:
    """What comes into all layers, by its name at one; ``before``: the symbols at one layer, by output; ``forward``: what goes out by what comes in."""
    lifting = Lifting(depth)
    chain = []
    for name, s in before.items():
        k = fresh(depth.size)
        indices, body = forward[name].open()
        chain.append((depth.named(s.name), tensor((k, *indices), lifting.term(body, k))))
    return {s.name: replace(lifted_symbol(s, depth), chain=tuple(chain)) for s in before.values()}


def unchanged(s: Symbol) -> bool:
    """Whether every layer hands on what comes in under this name, so that it is the same before all of them (by induction over the layers)."""
    out = next((x for name, x in s.chain if name == s.name), None)
    if not isinstance(out, Tensor) or not isinstance(out.body, Entry):
        return False
    return out.body.symbol.name == s.name and out.body.at == out.slots


# --- back to one layer ------------------------------------------------------------------------------------------------------


def lowered(term: Term, at: Index, letter: str) -> Term:
    """The term about one layer of which this is the one at a number."""

    def atom(x: Term) -> Term:
        if isinstance(x, Entry) and x.at and x.at[0] == at and layered(x):
            return _lowered(x, letter)
        if isinstance(x, Value) and x.at and x.at[0] == at and layered(x):
            return _lowered(x, letter)
        return x

    return _replaced(term, atom)


def settled(x: V) -> V:
    """``s_1`` for what stands at the number 1, and ``s_k`` where no sum says over which layers k runs; anything else as it is."""
    if not layered(x) or not x.at:
        return x
    return _lowered(x, str(x.at[0]) if isinstance(x.at[0], int) else _split(_name(x))[1])


def layered(x: Term) -> bool:
    """Whether a term is an entry of what has a slot for the number of the layer."""
    return (isinstance(x, Entry) and LAYERED in x.symbol.traits) or (isinstance(x, Value) and LAYERED in x.function.traits)


def letter_of(term: Term, at: Index) -> str | None:
    """The letter that numbers the layers where this index does; None where it is no such index."""
    stack: list[object] = [term]
    seen: set[object] = set()
    while stack:
        x = stack.pop()
        if isinstance(x, tuple):
            stack.extend(x)
        elif isinstance(x, Tensor):
            stack.append(x.body)
        elif isinstance(x, Term) and at in x.free and x not in seen:
            seen.add(x)
            if isinstance(x, (Entry, Value)) and layered(x) and x.at[0] == at:
                return _split(_name(x))[1]
            stack.extend(x.values)
    return None


def _name(x: Entry | Value) -> str:
    return x.symbol.name if isinstance(x, Entry) else x.function.name


def name_at(name: str, number: int) -> str:
    """The name of what is layered at a number: ``x_0`` for what comes into layer 1."""
    stem, letter = _split(name)
    return numbered(stem, letter, str(number))


def _split(name: str) -> tuple[str, str]:
    """The name at one layer, and the letter that numbers the layers."""
    stem, _, rest = name.rpartition(" for ")
    return stem, rest.partition(" ")[0]


def _lowered(x: V, number: str) -> V:
    stem, letter = _split(_name(x))
    name = numbered(stem, letter, number)
    if isinstance(x, Entry):
        return Entry(replace(one_layer(x.symbol), name=name), x.at[1:])
    assert isinstance(x, Value)
    return Value(replace(one_layers(x.function), name=name), x.arguments, x.at[1:], x.by)


def _replaced(term: Term, atom: Callable[[Term], Term]) -> Term:
    """Every entry and every value of a function replaced, from the inside."""
    done: dict[Term, Term] = {}

    def of(x: Term) -> Term:
        found = done.get(x)
        if found is None:
            found = done[x] = atom(type(x)(*map(part, x.values)))
        return found

    def part(v: object) -> object:
        if isinstance(v, Term):
            return of(v)
        if isinstance(v, Tensor):
            return Tensor(v.slots, of(v.body), v.row)
        return tuple(map(part, v)) if isinstance(v, tuple) else v

    return of(term)
