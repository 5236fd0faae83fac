r"""A handed-in document taken apart: which formulas and words answer which part.

Numbers are found where people write them: headings (``# 2 …``, ``\section``, ``**Q1**``, ``Problem 1``), items (``1.``, ``1\.``, ``(a)``, ``\item``), full numbers (``1.1``).
Questions may come in any order; an item number that starts again goes on to the next question. What could not be placed is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from symderiv.core.text import Source, Span
from symderiv.reading.displays import Segment, segments
from symderiv.reading.macros import Macro, definitions


@dataclass(slots=True)
class HandIn:
    """Segments by part number, what stands before the first part, what could not be placed, and the writer's macros."""

    parts: dict[str, list[Segment]] = field(default_factory=dict)
    preamble: list[Segment] = field(default_factory=list)
    unplaced: list[Segment] = field(default_factory=list)
    macros: Mapping[str, Macro] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A number found in the text: ``question``, ``item`` or both; ``end`` is where what it numbers begins."""

    start: int
    end: int
    question: int | None = None
    item: int | None = None
    next_question: bool = False
    next_item: bool = False


_BODY = re.compile(r"\\begin\{document\}(?P<body>.*?)(?:\\end\{document\}|\Z)", re.DOTALL)
_LINE = re.compile(r"^[^\n]*$", re.MULTILINE)
_DRESS = re.compile(
    r"(?:\s|\\noindent\b|\\par\b|\\medskip\b|\\bigskip\b|\\textbf\{|\\textit\{|\\emph\{|\\underline\{|\{|\\bf\b|\\bfseries\b|\*{1,3}|#{1,6}\s|_{1,2}(?=\S)|>\s|[-+•](?=\s))*"
)
_HEADING = re.compile(r"\s*(#{1,6}\s|\\(?:section|subsection|subsubsection|paragraph|chapter)\*?\{)")
_FULL = re.compile(r"(?:part\s+|problem\s+|exercise\s+|question\s+|q\s*)?(\d{1,2})\s*[.\-]\s*(\d{1,2})(?![\d.])\s*[.):\]]*(?:\}|\*{1,2})*", re.IGNORECASE)
_LETTERED = re.compile(r"(?:part\s+|problem\s+|exercise\s+|question\s+|q\s*)?(\d{1,2})\s*[.\-]?\s*\(?([a-h])\)\s*", re.IGNORECASE)
_QUESTION = re.compile(r"(?:problem|question|exercise|task|q)\s*\.?\s*(\d{1,2})\b[.):]*", re.IGNORECASE)
_ITEM = re.compile(r"(?:\((\d{1,2})\)|(\d{1,2})\s*\\?[.)])(?=\s|\}|\*|$|\$|\\)(?:\}|\*{1,2})*")
_LETTER = re.compile(r"(?:\(([a-h])\)|([a-h])\s*\\?[.)])(?=\s|\}|\*|$|\$)(?:\}|\*{1,2})*")
_TITLED = re.compile(r"(\d{1,2})(?=\s*$|\s+[A-Z][^\n=]*$|\s*[:.]\s*[A-Z][^\n=]*$)")
_TAG = re.compile(r"\s*\(\d{1,2}\)\s*$")
_LATEX = re.compile(r"\\(?P<kind>section|subsection|item|begin|end)(?P<star>\*?)\s*(?:\[(?P<label>[^\]]*)\])?(?:\{(?P<name>[^{}]*)\})?")


def split(source: Source, parts: Sequence[str]) -> HandIn:
    """The document by parts. ``parts`` are the numbers of the assignment, ``1.1`` and so on."""
    found = HandIn(macros=macros_in(source))
    body = _BODY.search(source.text)
    span = Span(body.start("body"), body.end("body")) if body else Span(0, len(source.text))
    pieces = segments(source, span, document=True)
    marks = sorted(_marks(source, pieces, len({p.split(".")[0] for p in parts})), key=lambda m: m.start)
    places = _placed(marks, parts)
    for piece in _cut(source, pieces, marks):
        before = [k for k, m in enumerate(marks) if m.start <= piece.span.start]
        if not before:
            found.preamble.append(piece)
            continue
        number = places[before[-1]]
        if number is None:
            found.unplaced.append(piece)
        else:
            found.parts.setdefault(number, []).append(piece)
    for number in places:
        if number is not None:
            found.parts.setdefault(number, [])
    return found


def macros_in(source: Source) -> dict[str, Macro]:
    """The macros that a document defines."""
    return {name: macro for name, macro, _ in definitions(source.text)}


# --- marks ------------------------------------------------------------------------------------------------------------------


def _marks(source: Source, pieces: Sequence[Segment], questions: int) -> Iterator[_Mark]:
    words = [p.span for p in pieces if p.kind == "words"]
    latex = r"\item" in source.text or r"\section" in source.text or r"\subsection" in source.text
    if latex:
        yield from _latex_marks(source, words)
    for span in words:
        for line in _LINE.finditer(source.text, span.start, span.end):
            start = line.start()
            if start > 0 and source.text[start - 1] != "\n" and start != span.start:
                continue
            if start == span.start and start > 0 and "\n" not in source.text[max(0, source.text.rfind("\n", 0, start)) : start + 1] and not _first_on_line(source, start):
                continue
            mark = _line_mark(source, start, line.end(), questions, latex)
            if mark is not None:
                yield mark


def _first_on_line(source: Source, offset: int) -> bool:
    begin = source.text.rfind("\n", 0, offset) + 1
    return not source.text[begin:offset].strip()


def _line_mark(source: Source, start: int, end: int, questions: int, latex: bool) -> _Mark | None:
    text = source.text[start:end]
    if not text.strip() or _TAG.match(text):
        return None
    heading = _HEADING.match(text)
    skipped = heading.end() if heading and "\\" in heading.group() else 0
    dressed = _DRESS.match(text, skipped)
    head = dressed.end() if dressed else skipped
    for pattern, make in (
        (_LETTERED, lambda m: _Mark(start, start + m.end(), int(m[1]), ord(m[2].lower()) - 96)),
        (_FULL, lambda m: _Mark(start, start + m.end(), int(m[1]), int(m[2]))),
        (_QUESTION, lambda m: _Mark(start, start + m.end(), int(m[1]))),
    ):
        m = pattern.match(text, head)
        if m is not None and 1 <= int(m[1]) <= questions:
            return make(m)
    if latex and heading is not None:
        return None
    m = _LETTER.match(text, head)
    if m is not None:
        return _Mark(start, start + m.end(), item=ord(m[1] or m[2]) - 96)
    m = _ITEM.match(text, head)
    if m is not None and not (heading and _TITLED.match(text, head)):
        return _Mark(start, start + m.end(), item=int(m[1] or m[2]))
    m = _TITLED.match(text.rstrip().rstrip("*"), head)
    if m is not None and int(m[1]) <= questions:
        return _Mark(start, start + len(text), int(m[1]))
    return None


def _latex_marks(source: Source, words: Sequence[Span]) -> Iterator[_Mark]:
    """Sections, subsections and items: numbered by their order where they carry no number themselves."""
    found = [m for span in words for m in _LATEX.finditer(source.text, span.start, span.end)]
    nested = _deepest(found) > 1
    sectioned = any(m["kind"] == "section" for m in found)
    depth = 0
    for m in found:
        kind, name = m["kind"], m["name"] or ""
        if kind in ("begin", "end"):
            depth += (name in ("enumerate", "itemize")) * (1 if kind == "begin" else -1)
        elif kind == "section":
            if not _QUESTION.match(name) and not _FULL.match(name):
                titled = _TITLED.match(name)
                yield _Mark(m.start(), m.end(), int(titled[1])) if titled else _Mark(m.start(), m.end(), next_question=True)
        elif kind == "subsection":
            if not any(p.match(name) for p in (_QUESTION, _FULL, _LETTER, _ITEM)):
                yield _Mark(m.start(), m.end(), next_item=sectioned, next_question=not sectioned)
        elif kind == "item":
            outer = depth == 1 and nested and not sectioned
            end = m.end("label") + 1 if m["label"] is not None else m.start() + len(r"\item")
            label = re.search(r"\d+|[a-h]", m["label"] or "")
            if label and not outer:
                text = label.group()
                yield _Mark(m.start(), end, item=int(text) if text.isdigit() else ord(text) - 96)
            else:
                yield _Mark(m.start(), end, next_question=outer, next_item=not outer)


def _deepest(found: Sequence[re.Match[str]]) -> int:
    depth = most = 0
    for m in found:
        if m["kind"] in ("begin", "end") and m["name"] in ("enumerate", "itemize"):
            depth += 1 if m["kind"] == "begin" else -1
            most = max(most, depth)
    return most


def _placed(marks: Sequence[_Mark], parts: Sequence[str]) -> list[str | None]:
    """The part that each mark opens; None where it opens none (a question's own text)."""
    out: list[str | None] = []
    question, item = 0, 0
    known = set(parts)
    for m in marks:
        if m.question is not None and m.item is not None:
            question, item = m.question, m.item
        elif m.question is not None or m.next_question:
            question, item = (m.question if m.question is not None else question + 1), 0
            out.append(None)
            continue
        else:
            wanted = item + 1 if m.next_item else (m.item or 0)
            if not question:
                question = 1
            elif wanted <= item and f"{question + 1}.{wanted}" in known:
                question += 1
            item = wanted
        number = f"{question}.{item}"
        out.append(number if number in known else None)
    return out


def _cut(source: Source, pieces: Sequence[Segment], marks: Sequence[_Mark]) -> Iterator[Segment]:
    """Words cut at the marks, the marks themselves left out; formulas as they are."""
    for piece in pieces:
        if piece.kind != "words":
            yield piece
            continue
        inside = [m for m in marks if piece.span.start <= m.start < piece.span.end]
        position = piece.span.start
        for m in inside:
            yield from _trimmed(source, position, m.start)
            position = max(position, m.end)
        yield from _trimmed(source, position, piece.span.end)


_DECORATION = re.compile(r"\\(?:begin|end)\{(?:enumerate|itemize|center)\}(?:\[[^\]]*\])?|\\item\b|\\noindent\b|\\(?:sub)*section\*?\{[^{}]*\}|[\s*#{}]|\\maketitle|^\s*\(\d{1,2}\)\s*$", re.MULTILINE)


def _trimmed(source: Source, start: int, end: int) -> Iterator[Segment]:
    text = source.text[start:end]
    if _DECORATION.sub("", text).strip(" .-*_\n\t"):
        yield Segment("words", Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip())))
