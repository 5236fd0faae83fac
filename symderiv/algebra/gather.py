"""Sums over indices gathered: what they share is taken out of them.

``Σ_j P[i,j] a_j - Σ_j P[i,j] b_j = Σ_j P[i,j] (a_j - b_j)``; ``Σ P a a - 2 Σ P a b + Σ P b b = Σ P (a - b)(a - b)``; sums of one range are one sum;
``x^T A^T A x - 2 y^T A x + y^T y`` is a square. Each function takes a polynomial over atoms and gives an equal one with fewer terms; what it puts
in place of sums is made by the `Tidier` it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Protocol

from flint import fmpq

from symderiv.algebra import contraction
from symderiv.algebra.labelling import is_symmetric
from symderiv.algebra.normal import Normal
from symderiv.algebra.order import split, structure
from symderiv.algebra.polynomials import (
    NO_EXP, NOTHING, Monomial, Poly, free_of, joined, monomial_of, monomial_term, plus, scaled, terms_of,
)  # fmt: skip
from symderiv.algebra.terms import (
    Add, Apply, Dim, Entry, Index, InverseEntry, Mul, Num, Pow, Sum, Term, Value, add, apply, fresh, mul, power, reindex,
    size_term, sum_over,
)  # fmt: skip
from symderiv.core.size import Size


class Tidier(Protocol):
    """Puts a polynomial together as one term."""

    normal: Normal

    def poly(self, p: Poly) -> Term:
        """The compact form."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What several sums have in common: what stands before them, the factor below the sign, the indices it is summed over."""

    rest: Monomial
    link: Term
    over: tuple[Index, ...]


Groups = dict[tuple[object, ...], tuple[Shared, dict[Monomial, Poly]]]


def gathered(p: Poly, tidier: Tidier) -> Poly:
    """Index sums with a common factor or range as one sum each."""
    if sum(1 for m in p if any(isinstance(t, Sum) for t, _ in m[0])) < 2 and not _range_and_number(p):
        return p
    for step in (_by_link, _by_cut, _by_kernel, _by_range):
        p = step(p, tidier)
    return p


def _range_and_number(p: Poly) -> bool:
    return any(isinstance(t, Sum) for m in p for t, _ in m[0]) and any(isinstance(t, Dim) for m in p for t, _ in m[0])


def summed(indices: tuple[Index, ...], term: Term) -> tuple[Fraction, Term]:
    """A coefficient and ``Σ`` of a product, with the factors that do not depend on the indices before it."""
    coefficient, factors = split(term)
    units = [(f, _unit(f) if isinstance(f, Add) else Fraction(1)) for f in factors]
    for _, u in units:
        coefficient *= u
    factors = tuple(f if u == 1 or not isinstance(f, Add) else add(*(mul(Num(1 / u), t) for t in f.terms)) for f, u in units)
    outside = [f for f in factors if f.free.isdisjoint(indices)]
    inside = [f for f in factors if not f.free.isdisjoint(indices)]
    return coefficient, mul(*outside, sum_over(indices, mul(*inside)))


def _replaced(p: Poly, gone: dict[Monomial, Poly], rest: Monomial, found: Term) -> Poly:
    out = {m: c for m, c in p.items() if m not in gone}
    coefficient, factors = split(found)
    inner = monomial_of(mul(*factors))[0]
    plus(out, {joined(rest, inner): fmpq(coefficient.numerator, coefficient.denominator)})
    return out


def _opened(m: Monomial, least: int, most: int) -> tuple[Monomial, Monomial, tuple[Index, ...]] | None:
    """A monomial with its sums opened: what stands before, the product below, and the indices. None for too few or too many sums."""
    sums = [t for t, e in m[0] if isinstance(t, Sum) and e == 1]
    if not least <= len(sums) <= most or any(isinstance(t, Sum) and e != 1 and t.free for t, e in m[0]):
        return None
    rest: Monomial = (frozenset((t, e) for t, e in m[0] if t not in sums), m[1])
    body: Monomial = (NOTHING, NO_EXP)
    indices: list[Index] = []
    for s in sorted(sums, key=structure):
        more, inner = s.body.open()
        if isinstance(inner, Add):
            return None
        product, c = monomial_of(inner)
        if c != 1:
            return None
        indices += more
        body = joined(body, product)
    return rest, body, tuple(indices)


# --- a matrix that leads from a free index -----------------------------------------------------------------------------------


