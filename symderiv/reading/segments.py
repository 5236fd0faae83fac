r"""A document's text → displays, words and pictures, each with its span.

Read: ``$ $$ \( \) \[ \]``, the display environments, raw or inside dollars, ```` ```math ````, ``$`…`$``, in LaTeX and in Markdown;
comments, definitions and what is crossed out are left out, verbatim text is words. A text without delimiters is one formula, unless it reads as words. A text that starts
inside a display (``x = y$$ … $$u = v``) is put right. Nothing is parsed here: a display that cannot be read is still a display.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symderiv.core.text import Source, Span
from symderiv.reading.characters import ENVIRONMENTS
from symderiv.reading.lines import claims
from symderiv.reading.macros import definitions
from symderiv.reading.tokens import group_end
from symderiv.reading.wording import all_words, apart, plain, reads_as_formula, reads_as_words, without_layout


@dataclass(frozen=True, slots=True)
class Display:
    """A formula: ``span`` without its delimiters, ``whole`` with them. ``kind`` is ``inline``, ``display``, or ``bare`` (no delimiters)."""

    span: Span
    kind: str
    whole: Span


@dataclass(frozen=True, slots=True)
class Prose:
    """Words: where they stand, and their text without markup."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, of which nothing can be read."""

    span: Span


Segment = Display | Prose | Picture

_ENVIRONMENT_NAMES = "|".join(re.escape(name) for name in sorted(ENVIRONMENTS, key=len, reverse=True))
_START = re.compile(
    r"(?P<escaped>\\[\\$%&#_{}])"
    r"|(?P<comment>%)"
    r"|(?P<fence>(?<!`)```+(?!`))(?=[^\n]{0,200}\n)[ \t]*(?P<language>\w*)[^\n]*\n"
    r"|\\begin\s*\{(?P<verbatim>verbatim|lstlisting|minted|comment|Verbatim)\*?\}"
    rf"|\\begin\s*\{{\s*(?P<environment>{_ENVIRONMENT_NAMES})\s*\}}"
    r"|(?P<dollars>\$\$?)"
    r"|(?P<bracket>\\[(\[])"
    r"|(?P<aside><!--|~~(?=\S)|%%|<(?:del|strike|s)>|\\(?:sout|xout|st)\s*\{|\\iffalse(?![A-Za-z]))"
    r"|(?P<code>(?<![`$])`(?![`\n])[^`\n]{1,400}`(?![`$]))"
    r"|(?P<picture>!\[[^\]\n]{0,400}\]\([^)\n]{0,400}\)|\\includegraphics(?:\[[^\]\n]{0,200}\])?\{[^}\n]{0,200}\}|<img\b[^>\n]{0,400}>)"
)
_INLINE_END = re.compile(r"\\[\s\S]|\n[ \t]*\n|\$")
_DISPLAY_END = re.compile(r"\\[\s\S]|\$\$")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_DELIMITED = re.compile(r"(?<!\\)\$|\\[(\[]|```")
_MATHS = re.compile(r"[=\\^_+<>|]")
_TAG = re.compile(r"^[ \t]*\((?:\d+|\d+\.\d+|\*+)\)[ \t]*$", re.MULTILINE)


def is_latex(source: Source) -> bool:
    """Whether ``%`` starts a comment in the document's words."""
    return source.name.endswith((".tex", ".ltx")) or "\\documentclass" in source.text or "\\begin{document}" in source.text


def segments(source: Source, span: Span | None = None) -> tuple[Segment, ...]:
    """The displays, words and pictures of an answer, in their order."""
    span = span or Span(0, len(source.text))
    found = _delimited(source, span)
    if found is None:
        return tuple(bare(source, span))
    return tuple(between(source, span, found))


def _delimited(source: Source, span: Span) -> list[Display | Picture | Span] | None:
    """The parts of a text that are no words; None where it has no delimiters and stands for itself."""
    text = source.text
    if _DELIMITED.search(text, span.start, span.end):
        inside = _starts_inside(text, span)
        return list(islands(source, span, inside=inside))
    found = list(islands(source, span))
    rest, at = [], span.start
    for island in found:
        where = whole(island)
        rest.append(text[at : where.start])
        at = where.end
    rest.append(text[at : span.end])
    return found if found and reads_as_words(" ".join(rest)) else None


