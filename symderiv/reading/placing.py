r"""Labels in their order → which stretch of a document answers which part.

A question's label sets the question, a step the part, a label with both ordinals both. Where no label is a question's, the outer of two styles is
(``1. (a) (b) 2. (a)``; headings before items before lists inside lists), or a list that starts again at 1 goes on to the next question. In each
question one style numbers the parts, the one that comes first; others are steps of an answer. Headings without numbers are told by the words of
the part's title, then counted where there are as many as there are parts. A label of no part ends an answer: what follows is not placed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from symderiv.core.text import Span
from symderiv.reading.label_commands import in_commands, in_macros
from symderiv.reading.labels import Label, in_lines
from symderiv.reading.macros import Macros


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the document and the part that it answers, or None; whether a label stands before it, and what other parts that names."""

    span: Span
    part: str | None
    labelled: bool = False
    also: tuple[str, ...] = ()


def regions(
    masked: str, body: Span, parts: Sequence[str], titles: Mapping[str, str] | None = None, macros: Macros | None = None
) -> list[Region]:
    """The stretches of a document's body, ``masked`` where displays are, with the part of each. ``macros``: those that the document defines."""
    labels = _firm([*in_lines(masked), *in_commands(masked), *in_macros(masked, macros or {})])
    found = sorted([*labels, *_announced(masked, labels)], key=lambda m: (m.start, -m.end))
    marks: list[Label] = []
    for label in found:
        if not marks or label.start >= marks[-1].end:
            marks.append(label)
        elif label.kind == "title" and label.start == marks[-1].start:
            continue
    marks = [replace(m, start=m.start + body.start, end=m.end + body.start) for m in marks]
    return _Placing(parts, marks, titles or {}).regions(body)


_MENTION = re.compile(r"(?i)\b(?:problem|question|exercise)[ \t]+(\d{1,2})\b")


def _announced(masked: str, labels: Sequence[Label]) -> list[Label]:
    """``I only did problem 3.``: the question of a document without a label of one, where the words before its first step name just one."""
    if any(m.kind in ("question", "part", "section", "lone") or m.level for m in labels) or not labels:
        return []
    start = min(m.start for m in labels)
    named = list(_MENTION.finditer(masked, 0, start))
    if len({m[1] for m in named}) != 1:
        return []
    number = int(named[0][1])
    return [Label("question", named[-1].start(), named[-1].end(), number, number, worded=True)]


def _firm(labels: list[Label]) -> list[Label]:
    """The labels without those with which a formula may begin (``1a x``), unless there are only such, each once and in their order."""
    weak = [m for m in labels if m.weak]
    pairs = [(m.question or 0, m.number) for m in weak]
    others = any(m.kind in ("part", "step", "question") and not m.weak for m in labels)
    if len(weak) > 1 and not others and pairs == sorted(set(pairs)):
        return labels
    return [m for m in labels if not m.weak]


