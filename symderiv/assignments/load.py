"""An assignment file read strictly: what is not understood is an error at its line, never skipped.

`load` takes the text of a TOML file and gives an `Assignment`, or raises `AuthorProblem` for the first thing its author has to
mend: a text that is no TOML, a misspelt, missing or mistyped field, a part number that is taken or belongs to another question,
points out of range, asks that do not go together. The mathematics inside stays text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Never

from symderiv.assignments.locate import Path, Place, places
from symderiv.assignments.records import NETID, Assignment, Part, Question
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.core.text import Source, Span

FIELDS: Mapping[str, tuple[str, ...]] = {
    "the assignment": ("title", "submission", "accept", "question"),
    "a question": ("title", "given", "part"),
    "a part": (
        "number",
        "title",
        "points",
        "given",
        "find",
        "in_terms_of",
        "show",
        "decide",
        "published",
        "also_under",
        "weights",
        "deductions",
        "requires",
        "carried_from",
    ),
}
_HEADERS = {"the assignment": "the top of the file", "a question": "[[question]]", "a part": "[[question.part]]"}
_LEAST_POINTS, _MOST_POINTS = Decimal("0.001"), Decimal(10000)


def load(source: Source) -> Assignment:
    """The assignment in a TOML text.

    >>> load(Source("titel = 'Sheet 1'", "sheet.toml"))
    Traceback (most recent call last):
    ...
    symderiv.core.problems.AuthorProblem: sheet.toml:1:1: `titel` is no field of the assignment
        titel = 'Sheet 1'
        ^^^^^
        hint: did you mean `title`?
    """
    try:
        values = tomllib.loads(source.text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_problem(str(error), source) from error
    top = _Table("the assignment", values, (), source, places(source.text))
    questions = tuple(_question(table, position) for position, table in enumerate(top.tables("question"), start=1))
    _refuse_twins(questions, source)
    _check_carried(questions, source)
    return Assignment(
        title=top.text("title"),
        questions=questions,
        submission=_submission(top),
        accept=_suffixes(top),
        source=source,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table with its place in the file; every way to ask it for a field checks the field's type."""

    kind: str
    values: Mapping[str, object]
    path: Path
    source: Source
    located: Mapping[Path, Place]

    def __post_init__(self) -> None:
        known = FIELDS[self.kind]
        for name in self.values:
            if name not in known:
                key = self.located[(*self.path, name)].key if (*self.path, name) in self.located else self.span
                raise AuthorProblem(f"`{name}` is no field of {self.kind}", key, self.source, self._advice(name))

    def _advice(self, name: str) -> str:
        if meant := nearest(name, FIELDS[self.kind]):
            return f"did you mean `{meant}`?"
        homes = [_HEADERS[kind] for kind, fields in FIELDS.items() if name in fields]
        if homes:
            return f"`{name}` belongs under {' or '.join(homes)}"
        return "known here: " + ", ".join(FIELDS[self.kind])

    @property
    def span(self) -> Span:
        """The line that opens the table."""
        return self.located[self.path].value if self.path in self.located else Span(0, 0)

    def refuse(self, name: str, message: str, hint: str = "") -> Never:
        """Point at field ``name``, or at the table where the field is absent."""
        place = self.located.get((*self.path, name))
        raise AuthorProblem(message, place.value if place and name in self.values else self.span, self.source, hint)

    def require(self, name: str) -> object:
        if name not in self.values:
            self.refuse(name, f"{self.kind} has no `{name}`")
        return self.values[name]

    def text(self, name: str) -> str:
        """A text that has to be there and to say something."""
        value = self.require(name)
        if not isinstance(value, str):
            self.refuse(name, f"`{name}` has to be a text", f"put it in single quotes: {name} = '…'")
        if not value.strip():
            self.refuse(name, f"`{name}` is empty")
        return value

    def optional(self, name: str) -> str | None:
        return self.text(name) if name in self.values else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; absent is empty."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.refuse(name, f"`{name}` has to be a list of texts", f"write {name} = ['…', '…']")
        return tuple(value)

    def amounts(self, name: str, hint: str) -> tuple[tuple[str, Fraction], ...]:
        """A table of positive numbers by name; absent is empty."""
        value = self.values.get(name, {})
        if not isinstance(value, dict):
            self.refuse(name, f"`{name}` has to be a table of numbers", hint)
        for said, amount in value.items():
            if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or not 0 < amount <= _MOST_POINTS:
                self.refuse(name, f"`{said}` in `{name}` has to be a positive number", hint)
        return tuple((str(said), Fraction(amount)) for said, amount in value.items())

    def tables(self, name: str) -> tuple[_Table, ...]:
        """The tables that ``[[…]]`` headers of this name opened; at least one."""
        inner = "a question" if name == "question" else "a part"
        value = self.require(name) if name in self.values else []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(name, f"`{name}` has to be a list of tables", f"open each with {_HEADERS[inner]}")
        if not value:
            self.refuse(name, f"{self.kind} has no `{name}`", f"open one with {_HEADERS[inner]}")
        return tuple(_Table(inner, item, (*self.path, name, i), self.source, self.located) for i, item in enumerate(value))

    def spans(self) -> dict[str, Span]:
        """Where the text of each field stands."""
        return {name: self.located[(*self.path, name)].value for name in self.values if (*self.path, name) in self.located}


