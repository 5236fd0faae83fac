"""Jensen's inequality: what is never larger than a difference, one of its terms replaced.

``log E[f] ≥ E[log f]`` (so that ``-E[f] ≥ -log E[exp f]``), ``exp E[f] ≤ E[exp f]`` and ``E[f]² ≤ E[f²]``, wherever both sides have a value. A difference is never negative if what it
becomes by this is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.algebra.expectation import VOLUME
from symderiv.algebra.polynomials import NO_EXP, Monomial, Poly, as_fraction, monomial_of, monomial_term, poly_term
from symderiv.algebra.terms import Apply, Mean, Slot, Term, add, exp, log, mul, num, power, sub


def smaller(difference: Poly) -> Iterator[Term]:
    """Terms that are never larger than a difference in normal form: one of its monomials replaced, or all that can be."""
    bounds = {m: bound for m, c in difference.items() if (bound := _bound(m, c > 0)) is not None}
    for chosen in (*({m: b} for m, b in bounds.items()), *([bounds] if len(bounds) > 1 else [])):
        kept = poly_term({m: c for m, c in difference.items() if m not in chosen})
        yield add(kept, *(mul(num(as_fraction(difference[m])), b) for m, b in chosen.items()))
    yield from _gathered(difference)


def _gathered(difference: Poly) -> Iterator[Term]:
    """``-E[f] ≥ -log E[exp f]`` for all that stands under one density, taken together."""
    groups: dict[tuple[str, frozenset[str], tuple[Slot, ...]], list[tuple[Monomial, Mean]]] = {}
    for m in difference:
        mean = _single(m)
        if isinstance(mean, Mean) and mean.family != VOLUME:
            groups.setdefault((mean.family, mean.given, mean.at), []).append((m, mean))
    for (family, given, at), members in groups.items():
        taken = {m for m, _ in members}
        kept = poly_term({m: c for m, c in difference.items() if m not in taken})
        inside = add(*(mul(num(as_fraction(-difference[m])), mean.body) for m, mean in members))
        variables = frozenset().union(*(mean.variables for _, mean in members))
        yield sub(kept, log(Mean(family, variables, given, at, exp(inside))))


def _bound(m: Monomial, positive: bool) -> Term | None:
    """What is never larger than a monomial that is added, never smaller than one that is subtracted."""
    if not m[0] and len(m[1]) == 1:
        ((n, c),) = m[1]
        mean = _single(n)
        return _under(mean, exp(mul(num(as_fraction(c)), mean.body))) if isinstance(mean, Mean) and not positive else None
    term = _single(m)
    if isinstance(term, Apply) and term.name == "log" and isinstance(term.argument, Mean):
        return _under(term.argument, log(term.argument.body)) if positive else None
    if not isinstance(term, Mean) or term.family == VOLUME:
        return None
    (factors, exponents), coefficient = monomial_of(term.body)
    if coefficient != 1:
        return None
    if not positive:
        found = _single((factors, exponents))
        return log(_under(term, found.argument)) if isinstance(found, Apply) and found.name == "log" else None
    if not factors and exponents:
        return exp(_under(term, poly_term(dict(exponents))))
    if not exponents and all(type(e) is int and e > 0 and not e % 2 for _, e in factors):
        return power(_under(term, monomial_term((frozenset((t, e // 2) for t, e in factors), NO_EXP))), num(2))
    return None


def _single(m: Monomial) -> Term | None:
    if m[1] or len(m[0]) != 1:
        return None
    ((term, exponent),) = m[0]
    return term if exponent == 1 else None


def _under(mean: Mean, body: Term) -> Mean:
    """The same expectation of something else."""
    return Mean(mean.family, mean.variables, mean.given, mean.at, body)
