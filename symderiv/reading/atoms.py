r"""Single things of a formula: names, brackets, fractions, macros with arguments, matrices. The grammar above them is in `parse`.

Every bracket that opens closes, or the problem stands at the opener.
"""

from __future__ import annotations

from collections.abc import Callable

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.characters import BARE_WORDS, ENVIRONMENTS
from symderiv.reading.cursor import Cursor
from symderiv.reading.tokens import Token
from symderiv.reading.tree import Node

UNCLOSED = "unclosed bracket"
_ATOMS = (
    tree.Name, tree.Number, tree.Sign, tree.Empty, tree.Fenced, tree.Scripted, tree.Fraction, tree.Root, tree.Grid, tree.Braced,
)  # fmt: skip
_GRID_OF_FENCE = {"bracket": "bracket", "paren": "paren", "brace": "brace", "bar": "bar", "norm": "norm"}


def single(c: Cursor) -> Node:
    """One thing without its scripts."""
    token = c.token
    if token.kind == "name":
        c.step()
        return tree.Name(token.span, token.text, c.style if c.style and token.style == "plain" else token.style)
    if token.kind == "number":
        c.step()
        return tree.Number(token.span, token.text)
    rule = _SINGLE.get(token.kind)
    if rule is None:
        raise c.problem("something is missing here", token)
    return rule(c, c.step())


def argument(c: Cursor, before: Token) -> Node:
    r"""One argument as TeX takes it: a group's content, one digit, one thing. ``\frac12`` is a half."""
    token = c.token
    if token.kind == "lbrace":
        return braced(c)
    if token.kind == "number" and len(token.text) > 1 and not c.plain_text:
        one, rest = _split(token)
        c.tokens[c.at] = c.token = rest
        return tree.Number(one.span, one.text)
    if token.kind not in _SINGLE and token.kind not in ("name", "number"):
        message, hint = _WANTS.get(before.kind, ("nothing stands after this", ""))
        raise c.problem(message, before, hint)
    c.deeper()
    node = single(c)
    c.depth -= 1
    return node


def braced(c: Cursor) -> Node:
    """The content of a group, without the group."""
    return _content(c, c.step())


def _content(c: Cursor, opened: Token) -> Node:
    if c.token.kind in ("name", "number") and c.ahead(1).kind == "rbrace" and c.at not in c.ready.differentials:
        alone = single(c)  # as most groups are: \sigma^{2}, x_{i}
        c.step()
        return alone
    saved = c.enter()
    body = c.level(inside=False)
    if c.token.kind != "rbrace":
        raise _unclosed(c, opened, c.token, "brace")
    c.step()
    c.leave(saved)
    return body


def _group(c: Cursor, opened: Token) -> Node:
    body = _content(c, opened)
    closed = c.tokens[c.at - 1]
    if isinstance(body, _ATOMS):
        return body
    return tree.Fenced(_around(opened, body, closed), "group", body)


def _around(opened: Token, body: Node, closed: Token) -> Span:
    return Span(min(opened.start, body.span.start), max(closed.end, body.span.end))


def _fence(c: Cursor, opened: Token) -> Node:
    saved = c.enter()
    body = c.level(inside=True)
    c.leave(saved)
    closed = c.token
    if closed.kind == "close" and closed.text == opened.text:
        c.step()
        return _fenced(c, opened, opened.text, body, closed)
    if closed.kind == "close":
        raise c.problem("this bracket is closed by one of another kind", Span(opened.start, closed.end), kind=UNCLOSED)
    raise _unclosed(c, opened, closed)


def _unclosed(c: Cursor, opened: Token, found: Token, what: str = "bracket") -> AnswerProblem:
    if found.kind in ("eof", "rbrace", "right", "end", "row", "amp", "close"):
        return c.problem(f"this {what} is never closed", opened, kind=UNCLOSED)
    return c.problem("this cannot stand here", found)


def _fenced(c: Cursor, opened: Token, kind: str, body: Node, closed: Token) -> Node:
    span = _around(opened, body, closed)
    if isinstance(body, tree.Grid) and body.kind == "plain" and kind in _GRID_OF_FENCE:
        return tree.Grid(span, _GRID_OF_FENCE[kind], body.rows)
    if isinstance(body, tree.Empty):
        raise c.problem("nothing stands between these brackets", span)
    return tree.Fenced(span, kind, body)


