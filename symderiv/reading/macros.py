r"""User macros: what defines them, and their bounded expansion.

Read: ``\newcommand``, ``\renewcommand``, ``\providecommand`` (with arguments and a default), ``\def``, ``\let``,
``\DeclareMathOperator`` (with and without star), ``\DeclarePairedDelimiter`` (and its form with a body), ``\NewDocumentCommand``, and the records' form ``{"\\KL": "[2]KL\\left(#1 || #2\\right)"}``. A definition is
text and nothing else: nothing is ever run. An expanded token has the span of the whole call, an argument keeps its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading.tokens import MOST_TOKENS, Token, group_end, tokenize

#: Calls expanded in one formula.
MOST_CALLS = 2_000


@dataclass(frozen=True, slots=True)
class Macro:
    """What a call stands for: ``body`` with ``#1`` … ``#9``; a default makes the first argument optional, in square brackets."""

    body: str
    arguments: int = 0
    default: str | None = None
    paired: bool = False  # a star, or a size in square brackets, may stand behind the call


Macros = Mapping[str, Macro]

_DEFINITION = re.compile(
    r"\\(?:re|provide)?(?P<new>newcommand|DeclareMathOperator|DeclareRobustCommand|providecommand|renewcommand)\*?(?![A-Za-z])\s*"
    r"(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))"
    r"|\\(?P<def>[gex]?def)\s*\\([A-Za-z]+)\s*((?:\#[1-9])*)\s*(?=\{)"
    r"|\\(?P<paired>DeclarePairedDelimiterX?)\s*(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))"
    r"|\\(?:New|Renew|Provide|Declare)(?P<document>DocumentCommand)\s*(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))\s*"
    r"\{(?P<spec>[^{}]{0,40}(?:\{[^{}]{0,40}\}[^{}]{0,40}){0,3})\}"
    r"|\\(?P<let>let)\s*\\([A-Za-z]+)\s*=?\s*\\([A-Za-z]+)"
)
_CALLED = re.compile(r"\\([A-Za-z]+)")
_COUNT = re.compile(r"\s*\[\s*([0-9])\s*\]")
_DEFAULT = re.compile(r"\s*\[([^\]]{0,400})\]")
_OPEN = re.compile(r"\s*\{")
_RECORD = re.compile(r"\[([0-9])\](?:\[([^\]]*)\])?")


def from_record(record: Mapping[str, str]) -> dict[str, Macro]:
    r"""The macros of a record.

    >>> from_record({"\\E": "[2][q]\\mathbb{E}_{#1}[#2]"})["E"]
    Macro(body='\\mathbb{E}_{#1}[#2]', arguments=2, default='q', paired=False)
    """
    found = {}
    for name, text in record.items():
        head = _RECORD.match(text)
        count, default, body = (int(head[1]), head[2], text[head.end() :]) if head else (0, None, text)
        found[name.lstrip("\\")] = Macro(body, count, default)
    return found


def definitions(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, Macro, Span]]:
    """Every definition in a text: name, macro, and where the whole definition stands. One that is cut short is the last."""
    at, end = start, len(text) if end is None else end
    while (found := _DEFINITION.search(text, at, end)) and (read := _definition(text, found, end)) is not None:
        yield read
        at = read[2].end


def _definition(text: str, found: re.Match[str], end: int) -> tuple[str, Macro, Span] | None:
    if found["let"]:
        called, meant = found.groups()[-2:]
        return called, Macro("\\" + meant), Span(*found.span())
    if found["paired"]:
        return _paired(text, found, end)
    at, count, default = found.end(), len(found[6] or "") // 2, None
    if found["new"] and found["new"] != "DeclareMathOperator":
        if number := _COUNT.match(text, at, end):
            count, at = int(number[1]), number.end()
        if optional := _DEFAULT.match(text, at, end):
            default, at = optional[1], optional.end()
    elif found["document"]:
        optional = _OPTIONAL.search(found["spec"])
        count, default = len(_ARGUMENTS.findall(found["spec"])), (optional[1] or "") if optional else None
    read = _braced(text, at, end)
    if read is None:
        return None
    body, closed = read
    if found["new"] == "DeclareMathOperator":
        body = f"\\operatorname{{{body}}}"
    return _name(found), Macro(body, count, default), Span(found.start(), closed)


#: What `_DEFINITION` captures beside the name.
_NO_NAMES = frozenset(("new", "def", "paired", "document", "spec", "let"))
_ARGUMENTS = re.compile(r"[moO](?:\{[^{}]*\})?")
_OPTIONAL = re.compile(r"o|O\{([^{}]*)\}")


def _name(found: re.Match[str]) -> str:
    named = {found.re.groupindex[name] for name in _NO_NAMES}
    return next(g for k, g in enumerate(found.groups(), 1) if g and k not in named)


def _braced(text: str, at: int, end: int) -> tuple[str, int] | None:
    """What stands in the braces that open at ``at``, and the offset behind them."""
    opened = _OPEN.match(text, at, end)
    closed = group_end(text, opened.end(), end) if opened else None
    return None if opened is None or closed is None else (text[opened.end() : closed - 1], closed)


