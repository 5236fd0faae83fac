"""Text as it is, in TeX, Typst and Markdown: every character that means something there is made to stand for itself.

Long runs without a space get places to break, so that no text of anybody leaves the page.
"""

from __future__ import annotations

import re

from symderiv.writing.latex import GREEK_CHARACTERS, ligature, text_character

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": r"'", "`": r"\textasciigrave{}",
    "-": "{-}",
}  # fmt: skip
_TYPST = set("\\#$*_`<>@=-+/~[]{}'\"&|^%:;,.!?()")
#: So many columns without a space are set without a place to break; from there on each sign, then each character, offers one.
_UNBROKEN, _STUBBORN = 16, 22


def _latex(c: str, *, verbatim: bool) -> str:
    if verbatim and c in "',":
        return r"\textquotesingle{}" if c == "'" else "{,}"
    if c in _LATEX:
        return _LATEX[c]
    return c if c.isascii() and c.isprintable() else text_character(c)


def latex_columns(c: str) -> int:
    """How many columns a character takes in TeX, where one without a glyph is named by its code point."""
    return 6 if "scriptsize" in _latex(c, verbatim=True) else 2 if c in GREEK_CHARACTERS or not c.isascii() else 1


def _with_breaks(pieces: list[tuple[str, str, int]], mark: str, apart: str) -> str:
    """Pieces, each a character, its markup and its columns, with places to break in long runs without a space, and no ligatures of signs."""
    out, run, before = [], 0, ""
    for c, piece, wide in pieces:
        out.append(apart + piece if ligature(before, c) else piece)
        before = c
        run = 0 if c.isspace() else run + wide
        if run >= _STUBBORN or (run >= _UNBROKEN and not c.isalnum()):
            out.append(mark)
    return "".join(out)


def latex_text(text: str) -> str:
    """Text for TeX. What a plain pdflatex has no glyph for is named by its code point."""
    return _with_breaks([(c, _latex(c, verbatim=False), latex_columns(c)) for c in text], r"\allowbreak{}", "{}")


def latex_line(text: str) -> str:
    """One line of verbatim text for TeX: straight quotes, no ligatures, every space kept."""
    return "".join("~" if c == " " else _latex(c, verbatim=True) for c in text)


def latex_bookmark(text: str) -> str:
    """Text for a PDF's outline, which holds no mathematics: Greek letters by name, what is neither ASCII nor Latin as ``?``."""
    names = ((GREEK_CHARACTERS.get(c, c), c) for c in text)
    return "".join(
        name if len(name) > 1 else _latex(c, verbatim=False) if c.isascii() else c if _latex(c, verbatim=False) == c else "?"
        for name, c in names
    )


def _typst(c: str) -> str:
    if c in _TYPST:
        return f"\\u{{{ord(c):x}}}"
    return " " if c.isspace() else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}"


def typst_text(text: str) -> str:
    """Text for Typst's markup mode."""
    return _with_breaks([(c, _typst(c), 1) for c in text], r"\u{200b}", r"\u{200c}")


def typst_line(text: str) -> str:
    """One line of verbatim text for Typst, every space kept."""
    return "".join(r"\u{a0}" if c == " " else _typst(c) for c in text)


_MARKDOWN = frozenset("\\`*_{}[]<>#|$&~!")
_OPENS_A_BLOCK = re.compile(r"\d+(?=[.)](?:\s|$))|(?=[-+](?:\s|$))|(?=[-=]+$)")


def markdown_text(text: str) -> str:
    r"""One line of text for Markdown.

    >>> print(markdown_text("a_1 <b>"), markdown_text("1. - x"))
    a\_1 \<b\> 1\. - x
    """
    line = " ".join("".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text).split())
    opening = _OPENS_A_BLOCK.match(line)
    head = opening[0] + "\\" if opening else ""
    return head + "".join("\\" + c if c in _MARKDOWN else c for c in line[opening.end() if opening else 0 :])
