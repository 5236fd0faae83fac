r"""What numbers the answers of a document: words with a number, headings, items, lists and sections of LaTeX.

A label is found in words only: displays are masked before. It has up to two ordinals: a question's and a part's (``Problem 1 (a)``, ``1.1``,
``Q2-b``), or one. What one ordinal alone means, and which labels are steps inside an answer, depends on the others: that is `placing`'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symderiv.reading.openers import Opening, closed_end, opening
from symderiv.reading.ordinals import ordinal, style_of, value_of


@dataclass(frozen=True, slots=True)
class Label:
    r"""A label from ``start`` to ``end`` (what it takes up is no answer).

    ``kind``: ``question``; ``part`` (both ordinals); ``step`` (one ordinal, in its ``style``; that of an ``\item`` is ``item``); ``lone`` (a
    number alone on its line); ``title`` (a heading without a number, with its ``words``). ``level``: of a heading (0: none) or of an
    item (its depth). ``worded``: the label says ``Problem`` or the like, and so is no accident; ``weak``: a formula may begin so too. ``also``: questions and parts
    that the same label names too (``1.2, 1.3``).
    """

    kind: str
    start: int
    end: int
    number: int = 0
    question: int | None = None
    style: str = ""
    level: int = 0
    words: str = ""
    worded: bool = False
    weak: bool = False
    also: tuple[tuple[int, int], ...] = ()

    def as_question(self) -> Label:
        """The same label read as a question's."""
        return replace(self, kind="question", question=self.question or self.number)

    @property
    def key(self) -> tuple[int, str]:
        """What labels of one list share."""
        return self.level, self.style


_QUESTION_WORD = r"(?:(?i:problem|prob\.|question|ques\.|exercise|ex\.|task|aufgabe|frage|ejercicio|exercice|problema)|(?:Ex|Q\.?|P)(?=\s?\#?\d))"
_PART_WORD = r"(?i:(?:sub-?)?part|sub-?(?:problem|question|task|exercise|item))"
_LEAD = r"(?:(?i:(?:(?:my|the) )?(?:solutions?|answers?|ans\.?|sol\.?|response|proof|correction|corrected|continued|continuation|revised|revision))[ \t]*(?:(?i:to|for|of)[ \t]+)?)?"
_MARKS = r"(?![ \t]*(?i:pts?\b|points?\b|marks?\b|%))"
_END = r"(?=[\s*_}:.,)\]<>|\x01\x02–—-]|$)"
_CLOSE = rf"\\?[.:)\]]{{0,2}}{_END}"
_PARTS = ("number", "letter", "roman", "capital", "Roman")
_SMALL = ("number", "letter", "roman")

