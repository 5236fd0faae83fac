r"""A handed-in document → which segments answer which part.

`labels` finds what numbers an answer, `placing` what the numbers mean; here the segments between them are dealt out. Questions may come in any
order. What stands before the first question is not placed. Nothing is guessed from what an answer says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from symderiv.core.text import Source, Span
from symderiv.reading.macros import Macro, definitions
from symderiv.reading.placing import regions
from symderiv.reading.segments import Display, Picture, Prose, Segment, bare, between, is_latex, islands, whole


@dataclass(frozen=True, slots=True)
class HandIn:
    """Segments by part, those of no part, the parts without any, and the macros the document defines."""

    answers: Mapping[str, tuple[Segment, ...]]
    unplaced: tuple[Segment, ...]
    missing: tuple[str, ...]
    macros: Mapping[str, Macro]
    #: Why an answer that seems to be missing may be among what was not placed; empty where it is not.
    astray: str = ""


def split_answers(source: Source, parts: Sequence[str], titles: Mapping[str, str] | None = None) -> HandIn:
    """Which segments of a document answer which of ``parts``, numbered ``1.1``, ``1.2``, ``2.1`` …; ``titles`` are those of the parts."""
    body = body_of(source)
    found = list(islands(source, body))
    masked = _masked(source, body, found)
    found = [i for i in found if not (isinstance(i, Display) and _label_in(source, i))]
    delimited = any(isinstance(i, Display) for i in found)
    starts = [whole(island).start for island in found]
    answers: dict[str, list[Segment]] = {part: [] for part in parts}
    unplaced: list[Segment] = []
    labelled = behind = False
    macros = macros_of(source)
    for region in regions(masked, body, parts, titles, macros):
        inside = found[bisect_left(starts, region.span.start) : bisect_left(starts, region.span.end)]
        here = tuple(between(source, region.span, inside))
        if _bare_lines(here) and (region.part is not None or not (delimited or is_latex(source))):
            here = tuple(_with_bare(source, here))
        if region.part is not None:
            for part in (region.part, *region.also):
                answers[part] += here
        elif any(isinstance(s, Display) for s in here):
            unplaced.extend(here)
            behind = behind or region.labelled
        labelled = labelled or region.labelled
    missing = tuple(p for p in parts if not answers[p])
    astray = "" if not unplaced else _UNLABELLED if not labelled else _BEHIND if behind else ""
    if not astray and _TAKES_IN.search(masked):
        astray = _TAKEN_IN
    return HandIn({part: tuple(here) for part, here in answers.items()}, tuple(unplaced), missing, macros, astray)


_UNLABELLED = "there are formulas and no number says which part they answer: put the part's number before each answer"
_TAKES_IN = re.compile(
    r"\\(?:input|include|subfile)\s*\{(?![^}]*(?:macro|command|preamble|header|defs?\b|style|package|shortcut))"
)
_TAKEN_IN = "the document takes in text from other files, which are not read: hand in one file with all of it"
_BEHIND = "no answer stands under this number, but there are formulas behind a heading that is no part's"


def macros_of(source: Source) -> dict[str, Macro]:
    """The macros that a document defines anywhere; what is commented out does not count."""
    text = re.sub(r"(?<!\\)%[^\n]*", lambda m: " " * len(m[0]), source.text) if is_latex(source) else source.text
    return {name: macro for name, macro, _ in definitions(text)}


def body_of(source: Source) -> Span:
    r"""Between ``\begin{document}`` and ``\end{document}``, or all of the text."""
    start, end = source.text.find("\\begin{document}"), source.text.find("\\end{document}")
    return Span(0 if start < 0 else start + len("\\begin{document}"), len(source.text) if end < 0 else end)


#: Characters of mark-up that may stand on a line before a label.
_MARGIN = 80
_LABEL = re.compile(
    r"\s*(?:\\(?:math|text)(?:bf|rm|it)|\\bf)?[\s{]*(\d\s*\.\s*\d|\(\s*(?:[a-h]|i{1,3}|iv|\d)\s*\)|\d\s*\.)[.:]?[\s}]*"
)


def _label_in(source: Source, display: Display) -> str:
    r"""``1.1`` of ``$\mathbf{1.1}$`` and ``(a)`` of ``\(a\)`` at the start of a line: a number that OCR took for a formula, or brackets
    escaped in Markdown. Empty where a display is no label.
    """
    text, span = source.text, display.whole
    line = text.rfind("\n", max(0, span.start - _MARGIN), span.start) + 1
    if (not line and span.start > _MARGIN) or text[line : span.start].strip(" \t*#->"):
        return ""
    if re.fullmatch(r"\\\((?:[a-h]|i{1,3}|iv)\\\)", text[span.start : span.end]):
        return f"({text[display.span.start : display.span.end]})"
    found = _LABEL.fullmatch(text, display.span.start, display.span.end)
    return "".join(found[1].split()) if found is not None else ""


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
        label = _label_in(source, island) if isinstance(island, Display) else ""
        length = span.end - span.start
        out += [source.text[at : span.start], label.ljust(length) if label else gap * length]
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
