"""Statements that are decided in words: ``No, since …``, ``volume preserving if and only if …``.

The words give the answer (yes, no, exactly when); formulas beside them are checked: an equation as a condition is compared with the condition
that was derived, any other equation as an identity.
"""

from __future__ import annotations

import re
from fractions import Fraction

from symderiv.algebra import terms as t
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Poly, poly_term, proportion
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.tensors import minus, number
from symderiv.algebra.terms import Tensor
from symderiv.core.results import Proved, Refuted, Verdict
from symderiv.core.text import Source, Span
from symderiv.decide.equal import decide
from symderiv.grading import polarity
from symderiv.grading.chains import Checked, CheckedChain, check
from symderiv.grading.examples import Example
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.links import Outcome, values_equal
from symderiv.reading.asks import Asked, Decide
from symderiv.reading.claims import Chain, Claims


def judge_decision(
    asked: Asked, claims: Claims, problems: list[Finding], source: Source, prose: str, charged: frozenset[Span] = frozenset()
) -> Judgement:
    """The judgement on an answer to ``decide``. ``charged``: formulas that are wrong, and count where they were asked for."""
    assert isinstance(asked.ask, Decide)
    checked = check(claims, asked.scope, source, naming=True)
    words = ". ".join(dict.fromkeys((prose, *(c.words for c in claims.chains))))
    said = polarity.polarity(words)
    findings = list(problems)
    verdict = _verdict(asked)
    if not isinstance(verdict, Proved | Refuted):
        return Judgement("review", "undecided", (Finding("undecided", "the statement itself could not be decided"),))
    truth = isinstance(verdict, Proved)
    wrong, conditions, unsettled = _formulas(asked, checked, findings, charged)
    wrong = _numbers_said_wrongly(asked, words, findings) or wrong
    if said is None:
        findings.append(Finding("no verdict", "the words say neither yes nor no"))
        return Judgement("review", "needs a person", tuple(findings), (), Fraction(1, 2))
    if said in ("exactly", "if"):
        if "right" in conditions and "wrong" not in conditions and not truth:
            return Judgement("correct", "proved", tuple(findings), (), Fraction(1))
        if truth and conditions and said == "exactly":
            findings.append(Finding("wrong verdict", "it holds always, not only under a condition"))
            return Judgement("incorrect", "disproved", tuple(findings), (), Fraction(0))
        if "wrong" in conditions and said == "exactly":
            findings.append(Finding("wrong condition", "the statement does not hold exactly under this condition"))
            return Judgement("incorrect", "disproved", tuple(findings), (), Fraction(0), 1)
        return Judgement("review", "needs a person", tuple(findings))
    if (said == "yes") != truth:
        findings.append(_wrong_verdict(said, verdict))
        return Judgement("incorrect", "disproved", tuple(findings), (), Fraction(0))
    if wrong or "wrong" in conditions:
        return Judgement(
            "partial", "the verdict is right, a reason is not", tuple(findings), (), Fraction(1, 2), checked.first_wrong()
        )
    if problems or unsettled:
        return Judgement("review", "needs a person", tuple(findings), (), Fraction(1, 2))
    findings.append(Finding("right", f"the verdict “{said}” is right"))
    return Judgement("correct", "proved", tuple(findings), (), Fraction(1))


def _wrong_verdict(said: str, verdict: Proved | Refuted) -> Finding:
    """What is said of a wrong yes or no; the witness of a refutation holds the two sides of the statement."""
    if isinstance(verdict, Refuted):
        return Finding("wrong verdict", f"the verdict “{said}” is wrong: this does not hold in general", None, verdict.witness)
    return Finding("wrong verdict", f"the verdict “{said}” is wrong: this holds for every value")


def _verdict(asked: Asked) -> Verdict | None:
    ask = asked.ask
    assert isinstance(ask, Decide)
    if not isinstance(ask.left, Tensor) or not isinstance(ask.right, Tensor):
        return None
    return decide(ask.left, ask.right, asked.scope.knowledge)


