r"""An equation whose entries are fractions in the same entry of the unknown: linear, or quadratic with one root in the unknown's domain.

``y = P(u) / Q(u)`` says ``f(u) = y Q(u) - P(u) = 0``. A linear f has one root. A quadratic one, in ``w``, the distance of u from an end of its
domain, is ``c + b w + a w²``; where f is below zero at that end and above it at the other, exactly one root lies between, and there f rises:
``w = -2c / (b + √(b² - 4ac))``, which holds for every sign of a, and for a = 0. That f differs in sign at the ends is what it means for y to lie
between the map's values there.
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.expectation import mentions
from symderiv.algebra.factors import factored
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import UNIT, Poly, monomial_term, plus, poly_term, scaled
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.substitute import substitute
from symderiv.algebra.terms import Entry, Index, Num, Symbol, Tensor, Term, tensor
from symderiv.core.domain import Domain
from symderiv.core.results import Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.formula import Equation, Formula, closed
from symderiv.derive.logarithms import as_fraction_of, never_zero
from symderiv.writing.notation import Number

from flint import fmpq


@dataclass(frozen=True, slots=True)
class EntryRoot:
    """The unknown, entry by entry, with steps and where it is the one root."""

    value: Tensor
    steps: tuple[Step[Formula], ...]
    conditions: tuple[Remark, ...]


def entry_of_fraction(right: Tensor, expression: Tensor, unknown: Symbol) -> EntryRoot | None:
    """The unknown where ``expression = right``, both of its shape; None where the equation is none of these."""
    if right.sizes != unknown.sizes:
        return None
    indices, body = expression.open()
    above, below = as_fraction_of(t.sub(right.at(*indices), body))
    entry = Entry(unknown, indices)
    found = coefficients(Normal().poly(above), entry)
    if found is None or not any(found[1:]):
        return None
    equation = Equation(tensor(indices, above), Number("0"), collect=True)
    told: Step[Formula] = Step(
        "multiply out", ("by what stands below; the equation holds ", T.whole(unknown), " entry by entry"), (equation,)
    )
    solved = _linear(found, indices) if not found[2] else _quadratic(found, unknown.domain, entry, indices)
    if solved is None:
        return None
    value, because, conditions = solved
    rule = "collect" if not found[2] else "solve the quadratic equation"
    shown = tensor(indices, value)
    needed = () if never_zero(below) else (_nonzero(below, indices),)
    return EntryRoot(
        shown, (told, Step(rule, because, (Equation(T.whole(unknown), shown, collect=True),))), (*needed, *conditions)
    )


def coefficients(p: Poly, entry: Entry) -> tuple[Poly, Poly, Poly] | None:
    """What stands with the powers 0, 1 and 2 of an entry of the unknown, which stands nowhere else; else None."""
    name = frozenset((entry.symbol.name,))
    out: tuple[Poly, Poly, Poly] = ({}, {}, {})
    for m, q in p.items():
        power = next((e for f, e in m[0] if f == entry), 0)
        rest = (frozenset(pair for pair in m[0] if pair[0] != entry), m[1])
        if power not in {0, 1, 2} or mentions(monomial_term(rest), name):
            return None
        plus(out[int(power)], {rest: q})
    return out


_Solved = tuple[Term, Remark, tuple[Remark, ...]]


def _linear(found: tuple[Poly, Poly, Poly], indices: tuple[Index, ...]) -> _Solved:
    turned = -1 if found[1].get(UNIT, 0) < 0 else 1
    last, first = (poly_term(scaled(x, fmpq(turned))) for x in found[:2])
    because = ("collect, and divide by ", tensor(indices, first))
    needed = () if never_zero(first) else (_nonzero(first, indices),)
    return t.neg(t.divide(last, first)), because, needed


def _nonzero(value: Term, indices: tuple[Index, ...]) -> Remark:
    used = tuple(i for i in indices if i in value.free)
    return (closed(tensor(used, value)), " has no zero entry" if used else " is not zero")


def _quadratic(found: tuple[Poly, Poly, Poly], domain: Domain, entry: Entry, indices: tuple[Index, ...]) -> _Solved | None:
    """By the distance from an end of the domain, from the lower one where there is one."""
    if domain.low is None and domain.high is None:
        return None
    end, sign = (domain.low, 1) if domain.low is not None else (domain.high, -1)
    assert end is not None
    w = Symbol("distance", entry.symbol.sizes)
    moved = t.add(Num(end), t.mul(t.num(sign), Entry(w, indices)))
    p = Normal().poly(substitute(poly_term(_joined(found, entry)), {entry.symbol: tensor(indices, moved)}))
    parts = coefficients(p, Entry(w, indices))
    if parts is None:
        return None
    c, b, a = parts
    far = None if domain.low is None or domain.high is None else _value(parts, domain.high - domain.low)
    rising = _difference(far, c) if far is not None else a
    if poly_bounds(rising).negative:
        a, b, c = (scaled(x, fmpq(-1)) for x in (a, b, c))
        far = None if far is None else scaled(far, fmpq(-1))
    elif not poly_bounds(rising).positive:
        return None
    first, second, last = poly_term(a), poly_term(b), poly_term(c)
    root = t.power(t.sub(t.power(second, t.num(2)), t.mul(t.num(4), first, last)), t.num(1, 2))
    below = t.add(second, root)
    check = t.add(
        t.mul(t.num(4), first, t.power(last, t.num(2))),
        t.mul(t.num(-2), second, last, below),
        t.mul(last, t.power(below, t.num(2))),
    )
    if prove(tensor(indices, check), T.zeros(entry.symbol.sizes)) is None:
        return None
    distance = t.neg(t.divide(t.mul(t.num(2), last), below))
    because = (
        "it is below zero at one end of where the unknown lies and above zero at the other, so one root lies between, and it rises there",
    )
    conditions = (_positive(scaled(c, fmpq(-1)), indices), *(() if far is None else (_positive(far, indices),)))
    return t.add(Num(end), t.mul(t.num(sign), distance)), because, tuple(x for x in conditions if x)


def _joined(found: tuple[Poly, Poly, Poly], entry: Entry) -> Poly:
    return Normal().poly(t.add(*(t.mul(poly_term(q), t.power(entry, t.num(k))) for k, q in enumerate(found))))


def _value(parts: tuple[Poly, Poly, Poly], at: object) -> Poly:
    return Normal().poly(t.add(*(t.mul(poly_term(q), t.power(Num(at), t.num(k))) for k, q in enumerate(parts))))


def _difference(a: Poly, b: Poly) -> Poly:
    total = dict(a)
    plus(total, b, fmpq(-1))
    return total


def _positive(p: Poly, indices: tuple[Index, ...]) -> Remark:
    """That a value is positive, without the factors that always are; nothing where it always is."""
    if poly_bounds(p).positive:
        return ()
    normal = Normal()
    left: list[Term] = []
    for piece, e in factored(p, normal.meter, keep_sign=True):
        b = poly_bounds(piece)
        if not b.positive:
            left.append(t.power(poly_term(piece), t.num(int(e))))
    value = t.mul(*left)
    used = tuple(i for i in indices if i in value.free)
    return (closed(tensor(used, value)), " is positive")
