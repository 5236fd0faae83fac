r"""``\begin{…} … \end{…}``: matrices, cases and aligned rows as grids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.core.text import Span
from symderiv.reading import tree

if TYPE_CHECKING:
    from symderiv.reading.grammar import Parser
    from symderiv.reading.lexer import Token

_MATRICES = {
    "bmatrix": "bracket", "pmatrix": "paren", "vmatrix": "bar", "Vmatrix": "norm", "Bmatrix": "brace", "matrix": "plain",
    "smallmatrix": "plain", "array": "plain", "cases": "cases", "dcases": "cases", "rcases": "cases",
}  # fmt: skip
_ALIGNED = {
    "align", "align*", "aligned", "alignat", "alignat*", "alignedat", "split", "gather", "gather*", "gathered", "multline", "multline*",
    "eqnarray", "eqnarray*", "equation", "equation*", "displaymath", "math", "flalign", "flalign*", "subequations",
}  # fmt: skip
_WITH_ARGUMENT = {"array", "alignat", "alignat*", "alignedat"}


def environment(parser: Parser, opener: Token) -> tree.Node:
    """The grid of an environment whose ``\\begin`` has been taken."""
    name, brace = _name(parser)
    kind = _MATRICES.get(name) or ("aligned" if name in _ALIGNED else None)
    if kind is None:
        raise parser.problem(f"the environment {name} is not read in formulas", brace)
    if name in _WITH_ARGUMENT or (name.endswith("matrix*") and parser.at("[")):
        while parser.at("["):
            parser._balanced("[", "]")  # noqa: SLF001  one parser in two files
        if parser.at("{"):
            parser._balanced("{", "}")  # noqa: SLF001
    rows = _rows(parser, opener, name)
    end = parser.items[parser.place - 1].span
    span = Span(opener.span.start, end.end)
    if name in ("equation", "equation*", "displaymath", "math", "subequations") and len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return tree.Grid(span, kind, tuple(tuple(r) for r in rows))


def _name(parser: Parser) -> tuple[str, Span]:
    if not parser.at("{"):
        raise parser.problem("the name of the environment is missing")
    first = parser.take()
    text = ""
    while not parser.at("}"):
        token = parser.peek()
        if token is None:
            raise parser.problem("this brace is never closed", first.span)
        text += parser.take().text
    end = parser.take()
    return text, first.span | end.span


def _rows(parser: Parser, opener: Token, name: str) -> list[list[tree.Node]]:
    rows: list[list[tree.Node]] = [[]]
    parser.open.append("cell")
    while True:
        rows[-1].append(parser.claims())
        parser.skip_spaces()
        token = parser.peek()
        if token is None:
            raise parser.problem(f"\\begin{{{name}}} is never ended", opener.span)
        if token.kind == "mark" and token.text == "&":
            parser.take()
        elif token.kind == "row":
            parser.take()
            rows.append([])
        elif token.kind == "macro" and token.text == "end":
            parser.take()
            ended, brace = _name(parser)
            if ended != name:
                raise parser.problem(f"\\begin{{{name}}} is ended by \\end{{{ended}}}", brace)
            break
        else:
            raise parser.problem("this closes a bracket that was opened in another cell, or never", token.span)
    parser.open.pop()
    while len(rows) > 1 and all(isinstance(c, tree.Empty) for c in rows[-1]):
        rows.pop()
    return rows
