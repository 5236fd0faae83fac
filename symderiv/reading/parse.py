r"""Tokens → tree: recursive descent, linear in the length of the formula.

Binding, from tight to loose: scripts; juxtaposition (kept flat); written operators; the reach of ``\sum`` and ``\int``; ``+ -``; then on
claims ``|``, ``||``, relations, ``,``, ``;``, wide space; inside brackets instead relations, ``,``, ``;``, space, ``|``, ``||``, so that
``p(x, y | z)`` and ``KL(q(z) || p(z | x))`` come out as they are meant. What cannot be read raises an `AnswerProblem` with its place.
"""

from __future__ import annotations

import re

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading import tree
from symderiv.reading.atoms import UNCLOSED, rows
from symderiv.reading.characters import looks
from symderiv.reading.cursor import Cursor
from symderiv.reading.folds import folded
from symderiv.reading.macros import Macros, definitions, expand
from symderiv.reading.passes import STARTING, prepared
from symderiv.reading.scripts import item, scripts
from symderiv.reading.tokens import Token, tokenize
from symderiv.reading.tree import Node


class NoFormula(AnswerProblem):
    """Nothing stands there but space, and what ends a proof."""


_GROUPS = ("lbrace", "brace")
_NEXT_TERM = ("plus", *_GROUPS)
#: Names after which a bar opens: nothing stands between them and what they take.
_PREFIXES = frozenset(
    [
        "log",
        "ln",
        "Log",
        "exp",
        "det",
        "Det",
        "tr",
        "Tr",
        "trace",
        "Trace",
        "diag",
        "abs",
        "max",
        "min",
        "sup",
        "inf",
        "lim",
        "partial",
        "nabla",
    ]
)


def parse(source: Source, macros: Macros | None = None, span: Span | None = None) -> Node:
    r"""The tree of the formula in ``source``, or in a part of it.

    >>> parse(Source(r"\mu + 1")).signs
    ('+', '+')
    """
    span = Span(0, len(source.text)) if span is None else span
    return Parser(source, tokens_of(source, macros, span), span).formula()


def tokens_of(source: Source, macros: Macros | None, span: Span) -> list[Token]:
    """The tokens of a formula, its own definitions and the given macros expanded."""
    known = dict(macros or {})
    if _DEFINING.search(source.text, span.start, span.end):
        tokens: list[Token] = []
        start = span.start
        for name, macro, where in definitions(source.text, span.start, span.end):
            tokens += tokenize(source, Span(start, where.start), known)
            known[name], start = macro, where.end
        tokens += tokenize(source, Span(start, span.end), known)
    else:
        tokens = tokenize(source, span, known)
    return expand(source, tokens, known) if known else tokens


