r"""What numbers the answers of a document: headings, item numbers, LaTeX lists and sections.

Labels are looked for in words only: displays are masked before. What a label means for the parts is `document`'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Label:
    r"""A label from ``start`` to ``end`` (what it takes up is no answer).

    ``kind``: ``question`` and ``part`` (numbers say which), ``lone`` (a number alone on its line), ``section`` and ``subsection`` (counted),
    ``number``, ``letter`` and ``item`` (``\item``, with its ``depth``).
    """

    kind: str
    start: int
    end: int
    number: int
    question: int | None = None
    depth: int = 1

    def as_kind(self, kind: str) -> Label:
        """The same label read as another kind."""
        return replace(self, kind=kind)


_WORD = r"(?:[Pp]roblem|[Qq]uestion|[Ee]xercise|[Tt]ask|PROBLEM|QUESTION|EXERCISE|Ex\.?|Q\.?|P)"
#: What may stand at the start of a line before a label.
_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:\\(?:noindent|par|medskip|bigskip|smallskip|newpage|clearpage|indent|quad)\b[ \t]*)*"
    r"(?P<hashes>\#{1,6}[ \t]*)?(?P<bullet>[-*+][ \t]+)?"
    r"(?P<bold>\*{2,3}|__|\\textbf\s*\{|\\paragraph\*?\s*\{|\\underline\s*\{|\{\\bf[ \t]+)?[ \t]*(?=[\w(\\])",
    re.MULTILINE,
)
_END = r"(?=[\s*_}:.,)\]\x01]|$)"
_QUESTION = re.compile(rf"{_WORD}\s*\#?(?P<question>\d+)(?:\s*[.(]?\s*(?:(?P<part>\d+)|(?P<letter>[a-h]))\)?)?[.:)]?{_END}")
_PART = re.compile(rf"\(?(?P<question>\d+)(?:\.(?P<part>\d+)|\.?\s?\(?(?P<letter>[a-h])\)|\.(?P<dotted>[a-h]))\)?\\?[.:)]?{_END}")
_NUMBER = re.compile(r"(?:[Pp]art\s+)?(?P<number>\d+)\\?[.):](?=[\s*_}\x01]|$)")
_BRACKETED = re.compile(r"(?:[Pp]art\s+)?\((?P<number>\d+)\)[.:]?(?=[\s*_}\x01]|$)")
_LETTER = re.compile(
    r"(?:[Pp]art\s+)?(?:\((?P<a>[a-h])\)|(?P<b>[a-h])\\?\)|(?P<c>[a-h])\\?\.(?=\s))[.:]?|[Pp]art\s+(?P<d>[a-h])\b[.:)]?"
)
_TITLED = re.compile(r"(?P<number>\d+)[.:]?[ \t]+(?=[A-Z])[^\n]*")
_LONE = re.compile(r"(?P<number>\d+)[ \t]*(?:\*\*|__|\})?[ \t]*$", re.MULTILINE)
_CLOSERS = {"**": "**", "***": "***", "__": "__"}

_COMMAND = re.compile(
    r"\\begin\s*\{(?P<begin>enumerate|itemize|description)\}(?:\[[^\]]{0,80}\])?|\\end\s*\{(?P<end>enumerate|itemize|description)\}"
    r"|\\item(?![A-Za-z])[ \t]*(?:\[(?P<label>[^\]]{0,80})\])?|\\setcounter\{enumi+\}\{(?P<counter>-?\d+)\}"
    r"|\\(?P<section>(?:sub)*section|chapter)\*?\s*\{(?P<title>(?:[^{}]|\{[^{}]{0,80}\}){0,200})\}"
)
_NO_QUESTION = re.compile(
    r"(?i)\s*(instructions?|introduction|solutions?|answers?|name|homework|assignment|written|references|notes?|collaborat|appendix)"
)


def labels(masked: str, offset: int) -> list[Label]:
    """The labels of a document's body, which starts at ``offset`` of the text and is ``masked`` where displays are."""
    found = [*_in_lines(masked), *_in_commands(masked)]
    found.sort(key=lambda m: (m.start, -m.end))
    out: list[Label] = []
    for label in found:
        if not out or label.start >= out[-1].end:
            out.append(label)
    return [replace(m, start=m.start + offset, end=m.end + offset) for m in out]


