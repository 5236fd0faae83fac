r"""Single things of a formula: names, brackets, fractions, scripts, matrices. The grammar above them is in `parse`.

Every bracket that opens closes, or the problem stands at the opener. Nesting is bounded, so that no text exhausts the stack.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading import tree
from symderiv.reading.characters import BARE_WORDS, ENVIRONMENTS
from symderiv.reading.passes import Prepared
from symderiv.reading.tokens import Token
from symderiv.reading.tree import Node

#: How deep things may stand in each other.
DEEPEST = 80

_ATOMS = (
    tree.Name, tree.Number, tree.Sign, tree.Empty, tree.Fenced, tree.Scripted, tree.Fraction, tree.Root, tree.Grid, tree.Braced,
)  # fmt: skip
_GRID_OF_FENCE = {"bracket": "bracket", "paren": "paren", "brace": "brace", "bar": "bar", "norm": "norm"}


class Atoms(ABC):
    """A place in the tokens. ``bar`` is the fence of bars that is open on this level, ``style`` what a switch like ``\\bf`` set."""

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

    # --- places -----------------------------------------------------------------------------------------------------------

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

    def problem(self, message: str, at: Token | Span, hint: str = "") -> AnswerProblem:
        """What cannot be read, with its place."""
        return AnswerProblem(message, at if isinstance(at, Span) else at.span, self.source, hint)

    def over(self, nodes: Iterable[Node]) -> Span:
        """The span of all nodes. Tokens of a macro have the span of its call, so the outermost need not be the first and last."""
        start, end = -1, 0
        for node in nodes:
            span = node.span
            if start < 0 or span.start < start:
                start = span.start
            if span.end > end:
                end = span.end
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
        """Counts one level more. (A level is about eight calls; frames are what a deep formula would exhaust.)"""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.problem("nested too deeply", self.token)

    # --- one thing and its scripts ----------------------------------------------------------------------------------------

    def item(self) -> Node:
        """One thing with its scripts."""
        token = self.token
        node = tree.Empty(Span(token.start, token.start)) if token.kind in ("sub", "sup") else self.single()
        while self.token.kind in ("sub", "sup", "prime"):
            before = self.token
            sub, sup, primes, end = self.scripts()
            if sub is not None or sup is not None or primes:
                span = Span(min(node.span.start, before.start), max(node.span.end, end))
                node = tree.Scripted(span, node, sub, sup, primes)
        return node

    def single(self) -> Node:
        """One thing without its scripts."""
        token = self.token
        if token.kind == "name":
            self.step()
            return tree.Name(token.span, token.text, self.style if self.style and token.style == "plain" else token.style)
        if token.kind == "number":
            self.step()
            return tree.Number(token.span, token.text)
        rule = _SINGLE.get(token.kind)
        if rule is None:
            raise self.problem("something is missing here", token)
        return rule(self, self.step())

    def scripts(self) -> tuple[Node | None, Node | None, int, int]:
        """Subscript, superscript, primes, and where they end."""
        sub: Node | None = None
        sup: Node | None = None
        primes, end = 0, 0
        while (token := self.token).kind in ("sub", "sup", "prime"):
            if token.kind == "prime":
                if sup is not None:
                    break
                self.step()
                primes, end = primes + int(token.text), token.end
                continue
            if (sub if token.kind == "sub" else sup) is not None:
                raise self.problem(f"two {'sub' if token.kind == 'sub' else 'super'}scripts on one thing", token, "put one of them in braces")
            self.step()
            if token.kind == "sup" and (count := self.only_primes()):
                primes, end = primes + count, self.tokens[self.at - 1].end
                continue
            node = self.script(token)
            end = max(end, self.tokens[self.at - 1].end)
            if isinstance(node, tree.Empty):
                continue
            if token.kind == "sub":
                sub = node
            else:
                sup = _transpose(node)
        return sub, sup, primes, end

    def only_primes(self) -> int:
        r"""How many primes ``^\prime`` or ``^{\prime\prime}`` is, passed over; 0 where it is something else."""
        braced = self.token.kind == "lbrace"
        k = self.at + braced
        count = 0
        while self.tokens[k].kind == "prime":
            count += int(self.tokens[k].text)
            k += 1
        if not count or (braced and self.tokens[k].kind != "rbrace"):
            return 0
        self.at = k + braced
        self.token = self.tokens[self.at]
        return count

    def script(self, before: Token) -> Node:
        """What stands in a script: a group's content, or one thing as TeX takes it."""
        token = self.token
        if token.kind == "lbrace":
            if (mark := self.lone_mark(self.at + 1, "rbrace")) is not None:
                self.step()
                self.step()
                return mark
            return self.braced()
        if token.kind == "plus" and self.ahead(1).kind in ("name", "number"):  # e^-s: shown as e⁻s, meant as e^{-s}
            self.step()
            node = self.argument(token)
            return tree.Sum(token.span | node.span, (token.text,), (node,))
        if (mark := self.lone_mark(self.at, None)) is not None:
            return mark
        return self.argument(before)

    def lone_mark(self, at: int, until: str | None) -> Node | None:
        """Signs that are a script of their own, passed over: ``^*``, ``_{++}``."""
        end = at
        while self.tokens[end].kind in ("plus", "op") and (until is not None or end == at):
            end += 1
        if end == at or (until is not None and self.tokens[end].kind != until):
            return None
        first, last = self.tokens[at], self.tokens[end - 1]
        text = "".join(t.text for t in self.tokens[at:end])
        self.at = end
        self.token = self.tokens[end]
        if until is not None:  # stand on the brace before, as `script` steps over both
            self.at -= 1
            self.token = self.tokens[self.at]
        span = Span(first.start, last.end)
        return tree.Sign(span, text) if first.kind == "plus" else tree.Name(span, {"ast": "star", "hadamard": "circ"}.get(text, text))

    def argument(self, before: Token) -> Node:
        r"""One argument as TeX takes it: a group's content, one digit, one thing. ``\frac12`` is a half."""
        token = self.token
        if token.kind == "lbrace":
            return self.braced()
        if token.kind == "number" and len(token.text) > 1 and not self.plain_text:
            one, rest = _split(token)
            self.tokens[self.at] = self.token = rest
            return tree.Number(one.span, one.text)
        if token.kind not in _SINGLE and token.kind not in ("name", "number"):
            raise self.problem("nothing stands after this", before)
        self.deeper()
        node = self.single()
        self.depth -= 1
        return node

    # --- braces and brackets ----------------------------------------------------------------------------------------------

    def braced(self) -> Node:
        """The content of a group, without the group."""
        return self._content(self.step())

    def _content(self, opened: Token) -> Node:
        saved = self.enter()
        body = self.level(inside=False)
        if self.token.kind != "rbrace":
            raise self._unclosed(opened, self.token, "brace")
        self.step()
        self.leave(saved)
        return body

    def _group(self, opened: Token) -> Node:
        body = self._content(opened)
        closed = self.tokens[self.at - 1]
        if isinstance(body, _ATOMS):
            return body
        return tree.Fenced(self._around(opened, body, closed), "group", body)

    def _around(self, opened: Token, body: Node, closed: Token) -> Span:
        return Span(min(opened.start, body.span.start), max(closed.end, body.span.end))

    def _fence(self, opened: Token) -> Node:
        saved = self.enter()
        body = self.level(inside=True)
        self.leave(saved)
        closed = self.token
        if closed.kind == "close" and closed.text == opened.text:
            self.step()
            return self._fenced(opened, opened.text, body, closed)
        if closed.kind == "close":
            raise self.problem("this bracket is closed by one of another kind", Span(opened.start, closed.end))
        raise self._unclosed(opened, closed)

    def _unclosed(self, opened: Token, found: Token, what: str = "bracket") -> AnswerProblem:
        if found.kind in ("eof", "rbrace", "right", "end", "row", "amp", "close"):
            return self.problem(f"this {what} is never closed", opened)
        return self.problem("this cannot stand here", found)

    def _fenced(self, opened: Token, kind: str, body: Node, closed: Token) -> Node:
        span = self._around(opened, body, closed)
        if isinstance(body, tree.Grid) and body.kind == "plain" and kind in _GRID_OF_FENCE:
            return tree.Grid(span, _GRID_OF_FENCE[kind], body.rows)
        if isinstance(body, tree.Empty):
            raise self.problem("nothing stands between these brackets", span)
        return tree.Fenced(span, kind, body)

    def _left(self, opened: Token) -> Node:
        saved = self.enter()
        body = self.level(inside=True)
        self.leave(saved)
        closed = self.token
        if closed.kind != "right":
            if closed.kind in ("eof", "rbrace", "end", "row", "amp"):
                raise self.problem(r"this \left has no \right", opened)
            raise self.problem(_STRAY_INSIDE.get(closed.kind, "this cannot stand here"), closed)
        self.step()
        kinds = (opened.text, closed.text)
        span = self._around(opened, body, closed)
        if isinstance(body, tree.Grid) and body.kind in ("plain", "aligned", "cases") and kinds in (("brace", "none"), ("none", "brace")):
            return tree.Grid(span, "cases", body.rows)
        if kinds == ("none", "none"):
            return body if isinstance(body, _ATOMS) else tree.Fenced(span, "group", body)
        if kinds[0] != kinds[1]:
            raise self.problem("this bracket is closed by one of another kind", span)
        return self._fenced(opened, opened.text, body, closed)

    def _bars(self, opened: Token) -> Node:
        kind = "bar"
        if opened.kind == "dbar":
            kind = "norm"
        elif self.token.kind == "bar" and self.token.start == opened.end:
            self.step()
            kind = "norm"
        saved = self.enter(kind)
        body = self.level(inside=True)
        self.leave(saved)
        closed = self.token
        double = kind == "norm" and closed.kind == "bar" and self.ahead(1).kind == "bar"
        if not double and closed.kind != ("bar" if kind == "bar" else "dbar"):
            raise self.problem("this bar is never closed", opened)
        self.step()
        if double:
            closed = self.step()
        return self._fenced(opened, kind, body, closed)

    # --- macros with arguments --------------------------------------------------------------------------------------------

    def _fraction(self, token: Token) -> Node:
        above = self.argument(token)
        below = self.argument(token)
        return tree.Fraction(self.over((above, below)) | Span(token.start, self._end()), above, below)

    def _root(self, token: Token) -> Node:
        degree = None
        if self.token.kind == "open" and self.token.text == "bracket":
            opened = self.step()
            saved = self.enter()
            degree = self.level(inside=True)
            self.leave(saved)
            if self.token.kind != "close":
                raise self._unclosed(opened, self.token)
            self.step()
        body = self.argument(token)
        return tree.Root(body.span | Span(token.start, self._end()), body, degree)

    def _end(self) -> int:
        """Where the last token ends."""
        return self.tokens[self.at - 1].end

    def _sign(self, token: Token) -> Node:
        return tree.Sign(token.span, token.text)

    def _bullet(self, token: Token) -> Node:
        return tree.Sign(token.span, "bullet")

    def _styled(self, token: Token) -> Node:
        word = self._word(token)
        if word is not None:
            return word
        digit = self.token.kind == "number" or (self.token.kind == "lbrace" and self.ahead(1).kind == "number" and self.ahead(2).kind == "rbrace")
        saved, self.style = self.style, token.style
        body = self.argument(token)
        self.style = saved
        span = body.span | Span(token.start, self._end())
        if isinstance(body, tree.Name):
            return tree.Name(span, body.text, body.style)
        if isinstance(body, tree.Number):  # a bold 0 is zero; a bold 1 is ones or an indicator, never the number
            return body if not digit or body.digits == "0" or token.style not in ("bold", "blackboard") else tree.Name(span, body.digits, token.style)
        return body if isinstance(body, _ATOMS) else tree.Fenced(span, "group", body)

    def _word(self, token: Token) -> Node | None:
        r"""``\mathrm{d i a g}``, ``\operatorname*{arg\,max}``: letters in braces that make one name."""
        operator = token.text == "operatorname"
        if operator and self.token.kind == "op" and self.token.text == "ast":
            self.step()
        if token.style != "upright" or self.token.kind != "lbrace":
            return None
        end = self.at + 1
        while self.tokens[end].kind == "name":
            end += 1
        letters = [t.text for t in self.tokens[self.at + 1 : end]]
        closed = self.tokens[end]
        if operator and (closed.kind != "rbrace" or not letters):
            raise self.problem("a name is made of letters", closed if letters else token)
        if closed.kind != "rbrace" or not letters or (not operator and len(letters) > 1 and any(len(x) > 1 for x in letters)):
            return None
        self.at = end + 1
        self.token = self.tokens[self.at]
        return tree.Name(Span(min(token.start, closed.start), max(token.end, closed.end)), "".join(letters), "upright")

    def _switch(self, token: Token) -> Node:
        self.style = token.style
        if token.style == "upright" and self.token.kind == "name":  # {\rm Com}: the letters up to the brace are one word
            end = self.at
            while self.tokens[end].kind == "name" and (end == self.at or self.tokens[end].text not in BARE_WORDS):
                end += 1
            if end > self.at + 1 and self.tokens[end].kind == "rbrace":
                first, last = self.token, self.tokens[end - 1]
                text = "".join(t.text for t in self.tokens[self.at : end])
                self.at = end
                self.token = self.tokens[end]
                return tree.Name(Span(first.start, last.end), text, "upright")
        return tree.Empty(token.span)

    def _accent(self, token: Token) -> Node:
        base = self.argument(token)
        span = base.span | Span(token.start, self._end())
        return self._accented(base, token, span)

    def _accented(self, base: Node, token: Token, span: Span) -> Node:
        if isinstance(base, tree.Name):
            return tree.Name(span, f"{token.text} {base.text}", base.style)
        if isinstance(base, tree.Scripted) and isinstance(base.base, tree.Name):
            return tree.Scripted(span, self._accented(base.base, token, base.base.span), base.sub, base.sup, base.primes)
        raise self.problem(f"\\{token.text} is read over one letter only", span)

    def _braced_note(self, token: Token) -> Node:
        body = self.argument(token)
        sub, sup, _, end = self.scripts()
        return tree.Braced(body.span | Span(token.start, max(end, self._end())), body, sub or sup)

    def _stacked(self, token: Token) -> Node:
        note = self.argument(token)
        base = self.argument(token)
        span = base.span | Span(token.start, self._end())
        return tree.Scripted(span, base, note) if token.text == "underset" else tree.Braced(span, base, note)

    # --- rows and cells ---------------------------------------------------------------------------------------------------

    def rows(self, ends: frozenset[str]) -> tuple[tuple[Node, ...], ...]:
        """Rows of cells up to one of the ends, or up to what cannot stand in a cell. Empty rows are left out."""
        rows: list[tuple[Node, ...]] = []
        cells: list[Node] = []
        while True:
            cells.append(self.level(inside=False))
            kind = self.token.kind
            if kind == "amp":
                self.step()
                continue
            if len(cells) > 1 or not isinstance(cells[0], tree.Empty):
                rows.append(tuple(cells))
            cells = []
            if kind != "row":
                return tuple(rows)
            self.step()
            if self.token.kind in ends:
                return tuple(rows)

    def _environment(self, opened: Token) -> Node:
        saved = self.enter()
        rows = self.rows(frozenset(("end",)))
        self.leave(saved)
        closed = self.token
        if closed.kind != "end":
            if closed.kind == "eof":
                raise self.problem(f"\\begin{{{opened.text}}} is never ended", opened)
            raise self.problem(_STRAY_INSIDE.get(closed.kind, "this cannot stand here"), closed)
        if closed.text != opened.text:
            raise self.problem(f"\\begin{{{opened.text}}} is ended by \\end{{{closed.text}}}", Span(opened.start, closed.end))
        self.step()
        kind = ENVIRONMENTS[opened.text]
        span = Span(opened.start, closed.end)
        if kind == "wrap":
            if not rows:
                return tree.Empty(span)
            if len(rows) == 1 and len(rows[0]) == 1:
                return rows[0][0]
            kind = "aligned"
        if kind == "array":  # rows of claims without brackets around them
            kind = "aligned" if any(_claims(cell) for row in rows for cell in row) else "plain"
        return tree.Grid(span, kind, rows)