def _starts_inside(text: str, span: Span) -> bool:
    """Whether the first ``$$`` ends a display that the text starts with: nothing but space before the next, or there is no next."""
    pieces = text[span.start : span.end].split("$$")
    if len(pieces) < 2 or "$" in pieces[0] or not pieces[0].strip() or reads_as_words(pieces[0]):
        return False
    return len(pieces) == 2 or not pieces[1].strip()


def islands(source: Source, span: Span, *, inside: bool = False) -> Iterator[Display | Picture | Span]:
    """Displays, pictures, and (as bare spans) what is no text at all: comments and definitions."""
    text, at, end, latex = source.text, span.start, span.end, is_latex(source)
    spent: set[str] = set()  # closing delimiters that do not occur any more, so that no text is searched twice to its end
    defined = {where.start: where for _, _, where in definitions(text, at, end)}
    if inside:
        stop = text.index("$$", at, end)
        yield Display(Span(at, stop), "display", Span(at, stop + 2))
        at = stop + 2
    edges = iter(sorted(defined))
    edge = next(edges, end)
    while found := _START.search(text, at, end):
        while edge < at:
            edge = next(edges, end)
        if edge <= found.start():
            yield defined[edge]
            at = defined[edge].end
            continue
        at = found.end()
        rule = found.lastgroup if found.lastgroup != "language" else "fence"
        if rule == "escaped":
            continue
        if rule == "comment" and not latex and not text.startswith("%%", found.start()):
            at = found.start() + 1
        elif rule == "comment" and latex:
            line = text.find("\n", at, end)
            at = end if line < 0 else line
            yield Span(found.start(), at)
        elif rule == "code" and latex:  # a quotation mark
            at = found.start() + 1
        elif rule == "picture":
            yield Picture(Span(*found.span()))
        else:
            island = (
                _coded(text, found)
                if rule == "code"
                else _ISLANDS["aside" if rule == "comment" else rule or ""](text, found, end, spent)
            )
            if rule in ("comment", "aside") and island is None:
                at = found.start() + 2
            if island is not None:
                yield island
                at = whole(island).end
    while edge < end:
        if edge >= at:
            yield defined[edge]
        edge = next(edges, end)


def _closing(text: str, mark: str, start: int, end: int, spent: set[str]) -> int:
    """The offset of a closing delimiter, or -1."""
    close = -1 if mark in spent else text.find(mark, start, end)
    if close < 0:
        spent.add(mark)
    return close


def _fenced(text: str, found: re.Match[str], end: int, spent: set[str]) -> Display | Span | None:
    close = _closing(text, found["fence"], found.end(), end, spent)
    stop = end if close < 0 else close
    after = min(end, stop + len(found["fence"]))
    if found["language"] in ("math", "latex", "tex", "katex"):
        return Display(Span(found.end(), stop), "display", Span(found.start(), after))
    return Span(found.start(), after) if found["language"].lower() in _PROGRAMS else None


#: Languages of programs: as in a notebook, code is no answer.
_PROGRAMS = frozenset(
    "python py python3 ipython julia r matlab octave cpp c java javascript js bash sh shell console json yaml".split()
)


def _coded(text: str, found: re.Match[str]) -> Display | None:
    """A formula set as code; None for a name or words set so."""
    start, stop = found.start() + 1, found.end() - 1
    if not reads_as_formula(text[start:stop]) and not re.search(r"\w[ )]*[-+*/=^] *[\w(]", text[start:stop]):
        return None
    return Display(Span(start, stop), "inline", Span(*found.span()))


def _verbatim(text: str, found: re.Match[str], end: int, spent: set[str]) -> Span | None:
    if found["verbatim"] != "comment":
        return None
    close = _closing(text, "\\end{comment}", found.end(), end, spent)
    return Span(found.start(), end if close < 0 else close + len("\\end{comment}"))


