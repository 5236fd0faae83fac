"""Contraction: the only place where bound indices are named, moved and eliminated.

A monomial under a bound sum loses its deltas (δ[i,j] sets i to j), lets ``inv(M) M`` and ``QᵀQ`` become deltas, falls into connected
components, and each component gets its dummy indices named by its own structure: colour refinement, then individualisation
with the least of the remaining labellings. So two sums that differ only in the names or the order of their indices are the
same atom.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq, fmpz

from symderiv.algebra import cancelling
from symderiv.algebra.labelling import labelled, place_of
from symderiv.algebra.polynomials import (
    Factor, NO_EXP, NOTHING, ONE_Q, UNIT, Monomial, Poly, free_of, joined, monomial_of, monomial_term, plus, poly_term,
    terms_of, times,
)  # fmt: skip
from symderiv.algebra.terms import (
    Apply, Delta, Entry, Index, InverseEntry, Num, Slot, Sum, Symbol, Tensor, Term, Value, delta, fresh,
    mul, power, reindex, size_term, sum_over, tensor,
)  # fmt: skip

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


# --- order of slots ---------------------------------------------------------------------------------------------------


def in_order(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Slots of a symmetric node: fixed positions first, then indices by number."""
    return tuple(sorted(slots, key=_slot_key))


def by_in_order(by: tuple[tuple[int | Slot, ...], ...]) -> tuple[tuple[int | Slot, ...], ...]:
    """Derivatives in an order of their own: they commute (Schwarz)."""
    return tuple(sorted(by, key=lambda pair: (pair[0] if type(pair[0]) is int else 0, *(_slot_key(s) for s in pair[1:]))))


def scores_in_order(by: tuple[tuple[Symbol | Slot, ...], ...]) -> tuple[tuple[Symbol | Slot, ...], ...]:
    """Derivatives by entries of symbols in an order of their own."""
    return tuple(sorted(by, key=lambda pair: (pair[0].name, *(_slot_key(s) for s in pair[1:]))))  # type: ignore[union-attr,arg-type]


def _slot_key(slot: int | Slot) -> tuple[int, int]:
    return (1, slot.number) if type(slot) is Index else (0, slot)  # type: ignore[return-value]


# --- small readings of monomials ----------------------------------------------------------------------------------------


def prime_factors(c: fmpq) -> list[tuple[int, int]]:
    """Primes of a positive rational with their exponents; large numbers are left whole."""
    out: list[tuple[int, int]] = []
    for value, sign in ((c.p, 1), (c.q, -1)):
        if value == 1:
            continue
        if fmpz(value).bit_length() > 96:
            out.append((int(value), sign))
        else:
            out.extend((int(p), sign * int(e)) for p, e in fmpz(value).factor())
    return out


def only_log(m: Monomial) -> Term | None:
    """``log u`` (or ``Σ_i log u_i``) where the monomial is that and nothing else."""
    if m[1] or len(m[0]) != 1:
        return None
    ((t, e),) = m[0]
    return t if e == 1 and type(t) is Apply and t.name == "log" else None


def inside_log(t: Term) -> Poly:
    """The polynomial under a logarithm."""
    return terms_of(t.argument)  # type: ignore[attr-defined]


def diagonal_of(p: Poly, i: Index, j: Index) -> Term | None:
    """The diagonal, in ``i``, of a matrix that is zero elsewhere; None for any other matrix."""
    total: Poly = {}
    for m, c in p.items():
        rest = frozenset(f for f in m[0] if not (type(f[0]) is Delta and {f[0].left, f[0].right} == {i, j}))
        if len(rest) == len(m[0]):
            return None
        inner = (rest, m[1])
        if j in free_of(inner):
            i_only = monomial_term(inner, c)
            inner_term = reindex(i_only, {j: i})
            plus(total, {monomial_of(inner_term)[0]: c})
        else:
            plus(total, {inner: c})
    return poly_term(total)


