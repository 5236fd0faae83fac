"""The worked solution of an assignment: each part derived and proved, and the sheet's own closed form judged beside it."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.algebra.terms import Tensor
from symderiv.assignments.records import Assignment, Part, Question
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Proved, Refuted, Remark
from symderiv.core.text import Source
from symderiv.derive.answers import Answer, answer
from symderiv.derive.checks import NumericCheck as Check
from symderiv.derive.formula import shown, written
from symderiv.derive.question import as_written
from symderiv.grading.findings import Judgement
from symderiv.grading.page import judged_text
from symderiv.grading.questions import Posed, posed
from symderiv.reading.asks import Asked, Decide, Find, Invert, Show
from symderiv.reading.given import statement_spans
from symderiv.reading.parse import parse
from symderiv.report.model import (
    BlockPicture,
    NumericCheck,
    PartSolution,
    PublishedView,
    QuestionSolution,
    SolutionReport,
    StepView,
)
from symderiv.report.witnesses import witness_place
from symderiv.writing.values import readable
from symderiv.writing.tensors import notation
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import KINDS, Notation, Number, Prose, Symbol, row


def solution(assignment: Assignment, part: str | None = None) -> SolutionReport:
    """All parts, or one. Raises `AuthorProblem` that points into the assignment where a key cannot be derived and proved."""
    questions = []
    for k, question in enumerate(assignment.questions, 1):
        parts = tuple(_part(assignment, question, p) for p in question.parts if part in (None, p.number))
        if parts:
            questions.append(QuestionSolution(str(k), question.title, _given(question), parts))
    note = "Every result is derived from what is given and proved at symbolic size; the sheet's own forms are judged beside it."
    return SolutionReport(assignment.title, note, tuple(questions))


def _given(question: Question) -> tuple[Notation, ...]:
    source = Source(question.given, "given")
    return tuple(as_written(parse(source, span=span)) for span in statement_spans(source))


def _part(assignment: Assignment, question: Question, part: Part) -> PartSolution:
    read = posed(assignment, question, part)
    answers = [_answered(assignment, part, asked) for asked in read.asks]
    own = Source(part.given, "given")
    given = tuple(as_written(parse(own, span=s)) for s in statement_spans(own))
    asks = tuple(ask_prose(a) for a in read.asks)
    if given:
        asks = (_listed("Given ", given), *asks)
    results = tuple(
        f
        for a, asked in zip(answers, read.asks, strict=True)
        if not isinstance(asked.ask, Decide)
        for f in map(written, a.derivation.result)
    )
    decision = next(
        (_decision(a, asked) for a, asked in zip(answers, read.asks, strict=True) if isinstance(asked.ask, Decide)), ()
    )
    blocks = next((a.jacobian for a in answers if a.jacobian is not None), None)
    picture = None
    if (
        blocks is not None
        and isinstance(read.asks[0].ask, Find)
        and len(blocks.blocks) > 1
        and answers[0].value is not None
        and not isinstance(answers[0].value, Tensor)
    ):
        picture = BlockPicture(
            tuple(name_notation(o) for o in blocks.outputs), tuple(name_notation(i.name) for i in blocks.inputs), blocks.kinds
        )
    return PartSolution(
        number=part.number,
        title=part.title,
        points=f"{part.points} point{'' if part.points == 1 else 's'}",
        ask=asks,
        steps=tuple(StepView(s.rule, prose(s.because), tuple(map(written, s.formulas))) for a in answers for s in a.derivation.steps),
        result=results,
        holds_under=tuple(prose(x) for a in answers for x in a.derivation.assumes),
        certificate=tuple(prose(x) for a in answers for x in a.derivation.certificate),
        checks=tuple(check_view(c) for a in answers for c in a.checks),
        published=_published(read) if part.published is not None else None,
        remarks=_remarks(read),
        picture=picture,
        decision=decision,
    )  # fmt: skip


def _answered(assignment: Assignment, part: Part, asked: Asked) -> Answer:
    try:
        return answer(asked)
    except AuthorProblem as problem:
        span = None
        if problem.source is not None and problem.span is not None:
            question = next(q for q in assignment.questions if part in q.parts)
            given = problem.source.name == "given"
            span = question.place_of_given(part, problem.span) if given else part.place(problem.source.name, problem.span)
        raise AuthorProblem(
            f"part {part.number}: {problem.message}", span or part.span, assignment.source, problem.hint
        ) from None


def prose(remark: Remark) -> Prose:
    """Text with typed expressions as prose with formulas."""
    return tuple(p if isinstance(p, (str, *KINDS)) else notation(p) if isinstance(p, Tensor) else str(p) for p in remark)  # type: ignore[misc]


def _listed(head: str, formulas: Iterable[Notation]) -> Prose:
    out: list[str | Notation] = [head]
    for k, f in enumerate(formulas):
        out += [", ", f] if k else [f]
    return (*out, ".")


def ask_prose(asked: Asked) -> Prose:
    """The question in words."""
    match asked.ask:
        case Invert(unknowns=unknowns, knowns=knowns):
            left = _listed("Find ", [name_notation(u.name) for u in unknowns])[:-1]
            return (*left, *_listed(" in terms of ", [name_notation(k) for k in knowns]))
        case Show(left=left_side, right=right):
            return ("Show that ", row(as_written(left_side), Symbol("equals"), as_written(right)), ".")
        case Decide(node=node):
            return ("Decide whether ", as_written(node), ".")
        case Find(node=node):
            return ("Find ", as_written(node), ".")


def _decision(a: Answer, asked: Asked) -> Prose:
    assert isinstance(asked.ask, Decide)
    statement = as_written(asked.ask.node)
    if isinstance(a.verdict, Proved):
        return (statement, " holds always.")
    if isinstance(a.verdict, Refuted):
        if a.condition is not None:
            return (
                statement,
                " is false in general; it holds exactly where ",
                row(notation(a.condition), Symbol("equals"), Number("0")),
                ".",
            )
        return (statement, " is false in general.")
    return (statement, " could not be decided.")


def check_view(c: Check) -> NumericCheck:
    """A comparison with an oracle, in words."""
    size = ", ".join(" = ".join((readable(n), v)) for n, _, v in (part.partition(" = ") for part in c.size.split(", ")))
    return NumericCheck(c.what, size, f"{c.ours:.6g}", f"{c.oracle:.6g}", f"{c.difference:.1e}")


def _remarks(read: Posed) -> tuple[StepView, ...]:
    """What the result becomes under each further assumption, where it looks different there."""
    out: list[StepView] = []
    for text, asks in read.also:
        if isinstance(asks[0].ask, Find) and not isinstance(asks[0].ask.value, Tensor):
            found = answer(asks[0])
            if found.value is not None:
                out.append(StepView(f"For {plain(text)}", ("this is",), (shown(found.value),)))
    return tuple(out)


def plain(latex: str) -> str:
    """An assumption's LaTeX as words."""
    return " ".join(latex.replace(r"\text{", "").replace("}", "").replace("\\", "").split())


# --- the sheet's own form ---------------------------------------------------------------------------------------------------


_VERDICTS = {
    "correct": "agrees",
    "incorrect": "differs",
    "partial": "differs in part",
    "review": "a person must look",
    "unreadable": "cannot be read so",
}


def _published(read: Posed) -> PublishedView:
    printed = (read.part.published or "").strip()
    judged = judged_text(read, Source(printed, "published"))
    verdict = "right if repaired so" if judged.how == "right if repaired" else _VERDICTS[judged.status]
    return PublishedView(
        printed, verdict, _findings(judged), _witness(judged), tuple(f.repair for f in judged.findings if f.repair),
        tuple(shown(v) for v in judged.readings),
    )  # fmt: skip


def _findings(judged: Judgement) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            f.message + (f" ({f.hint})" if f.hint and not f.repair else "")
            for f in judged.findings
            if f.rule != "wrong step" or not any(g.repair for g in judged.findings)
        )
    )


def _witness(judged: Judgement) -> tuple[str, ...]:
    w = next((f.witness for f in judged.findings if f.witness is not None), None)
    return () if w is None else (f"At {witness_place(w).removeprefix('with ')}: as printed {w.right}, the key {w.left}.",)
