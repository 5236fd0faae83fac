r"""``\cancel{…}`` in a formula: what cancels, or what is crossed out.

People strike through what cancels in a fraction or a sum, and what they no longer mean. Read as it stands, the first is right and the second is
not; read without it, the second is. Both are tried; where they lead to different verdicts a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from symderiv.core.text import Source
from symderiv.grading.findings import Finding, Judgement
from symderiv.reading.macros import Macro, Macros
from symderiv.reading.segments import Display, Segment

_STRUCK = re.compile(r"\\(?:[bx]?cancel|cancelto|st|sout)(?![A-Za-z])")
_NAMES = ("cancel", "bcancel", "xcancel", "st", "sout")
_KEPT: Mapping[str, Macro] = {**dict.fromkeys(_NAMES, Macro("#1", 1)), "cancelto": Macro("#2", 2)}
_GONE: Mapping[str, Macro] = {**dict.fromkeys(_NAMES, Macro("", 1)), "cancelto": Macro("#1", 2)}


def judged_both_ways(
    source: Source, pieces: Sequence[Segment], macros: Macros, judge: Callable[[Macros], Judgement]
) -> Judgement:
    """The judgement on an answer; on one with struck-through formulas, that of both readings, or `review`."""
    places = [
        piece.span
        for piece in pieces
        if isinstance(piece, Display) and _STRUCK.search(source.text, piece.span.start, piece.span.end)
    ]
    if not places:
        return judge(macros)
    kept, gone = (judge({**table, **macros}) for table in (_KEPT, _GONE))
    if kept.status == gone.status or (kept.status == "correct" and _unread(gone)):
        return kept
    if _unread(kept) and not _unread(gone):
        kept, gone = gone, kept
    message = "part of this is struck through: the verdict depends on whether it cancels or is taken back"
    found = Finding("struck through", message, places[0])
    return Judgement(
        "review", "needs a person", (found, *kept.findings), kept.readings, max(kept.credit, gone.credit) / 2, kept.wrong_line
    )


def _unread(judged: Judgement) -> bool:
    return judged.status == "unreadable" or any(f.rule == "unreadable" for f in judged.findings)
