"""Whether an answer to an inverse gives every unknown by the knowns: equation by equation, in any order in which they can be computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.algebra import terms as t
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AnswerProblem
from symderiv.grading import repairs
from symderiv.grading.chains import Checked, CheckedChain
from symderiv.grading.links import EQUAL
from symderiv.grading.outcomes import findings_of
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.summing import right_if_repaired, summed_up
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Invert
from symderiv.reading.binders import names_in
from symderiv.reading.claims import Chain, Side, column
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import key
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


def spelled_out(asked: Asked, chains: Sequence[Chain]) -> list[Chain]:
    """A column behind a name for the inverse, ``f^{-1}(y) = (a, b)``, or alone: an equation for each unknown, in the order they are asked in.

    Of one unknown the value stands for it behind ``f^{-1}(y)``, or where nothing else is said; beside words it may be anything.
    """
    assert isinstance(asked.ask, Invert)
    unknowns = asked.ask.unknowns
    out: list[Chain] = []
    for chain in chains:
        first, last = chain.sides[0].node, chain.sides[-1]
        items = column(last.node)
        if items is None and len(unknowns) == len(chains) == 1:
            said = isinstance(first, tree.Juxtaposed) if len(chain.sides) == 2 else not (chain.words or chain.inline)
            items = (last.node,) if said else None
        named = len(chain.sides) == 1 or (len(chain.sides) == 2 and last.relation in EQUAL and _names_the_inverse(asked, first))
        if items is None or len(items) != len(unknowns) or not named:
            out.append(chain)
            continue
        for unknown, item in zip(unknowns, items, strict=True):
            name = tree.Name(item.span, unknown.name)
            out.append(Chain([Side("", name, last.row), Side("=", item, last.row)], chain.words, chain.inline))
    return out


def _names_the_inverse(asked: Asked, node: tree.Node) -> bool:
    """Whether nothing that is declared stands on the left: ``f^{-1}(y)``, ``g(y)``, ``x``."""
    head = node.items[0] if isinstance(node, tree.Juxtaposed) and len(node.items) == 2 else node
    if isinstance(head, tree.Scripted) and head.sup is not None:
        head = tree.Scripted(head.span, head.base, head.sub) if head.sub is not None else head.base
    name = key(head)
    return name is not None and name not in asked.scope.names()


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
    names: set[str] = set()
    waiting = names_in(chain.sides[-1].side.node)
    while waiting:
        names |= waiting
        defined = [c for c in checked.chains if c.defines in waiting and c is not chain]
        waiting = set().union(*(names_in(c.sides[1].side.node) for c in defined)) - names
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
