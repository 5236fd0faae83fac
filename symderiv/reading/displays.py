r"""Where the formulas of a text stand: ``$``, ``$$``, ``\(``, ``\[``, environments; the rest is words.

A text without any of them is one formula, or words where it reads like a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symderiv.core.text import Source, Span
from symderiv.reading.characters import BARE_WORDS


@dataclass(frozen=True, slots=True)
class Segment:
    """``kind``: ``display``, ``inline`` or ``words``; ``span`` without the delimiters."""

    kind: str
    span: Span


_ENVIRONMENTS = (
    r"align\*?|aligned|equation\*?|gather\*?|multline\*?|eqnarray\*?|displaymath|math|split|alignat\*?|flalign\*?|cases|[bpvBV]?matrix|array"
)
_OPENERS = re.compile(
    r"(?P<fence>^[ \t]*```[ \t]*(?:math|latex|tex)[ \t]*$)|(?P<dollars>(?<!\\)\$\$?)|(?P<paren>\\\()|(?P<bracket>(?<!\\)\\\[(?!\d*\.?\d*\s*(?:pt|ex|em|mm)\]))"
    rf"|\\begin\{{(?P<environment>{_ENVIRONMENTS})\}}|(?P<verbatim>\\begin\{{verbatim\}}|\\verb(?P<mark>[^A-Za-z*\s]))",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"[^\W\d_]{2,}")
_FORMULA = re.compile(r"[\\=^_{}∏∑∫≤≥∘⊙]|\d\s*[-+*/]|[-+*/]\s*\d")


def segments(source: Source, span: Span | None = None, document: bool = False) -> list[Segment]:
    """The pieces of a text in order; words that are only white space are left out. A ``document`` is never one formula as a whole."""
    span = span or Span(0, len(source.text))
    out = _delimited(source, span)
    if document:
        return [s for s in out if source.text[s.span.start : s.span.end].strip()]
    if not any(s.kind != "words" for s in out):
        kind = "words" if is_prose(source.text[span.start : span.end]) else "display"
        return [Segment(kind, span)] if source.text[span.start : span.end].strip() else []
    if "$" not in source.text and not re.search(r"\\\(|\\\[", source.text) and _one_formula(source, out):
        return [Segment("display", span)]
    displays = [s for s in out if s.kind == "display"]
    if displays and not any(source.text[s.span.start : s.span.end].strip() for s in displays):
        return _inside_out(source, out)
    return [s for s in out if source.text[s.span.start : s.span.end].strip()]


def _one_formula(source: Source, found: list[Segment]) -> bool:
    """Environments inside one formula: what stands around them is formula too."""
    around = [source.text[s.span.start : s.span.end] for s in found if s.kind == "words"]
    return any(_FORMULA.search(a) is not None and not is_prose(a) for a in around)


def _inside_out(source: Source, found: list[Segment]) -> list[Segment]:
    """The text starts and ends inside displays: what seemed words are the formulas."""
    return [Segment("display", s.span) for s in found if s.kind == "words" and source.text[s.span.start : s.span.end].strip()]


def _delimited(source: Source, span: Span) -> list[Segment]:
    text, position, out = source.text, span.start, []
    words = position
    while (m := _OPENERS.search(text, position, span.end)) is not None:
        kind, inner, after = _closed(text, m, span.end)
        if inner is None:
            position = m.end()
            continue
        if m.start() > words:
            out.append(Segment("words", Span(words, m.start())))
        if kind != "verbatim":
            out.append(Segment(kind, inner))
        position = words = after
    if words < span.end:
        out.append(Segment("words", Span(words, span.end)))
    return out


def _closed(text: str, m: re.Match[str], end: int) -> tuple[str, Span | None, int]:
    """The formula that an opener starts, and where the text goes on; None where it is never closed."""
    if m.group("verbatim"):
        closer = m.group("mark") or r"\end{verbatim}"
        close = text.find(closer, m.end(), end)
        return "verbatim", (Span(m.end(), close) if close >= 0 else None), close + len(closer)
    if m.group("dollars"):
        mark = m.group("dollars")
        close = m.end()
        while True:
            close = text.find(mark, close, end)
            if close < 0:
                return "", None, end
            if text[close - 1] != "\\":
                break
            close += len(mark)
        if mark == "$" and "\n\n" in text[m.end() : close]:
            return "", None, end
        return ("display" if mark == "$$" else "inline"), Span(m.end(), close), close + len(mark)
    if m.group("environment"):
        name = m.group("environment")
        depth, position = 1, m.end()
        while depth:
            opened, close = text.find(rf"\begin{{{name}}}", position, end), text.find(rf"\end{{{name}}}", position, end)
            if close < 0:
                return "", None, end
            if 0 <= opened < close:
                depth, position = depth + 1, opened + 1
            else:
                depth, position = depth - 1, close + 1
        return "display", Span(m.start(), position - 1 + len(rf"\end{{{name}}}")), position - 1 + len(rf"\end{{{name}}}")
    points = re.compile(r"\s*\d+\s*(?:pts?|points?|marks?)\s*\\\]", re.IGNORECASE).match(text, m.end(), end)
    if m.group("bracket") and points:  # the points of a question, escaped
        return "verbatim", None, points.end()
    closer = "```" if m.group("fence") else r"\)" if m.group("paren") else r"\]"
    close = text.find(closer, m.end(), end)
    if close < 0:
        return "", None, end
    return ("inline" if m.group("paren") else "display"), Span(m.end(), close), close + len(closer)


_COMMON = set("yes no not the is it we because since use by and so true false this that then which are of volume preserving".split())


def is_prose(text: str) -> bool:
    """Whether a text without delimiters reads like a sentence and not like a formula."""
    words = [w for w in _SENTENCE.findall(re.sub(r"\\[A-Za-z]+", " ", text)) if w not in BARE_WORDS]
    common = sum(w.lower() in _COMMON for w in words)
    if _FORMULA.search(text) is None:
        return common > 0 or sum(len(w) >= 4 for w in words) >= 2
    return len(words) >= 4 and common >= 2 and len(re.findall(r"[\\=^_]", text)) <= 2


__all__ = ["Segment", "is_prose", "segments"]
