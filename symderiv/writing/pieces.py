r"""Pieces of a formula: a look, and how tightly it holds together.

A sum inside a product needs parentheses, a product under a power does; ``\log x`` and ``\sum_i a_i`` reach to the right and must stand last.
Products gather negative powers below one fraction, sums turn signs into minus signs: nothing prints ``+ -`` or ``1 x``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction as Rational

from symderiv.writing.notation import (
    Fenced, Fraction, Letter, Notation, Number, Root, Row, Script, Symbol, fenced, row,
)  # fmt: skip


class Hold(IntEnum):
    """How tightly a piece holds together, from loose to tight."""

    SUM = 0
    PRODUCT = 1
    REACHING = 2  # log x, Σ_i a_i, Πᵢ aᵢ: takes what follows
    ATOM = 3


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
    """The look with its sign."""
    return row(Symbol("minus"), piece.look) if piece.negative else piece.look


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
        loose = p.hold == Hold.SUM
        items.append(fenced(p.look) if loose else p.look)
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


def product(coefficient: Rational, above: Sequence[Piece], below: Sequence[Piece], behind: Sequence[Piece] = (), by: str = "") -> Piece:
    """``coefficient · above / below · behind``: one fraction where something is below it, and what reaches to the right last.

    ``by`` joins the factors of ``above`` and ``below`` (``hadamard``); plain juxtaposition without it.
    """
    negative = coefficient < 0
    for p in (*above, *below, *behind):
        negative ^= p.negative and p.hold > Hold.SUM
    size = abs(coefficient)
    if not below:
        items = [rational(size)] if size != 1 or not (above or behind) else []
        lead = bool(items)
        items += _joined(above, by, alone=not items and not behind)
        if len(above) + len(behind) == 1 and not lead:
            only = (*above, *behind)[0]
            return Piece(only.look, only.hold, negative, only.call)
    else:
        top = [] if size.numerator == 1 and above else [Number(str(size.numerator))]
        bottom = [] if size.denominator == 1 else [Number(str(size.denominator))]
        top += _joined(above, by, alone=not top)
        bottom += _joined(below, by, alone=not bottom)
        items = [Fraction(row(*top), row(*bottom))]
    tail = [_factor(p) for p in behind]
    for k, p in enumerate(behind):
        last = k == len(behind) - 1
        if p.hold == Hold.REACHING:
            tail[k] = p.look if last else fenced(p.look)
    hold = Hold.PRODUCT
    if behind and behind[-1].hold == Hold.REACHING:
        hold = Hold.PRODUCT
    elif len(items) + len(tail) == 1:
        hold = Hold.ATOM if isinstance((*items, *tail)[0], Number) else Hold.PRODUCT
    return Piece(row(*items, *tail), hold, negative)


def _joined(pieces: Sequence[Piece], by: str, alone: bool) -> list[Notation]:
    out: list[Notation] = []
    for k, p in enumerate(pieces):
        if k and by:
            out.append(Symbol(by))
        if len(pieces) == 1 and alone:
            out.append(p.look)
        elif by and len(pieces) > 1:
            out.append(p.look if p.hold == Hold.ATOM or _is_fraction(p) else fenced(p.look))
        elif p.hold == Hold.REACHING and k == len(pieces) - 1:
            out.append(p.look)
        else:
            out.append(_factor(p))
    return out


def _is_fraction(p: Piece) -> bool:
    return isinstance(p.look, Fraction)


def _factor(p: Piece) -> Notation:
    """A factor: sums and what reaches to the right in parentheses. (The sign was taken by the product.)"""
    if p.hold == Hold.SUM:
        return fenced(signed(p))
    return fenced(p.look) if p.hold == Hold.REACHING else p.look


def called(head: Notation, arguments: Iterable[Notation]) -> Piece:
    """A function with its arguments."""
    items: list[Notation] = []
    for k, argument in enumerate(arguments):
        items += [Symbol("comma"), argument] if k else [argument]
    return Piece(Row((head, fenced(row(*items)))), call=True)
