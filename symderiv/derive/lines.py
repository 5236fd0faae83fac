"""The inverse of a map whose lines use each other: ``y_1 = x_1 + F(x_2)``, ``y_2 = x_2 + G(y_1)``.

With everything inserted no line holds a single unknown. As a program each is solved for one (`elimination`); then the solutions are inserted in each
other, and the whole is proved both ways as any inverse is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

from symderiv.algebra import tensors as T

from symderiv.algebra.rebuild import below, rebuilt
from symderiv.algebra.terms import Entry, Symbol, Tensor, Term
from symderiv.core.results import Derivation, Step
from symderiv.derive.domains import domain_of
from symderiv.derive.elimination import solve
from symderiv.derive.formula import equation
from symderiv.derive.inverse import Inverse, NoInverse, proved, substituted
from symderiv.derive.program import Line, Program, symbols_of


def invert_by_lines(program: Program, unknowns: Sequence[Symbol]) -> Inverse:
    """The inverse of a program in closed form. Raises `NoInverse`."""
    solution = solve(program)
    if solution.open_lines or solution.sequential:
        line, why = solution.open_lines[0] if solution.open_lines else (program.lines[-1], "an unknown is given by a recursion")
        raise NoInverse(f"the equation for {line.target.name}: {why}", line.target.name)
    lines = [(line.target, line.value) for line in solution.lines]
    inserted = dict(substituted(lines))
    full = tuple((u, inserted[u]) for u in unknowns)
    forward = program.expanded()
    outputs = {y.name: Symbol(y.name, y.sizes) for y in program.outputs}
    certificate = proved(forward, outputs, full)
    steps = solution.steps
    if len(lines) > 1:
        together = tuple(equation(T.whole(u), x) for u, x in full)
        steps = (
            *steps,
            Step("insert what is solved", ("each solution holds only unknowns that were solved before it",), together),
        )
    solved = tuple((u, x) for u, x in lines if u in unknowns) if len(lines) == len(unknowns) else full
    result = tuple(equation(T.whole(u), x) for u, x in solved)
    return Inverse(tuple(outputs.values()), solved, full, Derivation(result, steps, solution.conditions, certificate))


def folded(forward: Mapping[str, Tensor], inputs: Sequence[Symbol]) -> Program | None:
    """A map as lines that use each other: an output whose whole expression stands inside another's is named there. None where none does."""
    outputs = {Symbol(n, x.sizes, domain_of(x)): x for n, x in forward.items()}
    left = {y: _Folding({v: e for v, e in outputs.items() if e != x}).tensor(x) for y, x in outputs.items()}
    names = {y.name for y in outputs}
    if not any(symbols_of(x) & names for x in left.values()):
        return None
    lines: list[Line] = []
    while left:  # ends: what stands inside of something is smaller
        waiting = {y.name for y in left}
        ready = next(y for y, x in left.items() if not symbols_of(x) & waiting)
        lines.append(Line(ready, left.pop(ready)))
    return Program(tuple(inputs), tuple(lines), tuple(outputs))


class _Folding:
    """Expressions inside a term replaced by the names that they have."""

    def __init__(self, named: Mapping[Symbol, Tensor]) -> None:
        self.named = named
        self.done: dict[Term, Term] = {}

    def tensor(self, x: Tensor) -> Tensor:
        return below(x, self.term)

    def term(self, term: Term) -> Term:
        if term not in self.done:
            self.done[term] = self._entry(term) or rebuilt(term, self.term, self.tensor)
        return self.done[term]

    def _entry(self, term: Term) -> Term | None:
        for symbol, x in self.named.items():
            for at in permutations(sorted(term.free, key=lambda i: i.number), x.rank):
                if all(i.size == s for i, s in zip(at, x.sizes, strict=True)) and x.at(*at) == term:
                    return Entry(symbol, at)
        return None
