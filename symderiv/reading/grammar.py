r"""From tokens to the tree of `tree`: recursive descent, linear in the length, bounded in depth.

Loosest first: ``||`` and ``|`` inside brackets, ``;``, ``,``, relations, sums, products with written operators, juxtaposition, scripts. A bar in prefix position
opens, in infix position it closes if one is open in this bracket, else it is a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading import letters, tree
from symderiv.reading.environments import environment
from symderiv.reading.lexer import Macro, Token, macros_from, tokens, unknown_macro

#: Levels of brackets, fractions and scripts inside each other.
DEEPEST = 120
#: Digits of one number.
LONGEST_NUMBER = 400

_CLOSERS = {")": "(", "]": "[", "rbrace": "lbrace", "rangle": "langle"}
_OPENERS = {"(": ")", "[": "]", "lbrace": "rbrace", "langle": "rangle"}
_KINDS = {"(": "paren", "[": "bracket", "lbrace": "brace", "langle": "angle"}
_PLAIN_OPERATORS = {"*": "ast", "/": "slash"}
_PLAIN_RELATIONS = {"=": "=", "<": "<", ">": ">", ":": ":"}
_WORDS_OF_MEANING = {"and", "so", "hence", "thus", "therefore", "where", "with", "for", "if", "or", "then", "since", "by", "as", "because"}


def parse(source: Source, span: Span | None = None, macros: Mapping[str, Macro] | Mapping[str, str] | None = None) -> tree.Node:
    """The tree of a formula (of the whole text, or of a part of it). Raises `AnswerProblem` with the place and what was expected."""
    known: dict[str, Macro] = {}
    for name, m in (macros or {}).items():
        known |= {name: m} if isinstance(m, Macro) else macros_from({name: m})
    return Parser(source, tokens(source, span, known), span or Span(0, len(source.text))).whole()


class Parser:
    """One pass over the tokens of a formula."""

    def __init__(self, source: Source, items: list[Token], span: Span) -> None:
        self.source, self.items, self.span = source, items, span
        self.place, self.depth = 0, 0
        #: What is open around here, innermost last: closers, ``|``, ``norm``, ``}`` and ``cell``.
        self.open: list[str] = []
        self.integrals = 0

    # --- tokens -----------------------------------------------------------------------------------------------------------

    def problem(self, message: str, span: Span | None = None, hint: str = "") -> AnswerProblem:
        """A problem at a span, or at the next token."""
        if span is None:
            span = self.items[self.place].span if self.place < len(self.items) else Span(self.span.end, self.span.end)
        return AnswerProblem(message, span, self.source, hint)

    def peek(self, ahead: int = 0) -> Token | None:
        """A token that is not yet taken."""
        k = self.place + ahead
        return self.items[k] if k < len(self.items) else None

    def take(self) -> Token:
        """The next token."""
        token = self.items[self.place]
        self.place += 1
        return token

    def at(self, text: str, kind: str = "mark") -> bool:
        """Whether the next token is this one."""
        token = self.peek()
        return token is not None and token.kind == kind and token.text == text

    def skip(self) -> bool:
        """Drop what says nothing: sizes, spacing, labels. True where something was dropped."""
        dropped = False
        while (token := self.peek()) is not None and token.kind == "macro":
            if token.text in letters.DROPPED:
                self.take()
                while self.at("["):
                    self._balanced("[", "]")
                if self.at("{"):
                    self._balanced("{", "}")
            elif token.text in letters.IGNORED and token.text not in ("left", "right", "middle", *letters.SPACES):
                self.take()
            else:
                break
            dropped = True
        return dropped

    def _balanced(self, opener: str, closer: str) -> None:
        first, depth = self.peek(), 0
        while (token := self.peek()) is not None:
            self.take()
            if token.kind == "mark":
                depth += (token.text == opener) - (token.text == closer)
                if not depth:
                    return
        raise self.problem("this brace is never closed", first.span if first else None)

    # --- levels -----------------------------------------------------------------------------------------------------------

    def whole(self) -> tree.Node:
        """The whole formula."""
        node = self.claims()
        self.skip()
        if self.place < len(self.items):
            token = self.items[self.place]
            if token.text in ("}", ")", "]", "rbrace", "right"):
                raise self.problem("this closes nothing that is open", token.span)
            if token.kind == "row" or token.text == "&":
                return self._rows_without_environment(node)
            raise self.problem("something else was expected here", token.span)
        return node

    def _rows_without_environment(self, first: tree.Node) -> tree.Node:
        """Rows and cells that were copied without their environment."""
        rows = [[first]]
        while (token := self.peek()) is not None and (token.kind == "row" or self.at("&")):
            self.take()
            if token.kind == "row":
                rows.append([])
            rows[-1].append(self.claims())
            self.skip_spaces()
        if self.peek() is not None:
            raise self.problem("something else was expected here")
        return tree.Grid(self.span, "aligned", tuple(map(tuple, rows)))

    def deeper(self, f: Callable[[], tree.Node]) -> tree.Node:
        """One level down."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.problem(f"more than {DEEPEST} levels inside each other are not read")
        node = f()
        self.depth -= 1
        return node

    def claims(self) -> tree.Node:
        """Everything up to what closes this level: conditions, lists, relations."""
        return self._joined(self._conditioned, "norm", tree.Parallel)

    def _conditioned(self) -> tree.Node:
        return self._joined(self._listed, "|", tree.Given)

    def _joined(self, inner: Callable[[], tree.Node], bar: str, make: type[tree.Given] | type[tree.Parallel]) -> tree.Node:
        node = inner()
        while self._infix_bar(bar):
            right = inner()
            node = make(node.span | right.span, node, right)
        return node

    def _infix_bar(self, wanted: str) -> bool:
        """Take a bar in infix position that conditions or separates; only inside brackets, groups and subscripts."""
        self.skip()
        width = self._bar_width(wanted)
        if wanted == "|" and self._bar_width("norm"):
            return False
        if not width or (self.open and self.open[-1] in ("|", "norm")) or (not self.open and wanted == "|"):
            return False
        for _ in range(width):
            self.take()
        return True

    def _bar_width(self, wanted: str) -> int:
        """How many tokens a bar of this kind takes here: 0 where there is none."""
        token, following = self.peek(), self.peek(1)
        if token is None:
            return 0
        if wanted == "norm":
            if token.kind == "macro" and token.text in ("norm", "Vert", "parallel", "lVert", "rVert"):
                return 1
            k = 1
            while following is not None and following.kind == "macro" and following.text in letters.IGNORED and following.text not in ("left", "right"):
                k += 1
                following = self.peek(k)
            return k + 1 if _single_bar(token) and following is not None and _single_bar(following) else 0
        if token.kind == "macro" and token.text == "middle" and following is not None and _single_bar(following):
            return 2
        return 1 if _single_bar(token) else 0

    def _listed(self) -> tree.Node:
        return self._separated(self._commas, ";")

    def _commas(self) -> tree.Node:
        return self._separated(self._spaced, ",")

    def _separated(self, inner: Callable[[], tree.Node], mark: str) -> tree.Node:
        items = [inner()]
        while self.at(mark):
            comma = self.take()
            self.skip_spaces()
            if self._ends():
                break
            items.append(inner())
            if isinstance(items[-1], tree.Empty) and comma.text == mark and self.at(mark):
                continue
        items = [i for i in items if not isinstance(i, tree.Empty)] or items[:1]
        if len(items) == 1:
            return items[0]
        return tree.Listed(items[0].span | items[-1].span, mark, tuple(items))

    def skip_spaces(self) -> None:
        """Drop wide spaces too."""
        while self.skip() or ((token := self.peek()) is not None and token.kind == "macro" and token.text in letters.SPACES and self.take() is not None):
            pass

    def _ends(self) -> bool:
        self.skip()
        token = self.peek()
        return token is None or token.kind == "row" or token.text in ("}", ")", "]", "rbrace", "rangle", "&", "right") or (token.kind == "macro" and token.text == "end")

    def _spaced(self) -> tree.Node:
        """Claims with a wide space or a joining word between them."""
        items = [self.related()]
        while (token := self.peek()) is not None and (token.kind, token.text) in (("macro", "quad"), ("macro", "qquad"), ("words", "words")):
            if token.kind == "words":
                self.take()
            self.skip_spaces()
            if self._ends() or self.at(",") or self.at(";"):
                break
            items.append(self.related())
        items = [i for i in items if not isinstance(i, tree.Empty)] or items[:1]
        if len(items) == 1:
            return items[0]
        return tree.Listed(items[0].span | items[-1].span, "space", tuple(items))

    def related(self) -> tree.Node:
        """``a = b = c``; sides may be missing at either end."""
        sides: list[tree.Node] = [self._side()]
        relations: list[str] = []
        while (relation := self._relation()) is not None:
            relations.append(relation)
            sides.append(self._side())
        if not relations:
            return sides[0]
        return tree.Related(sides[0].span | sides[-1].span, tuple(relations), tuple(sides))

    def _relation(self) -> str | None:
        self.skip()
        token = self.peek()
        if token is None:
            return None
        if token.kind == "mark" and token.text in _PLAIN_RELATIONS:
            self.take()
            following = self.peek()
            if token.text == ":" and following is not None and following.text == "=":
                self.take()
                return ":="
            if token.text in "<>" and following is not None and following.text == "=" and following.span.start == token.span.end:
                self.take()
                return token.text + "="
            if token.text == "=" and following is not None and following.text == ">" and following.span.start == token.span.end:
                self.take()
                return "implies"
            return _PLAIN_RELATIONS[token.text]
        if token.kind == "macro" and token.text in letters.RELATIONS:
            self.take()
            return letters.RELATIONS[token.text]
        if token.kind == "macro" and token.text == "not":
            self.take()
            inner = self._relation()
            return "!=" if inner == "=" else f"not {inner}"
        if token.kind == "macro" and token.text in ("overset", "stackrel", "underset"):
            return self._decorated()
        return None

    def _decorated(self) -> str | None:
        """``\\overset{…}{=}``: the relation without what stands over it."""
        mark = self.place
        self.take()
        if self.at("{"):
            self._balanced("{", "}")
        else:
            self.take()
        braced = self.at("{")
        if braced:
            self.take()
        relation = self._relation()
        if relation is None:
            self.place = mark
            return None
        if braced and self.at("}"):
            self.take()
        return relation

    def _side(self) -> tree.Node:
        self.skip()
        token = self.peek()
        here = token.span.start if token is not None else self.span.end
        if token is None or self._ends() or self._stops(token):
            return tree.Empty(Span(here, here))
        return self.summed()

    def _stops(self, token: Token) -> bool:
        if token.kind == "mark":
            return token.text in "=<>:;,&"
        return token.kind == "macro" and (token.text in letters.RELATIONS or token.text in letters.SPACES or token.text in ("overset", "stackrel", "not"))

    def summed(self) -> tree.Node:
        """Terms with their signs."""
        signs: list[str] = []
        terms: list[tree.Node] = []
        start = None
        while True:
            self.skip()
            token = self.peek()
            if token is not None and (token.kind, token.text) in (("mark", "+"), ("mark", "-"), ("macro", "pm"), ("macro", "mp")):
                self.take()
                start = start if start is not None else token.span
                sign = token.text if token.kind == "mark" else "+-"
                if len(signs) > len(terms):
                    signs[-1] = "-" if (signs[-1] == "-") != (sign == "-") else "+"
                else:
                    signs.append(sign)
                continue
            if terms and len(signs) == len(terms):
                break
            if not terms and not signs:
                signs.append("")
            term = self.multiplied()
            if isinstance(term, tree.Empty):
                raise self.problem("a term is missing behind this sign", start or term.span)
            terms.append(term)
        if len(terms) == 1 and signs[0] == "":
            return terms[0]
        span = (start or terms[0].span) if signs[0] else terms[0].span
        return tree.Sum(span | terms[-1].span, tuple(s or "+" for s in signs), tuple(terms))

    def multiplied(self) -> tree.Node:
        """Factors with written operators."""
        items = [self.juxtaposed()]
        ops: list[str] = []
        while (op := self._operator()) is not None:
            if isinstance(items[-1], tree.Empty):
                raise self.problem("a factor is missing before this operator", self.items[self.place - 1].span)
            ops.append(op)
            self.skip()
            if self.at("-") or self.at("+"):
                sign = self.take()
                factor = self.juxtaposed()
                items.append(tree.Sum(sign.span | factor.span, (sign.text,), (factor,)))
            else:
                items.append(self.juxtaposed())
            if isinstance(items[-1], tree.Empty):
                raise self.problem("a factor is missing behind this operator", self.items[self.place - 1].span)
        if not ops:
            return items[0]
        return tree.Product(items[0].span | items[-1].span, tuple(ops), tuple(items))

    def _operator(self) -> str | None:
        self.skip()
        token = self.peek()
        if token is None:
            return None
        table = _PLAIN_OPERATORS if token.kind == "mark" else letters.OPERATORS if token.kind == "macro" else {}
        op = table.get(token.text)
        following = self.peek(1)
        if op == "cdot" and (following is None or following.text in (")", "]", ",", "|", "mid")):
            return None  # a placeholder, as in p(·|x)
        if op is not None:
            self.take()
        return op

    def juxtaposed(self) -> tree.Node:
        """Things side by side."""
        from symderiv.reading.atoms import atom

        items: list[tree.Node] = []
        while True:
            self.skip()
            token = self.peek()
            if token is None or self._ends() or self._stops(token):
                break
            if self._bar_stops(items):
                break
            if token.kind == "mark" and (token.text in "+-" or (items and token.text in _PLAIN_OPERATORS)):
                break
            if token.kind == "macro" and (token.text in ("pm", "mp") or (items and token.text in letters.OPERATORS)):
                break
            if token.kind == "mark" and token.text == "." and not items:
                self.take()
                items.append(tree.Sign(token.span, "bullet"))
                continue
            if token.kind == "mark" and token.text in ".!?":
                self.take()  # the full stop of a sentence
                continue
            if token.kind == "macro" and token.text in letters.OPERATORS and letters.OPERATORS[token.text] != "cdot":
                break
            node = atom(self)
            if isinstance(node, tree.Words) and node.text.strip(" .,;") in _WORDS_OF_MEANING:
                if not items:
                    self.skip_spaces()
                    continue
                self.items.insert(self.place, Token("words", "words", node.span))
                break
            items.append(node)
        if not items:
            here = self.peek()
            place = here.span.start if here is not None else self.span.end
            return tree.Empty(Span(place, place))
        return items[0] if len(items) == 1 else tree.Juxtaposed(items[0].span | items[-1].span, tuple(items))

    def _bar_stops(self, items: list[tree.Node]) -> bool:
        """Whether a bar here closes one that is open, or conditions: then the juxtaposition ends."""
        norm = self._bar_width("norm")
        if norm and not (norm > 1 and self.open and self.open[-1] == "|"):
            if self.open and self.open[-1] == "norm":
                return True
            return bool(items) and bool(self.open) and not _wants_argument(items[-1])
        if self._bar_width("|"):
            if self.open and self.open[-1] == "|":
                return bool(items) and not _wants_argument(items[-1])
            token = self.peek()
            conditions = token is not None and token.kind == "macro" and token.text in ("mid", "middle")
            return bool(items) and bool(self.open) and (conditions or not _wants_argument(items[-1]))
        return False

    # --- used by atoms ----------------------------------------------------------------------------------------------------

    def inside(self, closer: str, opener: Token) -> tree.Node:
        """What stands up to a closing token, which is taken."""
        self.open.append(closer)
        node = self.deeper(self.claims)
        self.open.pop()
        self.skip()
        token = self.peek()
        if token is not None and token.kind == "macro" and token.text == "right":
            self.take()
            self.take_delimiter()
            return node
        if token is None or token.text != closer:
            raise self.problem("this bracket is never closed", opener.span)
        self.take()
        return node

    def take_delimiter(self) -> Token:
        """The delimiter behind ``\\left`` or ``\\right``."""
        token = self.peek()
        if token is None:
            raise self.problem("a delimiter is missing here")
        return self.take()

    def argument(self) -> tree.Node:
        """The argument of a macro or a script: a group's inside, or one token."""
        from symderiv.reading.atoms import atom

        self.skip_spaces()
        token = self.peek()
        if token is None:
            raise self.problem("something is missing behind this")
        if token.kind == "mark" and token.text == "{":
            self.take()
            signs = self._signs_alone()
            return signs if signs is not None else self.group(token)
        if token.kind == "number" and len(token.text) > 1:  # \frac12
            self.items[self.place] = Token("number", token.text[1:], Span(token.span.start + 1, token.span.end))
            return tree.Number(Span(token.span.start, token.span.start + 1), token.text[0])
        if token.kind == "mark" and token.text in "+-*=<>":
            self.take()
            return tree.Sign(token.span, {"*": "star", "+": "plus", "-": "minus"}.get(token.text, token.text))
        return self.deeper(lambda: atom(self, scripts=False))

    def _signs_alone(self) -> tree.Node | None:
        """A group of nothing but signs, as in ``S_{++}``."""
        k = 0
        while (token := self.peek(k)) is not None and token.kind == "mark" and token.text in "+-*":
            k += 1
        token = self.peek(k)
        if not k or token is None or token.text != "}":
            return None
        taken = [self.take() for _ in range(k + 1)][:-1]
        return tree.Sign(taken[0].span | taken[-1].span, "".join(t.text for t in taken))

    def group(self, opener: Token) -> tree.Node:
        """A brace group's inside; its closing brace is taken."""
        self.open.append("}")
        node = self.deeper(self.claims)
        self.open.pop()
        self.skip_spaces()
        if not self.at("}"):
            raise self.problem("this brace is never closed", opener.span)
        self.take()
        return node

    def environment(self, opener: Token) -> tree.Node:
        """``\\begin{…} … \\end{…}``."""
        return self.deeper(lambda: environment(self, opener))


def _single_bar(token: Token) -> bool:
    return (token.kind == "mark" and token.text == "|") or (token.kind == "macro" and token.text in ("mid", "vert", "lvert", "rvert"))


def _wants_argument(node: tree.Node) -> bool:
    """``\\log|…|``: a bar behind an operator opens."""
    while isinstance(node, tree.Scripted):
        node = node.base
    return isinstance(node, tree.Name) and node.text in ("log", "ln", "det", "exp", "abs", "tr", "Tr")