def _by_link(p: Poly, tidier: Tidier) -> Poly:
    groups: Groups = {}
    shared_index: dict[Size, Index] = {}
    for m, c in sorted(p.items(), key=lambda mc: structure(monomial_term(mc[0]))):
        opened = _opened(m, 1, 4)
        if opened is None or not free_of(m):
            continue
        rest, body, dummies = opened
        for t, e in sorted(body[0], key=lambda te: structure(te[0])):
            inside = t.free & frozenset(dummies)
            outside = t.free - inside
            if e != 1 or len(inside) != 1 or len(outside) != 1:
                continue
            (d,) = inside
            j = shared_index.setdefault(d.size, fresh(d.size))
            link = _named(t, d, j)
            names = {d: j}
            others: Monomial = (body[0] - {(t, e)}, body[1])
            loose, fixed = _separated(rest, outside)
            remainder = contraction.contract(tidier.normal, joined(fixed, others), [x for x in dummies if x != d])
            moved: Poly = {}
            for n, q in remainder.items():
                plus(moved, contraction.renamed(tidier.normal, n, names), q * c)  # type: ignore[arg-type]
            key = (structure(link), structure(monomial_term(loose)))
            groups.setdefault(key, (Shared(loose, link, (j,)), {}))[1].setdefault(m, moved)
    done: set[Monomial] = set()
    for _, (shared, members) in sorted(groups.items(), key=lambda g: (-len(g[1][1]), g[0])):
        left = {m: r for m, r in members.items() if m not in done}
        if len(left) < 2:
            continue
        done |= set(left)
        total: Poly = {}
        for r in left.values():
            plus(total, r)
        coefficient, body_term = summed(shared.over, mul(shared.link, tidier.poly(total)))
        p = _replaced(p, left, shared.rest, mul(Num(coefficient), body_term))
    return p


def _named(t: Term, d: Index, j: Index) -> Term:
    return reindex(t, {d: j})


def _separated(rest: Monomial, outside: frozenset[Index]) -> tuple[Monomial, Monomial]:
    """What stands before a sum: scalars, and what depends on other free indices and belongs to the summand."""
    fixed = frozenset((t, e) for t, e in rest[0] if t.free and t.free.isdisjoint(outside))
    return (rest[0] - fixed, rest[1]), (fixed, NO_EXP)


# --- quadratic and bilinear forms --------------------------------------------------------------------------------------------


def _by_kernel(p: Poly, tidier: Tidier) -> Poly:
    groups: Groups = {}
    shared: dict[tuple[Size, Size], tuple[Index, Index]] = {}
    for m, c in sorted(p.items(), key=lambda mc: structure(monomial_term(mc[0]))):
        opened = _opened(m, 1, 1)
        if opened is None:
            continue
        rest, body, dummies = opened
        for t, e in sorted(body[0], key=lambda te: structure(te[0])):
            if (
                e != 1
                or not isinstance(t, (Entry, InverseEntry, Value))
                or len(t.at) != 2
                or not set(t.at) <= set(dummies)
                or t.free != set(t.at)
            ):
                continue
            a, b = t.at
            if not isinstance(a, Index) or not isinstance(b, Index) or a == b:
                continue
            sizes = (a.size, b.size)
            ends = shared.setdefault(sizes, (fresh(a.size), fresh(b.size)))
            others: Monomial = (body[0] - {(t, e)}, body[1])
            remainder = contraction.contract(tidier.normal, others, [x for x in dummies if x not in (a, b)])
            if any(u.free >= {a, b} for n in remainder for u, _ in n[0]):
                continue
            orders = [ends, ends[::-1]] if _symmetric(t) else [ends]
            total: Poly = {}
            for x, y in orders:
                for n, q in remainder.items():
                    plus(total, contraction.renamed(tidier.normal, n, {a: x, b: y}), q * c / len(orders))
            link = reindex(t, {a: ends[0], b: ends[1]})
            key = (structure(link), structure(monomial_term(rest)))
            groups.setdefault(key, (Shared(rest, link, ends), {}))[1].setdefault(m, total)
    for _, (form, members) in sorted(groups.items(), key=lambda g: (-len(g[1][1]), g[0])):
        left = {m: r for m, r in members.items() if m in p}
        if len(left) < 2:
            continue
        whole: Poly = {}
        for r in left.values():
            plus(whole, r)
        coefficient, factors = split(tidier.poly(whole))
        sums = [f for f in factors if isinstance(f, Add)]
        parts = sums[0].terms if len(factors) == 1 and sums else (mul(*factors),)
        if len(parts) >= len(left):
            continue
        out: list[Term] = []
        for part in parts:
            number, term = summed(form.over, mul(form.link, part))
            out.append(mul(Num(number * coefficient), term))
        p = {m: c for m, c in p.items() if m not in left}
        for term in out:
            p = _replaced(p, {}, form.rest, term)
    return p


