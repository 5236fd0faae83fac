r"""Formula text → tokens, each with its span in the text as written.

One compiled pattern finds each token; the tables in `characters` say what it is. Spaces, comments and macros that say nothing leave no
token. Normalised here: Unicode letters and signs, raised and lowered characters (``x₂²``), ``\text{diag}`` (a name) against
``\text{in general}`` (words), bare words (``exp``, ``KL``), an escaped underscore, HTML entities, row ends with a length. What cannot
be seen (control, direction, zero-width characters) and letters that only look like others raise an `AnswerProblem` that points at them.

Kinds: ``name number sign plus op rel comma semi stop bar dbar mid open close left right lbrace rbrace sub sup prime frac over sqrt big
style switch accent brace stack wrapped not begin end amp row wide words and call param odd``.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Container
from typing import NamedTuple

from symderiv.core.problems import AnswerProblem, nearest
from symderiv.core.text import Source, Span
from symderiv.reading.characters import (
    ASCII,
    BARE_WORDS,
    CONSTANT_WORDS,
    CALLED_WORDS,
    CHARACTERS,
    DELIMITERS,
    DROPPED_WITH_ARGUMENT,
    ENVIRONMENTS,
    ESCAPED,
    FRACTIONS,
    GREEK_WORDS,
    INNER_WORDS,
    LOWERED,
    MACROS,
    PLAIN_WORDS,
    RAISED,
    SEPARATING_WORDS,
    TEXT_MACROS,
    WITH_ARGUMENT,
    letter,
    looks,
)  # fmt: skip

#: Limits on one formula: characters, tokens, digits of one number.
MOST_CHARACTERS, MOST_TOKENS, MOST_DIGITS = 200_000, 60_000, 400


class Token(NamedTuple):
    """A token: kind, canonical text, offsets in the source, and a name's style."""

    kind: str
    text: str
    start: int
    end: int
    style: str = ""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


_MASTER = re.compile(
    r"(?P<space>(?:[ \t\r\n\xa0\u2002-\u200a\u202f\u205f\u2061\u3000]+|%[^\n]*)+)"
    r"|\\(?P<macro>[A-Za-z]+)"
    r"|\\(?P<escaped>[\s\S])"
    r"|(?P<letters>[A-Za-z]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<ascii>&(?:amp|lt|gt|nbsp);|\.\.\.|<=>|:=|<=|>=|!=|==|->|=>|=:|(?<![\^_{])\*\*(?![*}])|[-+*/^_{}()\[\]|,;:.=<>&'])"
    rf"|(?P<raised>[{RAISED}]+)|(?P<lowered>[{LOWERED}]+)"
    r"|#(?P<param>[1-9])"
    r"|(?P<other>[\s\S])"
)
#: Characters that are a token whatever follows.
_ALONE = {c: known for c, known in ASCII.items() if len(c) == 1 and not any(len(d) > 1 and d[0] == c for d in ASCII)}
_RUN = re.compile("|".join((*INNER_WORDS, "[A-Za-z]")))
_BRACES = re.compile(r"\\[\s\S]|[{}]")
_BEFORE_BRACE = re.compile(r"\*?\s*(?:\[[^\]]{0,80}\]\s*)?\{")
_DELIMITER = re.compile(r"\s*(\\[A-Za-z]+|\\[\s\S]|\S)")
_ENVIRONMENT = re.compile(r"\s*\{\s*([A-Za-z]+)(?:\\?(\*))?\s*\}")
_POSITION = re.compile(r"\[[tbc]\]")
_ROW_LENGTH = re.compile(r"\*?(?:\s*\[\s*-?\s*[0-9.]*\s*(?:pt|em|ex|mm|cm|in|mu|\\[A-Za-z]+)\s*\])?")
_WORD = re.compile(r"[A-Za-z]+")
_OPENS = re.compile(r"\\(?:left|[bB]igg?l?)\s*[(\[]|[(\[]")
_DOLLAR = re.compile(r"(?<!\\)\$")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_OUTSIDE = frozenset(("input", "include", "subfile", "import", "usepackage", "includegraphics", "verbatiminput"))
_DIGITS = re.compile(r"[0-9]{1,9}(?![0-9.])")
_ODD = '!?@"`$'  # tokens, so that a note above a sign may hold them; the grammar refuses them


def tokenize(source: Source, span: Span, defined: Container[str] = (), *, body: bool = False) -> list[Token]:
    """The tokens of ``source`` within ``span``. Names in ``defined`` become ``call`` tokens; in a macro's ``body`` ``#1`` is a ``param``."""
    if span.end - span.start > MOST_CHARACTERS:
        raise AnswerProblem(
            f"a formula of {span.end - span.start} characters is not read",
            Span(span.start, span.start + 1),
            source,
            kind="too large",
        )
    return _Scanner(source, span, defined, body=body).run()