def settle(normal: Normal, m: Monomial) -> Poly:
    """The monomial with indices that its deltas identify written as the first of them."""
    names: dict[Index, Slot] = {}
    for t, _ in m[0]:
        if type(t) is Delta:
            first, second = in_order((t.left, t.right))
            if type(second) is Index and second not in names:
                names[second] = names.get(first, first) if type(first) is Index else first
    rest = frozenset(f for f in m[0] if type(f[0]) is not Delta)
    if free_of((rest, m[1])).isdisjoint(names):
        return {(frozenset((t, 1 if type(t) is Delta else e) for t, e in m[0]), m[1]): ONE_Q}
    moved = renamed(normal, (rest, m[1]), names)
    deltas: Poly = {(frozenset((t, 1) for t, _ in m[0] if type(t) is Delta), NO_EXP): ONE_Q}
    return times(deltas, moved, normal.meter)


def renamed(normal: Normal, m: Monomial, names: dict[Index, Slot]) -> Poly:
    """A monomial with free indices renamed, in normal form again."""
    total: Poly = {UNIT: ONE_Q}
    plain: list[Factor] = []
    for t, e in m[0]:
        if t.free.isdisjoint(names):
            plain.append((t, e))
            continue
        raised = power(reindex(t, names), Num(Fraction(e)))
        total = times(total, normal.poly(raised), normal.meter)
    kept: list[tuple[Monomial, fmpq]] = []
    moved: list[tuple[Monomial, fmpq]] = []
    for n, c in m[1]:
        (kept if free_of(n).isdisjoint(names) else moved).append((n, c))
    total = times(total, {(frozenset(plain), frozenset(kept)): ONE_Q}, normal.meter)
    if moved:
        inner = reindex(poly_term(dict(moved)), names)
        total = times(total, normal.poly(Apply("exp", inner)), normal.meter)
    return total


# --- contraction ----------------------------------------------------------------------------------------------------------


def contract(normal: Normal, m: Monomial, indices: Iterable[Index]) -> Poly:
    """``Σ`` of a monomial over indices."""
    normal.meter.spend(1)
    dummies = set(indices)
    opened = _open_inner(m, dummies)
    if opened is not None:
        return contract(normal, opened, dummies)
    deltas = [t for t, _ in m[0] if type(t) is Delta and (t.left in dummies or t.right in dummies)]
    if deltas:
        t = min(deltas, key=lambda d: (_slot_key(d.left), _slot_key(d.right)))
        gone, stays = (t.left, t.right) if t.left in dummies else (t.right, t.left)
        rest = (frozenset(f for f in m[0] if f[0] is not t), m[1])
        total: Poly = {}
        for n, c in renamed(normal, rest, {gone: stays}).items():  # type: ignore[dict-item]
            plus(total, contract(normal, n, dummies - {gone}), c)
        return total
    cancelled = _cancel_inverse(normal, m, dummies)
    if cancelled is None and normal.inverses:
        cancelled = cancelling.cancel(normal, m, dummies)
    if cancelled is not None:
        total = {}
        for n, c in cancelled.items():
            plus(total, contract(normal, n, dummies), c)
        return total
    return _components(normal, m, dummies)


def _open_inner(m: Monomial, dummies: set[Index]) -> Monomial | None:
    """Sums inside that depend on a dummy, opened into the product; their indices join the dummies. None where there are none."""
    sums = [f for f in m[0] if type(f[0]) is Sum and type(f[1]) is int and f[1] > 0 and not f[0].free.isdisjoint(dummies)]
    if not sums:
        return None
    product: Monomial = (m[0].difference(sums), m[1])
    for t, e in sorted(sums, key=lambda f: place_of(f[0])):
        for _ in range(int(e)):
            inner, body = t.body.open()  # type: ignore[attr-defined]
            dummies.update(inner)
            product = joined(product, monomial_of(body)[0])
    return product


