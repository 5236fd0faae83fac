"""Inverses and determinants of sums of matrices, brought to one form: Woodbury, Sherman–Morrison, push-through, the determinant lemma.

A sum with an invertible word ``B`` in it is ``B (I + P)``. For ``I + w₁w₂`` two identities move the inverse to another place of the cycle:
``(I + w₁w₂)⁻¹ = I - w₁ (I + w₂w₁)⁻¹ w₂`` and ``det(I + w₁w₂) = det(I + w₂w₁)``; one place of the cycle, the same from wherever one starts, is
chosen, at a size of one where there is such (a scalar is left then). Where ``w`` is invertible, ``(I + w)⁻¹ = I - (I + w⁻¹)⁻¹``. What is left
is an atom ``Y`` with ``Y M = I``: `cancelling` rewrites products with it.

The identities hold where the words that are inverted have inverses, which is a dense set of the values of unspecified matrices; both sides
are continuous where they are defined, so what is proved there is proved wherever both have a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.cancelling import register
from symderiv.algebra.labelling import place_of
from symderiv.algebra.polynomials import Poly, constant, plus, poly_term, scaled, times
from symderiv.algebra.terms import InverseEntry, Tensor, fresh, tensor
from symderiv.algebra.words import (
    IDENTITY, Word, Words, entry, inverse_word, merge, prefix, times_out, transposed, word_key, words_of,
)  # fmt: skip
from symderiv.core.size import Size

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal

#: How often a sum of words is turned, and how deep inverses are taken inside each other.
MOST_TURNS = 8


# --- sums of words --------------------------------------------------------------------------------------------------


def _reduced(normal: Normal, word: Word, size: Size) -> Words | None:
    """A word with neighbours that cancel taken out, and diagonals joined."""
    i, j = fresh(size), fresh(size)
    return words_of(normal, normal.poly(entry(word, i, j)), i, j)


def start_of(word: Word, size: Size) -> Size:
    """The size in which a word starts; that of its matrix where the word is the identity."""
    return word[0].slots[0].size if word else size


def matrix_of(normal: Normal, words: Words, size: Size) -> Tensor:
    """The sum of words as a matrix in normal form."""
    i, j = fresh(size), fresh(size)
    return normal.tensor(tensor((i, j), poly_term(times_out(normal, words, i, j))))


def one_plus(normal: Normal, words: Words, size: Size) -> tuple[Poly, Word, Words] | None:
    """``c B (I + P)``: the scalar, the invertible word, and P without the identity. None where no word has an inverse."""
    for _ in range(MOST_TURNS):
        base = min((w for w in words if inverse_word(normal, w) is not None), key=word_key, default=None)
        if base is None:
            return None
        back = inverse_word(normal, base)
        assert back is not None
        scale = words[base]
        over = normal.power_of(scale, -1)
        rest: Words = {}
        for word, c in words.items():
            if word == base:
                continue
            reduced = _reduced(normal, back + word, size)
            if reduced is None:
                return None
            for w, q in reduced.items():
                merge(rest, w, times(times(c, over, normal.meter), q, normal.meter))
        if IDENTITY not in rest:
            return scale, base, rest
        one = dict(rest.pop(IDENTITY))
        plus(one, constant(1))
        words = {base: times(scale, one, normal.meter)}
        for w, c in rest.items():
            for w2, q in (_reduced(normal, base + w, size) or {}).items():
                merge(words, w2, times(times(scale, c, normal.meter), q, normal.meter))
    return None


# --- one word -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Turned:
    """``I + c·w`` seen from another place of the cycle: ``w = before · after``, and ``after · before`` (in one form) is ``word``."""

    before: Word
    after: Word
    word: Word
    scale: Poly
    flipped: bool
    inverse: bool


def _turns(normal: Normal, word: Word, scale: Poly, size: Size) -> list[_Turned]:
    out: list[_Turned] = []
    for cut in range(len(word)):
        before, after = word[:cut], word[cut:]
        there = start_of(after, size)
        if cut == 0:
            reduced: Words | None = {word: constant(1)}
        else:
            reduced = _reduced(normal, after + before, there)
        if reduced is None or len(reduced) != 1:
            continue
        ((turned, q),) = reduced.items()
        c = times(scale, q, normal.meter)
        variants = [(turned, False, c, False)]
        back = inverse_word(normal, turned)
        if back is not None:
            variants.append((back, False, normal.power_of(c, -1), True))
        for variant, flipped, factor, inverse in list(variants):
            variants.append((transposed(variant), not flipped, factor, inverse))
        out += [_Turned(before, after, w, f, flipped, inverse) for w, flipped, f, inverse in variants]
    return out


def chosen(normal: Normal, word: Word, scale: Poly, size: Size) -> _Turned | None:
    """The place of the cycle that everyone chooses: a size of one first, then the shortest word, then the first in order."""
    return min(
        _turns(normal, word, scale, size),
        key=lambda t: (
            start_of(t.word, size).number != 1,
            word_key(t.word),
            place_of(poly_term(t.scale)),
            t.flipped,
            t.inverse,
            len(t.before),
        ),
        default=None,
    )


def _inverse_one(normal: Normal, word: Word, scale: Poly, size: Size) -> Words | None:
    """``(I + c·w)⁻¹``."""
    turned = chosen(normal, word, scale, size)
    if turned is None:
        return None
    there = start_of(turned.after, size)
    inner: Words
    if there.number == 1:
        one = fresh(there)
        below = dict(times(turned.scale, normal.poly(entry(turned.word, one, one)), normal.meter))
        plus(below, constant(1))
        inner = {IDENTITY: normal.power_of(below, -1)}
    elif not turned.word:
        return None
    else:
        left = _what_is_left(normal, turned, there)
        inner = {IDENTITY: constant(1), left: constant(-1)} if turned.inverse else {left: constant(1)}
    if not turned.before:
        return inner
    out: Words = {IDENTITY: constant(1)}
    for w, q in inner.items():
        merge(out, turned.before + w + turned.after, scaled(times(scale, q, normal.meter), fmpq(-1)))
    return out


def _what_is_left(normal: Normal, turned: _Turned, size: Size) -> Word:
    """``(I + c·w)⁻¹`` by an atom; ``q⁻¹ (q⁻¹ + c·p)⁻¹`` where ``w = p q`` with symmetric ``p`` and ``q``, so that the atom is symmetric.

    Where both have inverses it is left as it is: the place of the cycle is chosen among four forms then.
    """
    word = turned.word
    for cut in range(1, len(word)) if inverse_word(normal, word) is None else ():
        p, q = word[:cut], word[cut:]
        if transposed(p) != p or transposed(q) != q:
            continue
        for one, other, before in ((q, p, True), (p, q, False)):
            back = inverse_word(normal, one)
            if back is not None:
                letter = _atom(normal, {back: constant(1), other: turned.scale}, size, flipped=False)
                found = (*back, letter) if before else (letter, *back)
                return transposed(found) if turned.flipped else found
    return (_atom(normal, {IDENTITY: constant(1), word: turned.scale}, size, turned.flipped),)


# --- several words --------------------------------------------------------------------------------------------------------


def _inverse_many(normal: Normal, words: Words, size: Size, turns: int = MOST_TURNS) -> Words | None:
    """``(I + P)⁻¹`` for a sum P of several words: what all begin with moves to their end."""
    column = thin(words)
    if column is not None:
        word, cut = column
        rest = inverse_words(normal, {IDENTITY: constant(1)} | {w: c for w, c in words.items() if w != word}, size, turns - 1)
        return None if rest is None else _plus_thin(normal, rest, word, cut, words[word])
    common = prefix(words)
    if not common or turns == 0:
        return {
            (
                _atom(normal, first_of_both({IDENTITY: constant(1)} | words), size, flipped=first_of_both(words) != words),
            ): constant(1)
        }
    tails: Words = {w[len(common) :]: c for w, c in words.items()}
    there = common[-1].slots[1].size
    inner = turned_sum(normal, tails, common, there)
    if inner is None:
        return None
    middle = inverse_words(normal, inner, there, turns - 1)
    if middle is None:
        return None
    out: Words = {IDENTITY: constant(1)}
    for x, q in middle.items():
        for tail, c in tails.items():
            merge(out, common + x + tail, scaled(times(c, q, normal.meter), fmpq(-1)))
    return out


def thin(words: Words) -> tuple[Word, int] | None:
    """The last word that is a column times a row, and where it parts."""
    for word in sorted(words, key=word_key, reverse=True):
        for cut in range(1, len(word)):
            if word[cut].slots[0].size.number == 1:
                return word, cut
    return None


def through(normal: Normal, rest: Words, word: Word, cut: int) -> Poly:
    """The number ``row · rest · column``."""
    one = fresh(word[cut].slots[0].size)
    return times_out(normal, {word[cut:] + w + word[:cut]: c for w, c in rest.items()}, one, one)


def _plus_thin(normal: Normal, rest: Words, word: Word, cut: int, scale: Poly) -> Words:
    """Sherman–Morrison: ``(R⁻¹ + c·u vᵀ)⁻¹ = R - c·R u vᵀ R / (1 + c·vᵀ R u)``."""
    below = dict(times(scale, through(normal, rest, word, cut), normal.meter))
    plus(below, constant(1))
    factor = scaled(times(scale, normal.power_of(below, -1), normal.meter), fmpq(-1))
    out = dict(rest)
    for left, a in rest.items():
        for right, b in rest.items():
            merge(out, left + word + right, times(factor, times(a, b, normal.meter), normal.meter))
    return out


def turned_sum(normal: Normal, tails: Words, common: Word, size: Size) -> Words | None:
    """``I + Σ c·tail·common``."""
    inner: Words = {IDENTITY: constant(1)}
    for tail, c in tails.items():
        reduced = _reduced(normal, tail + common, size)
        if reduced is None:
            return None
        for w, q in reduced.items():
            merge(inner, w, times(c, q, normal.meter))
    return inner


def first_of_both(words: Words) -> Words:
    """The sum or its transpose, whichever comes first."""
    turned = {transposed(w): c for w, c in words.items()}
    return min(words, turned, key=lambda ws: sorted((word_key(w), place_of(poly_term(c))) for w, c in ws.items()))


# --- inverses and determinants ------------------------------------------------------------------------------------------------


def inverse_words(normal: Normal, words: Words, size: Size, turns: int = MOST_TURNS) -> Words | None:
    """The inverse of a sum of words as a sum of words, or None where no word of it has an inverse."""
    apart = one_plus(normal, words, size) if turns else None
    if apart is None:
        return None
    scale, base, rest = apart
    if not rest:
        inner: Words | None = {IDENTITY: constant(1)}
    elif len(rest) == 1:
        ((word, c),) = rest.items()
        inner = _inverse_one(normal, word, c, size)
    else:
        inner = _inverse_many(normal, rest, size, turns)
    back = inverse_word(normal, base)
    if inner is None or back is None:
        return None
    over = normal.power_of(scale, -1)
    return {w + back: times(over, q, normal.meter) for w, q in inner.items()}


# --- what is left: an atom Y with Y M = I -------------------------------------------------------------------------------------


def _atom(normal: Normal, words: Words, size: Size, flipped: bool) -> Tensor:
    """The letter ``Y = M⁻¹``, and the rules for what cancels with it."""
    matrix = matrix_of(normal, words, size)
    register(normal, matrix, words, size)
    i, j = fresh(size), fresh(size)
    at = (j, i) if flipped else (i, j)
    return tensor((i, j), InverseEntry(matrix, at))
