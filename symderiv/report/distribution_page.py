"""A page of the catalogue: a family's density, moments, entropy, divergence with gradients and Fisher information, with steps and conditions."""

from __future__ import annotations

from symderiv.algebra.families import Family, Interval
from symderiv.algebra.terms import Term, scalar
from symderiv.core.results import Derivation
from symderiv.core.text import Source
from symderiv.derive.formula import Formula, shown, written
from symderiv.derive.question import as_written
from symderiv.distributions import registry
from symderiv.distributions.record import Distribution
from symderiv.distributions.summary import Summary, summary
from symderiv.reading.given import statement_spans
from symderiv.reading.parse import parse
from symderiv.report.model import PartSolution, QuestionSolution, SolutionReport, StepView
from symderiv.report.solution import prose
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Letter, Notation, Number, Prose, Word, row
from symderiv.writing.notation import Symbol as Sign

#: What is asked under each heading; the density's depends on the support.
_ASKED: dict[str, Prose] = {
    "exponential form": (
        "Write the log-density as ", row(Letter("eta"), Sign("dot"), Letter("T"), Sign("minus"), Letter("F"), Sign("plus"), Word("log"), Letter("h")),
        ": statistics, natural parameters, log-partition, and what is left.",
    ),
    "mean": ("Find the mean.",),
    "variance": ("Find the variance.",),
    "entropy": ("Find the entropy.",),
    "divergence": ("Find the Kullback–Leibler divergence from another member p of the family.",),
    "gradients of the divergence": ("Differentiate the divergence by the parameters of both; entries of a vector or matrix count as independent.",),
    "Fisher information": ("Find the Fisher information in the scalar parameters.",),
    "cross-entropy": ("Find the cross-entropy with another member p.",),
    "Rényi divergence": ("Find the Rényi divergence of an order ", Letter("omega"), " other than 1."),
    "chi-squared divergence": ("Find the chi-squared divergence.",),
    "Hellinger distance": ("Find the squared Hellinger distance.",),
    "Bhattacharyya distance": ("Find the Bhattacharyya distance.",),
    "Wasserstein distance": ("Find the squared Wasserstein distance.",),
    "natural gradient": ("Turn the gradient of the divergence in the scalar parameters of q by the inverse of the Fisher information.",),
    "further divergences": ("Of the divergences that stand here for other families:",),
}  # fmt: skip

#: What is said of a region in a sentence.
_REGIONS = {
    "circle": "the circle", "positive definite matrices": "the positive definite matrices", "simplex": "the probability simplex",
    "space": "the whole space", "unit vectors": "the unit vectors",
}  # fmt: skip


def distribution_page(name: str) -> SolutionReport:
    """Everything derived of the family with this name. Raises `KeyError` for a name that is none."""
    family, stated, found = registry.family(name), registry.stated(name), summary(name)
    head, about = registry.title(name)
    also = f"In what is given also {', '.join(stated.also)}." if stated.also else ""
    note = " ".join(t for t in (about and f"{head}: {about}.", also, f"Source: {stated.source}.") if t)
    question = QuestionSolution("", "Parameters and variable", _given(family, stated, name), tuple(_parts(family, found)))
    return SolutionReport(head, note, (question,))


def _given(family: Family, stated: Distribution, name: str) -> tuple[Notation, ...]:
    """The parameters with their domains, what they meet beyond these, and the variable, as they are stated."""
    source = Source("\n".join((*stated.given, stated.variable)), name)
    statements = tuple(as_written(parse(source, span=s)) for s in statement_spans(source))
    return (*statements[:-1], *map(_positive, family.conditions), statements[-1])


def _positive(term: Term) -> Notation:
    return row(shown(scalar(term)), Sign("greater"), Number("0"))


def _parts(family: Family, found: Summary) -> list[PartSolution]:
    asked: dict[str, Prose] = {"density": ("The logarithm of the density on ", *support(family), "."), **_ASKED}
    known, missing = dict(found.parts), dict(found.missing)
    headings = [h for h in asked if h in known or h in missing]
    return [
        _part(str(k), h, asked[h], known[h]) if h in known else _unknown(str(k), h, asked[h], missing[h])
        for k, h in enumerate(headings, 1)
    ]


def _title(heading: str) -> str:
    return heading[0].upper() + heading[1:]


def _part(number: str, heading: str, ask: Prose, found: Derivation[Formula]) -> PartSolution:
    steps = tuple(StepView(s.rule, prose(s.because), tuple(map(written, s.formulas))) for s in found.steps)
    return PartSolution(
        number, _title(heading), "", (ask,), steps, tuple(map(written, found.result)),
        holds_under=tuple(map(prose, found.assumes)), certificate=tuple(map(prose, found.certificate)),
    )  # fmt: skip


def _unknown(number: str, heading: str, ask: Prose, why: str) -> PartSolution:
    told = f"{why[0].upper()}{why[1:]}." if heading == "further divergences" else f"No closed form is derived: {why}."
    return PartSolution(number, _title(heading), "", (ask,), (), (), decision=(told,))


def support(family: Family) -> Prose:
    """Where the density is positive, as the end of a sentence."""
    s, x = family.support, name_notation(family.variable.name)
    if not isinstance(s, Interval):
        return (_REGIONS[s.name],)
    less = Sign("less-equal" if s.whole else "less")
    kind = "the whole numbers with " if s.whole else ""
    if s.low is None and s.high is None:
        return ("the whole numbers" if s.whole else "the real line",)
    ends = [] if s.low is None else [shown(scalar(s.low)), less]
    ends += [x] if s.high is None else [x, less, shown(scalar(s.high))]
    return (kind, row(*ends)) if kind else (row(*ends),)