def _cancel_inverse(normal: Normal, m: Monomial, dummies: set[Index]) -> Poly | None:
    """``Σ_k inv(M)[i,k] M[k,j] = δ[i,j]``, and ``Σ_k Q[k,i] Q[k,j] = δ[i,j]`` for orthogonal Q."""
    for k in sorted(dummies, key=lambda d: d.number):
        touching = [(t, e) for t, e in m[0] if k in t.free]
        if len(touching) == 1 and touching[0][1] == 2:
            touching = [(touching[0][0], 1), (touching[0][0], 1)]
        if len(touching) != 2 or any(e != 1 for _, e in touching) or any(k in free_of(n) for n, _ in m[1]):
            continue
        (a, _), (b, _) = touching
        ends = _inverse_ends(a, b, k) or _inverse_ends(b, a, k) or _orthogonal_ends(a, b, k)
        if ends is not None:
            rest = (frozenset(f for f in m[0] if k not in f[0].free), m[1])
            dummies.discard(k)
            return times({rest: ONE_Q}, normal.poly(delta(*ends)), normal.meter)
    return None


def _inverse_ends(a: Term, b: Term, k: Index) -> tuple[Slot, Slot] | None:
    if type(a) is not InverseEntry or (type(b) is not Entry and type(b) is not Value):
        return None
    if k in b.free and isinstance(b, Value) and any(k in arg.free for arg in b.arguments):
        return None
    at = b.at
    if len(at) != 2 or at.count(k) != 1 or a.at.count(k) != 1:
        return None
    if type(a.matrix.body) is not type(b):
        return None
    symmetric = b.symbol.symmetric if isinstance(b, Entry) else b.function.symmetric
    for column_first in (True, False):
        if not symmetric and (a.at[1] == k) != column_first:
            continue
        if not symmetric and (at[0] == k) != column_first:
            continue
        if a.matrix.at(*at) == b or (symmetric and a.matrix.at(*reversed(at)) == b):
            outer_a = a.at[0] if a.at[1] == k else a.at[1]
            outer_b = at[1] if at[0] == k else at[0]
            return outer_a, outer_b
    return None


def _orthogonal_ends(a: Term, b: Term, k: Index) -> tuple[Slot, Slot] | None:
    if not (type(a) is Entry and type(b) is Entry and a.symbol == b.symbol and "orthogonal" in a.symbol.traits):
        return None
    for place in (0, 1):
        if a.at[place] == k and b.at[place] == k and a.at[1 - place] != k and b.at[1 - place] != k:
            return a.at[1 - place], b.at[1 - place]
    return None


def _components(normal: Normal, m: Monomial, dummies: set[Index]) -> Poly:
    """The product of the connected pieces; an index that nothing uses counts its size."""
    pieces: list[tuple[set[Index], list[Factor], list[tuple[Monomial, fmpq]]]] = []
    outside: list[Factor] = []
    outside_exp: list[tuple[Monomial, fmpq]] = []

    def place(used: set[Index], factor: Factor | None, exponent: tuple[Monomial, fmpq] | None) -> None:
        touching = [p for p in pieces if p[0] & used]
        merged: tuple[set[Index], list[Factor], list[tuple[Monomial, fmpq]]] = (set(used), [], [])
        for p in touching:
            pieces.remove(p)
            merged[0].update(p[0])
            merged[1].extend(p[1])
            merged[2].extend(p[2])
        if factor is not None:
            merged[1].append(factor)
        if exponent is not None:
            merged[2].append(exponent)
        pieces.append(merged)

    for t, e in m[0]:
        used = dummies & t.free
        if used:
            place(used, (t, e), None)
        else:
            outside.append((t, e))
    for n, c in m[1]:
        used = dummies & free_of(n)
        if used:
            place(used, None, (n, c))
        else:
            outside_exp.append((n, c))
    total: Poly = {(frozenset(outside) if outside else NOTHING, frozenset(outside_exp) if outside_exp else NO_EXP): ONE_Q}
    bound: set[Index] = set()
    for used, factors, exponents in pieces:
        bound |= used
        inner = (frozenset(factors), frozenset(exponents) if exponents else NO_EXP)
        total = times(total, _component(normal, inner, used), normal.meter)
    for unused in sorted(dummies - bound, key=lambda d: d.number):
        total = times(total, normal.poly(size_term(unused.size)), normal.meter)
    return total


