r"""Equations that are solved: ``∇_w L = 0 ⇒ XᵀX w = Xᵀ y ⇒ w = (XᵀX)⁻¹ Xᵀ y``.

Such an equation is no identity: it is asked for which value of its unknown it holds. So it is judged at the solution, put for the unknown on both
sides. The solution is the key where the question has one, so that the first equation that it does not solve is the first wrong one; else it is the one
that the answer comes to. An equation counts as one to be solved where a later line gives a declared name by itself (``w = …``), and where it
ends in ``= 0``, or ``⇒`` or words like ``so`` stand on one side of it. Everything else stays an identity: ``∂L/∂μ = … = 0`` claims first
what the derivative is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symderiv.algebra import terms as t
from symderiv.algebra.expectation import mentions
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.tensors import same_shape, transpose, whole
from symderiv.algebra.terms import Symbol, Tensor, scalar
from symderiv.grading.chains import Checked, CheckedChain, CheckedSide
from symderiv.grading.links import EQUAL
from symderiv.grading.links import Compared, compare
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Find
from symderiv.reading.tree import children
from symderiv.reading.scope import Scope, key
from symderiv.reading.values import Reading

#: What marks a name as a solution.
_ESTIMATE = re.compile(r"^(hat|bar|tilde) |[_^](star|dagger|ML|MLE|MAP|OLS|LS|opt)$")
#: Words between an equation and what follows from it.
_SO = re.compile(
    r"\b(so|hence|thus|therefore|gives?|giving|yields?|yielding|implies|implying|means|obtain|get|have|find|solv\w*|rearrang\w*|set|setting|equivalently|or|and)\b",
    re.IGNORECASE,
)


def settle(asked: Asked, checked: Checked) -> None:
    """Judges the equations of an answer that are solved at their solution; what is an identity is left as it was judged."""
    for k, chain in enumerate(checked.chains):
        solved = _solved(chain, checked.scope)
        if solved is None:
            continue
        wanted = asked.ask.value if isinstance(asked.ask, Find) else None
        solution = solved.value(chain.sides[1].value if wanted is None else wanted)
        if solution is None:
            continue
        equations = _equations(checked.chains[:k], chain, solved.unknown)
        held = [_judged(side, before, solved.unknown, solution, checked) for before, side in equations]
        first = chain.sides[1]
        if held and first.link is not None and first.link.outcome != "right":
            if wanted is not None:
                own = [replace(r, value=solved.value(r.value) or r.value) for r in first.readings]
                first.link = compare([Reading(solution)], own, checked.scope.knowledge, first.side.node.span)
            elif any(held):
                first.link = Compared("right")


@dataclass(frozen=True, slots=True)
class Solved:
    """What an equation is solved for: a declared symbol, or the square of one that is positive."""

    unknown: Symbol
    squared: bool

    def value(self, value: object) -> Tensor | None:
        """The value of the unknown; None where what is given is none."""
        if not isinstance(value, Tensor) or mentions(value, frozenset((self.unknown.name,))):
            return None
        value = transpose(value) if value.row else value
        if self.squared and not value.rank:
            value = scalar(t.power(value.body, t.num(1, 2)))
        return value if same_shape(value, whole(self.unknown)) else None


def _solved(chain: CheckedChain, scope: Scope) -> Solved | None:
    """What a chain gives a value that does not hold it, also under a name such as ``\\hat w`` or ``σ²_{ML}``."""
    if len(chain.sides) < 2 or chain.sides[1].side.relation not in EQUAL:
        return None
    node, squared = chain.sides[0].side.node, False
    if isinstance(node, tree.Scripted) and isinstance(node.sup, tree.Number) and node.sup.digits == "2":
        node, squared = replace(node, sup=None) if node.sub is not None else node.base, True
    unknown = scope.symbols.get(_ESTIMATE.sub("", _ESTIMATE.sub("", key(node) or "")))
    if unknown is None or (squared and not unknown.domain.positive):
        return None
    solved = Solved(unknown, squared)
    return None if solved.value(chain.sides[1].value) is None else solved


def _equations(chains: list[CheckedChain], last: CheckedChain, unknown: Symbol) -> Iterator[tuple[CheckedSide, CheckedSide]]:
    """The sides of equations about the unknown that are to be solved and are no identities."""
    for k, chain in enumerate(chains):
        following = chains[k + 1] if k + 1 < len(chains) else last
        joined = chain.chain.implied or following.chain.implied or _SO.search(following.chain.words) is not None
        for before, side in zip(chain.sides, chain.sides[1:], strict=False):
            if side.link is None or side.link.outcome == "right" or side.side.relation not in EQUAL or not before.readings:
                continue
            zero = _is_zero(side) and side is chain.sides[-1]
            bare = joined and len(chain.sides) == 2 and not _claims_a_value(before)
            if (zero or bare) and any(_about(s, unknown) for s in (before, side)):
                yield before, side


def _is_zero(side: CheckedSide) -> bool:
    return isinstance(side.side.node, tree.Number) and side.side.node.digits == "0"


def _about(side: CheckedSide, unknown: Symbol) -> bool:
    return isinstance(side.value, Tensor) and mentions(side.value, frozenset((unknown.name,)))


def _claims_a_value(side: CheckedSide) -> bool:
    """Whether a side names a derivative, whose value an equation then claims."""
    return _derives(side.side.node)


def _derives(node: tree.Node) -> bool:
    return (isinstance(node, tree.Sign) and node.name in ("partial", "nabla")) or any(map(_derives, children(node)))


def _judged(side: CheckedSide, before: CheckedSide, unknown: Symbol, solution: Tensor, checked: Checked) -> bool:
    """Whether an equation holds at the solution; that is what becomes of its link."""
    left, right = ([_at(r, unknown, solution) for r in s.readings] for s in (before, side))
    found = compare(left, right, checked.scope.knowledge, before.side.node.span | side.side.node.span)
    side.link = replace(found, why="the solution does not solve this equation") if found.outcome == "wrong" else found
    return found.outcome == "right"


def _at(r: Reading, unknown: Symbol, solution: Tensor) -> Reading:  # type: ignore[type-arg]
    value = substitute_tensor(r.value, {unknown: solution}) if isinstance(r.value, Tensor) else r.value
    return replace(r, value=value)
