r"""One answer as it stands, whoever wrote it: so that a person looks at it once, and what they decide is kept.

Two answers are one where their texts differ only in what sets space: that never joins two that mean different things.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from symderiv.core.problems import AuthorProblem, nearest

_SPACING = re.compile(r"\\(?:left|right|[bB]igg?[lr]?|quad|qquad|displaystyle)(?![a-zA-Z])|\\[,;:!> ]|\s+|~")
STATUSES = ("correct", "partial", "incorrect", "unreadable", "missing")


def answer_id(part: str, text: str) -> str:
    r"""The name of an answer to a part.

    >>> answer_id("1.1", r"\left( a + b \right)") == answer_id("1.1", "(a+b)")
    True
    >>> answer_id("1.1", "a+b") == answer_id("1.2", "a+b")
    False
    """
    # a space between letters may matter (``\pi r``): what set space leaves one mark
    plain = re.sub(r"\x00*(?=[^\w\x00])|(?<=[^\w\x00])\x00*", "", _SPACING.sub("\x00", text)).strip("\x00")
    return hashlib.sha256(f"{part}\x01{plain}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one answer: its status, its points of those that there are, and what the student is told."""

    part: str
    status: str
    points: str
    note: str = ""

    def value(self) -> Fraction:
        """The points, exactly."""
        return Fraction(self.points)


def read_decisions(text: str, where: str, most: Mapping[str, Fraction]) -> dict[str, Decision]:
    """Decisions by answer, from a review page's download. Raises `AuthorProblem` for what is none; ``most``: the points of each part."""
    try:
        data = json.loads(text)
        entries = data["decisions"]
        return {str(answer): _decision(dict(entry), where, most) for answer, entry in sorted(entries.items())}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AuthorProblem(f"`{where}` holds no decisions of a review page ({error})") from error


def _decision(entry: dict[str, Any], where: str, most: Mapping[str, Fraction]) -> Decision:
    made = Decision(str(entry["part"]), str(entry["status"]), str(entry["points"]), str(entry.get("note", "")))
    if made.part not in most:
        raise AuthorProblem(f"`{where}` decides about part `{made.part}`, which the assignment does not have")
    if made.status not in ("", *STATUSES):
        meant = nearest(made.status, STATUSES)
        raise AuthorProblem(f"`{where}` gives the status `{made.status}`", hint=f"did you mean `{meant}`?" if meant else "")
    if not 0 <= made.value() <= most[made.part]:
        raise AuthorProblem(f"`{where}` gives {made.points} of {float(most[made.part]):g} points for part {made.part}")
    return made


def with_decisions(before: Mapping[str, Decision], made: Mapping[str, Decision]) -> dict[str, Decision]:
    """The decisions of before with those made now; one with an empty status is taken back."""
    return {answer: decision for answer, decision in {**before, **made}.items() if decision.status}


def written_decisions(decisions: Mapping[str, Decision]) -> str:
    """The same as text, in the order of the answers' names."""
    return json.dumps({"decisions": {k: asdict(d) for k, d in sorted(decisions.items())}}, ensure_ascii=False, indent=1) + "\n"


def waiting(parts: Iterable[Mapping[str, Any]]) -> int:
    """How many parts of a submission's record wait for a person."""
    return sum(p["status"] in ("review", "unreadable") and "decided" not in p for p in parts)


def known_answers(records: Iterable[Mapping[str, Any]]) -> set[str]:
    """The names of all answers that somebody gave."""
    return {p["answer"] for record in records for p in record["parts"] if p["answer"]}