def _claims(node: Node) -> bool:
    """Whether a cell states something."""
    if isinstance(node, tree.Fenced) and node.kind == "group":
        return _claims(node.body)
    if isinstance(node, tree.Listed):
        return any(_claims(i) for i in node.items)
    return isinstance(node, tree.Related)


def _split(token: Token) -> tuple[Token, Token]:
    """A number's first digit, and the rest."""
    cut = min(token.start + 1, token.end)
    return token._replace(text=token.text[0], end=cut), token._replace(text=token.text[1:], start=cut)


def _transpose(node: Node) -> Node:
    r"""``^{\mathsf T}`` and ``^{\mathrm{T}}`` are ``^\top``, also behind a minus."""
    if isinstance(node, tree.Name) and node.text == "T" and node.style == "upright":
        return tree.Name(node.span, "top")
    if isinstance(node, tree.Sum) and len(node.terms) == 1:
        return tree.Sum(node.span, node.signs, (_transpose(node.terms[0]),))
    return node


_STRAY_INSIDE = {
    "close": "this bracket was never opened here",
    "rbrace": "this brace was never opened here",
    "right": r"this \right has no \left",
    "eof": "the formula ends too early",
    "op": "nothing stands before this operator",
}
_SINGLE: dict[str, Callable[[Atoms, Token], Node]] = {
    "sign": Atoms._sign, "stop": Atoms._bullet, "op": Atoms._bullet, "lbrace": Atoms._group, "open": Atoms._fence, "left": Atoms._left,
    "bar": Atoms._bars, "dbar": Atoms._bars, "frac": Atoms._fraction, "sqrt": Atoms._root, "style": Atoms._styled, "switch": Atoms._switch,
    "accent": Atoms._accent, "brace": Atoms._braced_note, "stack": Atoms._stacked, "begin": Atoms._environment,
}  # fmt: skip
