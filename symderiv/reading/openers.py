r"""What may stand at the start of a line before a label: headings, bullets, quotes, and what sets words off, in Markdown, LaTeX and HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symderiv.reading.characters import EMOJI

_STYLES = "textbf|textit|textsc|textsf|textrm|emph|underline|uline|fbox|framebox|mbox|hl|bf|sc"
_SWITCHES = (
    "bf|bfseries|it|itshape|sc|scshape|sf|rm|normalsize|large|Large|LARGE|huge|Huge|small|underline|boldmath|color\\{\\w+\\}"
)
_PIECE = re.compile(
    r"(?P<space>[ \t]+)"
    r"|(?P<silent>\\(?:noindent|par|(?:big|med|small)skip|newpage|clearpage|pagebreak|indent|qquad|quad|hfill|centering|hrule|hline|bigbreak|[,;!:])(?![A-Za-z])"
    r"|\\[hv]space\*?\{[^}\n]{0,20}\}|\\\\(?:\[[^\]\n]{0,20}\])?|\\begin\{(?:center|flushleft|quote|tcolorbox|mdframed|framed)\}(?:\[[^\]\n]{0,80}\])?"
    r"|>(?=[ \t>])|<(?:br|hr)[ \t]*/?>|</?(?:p|div|center|ul|ol|li|span|font|section|summary|details)\b[^>\n]{0,80}>)"
    rf"|(?P<emoji>[{EMOJI}]+)"
    r"|(?P<hashes>\#{1,6})(?=[ \t*_\\<\d(])"
    r"|(?P<cell>\|[ \t]+(?=[\w(\[*]))"
    r"|(?P<bullet>[-*+•](?=[ \t]))"
    rf"|(?P<macro>\\(?:{_STYLES}|textcolor\{{\w{{1,20}}\}}|(?:sub)?paragraph\*?)[ \t]*\{{)"
    rf"|(?P<group>\{{[ \t]*(?=\\(?:{_SWITCHES})(?![A-Za-z])))"
    rf"|(?P<switch>\\(?:{_SWITCHES})(?![A-Za-z])[ \t]*)"
    r"|(?P<mark>\*{1,3}(?=[\w(\[\\<])|_{1,3}(?=[\w(\[])|==(?=[\w(\[])|~~(?=[\w(\[])|`(?=[\w(\[]))"
    r"|<(?P<tag>b|strong|u|i|em|h[1-6]|mark|big|code)\b[^>\n]{0,80}>"
)
_PARAGRAPHS = {"paragraph": 4, "subparagraph": 5}


@dataclass(frozen=True, slots=True)
class Opening:
    """A line's start and where its words begin: a heading's ``level`` (0: none), a bullet, the ``indent``, and the ``closers`` that end
    what is set off, the innermost last; ``inner`` is where the innermost stands. ``runs_in``: a heading with the text behind it on its line.
    """

    start: int
    at: int
    level: int
    bullet: bool
    indent: int
    closers: tuple[str, ...]
    inner: int | None
    runs_in: bool = False


def opening(text: str, start: int, stop: int) -> Opening | None:
    """What opens the line from ``start`` to ``stop``; None where no words follow."""
    at, level, bullet, runs_in, closers = start, 0, False, False, list[str]()
    indent = len(text[start:stop].expandtabs(4)) - len(text[start:stop].expandtabs(4).lstrip(" "))
    while (found := _PIECE.match(text, at, stop)) is not None:
        kind = found.lastgroup
        if kind == "hashes":
            level = len(found[0])
        elif kind == "bullet":
            bullet = True
        elif kind in ("macro", "group"):
            name = found[0].strip("\\{* \t")
            level, runs_in = _PARAGRAPHS.get(name, level), runs_in or name in _PARAGRAPHS
            closers.append("}")
        elif kind == "mark":
            closers.append(found[0])
        elif kind == "cell":
            closers.append("|")
        elif kind == "tag":
            level = int(found["tag"][1]) if found["tag"][0] == "h" else level
            closers.append(f"</{found['tag']}>")
        at = found.end()
    if at >= stop or not (text[at].isalnum() or text[at] in "([§"):
        return None
    inner = text.find(closers[-1], at, stop) if closers else -1
    if closers and inner < 0:
        closers = []
    return Opening(start, at, level, bullet, indent, tuple(closers), inner if closers else None, runs_in)


def closed_end(text: str, line: Opening, stop: int) -> int:
    """The offset behind everything that the line's opening set off."""
    at = line.inner or line.at
    for closer in reversed(line.closers):
        close = text.find(closer, at, stop)
        if close < 0:
            break
        at = close + len(closer)
    return at
