"""A witness in a sentence: where to try it by hand, what comes out, what should."""

from __future__ import annotations

from symderiv.core.results import Witness
from symderiv.writing.values import with_values


def witness_lines(w: Witness) -> tuple[str, ...]:
    """A witness for people."""
    return (f"Try it {witness_place(w)}: yours gives {w.right}, and it should give {w.left}.",)


def sides_lines(w: Witness) -> tuple[str, ...]:
    """A point at which a statement does not hold, for people."""
    return (f"Try it {witness_place(w)}: the left side is {w.left}, the right side {w.right}.",)


def witness_place(w: Witness) -> str:
    """Where a witness looks, ``with d = 2, x = (1, 3), entry 1``."""
    entry = f", entry {', '.join(map(str, w.component))}" if w.component else ""
    return with_values(w.assignments) + entry
