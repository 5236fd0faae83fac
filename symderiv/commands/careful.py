"""Records one by one, so that a bug of ours at one of them costs none of the others its result."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterable, Iterator

from symderiv.grading.records import Checker, given_up

#: How a result came about that a bug of ours stopped. In a line of JSON no text of a student's can hold these characters unescaped.
_BUG = "stopped by a bug of ours"
_MARK = f'"how": "{_BUG}"'


class Failed(Exception):
    """Some records were stopped by a bug of ours. Their results say so; all others are as they should be."""


def check_each(lines: Iterable[str], checker: Checker) -> Iterator[str]:
    """JSON Lines in, JSON Lines out, one result a line, in the same order. A record that makes us fail is `review`, the reason stands on stderr."""
    for line in lines:
        if line.strip():
            yield _result(line, checker)


def _result(line: str, checker: Checker) -> str:
    try:
        return json.dumps(checker.result(line), ensure_ascii=False)
    except Exception:  # noqa: BLE001 - an edge of the program: whatever it is, it is our bug, told in full, and never a mark
        traceback.print_exc(file=sys.stderr)
        return given_up(line, "the check of this answer failed; this says nothing about the answer", _BUG)


def told(results: Iterable[str]) -> Iterator[str]:
    """The results as they come; `Failed` behind the last one where some were stopped by a bug."""
    bugs = 0
    for line in results:
        bugs += _MARK in line
        yield line
    if bugs:
        raise Failed(f"{bugs} record{'s' * (bugs > 1)} could not be checked, for a bug of ours")
