"""Canonical names for the bound indices of a product: colour refinement, then individualisation."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence


from symderiv.algebra.digests import size_key
from symderiv.algebra.polynomials import Budget
from symderiv.algebra.terms import (
    Add, Apply, Delta, Entry, Index, InverseEntry, LogDensity, Mean, Mul, Pow, Prod, Score, Slot, Sum, Tensor, Term, Value, fresh, reindex,
)  # fmt: skip


@functools.lru_cache(maxsize=1024)
def is_symmetric(matrix: Tensor) -> bool:
    """Whether a matrix in normal form is its own transpose."""
    from symderiv.algebra.normal import Normal

    body = matrix.body
    if type(body) is Entry:
        return body.symbol.symmetric
    if type(body) is Value and set(body.at) == set(matrix.slots) and not any(a.free & set(matrix.slots) for a in body.arguments):
        return body.function.symmetric
    i, j = matrix.slots
    a, b = fresh(i.size), fresh(j.size)
    normal = Normal()
    return normal.poly(matrix.at(a, b)) == normal.poly(matrix.at(b, a))


def labelled(body: Term, dummies: set[Index]) -> list[Index]:
    """The dummies in an order that depends on the structure of ``body`` alone, and on the order in which its other free indices were made."""
    if len(dummies) == 1:
        return list(dummies)
    factors = body.factors if type(body) is Mul else (body,)
    colours = {d: _hash(size_key(d.size)) for d in dummies}
    return _refine(factors, colours, _ranks(body.free - dummies), [_MOST_BRANCHES])[1]


def _ranks(free: Iterable[Index]) -> dict[Index, bytes]:
    """Names for free indices that tell which was made first, and nothing else of their numbers."""
    return {d: k.to_bytes(2, "big") for k, d in enumerate(sorted(free, key=lambda d: d.number))}


#: How many ways of breaking ties are looked at for one product.
_MOST_BRANCHES = 2000


def _refine(
    factors: Sequence[Term], colours: dict[Index, bytes], fixed: dict[Index, bytes], left: list[int]
) -> tuple[bytes, list[Index]]:
    """A certificate of the product and its indices in order. ``fixed`` names what is no dummy, ``left`` counts the branches still allowed."""
    while True:
        classes = len(set(colours.values()))
        seen = fixed | colours
        colours = {
            d: _hash(c + b"".join(sorted(_coloured(f, seen, d) for f in factors if d in f.free))) for d, c in colours.items()
        }
        if len(set(colours.values())) == classes:
            break
    by_colour: dict[bytes, list[Index]] = {}
    for d, c in colours.items():
        by_colour.setdefault(c, []).append(d)
    ties = sorted((c for c, ds in by_colour.items() if len(ds) > 1))
    if not ties:
        order = sorted(colours, key=lambda d: colours[d])
        names = fixed | {d: b"d" + k.to_bytes(2, "big") for k, d in enumerate(order)}
        return b"".join(sorted(_coloured(f, names, None) for f in factors)), order
    chosen: list[Index] = []
    for d in sorted(by_colour[ties[0]], key=lambda d: d.number):
        if not any(_interchangeable(factors, d, other) for other in chosen):
            chosen.append(d)
    left[0] -= len(chosen)
    if left[0] < 0:
        raise Budget("a product is too symmetric to be told apart")
    branches = (_refine(factors, colours | {d: _hash(b"chosen" + colours[d])}, fixed, left) for d in chosen)
    return min(branches, key=lambda branch: branch[0])


def _interchangeable(factors: Sequence[Term], a: Index, b: Index) -> bool:
    """Whether exchanging two indices gives the same product, so that only one of them needs to be tried."""
    names: dict[Index, Slot] = {a: b, b: a}
    touched = [f for f in factors if a in f.free or b in f.free]
    return Counter(touched) == Counter(reindex(f, names) for f in touched)


def place_of(value: Term | Tensor) -> bytes:
    """Where a term or tensor stands among others: by its structure, and by the order in which its free indices were made, whatever their numbers.

    For every choice of one form among several: a digest depends on how many indices were drawn before, so that it may be used for no more
    than to give equal terms one order at one time.
    """
    if not value.free:
        return value.digest
    colours = _ranks(value.free)
    if isinstance(value, Term):
        return _coloured(value, colours, None)
    return _coloured(value.body, colours | {s: b"slot%d" % k for k, s in enumerate(value.slots)}, None)


def _hash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=8).digest()


def _coloured(term: Term, colours: dict[Index, bytes], marked: Index | None) -> bytes:
    """A digest of a term in which coloured indices stand for their colours and one may be marked; sums and products unordered."""
    if term.free.isdisjoint(colours):
        return term.digest
    return _hash(b"".join(_coloured_parts(term, colours, marked)))


def _coloured_inside(x: Tensor, colours: dict[Index, bytes], marked: Index | None) -> dict[Index, bytes]:
    """Colours for the bound indices of a sum inside as well, and the mark put into them.

    Their names are those of the moment: they were chosen while the indices around the sum had other names, so that nothing may depend on them.
    """
    around = dict(colours) if marked is None else {**colours, marked: _hash(b"m" + colours[marked])}
    inside = {s: _hash(b"bound" + size_key(s.size)) for s in x.slots}
    while True:
        refined = {s: _hash(c + _coloured(x.body, {**around, **inside}, s)) for s, c in inside.items()}
        if len(set(refined.values())) == len(set(inside.values())):
            return {**around, **inside}
        inside = refined


def _coloured_parts(term: Term, colours: dict[Index, bytes], marked: Index | None) -> list[bytes]:
    kind = type(term).__name__.encode()
    if isinstance(term, (Add, Mul)):
        parts = term.terms if isinstance(term, Add) else term.factors
        return [kind, *sorted(_coloured(p, colours, marked) for p in parts)]

    def slot(s: object) -> bytes:
        if type(s) is Index:
            colour = colours.get(s)
            if colour is None:
                return f"i{s.number}".encode()
            return (b"m" if s == marked else b"c") + colour
        return f"p{s}".encode()

    if isinstance(term, Entry):
        at = [slot(s) for s in term.at]
        return [kind, term.symbol.name.encode(), *(sorted(at) if term.symbol.symmetric else at)]
    if isinstance(term, Delta):
        return [kind, *sorted((slot(term.left), slot(term.right)))]
    if isinstance(term, Value):
        by = sorted(b"".join(slot(s) for s in pair) for pair in term.by)
        inner = [_coloured(a.body, colours, marked) for a in term.arguments]
        at = [slot(s) for s in term.at]
        return [kind, term.function.name.encode(), *(sorted(at) if term.function.symmetric else at), b"|", *by, b"|", *inner]
    if isinstance(term, InverseEntry):
        (i, j), body = term.matrix.slots, term.matrix.body
        at = [slot(s) for s in term.at]
        ends = sorted(at) if is_symmetric(term.matrix) else at
        return [kind, _coloured(body, colours, marked), size_key(i.size), *ends, slot(j)]
    if isinstance(term, Pow):
        return [kind, _coloured(term.base, colours, marked), _coloured(term.exponent, colours, marked)]
    if isinstance(term, Apply):
        return [kind, term.name.encode(), _coloured(term.argument, colours, marked)]
    if isinstance(term, (Sum, Prod)):
        if len(term.body.slots) > 1:
            colours, marked = _coloured_inside(term.body, colours, marked), None
        return [kind, *(size_key(s.size) for s in term.body.slots), _coloured(term.body.body, colours, marked)]
    if isinstance(term, (LogDensity, Mean)):
        head = [kind, term.family.encode(), repr(sorted(term.variables)).encode(), repr(sorted(term.given)).encode()]
        tail = [_coloured(term.body, colours, marked)] if isinstance(term, Mean) else []
        return [*head, *map(slot, term.at), *tail]
    if isinstance(term, Score):
        by = [b"".join((pair[0].name.encode(), *map(slot, pair[1:]))) for pair in term.by]  # type: ignore[union-attr]
        return [kind, _coloured(term.density, colours, marked), b"|", *sorted(by)]
    body = term.matrix.body  # type: ignore[attr-defined]  # a determinant
    return [kind, _coloured(body, colours, marked)]