def _symmetric(t: Term) -> bool:
    if isinstance(t, InverseEntry):
        return is_symmetric(t.matrix)
    return isinstance(t, Entry) and t.symbol.symmetric


# --- squares of vectors that are products ------------------------------------------------------------------------------------


def _by_cut(p: Poly, tidier: Tidier) -> Poly:
    """``x^T A^T A x - 2 y^T A x + y^T y`` as ``(A x - y)^T (A x - y)``: every sum cut at an index of one range, where that makes one product."""
    if not any(_even(t.body.body) for m in p for t, e in m[0] if e == 1 and isinstance(t, Sum) and len(t.body.slots) > 1):
        return p
    groups: Groups = {}
    shared: dict[Size, Index] = {}
    for m, c in sorted(p.items(), key=lambda mc: structure(monomial_term(mc[0]))):
        opened = _opened(m, 1, 1)
        if opened is None or free_of(m):
            continue
        rest, body, dummies = opened
        for d in dummies:
            i = shared.setdefault(d.size, fresh(d.size))
            remainder = contraction.contract(tidier.normal, body, [x for x in dummies if x != d])
            moved: Poly = {}
            for n, q in remainder.items():
                plus(moved, contraction.renamed(tidier.normal, n, {d: i}), q * c)
            if all(sum(int(e) for _, e in n[0] if isinstance(e, int)) == 2 and not n[1] for n in moved):
                key = (str(d.size), structure(monomial_term(rest)))
                groups.setdefault(key, (Shared(rest, Num(Fraction(1)), (i,)), {}))[1].setdefault(m, moved)
    for _, (common, members) in sorted(groups.items(), key=lambda g: (-len(g[1][1]), g[0])):
        left = {m: r for m, r in members.items() if m in p}
        if len(left) < 2 or all(len(opened[2]) == 1 for m in left if (opened := _opened(m, 1, 1)) is not None):
            continue
        whole: Poly = {}
        for r in left.values():
            plus(whole, r)
        if not _may_be_square(whole):
            continue
        found = tidier.poly(whole)
        _, factors = split(found)
        if len(factors) == 1 and isinstance(factors[0], Add):
            continue
        coefficient, term = summed(common.over, found)
        p = _replaced(p, left, common.rest, mul(Num(coefficient), term))
    return p


def _even(body: Term) -> bool:
    """Whether every name stands in a product an even number of times, as in a square."""
    counts: dict[object, int] = {}
    for f in body.factors if isinstance(body, Mul) else (body,):
        base, e = (f.base, 2 if f.exponent == Num(Fraction(2)) else 1) if isinstance(f, Pow) else (f, 1)
        head = base.symbol if isinstance(base, Entry) else base.function if isinstance(base, Value) else base
        counts[head] = counts.get(head, 0) + e
    return all(n % 2 == 0 for n in counts.values())


def _may_be_square(p: Poly) -> bool:
    """Whether the square of both sides of every cross product is there."""
    squares = {t for m in p for t, e in m[0] if e == 2}
    return all(t in squares for m in p for t, _ in m[0])


# --- sums of one range -------------------------------------------------------------------------------------------------------


def _by_range(p: Poly, tidier: Tidier) -> Poly:
    groups: Groups = {}
    shared: dict[Size, Index] = {}
    for m, c in sorted(p.items(), key=lambda mc: structure(monomial_term(mc[0]))):
        opened = _opened(m, 1, 1)
        if opened is None or len(opened[2]) != 1:
            continue
        rest, body, (d,) = opened
        if not free_of(body) <= {d}:
            continue
        i = shared.setdefault(d.size, fresh(d.size))
        moved = scaled(contraction.renamed(tidier.normal, body, {d: i}), c)
        key = (str(d.size), structure(monomial_term(rest)))
        groups.setdefault(key, (Shared(rest, Num(Fraction(1)), (i,)), {}))[1][m] = moved
    for _, (common, members) in sorted(groups.items(), key=lambda g: g[0]):
        (i,) = common.over
        explicit = [m for m, r in members.items() if not _dot(r)]
        numbers = _numbers(p, common.rest, i.size) if explicit and len(members) + 1 >= len(p) else {}
        if len(members) + len(numbers) < 2:
            continue
        whole: Poly = {}
        for r in (*members.values(), *numbers.values()):
            plus(whole, r)
        found = tidier.poly(whole)
        coefficient, factors = split(found)
        if len(factors) == 1 and isinstance(factors[0], Add):
            if not explicit or any(_trace(r, i) for r in members.values()):
                continue
            unit, found = _number_before(factors[0])
            term = mul(Num(coefficient * unit), sum_over(common.over, found))
        else:
            coefficient, term = summed(common.over, found)
            term = mul(Num(coefficient), term)
        p = _replaced(p, {**members, **numbers}, common.rest, term)
    return p