def _paired(text: str, found: re.Match[str], end: int) -> tuple[str, Macro, Span] | None:
    """Delimiters around an argument, or around a body of arguments."""
    at, count = found.end(), 1
    if number := _COUNT.match(text, at, end):
        count, at = int(number[1]), number.end()
    pieces: list[str] = []
    for _ in range(3 if found["paired"].endswith("X") else 2):
        read = _braced(text, at, end)
        if read is None:
            return None
        pieces.append(read[0])
        at = read[1]
    left, right, body = pieces[0], pieces[1], pieces[2] if len(pieces) > 2 else "#1"
    body = re.sub(r"\\delimsize\s*(?=[\\|])|\\delimsize(?![A-Za-z])", "", body)
    return _name(found), Macro(f"{left} {body} {right}", count, paired=True), Span(found.start(), at)


def expand(source: Source, tokens: list[Token], macros: Macros) -> list[Token]:
    """The tokens with every call replaced by what it stands for, again and again, up to a bound."""
    bodies: dict[str, list[Token]] = {}
    waiting, out, calls = tokens[::-1], [], 0
    while waiting:
        token = waiting.pop()
        if token.kind != "call":
            out.append(token)
            if len(out) + len(waiting) > MOST_TOKENS:
                raise AnswerProblem("this formula is too long once its macros are expanded", token.span, source, kind="too large")
            continue
        calls += 1
        if calls > MOST_CALLS:
            raise AnswerProblem("this formula calls too many macros", token.span, source, kind="too large")
        macro = macros[token.text]
        if token.text not in bodies:
            if _calls_itself(token.text, macros):
                raise AnswerProblem(f"\\{token.text} never ends: a macro calls itself", token.span, source, kind="too large")
            bodies[token.text] = _body(source, token, macro, macros)
        arguments = []
        end = token.end
        if macro.paired:
            _skip_size(source, waiting, token)
        for k in range(macro.arguments):
            argument, after = _argument(source, waiting, token, macro, k, macros)
            arguments.append(argument)
            end = max(end, after)
        call = token._replace(end=end)
        waiting.extend(reversed(list(_filled(source, call, bodies[token.text], arguments))))
    return out


def _skip_size(source: Source, waiting: list[Token], call: Token) -> None:
    """``\\abs*{…}`` and ``\\abs[\\big]{…}``: how large the brackets are says nothing."""
    if waiting and waiting[-1].kind == "op" and waiting[-1].text == "ast":
        waiting.pop()
    elif waiting and waiting[-1].kind == "open" and waiting[-1].text == "bracket":
        _until(source, waiting, call, "open", "close")


def _calls_itself(name: str, macros: Macros) -> bool:
    """Whether a macro's body leads back to it, through any others: there is no condition in these that could end it."""
    seen: set[str] = set()
    open_ends = [name]
    while open_ends:
        for called in _CALLED.findall(macros[open_ends.pop()].body):
            if called == name:
                return True
            if called in macros and called not in seen:
                seen.add(called)
                open_ends.append(called)
    return False


def _body(source: Source, call: Token, macro: Macro, macros: Macros, text: str | None = None) -> list[Token]:
    """A body's tokens. What is wrong in a body is told at the call."""
    body = Source(macro.body if text is None else text, source.name)
    try:
        return tokenize(body, Span(0, len(body.text)), macros, body=True)
    except AnswerProblem as problem:
        raise AnswerProblem(f"in \\{call.text}: {problem.message}", call.span, source, problem.hint) from None


def _argument(source: Source, waiting: list[Token], call: Token, macro: Macro, k: int, macros: Macros) -> tuple[list[Token], int]:
    """The tokens of an argument, and where it ends with its braces."""
    if k == 0 and macro.default is not None:
        if waiting and waiting[-1].kind == "open" and waiting[-1].text == "bracket":
            return _until(source, waiting, call, "open", "close")
        default = _body(source, call, macro, macros, macro.default)
        return [t._replace(start=call.start, end=call.end) for t in default], call.end
    if not waiting:
        raise AnswerProblem(f"\\{call.text} wants {macro.arguments} arguments", call.span, source)
    if waiting[-1].kind == "lbrace":
        return _until(source, waiting, call, "lbrace", "rbrace")
    token = waiting.pop()
    if token.kind == "number" and len(token.text) > 1:
        waiting.append(token._replace(text=token.text[1:], start=min(token.start + 1, token.end)))
        token = token._replace(text=token.text[0], end=min(token.start + 1, token.end))
    return [token], token.end


def _until(source: Source, waiting: list[Token], call: Token, opening: str, closing: str) -> tuple[list[Token], int]:
    """The tokens inside the bracket that stands next, with the brackets in it, and where it is closed."""
    inside: list[Token] = []
    opened, depth = waiting.pop(), 1
    while waiting:
        token = waiting.pop()
        depth += (token.kind in (opening, "lbrace")) - (token.kind in (closing, "rbrace"))
        if depth <= 0:
            return inside, token.end
        inside.append(token)
    raise AnswerProblem(f"this argument of \\{call.text} is never closed", opened.span, source, kind="unclosed bracket")


def _filled(source: Source, call: Token, body: list[Token], arguments: list[list[Token]]) -> Iterator[Token]:
    for token in body:
        if token.kind == "words" and "#" in token.text:  # \text{#1}: the argument is a word
            yield Token("name", _spelt(token.text, arguments), call.start, call.end, "upright")
        elif token.kind != "param":
            yield token._replace(start=call.start, end=call.end)
        elif int(token.text) > len(arguments):
            raise AnswerProblem(f"\\{call.text} has no argument #{token.text}", call.span, source)
        else:
            yield from arguments[int(token.text) - 1]


def _spelt(text: str, arguments: list[list[Token]]) -> str:
    for k, argument in enumerate(arguments, 1):
        text = text.replace(f"#{k}", "".join(t.text for t in argument))
    return text