# --- lines ------------------------------------------------------------------------------------------------------------


def _in_lines(masked: str) -> Iterator[Label]:
    for line in _LINE.finditer(masked):
        stop = masked.find("\n", line.end())
        stop = len(masked) if stop < 0 else stop
        for pattern, rule in _SHAPES:
            if (found := pattern.match(masked, line.end(), stop)) is not None:
                label = rule(masked, line, found, stop)
                if label is not None:
                    yield label
                break


def _question(masked: str, line: re.Match[str], found: re.Match[str], stop: int) -> Label | None:
    number = _part_number(found)
    end = _end(masked, line, found.end(), stop)
    if number:
        return Label("part", line.start(), end, number, int(found["question"]))
    rest = masked[found.end() : stop]
    if not (line["hashes"] or line["bold"]) and (len(rest.split()) > 8 or rest.rstrip().endswith((",", ";"))):
        return None  # a sentence about a question
    return Label("question", line.start(), stop if "\x01" not in rest else end, 0, int(found["question"]))


def _part(masked: str, line: re.Match[str], found: re.Match[str], stop: int) -> Label | None:
    return Label("part", line.start(), _end(masked, line, found.end(), stop), _part_number(found), int(found["question"]))


def _number(masked: str, line: re.Match[str], found: re.Match[str], stop: int) -> Label | None:
    number, rest = int(found["number"]), masked[found.end() : stop].strip()
    if line["hashes"] and rest and "\x01" not in rest and rest[0].isupper():
        return Label("question", line.start(), stop, 0, number)
    if len(line["indent"].expandtabs(4)) > 3:
        return None  # a list inside an answer
    return Label("number", line.start(), _end(masked, line, found.end(), stop), number)


def _bracketed(masked: str, line: re.Match[str], found: re.Match[str], stop: int) -> Label | None:
    before = masked[max(0, line.start() - 80) : line.start()].rstrip(" \t")
    tag = before.endswith("\n") and before[:-1].rstrip(" \t").endswith("\x01") and not masked[found.end() : stop].strip()
    return None if tag else _number(masked, line, found, stop)


def _letter(masked: str, line: re.Match[str], found: re.Match[str], stop: int) -> Label | None:
    letter = next(g for g in found.groups() if g)
    return Label("letter", line.start(), _end(masked, line, found.end(), stop), _place(letter))


def _titled(_masked: str, line: re.Match[str], found: re.Match[str], stop: int) -> Label | None:
    """``2 Variational Free Energy [6pts]``: a number and a title."""
    title = found[0]
    if "\x01" in title or line["bullet"] or len(title.split()) > 9 or title.rstrip().endswith((",", ";")):
        return None
    if title.rstrip().endswith(".") and not (line["hashes"] or line["bold"]):
        return None
    return Label("question", line.start(), stop, 0, int(found["number"]))


def _lone(_masked: str, line: re.Match[str], found: re.Match[str], stop: int) -> Label | None:
    if line["bullet"]:
        return None
    kind = "question" if line["hashes"] or line["bold"] else "lone"
    number = int(found["number"])
    return Label(kind, line.start(), stop, number, number if kind == "question" else None)


_Rule = Callable[[str, "re.Match[str]", "re.Match[str]", int], "Label | None"]
_SHAPES: tuple[tuple[re.Pattern[str], _Rule], ...] = (
    (_QUESTION, _question), (_PART, _part), (_LONE, _lone), (_NUMBER, _number), (_BRACKETED, _bracketed), (_LETTER, _letter), (_TITLED, _titled),
)  # fmt: skip


