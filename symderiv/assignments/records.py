r"""What an assignment file says, as plain records.

The mathematics stays text here: reading it is for those who work with it. So that they can point into the file, each record
knows where it stands (``span``: the line that opens it) and where each field's text stands (``places``: field to the span
between its quotes), all in the assignment's ``source``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symderiv.core.text import Source, Span

NETID = "{netid}"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked. Of ``find``, ``show`` and ``decide`` exactly one is there, but ``decide`` may stand beside ``find``.

    ``given`` is what this part adds to its question's; ``published`` is the closed form that the sheet itself gives;
    ``also_under`` lists assumptions under which an answer counts as right too.

    The rubric: ``weights`` of find and decide against each other; ``deductions`` in points by a mistake's name, instead of the share that is
    wrong; ``requires``, lines that an answer must hold; ``carried_from``, the part whose wrong answer may be worked on without a second loss.
    """

    number: str
    points: Fraction
    title: str = ""
    given: str = ""
    find: str | None = None
    in_terms_of: str | None = None
    show: str | None = None
    decide: str | None = None
    published: str | None = None
    also_under: tuple[str, ...] = ()
    weights: tuple[tuple[str, Fraction], ...] = ()
    deductions: tuple[tuple[str, Fraction], ...] = ()
    requires: tuple[str, ...] = ()
    carried_from: str | None = None
    span: Span = field(default=Span(0, 0), compare=False)
    places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def place(self, name: str, inside: Span | None = None) -> Span:
        """Where field ``name`` stands in the file, or where the range ``inside`` of its text does."""
        return _inside(self.places.get(name, self.span), len(getattr(self, name) or ""), inside)


@dataclass(frozen=True, slots=True)
class Question:
    """Parts that share what is given."""

    title: str
    given: str
    parts: tuple[Part, ...]
    span: Span = field(default=Span(0, 0), compare=False)
    places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def given_for(self, part: Part) -> str:
        """Everything given for ``part``: the question's lines, then its own."""
        return self._shared() + part.given

    def place_of_given(self, part: Part, inside: Span) -> Span:
        """Where the range ``inside`` of `given_for` stands in the file."""
        own = len(self._shared())
        if part.given and inside.start >= own:
            return part.place("given", inside.shifted(-own))
        return _inside(self.places.get("given", self.span), len(self.given), inside)

    def _shared(self) -> str:
        return self.given if not self.given or self.given.endswith("\n") else self.given + "\n"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A sheet of questions. ``submission`` is the pattern of a file name (empty: any name), ``accept`` other suffixes beside its own."""

    title: str
    questions: tuple[Question, ...]
    submission: str = ""
    accept: tuple[str, ...] = ()
    source: Source = field(default=Source("", "assignment"), compare=False, repr=False)

    def parts(self) -> tuple[tuple[Question, Part], ...]:
        """Every part with its question, in the order of the sheet."""
        return tuple((question, part) for question in self.questions for part in question.parts)

    def part(self, number: str) -> tuple[Question, Part] | None:
        """The part with this number and its question."""
        return next((pair for pair in self.parts() if pair[1].number == number), None)

    def titles(self) -> dict[str, str]:
        """The titles of parts by their numbers, and of questions by theirs."""
        return {
            number: title
            for question, part in self.parts()
            for number, title in ((part.number.rpartition(".")[0], question.title), (part.number, part.title))
            if number and title
        }

    def student(self, filename: str) -> str | None:
        """Who handed in a file of this name, where the name follows the pattern.

        >>> sheet = Assignment("Sheet 1", (), submission="sheet-1-{netid}.pdf", accept=(".tex",))
        >>> sheet.student("sheet-1-ada.tex"), sheet.student("homework.tex")
        ('ada', None)
        """
        before, _, after = self.submission.partition(NETID)
        middle, dot, suffix = after.rpartition(".")
        suffixes = "|".join(re.escape(ending) for ending in (dot + suffix, *self.accept))
        found = re.fullmatch(rf"{re.escape(before)}(\w[\w.-]*?){re.escape(middle)}(?:{suffixes})", filename)
        return found[1] if found and self.submission else None


def _inside(place: Span, length: int, inside: Span | None) -> Span:
    """The range ``inside`` of a text of this length which stands at ``place``: all of it where escapes moved the characters."""
    if inside is None or place.end - place.start != length:
        return place
    return Span(place.start + min(inside.start, length), place.start + min(inside.end, length))