class Parser(Cursor):
    """The grammar above single things; these are in `atoms`."""

    def __init__(self, source: Source, tokens: list[Token], span: Span) -> None:
        ready = prepared(source, tokens)
        super().__init__(
            source, ready, Token("eof", "", span.end, span.end), plain=source.text.find("\\", span.start, span.end) < 0
        )
        self.whole = span

    def formula(self) -> Node:
        """The whole text: one claim or several, or rows where it has row ends or ``&`` of its own."""
        found = rows(self)
        token = self.token
        if token.kind != "eof":
            kind = UNCLOSED if token.kind in ("close", "rbrace", "right", "end") else "unreadable"
            message = looks(token.text) if token.kind == "odd" else _STRAY.get(token.kind, "this cannot stand here")
            raise self.problem(message, token, kind=kind)
        node = found[0][0] if len(found) == 1 and len(found[0]) == 1 else None
        if not found or isinstance(node, tree.Empty):
            raise NoFormula("there is no formula here", self.whole, self.source)
        return node if node is not None else tree.Grid(self.over([cell for row in found for cell in row]), "aligned", found)

    def scripts(self) -> tuple[Node | None, Node | None, int, int]:
        """Subscript, superscript, primes, and where they end."""
        return scripts(self)

    # --- separators -------------------------------------------------------------------------------------------------------

    def level(self, *, inside: bool) -> Node:
        """Everything up to what closes this level. Empty where nothing stands."""
        nodes: list[Node | None] = [None]
        marks: list[Token] = []
        opened = 0  # brackets in words that no word closed yet
        while True:
            token = self.token
            kind = token.kind
            if kind == "words":
                self.step()
                if nodes[-1] is not None:
                    marks.append(Token("space", "", token.start, token.start))
                    nodes.append(None)
                nodes[-1] = tree.Words(token.span, token.text)
                opened += token.text.count("(") - token.text.count(")")
            elif opened > 0 and kind == "close" and token.text == "paren":  # \text{(since } a = b)
                self.step()
                opened -= 1
            elif self.starts(first=nodes[-1] is None) or kind == "plus":
                if nodes[-1] is not None:
                    marks.append(Token("space", "", token.start, token.start))
                    nodes.append(None)
                nodes[-1] = self.sum()
            elif kind == "over":
                if marks or nodes[0] is None:
                    raise self.problem(r"nothing that \over could divide stands before it", token)
                self.step()
                self.deeper()
                below = self.level(inside=inside)
                self.depth -= 1
                return tree.Fraction(nodes[0].span | below.span, nodes[0], below)
            elif kind == "stop" and not inside:
                self.step()
                if self.token.kind not in _LEVEL_ENDS:
                    raise self.problem("a full stop in the middle of a formula", token)
            elif (mark := self.mark(token)) is not None:
                if nodes[-1] is None and marks and marks[-1].kind == "rel" and mark.kind in ("comma", "semi"):
                    raise self.problem("nothing stands after this relation", marks[-1])
                marks.append(mark)
                nodes.append(None)
            else:
                break
        if not marks and nodes[0] is not None:
            return nodes[0]
        return folded(self, nodes, marks, inside=inside)

    def mark(self, token: Token) -> Token | None:
        """The separator that stands here, which is passed over; None where none does. A bar that closes is none."""
        kind = token.kind
        if kind in ("rel", "comma", "semi"):
            self.step()
            return token
        if kind in ("wide", "and"):
            self.step()
            return token._replace(kind="space")
        if kind == "mid":
            self.step()
            if self.token.kind == "mid":
                self.step()
                return token._replace(kind="dbar")
            return token._replace(kind="bar")
        if kind == "bar" and self.bar != "bar":
            if self.bar == "norm" and self.ahead(1).kind == "bar":
                return None
            self.step()
            if self.token.kind == "bar":
                self.step()
                return token._replace(kind="dbar")
            return token
        if kind == "dbar" and self.bar != "norm":
            self.step()
            if self.token.kind == "bar" and self.token.start == token.end:  # \||
                self.step()
            return token
        return None

    # --- sums and products ------------------------------------------------------------------------------------------------

    def sum(self) -> Node:
        """Terms with their signs; a single term without a sign is that term."""
        start = self.token.start
        signs: list[str] = []
        terms: list[Node] = []
        if self.token.kind != "plus":
            first = self.product()
            if self.token.kind not in _NEXT_TERM:
                return first
            if not isinstance(first, tree.Empty):  # {} - x: the braces set the sign
                signs.append("+")
                terms.append(first)
        while self.token.kind == "plus" or (self.token.kind in _GROUPS and self.signed_group()):
            if self.token.kind != "plus":
                signs.append("+")
                terms.append(self.product())
                continue
            sign = self.step()
            signs.append(sign.text)
            terms.append(self.signed("nothing stands after this sign", sign))
        span = self.over(terms)
        return tree.Sum(Span(min(start, span.start), span.end), tuple(signs), tuple(terms))

    def signed(self, missing: str, before: Token) -> Node:
        """A product, with a sign of its own if it is written with one: ``- -x``, ``a \\cdot -b``."""
        token = self.token
        if token.kind == "plus":
            sign = self.step()
            self.deeper()
            term = self.signed("nothing stands after this sign", sign)
            self.depth -= 1
            return tree.Sum(token.span | term.span, (token.text,), (term,))
        if not self.starts(first=True):
            raise self.problem(missing, before)
        return self.product()

    def product(self) -> Node:
        """Rows of juxtaposed things with written operators between them."""
        first = self.row()
        if self.token.kind != "op":
            return first
        items, ops = [first], []
        while self.token.kind == "op" and not (self.in_product and self.before_product(1)):
            op = self.step()
            ops.append(op.text)
            if self.token.kind == "plus":
                items.append(self.signed("", op))
                break
            if not self.starts(first=True):
                raise self.problem("nothing stands after this operator", op)
            items.append(self.row())
        return tree.Product(self.over(items), tuple(ops), tuple(items)) if ops else first

    def row(self) -> Node:
        """Things side by side."""
        items: list[Node] = []
        differentials = self.ready.differentials
        while True:
            token = self.token
            if token.kind in STARTING:
                if self.at in differentials:
                    break
            elif not self.starts(first=not items or _takes(items[-1])):
                break
            if token.kind in _GROUPS and items and self.signed_group() and not _may_take(items[-1]):
                break
            if token.kind == "big":
                if items and self.in_product and token.text == "product":
                    break
                items.append(self.big())
                continue
            thing = item(self)
            if not (isinstance(thing, tree.Empty) and (items or self.starts(first=True))):
                items.append(thing)
        if len(items) == 1:
            return items[0]
        if not items:
            return tree.Empty(Span(self.token.start, self.token.start))
        return tree.Juxtaposed(self.over(items), tuple(items))

    def signed_group(self) -> bool:
        r"""Whether a group stands here that starts with a sign, as in ``a {- b}`` and ``\underbrace{a}\underbrace{- b}``: it is printed as one more term."""
        opening = self.token if self.token.kind == "lbrace" else self.ahead(1)
        return opening.kind == "lbrace" and self.ahead(1 if opening is self.token else 2).kind == "plus"

    def starts(self, *, first: bool) -> bool:
        """Whether an operand starts here; ``first`` where nothing stands before it that a bar could close or condition."""
        token = self.token
        kind = token.kind
        if kind in STARTING:
            return self.at not in self.ready.differentials
        if kind in ("bar", "dbar"):
            return first or (self.bar != _FENCE_OF[kind] and self.at in self.ready.openers)
        if first and (kind == "stop" or (kind == "op" and token.text == "cdot")):
            return self.ahead(1).kind in _AFTER_BULLET
        return False

    def before_product(self, by: int) -> bool:
        """Whether a product sign stands some tokens ahead."""
        token = self.ahead(by)
        return token.kind == "big" and token.text == "product"

    # --- large operators --------------------------------------------------------------------------------------------------

    def big(self) -> Node:
        """A large operator with its bounds and its body."""
        self.deeper()
        index, token = self.at, self.step()
        lower, upper, _, end = self.scripts()
        head = Span(token.start, max(token.end, end))
        if token.text == "integral":
            body = self.integral(index, token)
        else:
            self.in_product, before = token.text == "product", self.in_product
            body = self.signed(f"a {token.text} of what?", token)
            self.in_product = before
        self.depth -= 1
        return tree.Big(head | body.span, token.text, lower, upper, body)

    def integral(self, index: int, token: Token) -> Node:
        """The integrand and its differentials; without one the body is a product like a sum's."""
        last = self.ready.integrals.get(index)
        if last is None:
            return self.signed("an integral of what?", token)
        items: list[Node] = []
        if self.at not in self.ready.differentials:
            items = _flat(self.integrand(last, token))
        leading = not items
        while self.at <= last:
            if self.at in self.ready.differentials:
                d = self.step()
                items += [tree.Sign(d.span, "differential"), item(self)]
            elif self.starts(first=False):
                items += _flat(self.product())
            else:
                raise self.problem("this cannot stand before the end of an integral", self.token)
        if leading and self.starts(first=False):
            items += _flat(self.product())
        return tree.Juxtaposed(self.over(items), tuple(items))

    def integrand(self, last: int, token: Token) -> Node:
        """All terms up to the differential that is still to come."""
        start, first = self.token, self.signed("an integral of what?", token)
        if self.token.kind != "plus" or self.at >= last:
            return first
        signs, terms = ["+"], [first]
        if start.kind == "plus" and isinstance(first, tree.Sum):
            signs, terms = list(first.signs), list(first.terms)
        while self.token.kind == "plus" and self.at < last:
            sign = self.step()
            signs.append(sign.text)
            terms.append(self.signed("nothing stands after this sign", sign))
        return tree.Sum(self.over(terms) | start.span, tuple(signs), tuple(terms))


