"""What differs in a step that is wrong: found by comparing the terms of both sides.

Names come before numbers: a divergence the other way round and an expectation under another density are seen in the terms as they were read;
signs, factors and missing terms in their normal forms.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import fmpq

from symderiv.algebra import terms as t
from symderiv.algebra.densities import Densities
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget, Meter, Monomial, Poly, as_fraction, plus, poly_term
from symderiv.algebra.parts import parts
from symderiv.algebra.terms import Add, Index, LogDensity, Mean, Mul, Tensor, Term, Undefined, tensor
from symderiv.algebra.tidy import tidy_tensor
from symderiv.derive.formula import shown

from symderiv.writing.unicode import unicode

_PRODUCTS = 20_000
#: A difference that takes more to write down explains nothing.
_LONGEST = 70
_MOST_TERMS = 12


def difference(left: Tensor, right: Tensor, knowledge: Densities) -> str:
    """What is off on the right, in words; nothing where no short description is true."""
    indices, a = left.open()
    b = right.at(*indices)
    for seen in (_divergence_turned, _other_density):
        found = seen(a, b)
        if found:
            return found
    try:
        normal = Normal(knowledge, Meter(_PRODUCTS))
        p, q = normal.poly(a), normal.poly(b)
    except (Budget, Undefined, RecursionError):
        return ""
    show = _writer(indices)
    return next((found for compare in (_whole, _terms, _gap) if (found := compare(p, q, show))), "")


def _divergence_turned(a: Term, b: Term) -> str:
    left, right = _divergences(a), _divergences(b)
    for q, p in sorted(left - right, key=repr):
        if (p, q) in right - left:
            return "the divergence is the other way round"
    return ""


def _divergences(term: Term) -> set[tuple[tuple[object, ...], tuple[object, ...]]]:
    """Pairs of densities ``q``, ``p`` of ``E_q[log q - log p]``."""
    out = set()
    for m in parts(term):
        if isinstance(m, Mean) and isinstance(m.body, Add) and len(m.body.terms) == 2:
            q, minus_p = m.body.terms
            if isinstance(q, LogDensity) and isinstance(minus_p, Mul) and minus_p.factors[0] == t.MINUS_ONE:
                p = minus_p.factors[-1]
                if isinstance(p, LogDensity) and len(minus_p.factors) == 2:
                    out.add((_identity(q), _identity(p)))
    return out


def _identity(p: LogDensity) -> tuple[object, ...]:
    return (p.family, tuple(sorted(p.variables)), tuple(sorted(p.given)))


def _other_density(a: Term, b: Term) -> str:
    """The same average, taken under another density."""
    left, right = _means(a), _means(b)
    for body, under in left.items():
        other = right.get(body)
        if other is not None and other != under:
            return f"the expectation is under {_density(other)} instead of {_density(under)}"
    return ""


def _means(term: Term) -> dict[Term, Mean]:
    """Expectations by what is averaged; the plainest of several."""
    out: dict[Term, Mean] = {}
    for m in parts(term):
        if isinstance(m, Mean) and m.family:
            out.setdefault(m.body, m)
    return out


def _density(m: Mean) -> str:
    given = f" | {', '.join(sorted(m.given))}" if m.given else ""
    return f"{m.family}({', '.join(sorted(m.variables))}{given})"


def _writer(indices: tuple[Index, ...]) -> Callable[[Poly], str]:
    """How terms are shown; what is hopelessly long is not put together, and comes out too long."""

    def show(p: Poly) -> str:
        if len(p) > _MOST_TERMS:
            return " " * _LONGEST
        return unicode(shown(tidy_tensor(tensor(indices, poly_term(p)))))

    return show


def _whole(p: Poly, q: Poly, _show: Callable[[Poly], str]) -> str:
    """All of it off by one factor."""
    if not p or p.keys() != q.keys():
        return ""
    ratios = {q[m] / p[m] for m in p}
    if len(ratios) != 1:
        return ""
    (ratio,) = ratios
    if ratio == -1:
        return "the sign is the other one"
    return f"it is off by a factor of {as_fraction(ratio)}"


def _terms(p: Poly, q: Poly, show: Callable[[Poly], str]) -> str:
    """Terms that are missing, too many, of the other sign, or off by a factor."""
    off = [m for m in {**p, **q} if p.get(m, 0) != q.get(m, 0)]
    here = {m: p[m] for m in off if m in p}
    there = {m: q[m] for m in off if m in q}
    if not off or len(off) == len({**p, **q}) > 1:
        return ""
    if not there:
        return _short(f"{show(here)} is missing")
    if not here and all(c < 0 and _is_log_density(m) for m, c in there.items()):  # log p(z | x) for log p(x, z)
        return _short(f"{show({m: -c for m, c in there.items()})} is missing")
    if not here:
        return _short(f"{show(there)} is too much")
    if here.keys() != there.keys():
        return ""
    ratios = {there[m] / here[m] for m in here}
    if ratios == {-1}:
        return _short(f"the sign of {show(here)} is the other one")
    if len(ratios) == 1:
        return _short(f"{show(there)} stands where {show(here)} belongs")
    return ""


def _is_log_density(m: Monomial) -> bool:
    return not m[1] and len(m[0]) == 1 and all(isinstance(term, LogDensity) and e == 1 for term, e in m[0])


def _gap(p: Poly, q: Poly, show: Callable[[Poly], str]) -> str:
    gap = dict(q)
    plus(gap, p, fmpq(-1))
    return _short(f"it is more by {show(gap)}") if gap else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else ""
