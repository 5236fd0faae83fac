r"""A document's text as it was meant, character for character: every offset stays where it is.

Line ends of old machines become new lines, and the ``>`` of a quoted paragraph of Markdown a space, so that a display inside a quote reads
as one outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    return text if latex or ">" not in text else "".join(_unquoted(text))


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