def _formulas(asked: Asked, checked: Checked, findings: list[Finding], charged: frozenset[Span]) -> tuple[bool, list[str], bool]:
    """Whether something that is said is wrong, what the conditions are, and whether something is unsettled."""
    wrong = unsettled = False
    conditions: list[str] = []
    conditional = exemplary = False
    example = Example()
    for chain in checked.chains:
        words = chain.chain.words
        if not re.fullmatch(r"\W*(and)?\W*", words, re.IGNORECASE):
            conditional = polarity.conditional(words)
            exemplary = polarity.exemplary(words)
        if exemplary and not conditional and example.add(chain.chain, checked.scope):
            continue
        if (conditional or exemplary) and _is_equation(chain):
            conditions.append(_condition(asked, chain))
            unsettled = unsettled or any(s.readings[0].cost > 1 for s in chain.sides)
            continue
        unsettled = unsettled or (conditional and chain.labels)  # a side of the condition was not read
        for s in chain.sides:
            if s.problem is not None:
                findings.append(
                    Finding("unreadable", s.problem.message, s.problem.span, hint=s.problem.hint, kind=s.problem.kind)
                )
                unsettled = True
        if example and chain.sides[0].readings:
            outcome = _at_example(asked, example, chain)
            if outcome == "wrong":
                findings.append(Finding("wrong example", "this is not what comes out at the example", chain.chain.span))
            wrong, unsettled = wrong or outcome == "wrong", unsettled or outcome not in ("right", "wrong")
            continue
        if _restates(asked, chain) and not polarity.gives_reason(words):
            unsettled = True  # "|det J| = 1 does not hold" claims nothing of the kind; what it does say stands in words around it
            continue
        if len(chain.sides) == 1 and chain.sides[0].readings and polarity.names_determinant(words):
            wrong = _value_is_wrong(asked, chain, findings) or wrong
        for s in chain.sides:
            if s.link is None or s.side.node.span in charged:
                continue
            if s.link.outcome == "wrong":
                findings.append(
                    Finding("wrong reason", s.link.why or "this is not true in general", s.side.node.span, s.link.witness)
                )
                wrong = True
            elif s.link.outcome in ("unknown", "ambiguous", "repair"):
                unsettled = True
    return wrong, conditions, unsettled


def _numbers_said_wrongly(asked: Asked, words: str, findings: list[Finding]) -> bool:
    """Whether the words give the determinant a value that it has not, or deny the one that it has."""
    ask = asked.ask
    assert isinstance(ask, Decide)
    if not isinstance(ask.left, Tensor) or "det" not in asked.source.text:
        return False
    wrong = False
    for said in polarity.numbers_said(words):
        verdict = decide(ask.left, number(said.number), asked.scope.knowledge)
        if isinstance(verdict, Proved if said.denied else Refuted):
            findings.append(
                Finding(
                    "wrong reason",
                    f"the determinant {'is' if said.denied else 'is not always'} {said.number}",
                    witness=verdict.witness if isinstance(verdict, Refuted) else None,
                )
            )
            wrong = True
    return wrong


def _value_is_wrong(asked: Asked, chain: CheckedChain, findings: list[Finding]) -> bool:
    """Whether a formula behind "the determinant is" is neither the determinant nor its negative."""
    ask = asked.ask
    assert isinstance(ask, Decide)
    value = chain.sides[0].value
    if not isinstance(ask.left, Tensor) or not isinstance(value, Tensor) or value.rank or "det" not in asked.source.text:
        return False
    span = chain.chain.span
    both = [values_equal(ask.left, v, asked.scope.knowledge, span) for v in (value, minus(number(0), value))]
    if any(c.outcome != "wrong" for c in both):
        return False
    findings.append(Finding("wrong reason", "the determinant is another", span, both[0].witness))
    return True