class _Placing:
    """Labels in their order against the parts that there are."""

    def __init__(self, parts: Sequence[str], marks: list[Label], titles: Mapping[str, str]) -> None:
        self.parts: dict[tuple[int, int], str] = {_numbers(p): p for p in parts}
        self.questions = list(dict.fromkeys(q for q, _ in self.parts))
        self.titles = {part: _stems(title) for part, title in titles.items() if part in self.parts.values()}
        self.heads = {q: _stems(titles.get(str(q), "")) for q in self.questions}
        self.marks = self._without_pages(self._resolved([m for m in map(self._known, marks) if m is not None]))
        self.headed = {m.question for m in self.marks if m.kind == "question"}
        self.question: int | None = None
        self.last = 0
        self.fresh = False  # whether a heading has been seen since the last item
        self.section = self.subsection = 0

    # --- what the labels are --------------------------------------------------------------------------------------------

    def _known(self, mark: Label) -> Label | None:
        """A label of a part that there is not is a number in a sentence, or, where it says ``Problem``, opens its question."""
        if mark.kind == "part" and (mark.question, mark.number) not in self.parts:
            return mark.as_question() if mark.worded else None
        return mark

    def _resolved(self, marks: list[Label]) -> list[Label]:
        marks = self._with_outer(marks)
        if not any(m.kind == "question" for m in marks):
            marks = self._with_titles(marks)
        marks = self._single_question(marks)
        return [m for stretch in _stretches(marks) for m in self._in_question(stretch)]

    def _with_outer(self, marks: list[Label]) -> list[Label]:
        """Steps that turn out to number questions."""
        if any(m.kind == "question" for m in marks):
            return marks
        explicit = sum(m.kind == "part" for m in marks) > 1
        steps = [m for m in marks if m.kind == "step" and self._plausible(m, marks)]
        keys = sorted({m.key for m in steps}, key=lambda key: (_rank(*key), next(k for k, m in enumerate(steps) if m.key == key)))
        if not keys or (explicit and not _is_heading(*keys[0])):
            return marks
        outer = [m for m in steps if m.key == keys[0]]
        numbers = [m.number for m in outer]
        alone = len(keys) == 1 and not explicit
        if alone and any(m.kind == "title" and m.level > keys[0][0] for m in marks):
            alone = False
        fits = set(numbers) <= set(self.questions) and len(set(numbers)) == len(numbers)
        if not fits or (alone and not _is_heading(*keys[0])):
            return marks
        return [m.as_question() if m.kind == "step" and m.key == keys[0] else m for m in marks]

    def _plausible(self, mark: Label, marks: Sequence[Label]) -> bool:
        """``A.`` and ``I.`` may begin a sentence: a list of them begins at the first."""
        return mark.style not in ("capital", "Roman") or any(m.key == mark.key and m.number == 1 for m in marks)

    def _single_question(self, marks: list[Label]) -> list[Label]:
        """``Problem 1`` to ``Problem 7``: parts numbered through, where there are not so many questions."""
        if any(m.kind in ("step", "part", "section") for m in marks):
            return marks
        numbers = [m.question or 0 for m in marks if m.kind == "question"]
        if not numbers or max(numbers) <= len(self.questions) or max(numbers) > len(self.parts):
            return marks
        return [replace(m, kind="step", number=m.question or 0, question=None) if m.kind == "question" else m for m in marks]

    def _with_titles(self, marks: list[Label]) -> list[Label]:
        """Headings without numbers, counted: the highest are questions, those below them parts."""
        titles = [m for m in marks if m.kind == "title" and not _NO_QUESTION.match(m.words)]
        if sum(m.kind == "part" for m in marks) > 1 or not titles:
            return marks
        steps = any(m.kind == "step" for m in marks)
        levels = sorted({m.level for m in titles})
        if len(levels) > 1 and len(self.questions) > 1 and sum(m.level == levels[0] for m in titles) == 1:
            levels = levels[1:]  # the title of the document
        if len(levels) == 1 and not steps and (alone := self._alone([m for m in titles if m.level == levels[0]])):
            return [alone.get(m, m) for m in marks]
        top = [m for m in titles if m.level == levels[0]]
        if len(top) != len(self.questions) and not any(_likest(m.words, self.heads) for m in top):
            return marks  # a name, a course: headings that are no question's
        return [replace(m, kind="section") if m in top else m for m in marks]

    def _alone(self, titles: Sequence[Label]) -> dict[Label, Label]:
        """Headings of one level with nothing below them, as labels of parts: told by their words, or as many as there are parts."""
        told = {m: found[0] for m in titles if len(found := self._told(m.words)) == 1}
        if len(titles) != len(self.parts) and not told:
            return {}
        in_order = list(self.parts.values()) if len(titles) == len(self.parts) else [""] * len(titles)
        taken = set(told.values())
        numbers = {part: pair for pair, part in self.parts.items()}
        out = {}
        for m, expected in zip(titles, in_order, strict=True):
            question, number = numbers.get(told.get(m, "" if expected in taken else expected), (0, 0))
            out[m] = replace(m, kind="part", question=question, number=number)
        return out

    def _in_question(self, marks: list[Label]) -> Iterator[Label]:
        """The labels of one question: one style of its steps, or those with both ordinals and what goes on from them."""
        explicit = [m for m in marks if m.kind == "part"]
        steps = [m for m in marks if m.kind == "step" and self._plausible(m, marks)]
        titles = [m for m in marks if m.kind == "title" and not _NO_QUESTION.match(m.words)]
        head = marks[0] if marks and marks[0].kind in ("question", "section") else None
        if any(head is None or m.question == head.question for m in explicit):
            going_on = {m.key for m in steps} - {m.key for m in steps if m.number == 1 or m.style in ("number", "item")}
            chosen = {m for m in steps if m.key in going_on} | set(explicit)
        else:
            counted = self._counted(head, titles)
            key = min((m.key for m in steps), key=lambda k: (_outer(*k), _first(steps, k)), default=None)
            chosen = {m for m in steps if m.style == key[1] and (m.level == key[0] or m.style != "item")} if key else set()
            if counted and (key is None or not _is_heading(*key)):
                chosen = set(counted)
            chosen |= set(explicit)  # a correction of another question's part
        for mark in marks:
            if mark in chosen or mark.kind in ("question", "section", "lone"):
                yield replace(mark, kind="subsection") if mark.kind == "title" else mark

    def _counted(self, head: Label | None, titles: list[Label]) -> list[Label]:
        """The headings of one level below a question's that stand for its parts: told by their words, or as many as there are."""
        below = [m for m in titles if head is None or not head.level or m.level > head.level]
        level = min((m.level for m in below), default=0)
        below = [m for m in below if m.level == level]
        if head is None or not below:
            return []
        if head.kind == "section" or any(self._told(m.words) for m in below):
            return below
        return below if len(below) == sum(q == head.question for q, _ in self.parts) else []

    def _told(self, words: str) -> list[str]:
        """The parts whose titles share the most words with a heading."""
        return _likest(words, self.titles)

    def _without_pages(self, marks: Sequence[Label]) -> list[Label]:
        """A number alone on its line is a heading where the parts start anew behind it, else the number of a page."""
        kept: list[Label] = []
        following: Label | None = None
        for mark in reversed(marks):
            if mark.kind != "lone":
                following = mark
            elif following is None or mark.number not in self.questions or not _starts(following, mark.number):
                continue
            kept.append(mark)
        return kept[::-1]

    # --- what they place ------------------------------------------------------------------------------------------------

    def regions(self, body: Span) -> list[Region]:
        """The stretches between labels with the part of each."""
        out: list[Region] = []
        at, part, labelled = body.start, None, False
        also: tuple[str, ...] = ()
        for mark in self.marks:
            if mark.start < at:
                continue
            out.append(Region(Span(at, mark.start), part, labelled, also))
            part = _RULES[mark.kind](self, mark)
            at, labelled = mark.end, True
            also = tuple(self.parts[pair] for pair in mark.also if pair in self.parts)
        out.append(Region(Span(at, body.end), part, labelled, also))
        return out

    def heading(self, mark: Label) -> None:
        self._open(mark.question or mark.number)

    def unnumbered(self, mark: Label) -> None:
        self.section += 1
        told = _likest(mark.words, self.heads)
        if len(told) == 1:
            self._open(told[0])
        else:
            self._open(self.questions[self.section - 1] if self.section <= len(self.questions) else None)

    def _question_of(self, part: str) -> int:
        return next(q for (q, _), p in self.parts.items() if p == part)

    def _open(self, question: int | None) -> None:
        self.question = question if question in self.questions else None
        if self.question is not None:
            self.section = self.questions.index(self.question) + 1
        self.last, self.subsection, self.fresh = 0, 0, True

    def explicit(self, mark: Label) -> str | None:
        self.question, self.last, self.fresh = mark.question, mark.number, False
        return self.parts.get((mark.question or 0, mark.number))

    def counted(self, mark: Label) -> str | None:
        told = [part for part in self._told(mark.words) if self.question in (None, self._question_of(part))]
        if len(told) == 1:
            self.subsection = next(n for (_, n), p in self.parts.items() if p == told[0])
            return told[0]
        self.subsection += 1
        return self._part(self.subsection)

    def step(self, mark: Label) -> str | None:
        return self._part(mark.number)

    def _part(self, number: int) -> str | None:
        if self.question is None and not self.fresh:
            first = self.questions[0] if self.questions else None
            if self.headed and first in self.headed:
                return None  # a list before the first question
            self.question = first
        elif self.question is not None and not self.fresh and number == 1 and self.last:
            following = next(iter(self.questions[self.questions.index(self.question) + 1 :]), None)
            if following is not None and following not in self.headed:
                self.question = following
        self.last, self.fresh = number, self.fresh and self.question is None
        if (self.question or 0, number) not in self.parts and not self.headed and number <= len(self.parts):
            return list(self.parts.values())[number - 1]  # parts numbered through
        return self.parts.get((self.question or 0, number)) if self.question is not None else None


