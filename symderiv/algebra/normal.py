"""The normal form: a term as a polynomial over atoms that is the same for equal terms.

Sums are multiplied out, exponentials merge into one a monomial, logarithms of positive products split, and every bound sum is
contracted (`contraction`). What is known of densities comes in as `Knowledge`. Equality of normal forms proves equality for
every size, every tensor and every smooth function; difference proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import ClassVar

from flint import fmpq

from symderiv.algebra import contraction, matrices, special
from symderiv.algebra.calculus import derived_by
from symderiv.algebra.expectation import mean_of
from symderiv.algebra.factors import factored, over_roots
from symderiv.algebra.cancelling import Cancelling
from symderiv.algebra.knowledge import Knowledge, Nothing
from symderiv.algebra.layered import unchanged
from symderiv.algebra.logs import absolute, logarithm
from symderiv.algebra.masks import by_cases, cases, mask_in
from symderiv.algebra.paths import TRIANGULAR
from symderiv.algebra.polynomials import (
    NO_EXP, NOTHING, ONE_Q, UNIT, Budget, Exponent, Meter, Monomial, Poly, as_fraction, atom, constant, expanded, exponential, is_whole,
    monomial_power, plus, poly_term, scaled, terms_of, times, unsettled, whole, whole_power,
)  # fmt: skip
from symderiv.algebra.rational import over_one_denominator, settled
from symderiv.algebra.signs import poly_bounds, sign_power
from symderiv.algebra.terms import (
    Add, Apply, Const, Delta, Det, Dim, Entry, Index, InverseEntry, LogDensity, Mean, Mul, Num, Pow, Prod, Score, Sum, Tensor, Term, Undefined,
    Value, delta, num, power, size_term, sum_over, tensor,
)  # fmt: skip

#: Numbers with more bits than this are not worked out.
_MOST_BITS = 8192


class Normal:
    """Normal forms under one budget; what was computed is kept while this object lives, or with the knowledge's `Forms`."""

    def __init__(
        self,
        knowledge: Knowledge | None = None,
        meter: Meter | None = None,
        hyperbolic: bool = False,
        inverses: bool = False,
        outermost: bool = False,
    ) -> None:
        self.knowledge = knowledge or Nothing()
        self.meter = meter or Meter()
        self.hyperbolic = hyperbolic
        #: What is inside of functions keeps its plain form where only those outermost are put into exponentials: ``σ(tanh x)``.
        self.plain = Normal(self.knowledge, self.meter, False, inverses) if outermost else None
        #: Whether inverses and determinants of sums are brought to one form.
        self.inverses = inverses
        #: What cancels with an inverse that is an atom, from the right and from the left.
        self.cancelling: dict[Tensor, tuple[tuple[int, Cancelling], ...]] = {}
        #: What is known of inverses, by the matrix in normal form; and tensors by what they came from.
        self.inverse_of: dict[Tensor, matrices.Inverse] = {}
        self._tensors: dict[Tensor, Tensor] = {}
        forms = self.knowledge.forms
        self.known: dict[Term, Poly] = {} if forms is None else forms.of(self.knowledge, (hyperbolic, inverses, outermost))

    def poly(self, term: Term) -> Poly:
        """The normal form of a term."""
        found = self.known.get(term)
        if found is None:
            self.meter.spend(1)
            found = self.known[term] = self._rules[type(term)](self, term)
        return found

    def term(self, term: Term) -> Term:
        """The normal form, as a term."""
        return poly_term(self.poly(term))

    def tensor(self, t: Tensor) -> Tensor:
        """A tensor with its body in normal form."""
        if type(t.body) is Entry and t.body.at == t.slots and not t.body.symbol.traits:
            return t
        found = self._tensors.get(t)
        if found is None:
            indices, body = t.open()
            found = self._tensors[t] = self._closed(indices, body, t.row)
        return found

    def _closed(self, indices: tuple[Index, ...], body: Term, row: bool = False) -> Tensor:
        body = self.term(body)
        if not indices:
            return Tensor((), body, row)
        draft = tensor(indices, body, row)
        if type(draft.body) is Entry:
            return draft
        # Sorted once more under the final names, so that no temporary name leaves a trace.
        return Tensor(draft.slots, self.term(draft.body), row)

    # --- atoms --------------------------------------------------------------------------------------------------------

    def _num(self, t: Num) -> Poly:
        return constant(t.value)

    def _atom(self, t: Term) -> Poly:
        return atom(t)

    def _entry(self, t: Entry) -> Poly:
        s = t.symbol
        if s.chain and t.at[0] != 1 and unchanged(s):
            return atom(Entry(s, (1, *t.at[1:])))
        if len(t.at) == 2:
            if "diagonal" in s.traits and t.at[0] != t.at[1]:
                first, second = contraction.in_order(t.at)
                return times(self.poly(delta(first, second)), atom(Entry(s, (first, first))), self.meter)
            if s.symmetric:
                return atom(Entry(s, contraction.in_order(t.at)))
            if not s.traits.isdisjoint(TRIANGULAR):
                return self._entry_of_triangle(t)
        return atom(t)

    def _entry_of_triangle(self, t: Entry) -> Poly:
        """An entry on the diagonal, or off it with both numbers known, where what is declared says what it is."""
        row, column = t.at
        if row == column and t.symbol.traits & {"unit lower", "strictly lower"}:
            return constant(int("unit lower" in t.symbol.traits))
        known = isinstance(row, int) and isinstance(column, int) and row != column
        return {} if known and (row < column) != ("upper" in t.symbol.traits) else atom(t)  # type: ignore[operator]

    def _delta(self, t: Delta) -> Poly:
        left, right = contraction.in_order((t.left, t.right))
        simple = delta(left, right)
        return atom(simple) if type(simple) is Delta else self.poly(simple)

    def _value(self, t: Value) -> Poly:
        arguments = tuple(self._argument(a) for a in t.arguments)
        at = contraction.in_order(t.at) if t.function.symmetric else t.at
        settled = Value(t.function, arguments, at, contraction.by_in_order(t.by))
        if matrices.is_exponential(settled) and (turned := matrices.turned_exponential(self, settled)) is not None:
            return self.poly(turned)
        known = self.knowledge.value(settled)
        return atom(settled) if known is None else self.poly(known)

    def _argument(self, a: Tensor) -> Tensor:
        """The argument of an unspecified function."""
        if not self.hyperbolic or self.plain is not None:
            return (self.plain or self).tensor(a)
        indices, body = a.open()
        return self.tensor(tensor(indices, settled(self, self.poly(body)), a.row))

    # --- arithmetic ---------------------------------------------------------------------------------------------------

    def _add(self, t: Add) -> Poly:
        total: Poly = {}
        for part in t.terms:
            plus(total, self.poly(part))
        return total

    def _mul(self, t: Mul) -> Poly:
        total = constant(1)
        for part in sorted(t.factors, key=lambda f: len(self.poly(f))):
            total = times(total, self.poly(part), self.meter)
        return self._settled(total)

    def _settled(self, p: Poly) -> Poly:
        """Where a delta between free indices stands in a product, the other factors are written with the first of them."""
        if not any(type(t) is Delta for m in p for t, _ in m[0]):
            return p
        total: Poly = {}
        for m, c in p.items():
            plus(total, contraction.settle(self, m), c)
        return total

    def _pow(self, t: Pow) -> Poly:
        exponent = self.poly(t.exponent)
        if not exponent or (len(exponent) == 1 and UNIT in exponent):
            return self.power_of(self.poly(t.base), whole(as_fraction(exponent.get(UNIT, fmpq(0)))))
        base = self.poly(t.base)
        if len(base) == 1 and not poly_bounds(base).positive:
            return self._whole_power(base, exponent)
        return self._exp_of(times(exponent, logarithm(self, base), self.meter))

    def _whole_power(self, base: Poly, exponent: Poly) -> Poly:
        """A product that may be negative to a power which is no number: the sign apart, by parity, where the power is whole."""
        if not is_whole(poly_term(exponent)) or all(c > 0 for c in base.values()):
            return atom(Pow(poly_term(base), poly_term(exponent)))
        rest = power(poly_term(scaled(base, fmpq(-1))), poly_term(exponent))
        return times(sign_power(exponent), self.poly(rest), self.meter)

    def power_of(self, p: Poly, exponent: Exponent) -> Poly:
        """A normal form raised to a number."""
        if exponent == 0:
            return constant(1)
        if not p:
            if exponent < 0:
                raise Undefined("division by zero")
            return {}
        if len(p) == 1:
            ((m, c),) = p.items()
            return self._monomial_power(m, c, exponent)
        if type(exponent) is int and exponent > 0:
            return whole_power(p, exponent, self.meter)
        mask = mask_in(p)
        if mask is not None and all((b := poly_bounds(case)).positive or b.negative for case in cases(p, mask)):
            return by_cases(self, p, mask, lambda case: self.power_of(case, exponent))
        if type(exponent) is not int:
            return self._root(self.factors(p, keep_sign=True), exponent)
        total = constant(1)
        for piece, multiplicity in self.factors(p, keep_sign=False):
            if len(piece) == 1:
                ((m, c),) = piece.items()
                raised = self._monomial_power(m, c, exponent * multiplicity)
            else:
                raised = {(frozenset(((poly_term(piece), exponent * multiplicity),)), NO_EXP): ONE_Q}
            total = times(total, raised, self.meter)
        return total

    def factors(self, p: Poly, keep_sign: bool, roots: bool = True) -> list[tuple[Poly, int]]:
        """Irreducible factors; a sum that comes out of a denominator is multiplied out: ``1 - 1/(1 + u)`` is ``u/(1 + u)``.

        ``roots``: a sum whose square root stands there too may be the square of it.
        """
        out: list[tuple[Poly, int]] = []
        for piece, multiplicity in factored(over_roots(p, self.meter) if roots else p, self.meter, keep_sign):
            if len(piece) > 1 and any(unsettled(t, e) for m in piece for t, e in m[0]):
                settled: Poly = {}
                for m, c in piece.items():
                    plus(settled, expanded(m, self.meter), c)
                if settled:
                    out += [(q, e * multiplicity) for q, e in self.factors(settled, keep_sign, roots=False)]
                    continue
                raise Undefined("a root, a logarithm or a reciprocal of zero")
            out.append((piece, multiplicity))
        return out

    def _monomial_power(self, m: Monomial, c: fmpq, exponent: Exponent) -> Poly:
        digits = max(int(c.p).bit_length(), int(c.q).bit_length(), 2)
        if digits * abs(Fraction(exponent)) > _MOST_BITS and c not in (1, -1):
            raise Budget("a number has too many digits")
        if type(exponent) is int:
            # a sum under a fractional power may come whole again
            return scaled(expanded(monomial_power(m, exponent), self.meter), c**exponent)
        return self._root([({m: c}, 1)], exponent)

    def _root(self, pieces: list[tuple[Poly, int]], exponent: Exponent) -> Poly:
        """A product to a fractional power. What is ≥ 0 leaves the radicand, an even power by its absolute value; the rest stays in one."""
        total = constant(1)
        radicand = constant(1)
        for piece, multiplicity in pieces:
            if len(piece) > 1:
                inside: dict[Term, Exponent] = {poly_term(piece): multiplicity}
                outside, even = NO_EXP, ONE_Q
            else:
                ((m, even),) = piece.items()
                inside, outside = dict(m[0]), monomial_power((NOTHING, m[1]), exponent)[1]
            total = times(total, {(NOTHING, outside): ONE_Q}, self.meter)
            total = times(total, self._number_power(abs(even), whole(Fraction(exponent) * multiplicity)), self.meter)
            if even < 0 and multiplicity % 2:
                radicand = scaled(radicand, fmpq(-1))
            for t, e in inside.items():
                own = terms_of(t) if type(t) is Add else atom(t)
                b = poly_bounds(own)
                if b.nonnegative or type(e) is not int:  # a root in the radicand is ≥ 0 where it has a value
                    base, taken = (t, e)
                elif (-b).nonnegative:
                    base, taken = poly_term(scaled(own, fmpq(-1))), e
                    radicand = scaled(radicand, fmpq(-1 if e % 2 else 1))
                else:
                    taken = e - e % 2
                    base = poly_term(absolute(self, own)) if taken else t
                    if e % 2:
                        radicand = times(radicand, own, self.meter)
                if taken:
                    raised = (frozenset(((base, whole(Fraction(exponent) * taken)),)), NO_EXP)
                    total = times(total, self._power_of_term(base, raised), self.meter)
        if radicand == constant(1):
            return total
        if poly_bounds(radicand).negative:
            raise Undefined("a root of a negative number")
        return times(total, atom(poly_term(radicand), exponent), self.meter)

    def _power_of_term(self, base: Term, raised: Monomial) -> Poly:
        """A base of known sign to a power, worked out where the base is more than an atom."""
        if type(base) in (Mul, Pow, Num):
            ((_, e),) = raised[0]
            return self.power_of(terms_of(base), e)
        return expanded(raised, self.meter)

    def _number_power(self, c: fmpq, exponent: Exponent) -> Poly:
        total = constant(1)
        for prime, e in contraction.prime_factors(c):
            raised = (frozenset(((num(prime), whole(Fraction(exponent) * e)),)), NO_EXP)
            total = times(total, expanded(raised, self.meter), self.meter)
        return total

    # --- exp, log and other known functions -----------------------------------------------------------------------------

    def _apply(self, t: Apply) -> Poly:
        if t.name == "log":
            return logarithm(self, self.poly(t.argument))
        if t.name == "abs":
            return absolute(self, self.poly(t.argument))
        if t.name == "sqrt":
            return self.power_of(self.poly(t.argument), Fraction(1, 2))
        argument = (self.plain or self).poly(t.argument)
        return self._exp_of(argument) if t.name == "exp" else special.applied(self, t.name, argument)

    def _exp_of(self, p: Poly) -> Poly:
        mask = mask_in(p)
        if mask is not None:
            return by_cases(self, p, mask, self._exp_of)
        rest: Poly = {}
        total = constant(1)
        for m, c in p.items():
            inner = contraction.only_log(m)
            if inner is None:
                rest[m] = c
            else:
                total = times(total, self.power_of(contraction.inside_log(inner), whole(as_fraction(c))), self.meter)
        return times(total, exponential(rest), self.meter) if rest else total

    # --- binders ----------------------------------------------------------------------------------------------------------

    def _sum(self, t: Sum) -> Poly:
        indices, body = t.body.open()
        total: Poly = {}
        summand = self.poly(body)
        if self.hyperbolic:
            summand = over_one_denominator(self, summand)
        for m, c in summand.items():
            plus(total, contraction.contract(self, m, indices), c)
        return self._settled(total)

    def _prod(self, t: Prod) -> Poly:
        (i,), body = t.body.open()
        p = self.poly(body)
        size = size_term(i.size)
        if i not in body.free:
            return self.poly(power(body, size))
        total = constant(1)
        pieces = [(p, 1)] if len(p) == 1 else self.factors(p, keep_sign=True)
        for piece, multiplicity in pieces:
            if len(piece) > 1:
                factor = self._product_of(piece, i)
                total = times(total, self.power_of(factor, multiplicity), self.meter)
                continue
            ((m, c),) = piece.items()
            if c != 1:
                total = times(total, self.poly(power(num(as_fraction(c) ** multiplicity), size)), self.meter)
            if m[1]:
                inner = poly_term({n: q * multiplicity for n, q in m[1]})
                total = times(total, self._exp_of(self.poly(sum_over((i,), inner))), self.meter)
            for a, single in m[0]:
                e = whole(single * multiplicity)
                if i in a.free:
                    total = times(total, self.power_of(self._product_of(atom(a), i), e), self.meter)
                else:
                    total = times(total, self.poly(power(power(a, num(Fraction(e))), size)), self.meter)
        return total

    def _product_of(self, p: Poly, i: Index) -> Poly:
        """``Π_i`` of one factor: an exponential of a sum of logs where it is positive, else an atom."""
        body = poly_term(p)
        if poly_bounds(p).positive:
            return self._exp_of(self.poly(sum_over((i,), Apply("log", body))))
        return atom(Prod(self._closed((i,), body)))

    def _log_density(self, t: LogDensity) -> Poly:
        known = self.knowledge.log_density(t)
        if known is not None and known != t:
            return self.poly(known)
        if t.given:
            joint = LogDensity(t.family, t.variables | t.given, frozenset(), t.at)
            total = dict(self.poly(joint))
            plus(total, self.poly(LogDensity(t.family, t.given, frozenset(), t.at)), fmpq(-1))
            return total
        return atom(t)

    def _score(self, t: Score) -> Poly:
        known = self.knowledge.log_density(t.density)
        if known is not None and known != t.density:
            return self.poly(derived_by(known, t.by, self.knowledge))
        if t.density.given:
            joint, below = (
                LogDensity(t.density.family, names, frozenset(), t.density.at)
                for names in (t.density.variables | t.density.given, t.density.given)
            )
            total = dict(self.poly(Score(joint, t.by)))
            plus(total, self.poly(Score(below, t.by)), fmpq(-1))
            return total
        return atom(Score(t.density, contraction.scores_in_order(t.by)))

    def _mean(self, t: Mean) -> Poly:
        self.knowledge.require_support(t)
        total: Poly = {}
        for m, c in self.poly(t.body).items():
            plus(total, mean_of(self, t, m), c)
        return total

    _rules: ClassVar[dict[type[Term], Callable[..., Poly]]] = {}


Normal._rules = {
    Num: Normal._num, Const: Normal._atom, Dim: Normal._atom, Entry: Normal._entry, Delta: Normal._delta, Value: Normal._value,
    InverseEntry: matrices.inverse_entry, Det: matrices.determinant, Add: Normal._add, Mul: Normal._mul, Pow: Normal._pow, Apply: Normal._apply,
    Sum: Normal._sum, Prod: Normal._prod, LogDensity: Normal._log_density,
    Score: Normal._score, Mean: Normal._mean,
}  # fmt: skip
