r"""Ordinals as answers are numbered by: ``2``, ``b``, ``B``, ``ii``, ``II``, ``two``, ``second``.

A roman numeral goes up to eight, a letter up to h, so that no text is both.
"""

from __future__ import annotations

import re

_WORDS = ("one first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh", "eight eighth")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")

#: A style of numbering → its pattern.
STYLES = {
    "number": r"\d{1,2}(?!\d)",
    "letter": r"[a-h](?![A-Za-z])",
    "capital": r"[A-H](?![A-Za-z])",
    "roman": r"(?:iv|v?i{1,3}|v)(?![A-Za-z])",
    "Roman": r"(?:IV|V?I{1,3}|V)(?![A-Za-z])",
    "word": rf"(?i:{'|'.join(w for pair in _WORDS for w in pair.split())})(?![A-Za-z])",
}
ALL = tuple(STYLES)


def ordinal(name: str, styles: tuple[str, ...] = ALL) -> str:
    """A pattern for one ordinal in any of these styles, as a group of this name."""
    return rf"(?P<{name}>{'|'.join(STYLES[s] for s in styles)})"


def style_of(text: str) -> str:
    """The style of an ordinal."""
    return next(style for style, pattern in STYLES.items() if re.fullmatch(pattern, text))


def value_of(text: str) -> int:
    """The place that an ordinal names, counted from 1.

    >>> [value_of(t) for t in ("3", "c", "C", "iii", "III", "Three", "third")]
    [3, 3, 3, 3, 3, 3, 3]
    """
    if text.isdigit():
        return int(text)
    low = text.lower()
    if low in _ROMAN:
        return _ROMAN.index(low) + 1
    if len(low) == 1:
        return ord(low) - ord("a") + 1
    return next(k for k, pair in enumerate(_WORDS, 1) if low in pair.split())