_NO_QUESTION = re.compile(
    r"(?i)\W*(instructions?|introduction|solutions?|answers?|proofs?|name|homework|assignment|written|references|notes?|collaborat|appendix|derivation"
    r"|steps?\b|final|result|conclusion|remark|justification|explanation)"
)
_RULES = {
    "question": _Placing.heading, "lone": _Placing.heading, "section": _Placing.unnumbered, "part": _Placing.explicit,
    "subsection": _Placing.counted, "step": _Placing.step,
}  # fmt: skip


_Key = TypeVar("_Key")


def _stretches(marks: Sequence[Label]) -> list[list[Label]]:
    """The labels cut before each of a question."""
    out: list[list[Label]] = [[]]
    for mark in marks:
        if mark.kind in ("question", "section", "lone"):
            out.append([])
        out[-1].append(mark)
    return out


def _is_heading(level: int, style: str) -> bool:
    return level > 0 and style != "item"


def _rank(level: int, style: str) -> int:
    """Headings first, by their level; then what stands at the start of a line and lists, the outer before the inner."""
    return level if _is_heading(level, style) else 9 + max(level, 1)


def _outer(level: int, style: str) -> int:
    """Among the steps of one question: headings, then the outer lists; lines and lists come as they stand."""
    return level if _is_heading(level, style) else 9 + max(level, 1)