def _question(table: _Table, position: int) -> Question:
    return Question(
        title=table.text("title"),
        given=table.text("given"),
        parts=tuple(_part(inner, position) for inner in table.tables("part")),
        span=table.span,
        places=table.spans(),
    )


def _part(table: _Table, position: int) -> Part:
    number = table.text("number")
    if not re.fullmatch(rf"{position}(\.[0-9a-z]+)+", number):
        table.refuse(
            "number", f"`{number}` is no number of a part of question {position}", f"write {position}.1, {position}.2, …"
        )
    _check_asks(table)
    return Part(
        number=number,
        points=_points(table),
        title=table.optional("title") or "",
        given=table.optional("given") or "",
        find=table.optional("find"),
        in_terms_of=table.optional("in_terms_of"),
        show=table.optional("show"),
        decide=table.optional("decide"),
        published=table.optional("published"),
        also_under=table.texts("also_under"),
        weights=_weights(table),
        deductions=table.amounts("deductions", "write deductions = { 'sign' = 0.25 }"),
        requires=table.texts("requires"),
        carried_from=table.optional("carried_from"),
        span=table.span,
        places=table.spans(),
    )


def _check_asks(table: _Table) -> None:
    """One of find, show and decide; decide may stand beside find; what belongs to find stands beside it."""
    asks = [name for name in ("find", "show", "decide") if name in table.values]
    if not asks:
        table.refuse("find", "a part asks nothing", "add one of `find`, `show`, `decide`")
    if len(asks) > 1 and "show" in asks:
        other = next(name for name in asks if name != "show")
        table.refuse("show", f"`show` cannot stand beside `{other}`", "make two parts of them")
    for name in ("in_terms_of", "published"):
        if name in table.values and "find" not in asks:
            table.refuse(name, f"`{name}` stands only beside `find`")


def _weights(table: _Table) -> tuple[tuple[str, Fraction], ...]:
    """How much find and decide count against each other, where both are asked."""
    weights = table.amounts("weights", "write weights = { find = 3, decide = 1 }")
    if weights and ("decide" not in table.values or {name for name, _ in weights} != {"find", "decide"}):
        table.refuse(
            "weights", "`weights` are for `find` and `decide`, and both have to be asked", "weights = { find = 3, decide = 1 }"
        )
    return weights


def _check_carried(questions: tuple[Question, ...], source: Source) -> None:
    """What is carried comes from an earlier part, whose expression stands in this one."""
    earlier: dict[str, Part] = {}
    for part in (part for question in questions for part in question.parts):
        if part.carried_from is not None:
            place, origin = part.place("carried_from"), earlier.get(part.carried_from)
            if origin is None:
                raise AuthorProblem(f"no part before this one has the number `{part.carried_from}`", place, source)
            if origin.find is None or origin.find not in (part.find or ""):
                said = f"the expression that {origin.number} finds does not stand in what this part finds"
                raise AuthorProblem(said, place, source, "write it letter by letter as it stands there")
        earlier[part.number] = part


def _points(table: _Table) -> Fraction:
    value = table.require("points")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        table.refuse("points", "`points` has to be a number", "write it without quotes: points = 1")
    exact = Decimal(value)
    if not exact.is_finite() or not _LEAST_POINTS <= exact <= _MOST_POINTS:
        table.refuse("points", f"`points` has to be between {_LEAST_POINTS} and {_MOST_POINTS}")
    return Fraction(value)


def _submission(table: _Table) -> str:
    """The pattern of a file name: one ``{netid}``, a suffix, no folder."""
    pattern = table.optional("submission") or ""
    if pattern and (pattern.count(NETID) != 1 or not re.fullmatch(r"[^{}/\\]+\.\w+", pattern.replace(NETID, "netid"))):
        hint = f"for example sheet-1-{NETID}.pdf"
        table.refuse("submission", f"`submission` has to be a file name that holds {NETID} once and ends in a suffix", hint)
    return pattern


def _suffixes(table: _Table) -> tuple[str, ...]:
    endings = table.texts("accept")
    for ending in endings:
        if not re.fullmatch(r"\.\w+", ending):
            table.refuse("accept", f"`{ending}` is no suffix of a file name", "a suffix is a dot and letters: '.tex'")
    return endings


def _refuse_twins(questions: tuple[Question, ...], source: Source) -> None:
    seen: dict[str, int] = {}
    for part in (part for question in questions for part in question.parts):
        place = part.places.get("number", part.span)
        line, _ = source.line_and_column(place.start)
        if part.number in seen:
            raise AuthorProblem(
                f"two parts have the number `{part.number}`", place, source, f"the first is on line {seen[part.number]}"
            )
        seen[part.number] = line


def _syntax_problem(message: str, source: Source) -> AuthorProblem:
    """What ``tomllib`` found, at the line and column that it names (``at end of document``: there)."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    said = message[: found.start()] if found else message
    offset = len(source.text.rstrip())
    if found and found[1]:
        before = source.text.split("\n")[: int(found[1]) - 1]
        offset = sum(len(line) + 1 for line in before) + int(found[2]) - 1
    return AuthorProblem(f"this is no TOML: {said[:1].lower()}{said[1:]}", Span(offset, offset + 1), source)
