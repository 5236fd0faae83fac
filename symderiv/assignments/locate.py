"""Where things stand in a TOML text, which the standard library's reader does not tell.

`places` maps the path of each value (``("question", 0, "part", 2, "points")``) to a `Place`. The text has to be valid TOML: this
is asked after ``tomllib`` has read it. A value's span is the characters between its quotes where it is a string, so that an
offset in a literal string is an offset in the file.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from symderiv.core.text import Span

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRINGS = (  # the long quotes first: a short one is how they begin
    ('"""', re.compile(r'"""(?:\r?\n)?((?:[^\\]|\\[\s\S])*?)"""(?!")')),
    ("'''", re.compile(r"'''(?:\r?\n)?([\s\S]*?)'''(?!')")),
    ('"', re.compile(r'"((?:[^"\\\n]|\\.)*)"')),
    ("'", re.compile(r"'([^'\n]*)'")),
)
_BARE = re.compile(r"[^,\]}#\r\n]*[^,\]}#\s]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key and its value stand. A table's value is the header that opens it."""

    key: Span
    value: Span


def places(text: str) -> dict[Path, Place]:
    """Every path in a valid TOML text with its place.

    >>> found = places("title = 'Sheet 1'")[("title",)]
    >>> found.key, found.value
    (Span(start=0, end=5), Span(start=9, end=16))
    """
    return _Scan(text).run()


class _Scan:
    """One pass over the text. ``at`` is the next character; ``table`` the path of the table that is open."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.table = text, 0, Path()
        self.found: dict[Path, Place] = {}
        self.lengths: dict[Path, int] = {}

    def run(self) -> dict[Path, Place]:
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self._header()
            else:
                self._pair(self.table)
            self._skip(_BLANK)
        return self.found

    def _header(self) -> None:
        start, many = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        names, key = self._keys()
        self.at += 2 if many else 1
        path = Path()
        for name in names[:-1]:
            path = (*path, name)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        path = (*path, names[-1])
        place = Place(key, Span(start, self.at))
        if many:
            self.found.setdefault(path, place)
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = (*path, self.lengths[path] - 1)
        self.found[path] = place
        self.table = path

    def _pair(self, table: Path) -> None:
        names, key = self._keys()
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value((*table, *names), key)

    def _keys(self) -> tuple[list[str], Span]:
        """A dotted key; its span runs from the first name to the last."""
        names: list[str] = []
        self._skip(_SPACE)
        start = end = self.at
        while found := _KEY.match(self.text, self.at):
            name = found[0]
            names.append(next(iter(tomllib.loads(f"{name} = 0"))) if name[0] in "\"'" else name)
            self.at = end = found.end()
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
            self._skip(_SPACE)
        return names, Span(start, end)

    def _value(self, path: Path, key: Span) -> None:
        start = self.at
        for quote, pattern in _STRINGS:
            if self.text.startswith(quote, start) and (found := pattern.match(self.text, start)):
                self.at = found.end()
                self.found[path] = Place(key, Span(*found.span(1)))
                return
        if self.text[start] == "[":
            self._elements(path, key)
        elif self.text[start] == "{":
            self._inline(path)
        elif found := _BARE.match(self.text, start):
            self.at = found.end()
        self.found[path] = Place(key, Span(start, self.at))

    def _elements(self, path: Path, key: Span) -> None:
        self.at += 1
        self._skip(_BLANK)
        index = 0
        while self.text[self.at] != "]":
            self._value((*path, index), key)
            index += 1
            self._comma()
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