def _first(steps: Sequence[Label], key: tuple[int, str]) -> int:
    return next(k for k, m in enumerate(steps) if m.key == key)


def _starts(label: Label, question: int) -> bool:
    """Whether a label is the first part of a question, as far as it says."""
    return label.question == question if label.kind == "part" else label.number == 1 and label.kind == "step"


def _likest(words: str, titles: Mapping[_Key, frozenset[str]]) -> list[_Key]:
    """Those whose titles share the most words with these, if any do."""
    stems = _stems(words)
    scores = {key: len(stems & title) for key, title in titles.items()}
    best = max(scores.values(), default=0)
    return [key for key, score in scores.items() if best and score == best]


def _stems(title: str) -> frozenset[str]:
    """The first letters of the words of a title that say something."""
    return frozenset(w[:5].lower() for w in re.findall(r"[A-Za-z]{4,}", title)) - _COMMON


_COMMON = frozenset(
    ("whethe", "wheth", "that", "with", "from", "your", "part", "this", "their", "under", "about", "probl", "quest")
)


def _numbers(part: str) -> tuple[int, int]:
    """``2.4`` and ``2.d`` as numbers; a part without a question belongs to question 1."""
    question, _, number = part.rpartition(".")
    return int(question or 1), int(number) if number.isdigit() else ord(number.lower()) - ord("a") + 1
