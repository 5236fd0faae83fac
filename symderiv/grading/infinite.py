r"""Divergences that are infinite, and answers that say so.

``KL(q ‖ p)`` has a value between 0 and ∞ for any two densities, so that ``\infty`` answers a question for it like any number: right where q
gives weight to values to which p gives none or falls too slowly for p, wrong where a finite closed form is derived that needs no condition.
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.algebra.terms import Tensor, Term
from symderiv.derive.divergence import ClosedForm, Infinite, NoClosedForm, expectation, is_divergence, why_infinite
from symderiv.grading.chains import Checked
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.outcomes import findings_of, readings_of
from symderiv.grading.summing import summed_up
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Find


def judged(asked: Asked, checked: Checked) -> Judgement | None:
    """The judgement on an answer that says that a divergence is infinite; None for any other answer."""
    body = _divergence(asked)
    said = [c.sides[-1] for c in checked.chains if _says_infinite(c.sides[-1].side.node)]
    if body is None or not said or len(said) < sum(not c.abbreviates for c in checked.chains):
        return None
    found = _extent(body, asked)
    for side in said:
        side.problem = side.link = None
    findings = findings_of(checked)
    if found is None:
        findings += [Finding("unknown", "whether this is infinite is not decided here", s.side.node.span) for s in said]
        return Judgement("review", "needs a person", tuple(findings), readings_of(checked))
    if isinstance(found, Infinite):
        return summed_up(checked, findings, Fraction(1))
    findings += [Finding("wrong", "this is finite for all parameters that are allowed", s.side.node.span) for s in said]
    return Judgement("incorrect", "disproved", tuple(findings), readings_of(checked), wrong_line=checked.first_wrong())


def is_not(asked: Asked) -> str:
    """Why what is asked has no finite value, for answers that give one: nothing where it may have."""
    body = _divergence(asked)
    return "" if body is None else why_infinite(body, asked.scope.knowledge)


def _divergence(asked: Asked) -> Term | None:
    value = asked.ask.value if isinstance(asked.ask, Find) else None
    return value.body if isinstance(value, Tensor) and not value.rank and is_divergence(value.body) else None


def _extent(body: Term, asked: Asked) -> ClosedForm | Infinite | None:
    """The divergence in closed form where it is finite whatever the parameters, or why it is infinite; None where neither is known."""
    knowledge = asked.scope.knowledge
    try:
        found = expectation(body, knowledge)
    except Infinite as infinite:
        return infinite
    except NoClosedForm:
        return None
    return None if found.derivation.assumes else found


def _says_infinite(node: tree.Node) -> bool:
    r"""``\infty`` or ``+\infty``."""
    if isinstance(node, tree.Sum) and node.signs == ("+",):
        node = node.terms[0]
    return isinstance(node, tree.Sign) and node.name == "infinity"
