"""Answers that come in parts: the blocks of a Jacobian or the components of a gradient, each as an equation of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symderiv.algebra.terms import Tensor
from symderiv.grading.chains import Checked, CheckedSide
from symderiv.grading.links import compare
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Find
from symderiv.reading.tree import children, same_tree
from symderiv.reading.derivatives import derivative_place, entry_of, has_means, names_of_place
from symderiv.reading.scope import Scope, key
from symderiv.reading.values import Blocks, Reading, Value
from symderiv.writing.names import name as written
from symderiv.writing.notation import Prose


@dataclass(slots=True)
class Component:
    """One block of what is asked: where it stands, its value, what an answer made of it (nothing where it is not given)."""

    name: str
    output: str
    by: str
    value: Value
    outcome: str = ""

    @property
    def prose(self) -> Prose:
        """The name with its letters as formulas."""
        return (
            ("the block of ", written(self.output), " by ", written(self.by))
            if self.output
            else ("the derivative by ", written(self.by))
        )


def components_of(asked: Asked) -> list[Component]:
    """The blocks of the asked value by name: ``∂y_1/∂x_2`` for a Jacobian of blocks, ``∂/∂σ`` for a gradient."""
    assert isinstance(asked.ask, Find)
    v = asked.ask.value
    place = derivative_place(asked.ask.node)
    if not isinstance(v, Blocks) or place is None:
        return []
    above, below = place
    scope = asked.scope
    columns = names_of_place(below, scope)
    rows = names_of_place(above, scope) if above is not None else None
    if v.column and len(columns) == len(v.rows):
        return [Component(f"the derivative by {b}", "", b, r[0]) for b, r in zip(columns, v.rows, strict=True)]
    if rows is not None and len(rows) == len(v.rows) and len(columns) == len(v.rows[0]):
        return [
            Component(f"the block of {a} by {b}", a, b, v.rows[i][j]) for i, a in enumerate(rows) for j, b in enumerate(columns)
        ]
    return []


def matched(parts: list[Component], checked: Checked, asked: Asked) -> list[Component]:
    """The components with what the answer's equations make of them; bare values in the asked order count too."""
    for chain in checked.chains:
        place = derivative_place(chain.chain.sides[0].node)
        part = _named(parts, place, checked.scope) if place is not None and len(chain.sides) > 1 else None
        if part is None:
            continue
        links = [s.link.outcome for s in chain.links if s.link is not None]
        last = chain.sides[-1]
        if last.readings:
            links.append(compare([Reading(part.value)], last.readings, asked.scope.knowledge, last.side.node.span).outcome)
        else:
            links.append("unknown")
        part.outcome = next(
            (o for o in ("wrong", "ambiguous", "unknown", "repair") if o in links),
            "right" if is_given(asked, last) else part.outcome,
        )
    bare = [c.sides[0] for c in checked.chains if len(c.sides) == 1 and c.sides[0].readings]
    if len(bare) == len(parts) and all(not p.outcome for p in parts):
        for part, side in zip(parts, bare, strict=True):
            part.outcome = compare([Reading(part.value)], side.readings, asked.scope.knowledge, side.side.node.span).outcome
    return parts


def _named(parts: list[Component], place: tuple[tree.Node | None, tree.Node], scope: Scope) -> Component | None:
    """The component that a derivative is, as a whole or at an index letter that stands for every entry of it."""
    above, below = place
    by = key(below)
    entry = entry_of(below, scope)
    if entry is not None:
        if any(isinstance(p, tree.Number) for p in entry[1]):
            return None
        by = entry[0].name
    outputs = {p.output for p in parts}
    for p in parts:
        if p.by == by and (p.output == (key(above) if above is not None else "") or outputs == {""}):
            return p
    return None


def is_given(asked: Asked, side: CheckedSide) -> bool:
    """Whether a side says more than the derivative it is to be."""
    return derivative_place(side.side.node) is None and is_closed(asked, side)


def is_closed(asked: Asked, side: CheckedSide) -> bool:
    """Whether a side is a closed form: no expectation, and not the question (or a name for it) over again."""
    assert isinstance(asked.ask, Find)
    value = side.value
    if asked.reference:
        return True
    if isinstance(value, Tensor) and has_means(value) and not (isinstance(asked.ask.value, Tensor) and _keeps_densities(asked)):
        return False
    return not _repeats(side.side.node, asked)


def _keeps_densities(asked: Asked) -> bool:
    """Where densities are abstract their expectations stay."""
    return not asked.scope.knowledge.concrete


def _repeats(node: tree.Node, asked: Asked) -> bool:
    """The question's own text, one of its names, or a determinant or derivative of one."""
    assert isinstance(asked.ask, Find)
    if same_tree(node, asked.ask.node):
        return True
    names = _all_names(node)
    if not names or not names & set(asked.scope.aliases):
        return False
    return names <= set(asked.scope.aliases) | {"det", "log", "ln", "exp"}


def mentions(asked: Asked, node: tree.Node) -> bool:
    """Whether what is asked stands somewhere in a node, by its own text or one of its names.

    Of a determinant it is enough that the derivative is there that it is of, or the derivative of the inverse map.
    """
    assert isinstance(asked.ask, Find)
    places = set(_places(asked.ask.node))
    return _holds(node, asked, places | {(below, above) for above, below in places})


def _holds(node: tree.Node, asked: Asked, places: set[tuple[str, str]]) -> bool:
    assert isinstance(asked.ask, Find)
    if same_tree(node, asked.ask.node) or key(node) in asked.scope.aliases or _named_place(node) in places:
        return True
    return any(_holds(child, asked, places) for child in children(node))


def _places(node: tree.Node) -> Iterator[tuple[str, str]]:
    """What is differentiated and by what, of each derivative in a node."""
    place = _named_place(node)
    if place is not None:
        yield place
    for child in children(node):
        yield from _places(child)


def _named_place(node: tree.Node) -> tuple[str, str] | None:
    above, below = derivative_place(node) or (None, None)
    names = key(above) if above is not None else None, key(below) if below is not None else None
    return (names[0], names[1]) if names[0] is not None and names[1] is not None else None


def _all_names(node: tree.Node) -> set[str]:
    name = key(node)
    if name is not None:
        return {name}
    return set().union(*(_all_names(c) for c in children(node)), set())