def _restates(asked: Asked, chain: CheckedChain) -> bool:
    """Whether an equation is the statement in question over again, and is false."""
    ask = asked.ask
    assert isinstance(ask, Decide)
    if not _is_equation(chain) or chain.sides[1].link is None or chain.sides[1].link.outcome != "wrong":
        return False
    knowledge, span = asked.scope.knowledge, chain.chain.span
    sides = zip((ask.left, ask.right), chain.sides, strict=True)
    return all(s.value is not None and values_equal(v, s.value, knowledge, span).outcome == "right" for v, s in sides)


def _at_example(asked: Asked, example: Example, chain: CheckedChain) -> str:
    """What an answer says comes out at its example, against what does: a value alone, or a chain whose sides are compared there."""
    ask = asked.ask
    assert isinstance(ask, Decide)
    first = chain.sides[0].value
    if not isinstance(ask.left, Tensor) or not isinstance(first, Tensor):
        return "unknown"
    there = example.put_into(ask.left)
    outcomes: list[Outcome] = [values_equal(there, example.put_into(first), asked.scope.knowledge, chain.chain.span).outcome]
    for s in chain.sides[1:]:
        if not isinstance(s.value, Tensor):
            return "unknown"
        same = values_equal(there, example.put_into(s.value), asked.scope.knowledge, chain.chain.span).outcome
        flipped: Outcome = "wrong" if same == "right" else "right" if same == "wrong" else same
        outcomes.append(flipped if s.side.relation == "!=" else same if s.side.relation == "=" else "unknown")
        if s.side.relation == "!=" and isinstance(ask.right, Tensor):  # the other side has to be the one in question
            target = values_equal(ask.right, s.value, asked.scope.knowledge, chain.chain.span).outcome
            outcomes.append(target)
    return next((o for o in ("wrong", "unknown", "ambiguous", "repair") if o in outcomes), "right")


def is_conditional(chain: Chain) -> bool:
    """An equation behind ``unless``, ``if`` and the like, or a number behind ``not``: a condition or a comparison, no claim."""
    if len(chain.sides) == 1:
        return polarity.denies(chain.words)
    return len(chain.sides) == 2 and (polarity.conditional(chain.words) or polarity.exemplary(chain.words))


def _is_equation(chain: CheckedChain) -> bool:
    return len(chain.sides) == 2 and chain.sides[1].side.relation == "=" and all(s.readings for s in chain.sides)


def _condition(asked: Asked, chain: CheckedChain) -> str:
    """``right`` where the condition is the derived one up to a factor, ``assumed`` where it sets a symbol, else ``wrong``."""
    ask = asked.ask
    assert isinstance(ask, Decide)
    derived = condition_of(ask.left, ask.right, asked)
    a, b = chain.sides[0].value, chain.sides[1].value
    if derived is None or not isinstance(a, Tensor) or not isinstance(b, Tensor):
        return "unknown"
    if a.rank or b.rank:
        return "wrong" if polarity.exactly(chain.chain.words) else "assumed"
    stated = Normal(asked.scope.knowledge).poly(t.sub(a.body, b.body))
    if proportion(derived, stated) is not None:
        return "right"
    logs = _log_gap(a, b, asked)
    return "right" if logs is not None and proportion(derived, logs) is not None else "wrong"


def condition_of(left: object, right: object, asked: Asked) -> Poly | None:
    """The polynomial whose zeros are where both sides are equal: their difference, or that of their logarithms."""
    if not isinstance(left, Tensor) or not isinstance(right, Tensor):
        return None
    logs = _log_gap(left, right, asked)
    return logs if logs is not None else Normal(asked.scope.knowledge).poly(t.sub(left.body, right.body))


def _log_gap(left: Tensor, right: Tensor, asked: Asked) -> Poly | None:
    normal = Normal(asked.scope.knowledge)
    p, q = normal.poly(left.body), normal.poly(right.body)
    if not (poly_bounds(p).positive and poly_bounds(q).positive):
        return None
    return normal.poly(t.sub(t.log(poly_term(p)), t.log(poly_term(q))))
