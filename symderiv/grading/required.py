"""Lines that an instructor requires: whether an answer holds a side that reads as the same expression, printed the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symderiv.assignments.records import Part
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source
from symderiv.derive.formula import shown
from symderiv.grading.chains import check
from symderiv.grading.questions import Posed
from symderiv.reading.claims import Claims
from symderiv.reading.given import statement_spans
from symderiv.reading.macros import Macros
from symderiv.reading.parse import parse
from symderiv.reading.segments import Display, Segment
from symderiv.writing.latex import latex


def lacking(question: Posed, source: Source, pieces: Sequence[Segment], macros: Macros) -> tuple[str, ...]:
    """The required lines of a part that its answer does not have."""
    part: Part = question.part
    if not part.requires:
        return ()
    there = set(_sides(question, source, pieces, macros))
    out = []
    for text in part.requires:
        wanted = Source(text, "requires")
        spans = statement_spans(wanted)
        if not set(_sides(question, wanted, [Display(s, "display", s) for s in spans], {})) & there:
            out.append(text)
    return tuple(out)


def _sides(question: Posed, source: Source, pieces: Sequence[Segment], macros: Macros) -> Iterator[str]:
    """Every side of every chain, as it prints."""
    claims = Claims()
    for piece in pieces:
        if isinstance(piece, Display):
            try:
                claims.add(parse(source, span=piece.span, macros=macros), "", piece.kind == "inline")
            except AnswerProblem:
                continue
    for chain in check(claims, question.asks[0].scope, source, naming=False).chains:
        for side in chain.sides:
            yield from (latex(shown(r.value)) for r in side.readings)