def _aside(text: str, found: re.Match[str], end: int, spent: set[str]) -> Span | None:
    """A comment, or what is crossed out; None where it is never closed, or only far away."""
    mark = "%%" if found[0] == "%" else found[0]
    if mark.endswith("{"):
        close = group_end(text, found.end(), min(end, found.end() + _FARTHEST))
        return None if close is None else Span(found.start(), close)
    closing = _ASIDES.get(mark) or "</" + mark[1:]
    start = found.start() + len(mark)
    stop = _closing(text, closing, start, end, spent)
    if stop < 0 or (mark in ("~~", "%%") and _PARAGRAPH_END.search(text, start, stop)):
        return None
    return Span(found.start(), stop + len(closing))


_ASIDES = {"<!--": "-->", "~~": "~~", "%%": "%%", "\\iffalse": "\\fi"}
#: Characters that one crossing-out in LaTeX may hold.
_FARTHEST = 4_000


def _environment(text: str, found: re.Match[str], end: int, spent: set[str]) -> Display:
    name = found["environment"]
    depth, stop = 0, None
    if name not in spent:
        for edge in re.compile(rf"\\(begin|end)\s*\{{\s*{re.escape(name)}\s*\}}").finditer(text, found.start(), end):
            depth += 1 if edge[1] == "begin" else -1
            if not depth:
                stop = edge.end()
                break
    if stop is None:
        spent.add(name)
    span = Span(found.start(), stop or _paragraph_end(text, found.end(), end))
    return Display(span, "display", span)


def _dollars(text: str, found: re.Match[str], end: int, spent: set[str]) -> Display | None:
    double = found["dollars"] == "$$"
    start = found.end()
    for edge in () if double and "$$" in spent else _edges(text, start, end, double=double):
        if edge[0][0] == "$":
            if not double and edge.start() - start > 2 and text[start] == text[edge.start() - 1] == "`":
                return Display(Span(start + 1, edge.start() - 1), "inline", Span(found.start(), edge.end()))
            if double and (stop := _runs_on(text, start, edge.start())) is not None:
                return Display(Span(start, stop), "display", Span(found.start(), stop))
            return Display(Span(start, edge.start()), "display" if double else "inline", Span(found.start(), edge.end()))
        if edge[0][0] == "\n":
            return None  # an amount of money, or a slip: no formula goes over the end of a paragraph
    if not double:
        return None
    spent.add("$$")
    stop = _paragraph_end(text, start, end)
    return Display(Span(start, stop), "display", Span(found.start(), stop))


def _runs_on(text: str, start: int, end: int) -> int | None:
    """Where a display ends whose closing delimiter was forgotten, so that the next one's opening seems to be it: before a number or words."""
    for found in _PARAGRAPH_END.finditer(text, start, end):
        line = text[found.end() : text.find("\n", found.end())]
        if _NUMBERED.match(line) or reads_as_words(line):
            return found.start()
    return None


_NUMBERED = re.compile(
    r"[ \t>*_-]*(?:\#{1,6}[ \t]|\(?(?:\d{1,2}|[a-h]|i{1,3}|iv)[.)]|\d\.\d|\\(?:item|(?:sub)*section|paragraph|textbf))"
)


def _edges(text: str, start: int, end: int, *, double: bool) -> Iterator[re.Match[str]]:
    return (_DISPLAY_END if double else _INLINE_END).finditer(text, start, end)


def _bracketed(text: str, found: re.Match[str], end: int, spent: set[str]) -> Display | None:
    start, inline = found.end(), found["bracket"] == "\\("
    stop = _closing(text, "\\)" if inline else "\\]", start, end, spent)
    again = None if stop < 0 else (_OPENS_INLINE if inline else _OPENS).search(text, start, stop)
    if again is not None and _paragraph_end(text, start, end) < again.start():
        stop = -1  # never closed, and the end is that of another
    if stop < 0:
        stop = _paragraph_end(text, start, end)
        return Display(Span(start, stop), "inline" if inline else "display", Span(found.start(), stop))
    if not inline and "\n" not in text[start:stop] and not _MATHS.search(text, start, stop):
        return None  # \[3pts\]: brackets escaped in Markdown
    return Display(Span(start, stop), "inline" if inline else "display", Span(found.start(), stop + 2))


