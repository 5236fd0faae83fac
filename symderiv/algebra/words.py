"""Matrices as sums of words: what a matrix of symbolic size is as a product of letters.

``A + U C Vᵀ`` is the word ``[A]`` and the word ``[U, C, Vᵀ]``; ``x yᵀ`` is a column and a row that meet in a size of one; the identity is the empty
word. A letter is a matrix of two slots that is not a product: a declared matrix or its transpose, an inverse, a diagonal. Words are what
inverses and determinants of sums are rewritten by (`inverses`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra import contraction
from symderiv.algebra.labelling import is_symmetric, place_of
from symderiv.algebra.polynomials import (
    Factor, NO_EXP, NOTHING, ONE_Q, Monomial, Poly, free_of, monomial_of, plus, poly_term, times,
)  # fmt: skip
from symderiv.algebra.terms import (
    ONE, Delta, Entry, Index, InverseEntry, Mul, Slot, Sum, Tensor, Term, Value, delta, fresh, mul, reindex, tensor,
)  # fmt: skip
from symderiv.core.size import Size

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal

#: Letters from left to right; neighbours agree in the size between them.
Word = tuple[Tensor, ...]

#: A sum of words, each with the number before it.
Words = dict[Word, Poly]

IDENTITY: Word = ()

_SINGLE = Size.of(1)


def words_of(normal: Normal, p: Poly, i: Index, j: Index) -> dict[Word, Poly] | None:
    """A matrix entry as words with their scalar coefficients, or None where a part of it is no product of matrices."""
    total: dict[Word, Poly] = {}
    for m, c in p.items():
        found = word_of(normal, m, i, j)
        if found is None:
            return None
        scale, word = found
        plus(total.setdefault(word, {}), scale, c)
    return {word: scale for word, scale in total.items() if scale}


def word_of(normal: Normal, m: Monomial, i: Index, j: Index) -> tuple[Poly, Word] | None:
    """A monomial in two indices as a scalar times one word."""
    dummies = {i, j}
    m = _opened(m, dummies)
    scale: list[Factor] = []
    at: list[tuple[frozenset[Index], Factor | None, tuple[Monomial, fmpq] | None]] = []
    for t, e in m[0]:
        used = t.free & dummies
        if used:
            at.append((frozenset(used), (t, e), None))
        else:
            scale.append((t, e))
    scale_exp: list[tuple[Monomial, fmpq]] = []
    for n, c in m[1]:
        used = free_of(n) & dummies
        if used:
            at.append((frozenset(used), None, (n, c)))
        else:
            scale_exp.append((n, c))
    outer: Poly = {(frozenset(scale) if scale else NOTHING, frozenset(scale_exp) if scale_exp else NO_EXP): ONE_Q}
    path = _path(i, j, at)
    if path is None:
        return None
    if not path:  # a column and a row
        column = _gathered(normal, at, i, frozenset())
        row = _gathered(normal, at, j, frozenset())
        one = fresh(_SINGLE)
        return outer, (tensor((i, one), column), tensor((one, j), row))
    letters: list[Tensor] = []
    links = {factor for _, _, factor in path}
    hanging = [a for a in at if a[1] is None or a[1][0] not in links]
    for here, there, link in path:
        _put_diagonal(normal, letters, hanging, here, [step[0] for step in path] + [j])
        if type(link) is not Delta:
            letters.append(_settled((here, there), link))
    _put_diagonal(normal, letters, hanging, j, [step[0] for step in path] + [j])
    return outer, tuple(letters)


def _opened(m: Monomial, dummies: set[Index]) -> Monomial:
    """Sums that lead from one index to another, opened into the product."""
    while sums := [f for f in m[0] if type(f[0]) is Sum and f[1] == 1 and len(f[0].free & dummies) > 1]:
        for t, e in sorted(sums, key=lambda f: place_of(f[0])):
            inner, body = t.body.open()  # type: ignore[attr-defined]
            dummies.update(inner)
            opened, _ = monomial_of(body)
            m = ((m[0] - {(t, e)}) | opened[0], m[1] | opened[1])
    return m


def _path(
    i: Index, j: Index, at: Sequence[tuple[frozenset[Index], Factor | None, tuple[Monomial, fmpq] | None]]
) -> list[tuple[Index, Index, Term]] | None:
    """The links from ``i`` to ``j``; empty where nothing leads there; None where there is more than one way."""
    links: list[tuple[frozenset[Index], Term]] = []
    for used, factor, _ in at:
        if len(used) == 1:
            continue
        if len(used) > 2 or factor is None or factor[1] != 1 or type(factor[0]) not in (Entry, InverseEntry, Value, Delta):
            return None
        if len(factor[0].free & used) != 2 or _slots(factor[0]) != used:
            return None
        links.append((used, factor[0]))
    vertices = frozenset().union(*(used for used, _ in links)) if links else frozenset()
    before: dict[Index, tuple[Index, Term] | None] = {i: None}
    queue = [i]
    for here in queue:
        for used, link in links:
            if here in used:
                (there,) = used - {here}
                if there not in before:
                    before[there] = (here, link)
                    queue.append(there)
    # a tree has one edge fewer than vertices; anything else has a cycle
    reached = sum(1 for used, _ in links if used <= before.keys())
    if reached != len(before) - 1:
        return None
    if j not in before:
        rest = vertices - before.keys()
        others = sum(1 for used, _ in links if not used <= before.keys())
        return [] if not rest or others == len(rest) - 1 else None
    steps: list[tuple[Index, Index, Term]] = []
    here = j
    while (step := before[here]) is not None:
        steps.append((step[0], here, step[1]))
        here = step[0]
    return steps[::-1]


def _slots(t: Term) -> frozenset[Index]:
    slots = (t.left, t.right) if type(t) is Delta else getattr(t, "at", ())
    if type(t) is Value:
        slots = (*slots, *(s for by in t.by for s in by[1:]))
    return frozenset(s for s in slots if type(s) is Index)


def _put_diagonal(
    normal: Normal, letters: list[Tensor], hanging: Sequence[tuple[frozenset[Index], Factor | None, tuple[Monomial, fmpq] | None]],
    here: Index, path: Sequence[Index],
) -> None:  # fmt: skip
    entry = _gathered(normal, hanging, here, frozenset(path) - {here})
    if entry != ONE:
        other = fresh(here.size)
        letters.append(_in_own_slots(normal, _settled((here, other), mul(delta(here, other), entry))))


def _gathered(
    normal: Normal, at: Sequence[tuple[frozenset[Index], Factor | None, tuple[Monomial, fmpq] | None]],
    end: Index, apart: frozenset[Index],
) -> Term:  # fmt: skip
    reached = {end}
    factors: list[Factor] = []
    exponents: list[tuple[Monomial, fmpq]] = []
    left = [a for a in at if not a[0] & apart]
    found = True
    while found:
        found = False
        for a in list(left):
            if a[0] & reached:
                reached |= a[0]
                left.remove(a)
                found = True
                if a[1] is not None:
                    factors.append(a[1])
                elif a[2] is not None:
                    exponents.append(a[2])
    inner: Monomial = (frozenset(factors), frozenset(exponents))
    return poly_term(contraction.contract(normal, inner, reached - {end}))


# --- letters and words as matrices ------------------------------------------------------------------------------------


def entry(word: Word, i: Slot, j: Slot) -> Term:
    """The entry of a word; the empty word is the identity."""
    return contraction.chain_entry(word, i, j) if word else delta(i, j)


def transposed(word: Word) -> Word:
    """The word read from the right, each letter transposed."""
    return tuple(_turned(x) for x in reversed(word))


def _turned(letter: Tensor) -> Tensor:
    (i, j), body = letter.open()
    return _settled((j, i), body)


def _settled(slots: tuple[Index, Index], body: Term) -> Tensor:
    """A letter with symmetric entries written in the order of its own slots."""
    draft = tensor(slots, body)
    i, j = draft.slots
    t = draft.body
    if type(t) is Entry and t.symbol.symmetric and t.at == (j, i):
        return Tensor(draft.slots, Entry(t.symbol, (i, j)))
    if type(t) is Value and t.function.symmetric and t.at == (j, i):
        return Tensor(draft.slots, Value(t.function, t.arguments, (i, j), t.by))
    if type(t) is InverseEntry and t.at == (j, i) and is_symmetric(t.matrix):
        return Tensor(draft.slots, InverseEntry(t.matrix, (i, j)))
    if type(t) is Delta or (type(t) is Mul and any(type(f) is Delta for f in t.factors)):
        a, b = fresh(i.size), fresh(j.size)
        return tensor((a, b), mul(delta(a, b), _diagonal(draft, a)))
    return draft


def _in_own_slots(normal: Normal, letter: Tensor) -> Tensor:
    """A diagonal whose entries are in normal form in its own slots: the order of factors follows the names of indices, so that elsewhere it may differ."""
    i, j = letter.slots
    return Tensor(letter.slots, mul(delta(i, j), poly_term(normal.poly(_diagonal(letter, i)))))


def _diagonal(letter: Tensor, i: Index) -> Term:
    j = fresh(i.size)
    body = letter.at(i, j)
    factors = [f for f in getattr(body, "factors", (body,)) if type(f) is not Delta]
    return reindex(mul(*factors), {j: i})


def word_key(word: Word) -> tuple[int, tuple[bytes, ...]]:
    """An order of words that no process changes: short ones first."""
    return len(word), tuple(place_of(x) for x in word)


def is_square(word: Word) -> bool:
    """Every letter is square, and all of one size."""
    return len({n for x in word for n in x.sizes}) <= 1


def times_out(normal: Normal, words: dict[Word, Poly], i: Slot, j: Slot) -> Poly:
    """The entry of a sum of words."""
    total: Poly = {}
    for word, scale in words.items():
        plus(total, times(scale, normal.poly(entry(word, i, j)), normal.meter))
    return total


# --- sums of words ------------------------------------------------------------------------------------------------------


def inverse_word(normal: Normal, word: Word) -> Word | None:
    """The inverse of a product of square letters, or None where a letter has no inverse that is a letter."""
    from symderiv.algebra.matrices import inverted

    if not is_square(word):
        return None
    out: list[Tensor] = []
    for letter in reversed(word):
        body = letter.body
        if type(body) is InverseEntry and type(body.matrix.body) is not Entry:
            return None
        turned = inverted(normal, letter)
        if turned is None:
            return None
        out.append(turned)
    return tuple(out)


def merge(total: Words, word: Word, scale: Poly) -> None:
    """Add a word to a sum, in place."""
    kept = total.setdefault(word, {})
    plus(kept, scale)
    if not kept:
        del total[word]


def prefix(words: Words) -> Word:
    """The letters that all words of a sum begin with."""
    first, *rest = words
    length = 0
    while length < len(first) and all(len(w) > length and w[length] == first[length] for w in rest):
        length += 1
    return first[:length]