def group_end(text: str, at: int, end: int) -> int | None:
    """The offset behind the brace that closes the group whose content starts at ``at``; None where it is never closed."""
    depth = 1
    for found in _BRACES.finditer(text, at, end):
        depth += (found[0] == "{") - (found[0] == "}")
        if not depth:
            return found.end()
    return None


class _Scanner:
    """One pass over one formula. ``at`` is the next character, ``words`` counts bare words in a row."""

    def __init__(self, source: Source, span: Span, defined: Container[str], *, body: bool) -> None:
        self.source, self.text, self.at, self.end = source, source.text, span.start, span.end
        self.defined, self.body = defined, body
        plain = "\\" not in self.text[span.start : span.end]
        self.tilde = "rel" if plain else ""
        self.out: list[Token] = []
        self.words = 0

    def run(self) -> list[Token]:
        out, text, end, match = self.out, self.text, self.end, _MASTER.match
        while self.at < end:
            start = self.at
            if len(out) > MOST_TOKENS:
                raise self._problem("this formula is too long", start, start + 1, kind="too large")
            known = _ALONE.get(text[start])
            if known is not None:  # half of all tokens
                self.at, self.words = start + 1, 0
                what, plain, style = known
                if what == "rbrace" and len(out) > 1 and out[-1].kind in ("plus", "op", "rel") and out[-2].kind == "lbrace":
                    self._unbraced(start + 1)
                else:
                    out.append(Token(what, plain, start, start + 1, style))
                continue
            found = match(text, start, end)
            assert found is not None  # the last alternative takes any character
            kind = found.lastgroup
            self.at = stop = found.end()
            if kind == "space":
                continue
            if kind != "letters":
                self.words = 0
            if kind == "ascii":
                what, plain, style = ASCII[found[0]]
                if what:
                    out.append(Token(what, plain, start, stop, style))
            elif kind == "letters":
                self._letters(found[0], start)
            elif kind == "macro":
                self._macro(found["macro"], start)
            elif kind == "number":
                if stop - start > MOST_DIGITS:
                    raise self._problem(f"a number of {stop - start} digits is not read", start, stop, kind="too large")
                out.append(Token("number", found[0], start, stop))
            else:
                _OTHER[kind or "other"](self, found, start)
        return out

    def _problem(self, message: str, start: int, stop: int, hint: str = "", kind: str = "unreadable") -> AnswerProblem:
        return AnswerProblem(message, Span(start, stop), self.source, hint, kind)

    def _emit(self, kind: str, text: str, start: int, style: str = "") -> None:
        before = next((x.kind for x in reversed(self.out) if x.kind not in ("style", "lbrace")), "")
        if kind == "words" and before == "plus" and text.strip(".") in CONSTANT_WORDS:
            kind, text, style = "name", text.strip("."), "upright"
        self.out.append(Token(kind, text, start, self.at, style))

    def _unbraced(self, stop: int) -> None:
        """``a {-} b`` is a way to set a sign: the braces go, but behind ``_`` and ``^``."""
        sign, brace = self.out[-1], self.out[-2]
        if len(self.out) > 2 and self.out[-3].kind in ("sub", "sup"):
            self.out.append(Token("rbrace", "}", stop - 1, stop))
        else:
            self.out[-2:] = [Token(sign.kind, sign.text, brace.start, stop)]

    # --- letters --------------------------------------------------------------------------------------------------------

    def _letters(self, run: str, start: int) -> None:
        if len(run) == 1:
            self.out.append(Token("name", run, start, start + 1, "plain"))
        elif run in BARE_WORDS or (run in CALLED_WORDS and _OPENS.match(self.text, self.at, self.end)):
            self.out.append(Token("name", run, start, self.at, "upright"))
        elif self.tilde and run in GREEK_WORDS:
            self._greek(run, start)
        elif self.tilde and (known := MACROS.get(run)) is not None and known[0] in ("name", "big", "sign"):
            self._emit(known[0], known[1], start, known[2])  # sigma_i, sum_i: a text without any backslash
        elif run in SEPARATING_WORDS:
            self.out.append(Token("and", run, start, self.at))
        elif len(run) > 3 and run in PLAIN_WORDS:
            self._explained(run, start)
        else:
            self.words += 1
            if self.words > 2:
                raise self._problem("these are words, not a formula", start, self.at, r"words inside a formula go into \text{…}")
            for found in _RUN.finditer(run):
                style = "plain" if len(found[0]) == 1 else "upright"
                self.out.append(Token("name", found[0], start + found.start(), start + found.end(), style))

    def _greek(self, run: str, start: int) -> None:
        """A Greek letter spelt out; digits right behind it are its index, as in ``sigma2``."""
        self._emit("name", run, start, "plain")
        digits = _DIGITS.match(self.text, self.at, self.end)
        if digits is not None:
            self.out.append(Token("sub", "_", self.at, self.at))
            self.out.append(Token("number", digits[0], self.at, digits.end()))
            self.at = digits.end()

    def _explained(self, run: str, start: int) -> None:
        """A bare word that explains, as ``symmetric`` behind a declaration; several in a row are one."""
        if self.out and self.out[-1].kind == "words" and not self.text[self.out[-1].end : start].strip():
            before = self.out.pop()
            run, start = f"{before.text} {run}", before.start
        self._emit("words", run, start)

    def _words(self, content: str, start: int, style: str) -> None:
        """Words in braces: one word that explains nothing is a name, ``and`` separates, all else is words."""
        content = " ".join(content.split())
        if content in SEPARATING_WORDS:
            self._emit("and", content, start)
        elif _WORD.fullmatch(content) and content not in PLAIN_WORDS:
            self._emit("name", content, start, style)
        elif _NUMBER.fullmatch(content):  # \textbf{0} is a zero, \textbf{1} a vector of ones
            if style == "bold" and content != "0":
                self._emit("name", content, start, style)
            else:
                self._emit("number", content, start)
        elif content:
            self._emit("words", content, start)

    # --- macros ---------------------------------------------------------------------------------------------------------

    def _macro(self, name: str, start: int) -> None:
        if name in self.defined:
            self._emit("call", name, start)
            return
        known = MACROS.get(name)
        if known is not None and name != "middle":
            kind, text, style = known
            if kind == "row":
                self._row(start)
            elif kind:
                self.out.append(Token(kind, text, start, self.at, style))
            return
        special = _SPECIAL.get(name)
        if special is None:
            if name in _OUTSIDE:
                raise self._problem(f"\\{name} is not followed", start, self.at, "put what it stands for here", "unknown macro")
            close = nearest(name, [*(m for m, (kind, *_) in MACROS.items() if kind), *_SPECIAL])
            raise self._problem(
                f"unknown macro \\{name}", start, self.at, f"did you mean \\{close}?" if close else "", "unknown macro"
            )
        special(self, name, start)

    def _group(self, name: str) -> tuple[int, int] | None:
        """The content of the braces that follow, which are passed over; None where no brace follows."""
        opened = _BEFORE_BRACE.match(self.text, self.at, self.end)
        if opened is None:
            return None
        end = group_end(self.text, opened.end(), self.end)
        if end is None:
            raise self._problem(
                f"the brace behind \\{name} is never closed", opened.end() - 1, opened.end(), kind="unclosed bracket"
            )
        self.at = end
        return opened.end(), end - 1

    def words_in(self, name: str, start: int) -> None:
        content = self._group(name)
        if content is not None:
            self._visible(*content)
            if self.text.find("$", *content) < 0:
                self._words(self.text[slice(*content)], start, TEXT_MACROS[name])
            else:
                self._words_with_formulas(*content, TEXT_MACROS[name])
        elif found := re.compile(r"\s*([A-Za-z])").match(self.text, self.at, self.end):  # \text d
            self.at = found.end()
            self._words(found[1], start, TEXT_MACROS[name])

    def _words_with_formulas(self, start: int, stop: int, style: str) -> None:
        r"""``\text{if $i = j$}``: the words, and the formulas between dollars as if they stood outside."""
        after, end = self.at, self.end
        dollars = [m.start() for m in _DOLLAR.finditer(self.text, start, stop)]
        if len(dollars) % 2:
            raise self._problem("this dollar sign has no partner", dollars[-1], dollars[-1] + 1)
        edges = [start, *(k + d for k, d in zip(dollars, itertools.cycle((0, 1)), strict=False)), stop]
        for k, (left, right) in enumerate(itertools.pairwise(edges)):
            if k % 2:
                self.at, self.end = left + 1, right - 1
                before = len(self.out)
                self.run()
                if [t.kind for t in self.out[before:]] == ["big"]:  # `an $\int$`: a sign that is only named
                    self.out[before:] = [self.out[before]._replace(kind="words")]
            else:
                self.at = right
                self._words(self.text[left:right], left, style)
        self.at, self.end = after, end

    def _visible(self, start: int, stop: int) -> None:
        """Words may hold any letter, but nothing that cannot be seen."""
        for k in range(start, stop):
            if unicodedata.category(self.text[k]) in ("Cc", "Cf") and self.text[k] not in "\t\r\n":
                raise self._problem(looks(self.text[k]), k, k + 1)

    def dropped(self, name: str, _start: int) -> None:
        self._group(name)

    def fence(self, name: str, start: int) -> None:
        found = _DELIMITER.match(self.text, self.at, self.end)
        kind = DELIMITERS.get(found[1]) if found is not None else None
        if found is None or kind is None:
            raise self._problem(f"\\{name} wants a bracket behind it", start, self.at)
        self.at = found.end()
        if name == "middle":
            if kind not in ("bar", "norm"):
                raise self._problem("only a bar is read in the middle", start, self.at)
            self._emit("mid" if kind == "bar" else "dbar", "|" if kind == "bar" else "||", start)
        else:
            self._emit(name, kind, start)

    def begin(self, name: str, start: int) -> None:
        found = _ENVIRONMENT.match(self.text, self.at, self.end)
        if found is None:
            raise self._problem(f"\\{name} wants the name of an environment", start, self.at)
        self.at = found.end()
        environment = found[1] + (found[2] or "")  # {align\\*} in Markdown
        if environment not in ENVIRONMENTS:
            close = nearest(environment, ENVIRONMENTS)
            raise self._problem(
                f"unknown environment {environment}", *found.span(1), f"did you mean {close}?" if close else "", "unknown macro"
            )
        if name == "begin":
            if position := _POSITION.match(self.text, self.at, self.end):
                self.at = position.end()
            if environment in WITH_ARGUMENT:
                self._group("begin{" + environment + "}")
        self._emit(name, environment, start)

    def _row(self, start: int) -> None:
        if found := _ROW_LENGTH.match(self.text, self.at, self.end):
            self.at = found.end()
        self._emit("row", "\\", start)

    # --- other characters -----------------------------------------------------------------------------------------------

    def escaped(self, found: re.Match[str], start: int) -> None:
        known = ESCAPED.get(found["escaped"])
        if known is None:
            raise self._problem(f"the character {found['escaped']} has no meaning in a formula", start, self.at)
        kind, text, _ = known
        if kind == "row":
            self._row(start)
        elif kind:
            self._emit(kind, text, start)

    def script(self, found: re.Match[str], start: int) -> None:
        """``x₁₂``: a script of the plain characters."""
        kind = "sup" if found.lastgroup == "raised" else "sub"
        self.out += [Token(kind, "^", start, start + 1), Token("lbrace", "{", start, start)]
        digits = ""
        for k, char in enumerate(found[0], start):
            plain = unicodedata.normalize("NFKC", char).replace("−", "-")
            if digits and not plain.isdigit():
                self.out.append(Token("number", digits, k - len(digits), k))
                digits = ""
            if plain.isdigit():
                digits += plain
            else:
                what, text, style = (
                    ("name", plain, "plain") if plain.isascii() and plain.isalpha() else (ASCII.get(plain) or CHARACTERS[plain])
                )
                self.out.append(Token(what, text, k, k + 1, style))
        if digits:
            self.out.append(Token("number", digits, self.at - len(digits), self.at))
        self.out.append(Token("rbrace", "}", self.at, self.at))

    def param(self, found: re.Match[str], start: int) -> None:
        if not self.body:
            raise self._problem("the character # has no meaning in a formula", start, self.at)
        self._emit("param", found["param"], start)

    def unusual(self, found: re.Match[str], start: int) -> None:
        char = found[0]
        if char == "~":
            if self.tilde:
                self._emit("rel", "~", start)
        elif char in "⊤⊺" and self.out and self.out[-1].kind not in ("sup", "lbrace"):
            self.out.append(Token("sup", "^", start, start))
            self._emit("name", "top", start, "plain")
        elif char in FRACTIONS:
            self._emit("frac", "frac", start)
            for digit in FRACTIONS[char]:
                self._emit("number", digit, start)
        else:
            known = CHARACTERS.get(char) or letter(char)
            if known is None and char in _ODD:
                known = ("odd", char, "")
            if known is None:
                raise self._problem(looks(char), start, self.at)
            if known[0]:
                self._emit(known[0], known[1], start, known[2])


_OTHER: dict[str, Callable[[_Scanner, re.Match[str], int], None]] = {
    "escaped": _Scanner.escaped, "raised": _Scanner.script, "lowered": _Scanner.script, "param": _Scanner.param, "other": _Scanner.unusual,
}  # fmt: skip
_SPECIAL: dict[str, Callable[[_Scanner, str, int], None]] = {
    **dict.fromkeys(TEXT_MACROS, _Scanner.words_in),
    **dict.fromkeys(DROPPED_WITH_ARGUMENT, _Scanner.dropped),
    **dict.fromkeys(("textcolor", "colorbox", "hyperref"), _Scanner.dropped),
    **dict.fromkeys(("left", "right", "middle"), _Scanner.fence),
    **dict.fromkeys(("begin", "end"), _Scanner.begin),
}
