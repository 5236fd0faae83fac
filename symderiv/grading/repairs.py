"""Small edits that would make an answer right: a lost sign put back, one bracket moved.

Every edit is one that damage by scanning or copying makes; it is tried only where the answer as printed is not right, and kept only if
the edited text can be read and is proved. A repaired answer is never called correct: a person has to look at the page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symderiv.algebra.densities import Densities
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.results import Undecided, Verdict, Witness
from symderiv.core.text import Source, Span
from symderiv.decide.equal import proof_only
from symderiv.grading.chains import Checked, CheckedSide
from symderiv.grading.links import Compared, Decide, compare
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Find
from symderiv.reading.tree import children
from symderiv.reading.parse import parse
from symderiv.reading.macros import Macros
from symderiv.reading.meaning import Reader
from symderiv.reading.values import Readings
from symderiv.reading.segments import Display, Segment
from symderiv.reading.values import Blocks, Reading, Value

#: At most so many edited texts are read for one side.
MOST_EDITS = 160
#: Characters that are read again for one answer at most: a long one gets fewer edits.
MOST_READ = 3_000


@dataclass(frozen=True, slots=True)
class Repair:
    """The edited text of a side, where it differs, and how to say so; the witness shows that it is wrong as printed."""

    text: str
    message: str
    span: Span
    witness: Witness | None


@dataclass(frozen=True, slots=True)
class Edit:
    """Texts put in or taken out at offsets."""

    kind: str
    changes: tuple[tuple[int, int, str], ...]

    def applied(self, text: str, start: int, end: int) -> str:
        """The text from ``start`` to ``end`` after the edit."""
        out, position = [], start
        for a, b, new in sorted(self.changes):
            out.append(text[position:a] + new)
            position = b
        return "".join(out) + text[position:end]


def find(asked: Asked, checked: Checked, targets: Readings) -> Repair | None:
    """The one edit that makes the first side that is not right, right. None where there is no such edit, or where two differ in meaning."""
    for side, wanted in _broken(asked, checked, targets):
        found = _repair_of(asked, checked, side, wanted)
        if found is not None:
            return found
    return None


def _broken(asked: Asked, checked: Checked, targets: Readings) -> Iterator[tuple[CheckedSide, Readings]]:
    """Sides that are wrong or cannot be read, with what they should equal."""
    for chain in checked.chains:
        before: CheckedSide | None = None
        for s in chain.sides:
            broken = s.problem is not None or (s.link is not None and s.link.outcome != "right")
            if broken and before is not None and before.readings:
                yield s, before.readings
                break
            if broken and before is None and not s.readings and len(chain.sides) == 1 and targets:
                yield s, targets
            if s.readings:
                before = s
        else:
            last = chain.sides[-1]
            if (targets and (len(chain.sides) == 1 or chain.labels) and last.readings) or (
                targets and chain.labels and last.problem is not None
            ):
                yield last, targets
    if isinstance(asked.ask, Find) and not targets:
        yield from _broken(asked, checked, [Reading(asked.ask.value)])


def _repair_of(asked: Asked, checked: Checked, side: CheckedSide, wanted: Readings) -> Repair | None:
    span = side.side.node.span
    source = checked.source
    found: list[tuple[Edit, str]] = []
    guesses = _Guesses()
    for count, edit in enumerate(edits(source, side.side.node)):
        if guesses.costly or count >= MOST_EDITS or count * (span.end - span.start) > MOST_READ:
            break
        if found and len(edit.changes) > len(found[0][0].changes):
            break
        text = edit.applied(source.text, span.start, span.end)
        if _is_right(asked, checked, text, wanted, guesses):
            found.append((edit, text))
    if not found:
        return None
    edit, text = found[0]
    witness = side.link.witness if side.link is not None else None
    return Repair(text, _MESSAGES[edit.kind].format(n=_COUNTS[len(edit.changes)]), span, witness)


_COUNTS = {1: "one lost minus sign is", 2: "two lost minus signs are"}
_MESSAGES = {
    "sign": "as printed this is not right; it is right if {n} put back",
    "plus": "as printed this is not right; it is right if one lost plus sign is put back",
    "bracket": "as printed this is not right; it is right if one bracket is moved",
}


class _Guesses:
    """Proofs of the edited texts of one side, which cost about the same: where one takes more work than a decision may, none is made after it."""

    def __init__(self) -> None:
        self.costly = False

    def __call__(self, left: Tensor, right: Tensor, knowledge: Densities) -> Verdict:
        if self.costly:
            return Undecided("an edit before this one took more work than a decision may", costly=True)
        found = proof_only(left, right, knowledge)
        self.costly = isinstance(found, Undecided) and found.costly
        return found


def _is_right(asked: Asked, checked: Checked, text: str, wanted: Readings, by: Decide) -> bool:
    edited = Source(text, "repaired")
    try:
        readings = Reader(checked.scope, edited).read(parse(edited))
        found: Compared = compare(wanted, readings, asked.scope.knowledge, Span(0, len(text)), by)
    except AnswerProblem:
        return False
    return found.outcome == "right"


# --- edits ------------------------------------------------------------------------------------------------------------------


def edits(source: Source, node: tree.Node) -> Iterator[Edit]:
    """Edits of a side's text, the likeliest first."""
    places = list(_junctions(node))
    for n in (1, 2):
        for chosen in itertools.combinations(places, n):
            yield Edit("sign", tuple((p, p, " - ") for p in chosen))
    for place in places:
        if source.text[place].isdigit():  # nobody puts a number behind what it multiplies
            yield Edit("plus", ((place, place, " + "),))
    if isinstance(node, tree.Fenced) and node.kind == "paren":  # brackets around all of it do nothing: one may be out of place
        yield from _moved_brackets(source, node.span)