def _left(c: Cursor, opened: Token) -> Node:
    saved = c.enter()
    body = c.level(inside=True)
    c.leave(saved)
    closed = c.token
    if closed.kind != "right":
        if closed.kind in ("eof", "rbrace", "end", "row", "amp"):
            raise c.problem(r"this \left has no \right", opened, kind=UNCLOSED)
        raise c.problem(_STRAY_INSIDE.get(closed.kind, "this cannot stand here"), closed)
    c.step()
    kinds = (opened.text, closed.text)
    span = _around(opened, body, closed)
    if (
        isinstance(body, tree.Grid)
        and body.kind in ("plain", "aligned", "cases")
        and kinds in (("brace", "none"), ("none", "brace"))
    ):
        return tree.Grid(span, "cases", body.rows)
    if kinds == ("none", "none"):
        return body if isinstance(body, _ATOMS) else tree.Fenced(span, "group", body)
    if kinds[0] != kinds[1]:
        raise c.problem("this bracket is closed by one of another kind", span)
    return _fenced(c, opened, opened.text, body, closed)


def _bars(c: Cursor, opened: Token) -> Node:
    kind = "bar"
    if opened.kind == "dbar":
        kind = "norm"
    elif c.token.kind == "bar" and c.token.start == opened.end:
        c.step()
        kind = "norm"
    saved = c.enter(kind)
    body = c.level(inside=True)
    c.leave(saved)
    closed = c.token
    double = kind == "norm" and closed.kind == "bar" and c.ahead(1).kind == "bar"
    if not double and closed.kind != ("bar" if kind == "bar" else "dbar"):
        raise c.problem("this bar is never closed", opened, kind=UNCLOSED)
    c.step()
    if double:
        closed = c.step()
    return _fenced(c, opened, kind, body, closed)


def _fraction(c: Cursor, token: Token) -> Node:
    above = argument(c, token)
    below = argument(c, token)
    return tree.Fraction(c.over((above, below)) | Span(token.start, _end(c)), above, below)


def _binomial(c: Cursor, token: Token) -> Node:
    """``\\binom{n}{k}``, as the word ``binom`` called."""
    of = argument(c, token), argument(c, token)
    span = c.over(of) | Span(token.start, _end(c))
    word = tree.Name(Span(token.start, token.end), "binom", "upright")
    return tree.Fenced(
        span, "group", tree.Juxtaposed(span, (word, tree.Fenced(c.over(of), "paren", tree.Listed(c.over(of), ",", of))))
    )


def _root(c: Cursor, token: Token) -> Node:
    degree = None
    if c.token.kind == "open" and c.token.text == "bracket":
        opened = c.step()
        saved = c.enter()
        degree = c.level(inside=True)
        c.leave(saved)
        if c.token.kind != "close":
            raise _unclosed(c, opened, c.token)
        c.step()
    body = argument(c, token)
    return tree.Root(body.span | Span(token.start, _end(c)), body, degree)


def _end(c: Cursor) -> int:
    """Where the last token ends."""
    return c.tokens[c.at - 1].end


def _sign(_c: Cursor, token: Token) -> Node:
    return tree.Sign(token.span, token.text)


def _bullet(_c: Cursor, token: Token) -> Node:
    return tree.Sign(token.span, "bullet")


def _styled(c: Cursor, token: Token) -> Node:
    word = _word(c, token)
    if word is not None:
        return word
    digit = c.token.kind == "number" or (c.token.kind == "lbrace" and c.ahead(1).kind == "number" and c.ahead(2).kind == "rbrace")
    saved, c.style = c.style, token.style
    body = argument(c, token)
    c.style = saved
    span = body.span | Span(token.start, _end(c))
    if isinstance(body, tree.Name):
        return tree.Name(span, body.text, body.style)
    if isinstance(body, tree.Number):  # a bold 0 is zero; a bold 1 is ones or an indicator, never the number
        return (
            body
            if not digit or body.digits == "0" or token.style not in ("bold", "blackboard")
            else tree.Name(span, body.digits, token.style)
        )
    return body if isinstance(body, _ATOMS) else tree.Fenced(span, "group", body)


def _word(c: Cursor, token: Token) -> Node | None:
    r"""``\mathrm{d i a g}``, ``\operatorname*{arg\,max}``: letters in braces that make one name."""
    operator = token.text == "operatorname"
    if operator and c.token.kind == "op" and c.token.text == "ast":
        c.step()
    if token.style != "upright" or c.token.kind != "lbrace":
        return None
    end = c.at + 1
    while c.tokens[end].kind == "name":
        end += 1
    letters = [t.text for t in c.tokens[c.at + 1 : end]]
    closed = c.tokens[end]
    if operator and closed.kind not in ("sub", "style") and (closed.kind != "rbrace" or not letters):
        raise c.problem("a name is made of letters", closed if letters else token)
    if closed.kind != "rbrace" or not letters or (not operator and len(letters) > 1 and any(len(x) > 1 for x in letters)):
        return None
    c.jump(end + 1)
    return tree.Name(Span(min(token.start, closed.start), max(token.end, closed.end)), "".join(letters), "upright")


