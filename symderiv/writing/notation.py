"""Notation: how a formula looks, free of any markup.

About a dozen node kinds, closed. Every emitter (LaTeX, Typst, Unicode) is one module with one rule a kind; a test fails
until each knows all of them. Letters, symbols and operators are named here in the field's words and turned into markup only
in an emitter, from tables: no text of a user passes through as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LetterStyle = Literal["plain", "bold", "calligraphic", "blackboard", "upright"]
FenceKind = Literal["paren", "bracket", "brace", "bar", "norm", "angle"]
GridKind = Literal["bracket", "paren", "cases", "aligned"]
BigName = Literal["sum", "product", "integral"]

#: Every symbol that a formula of ours may hold, by name.
SYMBOLS = (
    "plus", "minus", "times", "hadamard", "dot", "slash", "equals", "not-equals", "less", "greater", "less-equal",
    "greater-equal", "defined", "approximately", "in", "to", "maps-to", "distributed", "parallel", "given", "comma",
    "colon", "semicolon", "implies", "exactly-when", "nabla", "partial", "infinity", "ellipsis", "transpose", "prime",
    "expectation", "reals", "naturals", "succeeds", "space",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A variable's name: one Latin letter, a Greek letter by name (``mu``, ``Sigma``, ``ell``), or a word such as ``KL``."""

    name: str
    style: LetterStyle = "plain"


@dataclass(frozen=True, slots=True)
class Word:
    """An upright operator name set as a function: ``exp``, ``diag``, ``det``, ``tr``, ``KL``."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """A non-negative number as digits, ``3`` or ``0.5``."""

    digits: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """One of `SYMBOLS`; the emitter knows its spacing (a binary sign, a relation, punctuation)."""

    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """Things side by side."""

    items: tuple[Notation, ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    """``above`` over ``below``."""

    above: Notation
    below: Notation


@dataclass(frozen=True, slots=True)
class Script:
    """``base`` with a subscript, a superscript, or both."""

    base: Notation
    sub: Notation | None = None
    sup: Notation | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """The square root of ``body``."""

    body: Notation


@dataclass(frozen=True, slots=True)
class Fenced:
    """``body`` between growing fences."""

    kind: FenceKind
    body: Notation


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells in rows: a matrix, cases, or aligned rows (there the cells alternate: before and from the alignment point)."""

    rows: tuple[tuple[Notation, ...], ...]
    kind: GridKind = "bracket"


@dataclass(frozen=True, slots=True)
class Big:
    """A large operator with its bounds; what it acts on follows in the same `Row`."""

    name: BigName
    lower: Notation | None = None
    upper: Notation | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words inside a formula. Escaped by every emitter."""

    text: str


@dataclass(frozen=True, slots=True)
class Underbrace:
    """``body`` with a note below a brace."""

    body: Notation
    note: Notation


Notation = Letter | Word | Number | Symbol | Row | Fraction | Script | Root | Fenced | Grid | Big | Words | Underbrace

#: Every node kind, for emitters and for the test that they know them all.
KINDS: tuple[type, ...] = (Letter, Word, Number, Symbol, Row, Fraction, Script, Root, Fenced, Grid, Big, Words, Underbrace)

#: Text with formulas in it: what steps, findings and reports are made of.
Prose = tuple[str | Notation, ...]


def row(*items: Notation) -> Notation:
    """Items side by side, rows inside rows flattened; one item alone is itself."""
    flat: list[Notation] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Row) else (item,))
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


def fenced(body: Notation, kind: FenceKind = "paren") -> Notation:
    """``body`` in parentheses, or in other fences."""
    return Fenced(kind, body)


def separated(items: list[Notation], by: str = "comma") -> Notation:
    """Items with a symbol between them."""
    out: list[Notation] = []
    for k, item in enumerate(items):
        if k:
            out.append(Symbol(by))
        out.append(item)
    return row(*out)
