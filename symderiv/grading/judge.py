"""The status of one answer to one question.

Every claim that an answer makes is checked as an identity; the answer is right if all of them are proved, none needed a repair, and
together they give what was asked. A wrong middle line never passes on a right last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.algebra import terms as t
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.grading import repairs, words
from symderiv.grading.chains import ORDERED_OR_EQUAL, Checked, CheckedChain, CheckedSide, check, findings_of, readings_of
from symderiv.grading.components import Component, components_of, is_closed, matched
from symderiv.grading.diagnosis import with_diagnosis
from symderiv.grading.findings import Finding, Judgement, Status
from symderiv.grading.links import Compared, compare
from symderiv.grading.reached import reached
from symderiv.grading.steps import steps_of, with_differences
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Decide, Find, Invert, Show
from symderiv.reading.binders import children
from symderiv.reading.claims import Claims
from symderiv.reading.macros import Macros
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.reading.scope import key
from symderiv.reading.segments import Display, Prose, Segment, segments
from symderiv.reading.values import Blocks, Reading, Value


def judge(
    asked: Asked, source: Source, macros: Macros | None = None, span: Span | None = None, *, explain: bool = True
) -> Judgement:
    """The judgement on the answer that stands in a source (or in a part of it)."""
    return judge_segments(asked, source, segments(source, span), macros, explain=explain)


def judge_segments(
    asked: Asked,
    source: Source,
    pieces: Sequence[Segment],
    macros: Macros | None = None,
    beside_decision: bool = False,
    explain: bool = True,
) -> Judgement:
    """The judgement on formulas and words found already. ``explain``: name the mistakes and the rules of the steps, which no status depends on.

    ``beside_decision``: a statement is to be decided in the same answer, so that its conditions are no claims of this one.
    """
    prose = " ".join(s.text for s in pieces if isinstance(s, Prose))
    if not pieces:
        return Judgement("unreadable", "empty", (Finding("empty", "there is nothing here to read"),))
    claims, problems = _claims(source, pieces, macros)
    if isinstance(asked.ask, Decide):
        return words.judge_decision(asked, claims, problems, source, prose)
    if not claims.chains:
        if problems:
            return Judgement("unreadable", "could not be read", tuple(problems))
        return Judgement(
            "review", "words only", (Finding("words only", "there are words here and no formula, so there is nothing to check"),)
        )
    if beside_decision:
        claims.chains = [c for c in claims.chains if not words.is_conditional(c)] or claims.chains
    naming = isinstance(asked.ask, Find)
    checked = check(claims, asked.scope, source, naming)
    rule = _RULES[type(asked.ask)]
    judged = rule(asked, checked)
    if explain:
        judged = with_diagnosis(judged, asked, checked)
    if problems:
        judged = _with_problems(judged, problems)
    steps = steps_of(checked) if explain else ()
    if judged.status in ("review", "partial", "incorrect") and checked.rows > 1:
        lines = [n for n in (judged.wrong_line, checked.first_without_meaning()) if n is not None]
        judged = replace(judged, wrong_line=min(lines, default=None))
    return replace(judged, findings=with_differences(judged.findings, steps), steps=steps)


def _claims(source: Source, pieces: Sequence[Segment], macros: Macros | None) -> tuple[Claims, list[Finding]]:
    claims, problems, before = Claims(), [], ""
    for piece in pieces:
        if not isinstance(piece, Display):
            before = piece.text if isinstance(piece, Prose) else ""
            continue
        try:
            claims.add(parse(source, span=piece.span, macros=macros), before, piece.kind == "inline")
        except AnswerProblem as problem:
            claims.rows += 1
            problems.append(
                Finding("unreadable", problem.message, problem.span or piece.span, hint=problem.hint, kind=problem.kind)
            )
        before = ""
    return claims, problems


def _with_problems(judged: Judgement, problems: list[Finding]) -> Judgement:
    """Something else in the answer could not be read: what is right stays right, but a person must look."""
    status: Status = "review" if judged.status in ("correct", "review") else judged.status
    if not judged.readings:
        status = "unreadable"
    return Judgement(
        status, "part of it could not be read", (*problems, *judged.findings), judged.readings, judged.credit, judged.wrong_line
    )


# --- find -------------------------------------------------------------------------------------------------------------------


def _find(asked: Asked, checked: Checked) -> Judgement:
    assert isinstance(asked.ask, Find)
    key_value = Reading(asked.ask.value)
    findings = findings_of(checked)
    answered = _sides_equal_to(asked, checked, key_value)
    components = components_of(asked)
    right = [c for c in answered if c[1].outcome == "right"]
    closed = [s for s, c in right if is_closed(asked, s)]
    if closed:
        return _summed_up(checked, findings, Fraction(1))
    parts = matched(components, checked, asked) if components else []
    if parts and any(p.outcome for p in parts):
        return _by_parts(asked, checked, findings, parts)
    repaired = repairs.find(asked, checked, [key_value])
    if repaired is not None:
        return _repaired(checked, findings, repaired, _partial_credit(answered))
    if right:
        findings.append(Finding("question repeated", "this repeats the question; no closed form is given"))
        return Judgement(
            "review", "the question repeated", tuple(findings), readings_of(checked), Fraction(0), checked.first_wrong()
        )
    return _not_found(checked, findings, answered)


def _sides_equal_to(asked: Asked, checked: Checked, target: Reading) -> list[tuple[CheckedSide, Compared]]:  # type: ignore[type-arg]
    """Every side that can be the answer, compared with the key: the last side of each chain, and what stands alone."""
    out = []
    for chain in checked.chains:
        readable = [s for s in chain.sides if s.readings]
        if not readable or (chain.defines and len(checked.chains) > 1 and _used_later(chain, checked)):
            continue
        last = readable[-1]
        if len(chain.sides) > 1 and last is chain.sides[0]:
            continue
        out.append((last, compare([target], last.readings, asked.scope.knowledge, last.side.node.span)))
    return out


def _used_later(chain: CheckedChain, checked: Checked) -> bool:
    place = checked.chains.index(chain)
    return any(chain.defines in names_in(s.side.node) for later in checked.chains[place + 1 :] for s in later.sides)


def names_in(node: tree.Node) -> set[str]:
    """All names in a node, as keys."""
    found = {key(node)} if key(node) is not None else set()
    for child in children(node):
        found |= names_in(child)
    return {n for n in found if n is not None}


def _partial_credit(answered: list[tuple[CheckedSide, Compared]]) -> Fraction:
    best = Fraction(0)
    for side, c in answered:
        value = side.value
        rows = getattr(value, "rows", None)
        if rows and c.places and c.outcome != "right":
            total = len(rows) * len(rows[0])
            best = max(best, Fraction(total - len(c.places), total))
    return best


def _not_found(checked: Checked, findings: list[Finding], answered: list[tuple[CheckedSide, Compared]]) -> Judgement:
    wrong = [(s, c) for s, c in answered if c.outcome == "wrong"]
    for _, c in answered:
        if c.outcome == "illtyped":
            findings += [
                Finding(n.rule, f"as printed this has no meaning: {n.text}", n.span)
                for n in c.notes
                if n.rule == "ill-typed block"
            ]
    stuck = [(s, c) for s, c in answered if c.outcome in ("unknown", "ambiguous", "repair")]
    unread = [f for f in findings if f.rule == "unreadable"]
    credit = _partial_credit(answered)
    line = checked.first_wrong()
    for s, c in wrong:
        if not any(f.span == s.side.node.span for f in findings):
            findings.append(Finding("wrong", c.why or _what_differs(c), s.side.node.span, c.witness))
    for s, c in stuck:
        findings += [Finding(n.rule, n.text, n.span) for n in c.notes if n.kind != "convention"]
        if c.outcome != "repair":
            findings.append(Finding(c.outcome, c.why, s.side.node.span))
    if wrong and line is None:
        line = _line_of(checked, wrong[0][0])
    findings = list(dict.fromkeys(findings))
    values = readings_of(checked)
    if len(wrong) > 1 and not stuck and not credit and all(c.misfit for _, c in wrong):
        return Judgement("review", "parts that cannot be placed", tuple(findings), values, credit, line)
    if stuck:
        how = "right if repaired" if {c.outcome for _, c in stuck} == {"repair"} else "needs a person"
        return Judgement("review", how, tuple(findings), values, max(credit, Fraction(how == "right if repaired", 2)), line)
    if not wrong and any(c.outcome == "illtyped" for _, c in answered):
        return Judgement("partial" if credit else "review", "a block has no meaning as printed", tuple(findings), values, credit)
    if wrong:
        return Judgement("partial" if credit else "incorrect", "disproved", tuple(findings), values, credit, line)
    if line is not None:
        return Judgement("incorrect", "disproved", tuple(findings), values, credit, line)
    if unread:
        return Judgement("unreadable" if not values else "review", "could not be read", tuple(findings), values, credit)
    findings.append(Finding("no answer", "what was asked does not appear in the answer"))
    return Judgement("review", "no answer found", tuple(findings), values)


def _what_differs(c: Compared) -> str:
    if c.places:
        return "these blocks differ from the key: " + ", ".join(f"({i + 1}, {j + 1})" for i, j in c.places)
    return "this differs from the key"


def _line_of(checked: Checked, side: CheckedSide) -> int:
    if checked.rows > 1:
        return side.side.row
    count = 0
    for chain in checked.chains:
        for s in chain.sides:
            count += bool(s.side.relation)
            if s is side:
                return max(count, 1)
    return 1


def _by_parts(asked: Asked, checked: Checked, findings: list[Finding], parts: list[Component]) -> Judgement:
    share = Fraction(sum(p.outcome == "right" for p in parts), len(parts))
    line = checked.first_wrong()
    values = readings_of(checked)
    findings.extend(Finding("missing part", f"{p.name} is not given") for p in parts if not p.outcome)
    outcomes = {p.outcome for p in parts}
    if outcomes == {"right"}:
        return _summed_up(checked, findings, Fraction(1))
    repaired = repairs.find(asked, checked, [])
    if repaired is not None:
        return _repaired(checked, findings, repaired, share)
    if "wrong" in outcomes or line is not None:
        return Judgement("partial" if share else "incorrect", "disproved", tuple(findings), values, share, line)
    if share and outcomes <= {"right", ""}:
        return Judgement("partial", "part of it is there", tuple(findings), values, share, line)
    return Judgement("review", "needs a person", tuple(findings), values, share, line)


def _summed_up(checked: Checked, findings: list[Finding], credit: Fraction) -> Judgement:
    """What was asked is there and right: every other claim has to hold too."""
    links = [s.link for c in checked.chains for s in c.links if s.link is not None]
    values = readings_of(checked)
    if any(x.outcome == "wrong" for x in links):
        return Judgement("partial", "the end is right, a step is not", tuple(findings), values, credit / 2, checked.first_wrong())
    unsettled = [x for x in links if x.outcome in ("unknown", "ambiguous", "repair", "illtyped")]
    unread = [s for c in checked.chains for s in c.sides if s.problem is not None]
    if unsettled or unread:
        return Judgement("review", "needs a person", tuple(findings), values, credit)
    stretched = [n for x in links for n in x.notes if n.kind == "repair"]
    if stretched:
        return Judgement("review", "right if repaired", tuple(findings), values, credit)
    return Judgement("correct", "proved", tuple(findings), values, credit)


def _repaired(checked: Checked, findings: list[Finding], repaired: repairs.Repair, credit: Fraction) -> Judgement:
    kept = [f for f in findings if f.rule in ("right", "wrong step", "wrong", "unreadable") and f.span != repaired.span]
    found = Finding("repair", repaired.message, repaired.span, repaired.witness, repaired.text)
    return Judgement("review", "right if repaired", (found, *kept), readings_of(checked), credit, checked.first_wrong())


# --- inverse ----------------------------------------------------------------------------------------------------------------


def _invert(asked: Asked, checked: Checked) -> Judgement:
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
            findings.append(Finding("right", f"{name} is right"))
        if not o:
            findings.append(Finding("missing part", f"{name} is not given in terms of {', '.join(asked.ask.knowns)}"))
    values = _echo(asked, checked)
    checked = replace(checked, echo=values)
    if set(outcomes.values()) == {"right"} and _acyclic(asked, checked):
        return _summed_up(checked, findings, Fraction(1))
    repaired = repairs.find(asked, checked, [])
    if repaired is not None:
        return _repaired(checked, findings, repaired, share)
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


# --- show -------------------------------------------------------------------------------------------------------------------


def _show(asked: Asked, checked: Checked) -> Judgement:
    findings = findings_of(checked)
    links = [s.link for c in checked.chains for s in c.links if s.link is not None]
    values = readings_of(checked)
    line = checked.first_wrong()
    right = sum(x.outcome == "right" for x in links)
    if any(x.outcome == "wrong" for x in links):
        repaired = repairs.find(asked, checked, [])
        if repaired is not None:
            return _repaired(checked, findings, repaired, Fraction(0))
        share = Fraction(right, 2 * len(links))
        return Judgement("partial" if right else "incorrect", "disproved", tuple(findings), values, share, line)
    if not links:
        status: Status = "review" if values else "unreadable"
        findings.append(Finding("no steps", "no step can be checked here"))
        return Judgement(status, "nothing to check", tuple(findings), values)
    unread = any(s.problem is not None for c in checked.chains for s in c.sides)
    if unread or any(x.outcome != "right" for x in links):
        return Judgement("review", "needs a person", tuple(findings), values, Fraction(right, len(links)))
    steps = [x for c in checked.chains for x in c.links if x.side.relation in ORDERED_OR_EQUAL]
    if not reached(asked, checked):
        findings.append(Finding("not reached", "every line is right, but they do not lead to what was to be shown"))
        return Judgement("review", "claim not reached", tuple(findings), values, Fraction(1, 2))
    if len(steps) < 2:
        findings.append(Finding("no steps", "the claim is repeated without a step"))
        return Judgement("review", "claim repeated", tuple(findings), values, Fraction(0))
    return Judgement("correct", "proved", tuple(findings), values, Fraction(1))


_RULES = {Find: _find, Invert: _invert, Show: _show}
