r"""Pieces of a formula: a look, and how tightly it holds together.

A sum inside a product needs parentheses, a product under a power does; ``\log x`` and ``\sum_i a_i`` reach to the right and must stand last.
Products gather negative powers below one fraction, sums turn signs into minus signs: nothing prints ``+ -`` or ``1 x``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction as Rational
from typing import cast

from symderiv.writing.notation import (
    Fenced, Fraction, Letter, Notation, Number, Root, Row, Script, Symbol, fenced, row,
)  # fmt: skip


class Hold(IntEnum):
    """How tightly a piece holds together, from loose to tight."""

    SUM = 0
    ENTRYWISE = 1  # a ∘ b
    PRODUCT = 2
    REACHING = 3  # log x, Σ_i a_i, Π_i a_i: takes what follows
    ATOM = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A formula without its sign. ``call``: its last item is the fence of its argument, which carries scripts."""

    look: Notation
    hold: Hold = Hold.ATOM
    negative: bool = False
    call: bool = False


ONE = Piece(Number("1"))


def rational(value: Rational) -> Notation:
    """A non-negative rational number."""
    above = Number(str(value.numerator))
    return above if value.denominator == 1 else Fraction(above, Number(str(value.denominator)))


def closed(piece: Piece, at_least: Hold = Hold.ATOM) -> Notation:
    """The look with its sign, in parentheses where it holds too loosely."""
    look = signed(piece)
    hold = Hold.SUM if piece.negative else piece.hold
    return look if hold >= at_least else fenced(look)


def signed(piece: Piece) -> Notation:
    """The look with its sign; a sum stands in parentheses behind a minus."""
    if not piece.negative:
        return piece.look
    return row(Symbol("minus"), fenced(piece.look) if piece.hold == Hold.SUM else piece.look)


def opposite(piece: Piece) -> Piece:
    """The negative."""
    return Piece(piece.look, piece.hold, not piece.negative, piece.call)


def total(pieces: Sequence[Piece]) -> Piece:
    """The sum, in the order given."""
    if not pieces:
        return Piece(Number("0"))
    if len(pieces) == 1:
        return pieces[0]
    items: list[Notation] = []
    for k, p in enumerate(pieces):
        if k or p.negative:
            items.append(Symbol("minus" if p.negative else "plus"))
        items.append(fenced(p.look) if p.hold == Hold.SUM and p.negative else p.look)
    return Piece(row(*items), Hold.SUM)


def scripts(piece: Piece, sub: Notation | None = None, sup: Notation | None = None) -> Piece:
    """A subscript or a superscript, on the closing fence of a call, in parentheses where it could be misread."""
    look = piece.look
    if piece.call and isinstance(look, Row) and not piece.negative:
        last = _scripted(look.items[-1], sub, sup)
        if last is not None:
            return Piece(Row((*look.items[:-1], last)), Hold.ATOM, call=True)
    elif piece.hold == Hold.ATOM and isinstance(look, (Letter, Number, Fenced, Script, Symbol)) and not piece.negative:
        done = _scripted(look, sub, sup)
        if done is not None:
            return Piece(done)
    return Piece(Script(fenced(signed(piece)), sub, sup))


def _scripted(look: Notation, sub: Notation | None, sup: Notation | None) -> Notation | None:
    if isinstance(look, Script):
        if (sub is not None and (look.sub is not None or look.sup is not None)) or (sup is not None and look.sup is not None):
            return None
        return Script(look.base, look.sub if sub is None else sub, look.sup if sup is None else sup)
    return Script(look, sub, sup)


def raised(piece: Piece, exponent: Rational) -> Piece:
    """A positive rational power; halves as roots."""
    if exponent == 1:
        return piece
    if exponent == Rational(1, 2):
        return Piece(Root(signed(piece)))
    if exponent.denominator == 1:
        return scripts(piece, sup=Number(str(exponent.numerator)))
    return scripts(piece, sup=row(Number(str(exponent.numerator)), Symbol("slash"), Number(str(exponent.denominator))))


def transposed(piece: Piece) -> Piece:
    """With a transpose mark."""
    return scripts(piece, sup=Symbol("transpose"))


