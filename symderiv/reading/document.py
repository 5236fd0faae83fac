r"""A handed-in document → which segments answer which part.

`labels` finds what numbers an answer; here the numbers are put in order: a heading sets the question, an item the part, ``1.1`` both; an
item that starts again at 1 goes on to the next question where no heading said so; questions may come in any order. What stands before
the first question is not placed. Nothing is guessed from what an answer says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from symderiv.core.text import Source, Span
from symderiv.reading.labels import Label, labels
from symderiv.reading.macros import Macro, definitions
from symderiv.reading.segments import Display, Picture, Prose, Segment, bare, between, is_latex, islands, whole


@dataclass(frozen=True, slots=True)
class HandIn:
    """Segments by part, those of no part, the parts without any, and the macros the document defines."""

    answers: Mapping[str, tuple[Segment, ...]]
    unplaced: tuple[Segment, ...]
    missing: tuple[str, ...]
    macros: Mapping[str, Macro]


@dataclass(frozen=True, slots=True)
class _Region:
    """A stretch of the document and the part that it answers, or None."""

    span: Span
    part: str | None


def split_answers(source: Source, parts: Sequence[str]) -> HandIn:
    """Which segments of a document answer which of ``parts``, numbered ``1.1``, ``1.2``, ``2.1`` …"""
    body = body_of(source)
    found = list(islands(source, body))
    marks = labels(_masked(source, body, found), body.start)
    regions = _Placing(parts, marks).regions(body)
    delimited = any(isinstance(i, Display) for i in found)
    starts = [whole(island).start for island in found]
    answers: dict[str, list[Segment]] = {part: [] for part in parts}
    unplaced: list[Segment] = []
    for region in regions:
        inside = found[bisect_left(starts, region.span.start) : bisect_left(starts, region.span.end)]
        here = tuple(between(source, region.span, inside))
        if region.part is not None:
            answers[region.part] += here if delimited and not _bare_lines(here) else _with_bare(source, here)
        elif any(isinstance(s, Display) for s in here):
            unplaced.extend(here)
    missing = tuple(p for p in parts if not answers[p])
    return HandIn({part: tuple(here) for part, here in answers.items()}, tuple(unplaced), missing, macros_of(source))


def macros_of(source: Source) -> dict[str, Macro]:
    """The macros that a document defines anywhere; what is commented out does not count."""
    text = re.sub(r"(?<!\\)%[^\n]*", lambda m: " " * len(m[0]), source.text) if is_latex(source) else source.text
    return {name: macro for name, macro, _ in definitions(text)}


def body_of(source: Source) -> Span:
    r"""Between ``\begin{document}`` and ``\end{document}``, or all of the text."""
    start, end = source.text.find("\\begin{document}"), source.text.find("\\end{document}")
    return Span(0 if start < 0 else start + len("\\begin{document}"), len(source.text) if end < 0 else end)


_TIDY = ((re.compile(r"\\_"), "_"), (re.compile(r"\\\[([^\n\\]*)\\\]"), r"[\1]"))


def tidy(text: str) -> str:
    r"""What OCR escapes, as it was meant: for showing, not for reading (spans are those of the text as it is).

    >>> tidy(r"q\_i(z\_i)")
    'q_i(z_i)'
    """
    for pattern, by in _TIDY:
        text = pattern.sub(by, text)
    return text


def _masked(source: Source, body: Span, found: Iterable[Display | Picture | Span]) -> str:
    """The body with a mark for every character of a display or picture and a space for one of a comment."""
    out, at = [], body.start
    for island in found:
        span = whole(island)
        gap = " " if isinstance(island, Span) else "\x01"
        out += [source.text[at : span.start], gap * (span.end - span.start)]
        at = span.end
    out.append(source.text[at : body.end])
    return "".join(out)


def _bare_lines(here: Sequence[Segment]) -> bool:
    """Whether an answer has no display although others have: then its lines may be formulas without dollars."""
    return bool(here) and all(isinstance(s, Prose) for s in here)


def _with_bare(source: Source, here: Iterable[Segment]) -> Iterable[Segment]:
    for segment in here:
        if isinstance(segment, Prose):
            yield from bare(source, segment.span)
        else:
            yield segment


class _Placing:
    """Labels in their order against the parts that there are."""

    def __init__(self, parts: Sequence[str], marks: Sequence[Label]) -> None:
        self.parts: dict[tuple[int, int], str] = {_numbers(p): p for p in parts}
        self.questions = list(dict.fromkeys(q for q, _ in self.parts))
        self.marks = self._levels([m for m in marks if m.kind != "part" or (m.question, m.number) in self.parts])
        self.headed = {m.question for m in self.marks if m.kind == "question"}
        self.question: int | None = None
        self.last = 0
        self.fresh = False  # whether a heading has been seen since the last item
        self.section = self.subsection = 0

    def _levels(self, marks: list[Label]) -> list[Label]:
        """Which labels number questions and which number parts."""
        explicit = sum(m.kind == "part" for m in marks)
        if explicit > 1:
            steps = {"number", "item"} | ({"letter"} if any(m.kind == "letter" and m.number == 1 for m in marks) else set())
            marks = [m for m in marks if m.kind not in steps]
        headed = any(m.kind in ("question", "section") for m in marks)
        styles = [m.kind for m in marks if m.kind in ("number", "letter")]
        if not headed and "letter" in styles and "number" in styles:  # 1. (a) (b) 2. (a)
            marks = [m.as_kind("question") if m.kind == "number" else m for m in marks]
        elif not headed and any(m.kind == "item" and m.depth > 1 for m in marks):  # nested lists
            marks = [m.as_kind("question") if m.kind == "item" and m.depth == 1 else m for m in marks if m.depth < 3]
        else:
            style = styles[0] if styles else ""
            marks = [
                m
                for m in marks
                if not (m.kind == "item" and m.depth > 1) and (m.kind not in ("number", "letter") or m.kind == style)
            ]
        return self._without_pages(marks)

    def _without_pages(self, marks: Sequence[Label]) -> list[Label]:
        """A number alone on its line is a heading where the parts start anew behind it, else the number of a page."""
        kept: list[Label] = []
        following: Label | None = None
        for mark in reversed(marks):
            if mark.kind != "lone":
                following = mark
            elif following is None or mark.number not in self.questions or not _starts(following, mark.number):
                continue
            kept.append(mark)
        return kept[::-1]

    def regions(self, body: Span) -> list[_Region]:
        """The stretches between labels with the part of each."""
        out: list[_Region] = []
        at, part = body.start, None
        for mark in self.marks:
            if mark.start < at:
                continue
            out.append(_Region(Span(at, mark.start), part))
            part = _RULES[mark.kind](self, mark)
            at = mark.end
        out.append(_Region(Span(at, body.end), part))
        return out

    def heading(self, mark: Label) -> None:
        self._open(mark.question or mark.number)

    def lone(self, mark: Label) -> None:
        self._open(mark.number)

    def unnumbered(self, _mark: Label) -> None:
        self.section += 1
        self._open(self.questions[self.section - 1] if self.section <= len(self.questions) else None)

    def _open(self, question: int | None) -> None:
        self.question = question if question in self.questions else None
        if self.question is not None:
            self.section = self.questions.index(self.question) + 1
        self.last, self.subsection, self.fresh = 0, 0, True

    def explicit(self, mark: Label) -> str | None:
        self.question, self.last, self.fresh = mark.question, mark.number, False
        return self.parts.get((mark.question or 0, mark.number))

    def counted(self, _mark: Label) -> str | None:
        self.subsection += 1
        return self._part(self.subsection)

    def item(self, mark: Label) -> str | None:
        return self._part(mark.number)

    def _part(self, number: int) -> str | None:
        if self.question is None and not self.fresh:
            first = self.questions[0] if self.questions else None
            if self.headed and first in self.headed:
                return None  # a list before the first question
            self.question = first
        elif self.question is not None and not self.fresh and number == 1 and self.last:
            following = next(iter(self.questions[self.questions.index(self.question) + 1 :]), None)
            if following is not None and following not in self.headed:
                self.question = following
        self.last, self.fresh = number, self.fresh and self.question is None
        if (self.question or 0, number) not in self.parts and not self.headed and number <= len(self.parts):
            return list(self.parts.values())[number - 1]  # parts numbered through
        return self.parts.get((self.question or 0, number)) if self.question is not None else None


def _starts(label: Label, question: int) -> bool:
    """Whether a label is the first part of a question, as far as it says."""
    return (
        label.question == question if label.kind == "part" else label.number == 1 and label.kind in ("number", "letter", "item")
    )


def _numbers(part: str) -> tuple[int, int]:
    """``2.4`` and ``2.d`` as numbers; a part without a question belongs to question 1."""
    question, _, number = part.rpartition(".")
    return int(question or 1), int(number) if number.isdigit() else ord(number.lower()) - ord("a") + 1


_RULES = {
    "question": _Placing.heading, "lone": _Placing.lone, "section": _Placing.unnumbered, "part": _Placing.explicit,
    "subsection": _Placing.counted, "number": _Placing.item, "letter": _Placing.item, "item": _Placing.item,
}  # fmt: skip
