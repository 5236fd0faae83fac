r"""A display that cannot be read as a whole, read piece by piece: each side of each of its rows for itself.

One bracket too many spoils a derivation of ten lines for the grammar, and not for a reader: the other nine can be judged. Rows are told apart by
``\\`` outside inner environments, sides by relations outside brackets, both counted anew in every row; a piece that cannot be read stays in its
place, `Damaged`, so that nothing is compared with it and nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading import tree
from symderiv.reading.characters import ENVIRONMENTS
from symderiv.reading.macros import Macros
from symderiv.reading.parse import Parser, tokens_of
from symderiv.reading.passes import CLOSING, OPENING, settled
from symderiv.reading.tokens import Token

#: Where rows and environments end, in text.
_EDGE = re.compile(r"(?P<row>\\\\(?:\[[^\]]{0,20}\])?)|\\(?P<edge>begin|end)\s*\{\s*(?P<name>[a-zA-Z]+\*?)\s*\}")
#: A row that goes on with the chain before it.
_GOES_ON = re.compile(r"\s*&?\s*=")
#: Relations by which a formula claims something; text in angle brackets has others.
_CLAIMING = frozenset(("=", ":=", "<=", ">="))
#: Environments that hold rows of claims, or a formula as it stands.
_OF_CLAIMS = frozenset(("aligned", "wrap"))


def parse_apart(source: Source, macros: Macros | None, span: Span) -> tree.Node:
    """The rows of a display with damaged pieces in their places. Raises the `AnswerProblem` of the display where no side of it can be read."""
    try:
        rows = [(_row(source, tokens),) for tokens in _rows(settled(source, tokens_of(source, macros, span)))]
    except AnswerProblem:
        rows = [(_row_of_text(source, macros, where),) for where in _rows_of_text(source, span)]
    read = [s for (row,) in rows for s in (row.sides if isinstance(row, tree.Related) else (row,))]
    claimed = len(rows) > 1 or any(not _CLAIMING.isdisjoint(getattr(row, "relations", ())) for (row,) in rows)
    if not claimed or all(isinstance(s, (tree.Damaged, tree.Empty)) for s in read):
        raise _whole_problem(source, macros, span)
    return rows[0][0] if len(rows) == 1 else tree.Grid(span, "aligned", tuple(rows))


def _row(source: Source, tokens: list[Token]) -> tree.Node:
    relations, pieces = _sides(tokens)
    sides = tuple(_read(source, piece, at) for piece, at in pieces)
    where = Span(tokens[0].start, max(t.end for t in tokens))
    return tree.Related(where, relations, sides) if relations else sides[0]


def _rows_of_text(source: Source, span: Span) -> Iterator[Span]:
    """The rows of a display whose text is no row of tokens, as one with an unknown macro is none."""
    text, start, inner = source.text, span.start, 0
    for found in _EDGE.finditer(text, span.start, span.end):
        if found["row"]:
            if not inner:
                yield Span(start, found.start())
                start = found.end()
        elif ENVIRONMENTS.get(found["name"]) in _OF_CLAIMS and not inner:
            if found["edge"] == "end":
                yield Span(start, found.start())
            start = found.end()
        else:
            inner += 1 if found["edge"] == "begin" else -1
    yield Span(start, span.end)


def _row_of_text(source: Source, macros: Macros | None, where: Span) -> tree.Node:
    try:
        tokens = next(_rows(settled(source, tokens_of(source, macros, where))), None)
    except AnswerProblem as problem:
        damaged = tree.Damaged(problem.span or where, problem.message, problem.hint, problem.kind)
        goes_on = _GOES_ON.match(source.text, where.start, where.end)
        return tree.Related(where, ("=",), (tree.Empty(Span(where.start, where.start)), damaged)) if goes_on else damaged
    return tree.Empty(where) if tokens is None else _row(source, tokens)


def _whole_problem(source: Source, macros: Macros | None, span: Span) -> AnswerProblem:
    try:
        Parser(source, tokens_of(source, macros, span), span).formula()
    except AnswerProblem as problem:
        return problem
    raise ValueError("only what cannot be read is read apart")


def _rows(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    inner = 0
    for token in tokens:
        if token.kind in ("begin", "end") and not (token.kind == "end" and inner):
            if ENVIRONMENTS[token.text] in _OF_CLAIMS and not inner:
                continue
            inner += token.kind == "begin"
        elif token.kind == "end":
            inner -= 1
        elif token.kind == "row" and not inner:
            if row:
                yield row
            row = []
            continue
        elif token.kind == "amp" and not inner:
            continue
        row.append(token)
    if row:
        yield row


def _sides(tokens: Sequence[Token]) -> tuple[tuple[str, ...], list[tuple[list[Token], Span]]]:
    """The relations of a row and the tokens of its sides, each with its place."""
    relations: list[str] = []
    sides: list[tuple[list[Token], Span]] = [([], Span(tokens[0].start, tokens[0].start))]
    depth = 0
    for token in tokens:
        if token.kind in OPENING:
            depth += 1
        elif token.kind in CLOSING:
            depth = max(0, depth - 1)
        if token.kind == "rel" and not depth:
            relations.append(token.text)
            sides.append(([], Span(token.end, token.end)))
            continue
        piece, at = sides[-1]
        sides[-1] = ([*piece, token], (at | token.span) if piece else token.span)
    return tuple(relations), sides


def _read(source: Source, tokens: list[Token], at: Span) -> tree.Node:
    if not tokens:
        return tree.Empty(at)
    try:
        return Parser(source, tokens, at).formula()
    except AnswerProblem as problem:
        return tree.Damaged(problem.span or at, problem.message, problem.hint, problem.kind)
