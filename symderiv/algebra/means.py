"""Expectations gathered: ``E_q[a] - E_q[b] = E_q[a - b]``, and a divergence where it is one.

A normal form has every expectation taken apart and every conditional density as joint minus marginal. Here ``E_q[log q] - E_q[log p]`` becomes
``KL(q, p)``, also where p is a conditional density whose marginal stands beside it, and what is left is under one expectation a density.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from symderiv.algebra.order import structure
from symderiv.algebra.polynomials import NO_EXP, Monomial, Poly, monomial_term, plus
from symderiv.algebra.terms import LogDensity, Mean, Num, Term, add, neg


def expectations(p: Poly) -> Poly:
    """Expectations under one density as one; with the density's own logarithm in it, a divergence."""
    heads: dict[Mean, list[tuple[Monomial, LogDensity]]] = {}
    for m in sorted(p, key=lambda m: structure(monomial_term(m))):
        found = _alone(m, Mean)
        if isinstance(found, Mean) and isinstance(found.body, LogDensity):
            head = Mean(found.family, found.variables, found.given, found.at, Num(Fraction(0)))
            heads.setdefault(head, []).append((m, found.body))
    for head, members in heads.items():
        p = _merged(p, head, members)
    return p


def _alone(m: Monomial, kind: type[Term]) -> Term | None:
    if m[1] or len(m[0]) != 1:
        return None
    ((t, e),) = m[0]
    return t if e == 1 and isinstance(t, kind) else None


def _merged(p: Poly, head: Mean, members: list[tuple[Monomial, LogDensity]]) -> Poly:
    own = LogDensity(head.family, head.variables, head.given, head.at)
    out = dict(p)
    parts: list[tuple[fmpq, LogDensity]] = []
    for m, density in members:
        c = out.pop(m)
        conditional = _conditional(out, head, density, c, own)
        parts.append((c, conditional or density))
    kl = next((k for k, (_, d) in enumerate(parts) if d == own), None)
    if kl is not None:
        c = parts[kl][0]
        other = next((k for k, (q, d) in enumerate(parts) if q == -c and d.variables == own.variables and d != own), None)
        if other is not None:
            mean = Mean(head.family, head.variables, head.given, head.at, add(own, neg(parts[other][1])))
            plus(out, {(frozenset(((mean, 1),)), NO_EXP): c})
            parts = [x for k, x in enumerate(parts) if k not in (kl, other)]
    by_size: dict[fmpq, list[tuple[fmpq, LogDensity]]] = {}
    for c, d in parts:
        by_size.setdefault(abs(c), []).append((c, d))
    for size, many in by_size.items():
        sign = 1 if any(c > 0 for c, _ in many) else -1
        body = add(*(d if c * sign > 0 else neg(d) for c, d in many))
        mean = Mean(head.family, head.variables, head.given, head.at, body)
        plus(out, {(frozenset(((mean, 1),)), NO_EXP): size * sign})
    return out


def _conditional(out: Poly, head: Mean, d: LogDensity, c: fmpq, own: LogDensity) -> LogDensity | None:
    """``E log p(z, x) - log p(x)`` as ``E log p(z | x)``, where the marginal stands beside it with the opposite factor."""
    given = d.variables - head.variables
    if not given or d.given or d.at:
        return None
    marginal = (frozenset(((LogDensity(d.family, given, frozenset(), ()), 1),)), NO_EXP)
    if out.get(marginal) != -c or not (d.family == own.family or _own_in(out, own)):
        return None
    del out[marginal]
    return LogDensity(d.family, head.variables, given, ())


def _own_in(out: Poly, own: LogDensity) -> bool:
    whole = LogDensity(own.family, own.variables | own.given, frozenset(), own.at)
    return any(isinstance(t, Mean) and t.body in (own, whole) for m in out for t, _ in m[0])
