"""What a report says, as plain records: nothing in them is computed, and nothing in them is markup.

Formulas are notation that we printed from what was understood; a student's text is text. `render` turns both into a document.
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.writing.notation import Notation, Prose


@dataclass(frozen=True, slots=True)
class StepView:
    """One step: the rule's name, why it may be applied, and the lines it gives."""

    rule: str
    because: Prose = ()
    formulas: tuple[Notation, ...] = ()


@dataclass(frozen=True, slots=True)
class NumericCheck:
    """A comparison with an oracle: sizes or parameters, our value, the oracle's, the largest difference, as text."""

    what: str
    size: str
    ours: str
    oracle: str
    difference: str


@dataclass(frozen=True, slots=True)
class PublishedView:
    """A closed form that the assignment's own sheet gives, as printed there, how it was read, and what is to be said of it."""

    printed: str
    verdict: str
    findings: tuple[str, ...] = ()
    witness: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    formula: tuple[Notation, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockPicture:
    """The structure of a matrix of blocks: each cell is ``zero``, ``identity``, ``diagonal`` or ``full``."""

    rows: tuple[Notation, ...]
    columns: tuple[Notation, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PartSolution:
    """A part with its question, derivation, results and certificates."""

    number: str
    title: str
    points: str
    ask: tuple[Prose, ...]
    steps: tuple[StepView, ...]
    result: tuple[Notation, ...]
    holds_under: tuple[Prose, ...] = ()
    certificate: tuple[Prose, ...] = ()
    checks: tuple[NumericCheck, ...] = ()
    published: PublishedView | None = None
    remarks: tuple[StepView, ...] = ()
    picture: BlockPicture | None = None
    decision: Prose = ()


@dataclass(frozen=True, slots=True)
class QuestionSolution:
    """Parts that share what is given."""

    number: str
    title: str
    given: tuple[Notation, ...]
    parts: tuple[PartSolution, ...]


@dataclass(frozen=True, slots=True)
class SolutionReport:
    """A worked solution."""

    title: str
    note: str
    questions: tuple[QuestionSolution, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding: what is off, the student's line with a caret under the place (for a
    terminal), the words it points at (for paper, where they are not the whole answer),
    what would be right, a witness. ``outcome`` is ``right`` where it is no complaint,
    ``wrong``, or ``open`` where a person has to look.
    """

    message: Prose
    excerpt: str = ""
    quoted: str = ""
    repair: str = ""
    hint: str = ""
    witness: tuple[str, ...] = ()
    outcome: str = "open"

    @property
    def right(self) -> bool:
        """Whether it is no complaint."""
        return self.outcome == "right"


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of a student's derivation: its number, ``right``, ``wrong`` or ``open``, its text, and why it is right or what is off."""

    number: str
    outcome: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class PartFeedback:
    """One part of a checked document. ``student_text`` is shown as it is, ``reading`` is how it was understood.

    ``arithmetic`` says how the points came about, ``steps`` are the lines of a derivation, where they tell more than the findings do.
    """

    number: str
    title: str
    points: str
    of: str
    status: str
    how: str
    student_text: str
    reading: tuple[Notation, ...] = ()
    findings: tuple[FindingView, ...] = ()
    arithmetic: str = ""
    steps: tuple[LineView, ...] = ()

    @property
    def told(self) -> bool:
        """Whether there is more to say than its mark."""
        return bool(self.how or self.student_text.strip() or self.reading or self.findings or self.steps)


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """A checked document, part by part."""

    title: str
    document: str
    totals: str
    parts: tuple[PartFeedback, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a picture: what it stands for, its number, and its length as a share of the longest."""

    label: str
    number: str
    length: float


@dataclass(frozen=True, slots=True)
class PartFigures:
    """A part over a class. ``shares``: each status with its number of students and its share of all, in the order of `STATUSES`."""

    number: str
    title: str
    of: str
    mean: str
    difficulty: str
    discrimination: str
    shares: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class ClassReport:
    """A class: figures by name, how its marks are distributed, how each part went, and what went wrong most often."""

    title: str
    note: str
    figures: tuple[tuple[str, str], ...]
    marks: tuple[Bar, ...]
    parts: tuple[PartFigures, ...]
    mistakes: tuple[tuple[str, Bar], ...]
    notes: tuple[str, ...] = ()
