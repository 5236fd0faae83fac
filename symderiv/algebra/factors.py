"""Polynomials over atoms taken apart into irreducible factors, by FLINT.

So that denominators and logarithms have one form: ``1 + w²/σ²`` is ``σ^-2 (σ² + w²)``, and ``1 - ρ²`` is ``(1 - ρ)(1 + ρ)``. Every atom is a
generator; an exponential is one too, to the power of its common step (``e^{2x} - 1 = (e^x - 1)(e^x + 1)``).
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

import flint
from flint import fmpq

from symderiv.algebra.labelling import place_of
from symderiv.algebra.polynomials import (
    NO_EXP, NOTHING, ONE_Q, UNIT, Meter, Monomial, Poly, as_fraction, joined, monomial_term, plus, terms_of, whole,
)  # fmt: skip
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.terms import Add, Term

#: A sum is put in place of a term of its own so often at most, in a polynomial of so many terms at most.
_MOST_SQUARES, _MOST_TERMS = 16, 300

#: What a monomial costs here, in products of monomials: it becomes a term and back.
_COST = 16

Generator = tuple[Term | None, Monomial | None]


def factored(p: Poly, meter: Meter, keep_sign: bool) -> list[tuple[Poly, int]]:
    """Pieces with multiplicities whose product is ``p``: one monomial with the content, then irreducible sums in a fixed order.

    ``keep_sign``: the sign stays inside the sum where there is only one, for roots and logarithms. Costs what FLINT costs: large
    polynomials come back with their monomial content taken out and no more.
    """
    generators, lowest, steps = _generators(p)
    if not generators:
        return [(p, 1)]
    shifted = {tuple(_count((_exponent(m, g) - lowest[g]) / steps[g]) for g in generators): c for m, c in p.items()}
    content = _monomial(generators, [lowest[g] for g in generators])
    meter.spend(_COST * len(p))
    context = flint.fmpq_mpoly_ctx.get([f"g{k}" for k in range(len(generators))], "lex")
    polynomial = context.from_dict(shifted)
    if len(p) > 200 or max(sum(r) for r in shifted) > 60:
        leading, pieces = ONE_Q, [(polynomial, 1)]
    else:
        leading, pieces = polynomial.factor()
    sums: list[tuple[Poly, int]] = []
    scale = fmpq(leading)
    for piece, multiplicity in pieces:
        q = {
            _monomial(generators, [steps[g] * int(k) for g, k in zip(generators, e, strict=True)]): c
            for e, c in piece.to_dict().items()
        }
        unit = _leading_unit(q)
        scale *= unit**multiplicity
        sums.append(({m: c / unit for m, c in q.items()}, multiplicity))
    for k, (piece_, multiplicity) in enumerate(sums):
        if poly_bounds(piece_).negative:
            sums[k] = ({m: -c for m, c in piece_.items()}, multiplicity)
            scale = -scale if multiplicity % 2 else scale
    sums.sort(
        key=lambda s: min(place_of(monomial_term(m)) for m in s[0]) + place_of(monomial_term(*next(iter(sorted_terms(s[0])))))
    )
    if keep_sign and scale < 0:
        odd = next((k for k, (q, e) in enumerate(sums) if e % 2 and not poly_bounds(q).positive), None)
        if odd is not None:
            sums[odd] = ({m: -c for m, c in sums[odd][0].items()}, sums[odd][1])
            scale = -scale
    head: list[tuple[Poly, int]] = [({content: scale}, 1)] if content != UNIT or scale != 1 else []
    return head + sums


def over_roots(p: Poly, meter: Meter) -> Poly:
    """``x√(1 + x²) + x² + 1`` as ``x√S + S`` with ``S = 1 + x²``: a sum as the square of its root, where the root stands there and terms get fewer."""
    if not 1 < len(p) <= _MOST_TERMS:
        return p
    under = {t for m in p for t, e in m[0] if type(t) is Add and type(e) is Fraction and e.denominator == 2}
    for t in sorted(under, key=place_of):
        q = terms_of(t)
        tried = [found for m, _ in sorted_terms(q) if (found := _as_square(p, t, q, m, meter)) is not None]
        p = min(tried, key=len, default=p)
    return p


def _as_square(p: Poly, t: Term, q: Poly, leading: Monomial, meter: Meter) -> Poly | None:
    """``p`` with ``t`` less its other terms in place of a term of it, where that makes it shorter."""
    minus: Poly = {m: -c / q[leading] for m, c in q.items() if m != leading}
    plus(minus, {(frozenset(((t, 1),)), NO_EXP): 1 / q[leading]})
    out, there = p, True
    for _ in range(_MOST_SQUARES):
        if len(out) > 2 * len(p):
            return None
        meter.spend(len(out) // 8)
        before, out, there = out, {}, False
        for m, c in before.items():
            rest = _without(m, leading)
            there |= rest is not None
            plus(out, {m: c} if rest is None else {joined(rest, n): c * e for n, e in minus.items()})
        if not there:
            return out if len(out) < len(p) else None
        if len(out) > 3 * len(p) + len(q) ** 2:  # it will not shrink again
            return None
    return None


def _without(m: Monomial, part: Monomial) -> Monomial | None:
    """What is left of a monomial when another is taken out of it once; None where it does not hold it."""
    if not part[1] <= m[1]:
        return None
    have = dict(m[0])
    for t, e in part[0]:
        there = have.get(t)
        if there is None or e < 0 or there < e:
            return None
        left = whole(Fraction(there - e))
        if left:
            have[t] = left
        else:
            del have[t]
    return frozenset(have.items()), m[1] - part[1]


def sorted_terms(p: Poly) -> list[tuple[Monomial, fmpq]]:
    """Monomials in the order of their places."""
    return sorted(p.items(), key=lambda mc: place_of(monomial_term(mc[0])))


def _leading_unit(p: Poly) -> fmpq:
    """What to divide by so that coefficients are whole, without a common factor, and as few minus signs as can be."""
    below = lcm(*(int(c.q) for c in p.values()))
    above = gcd(*(int(c.p) * (below // int(c.q)) for c in p.values()))
    unit = fmpq(above, below)
    return -unit if turned(p) else unit


def turned(p: Poly) -> bool:
    """Whether the other sign of a polynomial is the one to write: it has fewer minus signs, or as many and none at the first term."""
    more = 2 * sum(c < 0 for c in p.values()) - len(p)
    return more > 0 or (more == 0 and bool(p) and sorted_terms(p)[0][1] < 0)


def _generators(p: Poly) -> tuple[list[Generator], dict[Generator, Fraction], dict[Generator, Fraction]]:
    """The atoms in order, the lowest exponent of each, and the common step of what its exponents have above that: ``(1 - p)/√p`` is no polynomial in ``√p``."""
    exponents: dict[Generator, list[Fraction]] = {}
    for m in p:
        for t, e in m[0]:
            exponents.setdefault((t, None), []).append(Fraction(e))
        for n, c in m[1]:
            exponents.setdefault((None, n), []).append(as_fraction(c))
    for values in exponents.values():
        if len(values) < len(p):
            values.append(Fraction(0))
    lowest = {g: min(values) for g, values in exponents.items()}
    steps = {g: _step([v - lowest[g] for v in values]) for g, values in exponents.items()}
    order = sorted(exponents, key=lambda g: place_of(g[0]) if g[0] is not None else b"e" + place_of(monomial_term(g[1] or UNIT)))
    return order, lowest, steps


def _step(values: list[Fraction]) -> Fraction:
    return Fraction(1, lcm(*(v.denominator for v in values)))


def _count(steps: Fraction) -> int:
    assert steps.denominator == 1
    return steps.numerator


def _exponent(m: Monomial, g: Generator) -> Fraction:
    term, inner = g
    if term is not None:
        return next((Fraction(e) for t, e in m[0] if t == term), Fraction(0))
    return next((as_fraction(c) for n, c in m[1] if n == inner), Fraction(0))


def _monomial(generators: list[Generator], exponents: list[Fraction]) -> Monomial:
    pairs, inside = [], []
    for g, value in zip(generators, exponents, strict=True):
        if not value:
            continue
        if g[0] is not None:
            pairs.append((g[0], whole(value)))
        elif g[1] is not None:
            inside.append((g[1], fmpq(value.numerator, value.denominator)))
    return (frozenset(pairs) if pairs else NOTHING, frozenset(inside) if inside else NO_EXP)
