"""Masks: entries that are 0 or 1. Whatever holds one is known by its two cases, ``f(m) = (1 - m) f(0) + m f(1)``.

A matrix that only leads from the places of a mask to the others has the square zero: beside a diagonal it leaves the determinant alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.polynomials import Poly, atom, monomial_term, plus, poly_term, terms_of, times
from symderiv.algebra.labelling import place_of
from symderiv.algebra.terms import Entry, Index, Tensor, Term
from symderiv.core.domain import BINARY

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


def mask_in(p: Poly) -> Entry | None:
    """A mask's entry that stands in monomials as a factor, the first in order, where it stands nowhere else."""
    found = {t for m in p for t, _ in m[0] if type(t) is Entry and t.symbol.domain == BINARY}
    alone = [mask for mask in found if not any(_inside(monomial_term((m[0] - {(mask, 1)}, m[1])), mask) for m in p)]
    return min(alone, key=place_of, default=None)


def _inside(term: Term, mask: Entry) -> bool:
    if term == mask:
        return True
    parts = (part for value in term.values for part in (value if type(value) is tuple else (value,)))
    return any(
        _inside(part.body if isinstance(part, Tensor) else part, mask) for part in parts if isinstance(part, (Term, Tensor))
    )


def cases(p: Poly, mask: Entry) -> tuple[Poly, Poly]:
    """What a polynomial is where the mask is 0, and where it is 1."""
    off = {m: c for m, c in p.items() if (mask, 1) not in m[0]}
    on: Poly = dict(off)
    for m, c in p.items():
        if (mask, 1) in m[0]:
            plus(on, {(m[0] - {(mask, 1)}, m[1]): c})
    return off, on


def by_cases(normal: Normal, p: Poly, mask: Entry, f: Callable[[Poly], Poly]) -> Poly:
    """``(1 - m) f(p at 0) + m f(p at 1)``."""
    off, on = (f(case) for case in cases(p, mask))
    total = dict(off)
    plus(total, times(atom(mask), _difference(on, off), normal.meter))
    return total


def _difference(a: Poly, b: Poly) -> Poly:
    total = dict(a)
    plus(total, b, fmpq(-1))
    return total


def masked_diagonal(normal: Normal, p: Poly, i: Index, j: Index) -> tuple[Term, Entry] | None:
    """The diagonal of a matrix whose other part leads from the places of a mask to the others, or back; and the mask. None for other matrices."""
    on: Poly = {}
    off: Poly = {}
    for m, c in p.items():
        d = diagonal_of({m: c}, i, j)
        plus(off if d is None else on, {m: c} if d is None else terms_of(normal.term(d)))
    found = {t.symbol for m in off for t, _ in m[0] if type(t) is Entry and t.symbol.domain == BINARY and len(t.at) == 1}
    for symbol in sorted(found, key=lambda s: s.name):
        row, column = Entry(symbol, (i,)), Entry(symbol, (j,))
        for kept, gone in ((row, column), (column, row)):
            leaves = _difference(times(off, atom(kept), normal.meter), off)
            if not times(off, atom(gone), normal.meter) and not leaves:
                return normal.term(poly_term(on)), row
    return None