_OPENS, _OPENS_INLINE = re.compile(r"(?<!\\)\\\["), re.compile(r"(?<!\\)\\\(")


def _paragraph_end(text: str, start: int, end: int) -> int:
    found = _PARAGRAPH_END.search(text, start, end)
    return found.start() if found else end


_ISLANDS = {
    "aside": _aside, "fence": _fenced, "verbatim": _verbatim, "environment": _environment, "dollars": _dollars, "bracket": _bracketed,
}  # fmt: skip


def whole(island: Display | Picture | Span) -> Span:
    """Where an island stands, with its delimiters."""
    if isinstance(island, Display):
        return island.whole
    return island.span if isinstance(island, Picture) else island


def between(source: Source, span: Span, found: Iterable[Display | Picture | Span]) -> Iterator[Segment]:
    """The islands within a span, with the words between them."""
    at = span.start
    for island in found:
        where = whole(island)
        if where.end <= span.start or where.start >= span.end:
            continue
        yield from _prose(source, at, where.start)
        if isinstance(island, Picture) or (
            isinstance(island, Display) and not _SAYS_NOTHING.fullmatch(source.text, island.span.start, island.span.end)
        ):
            yield island
        at = where.end
    yield from _prose(source, at, span.end)


#: An empty display, or one that ends a proof or a sentence.
_SAYS_NOTHING = re.compile(
    r"(?:\s|\\[ ,;:!]|\\q?quad(?![A-Za-z])|\\(?:black|white)?square(?![A-Za-z])|\\(?:Box|qed|qedsymbol|cdot|bullet|checkmark|[lc]?dots)(?![A-Za-z])"
    r"|[.,;:!·•∎□■✓…])*"
)


def _prose(source: Source, start: int, end: int) -> Iterator[Prose]:
    raw = source.text[start:end]
    text = plain(_TAG.sub(lambda m: " " * len(m[0]), raw))
    if re.search(r"[^\W_]|[=<>+]", text):
        left = len(raw) - len(raw.lstrip())
        yield Prose(Span(start + left, start + len(raw.rstrip())), text)


# --- texts without delimiters -----------------------------------------------------------------------------------------


def bare(source: Source, span: Span) -> Iterator[Segment]:
    """A text without delimiters: one formula, words, or lines of both."""
    text = without_layout(source.text[span.start : span.end])
    if not text.strip():
        return
    whole_lines = [m.span() for m in re.finditer(r"[^\n]+", text) if m[0].strip()]
    lines = [piece for a, b in whole_lines for piece in apart(text, a, b)]
    worded = reads_as_words(text)
    if not worded and len(lines) == len(whole_lines) and not any(all_words(text[a:b]) for a, b in lines):
        for first, last in claims(text):
            where = Span(span.start + first, span.start + last)
            yield Display(where, "bare", where)
        return
    kinds = [reads_as_formula(text[a:b]) if worded else not reads_as_words(text[a:b]) for a, b in lines]
    if not any(kinds):
        yield from _prose(source, span.start, span.end)
        return
    k = 0
    while k < len(lines):
        start = k
        while k < len(lines) and kinds[k] == kinds[start]:
            k += 1
        first, last = lines[start][0], lines[k - 1][1]
        where = _stripped(text[first:last], Span(span.start + first, span.start + last))
        if kinds[start]:
            for a, b in claims(text[first:last]):
                where = Span(span.start + first + a, span.start + first + b)
                yield Display(where, "bare", where)
        else:
            yield from _prose(source, where.start, where.end)


def _stripped(raw: str, span: Span) -> Span:
    """The span of a text without the white space at its ends."""
    return Span(span.start + len(raw) - len(raw.lstrip()), span.start + len(raw.rstrip()))