#: ``Problem 1 (a)``, ``Question 1, part b``, ``Q1.2``, ``Exercise 2a``.
_WORDED = re.compile(
    rf"{_LEAD}{_QUESTION_WORD}[ \t]*\#?[ \t]*{ordinal('question', ('number', 'Roman', 'capital', 'word'))}"
    rf"(?:[ \t]*[.,:;–—-]*[ \t]*(?:[(\[]{ordinal('p1', _PARTS)}{_MARKS}[)\]]|{_PART_WORD}[ \t]*[(\[]?{ordinal('p2')}[)\]]?)"
    rf"|[.,–-]?{ordinal('p3', _SMALL)}|[.,]?[ \t]+{ordinal('p4', _SMALL)}(?:[.:)]|[ \t]*(?:\x02|$)))"
    rf"(?:[ \t]*\((?:i{{1,3}}|iv|[a-h])\))?{_CLOSE}",
    re.MULTILINE,
)
#: ``1.1``, ``(1.1)``, ``1(a)``, ``1.a``, ``1a)``, ``1. (i)``; firm where a sentence or a formula does not begin so.
_BARE = re.compile(
    rf"{_LEAD}(?:{_PART_WORD}[ \t]*|§[ \t]*)?[(\[]?{ordinal('question', ('number',))}"
    rf"(?:\.{ordinal('p1', _SMALL)}|\.?[ \t]?\({ordinal('p2', _PARTS)}{_MARKS}\)|\.?[ \t]?{ordinal('p3', ('letter', 'roman'))}\)"
    rf"|{ordinal('p4', ('letter', 'roman'))}(?=\)?[.:]|[ \t]*\x02)|{ordinal('weak', ('letter',))}(?=[ \t])|[–-]{ordinal('p5', _SMALL)}(?=[.:)\]]|[ \t]*\x02|[ \t]*$))"
    rf"[)\]]?(?:[ \t]*\((?:i{{1,3}}|iv|[a-h])\))?{_CLOSE}",
    re.MULTILINE,
)
_QUESTION = re.compile(
    rf"{_LEAD}(?:{_QUESTION_WORD}[ \t]*\#?[ \t]*\(?{ordinal('question', ('number', 'Roman', 'capital', 'word'))}\)?"
    rf"|{ordinal('before', ('word',))}[ \t]+(?i:problem|question|exercise|task))[.:)]?{_END}"
)
_STEP = re.compile(
    rf"(?:{_LEAD}{_QUESTION_WORD}[ \t]*[(\[]{ordinal('n8', ('letter', 'roman'))}[)\]]{_CLOSE}"
    rf"|{_LEAD}{_PART_WORD}[ \t]*\.?[ \t]*[(\[]?{ordinal('n1')}[)\]]?{_CLOSE}"
    rf"|(?:{_LEAD}[.:]?[ \t]*)\({ordinal('n2', _PARTS)}{_MARKS}\)[.:]?"
    rf"|(?i:solution|answer|ans\.?|sol\.?)[ \t]+(?:(?i:to|for|of)[ \t]+)?{ordinal('n3', _PARTS)}(?:[.:)]|[ \t]*(?:\x02|$))"
    rf"|{ordinal('n4', ('number',))}\\?[.):](?=[\s*_}}<\x01\x02]|$)|{ordinal('n5', ('letter', 'roman'))}\\?(?:\)|[.:](?=[\s\x02]|$))[.:]?"
    rf"|{ordinal('n6', ('capital', 'Roman'))}\\?[.):](?=[\s*_}}<\x01\x02]|$)|{ordinal('n7', _PARTS)}[ \t]*\x02)",
    re.MULTILINE,
)
_TITLED = re.compile(r"(?P<number>\d{1,2})[.:]?[ \t]+(?:[–—-][ \t]+)?(?=[A-Z])[^\n]*")
_LONE = re.compile(r"(?P<number>\d{1,2})[ \t]*\x02?[ \t]*$", re.MULTILINE)
_ALSO = re.compile(
    rf"[ \t]*(?:,|&|/|\+|(?i:and))[ \t]*[(\[]?{ordinal('question', ('number',))}(?:\.|(?=[a-h(]))\(?{ordinal('part', _SMALL)}\)?[)\]]?{_CLOSE}"
)
_RUNNING_ON = re.compile(
    r"(?i)\b(?:in|of|from|by|to|and|see|with|using|equations?|eqs?\.?|parts?|questions?|problems?|sections?|or|than|is)[ \t]*\n[ \t]*\Z"
)
_ANSWERED = re.compile(r"(?i)\W*(?:yes|no)\b")


def in_lines(masked: str) -> Iterator[Label]:
    """The labels that stand at the start of a line."""
    at = 0
    while at < len(masked):
        stop = masked.find("\n", at)
        stop = len(masked) if stop < 0 else stop
        line = opening(masked, at, stop)
        if line is not None:
            label = _in_line(masked, line, stop)
            if label is not None:
                yield label
        at = stop + 1


def _in_line(masked: str, line: Opening, stop: int) -> Label | None:
    # the end of what is set off is one sign more, so that a pattern can ask for it
    edge = line.inner if line.inner is not None else stop if line.level else None
    text = masked[line.at : stop] if edge is None else masked[line.at : edge] + "\x02"
    for pattern, rule in _SHAPES:
        if (found := pattern.match(text)) is not None:
            return rule(masked, line, found, stop)
    if line.level and (words := masked[line.at : stop].strip()) and "\x01" not in words:
        return Label("title", line.start, stop, level=line.level, words=words)
    return None


def _both(masked: str, line: Opening, found: re.Match[str], stop: int) -> Label | None:
    worded = found.re is _WORDED
    if not (worded or line.level or line.closers) and _RUNNING_ON.search(masked, max(0, line.start - 40), line.at):
        return None
    part = next(found[g] for g in ("p1", "p2", "p3", "p4", "p5", "weak") if g in found.re.groupindex and found[g])
    weak = not worded and bool(found["weak"])
    question, length = value_of(found["question"]), found.end()
    also = []
    while (more := _ALSO.match(masked, line.at + length, stop)) is not None:
        also.append((value_of(more["question"]), value_of(more["part"])))
        length = more.end() - line.at
    end = _end(masked, line, length, stop)
    return Label("part", line.start, end, value_of(part), question, level=line.level, worded=worded, weak=weak, also=tuple(also))


