"""One elimination on a program: which line fixes which unknown, in which order.

Outputs are known; inputs and lines in between are unknown. A line with one unknown left fixes it: its own target by evaluation, another name by
solving. Where each line waits for another, a line is inserted where its target is used (`pivots`), or an equation solved for one of its unknowns
is (`solve`). The result is again a program, so nothing grows faster than the number of lines.

With unknowns and lines in that order the system of all lines is triangular by blocks, so the determinant of the whole map is, up to its sign,
the product of the determinants of the lines by the unknowns they fix.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Entry, Symbol, Tensor, Undefined, scalar
from symderiv.core.results import Remark, Step
from symderiv.core.size import Size
from symderiv.decide.equal import prove
from symderiv.derive.formula import Equation, Formula, equation
from symderiv.derive.known import Stuck
from symderiv.derive.peeling import Peeled, peeled
from symderiv.derive.quadratic import positive_root
from symderiv.derive.program import Line, Program, symbols_of
from symderiv.derive.renaming import Known
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Number


@dataclass(frozen=True, slots=True)
class Pivot:
    """A line and the unknown that it fixes; the value may have other lines inserted. ``inserted``: their targets."""

    line: Line
    unknown: Symbol
    inserted: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """The inverse as a program: each unknown by outputs and unknowns before it.

    ``sequential``: unknowns of which entry i is given by entries before i. ``open_lines``: what could not be solved, with the reason; then the
    lines of ``lines`` are what can be said before.
    """

    lines: tuple[Line, ...]
    steps: tuple[Step[Formula], ...]
    conditions: tuple[Remark, ...]
    sequential: frozenset[Symbol] = frozenset()
    open_lines: tuple[tuple[Line, str], ...] = ()

    @property
    def closed(self) -> bool:
        """Whether every unknown is given in closed form or as a recursion over its entries."""
        return not self.open_lines


@dataclass(slots=True)
class _System:
    """Open lines and the unknowns in each; a heap of lines with one unknown, the last of the program first."""

    program: Program
    lines: dict[int, Line] = field(default_factory=dict)
    unknowns: dict[int, set[str]] = field(default_factory=dict)
    lines_with: dict[str, set[int]] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    ready: list[int] = field(default_factory=list)
    inserted: dict[int, tuple[Symbol, ...]] = field(default_factory=dict)

    @staticmethod
    def of(program: Program) -> _System:
        """The system at its start."""
        system = _System(program)
        given = {y.name for y in program.outputs}
        for s in (*program.inputs, *(line.target for line in program.lines)):
            if s.name not in given:
                system.symbols[s.name] = s
        for k, line in enumerate(program.lines):
            system.put(k, line)
        return system

    def put(self, k: int, line: Line) -> None:
        """A line, new or changed."""
        for name in self.unknowns.get(k, ()):
            self.lines_with[name].discard(k)
        self.lines[k] = line
        inside = (symbols_of(line.value) | {line.target.name}) & self.symbols.keys()
        self.unknowns[k] = set(inside)
        for name in inside:
            self.lines_with.setdefault(name, set()).add(k)
        if len(inside) == 1:
            heapq.heappush(self.ready, -k)

    def drop(self, k: int) -> None:
        """A line is used up."""
        for name in self.unknowns.pop(k):
            self.lines_with[name].discard(k)
        del self.lines[k]

    def fixed(self, name: str) -> None:
        """An unknown is known now."""
        del self.symbols[name]
        for k in sorted(self.lines_with.pop(name, ())):
            self.unknowns[k].discard(name)
            if len(self.unknowns[k]) == 1:
                heapq.heappush(self.ready, -k)

    def next(self) -> Iterator[tuple[int, Line, Symbol]]:
        """Lines with one unknown, as long as there are any."""
        while self.ready:
            k = -heapq.heappop(self.ready)
            if k in self.lines and len(self.unknowns[k]) == 1:
                yield k, self.lines[k], self.symbols[next(iter(self.unknowns[k]))]

    def insert_one(self) -> bool:
        """Insert the last line in between that is open where its target is used, and drop it; False where there is none."""
        for k in sorted(self.lines, reverse=True):
            line = self.lines[k]
            if line.target.name not in self.symbols:
                continue
            for other in sorted(self.lines_with[line.target.name] - {k}):
                old = self.lines[other]
                self.inserted[other] = (*self.inserted.get(other, ()), line.target)
                self.put(other, Line(old.target, substitute_tensor(old.value, {line.target: line.value})))
            self.drop(k)
            del self.symbols[line.target.name]
            self.lines_with.pop(line.target.name, None)
            return True
        return False


def volume(sizes: tuple[Size, ...]) -> Size:
    """How many entries."""
    total = Size.of(1)
    for s in sizes:
        total = total * s
    return total


# --- pivots: for the determinant --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pivots:
    """Lines with the unknown that each fixes by solving; and what is left where several lines fix several unknowns only together."""

    found: tuple[Pivot, ...]
    together: tuple[tuple[Line, ...], tuple[Symbol, ...]] = ((), ())


def pivots(program: Program) -> Pivots:
    """Which line fixes which unknown. Evaluations (a line that fixes its own target) have the determinant 1 and are left out."""
    system = _System.of(program)
    found: list[Pivot] = []
    while True:
        for k, line, unknown in system.next():
            if line.target == unknown:
                system.drop(k)
                system.fixed(unknown.name)
            elif volume(line.target.sizes) == volume(unknown.sizes):
                found.append(Pivot(line, unknown, system.inserted.get(k, ())))
                system.drop(k)
                system.fixed(unknown.name)
        if not system.lines:
            return Pivots(tuple(found))
        if not system.insert_one():
            order = {s.name: n for n, s in enumerate(program.inputs)}
            left = sorted(system.symbols.values(), key=lambda s: order.get(s.name, len(order)))
            return Pivots(tuple(found), (tuple(system.lines[k] for k in sorted(system.lines)), tuple(left)))


# --- solving: for the inverse -----------------------------------------------------------------------------------------------


def solve(program: Program) -> Solution:
    """The inverse map as a program, every line proved; or as much of it as can be solved, and the line at which it ends.

    Where each line waits for another, a line is solved for one of several unknowns; where that does not end well, lines are inserted instead.
    """
    eliminated = _Solving(_System.of(program))
    eliminated.run(eliminated.solve_between)
    if not eliminated.system.lines or not eliminated.last:
        return eliminated.solution()
    inserted = _Solving(_System.of(program))
    inserted.run(inserted.insert)
    return (eliminated if inserted.system.lines else inserted).solution()


@dataclass(slots=True)
class _Solving:
    system: _System
    lines: list[Line] = field(default_factory=list)
    last: list[Line] = field(default_factory=list)
    steps: list[Step[Formula]] = field(default_factory=list)
    conditions: dict[Remark, None] = field(default_factory=dict)
    sequential: set[Symbol] = field(default_factory=set)
    reasons: dict[int, str] = field(default_factory=dict)
    known: Known[tuple[Peeled, Symbol]] = field(default_factory=Known)

    def run(self, otherwise: Callable[[], bool]) -> None:
        """All that can be solved; ``otherwise`` is what is done where each line waits for another."""
        while True:
            self.forward()
            if not self.system.lines or not otherwise():
                return

    def insert(self) -> bool:
        """Insert a line in between; it is evaluated when all inputs are known."""
        before = dict(self.system.lines)
        done = self.system.insert_one()
        for line in (before[k] for k in before.keys() - self.system.lines.keys()):
            told = ("insert ", name_notation(line.target.name), " where it is used")
            self.steps.append(Step("insert", told, (equation(T.whole(line.target), line.value),)))
        return done

    def forward(self) -> None:
        """All lines that have one unknown left."""
        for k, line, unknown in self.system.next():
            if line.target == unknown and unknown.name not in symbols_of(line.value):
                because: Remark = ("everything in it is known: the line gives ", name_notation(unknown.name))
                self.steps.append(Step("evaluate", because, (equation(T.whole(unknown), line.value),)))
                self.take(k, unknown, line.value)
                continue
            try:
                found = self.one_line(line, unknown)
            except Stuck as stuck:
                self.reasons[k] = str(stuck)
                continue
            self.tell(line, unknown, found)
            self.take(k, unknown, found.value)

    def one_line(self, line: Line, unknown: Symbol) -> Peeled:
        """A line solved; in a long program one that differs from another in names alone is read off."""
        if not self.system.program.long:
            return _one_line(line, unknown)
        (found, first), renaming = self.known.get(
            line.value, (line.target, unknown), work=lambda: (_one_line(line, unknown), line.target)
        )
        if renaming is None:
            return found
        told = ("as the line for ", name_notation(first.name), " under other names")
        value = renaming.tensor(found.value)
        step = Step("as before", told, (equation(T.whole(unknown), value),))
        return Peeled(value, (step,), tuple(map(renaming.remark, found.conditions)), found.sequential)

    def tell(self, line: Line, unknown: Symbol, found: Peeled) -> None:
        """The steps of a solved line."""
        because = (
            "the line for ", name_notation(line.target.name), " holds one unknown that is left, ", name_notation(unknown.name),
        )  # fmt: skip
        self.steps += [Step("pick a line", because, (equation(T.whole(line.target), line.value),)), *found.steps]
        self.needs(found.conditions)
        if found.sequential:
            self.sequential.add(unknown)
            told = (
                "entry i of the right side holds entries of ",
                name_notation(unknown.name),
                " before i only: work through them in order",
            )
            self.steps.append(Step("recursion", told, (equation(T.whole(unknown), found.value),)))

    def needs(self, conditions: tuple[Remark, ...]) -> None:
        """Conditions, each once."""
        for c in conditions:
            self.conditions.setdefault(c)

    def take(self, k: int, unknown: Symbol, value: Tensor) -> None:
        """An unknown is solved."""
        self.lines.append(Line(unknown, value))
        self.system.drop(k)
        self.system.fixed(unknown.name)

    def solve_between(self) -> bool:
        """Solve a line with a known left side for one of its unknowns and insert it in the others; False where none can be."""
        system = self.system
        for k in sorted(system.lines, reverse=True):
            line = system.lines[k]
            if line.target.name in system.symbols:
                continue
            for name in sorted(system.unknowns[k], key=lambda n: -len(system.symbols[n].sizes)):
                unknown = system.symbols[name]
                try:
                    found = peeled(T.whole(line.target), line.value, unknown)
                except Stuck:
                    continue
                if found.sequential or len(system.unknowns[k]) == 1:
                    continue
                self.tell_between(line, unknown, found)
                self.last.append(Line(unknown, found.value))
                system.drop(k)
                del system.symbols[name]
                for other in sorted(system.lines_with.pop(name, ())):
                    old = system.lines[other]
                    value = Normal().tensor(substitute_tensor(old.value, {unknown: found.value}))
                    system.unknowns[other].discard(name)
                    system.put(other, Line(old.target, value))
                    told = ("insert ", name_notation(name), " in the line for ", name_notation(old.target.name))
                    self.steps.append(Step("insert", told, (equation(T.whole(old.target), value),)))
                return True
        return False

    def tell_between(self, line: Line, unknown: Symbol, found: Peeled) -> None:
        """The steps of a line solved for one of several unknowns."""
        because = ("solve the line for ", name_notation(line.target.name), " for ", name_notation(unknown.name))
        self.steps += [Step("eliminate", because, (equation(T.whole(line.target), line.value),)), *found.steps]
        self.needs(found.conditions)

    def in_order(self) -> tuple[Line, ...]:
        """The solved lines, each behind those that it needs; what cannot be worked out yet comes last."""
        if not self.last:
            return tuple(self.lines)
        left = [*reversed(self.last), *self.lines]
        out: list[Line] = []
        while left:
            missing = {line.target.name for line in left}
            ready = [line for line in left if not (symbols_of(line.value) & missing) - {line.target.name}]
            out += ready or left
            left = [line for line in left if line not in ready] if ready else []
        return tuple(out)

    def solution(self) -> Solution:
        """What was reached."""
        open_lines = []
        for k in sorted(self.system.lines):
            line = self.system.lines[k]
            inside = sorted(self.system.unknowns[k])
            several = f"it holds {len(inside)} unknowns at once, {', '.join(inside)}"
            open_lines.append((line, self.reasons.get(k, several) if len(inside) == 1 else several))
        return Solution(
            self.in_order(), tuple(self.steps), tuple(self.conditions), frozenset(self.sequential), tuple(open_lines)
        )  # fmt: skip


def _one_line(line: Line, unknown: Symbol) -> Peeled:
    """A line solved for its one unknown, which may be its own target: then ``u = e(u)`` is ``0 = e(u) - u``, linear in u."""
    try:
        if line.target != unknown:
            return peeled(T.whole(line.target), line.value, unknown)
        return _own_target(line, unknown)
    except (Budget, Undefined) as ended:
        raise Stuck(str(ended)) from None


def _own_target(line: Line, unknown: Symbol) -> Peeled:
    if not unknown.sizes:
        root = positive_root(t.sub(line.value.body, Entry(unknown, ())), unknown)
        if root is not None:
            why: Remark = (
                name_notation(unknown.name),
                " is not negative while the product of the roots is, so it is the larger root",
            )
            zero_is = Equation(scalar(root.equation), Number("0"), collect=True)
            told: Step[Formula] = Step("multiply out", ("a quadratic equation for ", name_notation(unknown.name)), (zero_is,))
            value = scalar(root.value)
            taken: Step[Formula] = Step("solve the quadratic equation", why, (Equation(T.whole(unknown), value, collect=True),))
            return Peeled(value, (told, taken), root.conditions, sequential=False)
    zero = Symbol("zero", unknown.sizes)
    found = peeled(T.whole(zero), T.minus(line.value, T.whole(unknown)), unknown)
    value = substitute_tensor(found.value, {zero: T.zeros(zero.sizes)})
    if prove(substitute_tensor(line.value, {unknown: value}), value) is None:
        raise Stuck(f"the solution for {unknown.name} could not be proved")
    step = Step("solve", (name_notation(unknown.name), " occurs linearly on both sides"), (equation(T.whole(unknown), value),))
    return Peeled(value, (step,), found.conditions, found.sequential)
