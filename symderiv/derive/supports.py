"""Where two distributions live: one variable for both, and when the support of one lies in that of the other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symderiv.algebra.families import Interval, Member
from symderiv.algebra.supports import ends_of, rooms
from symderiv.algebra.terms import Tensor, scalar
from symderiv.algebra.tidy import tidy_tensor
from symderiv.core.domain import Domain
from symderiv.core.results import Remark
from symderiv.derive.formula import shown
from symderiv.writing.notation import Number, row
from symderiv.writing.notation import Symbol as Sign


@dataclass(frozen=True, slots=True)
class Condition:
    """``term > 0``, or ``term ≥ 0`` where it is not strict; a matrix is positive definite. Free indices: for every entry."""

    term: Tensor
    strict: bool = True

    def remark(self) -> Remark:
        """In words, for steps and pages."""
        sign = Sign("succeeds") if self.term.rank else Sign("greater") if self.strict else Sign("greater-equal")
        return (row(shown(tidy_tensor(self.term)), sign, Number("0")),)


def on_one_variable(q: Member, p: Member) -> tuple[Member, Member]:
    """Both as densities of one variable, in the smaller of their domains. Raises `ValueError` where they have no space in common."""
    a, b = q.family.support, p.family.support
    if isinstance(a, Interval) != isinstance(b, Interval) or (not isinstance(a, Interval) and a != b):
        raise ValueError(f"{q.family.name} and {p.family.name} live on different spaces")
    if len(q.variable.sizes) != len(p.variable.sizes):
        raise ValueError(f"the variables of {q.family.name} and {p.family.name} have different shapes")
    if isinstance(a, Interval) and isinstance(b, Interval) and a.whole != b.whole:
        raise ValueError("one is discrete and the other is not")
    narrow = min((q.variable, p.variable), key=lambda s: _width(s.domain))
    shared = replace(narrow, name=q.variable.name, sizes=q.variable.sizes)
    return replace(q, variable=shared), replace(p, variable=shared)


def _width(d: Domain) -> int:
    return (d.low is None) + (d.high is None)


def inclusion(q: Member, p: Member) -> tuple[Condition, ...]:
    """What makes the support of q lie in that of p; nothing where it always does. Raises `Diverges` where it never does."""
    if not isinstance(q.family.support, Interval):
        return ()
    return tuple(Condition(scalar(room), strict=False) for room in rooms(ends_of(q), p))