def _switch(c: Cursor, token: Token) -> Node:
    c.style = token.style
    if token.style == "upright" and c.token.kind == "name":  # {\rm Com}: the letters up to the brace are one word
        end = c.at
        while c.tokens[end].kind == "name" and (end == c.at or c.tokens[end].text not in BARE_WORDS):
            end += 1
        if end > c.at + 1 and c.tokens[end].kind == "rbrace":
            first, last = c.token, c.tokens[end - 1]
            text = "".join(t.text for t in c.tokens[c.at : end])
            c.jump(end)
            return tree.Name(Span(first.start, last.end), text, "upright")
    return tree.Empty(token.span)


def _accent(c: Cursor, token: Token) -> Node:
    base = argument(c, token)
    span = base.span | Span(token.start, _end(c))
    return _accented(c, base, token, span)


def _accented(c: Cursor, base: Node, token: Token, span: Span) -> Node:
    if isinstance(base, tree.Name):
        return tree.Name(span, f"{token.text} {base.text}", base.style)
    if isinstance(base, tree.Scripted) and isinstance(base.base, tree.Name):
        return tree.Scripted(span, _accented(c, base.base, token, base.base.span), base.sub, base.sup, base.primes)
    raise c.problem(f"\\{token.text} is read over one letter only", span)


def _braced_note(c: Cursor, token: Token) -> Node:
    body = argument(c, token)
    sub, sup, _, end = c.scripts()
    return tree.Braced(body.span | Span(token.start, max(end, _end(c))), body, sub or sup)


def _stacked(c: Cursor, token: Token) -> Node:
    note = argument(c, token)
    base = argument(c, token)
    span = base.span | Span(token.start, _end(c))
    return tree.Scripted(span, base, note) if token.text == "underset" else tree.Braced(span, base, note)


def rows(c: Cursor) -> tuple[tuple[Node, ...], ...]:
    """Rows of cells up to what cannot stand in a cell. Empty rows are left out."""
    found: list[tuple[Node, ...]] = []
    cells: list[Node] = []
    while True:
        cells.append(c.level(inside=False))
        kind = c.token.kind
        if kind == "amp":
            c.step()
            continue
        if len(cells) > 1 or not isinstance(cells[0], tree.Empty):
            found.append(tuple(cells))
        cells = []
        if kind != "row":
            return tuple(found)
        c.step()


def _environment(c: Cursor, opened: Token) -> Node:
    saved = c.enter()
    found = rows(c)
    c.leave(saved)
    closed = c.token
    if closed.kind != "end":
        if closed.kind == "eof":
            raise c.problem(f"\\begin{{{opened.text}}} is never ended", opened, kind=UNCLOSED)
        raise c.problem(_STRAY_INSIDE.get(closed.kind, "this cannot stand here"), closed)
    if closed.text != opened.text:
        raise c.problem(f"\\begin{{{opened.text}}} is ended by \\end{{{closed.text}}}", Span(opened.start, closed.end))
    c.step()
    kind = ENVIRONMENTS[opened.text]
    span = Span(opened.start, closed.end)
    if kind == "wrap":
        if not found:
            return tree.Empty(span)
        if len(found) == 1 and len(found[0]) == 1:
            return found[0][0]
        kind = "aligned"
    if kind == "array":  # rows of claims without brackets around them
        kind = "aligned" if any(_claims(cell) for row in found for cell in row) else "plain"
    return tree.Grid(span, kind, found)


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


_WANTS = {
    "frac": ("a part of this fraction is missing", r"a fraction is written \frac{…}{…}"),
    "sqrt": ("nothing stands below this root", r"a root is written \sqrt{…}"),
    "sup": ("nothing stands after this", "what is raised stands behind ^ in braces, as in x^{2}"),
    "sub": ("nothing stands after this", "what is lowered stands behind _ in braces, as in x_{i}"),
}
_STRAY_INSIDE = {
    "close": "this bracket was never opened here",
    "rbrace": "this brace was never opened here",
    "right": r"this \right has no \left",
    "eof": "the formula ends too early",
    "op": "nothing stands before this operator",
}
_SINGLE: dict[str, Callable[[Cursor, Token], Node]] = {
    "sign": _sign, "stop": _bullet, "op": _bullet, "lbrace": _group, "open": _fence, "left": _left,
    "bar": _bars, "dbar": _bars, "frac": _fraction, "binom": _binomial, "sqrt": _root, "style": _styled, "switch": _switch,
    "accent": _accent, "brace": _braced_note, "stack": _stacked, "begin": _environment,
}  # fmt: skip