def _component(normal: Normal, m: Monomial, dummies: set[Index]) -> Poly:
    body = monomial_term(m)
    order = labelled(body, dummies)
    draft = tensor(order, body)
    settled = normal.poly(draft.body)  # sorted again under the final names
    if len(settled) != 1:
        total: Poly = {}
        for n, c in settled.items():
            opened = tuple(fresh(d.size) for d in draft.slots)
            for n2, c2 in renamed(normal, n, dict(zip(draft.slots, opened, strict=True))).items():
                plus(total, contract(normal, n2, opened), c * c2)
        return total
    ((n, c),) = settled.items()
    atom: Poly = {(frozenset(((Sum(Tensor(draft.slots, monomial_term(n))), 1),)), NO_EXP): c}
    return atom


# --- matrices as products -------------------------------------------------------------------------------------------------


def matrix_factors(m: Monomial, i: Index, j: Index) -> tuple[Monomial, list[Tensor]] | None:
    """A monomial that is the entry (i, j) of a scalar times a product of square matrices: the scalar and the matrices in order."""
    dummies = {i, j}
    opened: Monomial | None = m
    while opened is not None:
        m, opened = opened, _open_inner(opened, dummies)
    scale: list[Factor] = []
    scale_exp: list[tuple[Monomial, fmpq]] = []
    diagonal: dict[Index, list[Term]] = {d: [] for d in dummies}
    links: list[tuple[Term, list[Index]]] = []
    for t, e in m[0]:
        used = [d for d in dummies if d in t.free]
        if not used:
            scale.append((t, e))
        elif len(used) == 1:
            diagonal[used[0]].append(power(t, Num(Fraction(e))))
        elif len(used) == 2 and e == 1 and type(t) in (Entry, InverseEntry, Value, Delta):
            links.append((t, used))
        else:
            return None
    for n, c in m[1]:
        used = [d for d in dummies if d in free_of(n)]
        if len(used) > 1:
            return None
        if used:
            diagonal[used[0]].append(Apply("exp", monomial_term(n, c)))
        else:
            scale_exp.append((n, c))
    chain = _walk(i, j, links, diagonal)
    if chain is None or any(t.slots[0].size != i.size or t.slots[1].size != i.size for t in chain):
        return None
    return (frozenset(scale) if scale else NOTHING, frozenset(scale_exp) if scale_exp else NO_EXP), chain


def _walk(i: Index, j: Index, links: list[tuple[Term, list[Index]]], diagonal: dict[Index, list[Term]]) -> list[Tensor] | None:
    chain: list[Tensor] = []
    here, left = i, list(links)
    while True:
        if diagonal[here]:
            other = fresh(here.size)
            chain.append(tensor((here, other), mul(delta(here, other), *diagonal[here])))
        if here == j and not left:
            return chain or None
        step = next((link for link in left if here in link[1]), None)
        if step is None or here == j:
            return None
        left.remove(step)
        there = step[1][0] if step[1][1] == here else step[1][1]
        if type(step[0]) is not Delta or (not left and not chain and not diagonal[there]):
            chain.append(tensor((here, there), step[0]))
        here = there


def chain_entry(chain: Sequence[Tensor], i: Slot, j: Slot) -> Term:
    """The entry (i, j) of a product of square matrices."""
    if len(chain) == 1:
        return chain[0].at(i, j)
    k = fresh(chain[0].slots[1].size)
    return sum_over((k,), mul(chain[0].at(i, k), chain_entry(chain[1:], k, j)))