def _may_take(node: Node) -> bool:
    """Whether a group behind this may be its argument: ``\\exp{-x}``."""
    name = node.base if isinstance(node, tree.Scripted) else node
    return _takes(node) or (isinstance(name, tree.Name) and (name.style == "upright" or name.text in _PREFIXES))


def _flat(node: Node) -> list[Node]:
    return list(node.items) if isinstance(node, tree.Juxtaposed) else [node]


def _takes(node: Node) -> bool:
    """Whether a bar behind this opens: ``\\log |x|``, ``\\det |A|``."""
    while isinstance(node, tree.Scripted):
        node = node.base
    return (isinstance(node, tree.Name) and node.text in _PREFIXES and node.style == "upright") or (
        isinstance(node, tree.Sign) and node.name in _PREFIXES
    )


_DEFINING = re.compile(r"\\(?:(?:new|renew|provide)command|def|let|Declare)")
_FENCE_OF = {"bar": "bar", "dbar": "norm"}
_AFTER_BULLET = frozenset(["bar", "dbar", "mid", "close", "right", "comma", "semi", "rbrace"])
_LEVEL_ENDS = frozenset(["eof", "row", "amp", "end", "rbrace", "wide", "and", "words", "semi", "comma"])
_STRAY = {
    "close": "this bracket was never opened",
    "rbrace": "this brace was never opened",
    "right": r"this \right has no \left",
    "end": r"this \end has no \begin",
    "op": "nothing stands before this operator",
}
