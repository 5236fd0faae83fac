"""What was derived, with its steps and what certifies them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from symderiv.algebra.numbers import NoValue
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Derivation, Step
from symderiv.derive.checks import NumericCheck
from symderiv.derive.formula import Equation, Formula, shown, written
from symderiv.derive.jacobian import Jacobian
from symderiv.explore.asking import question
from symderiv.explore.checked import Checked, checked_text, checked_value
from symderiv.explore.display import Shown, formula_markdown, prose_markdown, table_markdown, text_markdown
from symderiv.explore.expression import Expression
from symderiv.explore.values import Decision, Value
from symderiv.derive.question import as_written
from symderiv.reading.asks import Asked
from symderiv.reading.given import statement_spans
from symderiv.reading.parse import parse
from symderiv.reading.values import Value as Meaning
from symderiv.report.model import PartSolution, QuestionSolution, SolutionReport, StepView
from symderiv.writing.tensors import notation
from symderiv.writing.unicode import prose_text
from symderiv.report.solution import ask_prose, check_view, prose
from symderiv.writing.columns import aligned
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import KINDS, Grid, Notation, Prose, row
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.unicode import unicode_block

if TYPE_CHECKING:
    from symderiv.explore.picture import Picture

V = TypeVar("V", bound=Value, covariant=True)


class Steps(Sequence[Step[Formula]]):
    """The steps of a derivation: a table in a notebook, numbered lines in a terminal."""

    def __init__(self, steps: Sequence[Step[Formula]]) -> None:
        self._steps = tuple(steps)

    @overload
    def __getitem__(self, at: int) -> Step[Formula]: ...
    @overload
    def __getitem__(self, at: slice) -> Steps: ...
    def __getitem__(self, at: int | slice) -> Step[Formula] | Steps:
        return Steps(self._steps[at]) if isinstance(at, slice) else self._steps[at]

    def __len__(self) -> int:
        return len(self._steps)

    def __str__(self) -> str:
        out = []
        for k, step in enumerate(self._steps, 1):
            why = prose_text(prose(step.because))
            out.append(f"{k}. {step.rule}" + (f": {why}" if why else ""))
            out += [textwrap.indent(unicode_block(written(f)), " " * 6) for f in step.formulas]
        return "\n".join(out)

    __repr__ = __str__

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else str(self))

    def _repr_markdown_(self) -> str:
        rows = [
            (
                str(k),
                text_markdown(s.rule),
                "<br>".join(formula_markdown(written(f)) for f in s.formulas),
                prose_markdown(prose(s.because)),
            )
            for k, s in enumerate(self._steps, 1)
        ]
        return table_markdown(("", "rule", "gives", "because"), rows)


class Checks(Sequence[NumericCheck]):
    """Comparisons with numeric oracles: a table in a notebook, and lines in a terminal."""

    def __init__(self, checks: Sequence[NumericCheck]) -> None:
        self._checks = tuple(checks)

    @overload
    def __getitem__(self, at: int) -> NumericCheck: ...
    @overload
    def __getitem__(self, at: slice) -> Checks: ...
    def __getitem__(self, at: int | slice) -> NumericCheck | Checks:
        return Checks(self._checks[at]) if isinstance(at, slice) else self._checks[at]

    def __len__(self) -> int:
        return len(self._checks)

    def _rows(self) -> list[tuple[str, ...]]:
        return [(v.what, v.size, v.ours, v.oracle, v.difference) for v in map(check_view, self._checks)]

    def __str__(self) -> str:
        if not self._checks:
            return "nothing to compare with: no numeric oracle is known for this, or a random instance has no value"
        return "\n".join(aligned([_COMPARED, *self._rows()]))

    __repr__ = __str__

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else str(self))

    def _repr_markdown_(self) -> str:
        return table_markdown(_COMPARED, [tuple(map(text_markdown, r)) for r in self._rows()]) if self._checks else str(self)


_COMPARED = ("compared", "at", "ours", "oracle", "apart")


@dataclass(frozen=True, slots=True, repr=False)
class Derived(Shown, Generic[V]):
    """A derived value: ``value`` to go on with, ``steps`` to read, ``certificate`` to trust. Shown as ``question = value``."""

    value: V
    derivation: Derivation[Formula]
    compare: Callable[[], Sequence[NumericCheck]] = tuple
    #: The Jacobian that belongs to it, worked out when it is drawn.
    structure: Callable[[], Jacobian] | None = None
    asked: Asked | None = None
    #: What the names of a question from Python stand for: the outputs of a map.
    forward: Mapping[str, Tensor] = field(default_factory=dict)

    @property
    def steps(self) -> Steps:
        """The steps, in order."""
        return Steps(self.derivation.steps)

    @property
    def certificate(self) -> tuple[str, ...]:
        """What proves the result, in words."""
        return tuple(prose_text(prose(c)) for c in self.derivation.certificate)

    @property
    def assumes(self) -> tuple[str, ...]:
        """The conditions under which it holds, in words; none for most."""
        return tuple(prose_text(prose(a)) for a in self.derivation.assumes)

    @property
    def checks(self) -> Checks:
        """Comparisons with numeric oracles that share nothing with the derivation, made when they are asked for.

        None where the random instances have no value, or one too large for a float.
        """
        try:
            return Checks(self.compare())
        except (NoValue, OverflowError):
            return Checks(())

    def check(self, answer: object) -> Checked:
        """The judgement on an answer: LaTeX by the names that were declared, or an expression of ours or of SymPy.

        >>> from symderiv import Vector, exp, jacobian
        >>> x = Vector("x1", "n")
        >>> print(jacobian(exp(x), x).check(r"\\operatorname{diag}(e^{x_1})"))
        ✓ correct: proved
          read as   diag(exp(x₁))
        >>> jacobian(exp(x) * x, x).check(x).status
        Traceback (most recent call last):
        symderiv.core.problems.AuthorProblem: a matrix n×n is not compared with a vector of length n
        """
        if not isinstance(answer, str):
            return checked_value(self.value, answer)
        return checked_text(self._question(), answer)

    def _question(self) -> Asked:
        """What this answers: as it was asked, or else the left side of the result."""
        first = self.derivation.result[0]
        left = _side(first.left) if isinstance(first, Equation) else written(first)
        return self.asked or question(self.value, left, self.forward)

    # --- out of here ------------------------------------------------------------------------------------------------------

    def to_sympy(self) -> Any:
        """The value as SymPy's; see its own `to_sympy`."""
        return self._convertible().to_sympy()

    def explicit(self, **sizes: int) -> Any:
        """The value with one SymPy symbol for each entry: ``explicit(n=3)``."""
        return self._convertible().explicit(**sizes)

    def numpy(self, *, seed: int | None = None, **values: Any) -> Any:
        """The value as an array (a dictionary of arrays for several): ``numpy(n=4, F=np.sin, seed=0)``."""
        return self._convertible().numpy(seed=seed, **values)

    def _convertible(self) -> Any:
        if not hasattr(self.value, "numpy"):
            raise AuthorProblem("a decision is no value", hint="ask .value.holds, .value.verdict or .value.condition")
        return self.value

    def plot(self, **ranges: Any) -> Picture:
        """A picture: the blocks of a Jacobian, or with two ranges a scalar over them, ``plot(mu=(-2, 2), sigma=(0.2, 3))``.

        Needs matplotlib. In a Jacobian a line is a diagonal block, a shaded one is full. A parameter with a pair runs over that range,
        any other value is held.
        """
        from symderiv.explore import pictures

        if not ranges:
            if self.structure is None:
                raise AuthorProblem(
                    "no Jacobian belongs to this", hint="….plot(mu=(-2, 2), sigma=(0.2, 3)) draws a scalar over two ranges"
                )
            return pictures.block_structure(self.structure())
        if not isinstance(self.value, Expression):
            raise AuthorProblem("only a scalar is drawn over ranges")
        return pictures.surface(self.value.tensor, **ranges)

    def save(self, path: str | Path) -> None:
        """Write question, steps, result and certificate: ``.pdf``, ``.tex``, ``.json`` or ``.txt``."""
        from symderiv.explore.documents import save

        save(Path(path), self.report())

    def report(self, title: str = "Derivation") -> SolutionReport:
        """It all as a report's records."""
        d, asked = self.derivation, self._question()
        part = PartSolution(
            number="", title="Answer", points="", ask=(ask_prose(asked),),
            steps=tuple(StepView(s.rule, prose(s.because), tuple(map(written, s.formulas))) for s in d.steps),
            result=tuple(map(written, d.result)), holds_under=tuple(map(prose, d.assumes)), certificate=tuple(map(prose, d.certificate)),
            checks=tuple(map(check_view, self.checks)),
        )  # fmt: skip
        return SolutionReport(
            title, "Derived and proved at symbolic size.", (QuestionSolution("", "Question", self._given(), (part,)),)
        )

    def _given(self) -> tuple[Notation, ...]:
        """The statements of a model, or the map from Python."""
        source = self.asked.scope.source if self.asked is not None else None
        if source is not None:
            return tuple(as_written(parse(source, span=s)) for s in statement_spans(source))
        return tuple(row(name_notation(n), Sign("equals"), notation(x)) for n, x in self.forward.items())

    # --- looks ------------------------------------------------------------------------------------------------------------

    def _look(self) -> Notation:
        if isinstance(self.value, Decision):
            return self.value._look()
        result = self.derivation.result
        return written(result[0]) if len(result) == 1 else Grid(tuple(map(_aligned, result)), "aligned")

    def _said(self) -> list[Prose]:
        """What stands below the formula: assumptions and certificate."""
        return [("holds where ", *prose(a)) for a in self.derivation.assumes] + [
            ("✓ ", *prose(c)) for c in self.derivation.certificate
        ]

    def __str__(self) -> str:
        return "\n".join((Shown.__str__(self), *("  " + prose_text(p) for p in self._said())))

    def __repr__(self) -> str:
        return "\n".join((Shown.__repr__(self), *("  " + prose_text(p) for p in self._said())))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))

    def _repr_markdown_(self) -> str:
        return "\n\n".join((formula_markdown(self._look()), *map(prose_markdown, self._said())))


def _aligned(f: Formula) -> tuple[Notation, ...]:
    """An equation in two cells, so that several stand with their signs below each other."""
    return (_side(f.left), row(Sign("equals"), _side(f.right))) if isinstance(f, Equation) else (f,)


def _side(x: Meaning | Notation) -> Notation:
    return cast("Notation", x if isinstance(x, KINDS) else shown(cast("Meaning", x)))
