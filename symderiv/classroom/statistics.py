"""A class in figures: how marks are distributed, how hard each part is, how well it tells students apart, what goes wrong most often.

Difficulty is the mean share of a part's points. Discrimination is the correlation of a part's points with those of all other parts (the
corrected item-total correlation of test theory); it has no value where one of the two never varies.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symderiv.assignments.records import Assignment
from symderiv.classroom.answers import waiting
from symderiv.grading.marks import number
from symderiv.classroom.outputs import exact
from symderiv.classroom.store import Record
from symderiv.report.model import Bar, ClassReport, PartFigures

STATUSES = ("correct", "partial", "incorrect", "review", "unreadable", "missing")
#: At most so many bars of marks, and so many mistakes.
_BARS, _MISTAKES = 12, 12
#: Findings that are no mistake of mathematics.
_NO_MISTAKE = frozenset(
    {"right", "missing", "unreadable", "picture", "reviewed", "assumption", "words only", "empty", "carried forward"}
)
#: Findings that say no more than that something is wrong.
_BARE = frozenset({"wrong", "wrong step"})
_SAYS_NOTHING = frozenset({"this is not equal to what stands before it", "this differs from the key"})
_LONGEST = 160


def summary(assignment: Assignment, records: Iterable[Record], notes: Sequence[str] = ()) -> ClassReport:
    """The report on a class, from its records read one by one."""
    parts = [part for _, part in assignment.parts()]
    points: list[list[Fraction]] = []
    statuses = {part.number: Counter[str]() for part in parts}
    mistakes = _Mistakes()
    look = misnamed = older = 0
    for record in records:
        points.append([exact(p) for p in record["parts"]])
        look += waiting(record["parts"])
        misnamed += record["student"] is None
        older += bool(record["older"])
        for part in record["parts"]:
            statuses[part["part"]][part["status"]] += 1
            mistakes.update({(part["part"], name): message for name, message in complaints(part["findings"])})
    totals = [sum(row, Fraction(0)) for row in points]
    most = sum((part.points for part in parts), Fraction(0))
    figures = (
        ("Submissions", str(len(points))),
        ("Mean", f"{number(_mean(totals))} of {number(most)}"),
        ("Median", number(_median(totals))),
        ("Lowest and highest", f"{number(min(totals, default=Fraction(0)))} and {number(max(totals, default=Fraction(0)))}"),
        ("Standard deviation", f"{_deviation(totals):.2f}"),
        ("Answers to look at", str(look)),
        ("Misnamed files", str(misnamed)),
        ("Resubmissions", str(older)),
    )
    columns = [[row[k] for row in points] for k in range(len(parts))]
    return ClassReport(
        assignment.title,
        "The marks of the class; answers that wait for a person count as they stand.",
        figures,
        _bars(totals, most),
        tuple(
            PartFigures(
                part.number, part.title, number(part.points), number(_mean(column)), f"{float(_mean(column) / part.points):.0%}",
                _discrimination(column, totals), _shares(statuses[part.number], len(points)),
            )
            for part, column in zip(parts, columns, strict=True)
        ),
        mistakes.most_often(),
        tuple(notes),
    )  # fmt: skip


def complaints(findings: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What is off in an answer, each by its name and in words. That a line is wrong says nothing beside the mistake that explains it."""
    told = [f for f in findings if f["rule"] not in _NO_MISTAKE]
    explained = any("mistake" in f for f in told)
    for f in told:
        if not (explained and f["rule"] in _BARE):
            if f["rule"] in _BARE and f["message"] in _SAYS_NOTHING:
                f = {**f, "message": "wrong, and no small mistake explains it"}  # noqa: PLW2901  what is counted is this
            message = f["message"] if len(f["message"]) <= _LONGEST else f["message"][: _LONGEST - 1] + "…"
            yield f.get("mistake", message), message


class _Mistakes:
    """How many made each mistake of a part, and the words that were said most often of it."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def update(self, made: Mapping[tuple[str, str], str]) -> None:
        """What one student made."""
        for key, message in made.items():
            self.said[key][message] += 1

    def most_often(self) -> tuple[tuple[str, Bar], ...]:
        """The mistakes that most students made, with how many."""
        counts = {key: sum(messages.values()) for key, messages in self.said.items()}
        ordered = sorted(counts, key=lambda key: (-counts[key], key))[:_MISTAKES]
        highest = counts[ordered[0]] if ordered else 1
        return tuple((key[0], Bar(_label(key[1], self.said[key]), str(counts[key]), counts[key] / highest)) for key in ordered)


def _label(name: str, messages: Counter[str]) -> str:
    """What was said, where it was one thing; else the mistake's name with an example."""
    example = min(messages, key=lambda m: (-messages[m], m))
    return example if len(messages) == 1 else f"{name}, for example: {example}"


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values) if values else Fraction(0)


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    if not ordered:
        return Fraction(0)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _deviation(values: Sequence[Fraction]) -> float:
    mean = _mean(values)
    return math.sqrt(_mean([(v - mean) ** 2 for v in values]))


def _discrimination(column: Sequence[Fraction], totals: Sequence[Fraction]) -> str:
    rest = [total - value for total, value in zip(totals, column, strict=True)]
    return "–" if (r := correlation(column, rest)) is None else f"{r:.2f}"


def correlation(xs: Sequence[Fraction], ys: Sequence[Fraction]) -> float | None:
    """Pearson's correlation; None where one of the two does not vary.

    >>> correlation([Fraction(0), Fraction(1)], [Fraction(3), Fraction(5)])
    1.0
    """
    mean_x, mean_y = _mean(xs), _mean(ys)
    together = sum(((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)), Fraction(0))
    spread = sum(((x - mean_x) ** 2 for x in xs), Fraction(0)) * sum(((y - mean_y) ** 2 for y in ys), Fraction(0))
    return float(together) / math.sqrt(spread) if spread else None


def _bars(totals: Sequence[Fraction], most: Fraction) -> tuple[Bar, ...]:
    """Marks in steps of a width that is easy to read; the last step holds full marks."""
    width = next(w for w in _widths() if most / w <= _BARS)
    count = max(math.ceil(most / width), 1)
    held = Counter(min(int(t / width), count - 1) for t in totals)
    highest = max(held.values(), default=1)
    return tuple(
        Bar(f"{number(k * width)}–{number(min((k + 1) * width, most))}", str(held[k]), held[k] / highest) for k in range(count)
    )


def _widths() -> Iterable[Fraction]:
    scale = Fraction(1, 100)
    while True:
        yield from (scale, scale * 2, scale * 5)
        scale *= 10


def _shares(counts: Counter[str], students: int) -> tuple[tuple[str, str, float], ...]:
    return tuple((s, str(counts[s]), counts[s] / max(students, 1)) for s in STATUSES)