def _question(masked: str, line: Opening, found: re.Match[str], stop: int) -> Label | None:
    rest = masked[line.at + found.end() : stop]
    if not (line.level or line.closers) and (len(rest.split()) > 8 or rest.rstrip().endswith((",", ";"))):
        return None  # a sentence about a question
    end = stop if "\x01" not in rest else _end(masked, line, found.end(), stop)
    number = value_of(found["question"] or found["before"])
    return Label("question", line.start, end, number, number, level=line.level, worded=True)


def _step(masked: str, line: Opening, found: re.Match[str], stop: int) -> Label | None:
    text = next(g for g in found.groups() if g)
    number, style = value_of(text), style_of(text)
    end = line.at + found.end()
    if style == "number" and not line.level and line.indent > 3:
        return None  # a list inside an answer
    if found["n2"] and style == "number" and _is_tag(masked, line, end, stop):
        return None
    if not (line.level or line.closers) and _RUNNING_ON.search(masked, max(0, line.start - 40), line.at):
        return None
    if found["n2"] and style == "number":
        style = "(number)"  # 1. and (1) number different things
    return Label("step", line.start, _end(masked, line, found.end(), stop), number, style=style, level=line.level)


def _is_tag(masked: str, line: Opening, end: int, stop: int) -> bool:
    """``(1)`` alone on the line under a display numbers the display."""
    before = masked[max(0, line.start - 80) : line.start].rstrip(" \t")
    return before.endswith("\n") and before[:-1].rstrip(" \t").endswith("\x01") and not masked[end:stop].strip()


def _titled(masked: str, line: Opening, found: re.Match[str], stop: int) -> Label | None:
    """``2 Variational Free Energy [6pts]``: a number and a title."""
    title = masked[line.at : stop]
    number = int(found["number"])
    if line.level:
        end = stop if "\x01" not in title else line.at + found.end("number")
        return Label("step", line.start, end, number, style="number", level=line.level)
    if "\x01" in title or line.bullet or len(title.split()) > 9 or title.rstrip().endswith((",", ";")):
        return None
    if title.rstrip().endswith(".") and not line.closers:
        return None
    return Label("question", line.start, stop, number, number)


def _lone(_masked: str, line: Opening, found: re.Match[str], stop: int) -> Label | None:
    number = int(found["number"])
    if line.bullet:
        return None
    if line.level:
        return Label("step", line.start, stop, number, style="number", level=line.level)
    return Label("question", line.start, stop, number, number) if line.closers else Label("lone", line.start, stop, number)


_Rule = Callable[[str, Opening, "re.Match[str]", int], "Label | None"]
_SHAPES: tuple[tuple[re.Pattern[str], _Rule], ...] = (
    (_WORDED, _both), (_QUESTION, _question), (_BARE, _both), (_LONE, _lone), (_STEP, _step), (_TITLED, _titled),
)  # fmt: skip


def _end(masked: str, line: Opening, length: int, stop: int) -> int:
    """Where a label ends: at the end of a heading, behind what set it off, else behind the number. A verdict beside it is an answer's."""
    after = min(line.at + length, stop)
    if line.level and not line.runs_in:
        rest = masked[after:stop]
        return stop if "\x01" not in rest and not _ANSWERED.match(rest) else after
    if line.inner is None:
        return after
    after = min(after, line.inner)
    rest = masked[after : line.inner]
    if "\x01" in rest or _ANSWERED.match(rest):
        return after
    end = closed_end(masked, line, stop)
    return end + 1 if masked[end : end + 1] in (":", ".") else end


def read_title(title: str) -> Label | None:
    r"""What a title in braces says, as of ``\section{1. Shears}`` and ``\item[(1a)]``; its place is set by the caller."""
    for pattern in (_WORDED, _QUESTION, _BARE, _STEP):
        if (found := pattern.match(title + "\x02")) is not None:
            groups = found.groupdict()
            texts = [g for name, g in groups.items() if g and name not in ("question", "before")]
            question = groups.get("question") or groups.get("before")
            number = value_of(texts[0]) if texts else 0
            if question and texts:
                return Label("part", 0, 0, number, value_of(question), worded=pattern is _WORDED)
            if question:
                return Label("question", 0, 0, value_of(question), value_of(question), worded=True)
            return Label("step", 0, 0, number, style=style_of(texts[0]))
    if (found := re.match(r"(?P<number>\d{1,2})(?=\s|$)", title)) is not None:
        return Label("step", 0, 0, int(found["number"]), style="number")
    return None
