"""What a hand-in is, before anything of it is read."""

from __future__ import annotations

from dataclasses import dataclass

#: Endings of files that hold the source of an answer page, the likeliest first.
SOURCE_SUFFIXES = (".tex", ".md", ".mmd", ".txt", ".ipynb")


class Unreadable(Exception):
    """A document in which nothing can be read: why, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message + (f"\n    hint: {hint}" if hint else ""))
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file's name and what it holds."""

    name: str
    data: bytes
