"""A page of the catalogue: a layer's map, its inverse, Jacobian and log-determinant with steps and conditions, and a stack of it."""

from __future__ import annotations

from symderiv.algebra import tensors as T
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Remark, Step
from symderiv.core.text import Source
from symderiv.derive.depth import DeepStack, deep_inverse, deep_log_determinant, deep_stack
from symderiv.derive.elimination import Solution, solve
from symderiv.derive.formula import Equation, Formula, closed, written
from symderiv.derive.jacobian import jacobian
from symderiv.derive.mapping import jacobian_notation, log_det_notation, log_determinant
from symderiv.derive.program import Program
from symderiv.derive.question import as_written
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.layers.registry import Entry
from symderiv.reading.given import statement_spans
from symderiv.reading.parse import parse
from symderiv.report.model import BlockPicture, PartSolution, QuestionSolution, SolutionReport, StepView
from symderiv.report.solution import prose
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Letter, Notation, Prose, row, separated
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation


def layer_page(entry: Entry) -> SolutionReport:
    """Everything derived. Raises `AuthorProblem` where the file's statements cannot be read."""
    program = entry.layer.program(entry.name)
    inverse = solve(program)
    parts = [_inverse(program, inverse), _jacobian(program), _volume(program, entry), *_stack(program, inverse)]
    numbered = tuple(p for p in parts if p is not None)
    source = Source(entry.layer.given.strip("\n"), entry.name)
    given = tuple(as_written(parse(source, span=s)) for s in statement_spans(source))
    return SolutionReport(entry.title, _note(entry), (QuestionSolution("", "The map", given, numbered),))


def _note(entry: Entry) -> str:
    layer = entry.layer
    also = f"Also known as {', '.join(layer.also)}." if layer.also else ""
    source = f"Source: {layer.source}." if layer.source else ""
    return " ".join(p for p in (entry.about, also, source) if p)


def _part(
    number: str, title: str, ask: Prose, steps: tuple[Step[Formula], ...], result: tuple[Notation, ...], **more: object
) -> PartSolution:
    views = tuple(StepView(s.rule, prose(s.because), tuple(map(written, s.formulas))) for s in steps)
    return PartSolution(number, title, "", (ask,), views, result, **more)  # type: ignore[arg-type]


def _names(symbols: tuple[Symbol, ...]) -> Notation:
    return separated([name_notation(s.name) for s in symbols], "comma")


# --- inverse ----------------------------------------------------------------------------------------------------------------


def _inverse(program: Program, found: Solution) -> PartSolution:
    ask: Prose = ("Solve for ", _names(program.inputs), " where ", _names(program.outputs), " is known.")
    result = tuple(written(Equation(T.whole(x.target), x.value, collect=True)) for x in found.lines)
    steps = list(found.steps)
    decision: Prose = ()
    if found.open_lines:
        (line, why), *_ = found.open_lines
        decision = (
            "No closed inverse is derived: ",
            why,
            ". What is left to solve is ",
            _left_to_solve(line.target, line.value),
            ".",
        )
    elif found.sequential:
        decision = (
            "A recursion: entry i of ",
            _names(tuple(sorted(found.sequential, key=lambda s: s.name))),
            " needs the entries before it alone.",
        )
    return _part(
        "1", "Inverse", ask, tuple(steps), result, decision=decision, holds_under=tuple(map(prose, found.conditions)),
        certificate=(prose(("proved: each line's solution inserted into the line, and the line into its solution",)),) if found.lines else (),
    )  # fmt: skip


def _left_to_solve(target: Symbol, value: Tensor) -> Notation:
    return row(notation(T.whole(target)), Sign("equals"), notation(closed(value)))


# --- Jacobian ---------------------------------------------------------------------------------------------------------------


def _jacobian(program: Program) -> PartSolution | None:
    """By blocks, lines in between inserted; a map of matrices has none that could be shown."""
    if any(len(s.sizes) > 1 for s in (*program.inputs, *program.outputs)):
        return None
    found = jacobian(program.expanded(), program.inputs, jacobian_notation(program))
    several = len(found.blocks) > 1
    picture = (
        BlockPicture(tuple(map(name_notation, found.outputs)), tuple(name_notation(i.name) for i in found.inputs), found.kinds)
        if several else None
    )  # fmt: skip
    ask: Prose = ("Differentiate ", _names(program.outputs), " by ", _names(program.inputs), ".")
    whole = Equation(jacobian_notation(program), found.value if several else found.blocks[0][0])
    result = (written(whole),)
    return _part("2", "Jacobian", ask, found.derivation.steps if several else (), result, picture=picture)


# --- log-determinant --------------------------------------------------------------------------------------------------------


def _volume(program: Program, entry: Entry) -> PartSolution:
    left = log_det_notation(program)
    ask: Prose = ("Find ", left, ".")
    try:
        found = log_determinant(program)
    except NoDeterminant as none:
        return _part(
            "3", "Log-determinant", ask, (), (), decision=(f"No closed form is derived: {none}.",), holds_under=_needs((), entry)
        )
    result = tuple(map(written, found.derivation.result))
    return _part(
        "3", "Log-determinant", ask, found.derivation.steps, result, holds_under=_needs(found.derivation.assumes, entry),
        certificate=tuple(map(prose, found.derivation.certificate)),
    )  # fmt: skip


def _needs(conditions: tuple[Remark, ...], entry: Entry) -> tuple[Prose, ...]:
    return (*map(prose, conditions), *((text,) for text in entry.layer.holds))


# --- a stack of any depth ---------------------------------------------------------------------------------------------------


def _stack(program: Program, inverse: Solution) -> tuple[PartSolution, ...]:
    """K layers with parameters of their own; where they cannot be stacked, or are not undone in closed form, the page says why."""
    ask: Prose = ("Stack ", Letter("K"), " such layers, each with parameters of its own.")
    try:
        stack = deep_stack(program)
    except AuthorProblem as problem:
        return (_part("4", "Stack of K layers", ask, (), (), decision=(f"{problem.message[0].upper()}{problem.message[1:]}.",)),)
    return (_deep_volume(stack, ask), _deep_inverse(stack, inverse))


def _deep_volume(stack: DeepStack, ask: Prose) -> PartSolution:
    title = "Log-determinant of K layers"
    try:
        found = deep_log_determinant(stack)
    except NoDeterminant:
        return _part(
            "4",
            title,
            ask,
            (),
            (),
            decision=(
                "No closed form is derived for one layer; that of the stack is the sum of the layers', by the chain rule.",
            ),
        )
    d = found.derivation
    return _part(
        "4", title, ask, d.steps, tuple(map(written, d.result)), holds_under=tuple(map(prose, d.assumes)),
        certificate=tuple(map(prose, d.certificate)),
    )  # fmt: skip


def _deep_inverse(stack: DeepStack, inverse: Solution) -> PartSolution:
    title, ask = "Inverse of K layers", ("Undo the stack.",)
    try:
        d = deep_inverse(stack, inverse).derivation
    except AuthorProblem as problem:
        return _part("5", title, ask, (), (), decision=(f"{problem.message[0].upper()}{problem.message[1:]}.",))
    return _part(
        "5", title, ask, d.steps, tuple(map(written, d.result)), holds_under=tuple(map(prose, d.assumes)),
        certificate=tuple(map(prose, d.certificate)),
    )  # fmt: skip
