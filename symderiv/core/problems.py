"""What can be wrong with a text, told to the person who wrote it.

A `Problem` has a span, a message (what was seen, and what would be right) and often a hint. `AnswerProblem` is about a
student's text and `AuthorProblem` about an assignment, a layer or a distribution. Any other exception is a bug of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from symderiv.core.text import Source, Span


#: What can be wrong with a text; ``unreadable`` is all that is none of the others.
KINDS = ("unknown macro", "unknown symbol", "shape mismatch", "unclosed bracket", "too large", "unreadable")


class Problem(Exception):
    """Something in ``source`` at ``span`` that its writer has to mend. ``kind`` is one of `KINDS`: what is wrong, in two words."""

    def __init__(
        self, message: str, span: Span | None = None, source: Source | None = None, hint: str = "", kind: str = "unreadable"
    ) -> None:
        super().__init__(message)
        self.message, self.span, self.source, self.hint, self.kind = message, span, source, hint, kind

    def at(self, source: Source, offset: int = 0) -> Problem:
        """The same problem, placed in ``source``: spans so far counted from ``offset``. Kept as is where it has a source."""
        if self.source is not None:
            return self
        return type(self)(self.message, self.span and self.span.shifted(offset), source, self.hint, self.kind)

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in place of a traceback: the place to mend is in the writer's text, not in our code."""
        return str(self).splitlines()

    def __str__(self) -> str:
        head, body = self.message, ""
        if self.source is not None and self.span is not None:
            line, column = self.source.line_and_column(self.span.start)
            head = f"{self.source.name}:{line}:{column}: {head}"
            body = "\n" + "\n".join("    " + row for row in self.source.excerpt(self.span).splitlines())
        elif self.source is not None:
            head = f"{self.source.name}: {head}"
        return head + body + (f"\n    hint: {self.hint}" if self.hint else "")


class AnswerProblem(Problem):
    """A student's text that cannot be read as it stands."""


class AuthorProblem(Problem):
    """A mistake in an assignment file, a layer file or a distribution file, or in how a command was called."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word``, or the empty string.

    >>> nearest("pionts", ["points", "number"])
    'points'
    """
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else ""
