"""A name for what went wrong, beside the findings that say that it is wrong. No status depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symderiv.algebra.terms import Entry, Symbol, Tensor, scalar
from symderiv.derive.inverse import NoInverse, invert
from symderiv.grading.chains import Checked, CheckedChain
from symderiv.grading.findings import Finding, Judgement
from symderiv.mistakes.blocks import explain_value
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Find, Invert, Show
from symderiv.reading.meaning import Reader
from symderiv.reading.values import Value


def with_diagnosis(judged: Judgement, asked: Asked, checked: Checked) -> Judgement:
    """The judgement on a wrong answer, with the first mistake that explains it, where there is one."""
    if judged.status not in ("incorrect", "partial"):
        return judged
    for keys, answer, node in _wrong(judged, asked, checked):
        explained = [explain_value(key, answer, checked.scope.knowledge) for key in keys]
        found = min((x for x in explained if x is not None), key=lambda x: x.size, default=None)
        if found is not None:
            span = _block(node, found.block).span
            finding = Finding(found.name, found.message, span, hint=found.hint, mistake=found.name, prose=found.prose)
            return replace(judged, findings=(*judged.findings, finding))
    return judged


def _block(node: tree.Node, place: tuple[int, int] | None) -> tree.Node:
    """The cell of a matrix as it is written, or the whole where that is no matrix of cells."""
    while isinstance(node, tree.Fenced):
        node = node.body
    if place is None or not isinstance(node, tree.Grid):
        return node
    row, column = place
    return node.rows[row][column] if row < len(node.rows) and column < len(node.rows[row]) else node


#: What might have been meant, what was given, and where it stands.
Wrong = tuple[tuple[Value, ...], Value, tree.Node]


def _wrong(judged: Judgement, asked: Asked, checked: Checked) -> Iterator[Wrong]:
    """The answers as a whole, then the first wrong step of each chain."""
    if isinstance(asked.ask, Invert):
        yield from _of_inverse(judged, asked, asked.ask, checked)
        return
    if isinstance(asked.ask, Find):
        for chain in checked.chains:
            last = next((s for s in reversed(chain.sides) if s.value is not None), None)
            if last is not None and last.value is not None and not chain.defines:
                yield (asked.ask.value,), last.value, last.side.node
    claim = _claimed(asked, asked.ask) if isinstance(asked.ask, Show) else ()
    for chain in checked.chains:
        yield from _first_wrong_step(chain, claim)


def _claimed(asked: Asked, ask: Show) -> tuple[Value, ...]:
    """Both sides of what is to be shown: a step that goes wrong is most like one of them."""
    reader = Reader(asked.scope, asked.source)
    return tuple(reader.read(node)[0].value for node in (ask.right, ask.left))


def _first_wrong_step(chain: CheckedChain, claim: tuple[Value, ...]) -> Iterator[Wrong]:
    before: Value | None = None
    for side in chain.sides:
        if side.link is not None and side.link.outcome == "wrong" and before is not None and side.value is not None:
            yield (before, *claim), side.value, side.side.node
            return
        before = side.value if side.value is not None else before


def _of_inverse(judged: Judgement, asked: Asked, ask: Invert, checked: Checked) -> Iterator[Wrong]:
    """The derived solution beside each wrong equation, both by the outputs' names: as solved in order, or by outputs alone."""
    forward = {n: v for n in ask.knowns if isinstance(v := asked.scope.definitions[n], Tensor)}
    try:
        solution = invert(forward, ask.unknowns)
    except NoInverse:
        return
    read = [c for c in checked.chains if any(s.readings for s in c.sides)]
    for chain, answer in zip(read, judged.readings, strict=False):
        entry = _entry_of(chain, ask.unknowns)
        if entry is not None and any(s.link is not None and s.link.outcome == "wrong" for s in chain.sides):
            solved, full = dict(solution.solved)[entry.symbol], dict(solution.full)[entry.symbol]
            forms = (solved, full) if solved != full else (solved,)
            yield tuple(_at_coordinate(x, answer) for x in forms), answer, chain.sides[-1].side.node


def _at_coordinate(key: Tensor, answer: Value) -> Tensor:
    """The one entry of a vector that an answer in index letters speaks of."""
    if isinstance(answer, Tensor) and not answer.rank and len(answer.free) == key.rank == 1:
        return scalar(key.at(*answer.free))
    return key


def _entry_of(chain: CheckedChain, unknowns: tuple[Symbol, ...]) -> Entry | None:
    """The unknown on the left of an equation, as a whole or one coordinate of it."""
    first = chain.sides[0].value
    body = first.body if isinstance(first, Tensor) else None
    return body if isinstance(body, Entry) and body.symbol in unknowns else None
