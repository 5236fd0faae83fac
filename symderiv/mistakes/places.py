"""A term with one of its places changed, and with all of them changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from symderiv.algebra.terms import (
    Add, Apply, LogDensity, Mul, Pow, Score, Tensor, Term, Undefined, add, apply, mul, power, tensor,
)  # fmt: skip

#: What may stand in the place of a term; nothing where the rule does not apply.
Edit = Callable[[Term], Iterable[Term]]


class Edited(NamedTuple):
    """A whole term after one change, and the place before and after it."""

    whole: Term
    before: Term
    after: Term


def edits(term: Term, edit: Edit) -> Iterator[Edited]:
    """Every single application of an edit, the outermost places first. What has no value is left out."""
    for new in edit(term):
        if new != term:
            yield Edited(new, term, new)
    for k, value in enumerate(term.values):
        for part, before, after in _inside(value, edit):
            whole = rebuilt(term, (*term.values[:k], part, *term.values[k + 1 :]))
            if whole is not None:
                yield Edited(whole, before, after)


def _inside(value: object, edit: Edit) -> Iterator[tuple[object, Term, Term]]:
    if isinstance(value, Term):
        yield from edits(value, edit)
    elif isinstance(value, Tensor):
        indices, body = value.open()
        for whole, before, after in edits(body, edit):
            yield tensor(indices, whole, value.row), before, after
    elif isinstance(value, tuple):
        for k, part in enumerate(value):
            for new, before, after in _inside(part, edit):
                yield (*value[:k], new, *value[k + 1 :]), before, after


def everywhere(term: Term, change: Callable[[Term], Term | None]) -> Term | None:
    """All places changed, the innermost first; None where the result has no value."""
    values = []
    for value in term.values:
        new = _changed(value, change)
        if new is None and value is not None:
            return None
        values.append(new)
    whole = rebuilt(term, tuple(values))
    if whole is None:
        return None
    found = change(whole) if type(whole) is type(term) else None  # what folded into another kind has been changed inside
    return whole if found is None else found


def _changed(value: object, change: Callable[[Term], Term | None]) -> object:
    if isinstance(value, Term):
        return everywhere(value, change)
    if isinstance(value, Tensor):
        indices, body = value.open()
        new = everywhere(body, change)
        return None if new is None else tensor(indices, new, value.row)
    if isinstance(value, tuple):
        parts = tuple(_changed(part, change) for part in value)
        return None if any(p is None for p in parts) else parts
    return value


def rebuilt(term: Term, values: tuple[object, ...]) -> Term | None:
    """A term of the same kind with other fields, numbers folded; None where it has no value."""
    try:
        if isinstance(term, Add):
            return add(*values[0])  # type: ignore[misc]
        if isinstance(term, Mul):
            return mul(*values[0])  # type: ignore[misc]
        if isinstance(term, Pow):
            return power(*values)  # type: ignore[arg-type]
        if isinstance(term, Apply):
            return apply(*values)  # type: ignore[arg-type]
        if isinstance(term, Score) and not isinstance(values[0], LogDensity):
            return None  # the score of anything else is no term
        return type(term)(*values)
    except Undefined:
        return None
