r"""A document's text as it was meant, character for character: every offset stays where it is.

Line ends of old machines become new lines, the ``>`` of a quoted paragraph of Markdown a space, so that a display inside a quote reads
as one outside, the heads and feet of pages too, and macros for the edges of a display its brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symderiv.reading.macros import definitions

_MARKERS = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_CALLOUT = re.compile(r"[ \t]*\[![\w-]+\][+-]?")


def cleaned(text: str, latex: bool) -> str:
    r"""The same text, of the same length.

    >>> cleaned("> $$\n> a\n> $$", latex=False)
    '  $$\n  a\n  $$'
    >>> cleaned("$$\na\n> b\n$$", latex=False)
    '$$\na\n> b\n$$'
    """
    text = text.replace("\r\n", " \n").replace("\r", "\n")
    text = _RUNNING_HEAD.sub(lambda m: " " * len(m[0]), _with_displays(text))
    if latex or ">" not in text:
        return text
    return "".join(_unquoted(_TAGS_ALONE.sub(lambda m: " " * len(m[0]), text)))


#: The head or the foot of a page: ``HW 2, page 1 of 3``.
_RUNNING_HEAD = re.compile(
    r"^(?=[^\n]{0,120}$)(?:[^\n=$\\]{0,80}\bpage[ \t]+\d{1,3}[ \t]*(?:of|/)[ \t]*\d{1,3}\b[^\n=$\\]{0,40}|[ \t]*[-–—]*[ \t]*page[ \t]+\d{1,3}[ \t]*[-–—]*[ \t]*)$",
    re.IGNORECASE | re.MULTILINE,
)


#: A line of tags that set nothing off that is a number of an answer.
_TAGS_ALONE = re.compile(
    r"^[ \t]*(?:</?(?:div|center|details|summary|span|font|br|hr|p|section|article|table|tbody|thead|tr)\b[^<>\n]{0,80}>[ \t]*)+$",
    re.MULTILINE,
)


def _with_displays(text: str) -> str:
    r"""``\be … \ee`` as ``\[ … \]``, where these are macros that begin and end a display."""
    edges, defined = {}, []
    for name, macro, span in definitions(text):
        if (found := _EDGE.fullmatch(macro.body.strip())) is not None and found[2].rstrip("*") in _DISPLAYS:
            edges[name] = "\\[" if found[1] == "begin" else "\\]"
            defined.append(span)
    if not edges:
        return text

    def delimiter(found: re.Match[str]) -> str:
        if found[1] not in edges or any(span.start <= found.start() < span.end for span in defined):
            return found[0]
        return edges[found[1]].ljust(len(found[0]))

    return re.sub(r"\\([A-Za-z]+)", delimiter, text)


_EDGE = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}")
_DISPLAYS = frozenset(("equation", "align", "gather", "multline", "eqnarray", "displaymath", "flalign"))


def _unquoted(text: str) -> Iterator[str]:
    quoted, blank = False, True  # whether the line before is quoted, or nothing
    for line in text.splitlines(keepends=True):
        found = _MARKERS.match(line) if quoted or blank else None
        blank, quoted = not line.strip(), found is not None
        if found is None:
            yield line
        else:
            rest = line[found.end() :]
            title = _CALLOUT.match(rest)
            length = title.end() if title is not None else 0
            yield " " * (found.end() + length) + rest[length:]
