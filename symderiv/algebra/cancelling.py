"""What cancels with the inverse of a sum: products with an atom ``Y`` for which ``Y M = I``, rewritten.

``Y w₁ = (I - Σ c_k Y w_k) / c₁`` for one word ``w₁`` of ``M``, from either side: `register` notes such rules for a matrix when its inverse
first appears, `cancel` finds where one applies in a monomial. Why the rules end, and where the identities hold, is said in `inverses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.labelling import place_of
from symderiv.algebra.polynomials import Factor, Monomial, Poly, constant, free_of, monomial_of, plus, scaled, times
from symderiv.algebra.terms import Delta, Entry, Index, InverseEntry, Slot, Tensor, Term, Value, fresh, mul, reindex, tensor
from symderiv.algebra.words import IDENTITY, Word, Words, entry, inverse_word, merge, prefix, transposed, word_key, words_of
from symderiv.core.size import Size

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


@dataclass(frozen=True, slots=True)
class Cancelling:
    """``Y · pattern`` is the sum of ``words``, in which the atom itself stands as a letter."""

    pattern: Word
    words: tuple[tuple[Word, tuple[tuple[Monomial, fmpq], ...]], ...]


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
    if len(words) > 2 or words.get(IDENTITY) != constant(1):
        return [_many_rule(normal, letter, words)]
    rules: list[Cancelling] = []
    for cut in range(1, len(leading) + 1):
        back = inverse_word(normal, leading[cut:]) if cut < len(leading) else IDENTITY
        if back is not None:
            rules.append(Cancelling(leading[:cut], _frozen({back: over, (letter, *back): minus})))
            break
    back = inverse_word(normal, leading)
    if back is not None:  # Y = w⁻¹ / c - Y w⁻¹ / c, so that both ways of meeting w end alike
        rules.append(Cancelling(back, _frozen({back: constant(1), (letter,): scaled(scale, fmpq(-1))})))
    return rules


def _many_rule(normal: Normal, letter: Tensor, words: Words) -> Cancelling:
    """The rule for a sum of several words, all without the letters that they end in where those have inverses."""
    shared = transposed(prefix({transposed(w): c for w, c in words.items() if w != IDENTITY}))
    longest = min(len(shared), min(len(w) for w in words if w != IDENTITY) - 1)
    shared = shared[len(shared) - longest :]
    back = inverse_word(normal, shared) if shared else IDENTITY
    while back is None:
        shared = shared[1:]
        back = inverse_word(normal, shared) if shared else IDENTITY
    cut = {(w[: len(w) - len(shared)] if w != IDENTITY else back): c for w, c in words.items()}
    leading = max((w for w in cut if w != back or IDENTITY not in words), key=word_key)
    over = normal.power_of(cut[leading], -1)
    out: Words = {back: over}
    for w, c in cut.items():
        if w != leading:
            merge(out, (letter, *w), scaled(times(over, c, normal.meter), fmpq(-1)))
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
    return place_of(t.matrix), tuple(map(_slot_number, t.at))


def _slot_number(slot: Slot) -> int:
    return slot.number if type(slot) is Index else slot  # type: ignore[return-value]


def _is(normal: Normal, letter: Tensor, here: Index, end: Slot, t: Term) -> bool:
    body = letter.body
    if type(body) is Entry and (type(t) is not Entry or t.symbol != body.symbol):
        return False
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