def _squared_log(term: Term) -> Term:
    """``2 log a`` as ``log a²``."""
    coefficient, factors = split(term)
    if abs(coefficient) == 2 and len(factors) == 1 and isinstance(factors[0], Apply) and factors[0].name == "log":
        argument = factors[0].argument
        if isinstance(argument, Entry):
            return mul(Num(coefficient / 2), apply("log", power(argument, Num(Fraction(2)))))
    return term


def _unit(total: Add) -> Fraction:
    """The number to take out of a sum: what all terms share if that is shorter, else the sign of all."""
    unit = content([split(t)[0] for t in total.terms])
    pulled = mul(Num(unit), add(*(mul(Num(1 / unit), t) for t in total.terms)))
    return unit if cost(pulled) <= cost(total) else Fraction(-1 if unit < 0 else 1)


def _number_before(total: Add) -> tuple[Fraction, Term]:
    """A summand with its number taken out of it, also out of parentheses: ``½ (μ² + σ² - 1) - log σ`` is ``½`` times one sum."""
    flat: list[Term] = []
    for t in total.terms:
        number, factors = split(t)
        flat += [mul(Num(number), u) for u in factors[0].terms] if len(factors) == 1 and isinstance(factors[0], Add) else [t]
    unit = content([split(t)[0] for t in flat])
    inside = add(*(_squared_log(mul(Num(1 / unit), t)) for t in flat))
    if cost(mul(Num(unit), inside)) <= cost(total) + (2 if len(flat) > len(total.terms) else 0):
        return unit, inside
    return Fraction(1), total


def cost(term: Term) -> int:
    """How long a term looks: one for each name, number, sign and pair of parentheses."""
    if isinstance(term, Add):
        return sum(map(cost, term.terms)) + len(term.terms) - 1
    if isinstance(term, Mul):
        return sum(cost(f) + isinstance(f, Add) for f in term.factors if f != Num(Fraction(-1)))
    if isinstance(term, Pow):
        return cost(term.base) + 1 + isinstance(term.base, Add)
    if isinstance(term, Num):
        return 1 + (term.value.denominator != 1)
    if isinstance(term, Apply):
        return 1 + cost(term.argument)
    if isinstance(term, Sum):
        return 2 + cost(term.body.body)
    if isinstance(term, Value):
        return 1 + sum(cost(a.body) for a in term.arguments)
    return 1


def content(values: Iterable[Fraction]) -> Fraction:
    """The largest number by which all are whole multiples; negative where all are."""
    values = list(values)
    below = lcm(*(v.denominator for v in values))
    above = gcd(*(v.numerator * (below // v.denominator) for v in values))
    return Fraction(-above if all(v < 0 for v in values) else above, below)


def _numbers(p: Poly, rest: Monomial, size: Size) -> dict[Monomial, Poly]:
    """``n c`` as a sum of ``c`` over the range ``n``."""
    whole = terms_of(size_term(size))
    if len(whole) != 1:
        return {}
    ((unit, q),) = whole.items()
    wanted = joined(rest, unit)
    return {wanted: {(NOTHING, NO_EXP): p[wanted] / q}} if wanted in p and unit[0] else {}


def _dot(r: Poly) -> bool:
    """A product of two vectors, which is written without a sum sign."""
    count = 0
    for m in r:
        for t, e in m[0]:
            if not isinstance(t, (Entry, Value)) or e not in (1, 2) or len(t.free) != 1:
                return False
            count += int(e)
        if m[1]:
            return False
    return count == 2 * len(r)


def _trace(r: Poly, i: Index) -> bool:
    return any(getattr(t, "at", ()) == (i, i) for m in r for t, _ in m[0])
