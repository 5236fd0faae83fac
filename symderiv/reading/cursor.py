"""A place in the tokens of a formula, and what every rule of the grammar does with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading.passes import Prepared
from symderiv.reading.tokens import Token
from symderiv.reading.tree import Node

#: How deep things may stand in each other. A level is up to eleven calls, and readers of the tree have stacks too.
DEEPEST = 50


class Cursor(ABC):
    """Where the reading is. ``bar`` is the fence of bars that is open on this level, ``style`` what a switch like ``\\bf`` set."""

    def __init__(self, source: Source, ready: Prepared, end: Token, *, plain: bool) -> None:
        self.source, self.ready, self.tokens = source, ready, ready.tokens
        self.tokens.append(end)
        self.at = 0
        self.token = self.tokens[0]
        self.bar, self.style, self.in_product, self.depth = "", "", False, 0
        self.plain_text = plain

    @abstractmethod
    def level(self, *, inside: bool) -> Node:
        """Everything up to what closes this level."""

    def step(self) -> Token:
        """Goes on to the next token and returns this one."""
        token = self.token
        if token.kind != "eof":
            self.at += 1
            self.token = self.tokens[self.at]
        return token

    def ahead(self, by: int) -> Token:
        """The token some places on, the end where there is none."""
        return self.tokens[min(self.at + by, len(self.tokens) - 1)]

    def jump(self, at: int) -> None:
        """Goes on to a token further on."""
        self.at = at
        self.token = self.tokens[at]

    def problem(self, message: str, at: Token | Span, hint: str = "", kind: str = "unreadable") -> AnswerProblem:
        """What cannot be read, with its place."""
        return AnswerProblem(message, at if isinstance(at, Span) else at.span, self.source, hint, kind)

    def over(self, nodes: Iterable[Node]) -> Span:
        """The span of all nodes. Tokens of a macro have the span of its call, so the outermost need not be the first and last."""
        start, end = -1, 0
        for node in nodes:
            span = node.span
            if start < 0 or span.start < start:
                start = span.start
            end = max(end, span.end)
        return Span(start, end)

    def enter(self, bar: str = "") -> tuple[str, str, bool]:
        """One level further in, where no bar outside is open. What is returned goes to `leave`."""
        self.deeper()
        saved = self.bar, self.style, self.in_product
        self.bar, self.in_product = bar, False
        return saved

    def leave(self, saved: tuple[str, str, bool]) -> None:
        """Back to the level outside."""
        self.bar, self.style, self.in_product = saved
        self.depth -= 1

    def deeper(self) -> None:
        """Counts one level more."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.problem("nested too deeply", self.token, kind="too large")

    @abstractmethod
    def scripts(self) -> tuple[Node | None, Node | None, int, int]:
        """Subscript, superscript, primes, and where they end."""
