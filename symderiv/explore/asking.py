"""What a derivation from Python answers, as a question of the language: so that an answer in LaTeX can be read against it."""

from __future__ import annotations

from collections.abc import Mapping

from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source
from symderiv.explore.expression import Expression
from symderiv.explore.numbers import vocabulary_of
from symderiv.explore.values import BlockMatrix, Solution, Value
from symderiv.reading.asks import Asked, Find, Invert
from symderiv.reading.given import with_arguments
from symderiv.reading.parse import parse
from symderiv.reading.scope import Scope
from symderiv.reading.values import Blocks
from symderiv.writing.latex import latex
from symderiv.writing.notation import Notation


def question(value: Value, asked_for: Notation, forward: Mapping[str, Tensor]) -> Asked:
    """The question whose key is a value: its names are those that stand in it, and ``forward`` what else it is put by."""
    tensors = _tensors(value)
    known = vocabulary_of([*forward.values(), *(() if isinstance(value, Solution) else tensors)])
    scope = Scope(known.symbols, known.functions, definitions=dict(forward), dimensions=frozenset(known.dimensions))
    for x in forward.values():
        scope = with_arguments(scope, x)
    if isinstance(value, Solution):
        return Asked(scope, Invert(tuple(known.symbols[n] for n in value), tuple(forward)), Source(", ".join(value), "find"))
    source = Source(latex(asked_for), "find")
    meaning = Blocks(value.rows, value.column) if isinstance(value, BlockMatrix) and value.shape != (1, 1) else tensors[0]
    return Asked(scope, Find(parse(source), meaning), source)


def _tensors(value: Value) -> list[Tensor]:
    match value:
        case Expression():
            return [value.tensor]
        case BlockMatrix():
            return [x for r in value.rows for x in r]
        case Solution():
            return [x.tensor for x in value.values()]
    raise AuthorProblem("a decision has no answer but its verdict", hint="ask .value.holds, .value.verdict or .value.condition")
