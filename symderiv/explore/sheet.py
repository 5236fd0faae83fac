"""An assignment in a session: its parts, their keys, and answers to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symderiv.assignments.builtin import builtin, names
from symderiv.assignments.load import load
from symderiv.assignments.records import Assignment
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.core.text import Source
from symderiv.explore.checked import Checked
from symderiv.explore.derived import Derived
from symderiv.explore.display import prose_markdown, table_markdown, text_markdown
from symderiv.explore.model import Model, derived
from symderiv.explore.values import Value
from symderiv.grading.page import part_result
from symderiv.grading.questions import Posed, posed
from symderiv.reading.document import HandIn
from symderiv.reading.segments import segments
from symderiv.writing.unicode import prose_text
from symderiv.report.solution import ask_prose
from symderiv.writing.notation import Prose


class Sheet:
    """The parts of an assignment by their numbers: ``sheet["1.1"].solve()``, ``sheet["1.1"].check(r"…")``."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.parts = {part.number: SheetPart(posed(assignment, question, part)) for question, part in assignment.parts()}

    def __getitem__(self, number: str) -> SheetPart:
        found = self.parts.get(str(number))
        if found is None:
            like = nearest(str(number), self.parts)
            raise AuthorProblem(
                f"this sheet has no part {number}", hint=f"did you mean {like}?" if like else f"parts: {', '.join(self.parts)}"
            )
        return found

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.parts)

    def __repr__(self) -> str:
        rows = [f"  {n:<5} {p.title}: {' '.join(prose_text(a) for a in p.asks)}" for n, p in self.parts.items()]
        return "\n".join((self.assignment.title, *rows))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))

    def _repr_markdown_(self) -> str:
        rows = [(text_markdown(n), text_markdown(p.title), " ".join(map(prose_markdown, p.asks))) for n, p in self.parts.items()]
        return f"**{text_markdown(self.assignment.title)}**\n\n" + table_markdown(("part", "", "asked"), rows)


class SheetPart:
    """One part: what it asks, its key, and judgements on answers."""

    def __init__(self, question: Posed) -> None:
        self.posed = question

    @property
    def title(self) -> str:
        """The part's title."""
        return self.posed.part.title

    @property
    def asks(self) -> tuple[Prose, ...]:
        """What is asked, in words."""
        return tuple(map(ask_prose, self.posed.asks))

    @property
    def model(self) -> Model:
        """What is given for this part, to go on with."""
        return Model(self.posed.question.given_for(self.posed.part))

    def solve(self) -> tuple[Derived[Value], ...]:
        """The key with its steps, one derivation for each thing that is asked."""
        return tuple(map(derived, self.posed.asks))

    def check(self, answer: str) -> Checked:
        """The judgement on an answer in LaTeX, as for a page that was handed in."""
        source = Source(answer, "answer")
        number = self.posed.part.number
        found = part_result(self.posed, source, HandIn({number: segments(source)}, (), (), {}))
        return Checked(found.judgement, source)

    def __repr__(self) -> str:
        return f"{self.posed.part.number}  {self.title}\n" + "\n".join("  " + prose_text(a) for a in self.asks)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))

    def _repr_markdown_(self) -> str:
        head = f"**{text_markdown(self.posed.part.number)}** {text_markdown(self.title)}"
        return "\n\n".join((head, *map(prose_markdown, self.asks)))


def read_sheet(name: str) -> Sheet:
    """The assignment in a file, or the built-in one of this name. Raises `AuthorProblem`."""
    path = Path(name)
    if not name:
        raise AuthorProblem("which assignment?", hint=f"a TOML file, or one of {', '.join(names())}")
    if name in names() or not path.suffix:
        return Sheet(load(builtin(name)))
    try:
        return Sheet(load(Source(path.read_text(encoding="utf-8-sig"), name)))
    except OSError as error:
        raise AuthorProblem(f"cannot read `{name}`: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise AuthorProblem(f"`{name}` is no UTF-8 text") from error
