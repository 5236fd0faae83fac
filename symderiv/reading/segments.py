r"""A document's text → displays, words and pictures, each with its span.

Read: ``$ $$ \( \) \[ \]``, the display environments, raw or inside dollars, ```` ```math ````, ``$`…`$``, in LaTeX and in Markdown;
comments, definitions and what is crossed out are left out, verbatim text is words. A text without delimiters is one formula, unless it reads as words. A text that starts
inside a display (``x = y$$ … $$u = v``) is put right. Nothing is parsed here: a display that cannot be read is still a display.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symderiv.core.text import Source, Span
from symderiv.reading.characters import BARE_WORDS, ENVIRONMENTS, GREEK_WORDS, PLAIN_WORDS
from symderiv.reading.lines import claims
from symderiv.reading.macros import definitions
from symderiv.reading.tokens import group_end


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
    r"|(?P<comment>%[^\n]*)"
    r"|(?P<fence>```+)[ \t]*(?P<language>\w*)[^\n]*\n"
    r"|\\begin\s*\{(?P<verbatim>verbatim|lstlisting|minted|comment|Verbatim)\*?\}"
    rf"|\\begin\s*\{{\s*(?P<environment>{_ENVIRONMENT_NAMES})\s*\}}"
    r"|(?P<dollars>\$\$?)"
    r"|(?P<bracket>\\[(\[])"
    r"|(?P<aside><!--|~~(?=\S)|%%|<(?:del|strike|s)>|\\(?:sout|xout|st)\s*\{|\\iffalse(?![A-Za-z]))"
    r"|(?P<picture>!\[[^\]\n]{0,400}\]\([^)\n]{0,400}\)|\\includegraphics(?:\[[^\]\n]{0,200}\])?\{[^}\n]{0,200}\}|<img\b[^>\n]{0,400}>)"
)
_INLINE_END = re.compile(r"\\[\s\S]|\n[ \t]*\n|\$")
_DISPLAY_END = re.compile(r"\\[\s\S]|\$\$")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_DELIMITED = re.compile(r"(?<!\\)\$|\\[(\[]|```")
_MATHS = re.compile(r"[=\\^_+<>|]")
_TAG = re.compile(r"^[ \t]*\((?:\d+|\d+\.\d+|\*+)\)[ \t]*$", re.MULTILINE)
_TEXT_MACRO = re.compile(r"\\(?:text\w*|mbox)\s*\{[^{}]{0,400}\}")
_CLEAN_WORD = re.compile(r"[(\"']?([A-Za-z][A-Za-z'-]+)[.,;:!?)\"']*")
_SHORT_WORDS = frozenset(["No", "no", "is", "it", "as", "of", "or", "if", "so", "to", "in", "by", "we", "be", "at", "on"])


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
    return found if found and _reads_as_words(" ".join(rest)) else None


def _starts_inside(text: str, span: Span) -> bool:
    """Whether the first ``$$`` ends a display that the text starts with: nothing but space before the next, or there is no next."""
    pieces = text[span.start : span.end].split("$$")
    if len(pieces) < 2 or "$" in pieces[0] or not pieces[0].strip() or _reads_as_words(pieces[0]):
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
            yield Span(*found.span())
        elif rule == "picture":
            yield Picture(Span(*found.span()))
        else:
            island = _ISLANDS["aside" if rule == "comment" else rule or ""](text, found, end, spent)
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
    return None


def _verbatim(text: str, found: re.Match[str], end: int, spent: set[str]) -> Span | None:
    if found["verbatim"] != "comment":
        return None
    close = _closing(text, "\\end{comment}", found.end(), end, spent)
    return Span(found.start(), end if close < 0 else close + len("\\end{comment}"))


def _aside(text: str, found: re.Match[str], end: int, spent: set[str]) -> Span | None:
    """A comment, or what is crossed out; None where it is never closed, or only far away."""
    mark = found[0][:2] if found[0][0] == "%" else found[0]
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
            return Display(Span(start, edge.start()), "display" if double else "inline", Span(found.start(), edge.end()))
        if edge[0][0] == "\n":
            return None  # an amount of money, or a slip: no formula goes over the end of a paragraph
    if not double:
        return None
    spent.add("$$")
    stop = _paragraph_end(text, start, end)
    return Display(Span(start, stop), "display", Span(found.start(), stop))


def _edges(text: str, start: int, end: int, *, double: bool) -> Iterator[re.Match[str]]:
    return (_DISPLAY_END if double else _INLINE_END).finditer(text, start, end)


def _bracketed(text: str, found: re.Match[str], end: int, spent: set[str]) -> Display | None:
    start, inline = found.end(), found["bracket"] == "\\("
    stop = _closing(text, "\\)" if inline else "\\]", start, end, spent)
    if stop < 0:
        stop = _paragraph_end(text, start, end)
        return Display(Span(start, stop), "inline" if inline else "display", Span(found.start(), stop))
    if not inline and "\n" not in text[start:stop] and not _MATHS.search(text, start, stop):
        return None  # \[3pts\]: brackets escaped in Markdown
    return Display(Span(start, stop), "inline" if inline else "display", Span(found.start(), stop + 2))


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
        if not isinstance(island, Span) and (
            isinstance(island, Picture) or source.text[island.span.start : island.span.end].strip()
        ):
            yield island
        at = where.end
    yield from _prose(source, at, span.end)


def _prose(source: Source, start: int, end: int) -> Iterator[Prose]:
    raw = source.text[start:end]
    text = plain(_TAG.sub(lambda m: " " * len(m[0]), raw))
    if re.search(r"[^\W_]|[=<>+]", text):
        left = len(raw) - len(raw.lstrip())
        yield Prose(Span(start + left, start + len(raw.rstrip())), text)


# --- texts without delimiters -----------------------------------------------------------------------------------------


def bare(source: Source, span: Span) -> Iterator[Segment]:
    """A text without delimiters: one formula, words, or lines of both."""
    text = _without_layout(source.text[span.start : span.end])
    if not text.strip():
        return
    if not _reads_as_words(text):
        for first, last in claims(text):
            where = Span(span.start + first, span.start + last)
            yield Display(where, "bare", where)
        return
    lines = [m.span() for m in re.finditer(r"[^\n]+", text) if m[0].strip()]
    kinds = [_reads_as_formula(text[a:b]) for a, b in lines]
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


_EDGE = re.compile(r"\\(?:begin|end)\s*\{\s*([A-Za-z]+\*?)\s*\}")


def _reads_as_words(text: str) -> bool:
    """Whether a text is language: most of it clean words, or it opens with them. Code and mark-up are not."""
    tokens = _TEXT_MACRO.sub(" ", text).split()
    clean = [_is_word(t) for t in tokens]
    return bool(tokens) and (2 * sum(clean) > len(tokens) or (sum(clean) > 2 and clean[0]))


def _without_layout(text: str) -> str:
    r"""A text without the ``\begin`` and ``\end`` of what sets no formula: lists, proofs, boxes."""
    return _EDGE.sub(lambda m: m[0] if _sets_formulas(m[1].rstrip("*")) else " " * len(m[0]), text)


def _sets_formulas(environment: str) -> bool:
    """Whether an environment sets a formula, or is misspelt for one that does: that is for its reader to say."""
    return environment in ENVIRONMENTS or bool(difflib.get_close_matches(environment, ENVIRONMENTS, 1, 0.8))


def _reads_as_formula(line: str) -> bool:
    return not any(map(_is_word, line.split())) and re.search(r"[=∏∑∫^_\\≥≤]", line) is not None


def _is_word(token: str) -> bool:
    found = _CLEAN_WORD.fullmatch(token)
    if found is None or found[1] in BARE_WORDS or found[1] in GREEK_WORDS:
        return False
    return len(found[1]) > 2 or found[1] in _SHORT_WORDS or found[1] in PLAIN_WORDS


# --- words ------------------------------------------------------------------------------------------------------------

_MARKUP = (
    (re.compile(r"\\(?:begin|end)\s*\{[^}]{0,80}\}(?:\[[^\]]{0,80}\])?"), " "),
    (re.compile(r"\\(?:label|ref|eqref|cite|vspace|hspace|setcounter\{\w+\})\*?\s*\{[^}]{0,80}\}"), " "),
    (re.compile(r"\\item\s*(?:\[[^\]]{0,80}\])?"), " "),
    (re.compile(r"\\\\(?:\[[^\]]{0,20}\])?"), " "),
    (re.compile(r"\\([\[\]().#_$%&{}*-])"), r"\1"),
    (re.compile(r"\\[A-Za-z]+\*?\s?"), ""),
    (re.compile(r"[{}]"), ""),
    (re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,10}(?:[ \t][^<>\n]{0,80})?/?>"), " "),
    (re.compile(r"\*\*|__|`+|^#+[ \t]*", re.MULTILINE), ""),
    (re.compile(r"(?<!\w)\*(\w[^*\n]{0,200}\w)\*(?!\w)"), r"\1"),
    (re.compile(r"^[ \t]*[-*+][ \t]+", re.MULTILINE), ""),
    (re.compile(r"\s+"), " "),
)


def plain(text: str) -> str:
    r"""Words without the mark-up of LaTeX and Markdown.

    >>> plain(r"therefore \emph{not} **so** \[3pts\]")
    'therefore not so [3pts]'
    """
    for pattern, by in _MARKUP:
        text = pattern.sub(by, text)
    return text.strip()
