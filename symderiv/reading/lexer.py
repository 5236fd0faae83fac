"""Tokens of a formula, each with its span in the text as written; user macros expanded under a bound.

Unicode is read as the LaTeX it stands for, spacing and sizes are dropped, an escaped underscore is an underscore. Characters that would hide
what is stored (control, direction, look-alike letters) are refused where they stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from symderiv.core.problems import AnswerProblem, nearest
from symderiv.core.text import Source, Span
from symderiv.reading import letters

#: Bounds on one formula.
LONGEST, MOST_TOKENS, DEEPEST_MACRO = 200_000, 60_000, 2_000


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: ``letter``, ``number``, ``macro`` (without backslash), ``mark`` (any single sign), ``row`` (``\\\\``), ``text``, ``end``."""

    kind: str
    text: str
    span: Span
    space: bool = False


@dataclass(frozen=True, slots=True)
class Macro:
    """A user's macro: how many arguments, the default of the first if it is optional, the body's tokens."""

    arguments: int
    default: tuple[Token, ...] | None
    body: tuple[Token, ...]


_MASTER = re.compile(
    r"(?P<comment>(?<!\\)%[^\n]*)|(?P<space>[\s~]+)|(?P<row>\\\\(?:\s*\[[^\]\n]*\])?|\\cr\b)|\\(?P<macro>[A-Za-z]+\*?)|\\(?P<escaped>[^A-Za-z])"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<letter>[A-Za-z])|(?P<mark>[-+*/=<>|'(){}\[\],;:.!^_&#$@?\"`])|(?P<other>.)",
    re.DOTALL,
)

_ESCAPED = {"_": "_", "|": "norm", "{": "lbrace", "}": "rbrace", "&": "&"}


def tokens(source: Source, span: Span | None = None, macros: Mapping[str, Macro] | None = None) -> list[Token]:
    """The tokens of a part of a text."""
    span = span or Span(0, len(source.text))
    if span.end - span.start > LONGEST:
        raise AnswerProblem(f"a formula of {span.end - span.start:,} characters is not read", Span(span.start, span.start + 1), source)
    known = dict(macros or {})
    return Expansion(source, known).run(raw(source, span))


def raw(source: Source, span: Span) -> list[Token]:
    """Tokens before macros are expanded."""
    out: list[Token] = []
    text, position, end = source.text, span.start, span.end
    while position < end:
        m = _MASTER.match(text, position, end)
        assert m is not None
        kind, start, position = m.lastgroup or "", position, m.end()
        if kind in ("space", "comment"):
            continue
        here = Span(start, position)
        spaced = bool(out) and start > out[-1].span.end
        value = m.group(kind)
        if kind == "escaped":
            name = _ESCAPED.get(value)
            if name is not None:
                out.append(Token("mark" if name in "_&" else "macro", name, here, spaced))
            elif value not in letters.IGNORED and not value.isspace():
                out.append(Token("macro", value, here, spaced))
        elif kind == "other":
            out.extend(_beyond_ascii(source, value, here, spaced))
        else:
            out.append(Token(kind, value, here, spaced))
        if len(out) > MOST_TOKENS:
            raise AnswerProblem("this formula is too long", Span(start, position), source)
    return out


def _beyond_ascii(source: Source, c: str, here: Span, spaced: bool) -> list[Token]:
    if c in letters.UNICODE:
        inner = Source(letters.UNICODE[c])
        return [Token(t.kind, t.text, here, spaced) for t in raw(inner, Span(0, len(inner.text)))]
    for table, mark in ((letters.SUBSCRIPTS, "_"), (letters.SUPERSCRIPTS, "^")):
        if c in table:
            value = table[c]
            kind = "number" if value.isdigit() else "letter" if value.isalpha() else "mark"
            return [Token("script", mark, here, spaced), Token(kind, value, here)]
    if unicodedata.category(c) in ("Cc", "Cf") or unicodedata.category(c).startswith("L"):
        name = unicodedata.name(c, f"U+{ord(c):04X}")
        raise AnswerProblem(f"the character {name} cannot stand in a formula", here, source, "retype it on a plain keyboard")
    raise AnswerProblem(f"the character {unicodedata.name(c, f'U+{ord(c):04X}')} is not read in a formula", here, source)


class Expansion:
    """Expands macros; definitions inside the text join those that are known."""

    def __init__(self, source: Source, known: dict[str, Macro]) -> None:
        self.source, self.known, self.steps = source, known, 0

    def run(self, items: list[Token]) -> list[Token]:
        """The tokens with every user macro expanded."""
        out: list[Token] = []
        stack = list(reversed(items))
        while stack:
            token = stack.pop()
            if token.kind == "macro" and token.text in ("newcommand", "renewcommand", "providecommand", "def", "DeclareMathOperator", "DeclareMathOperator*", "newcommand*", "renewcommand*"):
                self._define(token, stack)
            elif token.kind == "macro" and token.text in self.known:
                self.steps += 1
                if self.steps > DEEPEST_MACRO:
                    raise AnswerProblem(f"the macro \\{token.text} does not end", token.span, self.source)
                stack.extend(reversed(self._expanded(token, stack)))
            else:
                out.append(token)
            if len(out) + len(stack) > MOST_TOKENS:
                raise AnswerProblem("this formula is too long", token.span, self.source)
        return out

    def _group(self, stack: list[Token], at: Token) -> list[Token]:
        """The next argument: a group's inside, or one token."""
        if not stack:
            raise AnswerProblem(f"\\{at.text} wants something behind it", at.span, self.source)
        first = stack.pop()
        if not (first.kind == "mark" and first.text == "{"):
            return [first]
        depth, inside = 1, []
        while stack:
            token = stack.pop()
            if token.kind == "mark":
                depth += (token.text == "{") - (token.text == "}")
                if not depth:
                    return inside
            inside.append(token)
        raise AnswerProblem("this brace is never closed", first.span, self.source)

    def _optional(self, stack: list[Token]) -> list[Token] | None:
        if not stack or stack[-1].kind != "mark" or stack[-1].text != "[":
            return None
        first, inside, depth = stack.pop(), [], 0
        while stack:
            token = stack.pop()
            if token.kind == "mark":
                depth += (token.text == "{") - (token.text == "}")
                if token.text == "]" and not depth:
                    return inside
            inside.append(token)
        raise AnswerProblem("this bracket is never closed", first.span, self.source)

    def _define(self, at: Token, stack: list[Token]) -> None:
        name = self._group(stack, at)
        if len(name) != 1 or name[0].kind not in ("macro", "letter"):
            raise AnswerProblem("a macro's definition wants its name", at.span, self.source)
        key = name[0].text
        if at.text.startswith("DeclareMathOperator"):
            body = self._group(stack, at)
            wrapped = [Token("macro", "operatorname", at.span), Token("mark", "{", at.span), *body, Token("mark", "}", at.span)]
            self.known[key] = Macro(0, None, tuple(wrapped))
            return
        count, default = 0, None
        if at.text == "def":
            while stack and stack[-1].kind == "mark" and stack[-1].text == "#":
                stack.pop()
                count += bool(stack) and stack.pop().kind == "number"
        else:
            number = self._optional(stack)
            count = int(number[0].text) if number and number[0].text.isdigit() else 0
            optional = self._optional(stack)
            default = None if optional is None else tuple(optional)
        self.known[key] = Macro(min(count, 9), default, tuple(self._group(stack, at)))

    def _expanded(self, call: Token, stack: list[Token]) -> list[Token]:
        macro = self.known[call.text]
        values: list[list[Token]] = []
        if macro.default is not None and macro.arguments:
            values.append(self._optional(stack) or list(macro.default))
        while len(values) < macro.arguments:
            values.append(self._group(stack, call))
        out: list[Token] = []
        body = list(macro.body)
        k = 0
        while k < len(body):
            token = body[k]
            if token.kind == "mark" and token.text == "#" and k + 1 < len(body) and body[k + 1].text.isdigit():
                place = int(body[k + 1].text[0]) - 1
                if place < len(values):
                    out += [Token(t.kind, t.text, _inside(t.span, call.span), t.space) for t in values[place]]
                k += 2
                continue
            out.append(Token(token.kind, token.text, call.span, token.space))
            k += 1
        return out


def _inside(span: Span, call: Span) -> Span:
    """Arguments keep their own place; what a macro adds stands where it was called."""
    return span if span.start >= call.start else call


def macros_from(record: Mapping[str, str]) -> dict[str, Macro]:
    r"""Macros as records carry them: ``{"\\KL": "[2]KL\\left(#1 || #2\\right)"}``, arguments and default in front of the body."""
    out = {}
    for name, text in record.items():
        m = re.match(r"(?:\[(\d)\])?(?:\[([^\]]*)\])?", text)
        assert m is not None
        body = Source(text[m.end() :])
        default = None if m.group(2) is None else tuple(raw(Source(m.group(2)), Span(0, len(m.group(2)))))
        out[name.lstrip("\\")] = Macro(int(m.group(1) or 0), default, tuple(raw(body, Span(0, len(body.text)))))
    return out


def unknown_macro(token: Token, source: Source) -> AnswerProblem:
    """The problem of a macro that nothing defines."""
    known = {*letters.NAMES, *letters.RELATIONS, *letters.OPERATORS, *letters.SIGNS, *letters.BIG, *letters.STYLES, "frac", "sqrt", "begin"}
    close = nearest(token.text, known)
    return AnswerProblem(f"unknown macro \\{token.text}", token.span, source, f"did you mean \\{close}?" if close else "")