def product(coefficient: Rational, above: Sequence[Piece], below: Sequence[Piece] = (), behind: Sequence[Piece] = ()) -> Piece:
    """``coefficient · above / below · behind``: one fraction where something is below, and what reaches to the right last."""
    negative = (coefficient < 0) ^ (sum(p.negative for p in (*above, *below, *behind)) % 2 == 1)
    size = abs(coefficient)
    if size == 1 and not below and len(above) + len(behind) == 1:
        only = (*above, *behind)[0]
        return Piece(only.look, only.hold, negative, only.call)
    if below:
        top = [] if size.numerator == 1 and above else [Piece(Number(str(size.numerator)))]
        bottom = [] if size.denominator == 1 else [Piece(Number(str(size.denominator)))]
        items = [Piece(Fraction(_side_by_side([*top, *above]), _side_by_side([*bottom, *below])), Hold.PRODUCT), *behind]
    else:
        number = [Piece(rational(size))] if size != 1 or not (above or behind) else []
        items = [*number, *above, *behind]
    if len(items) == 1:
        return Piece(items[0].look, items[0].hold if isinstance(items[0].look, Number) else Hold.PRODUCT, negative)
    loosest = items[-1].hold if items[-1].hold in (Hold.ENTRYWISE, Hold.REACHING) else Hold.PRODUCT
    return Piece(_side_by_side(items), loosest, negative)


def _side_by_side(pieces: Sequence[Piece]) -> Notation:
    """Factors in a row; the signs were taken before. A sum stands in parentheses unless it is alone, what reaches unless it is last."""
    if len(pieces) == 1:
        return pieces[0].look
    out: list[Notation] = []
    for k, p in enumerate(pieces):
        last = k == len(pieces) - 1
        loose = p.hold == Hold.SUM or (not last and p.hold in (Hold.REACHING, Hold.ENTRYWISE))
        look = fenced(p.look) if loose else p.look
        if out and _ends_in_digits(out[-1]) and _starts_with_digits(look):  # 2 · 2^n, which is not 22^n
            out.append(Symbol("dot"))
        out.append(look)
    return row(*out)


def _ends_in_digits(look: Notation) -> bool:
    return isinstance(look, Number) or (isinstance(look, Row) and bool(look.items) and _ends_in_digits(look.items[-1]))


def _starts_with_digits(look: Notation) -> bool:
    if isinstance(look, Script):
        return _starts_with_digits(look.base)
    return isinstance(look, Number) or (isinstance(look, Row) and bool(look.items) and _starts_with_digits(look.items[0]))


def entrywise(pieces: Sequence[Piece]) -> Piece:
    """Joined by ``∘``."""
    if len(pieces) == 1:
        return pieces[0]
    items: list[Notation] = []
    for k, p in enumerate(pieces):
        if k:
            items.append(Symbol("hadamard"))
        tight = p.hold in (Hold.ATOM, Hold.ENTRYWISE) or isinstance(p.look, Fraction)
        items.append(p.look if tight else fenced(p.look))
    return Piece(row(*items), Hold.ENTRYWISE, sum(p.negative for p in pieces) % 2 == 1)


def chain(pieces: Sequence[Piece]) -> Piece:
    """A matrix product."""
    if len(pieces) == 1:
        return pieces[0]
    tight = [Piece(fenced(p.look)) if p.hold in (Hold.SUM, Hold.ENTRYWISE, Hold.REACHING) else p for p in pieces]
    return Piece(_side_by_side(tight), Hold.PRODUCT, sum(p.negative for p in pieces) % 2 == 1)


def called(head: Notation, arguments: Iterable[Notation]) -> Piece:
    """A function with its arguments."""
    items: list[Notation] = []
    for k, argument in enumerate(arguments):
        items += [Symbol("comma"), argument] if k else [argument]
    return Piece(Row((head, fenced(row(*items)))), call=True)


def occurrences(look: Notation, part: Notation) -> int:
    """How often a part stands in a formula."""
    if look == part:
        return 1
    return sum(occurrences(inner, part) for inner in _parts(look))


def _parts(value: object) -> Iterator[Notation]:
    """The formulas just below a formula, or in a tuple of them."""
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item) if isinstance(item, tuple) else (item,)
    elif dataclasses.is_dataclass(value):
        for f in dataclasses.fields(value):
            inside = getattr(value, f.name)
            if isinstance(inside, tuple):
                yield from _parts(inside)
            elif dataclasses.is_dataclass(inside) and not isinstance(inside, type):
                yield cast(Notation, inside)