def _junctions(node: tree.Node) -> Iterator[int]:
    """Where two things stand side by side and a sign between them may have been lost."""
    if isinstance(node, tree.Juxtaposed):
        for left, right in zip(node.items, node.items[1:], strict=False):
            if not _is_head(left) or (isinstance(right, (tree.Number, tree.Name)) and not _is_head(left)):
                yield right.span.start
    for child in children(node):
        yield from _junctions(child)


def _is_head(node: tree.Node) -> bool:
    while isinstance(node, tree.Scripted):
        node = node.base
    return isinstance(node, tree.Name) and (node.style == "upright" or node.text in ("F", "G", "J"))


def _moved_brackets(source: Source, span: Span) -> Iterator[Edit]:
    """One closing bracket taken from its place and put to another where all brackets still match."""
    text = source.text
    closers = [k for k in range(span.start, span.end) if text[k] == ")" and not _macro_bracket(text, k)]
    if not closers or any(text[k] == "(" for k in closers):
        return
    for k in closers:
        for to in range(span.start + 1, span.end + 1):
            if to in (k, k + 1) or not _between_things(text, to, span):
                continue
            edit = Edit("bracket", tuple(sorted(((k, k + 1, ""), (to, to, ")")))))
            if _balanced(edit.applied(text, span.start, span.end)):
                yield edit


def _macro_bracket(text: str, k: int) -> bool:
    return text[max(0, k - 6) : k].endswith((r"\right", r"\big", r"\Big"))


def _between_things(text: str, place: int, span: Span) -> bool:
    """Right behind a letter, a digit or a closing sign, and not inside a macro's name."""
    before = text[place - 1]
    after = text[place] if place < span.end else " "
    if not (before.isalnum() or before in ")}]'"):
        return False
    if before.isalpha() and after.isalpha():
        return False
    start = place - 1
    while start > span.start and text[start].isalpha():
        start -= 1
    return text[start] != "\\" or before in ")}]'"


def _balanced(text: str) -> bool:
    stack: list[str] = []
    for c in text:
        if c in "({":
            stack.append(c)
        elif c in ")}" and (not stack or stack.pop() != {")": "(", "}": "{"}[c]):
            return False
    return not stack


# --- blocks without meaning -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BlockRepair:
    """The edited text of one block; ``missing`` says what a right general answer has that it lacks."""

    text: str
    span: Span
    missing: str
    place: tuple[int, int]


def find_block(asked: Asked, source: Source, pieces: Sequence[Segment], macros: Macros) -> BlockRepair | None:
    """A block of a matrix that has no meaning as printed, made right by moving one bracket."""
    if not isinstance(asked.ask, Find) or not isinstance(asked.ask.value, Blocks):
        return None
    rows = asked.ask.value.rows
    for piece in pieces:
        if not isinstance(piece, Display):
            continue
        try:
            node = parse(source, span=piece.span, macros=macros)
        except AnswerProblem:
            continue
        for grid in _grids(node):
            if len(grid.rows) != len(rows) or len(grid.rows[0]) != len(rows[0]):
                continue
            for i, j in itertools.product(range(len(rows)), range(len(rows[0]))):
                found = _cell_repaired(asked, source, grid.rows[i][j], rows[i][j], (i, j))
                if found is not None:
                    return found
    return None


def _grids(node: tree.Node) -> Iterator[tree.Grid]:
    if isinstance(node, tree.Grid) and node.kind in ("bracket", "paren", "plain"):
        yield node
    for child in children(node):
        yield from _grids(child)


def _cell_repaired(asked: Asked, source: Source, cell: tree.Node, wanted: Value, place: tuple[int, int]) -> BlockRepair | None:
    try:
        Reader(asked.scope, source).read(cell)
    except AnswerProblem as problem:
        for count, edit in enumerate(_moved_brackets(source, cell.span)):
            if count >= MOST_EDITS:
                break
            text = edit.applied(source.text, cell.span.start, cell.span.end)
            try:
                edited = Source(text, "repaired")
                readings = Reader(asked.scope, edited).read(parse(edited))
                if compare([Reading(wanted)], readings, asked.scope.knowledge, cell.span, by=proof_only).outcome == "right":
                    return BlockRepair(text, cell.span, problem.message, place)
            except AnswerProblem:
                continue
    return None
