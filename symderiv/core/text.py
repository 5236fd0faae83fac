"""Text that problems can point into.

A `Source` is a piece of text with a name; a `Span` is a half-open range of character offsets in it. Everything that is
read keeps its span, so that a `Problem` can show the writer's own words with a caret under them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from symderiv.core.values import value_class


@value_class
class Span:
    """Characters ``start`` to ``end`` (exclusive), counted from 0."""

    start: int
    end: int

    def __or__(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def shifted(self, offset: int) -> Span:
        """The same range in a text where this one starts at ``offset``."""
        return Span(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True)
class Source:
    """A text and what to call it: a file's name, ``answer``, ``given``."""

    text: str
    name: str = "text"

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        before = self.text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    def excerpt(self, span: Span, width: int = 96) -> str:
        """The line that holds ``span`` with carets under it; a long line is cut around the span.

        >>> print(Source("x_1 = y_1 - H(x_2)").excerpt(Span(12, 13)))
        x_1 = y_1 - H(x_2)
                    ^
        """
        start = min(span.start, len(self.text))
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", start)
        last = len(self.text) if last < 0 else last
        end = max(min(span.end, last), start)
        left = first if start - first <= width // 2 else start - width // 2
        right = min(last, left + width)
        head, marked = self.text[left:start], self.text[start : min(end, right)]
        line = ("…" if left > first else "") + self.text[left:right] + ("…" if right < last else "")
        pad = " " * ((left > first) + columns(head))
        return _printable(line) + "\n" + pad + "^" * max(1, columns(marked))


def columns(text: str) -> int:
    """Terminal columns that ``text`` fills."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def _printable(line: str) -> str:
    """Control and direction characters made visible, so that what is shown is what is stored."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cf") and c != "\t" else c for c in line)
