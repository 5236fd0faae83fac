r"""What an answer repeats of its question and does not claim: sentences that end in a question mark, with the formulas in them.

``Is it true that $|\det J| = 1$?`` says neither that it is nor that it is not. An answer that is nothing else is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symderiv.core.text import Source
from symderiv.reading.segments import Display, Prose, Segment

_ASKED = re.compile(r"[ \t*_)}]*\?")
_SENTENCE = re.compile(r"[^.!?;:]*\?|[^.!?;]*[.!;]+(?=\s|$)|[^.!?;]+|[.!?;]")


def without_questions(source: Source, pieces: Sequence[Segment]) -> tuple[Segment, ...]:
    """The pieces of an answer without the questions in it."""
    if not any((isinstance(p, Prose) and "?" in p.text) or _asked(source, p) for p in pieces):
        return tuple(pieces)
    kept: list[Segment] = []
    asked = False  # whether the sentence that goes on behind this piece is a question
    for piece in reversed(pieces):
        if isinstance(piece, Prose):
            sentences = _SENTENCE.findall(piece.text)
            out = []
            for k, sentence in enumerate(reversed(sentences)):
                if sentence.rstrip().endswith("?"):
                    asked = True
                elif k or re.search(r"[.!;:]\W*$", sentence):
                    asked = False
                if not asked:
                    out.append(sentence)
            text = "".join(reversed(out)).strip()
            if text:
                kept.append(replace(piece, text=text))
        elif not ((asked := asked or _asked(source, piece)) and isinstance(piece, Display) and piece.kind == "inline"):
            asked = False
            kept.append(piece)
    left = tuple(reversed(kept))
    return left if any(isinstance(p, Display) for p in left) or any(_says(p) for p in left) else tuple(pieces)


def _asked(source: Source, piece: Segment) -> bool:
    """Whether a formula in a sentence is the last of a question."""
    return isinstance(piece, Display) and piece.kind == "inline" and _ASKED.match(source.text, piece.whole.end) is not None


def _says(piece: Segment) -> bool:
    return isinstance(piece, Prose) and re.search(r"[A-Za-z]{2}", piece.text) is not None
