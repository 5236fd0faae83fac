"""Determinants of sums of words: the determinant lemma, Sylvester's identity, triangles that a turn shows, and inverses taken out.

The moves are those of `inverses`; the identities hold wherever both sides have a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.inverses import (
    MOST_TURNS,
    chosen,
    first_of_both,
    inverse_words,
    matrix_of,
    one_plus,
    start_of,
    thin,
    through,
    turned_sum,
)
from symderiv.algebra.labelling import place_of
from symderiv.algebra.paths import TRIANGULAR, triangular
from symderiv.algebra.polynomials import Poly, atom, constant, plus, poly_term, times
from symderiv.algebra.terms import Det, Entry, InverseEntry, Prod, Tensor, add, fresh, power, size_term, tensor
from symderiv.algebra.words import IDENTITY, Word, Words, entry, merge, prefix, times_out, transposed, word_key, words_of
from symderiv.core.size import Size

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


def determinant_of_words(normal: Normal, words: Words, size: Size, turns: int = MOST_TURNS) -> Poly | None:
    """The determinant of a sum of words, or None where no word of it has an inverse."""
    apart = one_plus(normal, words, size) if turns else None
    if apart is None:
        return None
    scale, base, rest = apart
    rest = _one_column(normal, rest, size)
    if len(rest) > 1:
        inner = _of_words(normal, rest, size, turns)
    elif rest:
        ((word, c),) = rest.items()
        inner = _of_one_word(normal, word, c, size)
    else:
        inner = constant(1)
    if inner is None:
        return None
    i, j = fresh(size), fresh(size)
    front = normal.poly(power(poly_term(scale), size_term(size)))
    if base:
        front = times(front, normal.poly(Det(tensor((i, j), entry(base, i, j)))), normal.meter)
    return times(front, inner, normal.meter)


def _of_one_word(normal: Normal, word: Word, scale: Poly, size: Size) -> Poly | None:
    """``det(I + c·w)``."""
    by_diagonal = _of_a_triangle(normal, word, scale, size)
    if by_diagonal is not None:
        return by_diagonal
    turned = chosen(normal, word, scale, size)
    if turned is None:
        return None
    there = start_of(turned.after, size)
    if there.number == 1:
        one = fresh(there)
        value = dict(times(turned.scale, normal.poly(entry(turned.word, one, one)), normal.meter))
        plus(value, constant(1))
        return value
    if not turned.word:
        return None
    rest = _left(normal, {IDENTITY: constant(1), turned.word: turned.scale}, there)
    if not turned.inverse:
        return rest
    back = transposed(turned.word) if turned.flipped else turned.word
    i, j = fresh(there), fresh(there)
    outer = normal.poly(Det(tensor((i, j), entry(back, i, j))))
    front = normal.poly(power(poly_term(turned.scale), size_term(there)))
    return times(rest, normal.power_of(times(outer, front, normal.meter), -1), normal.meter)


def _of_a_triangle(normal: Normal, word: Word, scale: Poly, size: Size) -> Poly | None:
    """``det(I + Q R S Qᵀ) = det(I + R S)``: some turn of the cycle is triangular, so that its diagonal is enough."""
    if not any(type(x.body) is Entry and not x.body.symbol.traits.isdisjoint(TRIANGULAR) for x in word):
        return None
    for cut in range(1, len(word)):
        turned = word[cut:] + word[:cut]
        there = start_of(turned, size)
        matrix = matrix_of(normal, {IDENTITY: constant(1), turned: scale}, there)
        (i, j), body = matrix.open()
        found = triangular(normal.poly(body), i, j)
        if found is not None:
            return normal.poly(Prod(tensor((i,), add(*found.diagonal))))
    return None


def _left(normal: Normal, words: Words, size: Size) -> Poly:
    """The determinant of what no rule turns any more: an atom, unless a letter that is an inverse can be taken out."""
    apart = without_inverse(normal, words, size)
    return atom(Det(matrix_of(normal, words, size))) if apart is None else quotient_of_determinants(normal, *apart)


def quotient_of_determinants(normal: Normal, above: Tensor, below: Tensor) -> Poly:
    """``det A / det B``."""
    return times(normal.poly(Det(above)), normal.power_of(normal.poly(Det(below)), -1), normal.meter)


def _of_words(normal: Normal, words: Words, size: Size, turns: int) -> Poly | None:
    column = thin(words)
    if column is not None:
        word, cut = column
        others = {IDENTITY: constant(1)} | {w: c for w, c in words.items() if w != word}
        rest, det = inverse_words(normal, others, size, turns - 1), determinant_of_words(normal, others, size, turns - 1)
        if rest is None or det is None:
            return None
        factor = dict(times(words[word], through(normal, rest, word, cut), normal.meter))
        plus(factor, constant(1))
        return times(det, factor, normal.meter)
    common = prefix(words)
    if not common or turns == 0:
        return _left(normal, first_of_both({IDENTITY: constant(1)} | words), size)
    there = common[-1].slots[1].size
    inner = turned_sum(normal, {w[len(common) :]: c for w, c in words.items()}, common, there)
    return None if inner is None else determinant_of_words(normal, inner, there, turns - 1)


def _one_column(normal: Normal, words: Words, size: Size) -> Words:
    """``c cᵀ - c xᵀ - x cᵀ + x xᵀ`` as the one word ``(c - x)(c - x)ᵀ``: columns times rows whose numbers make a matrix of rank one."""
    table: dict[Word, dict[Word, Poly]] = {}
    for word, c in words.items():
        cut = next((k for k in range(1, len(word)) if word[k].slots[0].size.number == 1), None)
        if cut is not None:
            table.setdefault(word[:cut], {})[word[cut:]] = c
    if len(table) < 2 and all(len(r) < 2 for r in table.values()):
        return words
    first = min(table, key=word_key)
    rows, pivot = table[first], min(table[first], key=word_key)
    for by_row in table.values():
        if by_row.keys() != rows.keys():
            return words
        for row, c in by_row.items():
            minor = dict(times(c, rows[pivot], normal.meter))
            plus(minor, times(by_row[pivot], rows[row], normal.meter), fmpq(-1))
            if minor:
                return words
    i, j, one = fresh(size), fresh(size), fresh(pivot[0].slots[0].size)
    over = normal.power_of(rows[pivot], -1)
    column = times_out(normal, {w: times(c[pivot], over, normal.meter) for w, c in table.items()}, i, one)
    row_ = times_out(normal, rows, one, j)
    gathered = (tensor((i, one), poly_term(column)), tensor((one, j), poly_term(row_)))
    kept = {w: c for w, c in words.items() if not any(x.slots[0].size.number == 1 for x in w[1:])}
    return kept | {gathered: constant(1)}


def without_inverse(normal: Normal, words: Words, size: Size) -> tuple[Tensor, Tensor] | None:
    """``det(2 Y - I) = det(2 I - Y⁻¹) det Y`` with ``Y⁻¹`` a sum: the matrix without the letter Y that words end or start in, and ``Y⁻¹``."""
    for turned in (False, True):
        turn = transposed if turned else tuple
        ended = {turn(w): c for w, c in words.items()}
        last = sorted({w[-1] for w in ended if w and _of_a_sum(w[-1])}, key=place_of)
        for letter in last:
            if any(x == letter for w in ended for x in w[:-1]):
                continue
            i, j = fresh(size), fresh(size)
            body = letter.body
            assert isinstance(body, InverseEntry)
            k, m = (i, j) if body.at == letter.slots else (j, i)
            inside = words_of(normal, normal.poly(body.matrix.at(k, m)), i, j)
            if inside is None:
                continue
            out: Words = {}
            for w, c in ended.items():
                for v, e in ({IDENTITY: constant(1)} if w and w[-1] == letter else inside).items():
                    merge(out, (w[:-1] if w and w[-1] == letter else w) + v, times(c, e, normal.meter))
            return matrix_of(normal, {turn(w): c for w, c in out.items()}, size), body.matrix
    return None


def _of_a_sum(letter: Tensor) -> bool:
    return type(letter.body) is InverseEntry and type(letter.body.matrix.body) is not Entry
