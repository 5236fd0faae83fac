"""A name for what went wrong, beside the findings that say that it is wrong. No status depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symderiv.algebra.terms import Entry, Symbol, Tensor, scalar
from symderiv.core.text import Span
from symderiv.derive.inverse import NoInverse, invert
from symderiv.grading.chains import Checked, CheckedChain
from symderiv.grading.findings import Finding, Judgement
from symderiv.mistakes.blocks import explain_value
from symderiv.reading.asks import Asked, Find, Invert, Show
from symderiv.reading.meaning import Reader
from symderiv.reading.values import Value


def with_diagnosis(judged: Judgement, asked: Asked, checked: Checked) -> Judgement:
    """The judgement on a wrong answer, with the first mistake that explains it, where there is one."""
    if judged.status not in ("incorrect", "partial"):
        return judged
    for key, answer, span in _wrong_pairs(judged, asked, checked):
        found = explain_value(key, answer, checked.scope.knowledge)
        if found is not None:
            finding = Finding(found.name, found.message, span, hint=found.hint, mistake=found.name)
            return replace(judged, findings=(*judged.findings, finding))
    return judged


def _wrong_pairs(judged: Judgement, asked: Asked, checked: Checked) -> Iterator[tuple[Value, Value, Span]]:
    """What was wanted and what was given: the answers as a whole, then the first wrong step of each chain."""
    if isinstance(asked.ask, Find):
        for chain in checked.chains:
            last = next((s for s in reversed(chain.sides) if s.value is not None), None)
            if last is not None and last.value is not None and not chain.defines:
                yield asked.ask.value, last.value, last.side.node.span
    if isinstance(asked.ask, Invert):
        yield from _of_inverse(judged, asked, asked.ask, checked)
        return
    claim = _claimed(asked, asked.ask) if isinstance(asked.ask, Show) else ()
    for chain in checked.chains:
        for before, side, span in _first_wrong_step(chain):
            yield from ((value, side, span) for value in claim)
            yield before, side, span


def _claimed(asked: Asked, ask: Show) -> tuple[Value, ...]:
    """Both sides of what is to be shown: a step that goes wrong is most like one of them."""
    reader = Reader(asked.scope, asked.source)
    return tuple(reader.read(node)[0].value for node in (ask.right, ask.left))


def _first_wrong_step(chain: CheckedChain) -> Iterator[tuple[Value, Value, Span]]:
    before: Value | None = None
    for side in chain.sides:
        if side.link is not None and side.link.outcome == "wrong" and before is not None and side.value is not None:
            yield before, side.value, side.side.node.span
            return
        before = side.value if side.value is not None else before


def _of_inverse(judged: Judgement, asked: Asked, ask: Invert, checked: Checked) -> Iterator[tuple[Value, Value, Span]]:
    """The derived solution beside each wrong equation, both by the outputs' names: as solved in order, then by outputs alone."""
    forward = {n: v for n in ask.knowns if isinstance(v := asked.scope.definitions[n], Tensor)}
    try:
        solution = invert(forward, ask.unknowns)
    except NoInverse:
        return
    read = [c for c in checked.chains if any(s.readings for s in c.sides)]
    for chain, answer in zip(read, judged.readings, strict=False):
        entry = _entry_of(chain, ask.unknowns)
        if entry is not None and any(s.link is not None and s.link.outcome == "wrong" for s in chain.sides):
            for forms in (dict(solution.solved), dict(solution.full)):
                value = forms[entry.symbol]
                if isinstance(answer, Tensor) and not answer.rank and len(answer.free) == value.rank == 1:
                    value = scalar(value.at(*answer.free))
                yield value, answer, chain.sides[-1].side.node.span


def _entry_of(chain: CheckedChain, unknowns: tuple[Symbol, ...]) -> Entry | None:
    """The unknown on the left of an equation, as a whole or one coordinate of it."""
    first = chain.sides[0].value
    body = first.body if isinstance(first, Tensor) else None
    return body if isinstance(body, Entry) and body.symbol in unknowns else None
