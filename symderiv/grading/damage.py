r"""Damage that shows: a bullet where a sign belongs, ``*{`` for ``_{``, a fraction without its ``\frac``, ``\mu2``, ``frac`` without its backslash.

Each leaves a mark that nobody writes on purpose. Where an answer that is not right bears one, it is read once more with all marks of a kind mended;
if it is right then, that is said, and a person looks at the page. What is mended is never called correct, and what bears no mark is not mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from symderiv.core.text import Source, Span
from symderiv.grading.findings import Finding, Judgement
from symderiv.reading.characters import BARE_WORDS, MACROS
from symderiv.reading.segments import Display, Segment

_STAR = re.compile(r"(?<=[A-Za-z0-9})])[ \t]*(\*)(?=[ \t]*\{)")
_BULLET = re.compile(r"(?:\A|\\\\|&|=|\n)[ \t]*(\*|·|\\cdot(?![A-Za-z]))(?=\s)|(•|\\bullet(?![A-Za-z]))")
_BAR = re.compile(
    r"(?<![A-Za-z_^}\]* \t])[ \t]*()(?=\{[^{}\n]{1,200}(?:\{[^{}\n]{1,20}\}[^{}\n]{0,80})*\}[ \t]*\{[^{}\n]{1,200}\})"
)
_LETTER = r"(?:\\(?:alpha|beta|eta|lambda|mu|nu|phi|psi|rho|sigma|tau|theta)|(?<![\\A-Za-z])[A-Za-z]|[α-ωµ])"
_RAISED = re.compile(
    rf"(?:{_LETTER}|_[A-Za-z0-9]|_\{{[A-Za-z0-9]\}}|\))()(?=[0-9](?![0-9])|\{{[0-9A-Za-z]\}})|_\{{[^{{}}]{{1,20}}\}}()(?=\{{)"
)
_LOWERED = re.compile(rf"{_LETTER}()(?=[0-9](?![0-9])|\{{[0-9A-Za-z,]{{1,6}}\}})|\\(?:sum|prod|int)()(?=\{{)")
_MACRO = "|".join(
    sorted({m for m in MACROS if len(m) > 1} - BARE_WORDS | {"left", "right", "begin", "end", "text"}, key=len, reverse=True)
)
_BACKSLASH = re.compile(rf"(?<![\\A-Za-z])()(?=(?:{_MACRO})(?![A-Za-z]))")
#: What a mark was, how it shows, and what may have stood there: all marks of a document have the same.
_KINDS = (
    ("_ was turned into *", _STAR, ("_",)),
    ("a sign was turned into a bullet", _BULLET, ("-", "+")),
    ("a fraction bar was lost", _BAR, (r"\frac",)),
    ("a power was set on the line", _RAISED, ("^",)),
    ("an index was set on the line", _LOWERED, ("_",)),
    ("a backslash was lost", _BACKSLASH, ("\\",)),
)
#: Marks of a kind that are mended; a text with more is no damaged formula.
MOST_MARKS = 12

Judge = Callable[[Source, Sequence[Segment]], Judgement]


@dataclass(frozen=True, slots=True)
class _Mended:
    """What was, the text with all marks of a kind mended, its pieces, and the places of the marks in the text as it was."""

    what: str
    source: Source
    pieces: tuple[Segment, ...]
    marks: tuple[Span, ...]


def mended(judged: Judgement, source: Source, pieces: Sequence[Segment], judge: Judge) -> Judgement:
    """The judgement, or that of an answer which is right if read with its damage mended."""
    for text in _mended(source, pieces):
        if judge(text.source, text.pieces).status == "correct":
            where = next(k for k, p in enumerate(pieces) if isinstance(p, Display) and _within(p, text.marks[0]))
            span = pieces[where].span
            shown = text.source.text[text.pieces[where].span.start : text.pieces[where].span.end]
            found = Finding(
                "repair",
                f"as printed this is not right; it is right if read as shown: it seems that {text.what}",
                span,
                None,
                shown,
            )
            kept = tuple(f for f in judged.findings if f.rule == "right")
            return Judgement("review", "right if repaired", (found, *kept), judged.readings, judged.credit, judged.wrong_line)
    return judged


def _mended(source: Source, pieces: Sequence[Segment]) -> Iterator[_Mended]:
    for what, pattern, others in _KINDS:
        marks = tuple(
            Span(found.start(found.lastindex or 1), found.end(found.lastindex or 1))
            for piece in pieces
            if isinstance(piece, Display)
            for found in pattern.finditer(source.text[: piece.span.end], piece.span.start)
        )
        if 0 < len(marks) <= MOST_MARKS:
            for other in others:
                yield _put_in(source, pieces, marks, what, other)


def _put_in(source: Source, pieces: Sequence[Segment], marks: tuple[Span, ...], what: str, other: str) -> _Mended:
    out, at = [], 0
    for mark in marks:
        out += [source.text[at : mark.start], other]
        at = mark.end
    text = "".join([*out, source.text[at:]])

    def moved(span: Span) -> Span:
        def offset(place: int, *, end: bool) -> int:
            before = [m for m in marks if m.end < place or (m.end == place and end)]
            return place + sum(len(other) - (m.end - m.start) for m in before)

        return Span(offset(span.start, end=False), offset(span.end, end=True))

    shifted = tuple(
        replace(p, span=moved(p.span), whole=moved(p.whole)) if isinstance(p, Display) else replace(p, span=moved(p.span))
        for p in pieces
    )
    return _Mended(what, Source(text, source.name), shifted, marks)


def _within(piece: Display, mark: Span) -> bool:
    return piece.span.start <= mark.start and mark.end <= piece.span.end