def _part_number(found: re.Match[str]) -> int:
    groups = found.groupdict()
    if groups.get("part"):
        return int(groups["part"])
    letter = groups.get("letter") or groups.get("dotted")
    return _place(letter) if letter else 0


def _place(letter: str) -> int:
    return ord(letter) - ord("a") + 1


def _end(masked: str, line: re.Match[str], after: int, stop: int) -> int:
    """Where a label ends: behind the bold that it opened, at the end of a heading, else behind the number."""
    if line["hashes"]:
        return stop if "\x01" not in masked[after:stop] else after
    bold = line["bold"]
    if bold is None:
        return after
    close = masked.find(_CLOSERS.get(bold, "}"), after, stop)
    if close < 0 or "\x01" in masked[after:close]:
        return after
    end = close + len(_CLOSERS.get(bold, "}"))
    return end + 1 if masked[end : end + 1] in (":", ".") else end


# --- LaTeX ------------------------------------------------------------------------------------------------------------


def _in_commands(masked: str) -> Iterator[Label]:
    """Sections and the items of numbered lists. An item is numbered by its place or by its label."""
    counters: list[int | None] = []  # one an open list; None where it has no numbers
    for found in _COMMAND.finditer(masked):
        if found["begin"]:
            counters.append(0 if found["begin"] == "enumerate" else None)
        elif found["end"]:
            if counters:
                counters.pop()
        elif found["counter"] is not None:
            if counters:
                counters[-1] = int(found["counter"])
        elif found["section"]:
            yield from _section(found)
        else:
            yield from _item(masked, found, counters)


def _item(masked: str, found: re.Match[str], counters: list[int | None]) -> Iterator[Label]:
    label = _unmarked(found["label"] or "")
    for pattern in (_PART, _QUESTION):
        if (read := pattern.match(label)) is not None and _part_number(read):
            yield Label("part", found.start(), found.end(), _part_number(read), int(read["question"]))
            return
    number = None
    if (read := _LETTER.match(label)) is not None:
        number = _place(next(g for g in read.groups() if g))
    elif (read := re.match(r"\(?(\d+)", label)) is not None:
        number = int(read[1])
    elif counters and counters[-1] is not None and not label:
        number = counters[-1] + 1
    if number is None:
        return
    if counters and counters[-1] is not None:
        counters[-1] = number
    after = masked[found.end() : found.end() + 400]
    if not label and (inner := re.match(r"\s*\\textbf\{\s*(\d+)\.(\d+)[^}]*\}", after)) is not None:
        yield Label("part", found.start(), found.end() + inner.end(), int(inner[2]), int(inner[1]))
        return
    depth = sum(c is not None for c in counters) or 1
    yield Label("item", found.start(), found.end(), number, None, depth)


def _section(found: re.Match[str]) -> Iterator[Label]:
    title, start, end = _unmarked(found["title"]), found.start(), found.end()
    top = found["section"] in ("section", "chapter")
    for pattern in (_QUESTION, _PART):
        if (read := pattern.match(title)) is not None:
            number = _part_number(read)
            yield Label("part" if number else "question", start, end, number, int(read["question"]))
            return
    if (read := _LETTER.match(title)) is not None:
        yield Label("letter", start, end, _place(next(g for g in read.groups() if g)))
    elif (read := re.match(r"\(?(\d+)[.):]?(?=\s|$)", title)) is not None:
        yield Label("question", start, end, 0, int(read[1])) if top else Label("number", start, end, int(read[1]))
    elif top and not _NO_QUESTION.match(title):
        yield Label("section", start, end, 0)
    elif found["section"] == "subsection":
        yield Label("subsection", start, end, 0)


def _unmarked(text: str) -> str:
    return re.sub(r"\\[A-Za-z]+\*?|[{}*]", " ", text).strip()
