r"""A capital sigma for a sum sign: ``Σᵢ aᵢ``, ``\Sigma_{i=1}^k a_i``.

Keyboards and OCR have the letter where the operator is meant. It is one where nothing declares a name with a sigma, and where every sigma of
the answer has an index below it and a term behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symderiv.core.text import Source
from symderiv.reading.scope import Scope
from symderiv.reading.segments import Display, Segment

_SIGMA = re.compile(r"Σ|\\Sigma(?![A-Za-z])")
_OF_TERMS = re.compile(
    r"(?:Σ|\\Sigma)[ \t]*(?:[ᵢⱼₖ]|_[ \t]*(?:[ijk](?![A-Za-z0-9_])|\{[ \t]*[a-z][ \t]*(?:=[^{}]{1,20})?\}))"
    r"(?:[ \t]*\^[ \t]*(?:\w|\{[^{}]{1,20}\}))?[ \t]*(?:\\?[A-Za-zα-ω]|[\[({|]|\\[({|])"
)


def with_sums(scope: Scope, source: Source, pieces: Iterable[Segment]) -> Source:
    """The source with sum signs for the sigmas of an answer that are meant as such; every offset stays where it is."""
    text = source.text
    places = [p.span for p in pieces if isinstance(p, Display) and _SIGMA.search(text, p.span.start, p.span.end)]
    if not places or any(name.startswith("Sigma") for name in scope.names()):
        return source
    found = [m for span in places for m in _SIGMA.finditer(text, span.start, span.end)]
    if not all(_OF_TERMS.match(text, m.start()) for m in found):
        return source
    out, at = [], 0
    for m in found:
        out += [text[at : m.start()], "∑" if m[0] == "Σ" else "\\sum".ljust(len(m[0]))]
        at = m.end()
    return Source("".join([*out, text[at:]]), source.name)
