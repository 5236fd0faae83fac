"""The log-determinant of a map that is given as a program: what each line adds, put together where the program is short.

Nothing is inserted that need not be: of a stack of layers each line is differentiated by itself, so the work grows with the number of lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.calculus import gradient
from symderiv.algebra.gather import cost
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Symbol, Tensor, scalar
from symderiv.core.results import Derivation, Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.determinant import determinant_of
from symderiv.derive.elimination import Pivot, pivots
from symderiv.derive.formula import Equation, Formula, closed, equation
from symderiv.derive.jacobian import jacobian, quotient
from symderiv.derive.program import Line, Program, symbols_of
from symderiv.derive.renaming import Known
from symderiv.derive.volume import Volume, log_volume
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Fenced, Fraction, Notation, Word, row, separated
from symderiv.writing.notation import Symbol as Sign


@dataclass(frozen=True, slots=True)
class LogDeterminant:
    """``log |det ∂y/∂x|``: ``parts``, what each line adds, by the names of the program; ``value``, their sum, put together where that is short."""

    value: Tensor
    parts: tuple[tuple[Symbol, Tensor], ...]
    derivation: Derivation[Formula]


def log_determinant(program: Program) -> LogDeterminant:
    """The logarithm of the absolute determinant. Raises `NoDeterminant`, with the line at which it ends."""
    brief = program.long
    found = pivots(program)
    variables = {s.name: s for s in (*program.inputs, *(line.target for line in program.lines))}
    work = _Work(variables, brief, [], [], [], Known())
    for pivot in found.found:
        _one_line(pivot, work)
    lines, unknowns = found.together
    if lines:
        _together(lines, unknowns, work)
    left = log_det_notation(program)
    total = scalar(t.add(*(p.body for _, p in work.parts)))
    value = total if brief else _collected(total, program)
    because: Remark = ("the logarithm of a product is the sum of the logarithms",)
    if len(work.parts) > 1:
        because = (
            "with the outputs known each line fixes one unknown, so the lines are triangular by blocks: |det| of the map is the product of theirs",
        )
    work.steps.append(Step("put together", because, (equation(left, value),)))
    certificate: Remark = ("proved: equal to the sum of what the lines add, by normal form",)
    derivation = Derivation((equation(left, value),), tuple(work.steps), tuple(work.conditions), () if brief else (certificate,))
    return LogDeterminant(value, tuple(work.parts), derivation)


@dataclass(frozen=True, slots=True)
class _Work:
    variables: dict[str, Symbol]
    brief: bool
    parts: list[tuple[Symbol, Tensor]]
    steps: list[Step[Formula]]
    conditions: list[Remark]
    known: Known[tuple[Volume, Symbol]]


def _one_line(pivot: Pivot, work: _Work) -> None:
    """What a line adds: the log-determinant of its value by the unknown that it fixes."""
    line, unknown = pivot.line, pivot.unknown
    told: Remark = ("the line for ", name_notation(line.target.name), " fixes ", name_notation(unknown.name))
    if pivot.inserted:
        told = (*told, ", with ", separated([name_notation(s.name) for s in pivot.inserted], "comma"), " inserted")
    if work.brief:
        roles = [work.variables[n] for n in symbols_of(line.value) if n in work.variables]
        (volume, first), renaming = work.known.get(
            line.value, (unknown,), roles, work=lambda: (_volume(pivot, work), line.target)
        )
        if renaming is not None:
            volume = Volume(renaming.term(volume.value), (), tuple(map(renaming.remark, volume.conditions)))
            told = (*told, ", as the line for ", name_notation(first.name), " does under other names")
        shown: tuple[Formula, ...] = ()
    else:
        volume, block = _volume(pivot, work), gradient(line.value, unknown)
        shown = () if block.rank > 2 else (Equation(_label(pivot), block, collect=True),)
    work.parts.append((line.target, scalar(volume.value)))
    work.steps.extend((Step("differentiate a line", told, shown), *volume.steps))
    seen = set(work.conditions)
    work.conditions.extend(c for c in volume.conditions if c not in seen)


def _label(pivot: Pivot) -> Notation:
    return quotient(T.whole(pivot.line.target), T.whole(pivot.unknown))


def _volume(pivot: Pivot, work: _Work) -> Volume:
    block = gradient(pivot.line.value, pivot.unknown)
    try:
        return log_volume(block, work.variables.keys(), _label(pivot), work.brief)
    except NoDeterminant as none:
        raise NoDeterminant(f"the line for {pivot.line.target.name}: {none}") from None


def _together(lines: tuple[Line, ...], unknowns: tuple[Symbol, ...], work: _Work) -> None:
    """Lines that fix their unknowns only together: the determinant of their Jacobian by blocks."""
    blocks = jacobian({line.target.name: line.value for line in lines}, unknowns)
    left = row(Word("det"), Fenced("paren", names_quotient([line.target.name for line in lines], [u.name for u in unknowns])))
    found = determinant_of(blocks, left)
    work.parts.append((lines[0].target, scalar(t.log(t.apply("abs", found.value.body)))))
    work.steps.extend((*blocks.derivation.steps, *found.derivation.steps))
    work.conditions.extend(found.derivation.assumes)


def _collected(total: Tensor, program: Program) -> Tensor:
    """The sum in its shortest form: by the names of the lines, or with lines in between inserted where that is no longer. Proved equal."""
    values = {line.target: line.value for line in program.lines}
    best = closed(total)
    inserted = total
    for line in reversed(program.lines):
        if line.target in program.outputs:
            continue
        inserted = substitute_tensor(inserted, {line.target: values[line.target]})
        if cost(inserted.body) > 4 * cost(best.body) + 60:
            break  # it would have to shrink by far, and collecting it is slow
        shorter = closed(inserted)
        if cost(shorter.body) <= cost(best.body) and prove(shorter, inserted) is not None:
            best = shorter
    if prove(closed(total), total) is None:
        raise NoDeterminant("what was put together could not be proved equal to the sum")
    return best


def names_quotient(above: list[str], below: list[str]) -> Notation:
    """``∂(y₁, y₂)/∂(x₁, x₂)``, without brackets where there is one name."""
    return Fraction(_tuple(above), _tuple(below))


def _tuple(names: list[str]) -> Notation:
    letters = [name_notation(n) for n in names]
    return row(Sign("partial"), letters[0] if len(letters) == 1 else Fenced("paren", separated(letters, "comma")))


def jacobian_notation(program: Program) -> Notation:
    """``∂y/∂x`` of a program."""
    return names_quotient([y.name for y in program.outputs], [x.name for x in program.inputs])


def log_det_notation(program: Program) -> Notation:
    """``log |det ∂y/∂x|``."""
    return row(Word("log"), Fenced("bar", row(Word("det"), jacobian_notation(program))))
