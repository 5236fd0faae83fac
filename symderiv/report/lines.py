"""How text and formulas fall into lines: text is wrapped by width, a long formula is broken at its own signs.

Nothing is lost: `wrapped` keeps every character of a line, `broken` every symbol of a formula.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from symderiv.writing.notation import (
    Big, Fenced, Fraction, Grid, Letter, Notation, Number, Root, Row, Script, Symbol, Underbrace, Word, Words, row,
)  # fmt: skip

#: Longest line of verbatim text on a page, in characters.
WIDTH = 86
#: A formula wider than this, in letters, is broken into aligned rows.
LONG = 62

_RELATIONS = frozenset(
    {"equals", "defined", "approximately", "less", "greater", "less-equal", "greater-equal", "implies", "exactly-when"}
)
_SUMS = frozenset({"plus", "minus"})


def columns(c: str) -> int:
    """How many columns of a fixed pitch a character takes."""
    return 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1


def wrapped(text: str, width: int = WIDTH, cost: Callable[[str], int] = columns) -> list[str]:
    """The lines of a text, long ones broken behind a space where there is one; control characters made visible."""
    out: list[str] = []
    for line in text.expandtabs(4).splitlines() or [""]:
        rest = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
        while (cut := _fitting(rest, width, cost)) < len(rest):
            space = rest.rfind(" ", width // 3, cut) + 1
            out.append(rest[: space or cut])
            rest = rest[space or cut :]
        out.append(rest)
    return out


def _fitting(text: str, width: int, cost: Callable[[str], int]) -> int:
    """How many characters of the text fit: at least one."""
    used = 0
    for k, c in enumerate(text):
        used += cost(c)
        if used > width and k:
            return k
    return len(text)


def breath(n: Notation) -> float:
    """About how wide a formula is, in letters."""
    match n:
        case Letter(name=name):
            return 1 if len(name) == 1 or name.islower() else len(name)
        case Word(name=text) | Words(text=text) | Number(digits=text):
            return len(text) + 0.3
        case Symbol(name=name):
            return 3 if name in _RELATIONS else 2 if name in _SUMS else 1
        case Row(items=items):
            return sum(map(breath, items))
        case Fraction(above=above, below=below):
            return max(breath(above), breath(below)) + 0.5
        case Script(base=base, sub=sub, sup=sup):
            return breath(base) + 0.7 * max((breath(s) for s in (sub, sup) if s is not None), default=0)
        case Root(body=body):
            return breath(body) + 1.5
        case Fenced(body=body):
            return breath(body) + 1.4
        case Grid(rows=rows):
            wide = max(map(len, rows), default=0)
            return sum(max((breath(r[k]) for r in rows if k < len(r)), default=0) + 2 for k in range(wide)) + 1
        case Big(lower=lower, upper=upper):
            return max(2, *(0.7 * breath(s) for s in (lower, upper) if s is not None), 0)
        case Underbrace(body=body, note=note):
            return max(breath(body), 0.7 * breath(note))


def broken(n: Notation, long: float = LONG) -> Notation:
    """A long row as aligned rows: a new one at each relation, and at a sum's sign where a row would still be long."""
    if not isinstance(n, Row) or breath(n) <= long:
        return n
    sides = _cut(n.items, _RELATIONS)
    head: tuple[Notation, ...] = ()
    if len(sides) > 1 and sides[0]:
        head, sides = sides[0], sides[1:]
    room = long - (breath(row(*head)) if head else 0)
    lines = [line for side in sides for line in _filled(side, max(room, long / 2))]
    if len(lines) == 1:
        return n
    first = row(*head) if head else Row(())
    return Grid(tuple((first if k == 0 else Row(()), row(*line)) for k, line in enumerate(lines)), "aligned")


def _cut(items: tuple[Notation, ...], signs: frozenset[str]) -> list[tuple[Notation, ...]]:
    """The items in pieces, each but the first led by one of the signs."""
    pieces: list[list[Notation]] = [[]]
    for k, item in enumerate(items):
        before = items[k - 1] if k else None
        binary = not (isinstance(before, Symbol) and before.name in _RELATIONS | _SUMS | {"times", "hadamard", "dot", "comma"})
        if isinstance(item, Symbol) and item.name in signs and binary and k:
            pieces.append([])
        pieces[-1].append(item)
    return [tuple(p) for p in pieces]


def _filled(side: tuple[Notation, ...], room: float) -> list[tuple[Notation, ...]]:
    """A side in rows of at most the room, broken before a sum's sign; rows after the first stand further in."""
    if breath(row(*side)) <= room:
        return [side]
    lines: list[list[Notation]] = [[]]
    for term in _cut(side, _SUMS):
        if lines[-1] and breath(row(*lines[-1], *term)) > room:
            lines.append([Symbol("space"), Symbol("space"), Words("")])  # nothing, so that the sign stands between two things
        lines[-1].extend(term)
    return [tuple(line) for line in lines]
