"""Names: letters with subscripts from a symbol's name, sizes as formulas, letters for bound indices."""

from __future__ import annotations

import re
from collections.abc import Iterable

from symderiv.algebra.terms import Dim, Entry, Index, LogDensity, Mean, Slot, Tensor, Term, Value
from symderiv.core.size import Size
from symderiv.writing.notation import Letter, Notation, Number, Row, Script, Symbol, Words, row

#: The letters that bound indices are given, in this order.
INDEX_LETTERS = ("i", "j", "k", "l", "m", "r", "s", "t", "u", "v", "a", "b", "c", "e", "g", "h")

_PIECE = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|.")
_SIGNS = {":": "colon", ",": "comma", "+": "plus", "-": "minus", "*": "times", "'": "prime", "′": "prime", "/": "slash"}


def name_notation(name: str) -> Notation:
    """A declared name: ``mu``, ``x_1``, ``Sigma_1``, ``x_1:d``, ``p_theta``; primes at its end are a superscript."""
    bare = name.rstrip("'′")
    primes = len(name) - len(bare)
    base, mark, below = bare.replace("{", "").replace("}", "").replace("\\", "").partition("_")
    head: Notation = Letter(base) if base else Words(name)
    sub = _subscript(below) if mark and below else None
    sup = row(*[Symbol("prime")] * primes) if primes else None
    return head if sub is None and sup is None else Script(head, sub, sup)


def _subscript(text: str) -> Notation:
    pieces: list[Notation] = []
    for k, part in enumerate(text.split("_")):
        if k:
            pieces.append(Symbol("comma"))
        for piece in _PIECE.findall(part):
            if piece in _SIGNS:
                pieces.append(Symbol(_SIGNS[piece]))
            elif piece[0].isdigit():
                pieces.append(Number(piece))
            elif not piece.isspace():
                pieces.append(Letter(piece))
    return row(*pieces) if pieces else Row(())


def with_subscript(base: Notation, sub: Notation) -> Notation:
    """A name with one more subscript, after a comma where it has one: ``x_1`` at ``i`` is ``x_{1,i}``."""
    if isinstance(base, Script):
        joined = sub if base.sub is None else row(base.sub, Symbol("comma"), sub)
        return Script(base.base, joined, base.sup)
    return Script(base, sub)


def size_notation(size: Size) -> Notation:
    """A size on one line: ``d/2``, ``D - d``, ``2n``."""
    out: list[Notation] = []
    for names, c in sorted(size.terms, key=lambda t: (t[1] < 0, -len(t[0]), t[0])):
        if out or c < 0:
            out.append(Symbol("minus" if c < 0 else "plus"))
        if abs(c.numerator) != 1 or not names:
            out.append(Number(str(abs(c.numerator))))
        out.extend(map(name_notation, names))
        if c.denominator > 1:
            out += [Symbol("slash"), Number(str(c.denominator))]
    return row(*out) if out else Number("0")


class Indices:
    """Letters for indices: each bound index gets the first letter that nothing in the formula is named by."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = frozenset(taken)
        self.given: dict[Index, str] = {}

    def bind(self, index: Index) -> Notation:
        """A letter for an index, until it is released."""
        busy = self.taken | set(self.given.values())
        letters = (x for x in (*INDEX_LETTERS, *(f"i_{k}" for k in range(1, 99))) if x not in busy)
        self.given[index] = next(letters)
        return name_notation(self.given[index])

    def release(self, index: Index) -> None:
        """The letter is free again."""
        self.given.pop(index, None)

    def letter(self, slot: Slot) -> Notation:
        """How a slot is written; an index that nobody bound gets a letter too."""
        if isinstance(slot, int):
            return Number(str(slot))
        return name_notation(self.given[slot]) if slot in self.given else self.bind(slot)


def names_in(value: object) -> set[str]:
    """Every name that a formula shows, whole and in its parts: what no index may be called."""
    out: set[str] = set()
    _collect(value, out, set())
    return out


def _collect(value: object, out: set[str], seen: set[int]) -> None:
    if isinstance(value, Tensor):
        _collect(value.body, out, seen)
        for s in value.slots:
            _take(out, *s.size.names)
    elif isinstance(value, Term):
        if id(value) in seen:
            return
        seen.add(id(value))
        if isinstance(value, Entry):
            _take(out, value.symbol.name)
        elif isinstance(value, Value):
            _take(out, value.function.name, *(["J"] if value.by else []))
        elif isinstance(value, Dim):
            _take(out, value.name)
        elif isinstance(value, (LogDensity, Mean)):
            _take(out, value.family, *value.variables, *value.given)
        for part in value.values:
            _collect(part, out, seen)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, out, seen)


def _take(out: set[str], *names: str) -> None:
    for name in names:
        out.add(name)
        base, _, below = name.partition("_")
        out.add(base)
        out.update(re.findall(r"[^\W\d_]+", below))
