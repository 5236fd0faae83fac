"""Inverses and determinants of sums of matrices, brought to one form: Woodbury, Sherman–Morrison, push-through, the determinant lemma.

A sum with an invertible word ``B`` in it is ``B (I + P)``. For ``I + w₁w₂`` two identities move the inverse to another place of the cycle:
``(I + w₁w₂)⁻¹ = I - w₁ (I + w₂w₁)⁻¹ w₂`` and ``det(I + w₁w₂) = det(I + w₂w₁)``; one place of the cycle, the same from wherever one starts, is
chosen, at a size of one where there is such (a scalar is left then). Where ``w`` is invertible, ``(I + w)⁻¹ = I - (I + w⁻¹)⁻¹``. What is left
is an atom ``Y`` with ``Y M = I``: `Cancelling` rewrites products with it.

The identities hold where the words that are inverted have inverses, which is a dense set of the values of unspecified matrices; both sides
are continuous where they are defined, so what is proved there is proved wherever both have a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.polynomials import (
    Factor, Monomial, Poly, atom, constant, free_of, monomial_of, plus, poly_term, scaled, times,
)  # fmt: skip
from symderiv.algebra.terms import (
    Delta, Det, Entry, Index, InverseEntry, Slot, Tensor, Term, Value, fresh, mul, power, reindex, size_term, tensor,
)  # fmt: skip
from symderiv.algebra.words import Word, entry, is_square, times_out, transposed, word_key, words_of
from symderiv.core.size import Size

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal

Words = dict[Word, Poly]

_IDENTITY: Word = ()
#: How often a sum of words is turned, and how deep inverses are taken inside each other.
_MOST_TURNS = 8


# --- words ------------------------------------------------------------------------------------------------------------


def _inverse_word(normal: Normal, word: Word) -> Word | None:
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


def _reduced(normal: Normal, word: Word, size: Size) -> Words | None:
    """A word with neighbours that cancel taken out, and diagonals joined."""
    i, j = fresh(size), fresh(size)
    return words_of(normal, normal.poly(entry(word, i, j)), i, j)


def _start(word: Word, size: Size) -> Size:
    return word[0].slots[0].size if word else size


def _matrix(normal: Normal, words: Words, size: Size) -> Tensor:
    """The sum of words as a matrix in normal form."""
    i, j = fresh(size), fresh(size)
    return normal.tensor(tensor((i, j), poly_term(times_out(normal, words, i, j))))


def _merge(total: Words, word: Word, scale: Poly) -> None:
    kept = total.setdefault(word, {})
    plus(kept, scale)
    if not kept:
        del total[word]


def _one_plus(normal: Normal, words: Words, size: Size) -> tuple[Poly, Word, Words] | None:
    """``c B (I + P)``: the scalar, the invertible word, and P without the identity. None where no word has an inverse."""
    for _ in range(_MOST_TURNS):
        base = min((w for w in words if _inverse_word(normal, w) is not None), key=word_key, default=None)
        if base is None:
            return None
        back = _inverse_word(normal, base)
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
                _merge(rest, w, times(times(c, over, normal.meter), q, normal.meter))
        if _IDENTITY not in rest:
            return scale, base, rest
        one = dict(rest.pop(_IDENTITY))
        plus(one, constant(1))
        words = {base: times(scale, one, normal.meter)}
        for w, c in rest.items():
            for w2, q in (_reduced(normal, base + w, size) or {}).items():
                _merge(words, w2, times(times(scale, c, normal.meter), q, normal.meter))
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
        there = _start(after, size)
        if cut == 0:
            reduced: Words | None = {word: constant(1)}
        else:
            reduced = _reduced(normal, after + before, there)
        if reduced is None or len(reduced) != 1:
            continue
        ((turned, q),) = reduced.items()
        c = times(scale, q, normal.meter)
        variants = [(turned, False, c, False)]
        back = _inverse_word(normal, turned)
        if back is not None:
            variants.append((back, False, normal.power_of(c, -1), True))
        for variant, flipped, factor, inverse in list(variants):
            variants.append((transposed(variant), not flipped, factor, inverse))
        out += [_Turned(before, after, w, f, flipped, inverse) for w, flipped, f, inverse in variants]
    return out


def _chosen(normal: Normal, word: Word, scale: Poly, size: Size) -> _Turned | None:
    """The place of the cycle that everyone chooses: a size of one first, then the shortest word, then the first in order."""
    return min(
        _turns(normal, word, scale, size),
        key=lambda t: (
            _start(t.word, size).number != 1,
            word_key(t.word),
            poly_term(t.scale).digest,
            t.flipped,
            t.inverse,
            len(t.before),
        ),
        default=None,
    )


def _inverse_one(normal: Normal, word: Word, scale: Poly, size: Size) -> Words | None:
    """``(I + c·w)⁻¹``."""
    turned = _chosen(normal, word, scale, size)
    if turned is None:
        return None
    there = _start(turned.after, size)
    inner: Words
    if there.number == 1:
        one = fresh(there)
        below = dict(times(turned.scale, normal.poly(entry(turned.word, one, one)), normal.meter))
        plus(below, constant(1))
        inner = {_IDENTITY: normal.power_of(below, -1)}
    elif not turned.word:
        return None
    else:
        letter = _atom(normal, {_IDENTITY: constant(1), turned.word: turned.scale}, there, turned.flipped)
        inner = {(letter,): constant(1)}
        if turned.inverse:
            inner = {_IDENTITY: constant(1), (letter,): constant(-1)}
    if not turned.before:
        return inner
    out: Words = {_IDENTITY: constant(1)}
    for w, q in inner.items():
        _merge(out, turned.before + w + turned.after, scaled(times(scale, q, normal.meter), fmpq(-1)))
    return out


def _det_one(normal: Normal, word: Word, scale: Poly, size: Size) -> Poly | None:
    """``det(I + c·w)``."""
    turned = _chosen(normal, word, scale, size)
    if turned is None:
        return None
    there = _start(turned.after, size)
    if there.number == 1:
        one = fresh(there)
        value = dict(times(turned.scale, normal.poly(entry(turned.word, one, one)), normal.meter))
        plus(value, constant(1))
        return value
    if not turned.word:
        return None
    rest = atom(Det(_matrix(normal, {_IDENTITY: constant(1), turned.word: turned.scale}, there)))
    if not turned.inverse:
        return rest
    back = transposed(turned.word) if turned.flipped else turned.word
    i, j = fresh(there), fresh(there)
    outer = normal.poly(Det(tensor((i, j), entry(back, i, j))))
    front = normal.poly(power(poly_term(turned.scale), size_term(there)))
    return times(rest, normal.power_of(times(outer, front, normal.meter), -1), normal.meter)


# --- several words --------------------------------------------------------------------------------------------------------


def _prefix(words: Words) -> Word:
    first, *rest = words
    length = 0
    while length < len(first) and all(len(w) > length and w[length] == first[length] for w in rest):
        length += 1
    return first[:length]


def _inverse_many(normal: Normal, words: Words, size: Size, turns: int = _MOST_TURNS) -> Words | None:
    """``(I + P)⁻¹`` for a sum P of several words: what all begin with moves to their end."""
    thin = _thin(words)
    if thin is not None:
        word, cut = thin
        rest = inverse_words(normal, {_IDENTITY: constant(1)} | {w: c for w, c in words.items() if w != word}, size, turns - 1)
        return None if rest is None else _plus_thin(normal, rest, word, cut, words[word])
    common = _prefix(words)
    if not common or turns == 0:
        return {
            (_atom(normal, _standing({_IDENTITY: constant(1)} | words), size, flipped=_standing(words) != words),): constant(1)
        }
    tails: Words = {w[len(common) :]: c for w, c in words.items()}
    there = common[-1].slots[1].size
    inner = _turned_sum(normal, tails, common, there)
    if inner is None:
        return None
    middle = inverse_words(normal, inner, there, turns - 1)
    if middle is None:
        return None
    out: Words = {_IDENTITY: constant(1)}
    for x, q in middle.items():
        for tail, c in tails.items():
            _merge(out, common + x + tail, scaled(times(c, q, normal.meter), fmpq(-1)))
    return out


def _thin(words: Words) -> tuple[Word, int] | None:
    """The last word that is a column times a row, and where it parts."""
    for word in sorted(words, key=word_key, reverse=True):
        for cut in range(1, len(word)):
            if word[cut].slots[0].size.number == 1:
                return word, cut
    return None


def _through(normal: Normal, rest: Words, word: Word, cut: int) -> Poly:
    """The number ``row · rest · column``."""
    one = fresh(word[cut].slots[0].size)
    return times_out(normal, {word[cut:] + w + word[:cut]: c for w, c in rest.items()}, one, one)


def _plus_thin(normal: Normal, rest: Words, word: Word, cut: int, scale: Poly) -> Words:
    """Sherman–Morrison: ``(R⁻¹ + c·u vᵀ)⁻¹ = R - c·R u vᵀ R / (1 + c·vᵀ R u)``."""
    below = dict(times(scale, _through(normal, rest, word, cut), normal.meter))
    plus(below, constant(1))
    factor = scaled(times(scale, normal.power_of(below, -1), normal.meter), fmpq(-1))
    out = dict(rest)
    for left, a in rest.items():
        for right, b in rest.items():
            _merge(out, left + word + right, times(factor, times(a, b, normal.meter), normal.meter))
    return out


def _turned_sum(normal: Normal, tails: Words, common: Word, size: Size) -> Words | None:
    """``I + Σ c·tail·common``."""
    inner: Words = {_IDENTITY: constant(1)}
    for tail, c in tails.items():
        reduced = _reduced(normal, tail + common, size)
        if reduced is None:
            return None
        for w, q in reduced.items():
            _merge(inner, w, times(c, q, normal.meter))
    return inner


def _standing(words: Words) -> Words:
    """The sum or its transpose, whichever comes first."""
    turned = {transposed(w): c for w, c in words.items()}
    return min(words, turned, key=lambda ws: sorted(map(word_key, ws)))


def _det_many(normal: Normal, words: Words, size: Size, turns: int) -> Poly | None:
    thin = _thin(words)
    if thin is not None:
        word, cut = thin
        others = {_IDENTITY: constant(1)} | {w: c for w, c in words.items() if w != word}
        rest, det = inverse_words(normal, others, size, turns - 1), determinant_of_words(normal, others, size, turns - 1)
        if rest is None or det is None:
            return None
        factor = dict(times(words[word], _through(normal, rest, word, cut), normal.meter))
        plus(factor, constant(1))
        return times(det, factor, normal.meter)
    common = _prefix(words)
    if not common or turns == 0:
        return atom(Det(_matrix(normal, _standing({_IDENTITY: constant(1)} | words), size)))
    there = common[-1].slots[1].size
    inner = _turned_sum(normal, {w[len(common) :]: c for w, c in words.items()}, common, there)
    return None if inner is None else determinant_of_words(normal, inner, there, turns - 1)


# --- inverses and determinants ------------------------------------------------------------------------------------------------


def inverse_words(normal: Normal, words: Words, size: Size, turns: int = _MOST_TURNS) -> Words | None:
    """The inverse of a sum of words as a sum of words, or None where no word of it has an inverse."""
    apart = _one_plus(normal, words, size) if turns else None
    if apart is None:
        return None
    scale, base, rest = apart
    if not rest:
        inner: Words | None = {_IDENTITY: constant(1)}
    elif len(rest) == 1:
        ((word, c),) = rest.items()
        inner = _inverse_one(normal, word, c, size)
    else:
        inner = _inverse_many(normal, rest, size, turns)
    back = _inverse_word(normal, base)
    if inner is None or back is None:
        return None
    over = normal.power_of(scale, -1)
    return {w + back: times(over, q, normal.meter) for w, q in inner.items()}


def determinant_of_words(normal: Normal, words: Words, size: Size, turns: int = _MOST_TURNS) -> Poly | None:
    """The determinant of a sum of words, or None where no word of it has an inverse."""
    apart = _one_plus(normal, words, size) if turns else None
    if apart is None:
        return None
    scale, base, rest = apart
    if len(rest) > 1:
        inner = _det_many(normal, rest, size, turns)
    elif rest:
        ((word, c),) = rest.items()
        inner = _det_one(normal, word, c, size)
    else:
        inner = constant(1)
    if inner is None:
        return None
    i, j = fresh(size), fresh(size)
    front = normal.poly(power(poly_term(scale), size_term(size)))
    if base:
        front = times(front, normal.poly(Det(tensor((i, j), entry(base, i, j)))), normal.meter)
    return times(front, inner, normal.meter)


# --- what is left: an atom Y with Y M = I -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cancelling:
    """``Y · pattern`` is the sum of ``words``, in which the atom itself stands as a letter."""

    pattern: Word
    words: tuple[tuple[Word, tuple[tuple[Monomial, fmpq], ...]], ...]


def _atom(normal: Normal, words: Words, size: Size, flipped: bool) -> Tensor:
    """The letter ``Y = M⁻¹``, and the rules for what cancels with it."""
    matrix = _matrix(normal, words, size)
    register(normal, matrix, words, size)
    i, j = fresh(size), fresh(size)
    at = (j, i) if flipped else (i, j)
    return tensor((i, j), InverseEntry(matrix, at))


def register(normal: Normal, matrix: Tensor, words: Words, size: Size) -> None:
    """Note how products with the inverse of a matrix cancel: from the right, and from the left."""
    if matrix in normal.cancelling:
        return
    normal.cancelling[matrix] = ()
    i, j = fresh(size), fresh(size)
    letters = tensor((i, j), InverseEntry(matrix, (i, j))), tensor((i, j), InverseEntry(matrix, (j, i)))
    turned = {transposed(w): c for w, c in words.items()}
    sides = [(0, rule) for rule in _rules(normal, letters[0], words)] + [(1, rule) for rule in _rules(normal, letters[1], turned)]
    normal.cancelling[matrix] = tuple(sides)


def _rules(normal: Normal, letter: Tensor, words: Words) -> list[Cancelling]:
    """``Y w₁ = (I - Σ c_k Y w_k) / c₁`` for the last word in order; for ``I + c·pq`` with q invertible ``Y p = (I - Y) q⁻¹ / c``."""
    leading = max(words, key=word_key)
    if not leading or any(n.number == 1 for x in leading for n in x.sizes):
        return []
    scale = words[leading]
    over = normal.power_of(scale, -1)
    minus = scaled(over, fmpq(-1))
    if len(words) > 2 or words.get(_IDENTITY) != constant(1):
        return [_many_rule(normal, letter, words)]
    rules: list[Cancelling] = []
    for cut in range(1, len(leading) + 1):
        back = _inverse_word(normal, leading[cut:]) if cut < len(leading) else _IDENTITY
        if back is not None:
            rules.append(Cancelling(leading[:cut], _frozen({back: over, (letter, *back): minus})))
            break
    back = _inverse_word(normal, leading)
    if back is not None:  # Y = w⁻¹ / c - Y w⁻¹ / c, so that both ways of meeting w end alike
        rules.append(Cancelling(back, _frozen({back: constant(1), (letter,): scaled(scale, fmpq(-1))})))
    return rules


def _many_rule(normal: Normal, letter: Tensor, words: Words) -> Cancelling:
    """The rule for a sum of several words, all without the letters that they end in where those have inverses."""
    shared = transposed(_prefix({transposed(w): c for w, c in words.items() if w != _IDENTITY}))
    longest = min(len(shared), min(len(w) for w in words if w != _IDENTITY) - 1)
    shared = shared[len(shared) - longest :]
    back = _inverse_word(normal, shared) if shared else _IDENTITY
    while back is None:
        shared = shared[1:]
        back = _inverse_word(normal, shared) if shared else _IDENTITY
    cut = {(w[: len(w) - len(shared)] if w != _IDENTITY else back): c for w, c in words.items()}
    leading = max((w for w in cut if w != back or _IDENTITY not in words), key=word_key)
    over = normal.power_of(cut[leading], -1)
    out: Words = {back: over}
    for w, c in cut.items():
        if w != leading:
            _merge(out, (letter, *w), scaled(times(over, c, normal.meter), fmpq(-1)))
    return Cancelling(leading, _frozen(out))


def _frozen(words: Words) -> tuple[tuple[Word, tuple[tuple[Monomial, fmpq], ...]], ...]:
    return tuple((w, tuple(c.items())) for w, c in words.items())


def cancel(normal: Normal, m: Monomial, dummies: set[Index]) -> Poly | None:
    """A product of entries in which an opaque inverse meets what cancels with it, rewritten; the dummies gone are taken out."""
    for t, e in sorted((f for f in m[0] if type(f[0]) is InverseEntry), key=_place):
        assert type(t) is InverseEntry
        if e != 1 or t.at[0] == t.at[1]:
            continue
        for side, rule in _rules_of(normal, t):
            here = t.at[1 - side]
            if type(here) is not Index or here not in dummies:
                continue
            found = _match(normal, (m[0] - {(t, e)}, m[1]), dummies, here, rule.pattern)
            if found is None:
                continue
            end, rest, inside = found
            total: Poly = {}
            for word, c in rule.words:
                plus(total, times(dict(c), normal.poly(entry(word, t.at[side], end)), normal.meter))
            dummies -= inside
            return times({rest: fmpq(1)}, total, normal.meter)
    return None


def _rules_of(normal: Normal, t: InverseEntry) -> tuple[tuple[int, Cancelling], ...]:
    if t.matrix not in normal.cancelling and normal.inverses:
        (i, j), body = t.matrix.open()
        words = words_of(normal, normal.poly(body), i, j) if type(body) is not Entry else None
        if words is None:
            normal.cancelling[t.matrix] = ()
        else:
            register(normal, t.matrix, words, i.size)
    return normal.cancelling.get(t.matrix, ())


def _match(
    normal: Normal, m: Monomial, dummies: set[Index], start: Index, pattern: Word
) -> tuple[Slot, Monomial, set[Index]] | None:
    """Walk a word from an index: where it ends, what is left, and the indices that were passed."""
    factors, exponents = set(m[0]), set(m[1])
    here: Slot = start
    passed: set[Index] = set()
    for letter in pattern:
        if type(here) is not Index or here not in dummies:
            return None
        diagonal = _diagonal_at(letter, here)
        if diagonal is not None:
            if not (diagonal[0] <= factors and diagonal[1] <= exponents):
                return None
            factors -= diagonal[0]
            exponents -= diagonal[1]
            continue
        step = next(((t, end) for t, end in _links(factors, here) if _is(normal, letter, here, end, t)), None)
        if step is None:
            return None
        factors.remove((step[0], 1))
        passed.add(here)
        here = step[1]
    left: Monomial = (frozenset(factors), frozenset(exponents))
    if passed & free_of(left):
        return None
    return here, left, passed


def _links(factors: set[Factor], here: Index) -> list[tuple[Term, Slot]]:
    out = []
    for t, e in factors:
        if e == 1 and type(t) in (Entry, InverseEntry, Value) and here in t.at and len(t.at) == 2:  # type: ignore[attr-defined]
            a, b = t.at  # type: ignore[attr-defined]
            if a != b:
                out.append((t, b if a == here else a))
        elif e == 1 and type(t) is Value and here in t.free:
            ends = [s for s in (*t.at, *(s for by in t.by for s in by[1:])) if s != here]
            if len(ends) == 1:
                out.append((t, ends[0]))
    return sorted(out, key=lambda te: _slot_number(te[1]))


def _place(factor: Factor) -> tuple[bytes, tuple[int, ...]]:
    """An order of inverses in one product, by what they are and by the order in which their indices were made."""
    t = factor[0]
    assert type(t) is InverseEntry
    return t.matrix.digest, tuple(map(_slot_number, t.at))


def _slot_number(slot: Slot) -> int:
    return slot.number if type(slot) is Index else slot  # type: ignore[return-value]


def _is(normal: Normal, letter: Tensor, here: Index, end: Slot, t: Term) -> bool:
    return normal.poly(letter.at(here, end)) == normal.poly(t)


def _diagonal_at(letter: Tensor, here: Index) -> Monomial | None:
    i, j = letter.slots
    factors = getattr(letter.body, "factors", (letter.body,))
    if not any(type(f) is Delta and {f.left, f.right} == {i, j} for f in factors):
        return None
    other = fresh(here.size)
    entries = [f for f in getattr(letter.at(here, other), "factors", ()) if type(f) is not Delta]
    m, c = monomial_of(reindex(mul(*entries), {other: here}))
    return m if c == 1 else None
