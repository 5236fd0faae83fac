r"""A formula that is set as two, ``$a +$ $b$``: what the first waits for stands in the second, with nothing between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symderiv.core.text import Source
from symderiv.reading.segments import Display, Segment

_WAITS = re.compile(
    r"(?:[-+*/·∘⊙×∗−]|\\(?:cdot|circ|odot|times|oslash|log|ln|exp)|\\(?:sum|prod|int)(?:\s*[_^]\s*(?:\{[^{}]{0,40}\}|\w)){0,2})\s*\Z"
)


def joined(source: Source, pieces: Sequence[Segment]) -> tuple[Source, tuple[Segment, ...]]:
    """The source and pieces with such formulas in one: what stands between them is blank, and every offset stays where it is."""
    text = source.text
    out: list[Segment] = []
    for piece in pieces:
        before = out[-1] if out else None
        if isinstance(piece, Display) and isinstance(before, Display) and _goes_over(text, before, piece):
            gap = piece.span.start - before.span.end
            text = text[: before.span.end] + " " * gap + text[piece.span.start :]
            out[-1] = Display(before.span | piece.span, before.kind, before.whole | piece.whole)
        else:
            out.append(piece)
    return (Source(text, source.name) if text is not source.text else source), tuple(out)


def _goes_over(text: str, first: Display, second: Display) -> bool:
    between = text[first.whole.end : second.whole.start]
    one = text[first.whole.start : first.span.start].strip() in ("$", "$$", "\\(", "\\[")
    return one and not between.strip() and _WAITS.search(text, first.span.start, first.span.end) is not None
