"""One slip in one line of a solution: a sign, a number, a term."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

_SIGN = re.compile(r"(?<=[\w}\])]) ([+-]) (?=[\w\\({\[])")
_NUMBER = re.compile(r"(?<![_\w{^.])(\d+)(?![\w.]*\])|(?<=frac\{)(\d+)(?=\})")


def with_a_slip(lines: tuple[str, ...], random: Random) -> tuple[str, ...] | None:
    """The lines with one of them changed behind its last sign of equality; None where no line can be."""
    places = [(k, changed) for k, line in enumerate(lines) for changed in _changed(line)]
    if not places:
        return None
    at, changed = random.choice(places)
    return (*lines[:at], changed, *lines[at + 1 :])


def _changed(line: str) -> Iterator[str]:
    start = line.rfind("= ")
    if start < 0 or line.endswith(r"\infty"):
        return
    for found in _SIGN.finditer(line, start):
        turned = {"+": "-", "-": "+"}[found[1]]
        yield line[: found.start(1)] + turned + line[found.end(1) :]
    for found in _NUMBER.finditer(line, start):
        number = next(g for g in found.groups() if g is not None)
        if number != "0":
            at = found.start() if found[1] is not None else found.start(2)
            yield line[:at] + str(int(number) + 1) + line[at + len(number) :]
