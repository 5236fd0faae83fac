r"""Names as letters: declared symbols, sizes and the letters of running indices.

A name is split at its first ``_``: ``sigma_i`` is the letter sigma with the subscript i, ``x_1:d`` is x with 1:d. Primes at the end of the
letter or the whole belong to it. A style may stand in front (``bold:x``, ``calligraphic:F``). `Env` carries the letters that indices have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast, get_args

from symderiv.algebra.order import GREEK
from symderiv.algebra.terms import Dim, Entry, Index, LogDensity, Mean, Slot, Tensor, Term, Value
from symderiv.core.size import Size
from symderiv.writing.notation import Letter, LetterStyle, Notation, Number, Script, Symbol, Words, row

_STYLES = frozenset(get_args(LetterStyle))
_TOKENS = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|.", re.DOTALL)
_SIGNS = {":": "colon", ",": "comma", "+": "plus", "-": "minus", "'": "prime", "/": "slash"}


def name(text: str) -> Notation:
    """A declared name as it is written.

    >>> name("sigma_i")
    Script(base=Letter(name='sigma', style='plain'), sub=Letter(name='i', style='plain'), sup=None)
    """
    return scripted(text)


def scripted(text: str, more: Iterable[Notation] = (), primes: int = 0) -> Notation:
    """A name with further subscripts, set off by a comma where it has one already, and further primes."""
    style, colon, rest = text.partition(":")
    if not colon or style not in _STYLES:
        style, rest = "plain", text
    bare = rest.rstrip("'")
    primes += len(rest) - len(bare)
    base, _, sub = bare.partition("_")
    letter = base.rstrip("'")
    primes += len(base) - len(letter)
    behind = list(more)
    subs = [*subscript(sub), *([Symbol("comma")] if sub and behind else []), *behind]
    head = Letter(letter, cast(LetterStyle, style))
    if not subs and not primes:
        return head
    return Script(head, row(*subs) if subs else None, row(*(Symbol("prime"),) * primes) if primes else None)


def subscript(text: str) -> Iterator[Notation]:
    """What a subscript is made of: numbers, letters, words, signs, and subscripts of its own."""
    head, underscore, rest = text.partition("_")
    parts = [part for token in _TOKENS.findall(head) if not token.isspace() for part in _subscripted(token)]
    if underscore and parts:
        parts[-1] = Script(parts[-1], row(*subscript(rest)))
    yield from parts


def _subscripted(token: str) -> list[Notation]:
    if token[0].isdigit():
        return [Number(token)]
    if not token.isalpha():
        return [Symbol(_SIGNS[token]) if token in _SIGNS else Words(token)]
    if len(token) == 1 or token in GREEK:
        return [Letter(token)]
    if len(token) > 2 or not token.islower():
        return [Letter(token, "upright")]
    return [Letter(c) for c in token]


def size(value: Size) -> Notation:
    """A size in one line: ``n``, ``d/2``, ``D - d``."""
    parts: list[Notation] = []
    for names, c in sorted(value.terms, key=lambda t: (-len(t[0]), t[1] < 0, t[0])):
        if parts or c < 0:
            parts.append(Symbol("minus" if c < 0 else "plus"))
        if abs(c.numerator) != 1 or not names:
            parts.append(Number(str(abs(c.numerator))))
        parts += map(name, names)
        if c.denominator > 1:
            parts += [Symbol("slash"), Number(str(c.denominator))]
    return row(*parts) if parts else Number("0")


_CHOICE = ("i", "j", "k", "l", "m", "r", "s", "t", "a", "b", "c", "u", "v", "p", "q", "h", "g", "w", "n", "d")


@dataclass(frozen=True, slots=True)
class Env:
    """The letters of the indices in sight, and the names that no index may have."""

    letters: Mapping[Index, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def with_letters(self, indices: Iterable[Index]) -> Env:
        """The next free letters for more indices."""
        letters = dict(self.letters)
        used = self.taken | frozenset(letters.values())
        free = (c for c in _letters() if c not in used)
        letters.update(zip(indices, free, strict=False))
        return Env(letters, self.taken)

    def without(self, indices: Iterable[Index]) -> Env:
        """The same with some indices left to the slots of a tensor; their letters stay taken."""
        gone = frozenset(indices)
        kept = {i: c for i, c in self.letters.items() if i not in gone}
        return Env(kept, self.taken | {c for i, c in self.letters.items() if i in gone})

    def slot(self, slot: Slot) -> Notation:
        """The letter of an index, or a position as a number."""
        return name(self.letters[slot]) if isinstance(slot, Index) else Number(str(slot))

    def slots(self, slots: Iterable[Slot]) -> list[Notation]:
        """Letters side by side; positions among them are set off by commas."""
        many = list(slots)
        looks = [self.slot(s) for s in many]
        if all(isinstance(s, Index) for s in many):
            return looks
        return [x for k, look in enumerate(looks) for x in ((Symbol("comma"), look) if k else (look,))]


def _letters() -> Iterator[str]:
    yield from _CHOICE
    k = 1
    while True:
        yield f"i_{k}"
        k += 1


def env_for(term: Term | Tensor) -> Env:
    """No letters yet; the names in the term are taken."""
    found: set[str] = set()
    _collect(term, found, set())
    return Env({}, frozenset(found))


def _collect(part: object, found: set[str], seen: set[int]) -> None:
    if isinstance(part, (Term, Tensor)):
        if id(part) in seen:
            return
        seen.add(id(part))
    if isinstance(part, Tensor):
        for s in part.slots:
            found |= s.size.names
        _collect(part.body, found, seen)
    elif isinstance(part, Term):
        if isinstance(part, Entry):
            found.add(_letter_of(part.symbol.name))
        elif isinstance(part, Value):
            found.add(_letter_of(part.function.name))
        elif isinstance(part, Dim):
            found.add(part.name)
        elif isinstance(part, (LogDensity, Mean)):
            found |= {_letter_of(part.family), *map(_letter_of, part.variables), *map(_letter_of, part.given)}
        for value in part.values:
            _collect(value, found, seen)
    elif isinstance(part, tuple):
        for value in part:
            _collect(value, found, seen)
    elif isinstance(part, Index):
        found |= part.size.names


def _letter_of(text: str) -> str:
    return re.split(r"[_']", text.rpartition(":")[2] if text.partition(":")[0] in _STYLES else text)[0]
