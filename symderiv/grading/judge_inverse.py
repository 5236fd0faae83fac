"""Whether an answer to an inverse gives every unknown by the knowns: equation by equation, in any order in which they can be computed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symderiv.algebra import terms as t
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AnswerProblem
from symderiv.grading import repairs
from symderiv.grading.chains import Checked, CheckedChain, findings_of
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.summing import right_if_repaired, summed_up
from symderiv.reading.asks import Asked, Invert
from symderiv.reading.binders import names_in
from symderiv.reading.meaning import Reader
from symderiv.reading.values import Blocks, Value
from symderiv.writing.names import name as written


def judge_inverse(asked: Asked, checked: Checked) -> Judgement:
    """An answer to an inverse: each unknown by its equations, all of which have to hold."""
    assert isinstance(asked.ask, Invert)
    findings = findings_of(checked)
    outcomes: dict[str, str] = {}
    for unknown in asked.ask.unknowns:
        outcomes[unknown.name] = _solved(checked, unknown)
    line = checked.first_wrong()
    right = [u for u, o in outcomes.items() if o == "right"]
    share = Fraction(len(right), len(outcomes))
    for name, o in outcomes.items():
        if o == "right" and len(right) < len(outcomes):
            findings.append(Finding("right", f"{name} is right", prose=(written(name), " is right")))
        if not o:
            said = f" is not given in terms of {', '.join(asked.ask.knowns)}"
            findings.append(Finding("missing part", name + said, prose=(written(name), said)))
    values = _echo(asked, checked)
    checked = replace(checked, echo=values)
    if set(outcomes.values()) == {"right"} and _acyclic(asked, checked):
        return summed_up(checked, findings, Fraction(1))
    repaired = repairs.find(asked, checked, [])
    if repaired is not None:
        return right_if_repaired(checked, findings, repaired, share)
    if "wrong" in outcomes.values() or line is not None:
        return Judgement("partial" if share else "incorrect", "disproved", tuple(findings), values, share, line)
    if not values:
        return Judgement("unreadable", "could not be read", tuple(findings))
    if share and set(outcomes.values()) <= {"right", ""}:
        return Judgement("partial", "part of it is there", tuple(findings), values, share, line)
    return Judgement("review", "needs a person", tuple(findings), values, share, line)


def _echo(asked: Asked, checked: Checked) -> tuple[Value, ...]:
    """The last sides as they were read, with the outputs of the map as names of their own."""
    assert isinstance(asked.ask, Invert)
    scope = checked.scope
    outputs = {n: Symbol(n, v.sizes) for n in asked.ask.knowns if isinstance(v := scope.definitions[n], Tensor)}
    definitions = {n: v for n, v in scope.definitions.items() if n not in outputs}
    reader = Reader(replace(scope, symbols={**scope.symbols, **outputs}, definitions=definitions), checked.source)
    out: list[Value] = []
    for chain in checked.chains:
        last = next((s for s in reversed(chain.sides) if s.readings), None)
        if last is not None:
            try:
                out.append(reader.read(last.side.node)[0].value)
            except AnswerProblem:
                out.append(last.readings[0].value)
    return tuple(out)


def _equations_for(checked: Checked, unknown: Symbol) -> list[CheckedChain]:
    found = []
    for chain in checked.chains:
        first = chain.sides[0].value
        if isinstance(first, Tensor) and len(chain.sides) > 1 and _is_symbol(first, unknown):
            found.append(chain)
        if (
            isinstance(first, Blocks)
            and first.column
            and len(chain.sides) > 1
            and any(_is_symbol(r[0], unknown) for r in first.rows)
        ):
            found.append(chain)
    return found


def _is_symbol(v: Value, symbol: Symbol) -> bool:
    body = v.open()[1] if isinstance(v, Tensor) else None
    return isinstance(body, t.Entry) and body.symbol == symbol


def _solved(checked: Checked, unknown: Symbol) -> str:
    """``right``, ``wrong``, ``unknown`` or nothing: the outcome of the equations that give an unknown."""
    outcome = ""
    for chain in _equations_for(checked, unknown):
        links = [s.link.outcome for s in chain.links if s.link is not None]
        if any(s.problem is not None for s in chain.sides):
            outcome = outcome or "unknown"
        if "wrong" in links:
            return "wrong"
        if links and set(links) == {"right"}:
            if unknown.name not in _dependencies(chain, checked):
                outcome = "right"
        elif links:
            outcome = outcome or "unknown"
    return outcome


def _dependencies(chain: CheckedChain, checked: Checked) -> set[str]:
    """The names in the last side of an equation, through the answer's own abbreviations; steps on the way there may hold the unknown."""
    names = names_in(chain.sides[-1].side.node)
    for other in checked.chains:
        if other.defines in names and other is not chain:
            names |= names_in(other.sides[1].side.node)
    return names


def _acyclic(asked: Asked, checked: Checked) -> bool:
    """Whether the unknowns can be computed one after the other."""
    assert isinstance(asked.ask, Invert)
    unknowns = {u.name for u in asked.ask.unknowns}
    needs = {
        u.name: min((_dependencies(c, checked) & unknowns for c in _equations_for(checked, u)), key=len, default=unknowns)
        for u in asked.ask.unknowns
    }
    done: set[str] = set()
    while len(done) < len(unknowns):
        ready = {u for u in unknowns - done if needs[u] <= done}
        if not ready:
            return False
        done |= ready
    return True
