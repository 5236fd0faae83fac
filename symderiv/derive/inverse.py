"""The inverse of a map, by elimination on the program that defines it.

As long as an equation holds one unknown, and holds it where it can be peeled free (`peeling`), it is solved for that unknown. The result is
proved by substitution both ways. Maps with lines in between, and stacks of them, are solved as programs (`elimination`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra.expectation import mentions
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.results import Derivation, Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.formula import Formula, equation
from symderiv.derive.known import Stuck
from symderiv.derive.peeling import Peeled, peeled
from symderiv.writing.names import name as name_notation


class NoInverse(Exception):
    """The map cannot be solved: which equation, which unknown, why. ``name`` is the output whose equation stopped it."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Inverse:
    """``solved``: each unknown by outputs and unknowns solved before it, in order; ``full``: by outputs alone."""

    outputs: tuple[Symbol, ...]
    solved: tuple[tuple[Symbol, Tensor], ...]
    full: tuple[tuple[Symbol, Tensor], ...]
    derivation: Derivation[Formula]


def invert(forward: Mapping[str, Tensor], unknowns: Sequence[Symbol]) -> Inverse:
    """Solve ``output = forward[output]`` for the unknowns. Raises `NoInverse`."""
    outputs = {name: Symbol(name, x.sizes) for name, x in forward.items()}
    open_equations, left = dict(forward), list(unknowns)
    solved: list[tuple[Symbol, Tensor]] = []
    steps: list[Step[Formula]] = []
    conditions: list[Remark] = []
    reasons: dict[str, str] = {}
    while left:
        found = None
        for name, expression in open_equations.items():
            inside = [u for u in left if mentions(expression, frozenset((u.name,)))]
            if len(inside) != 1:
                reasons.setdefault(name, _why_not_one(name, inside))
                continue
            try:
                found = name, inside[0], _closed_form(T.whole(outputs[name]), expression, inside[0])
            except Stuck as stuck:
                reasons[name] = str(stuck)
                continue
            break
        if found is None:
            name = next(iter(open_equations), next(iter(forward)))
            raise NoInverse("; ".join(f"the equation for {n}: {reasons[n]}" for n in open_equations if n in reasons), name)
        name, unknown, work = found
        first = Step(
            "pick an equation",
            ("the equation for ", name_notation(name), " holds one unknown that is left, ", name_notation(unknown.name)),
            (equation(T.whole(outputs[name]), forward[name]),),
        )
        steps += [first, *work.steps]
        conditions += [c for c in work.conditions if c not in conditions]
        solved.append((unknown, work.value))
        left.remove(unknown)
        del open_equations[name]
    full = substituted(solved)
    order = {u: k for k, u in enumerate(unknowns)}
    full.sort(key=lambda pair: order[pair[0]])
    certificate = proved(forward, outputs, full)
    if len(solved) > 1:
        steps.append(
            Step(
                "insert what is solved",
                ("each solution holds only unknowns that were solved before it",),
                tuple(equation(T.whole(u), v) for u, v in full),
            )
        )
    result = tuple(equation(T.whole(u), v) for u, v in solved)
    return Inverse(
        tuple(outputs.values()), tuple(solved), tuple(full), Derivation(result, tuple(steps), tuple(conditions), certificate)
    )


def _closed_form(right: Tensor, expression: Tensor, unknown: Symbol) -> Peeled:
    found = peeled(right, expression, unknown)
    if found.sequential:
        raise Stuck(f"{unknown.name} is given by a recursion over its entries, and not by a formula")
    return found


def _why_not_one(name: str, inside: Sequence[Symbol]) -> str:
    if not inside:
        return f"it holds no unknown that is left, so {name} says nothing more"
    return f"it holds {len(inside)} unknowns at once, {', '.join(u.name for u in inside)}"


def substituted(solved: Sequence[tuple[Symbol, Tensor]]) -> list[tuple[Symbol, Tensor]]:
    """Each solution by outputs alone, those before it inserted."""
    values: dict[Symbol, Tensor] = {}
    for unknown, value in solved:
        values[unknown] = substitute_tensor(value, values)
    return list(values.items())


def proved(
    forward: Mapping[str, Tensor], outputs: Mapping[str, Symbol], full: Sequence[tuple[Symbol, Tensor]]
) -> tuple[Remark, ...]:
    """The certificate of an inverse: map and inverse undo each other. Raises `NoInverse` where that is not proved."""
    back = {outputs[name]: x for name, x in forward.items()}
    there = dict(full)
    for unknown, value in full:
        if prove(substitute_tensor(value, back), T.whole(unknown)) is None:
            raise NoInverse(f"the solution for {unknown.name} could not be proved", next(iter(forward)))
    for name, x in forward.items():
        if prove(substitute_tensor(x, there), T.whole(outputs[name])) is None:
            raise NoInverse(f"the solution does not give {name} back", name)
    return (
        (
            "proved: inserting the map into the inverse gives the inputs back, entry by entry, for every size and every smooth function",
        ),
        ("proved: inserting the inverse into the map gives the outputs back",),
    )
