r"""Variances and covariances as they are written: ``\operatorname{Var}_q[f]``, ``\mathbb{V}[f]``, ``\operatorname{Cov}_q[f, g]``.

``Var f = E f² - (E f)²`` and ``Cov(f, g) = E f gᵀ - E f (E g)ᵀ``; of a vector alone both are its covariance matrix. The density is that of an
expectation of the same: what stands below, else the one that is meant (`sampled`).
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra import terms as t
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import LogDensity, Mean, Tensor, Term, fresh, tensor
from symderiv.reading import probability, tree
from symderiv.reading.calls import brackets, finished
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import key
from symderiv.reading.values import Note, Reading, Readings, Value

_VARIANCES = frozenset(("Var", "var"))
_COVARIANCES = frozenset(("Cov", "cov"))


def application(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """A variance or covariance at ``k`` with its brackets; None where none stands there."""
    node, fenced = items[k], brackets(items, k + 1)
    base = node.base if isinstance(node, tree.Scripted) else node
    sub = node.sub if isinstance(node, tree.Scripted) else None
    if fenced is None or not isinstance(base, tree.Name) or reader.named(key(node)) is not None:
        return None
    if isinstance(node, tree.Scripted) and (node.sup is not None or node.primes):
        return None
    crossed = base.text in _COVARIANCES
    if not crossed and base.text not in _VARIANCES and not (base.text == "V" and base.style == "blackboard"):
        return None
    parts = fenced.body.items if crossed and isinstance(fenced.body, tree.Listed) and fenced.body.by == "," else (fenced.body,)
    if len(parts) > 2:
        raise reader.problem("a covariance is that of two", fenced.span)
    q = probability.below(reader, sub, fenced.body, node.span)
    span = node.span | fenced.span

    def covariance(f: Value, g: Value) -> Reading[Value]:
        if not isinstance(f, Tensor) or not isinstance(g, Tensor) or f.rank > 1 or g.rank > 1 or f.rank != g.rank:
            raise ShapeMismatch("a covariance is that of two scalars or two vectors")
        i, j = (tuple(map(fresh, x.sizes)) for x in (f, g))
        a, b = f.at(*i), g.at(*j)
        value = t.sub(_mean(q, t.mul(a, b)), t.mul(_mean(q, a), _mean(q, b)))
        return Reading(tensor((*i, *j), value))

    def variance(f: Value) -> Reading[Value]:
        found = covariance(f, f)
        if not isinstance(f, Tensor) or not f.rank:
            return found
        return found.with_note(Note("variance of a vector", "the variance of a vector is its covariance matrix", span))

    values = [reader.read(p) for p in parts]
    found = reader.each(variance, span, *values) if len(values) == 1 else reader.each(covariance, span, *values)
    return finished(reader, found, items[k + 1]), k + 2


def _mean(q: LogDensity, body: Term) -> Term:
    return Mean(q.family, q.variables, q.given, q.at, body)
