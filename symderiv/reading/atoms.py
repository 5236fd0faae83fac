"""Single things of a formula: names, numbers, groups, brackets, bars, fractions, large operators; and their scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.core.text import Span
from symderiv.reading import letters, tree
from symderiv.reading.lexer import unknown_macro

if TYPE_CHECKING:
    from symderiv.reading.grammar import Parser
    from symderiv.reading.lexer import Token

_OPEN = {"(": (")", "paren"), "[": ("]", "bracket"), "lbrace": ("rbrace", "brace"), "langle": ("rangle", "angle")}
_LEFT_BARS = {"lvert": ("rvert", "bar"), "lVert": ("rVert", "norm")}
_FRACTIONS = {"frac", "tfrac", "dfrac", "cfrac", "nicefrac", "sfrac"}
_WRAPPERS = {"boxed", "mathstrut", "ensuremath", "fbox", "mathclose", "mathopen", "mathbin", "mathrel", "mathord", "textstyle", "cancel*"}
_HATS = {"hat", "tilde", "bar", "overline", "widehat", "widetilde", "dot", "underline"}


def atom(parser: Parser, scripts: bool = True) -> tree.Node:
    """The next thing, with its scripts."""
    token = parser.peek()
    assert token is not None
    node = _bare(parser, token)
    return scripted(parser, node) if scripts else node


def scripted(parser: Parser, node: tree.Node) -> tree.Node:
    """Scripts and primes behind a thing."""
    sub: tree.Node | None = None
    sup: tree.Node | None = None
    primes = 0
    end = node.span
    while True:
        parser.skip()
        token = parser.peek()
        if token is None:
            break
        if token.kind == "mark" and token.text == "'":
            parser.take()
            primes += 1
            end = token.span
        elif token.kind == "script" or (token.kind == "mark" and token.text in "_^"):
            parser.take()
            script = _unicode_script(parser, token) if token.kind == "script" else parser.argument()
            end = parser.items[parser.place - 1].span
            if token.text == "_":
                sub = script if sub is None else tree.Juxtaposed(sub.span | script.span, (sub, script))
            elif isinstance(script, tree.Scripted) and isinstance(script.base, tree.Empty) and script.primes:
                primes += script.primes
            elif isinstance(script, tree.Name) and script.text == "prime":
                primes += 1
            else:
                if sup is not None:
                    raise parser.problem("two superscripts on one thing", script.span, "put the inner one in braces")
                sup = script
        else:
            break
    if sub is None and sup is None and not primes:
        return node
    if sub is None and sup is None and isinstance(node, tree.Empty):
        return tree.Scripted(node.span | end, node, None, None, primes)
    return tree.Scripted(node.span | end, node, sub, sup, primes)


def _unicode_script(parser: Parser, mark: Token) -> tree.Node:
    """A run of Unicode subscripts or superscripts as one script."""
    pieces = [parser.take()]
    while (token := parser.peek()) is not None and token.kind == "script" and token.text == mark.text:
        parser.take()
        pieces.append(parser.take())
    span = pieces[0].span | pieces[-1].span
    if all(p.kind == "number" for p in pieces):
        return tree.Number(span, "".join(p.text for p in pieces))
    nodes: list[tree.Node] = []
    signs = []
    for p in pieces:
        if p.kind == "mark":
            signs.append(p.text)
        else:
            nodes.append(tree.Number(p.span, p.text) if p.kind == "number" else tree.Name(p.span, p.text))
    if signs == ["-"] and pieces[0].kind == "mark" and len(nodes) == 1:
        return tree.Sum(span, ("-",), tuple(nodes))
    if signs:
        return tree.Sum(span, ("+", *signs), tuple(nodes)) if len(signs) == len(nodes) - 1 else tree.Words(span, "".join(p.text for p in pieces))
    return nodes[0] if len(nodes) == 1 else tree.Juxtaposed(span, tuple(nodes))


def _bare(parser: Parser, token: Token) -> tree.Node:
    if token.kind == "number":
        return _number(parser)
    if token.kind == "letter":
        return _letter(parser)
    if token.kind == "macro":
        return _macro(parser, token)
    if token.kind == "script" or (token.kind == "mark" and token.text in "_^'"):
        return tree.Empty(Span(token.span.start, token.span.start))
    if token.kind == "mark" and token.text == "{":
        return _group(parser)
    if token.kind == "mark" and token.text in _OPEN:
        return _fenced(parser, token.text)
    if token.kind == "mark" and token.text == "|":
        return _bars(parser)
    raise parser.problem(f"“{token.text}” cannot stand here", token.span)


def _number(parser: Parser) -> tree.Node:
    token = parser.take()
    if len(token.text) > 400:
        raise parser.problem(f"a number of {len(token.text):,} digits is not read", token.span)
    return tree.Number(token.span, token.text)


_LONGEST_WORD = max(map(len, letters.WORDS))


def _letter(parser: Parser) -> tree.Node:
    """One letter, or a known word written without its backslash."""
    first = parser.take()
    run, k = first.text, 0
    while (token := parser.peek(k)) is not None and token.kind == "letter" and not token.space and len(run) <= _LONGEST_WORD:
        run += token.text
        k += 1
    for length in range(len(run), 1, -1):
        if run[:length] in letters.WORDS and _word_fits(parser, run, length):
            for _ in range(length - 1):
                last = parser.take()
            return tree.Name(first.span | last.span, run[:length], "upright")
    if parser.integrals and first.text == "d":
        following = parser.peek()
        if following is not None and following.kind in ("letter", "macro") and (following.kind == "letter" or following.text in letters.NAMES or following.text in letters.STYLES):
            return tree.Sign(first.span, "differential")
    return tree.Name(first.span, first.text)


def _word_fits(parser: Parser, run: str, length: int) -> bool:
    """A word is taken where its letters stand close together and it is not the start of a longer run of letters."""
    return length == len(run)


def _group(parser: Parser) -> tree.Node:
    opener = parser.take()
    style = _switch(parser)
    node = parser.group(opener)
    if style:
        node = styled(node, style)
    if isinstance(node, tree.Empty):
        return node
    if isinstance(node, (tree.Juxtaposed, tree.Product, tree.Sum, tree.Listed, tree.Related, tree.Given, tree.Parallel)):
        return tree.Fenced(Span(opener.span.start, parser.items[parser.place - 1].span.end), "group", node)
    return node


def _switch(parser: Parser) -> str:
    token = parser.peek()
    if token is not None and token.kind == "macro" and token.text in letters.SWITCHES:
        parser.take()
        return letters.SWITCHES[token.text]
    return ""


def styled(node: tree.Node, style: str) -> tree.Node:
    """A name in another style; letters side by side in an upright style are one word."""
    match node:
        case tree.Name():
            return tree.Name(node.span, node.text, style)
        case tree.Juxtaposed() if all(isinstance(i, (tree.Name, tree.Number)) for i in node.items) and style == "upright":
            text = "".join(i.text if isinstance(i, tree.Name) else i.digits for i in node.items if isinstance(i, (tree.Name, tree.Number)))
            return tree.Name(node.span, text, style)
        case tree.Juxtaposed():
            return tree.Juxtaposed(node.span, tuple(styled(i, style) for i in node.items))
        case tree.Scripted():
            return tree.Scripted(node.span, styled(node.base, style), node.sub, node.sup, node.primes)
        case tree.Fenced():
            return tree.Fenced(node.span, node.kind, styled(node.body, style))
    return node


def _fenced(parser: Parser, opener_text: str) -> tree.Node:
    opener = parser.take()
    closer, kind = _OPEN[opener_text]
    body = parser.inside(closer, opener)
    return tree.Fenced(Span(opener.span.start, parser.items[parser.place - 1].span.end), kind, body)


def _bars(parser: Parser) -> tree.Node:
    opener_width = parser._bar_width("norm")  # noqa: SLF001  one parser in two files
    kind, mark = ("norm", "norm") if opener_width else ("bar", "|")
    first = parser.take()
    for _ in range(max(opener_width, 1) - 1):
        parser.take()
    parser.open.append(mark)
    body = parser.deeper(parser.claims)
    parser.open.pop()
    parser.skip()
    width = parser._bar_width(mark)  # noqa: SLF001
    if not width:
        raise parser.problem("this bar is never closed", first.span)
    for _ in range(width):
        last = parser.take()
    return tree.Fenced(first.span | last.span, kind, body)


# --- macros ----------------------------------------------------------------------------------------------------------------


def _macro(parser: Parser, token: Token) -> tree.Node:
    name = token.text
    if name in letters.NAMES:
        parser.take()
        return tree.Name(token.span, letters.NAMES[name], "upright" if name in letters.WORDS else "plain")
    if name in letters.BIG:
        return _big(parser)
    if name in _FRACTIONS:
        parser.take()
        above = parser.argument()
        below = parser.argument()
        return tree.Fraction(Span(token.span.start, parser.items[parser.place - 1].span.end), above, below)
    if name in letters.STYLES:
        return _styled_macro(parser)
    if name == "left":
        return _left(parser)
    if name in _OPEN:
        return _fenced(parser, name)
    if name in ("norm", "Vert", "parallel", "mid", "vert"):
        return _bars(parser)
    if name in _LEFT_BARS:
        return _paired_bars(parser)
    if name == "sqrt":
        return _root(parser)
    if name == "begin":
        parser.take()
        return parser.environment(token)
    if name in ("underbrace", "overbrace"):
        return _braced(parser)
    if name in letters.SIGNS:
        parser.take()
        sign = letters.SIGNS[name]
        return tree.Name(token.span, "top") if sign == "top" else tree.Sign(token.span, sign)
    if name in ("cdot", "bullet"):
        parser.take()
        return tree.Sign(token.span, "bullet")
    if name in _WRAPPERS:
        parser.take()
        node = parser.argument()
        compound = (tree.Juxtaposed, tree.Product, tree.Sum, tree.Listed, tree.Related)
        return tree.Fenced(node.span, "group", node) if isinstance(node, compound) else node
    if name in ("intercal", "prime"):
        parser.take()
        return tree.Name(token.span, "top" if name == "intercal" else "prime")
    if name in _HATS:
        parser.take()
        inner = parser.argument()
        if isinstance(inner, tree.Name):
            return tree.Name(token.span | inner.span, f"{name} {inner.text}", inner.style)
        raise parser.problem(f"\\{name} goes over a single name", inner.span)
    if name in ("right", "end", "rangle", "rbrace"):
        raise parser.problem("this closes nothing that is open", token.span)
    if name in ("mathord",):
        parser.take()
        return parser.argument()
    raise unknown_macro(token, parser.source)


def _styled_macro(parser: Parser) -> tree.Node:
    token = parser.take()
    style = letters.STYLES[token.text]
    if token.text in letters.SWITCHES and not parser.at("{"):
        return tree.Words(token.span, "")
    if token.text.startswith(("text", "mbox", "hbox", "emph")) and parser.at("{"):
        return _text(parser, token, style)
    node = parser.argument()
    span = Span(token.span.start, parser.items[parser.place - 1].span.end)
    inner = styled(node, style)
    if isinstance(inner, tree.Name):
        return tree.Name(span, inner.text, style)
    return inner


def _text(parser: Parser, token: Token, style: str) -> tree.Node:
    """``\\text{…}``: a name where it holds one word that can be one, else words (with any formula in them left as words)."""
    opener = parser.take()
    start, depth = opener.span.end, 1
    end = start
    while depth:
        inner = parser.peek()
        if inner is None:
            raise parser.problem("this brace is never closed", opener.span)
        parser.take()
        if inner.kind == "mark":
            depth += (inner.text == "{") - (inner.text == "}")
        end = inner.span.start if not depth else inner.span.end
        last = inner.span
    text = parser.source.text[start:end] if token.span != opener.span else ""
    if token.span == opener.span:  # from a macro of the writer's: the name is in the tokens
        text = "".join(t.text for t in parser.items[parser.place - 40 : parser.place] if t.span == token.span and t.kind == "letter")
        text = text.removeprefix("")
    word = text.strip()
    span = token.span | last
    if word.isalpha() and (word in letters.WORDS or len(word) <= 4) and word not in ("and", "or", "so", "if", "for", "with", "by", "as", "then", "thus", "Yes", "No", "yes", "no", "is", "not", "in", "on", "the"):
        return tree.Name(span, word, "bold" if style == "bold" else "upright")
    return tree.Words(span, text)


def _left(parser: Parser) -> tree.Node:
    left = parser.take()
    delimiter = parser.take_delimiter()
    text = delimiter.text
    kind = {"(": "paren", "[": "bracket", "lbrace": "brace", "langle": "angle", "|": "bar", "vert": "bar", "lvert": "bar", "norm": "norm",
            "Vert": "norm", "lVert": "norm", ".": "group", "<": "angle", "{": "brace"}.get(text)  # fmt: skip
    if kind is None:
        raise parser.problem(f"\\left{text} opens nothing that is known", delimiter.span)
    parser.open.append("right")
    body = parser.deeper(parser.claims)
    parser.open.pop()
    parser.skip()
    token = parser.peek()
    if token is None or token.text != "right":
        raise parser.problem("this \\left has no \\right" if token is None else "this \\left is not closed by a \\right", left.span | delimiter.span)
    parser.take()
    closer = parser.take_delimiter()
    span = Span(left.span.start, closer.span.end)
    inner = body
    while isinstance(inner, tree.Fenced) and inner.kind == "group":
        inner = inner.body
    if isinstance(inner, tree.Grid) and inner.kind in ("plain", "aligned"):
        one_sided = closer.text == "." and kind == "brace"
        matrix_kind = "cases" if one_sided else kind if kind != "group" else "aligned"
        if inner.kind == "plain" or one_sided:
            return tree.Grid(span, matrix_kind, inner.rows)
    if kind == "group" and closer.text in ("|", "vert", "rvert"):
        raise parser.problem("an evaluation bar is not read", closer.span)
    return tree.Fenced(span, kind, body)


def _paired_bars(parser: Parser) -> tree.Node:
    opener = parser.take()
    closer, kind = _LEFT_BARS[opener.text]
    parser.open.append(closer)
    body = parser.deeper(parser.claims)
    parser.open.pop()
    if not parser.at(closer, "macro"):
        raise parser.problem("this bar is never closed", opener.span)
    last = parser.take()
    return tree.Fenced(opener.span | last.span, kind, body)


def _root(parser: Parser) -> tree.Node:
    token = parser.take()
    degree = None
    if parser.at("["):
        opener = parser.take()
        degree = parser.inside("]", opener)
    body = parser.argument()
    return tree.Root(Span(token.span.start, parser.items[parser.place - 1].span.end), body, degree)


def _braced(parser: Parser) -> tree.Node:
    token = parser.take()
    body = parser.argument()
    note = None
    if parser.at("_") or parser.at("^"):
        parser.take()
        note = parser.argument()
    compound = (tree.Juxtaposed, tree.Product, tree.Sum, tree.Listed, tree.Related)
    inner: tree.Node = tree.Fenced(body.span, "group", body) if isinstance(body, compound) else body
    return tree.Braced(Span(token.span.start, parser.items[parser.place - 1].span.end), inner, note)


def _big(parser: Parser) -> tree.Node:
    token = parser.take()
    op = letters.BIG[token.text]
    bare = scripted(parser, tree.Empty(Span(token.span.end, token.span.end)))
    lower, upper = (bare.sub, bare.sup) if isinstance(bare, tree.Scripted) else (None, None)
    if op != "integral":
        body = _operand(parser)
        return tree.Big(token.span | body.span, op, lower, upper, body)
    parser.integrals += 1
    body = parser.deeper(parser.summed) if _signs_before_differential(parser) else _operand(parser)
    parser.integrals -= 1
    return tree.Big(token.span | body.span, op, lower, upper, body)


def _operand(parser: Parser) -> tree.Node:
    """What a large operator acts on: factors up to the next sign; a sign right behind it belongs to it."""
    parser.skip()
    if parser.at("-") or parser.at("+"):
        sign = parser.take()
        body = parser.deeper(parser.multiplied)
        return tree.Sum(sign.span | body.span, (sign.text,), (body,))
    return parser.deeper(parser.multiplied)


def _signs_before_differential(parser: Parser) -> bool:
    """Whether an integrand is a sum: a + or - stands before its dz, outside all brackets."""
    depth, signs, k = 0, False, 0
    while (token := parser.peek(k)) is not None:
        k += 1
        if token.kind == "macro" and token.text in ("left", "lbrace", "langle"):
            depth += token.text != "left"
        if token.kind == "mark" and token.text in "([{":
            depth += 1
        elif token.kind == "mark" and token.text in ")]}":
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and token.kind == "mark" and token.text in "+-":
            signs = True
        elif depth == 0 and (token.kind == "row" or (token.kind == "mark" and token.text in "=,&;")):
            return False
        elif depth == 0 and token.kind == "letter" and token.text == "d":
            following = parser.peek(k)
            if following is not None and (following.kind == "letter" or following.text in letters.NAMES or following.text in letters.STYLES):
                return signs
        elif depth == 0 and token.kind == "macro" and token.text in letters.BIG and letters.BIG[token.text] == "integral" and signs:
            return False
    return False
