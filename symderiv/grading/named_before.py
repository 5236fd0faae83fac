r"""Names that an answer takes from an answer before it: ``let $\alpha = \exp(G(x))$`` in (a), ``$\operatorname{diag}(\alpha)$`` in (b)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symderiv.core.text import Source
from symderiv.grading.questions import Posed
from symderiv.reading.document import HandIn
from symderiv.reading.segments import Display, Prose, Segment

_DEFINES = re.compile(r"\s*\\?(?P<name>[A-Za-z]+)(?P<sub>_\w|_\{\w+\})?\s*(?::?=|\\triangleq|\\coloneqq)")
_LET = re.compile(r"\b(?:let|define|denote|write|set|put|call|with|where|and|for short|abbreviat\w*)\W*$", re.IGNORECASE)


def names_from_before(question: Posed, source: Source, pieces: Sequence[Segment], found: HandIn) -> tuple[Segment, ...]:
    """The definitions that stand before an answer and give a name that it uses, each behind the words before it; the last of each name."""
    if not pieces:
        return ()
    start, declared = pieces[0].span.start, question.asks[0].scope.names()
    used = " ".join(source.text[p.span.start : p.span.end] for p in pieces if isinstance(p, Display))
    others = {p.span: p for here in (*found.answers.values(), found.unplaced) for p in here if p.span.end <= start}
    named: dict[str, tuple[Segment, ...]] = {}
    words: Prose | None = None
    for _, piece in sorted(others.items(), key=lambda item: item[0].start):
        if isinstance(piece, Prose):
            words = piece
        elif isinstance(piece, Display) and words is not None and _LET.search(words.text):
            defines = _DEFINES.match(source.text, piece.span.start, piece.span.end)
            if defines is not None:
                name = defines["name"] + (defines["sub"] or "").replace("{", "").replace("}", "")
                if name not in declared and re.search(rf"(?<![A-Za-z]){defines['name']}(?![A-Za-z])", used):
                    named[name] = (words, piece)
    return tuple(p for pair in named.values() for p in pair)
