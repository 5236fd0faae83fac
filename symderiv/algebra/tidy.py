"""A normal form put together again for people.

The normal form is a long sum of products; a mathematician writes ``½ (μ² + σ² - 1) - log σ`` and ``Σ^-1 (μ_2 - μ_1)``. `tidy` gathers sums over
indices (`gather`), puts terms over common denominators and exponentials, factors where that is shorter, completes squares, and joins
logarithms. Every step is an equality of polynomials over atoms, so the value never changes; what is shorter is decided by `cost`.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from symderiv.algebra.factors import factored
from symderiv.algebra.gather import content, cost, gathered
from symderiv.algebra.means import expectations
from symderiv.algebra.normal import Normal
from symderiv.algebra.order import addend_key, split, structure
from symderiv.algebra.polynomials import (
    NO_EXP, ONE_Q, UNIT, Exponent, Meter, Monomial, Poly, as_fraction, free_of, joined, monomial_term, plus, product, terms_of, whole,
)  # fmt: skip
from symderiv.algebra.signs import bounds
from symderiv.algebra.terms import (
    ZERO, Add, Apply, Const, Dim, Entry, Mean, Mul, Num, Pow, Sum, Tensor, Term, add, apply, mul, power, prod_over, sum_over, tensor,
)  # fmt: skip

#: Sums with more terms than this are not factored.
MOST_TERMS = 40


def tidy(term: Term) -> Term:
    """A term in normal form, in a compact form of the same value."""
    return _Tidy().term(term)


def tidy_tensor(t: Tensor) -> Tensor:
    """A tensor in normal form, likewise."""
    indices, body = t.open()
    return tensor(indices, tidy(body), t.row)


class _Tidy:
    """Works on polynomials over atoms, from the outside in."""

    def __init__(self) -> None:
        self.normal = Normal()
        self.meter = Meter()
        self.known: dict[Term, Term] = {}

    def term(self, term: Term) -> Term:
        """A term from a normal form."""
        if term == ZERO:
            return term
        found = self.known.get(term)
        if found is None:
            found = self.known[term] = self.poly(terms_of(term))
            self.known.setdefault(found, found)
        return found

    # --- sums -------------------------------------------------------------------------------------------------------------

    def poly(self, p: Poly) -> Term:
        """The compact form of a polynomial."""
        if len(p) > 1:
            p = self._collected(gathered(expectations(p), self))
        if len(p) <= 1:
            return add(*(self._monomial(m, c) for m, c in p.items()))
        logs: Poly = {}
        groups: dict[Monomial, Poly] = {}
        for m, c in p.items():
            below = (frozenset((t, e) for t, e in m[0] if e < 0), m[1])
            if below == UNIT and any(_logarithmic(t) for t, _ in m[0]):
                logs[m] = c
            else:
                groups.setdefault(below, {})[(m[0] - below[0], NO_EXP)] = c
        plain = groups.pop(UNIT, {})
        parts = [self._group(below, q) for below, q in groups.items()]
        parts += self._plain(plain, logs)
        return add(*sorted(parts, key=addend_key))

    def _collected(self, p: Poly) -> Poly:
        """Scalar factors of one vector or matrix as one: ``u w^T - t² u w^T`` as ``(1 - t²) u w^T``."""
        groups: dict[Monomial, Poly] = {}
        for m, c in p.items():
            shaped = frozenset((t, e) for t, e in m[0] if t.free)
            exps = frozenset((n, q) for n, q in m[1] if free_of(n))
            groups.setdefault((shaped, exps), {})[(m[0] - shaped, m[1] - exps)] = c
        out: Poly = {}
        for head, scalars in groups.items():
            if head == UNIT or len(scalars) == 1:
                plus(out, {joined(head, m): c for m, c in scalars.items()})
                continue
            coefficient, factors = split(self.poly(scalars))
            if any(isinstance(f, Add) for f in factors):
                self.known.update((f, f) for f in factors)
            rest: Monomial = (frozenset(map(_factor, factors)), NO_EXP)
            plus(out, {joined(head, rest): fmpq(coefficient.numerator, coefficient.denominator)})
        return out

    def _group(self, below: Monomial, q: Poly) -> Term:
        """Terms over one denominator, or before one exponential."""
        if len(q) == 1:
            ((m, c),) = q.items()
            return self._monomial(joined(below, m), c)
        coefficient, factors = split(self._best(q))
        if len(factors) == 1 and isinstance(factors[0], Add):
            unit = content(split(t)[0] for t in factors[0].terms)
            factors = (add(*(mul(Num(1 / unit), t) for t in factors[0].terms)),)
            coefficient *= unit
        head = self._monomial(below, ONE_Q)
        coefficient, odd = _better_sign(coefficient, list(factors))
        return mul(Num(coefficient), head, *odd)

    def _plain(self, q: Poly, logs: Poly) -> list[Term]:
        """Terms without a denominator, and the logarithms: in one pair of parentheses where they share their number."""
        log_terms = self._logs(logs)
        if not q:
            return log_terms
        coefficient, factors = split(self._best(q))
        spread = len(factors) == 1 and isinstance(factors[0], Add)
        if spread or (log_terms and len(q) == 1):
            terms = (
                [mul(Num(coefficient), t) for t in factors[0].terms]
                if factors and isinstance(factors[0], Add)
                else [mul(Num(coefficient), *factors)]
            )
            shared = bool(log_terms) and all(abs(split(t)[0]) == abs(content(split(t)[0] for t in terms)) for t in log_terms)
            inside = [*terms, *log_terms] if shared else terms
            unit = content(split(t)[0] for t in inside)
            # a number comes out if that is shorter, a whole one where no parentheses stand inside
            if len(inside) > 1 and (unit.denominator > 1 or (abs(unit) > 1 and not any(_has_parentheses(t) for t in inside))):
                pulled = mul(Num(unit), add(*(mul(Num(1 / unit), t) for t in inside)))
                if cost(pulled) <= cost(add(*inside)):
                    return [pulled, *([] if shared else log_terms)]
            return [*terms, *log_terms]
        return [mul(Num(coefficient), *factors), *log_terms]

    # --- factors and squares ------------------------------------------------------------------------------------------------

    def _best(self, q: Poly) -> Term:
        """The shortest of: as it stands, with squares completed, with common factors in front, factored."""
        if len(q) == 1:
            ((m, c),) = q.items()
            return self._monomial(m, c)
        forms: list[Term] = []
        if len(q) <= MOST_TERMS and (any(len(m[0]) > 1 for m in q) or frozenset.intersection(*(m[0] for m in q))):
            pieces = factored(q, self.meter, keep_sign=False)
            head = [p for p, _ in pieces if len(p) == 1]
            sums = [(p, e) for p, e in pieces if len(p) > 1]
            if head and next(iter(head[0])) != UNIT:
                rest = product([p for p, e in sums for _ in range(e)], self.meter)
                forms.append(self._product(head, [(rest, 1)]))
            if len(sums) > 1 or any(e > 1 for _, e in sums):
                forms.append(self._product(head, sums))
        forms.append(self._squares(q))
        return min(forms, key=cost)

    def _product(self, head: list[Poly], sums: list[tuple[Poly, int]]) -> Term:
        coefficient = Fraction(1)
        factors: list[Term] = []
        for p in head:
            ((m, c),) = p.items()
            q, more = split(self._monomial(m, c))
            coefficient *= q
            factors += more
        for p, e in sums:
            q, inner = split(self.poly(p))
            coefficient *= q**e
            if len(inner) == 1 and isinstance(inner[0], Add):
                turned, sign = _led(inner[0])
                coefficient *= sign**e
                factors.append(power(turned, Num(Fraction(e))))
            else:
                factors += [power(f, Num(Fraction(e))) for f in inner]
        coefficient, factors = _better_sign(coefficient, factors)
        return mul(Num(coefficient), *factors)

    def _squares(self, q: Poly) -> Term:
        """``a² - 2ab + b² + c`` as ``(a - b)² + c``: terms of degree two that cross products connect, factored where that is shorter."""
        crossing: list[set[Term]] = []
        pairs: dict[Monomial, set[Term]] = {}
        for m in q:
            if m[1] or sum(e for _, e in m[0] if isinstance(e, int)) != 2 or len(m[0]) > 2:
                continue
            pairs[m] = {t for t, _ in m[0]}
            if len(m[0]) == 2:
                joined_sets = [s for s in crossing if s & pairs[m]]
                crossing = [s for s in crossing if not s & pairs[m]] + [pairs[m].union(*joined_sets)]
        parts: list[Term] = []
        left = dict(q)
        for atoms in sorted(crossing, key=lambda s: min(structure(t) for t in s)):
            inside = {m: q[m] for m, used in pairs.items() if used <= atoms}
            if not 2 < len(inside) <= MOST_TERMS or len(inside) == len(q):
                continue
            pieces = factored(inside, self.meter, keep_sign=False)
            sums = [(p, e) for p, e in pieces if len(p) > 1]
            if sum(e for _, e in sums) == 2:
                parts.append(self._product([p for p, _ in pieces if len(p) == 1], sums))
                left = {m: c for m, c in left.items() if m not in inside}
        return add(*parts, *(self._monomial(m, c) for m, c in left.items()))

    # --- logarithms ---------------------------------------------------------------------------------------------------------

    def _logs(self, logs: Poly) -> list[Term]:
        """``p log a - p log b`` as ``p log a/b`` for positive a and b; factors of one logarithm, and logarithms of numbers, joined."""
        factors: dict[Term, Poly] = {}
        out: list[Term] = []
        for m, c in sorted(logs.items(), key=lambda mc: structure(monomial_term(mc[0]))):
            single = [t for t, e in m[0] if isinstance(t, Apply) and t.name == "log" and e == 1]
            if len(single) == 1 and bounds(single[0].argument).positive:
                factors.setdefault(single[0].argument, {})[(m[0] - {(single[0], 1)}, m[1])] = c
            else:
                out.append(self._monomial(m, c))
        groups: dict[frozenset[tuple[Monomial, fmpq]], list[tuple[bool, Term]]] = {}
        for argument, p in factors.items():
            opposite = {m: -c for m, c in p.items()}
            turned = p[UNIT if UNIT in p else min(p, key=lambda m: structure(monomial_term(m)))] < 0
            groups.setdefault(frozenset((opposite if turned else p).items()), []).append((not turned, argument))
        for factor, many in groups.items():
            out += self._joined_logs(self.poly(dict(factor)), many)
        return out

    def _joined_logs(self, factor: Term, many: list[tuple[bool, Term]]) -> list[Term]:
        above = [u for positive, u in many if positive]
        below = [u for positive, u in many if not positive]
        if len(above) == 1 and len(below) == 1:
            u, v = self._inside(above[0]), self._inside(below[0])
            return [mul(factor, apply("log", mul(u, power(v, Num(Fraction(-1))))))]
        out: list[Term] = []
        for sign, side in ((1, above), (-1, below)):
            numbers = [u for u in side if isinstance(u, (Num, Const))]
            single = [self._inside(u) for u in side if u not in numbers or len(numbers) == 1]
            joint = [Mul(tuple(numbers))] if len(numbers) > 1 else []
            out += [mul(Num(Fraction(sign)), factor, apply("log", u)) for u in (*joint, *single)]
        return out

    # --- atoms --------------------------------------------------------------------------------------------------------------

    def _monomial(self, m: Monomial, c: fmpq) -> Term:
        """A monomial with what is inside its atoms tidied."""
        factors: list[Term] = []
        coefficient = as_fraction(c)
        for t, e in sorted(m[0], key=lambda te: structure(te[0])):
            q, inner = split(self._inside(t))
            coefficient *= q**e if q != 1 and isinstance(e, int) else 1
            whole = mul(*inner) if q == 1 or isinstance(e, int) else mul(Num(q), *inner)
            factors.append(power(whole, Num(Fraction(e))))
        if m[1]:
            factors += self._exponentials(dict(m[1]))
        return _under_one_root(coefficient, factors)

    def _exponentials(self, p: Poly) -> list[Term]:
        """``exp(Σ_i log a_i)`` as ``Π_i a_i``, ``exp(c log a)`` as ``a^c``, and one exponential of the rest."""
        factors: list[Term] = []
        rest: Poly = {}
        for m, c in sorted(p.items(), key=lambda mc: structure(monomial_term(mc[0]))):
            logs = [t for t, e in m[0] if e == 1 and isinstance(t, Apply) and t.name == "log" and bounds(t.argument).positive]
            ((t, e), *more) = m[0] or ((ZERO, 1),)
            if (
                not more
                and not m[1]
                and e == 1
                and c.q == 1
                and isinstance(t, Sum)
                and len(t.body.slots) == 1
                and _positive_log(t.body.body)
            ):
                (i,), body = t.body.open()
                factors.append(power(prod_over(i, self._inside(split(body)[1][0].argument)), Num(as_fraction(c))))  # type: ignore[attr-defined]
            elif len(logs) == 1 and (len(m[0]) > 1 or m[1]):
                factors.append(power(self._inside(logs[0].argument), self._monomial((m[0] - {(logs[0], 1)}, m[1]), c)))
            else:
                rest[m] = c
        return [*factors, apply("exp", self.poly(rest))] if rest else factors

    def _inside(self, t: Term) -> Term:
        """An atom with its parts tidied."""
        found = self.known.get(t)
        if found is None:
            found = self.known[t] = self._rebuilt(t)
            self.known.setdefault(found, found)
        return found

    def _rebuilt(self, t: Term) -> Term:
        if isinstance(t, Add):
            return self.poly(terms_of(t))
        if isinstance(t, Sum):
            indices, body = t.body.open()
            coefficient, factors = split(self._kept(body))
            return mul(Num(coefficient), sum_over(indices, mul(*factors)))
        if isinstance(t, (Entry, Num, Const, Dim)):
            return t
        if isinstance(t, Mean):
            return Mean(t.family, t.variables, t.given, t.at, self._kept(t.body))
        values = [self._value(v) for v in t.values]
        return t if list(t.values) == values else type(t)(*values)

    def _kept(self, body: Term) -> Term:
        """A summand: a product has its factors tidied, a sum was made here and stays."""
        if isinstance(body, Add):
            return body
        factors = body.factors if isinstance(body, Mul) else (body,)
        return mul(*(self._inside(f) for f in factors))

    def _value(self, v: object) -> object:
        if isinstance(v, Term):
            return self.term(v)
        if isinstance(v, Tensor):
            indices, body = v.open()
            return tensor(indices, self.term(body), v.row)
        if isinstance(v, tuple):
            return tuple(self._value(x) if isinstance(x, (Term, Tensor)) else x for x in v)
        return v


def _under_one_root(coefficient: Fraction, factors: list[Term]) -> Term:
    """Roots joined, ``√2 / (2 √π)`` as ``1 / √(2π)``; what stands below a root is never negative."""
    half = Num(Fraction(1, 2))
    roots = [f for f in factors if isinstance(f, Pow) and f.exponent in (half, Num(Fraction(-1, 2))) and _under_root(f.base)]
    if not roots:
        return mul(Num(coefficient), *factors)
    above: list[Term] = []
    below: list[Term] = []
    for f in roots:
        if f.exponent == half and isinstance(f.base, Num) and coefficient.denominator % f.base.value == 0:
            coefficient *= f.base.value
            below.append(f.base)
        else:
            (above if f.exponent == half else below).append(f.base)
    rest = [f for f in factors if f not in roots]
    joined_roots = [power(mul(*side), Num(e)) for side, e in ((above, Fraction(1, 2)), (below, Fraction(-1, 2))) if side]
    return mul(Num(coefficient), *joined_roots, *rest)


def _factor(t: Term) -> tuple[Term, Exponent]:
    if isinstance(t, Pow) and isinstance(t.exponent, Num):
        return t.base, whole(t.exponent.value)
    return t, 1


def _under_root(base: Term) -> bool:
    return isinstance(base, (Num, Const)) or (isinstance(base, Entry) and bounds(base).positive)


def _positive_log(body: Term) -> bool:
    return isinstance(body, Apply) and body.name == "log" and bounds(body.argument).positive


def _logarithmic(t: Term) -> bool:
    if isinstance(t, Sum):
        return all(_logarithmic(f) for f in split(t.body.body)[1])
    return isinstance(t, Apply) and t.name == "log"


def _led(sum_: Add) -> tuple[Term, int]:
    """A sum with its first term positive, and the sign that took."""
    first = min(sum_.terms, key=addend_key)
    if split(first)[0] > 0:
        return sum_, 1
    return add(*(mul(Num(Fraction(-1)), t) for t in sum_.terms)), -1


def _has_parentheses(term: Term) -> bool:
    return any(isinstance(f, Add) or (isinstance(f, Sum) and _has_parentheses(f.body.body)) for f in split(term)[1])


def _better_sign(coefficient: Fraction, factors: list[Term]) -> tuple[Fraction, list[Term]]:
    """``-(a - b)`` as ``b - a``; of two sums, as in ``-(a - b)(a - b)^T``, none is turned."""
    if coefficient < 0 and sum(isinstance(f, Add) for f in factors) == 1:
        for k, f in enumerate(factors):
            if isinstance(f, Add) and any(split(t)[0] < 0 for t in f.terms):
                turned = add(*(mul(Num(Fraction(-1)), t) for t in f.terms))
                return -coefficient, [*factors[:k], turned, *factors[k + 1 :]]
    return coefficient, factors
