"""A diagonal matrix plus one of low rank: ``det(D + A B) = det D det(I + B D^-1 A)``, the matrix determinant lemma and Sylvester's identity.

Source: Horn and Johnson, Matrix Analysis, 0.8.
"""

from __future__ import annotations

from symderiv.algebra import terms as t
from symderiv.algebra.blocks import leibniz
from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Poly, plus, poly_term
from symderiv.algebra.terms import (
    Det, Index, Tensor, Term, reindex,
)  # fmt: skip
from symderiv.derive.formula import closed
from symderiv.algebra.paths import cut_at, links_of, merged, outer
from symderiv.derive.volume_rules import (
    Told,
    NoDeterminant,
    by_diagonal,
    by_triangle,
    det_of,
    log_abs,
    log_det_of,
    matrix_of,
)


#: Matrices of rank one in a sum, at most: the determinant lemma then has a small determinant of this size.
MOST_RANK_ONE = 4


def by_low_rank(p: Poly, i: Index, j: Index, told: Told) -> Term | None:
    """``det(D + A B) = det D det(I + B D^-1 A)``."""
    on: Poly = {}
    off: Poly = {}
    for m, c in p.items():
        d = diagonal_of({m: c}, i, j)
        if d is None:
            plus(off, {m: c})
        else:
            plus(on, Normal().poly(d))
    if not on:
        return None
    d = poly_term(on)
    pairs = [outer(m, c, i, j) for m, c in off.items()]
    if all(x is not None for x in pairs):
        apart = merged([x for x in pairs if x is not None])
        if len(apart) <= MOST_RANK_ONE:
            return _rank_one(p, d, apart, i, j, told)
    return _turned(p, d, off, i, j, told) if len(off) == 1 else None


def _rank_one(p: Poly, d: Term, pairs: list[tuple[Term, Term]], i: Index, j: Index, told: Told) -> Term:
    """``det(D + Σ_r a_r b_r^⊤) = det D det(δ_rs + b_r^⊤ D^-1 a_s)``."""
    small = [
        [
            t.add(t.num(int(r == s)), t.sum_over((i,), t.mul(reindex(b, {j: i}), a, t.power(d, t.MINUS_ONE))))
            for s, (a, _) in enumerate(pairs)
        ]
        for r, (_, b) in enumerate(pairs)
    ]
    det = Normal().term(leibniz(small))
    value = t.add(t.sum_over((i,), log_abs(d, (i,) if i in d.free else (), told)), log_abs(det, (), told))
    rank = "one" if len(pairs) == 1 else str(len(pairs))
    because = (f"a diagonal matrix plus one of rank {rank}: det(D + u vᵀ) = det D (1 + vᵀ D⁻¹ u)",)
    told.say("matrix determinant lemma", because, lambda: log_det_of(matrix_of(p, i, j)), value)
    return value


def _turned(p: Poly, d: Term, off: Poly, i: Index, j: Index, told: Told) -> Term | None:
    """``det(D + A B) = det D det(I + B D^-1 A)`` with the path of matrices cut at each of its nodes, until a rule gives the second."""
    ((m, c),) = off.items()
    links = links_of(m, i, j)
    if links is None:
        return None
    best: tuple[Term, Tensor, Told] | None = None
    for cut in range(1, len(links.nodes) - 1):
        small = cut_at(links, cut, c, d)
        inner = Told(told.variables, told.label, told.brief)
        try:
            value = _structured(small, inner)
        except NoDeterminant:
            continue
        best = value, small, inner
        break
    if best is None:
        inside = [k for k in range(1, len(links.nodes) - 1) if links.nodes[k].size != i.size]
        if not inside:
            return None
        small = cut_at(links, inside[0], c, d)
        inner = Told(told.variables, told.label, told.brief)
        inner.needs((closed(small), " is invertible"))
        best = t.log(t.apply("abs", Det(Normal().tensor(small)))), small, inner
    value, small, inner = best
    because = ("det(D + A B) = det D det(I + B D⁻¹ A): the second matrix is ", closed(small))
    base = t.sum_over((i,), log_abs(d, (i,) if i in d.free else (), told))
    told.say(
        "Sylvester's determinant identity", because, lambda: det_of(matrix_of(p, i, j)), t.mul(t.prod_over(i, d), Det(small))
    )
    told.steps += inner.steps
    told.conditions += [x for x in inner.conditions if x not in told.conditions]
    return t.add(base, value)


def _structured(matrix: Tensor, told: Told) -> Term:
    """By the rules for diagonal and triangular matrices alone."""
    (i, j), body = matrix.open()
    p = Normal().poly(body)
    for rule in (by_diagonal, by_triangle):
        found = rule(p, i, j, told)
        if found is not None:
            return found
    raise NoDeterminant("neither diagonal nor triangular")
