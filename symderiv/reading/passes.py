r"""What the tokens of a formula say about each other before the grammar is asked: passes in linear time.

``\overset{…}{=}`` is its relation, ``\boxed{…}`` its content; rows broken inside a bracket, behind an operator or at ``\right. … \left.``
are joined; a wide space separates claims only between relations; a bar between operands opens where the next one can only close;
``d`` is a differential where an integral waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source
from symderiv.reading.characters import ENVIRONMENTS
from symderiv.reading.tokens import Token

OPENING = frozenset(("open", "lbrace", "left", "begin"))
CLOSING = frozenset(("close", "rbrace", "right", "end"))
#: What can end an operand, and what can begin one.
ENDING = frozenset(("name", "number", "sign", "close", "rbrace", "right", "end", "prime", "words"))
STARTING = frozenset(
    ["name", "number", "sign", "open", "left", "lbrace", "frac", "binom", "sqrt", "big", "style", "switch", "accent", "begin", "brace", "stack", "wrapped", "sub", "sup"]
)  # fmt: skip
_OPERANDS = STARTING - {"sub", "sup"}
_BARS = ("bar", "dbar")
#: Bars that come in pairs on one level, at most.
_MOST_PAIRED = 16
_SEPARATING = ("amp", "row", "rel", "comma", "semi", "wide")
_ALIGNED = frozenset(("aligned", "wrap", "cases", "array"))


@dataclass(slots=True)
class Prepared:
    """Tokens with what the passes found: indices of bars that open between operands, of differentials, and of integrals with the index of their last one."""

    tokens: list[Token]
    openers: set[int] = field(default_factory=set)
    differentials: set[int] = field(default_factory=set)
    integrals: dict[int, int] = field(default_factory=dict)


def prepared(source: Source, tokens: list[Token]) -> Prepared:
    """All passes, each only where its tokens occur."""
    kinds = {t.kind for t in tokens}
    if kinds & {"stack", "wrapped", "not", "brace"}:
        tokens = settled(source, tokens)
    if kinds & {"row", "amp"}:
        tokens = _left_open(_joined(tokens))
    if "wide" in kinds:
        tokens = _separated(tokens)
    if kinds & {"style", "switch"} and any(t.kind == "big" and t.text == "integral" for t in tokens):
        tokens = list(_upright_differentials(tokens))
    found = Prepared(tokens)
    for kind in _BARS:
        if kind in kinds:
            found.openers |= _opening_bars(tokens, kind)
            found.openers |= _paired_bars(tokens, kind)
    if "big" in kinds:
        _match_differentials(found)
    return found


# --- macros around a sign ---------------------------------------------------------------------------------------------


def settled(source: Source, tokens: Sequence[Token]) -> list[Token]:
    r"""Tokens in which ``\overset{…}{=}``, ``\not=`` and ``\boxed{…}`` are what they stand for."""
    partner = _partners(tokens)
    gone: set[int] = set()
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if at in gone:
            pass
        elif token.kind == "wrapped":
            if at + 1 in partner:
                gone |= {at + 1, partner[at + 1]}
        elif token.kind == "not":
            following = tokens[at + 1] if at + 1 < len(tokens) else token
            if following.text not in ("=", "in"):
                raise AnswerProblem(r"\not is read before = and \in only", token.span, source)
            at += 1
            out.append(Token("rel", "!=" if following.text == "=" else "notin", token.start, following.end))
        elif token.kind == "brace" and (braced := _braced_relation(tokens, partner, at)) is not None:
            at, text = braced
            out.append(Token("rel", text, token.start, max(token.end, tokens[at].end)))
        elif token.kind == "stack" and (base := _stacked_relation(tokens, partner, at)) is not None:
            at, text = base
            out.append(Token("rel", text, token.start, max(token.end, tokens[at].end)))
        else:
            out.append(token)
        at += 1
    return out


def _partners(tokens: Sequence[Token]) -> dict[int, int]:
    """The index of the closing brace of each brace that is closed."""
    partner, opened = {}, []
    for k, token in enumerate(tokens):
        if token.kind == "lbrace":
            opened.append(k)
        elif token.kind == "rbrace" and opened:
            partner[opened.pop()] = k
    return partner


def _stacked_relation(tokens: Sequence[Token], partner: dict[int, int], at: int) -> tuple[int, str] | None:
    r"""The relation that ``\overset{note}{relation}`` is: the index of its last token, and its text."""
    base = partner.get(at + 1, at + 1) + 1
    last = partner.get(base, base)
    inside = [t for t in tokens[base : last + 1] if t.kind not in ("lbrace", "rbrace")]
    return (last, inside[0].text) if len(inside) == 1 and inside[0].kind == "rel" else None


def _braced_relation(tokens: Sequence[Token], partner: dict[int, int], at: int) -> tuple[int, str] | None:
    r"""The relation of ``\underbrace{\geq}_{note}``: the index of the last token of its note, and its text."""
    last = partner.get(at + 1, at + 1)  # braces around nothing but a sign are gone
    inside = [t for t in tokens[at + 1 : last + 1] if t.kind not in ("lbrace", "rbrace")]
    if len(inside) != 1 or inside[0].kind != "rel":
        return None
    if last + 2 < len(tokens) and tokens[last + 1].kind in ("sub", "sup"):
        last = partner.get(last + 2, last + 2)
    return last, inside[0].text


# --- rows -------------------------------------------------------------------------------------------------------------


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Rows broken in the middle of an expression are put together, where the rows are those of aligned claims."""
    out: list[Token] = []
    levels = ["aligned"]  # the kind of each open environment, and "(" for each open bracket
    skipped: set[int] = set()
    for k, token in enumerate(tokens):
        kind = token.kind
        if k in skipped:
            continue
        if kind == "right" and token.text == "none" and levels[-1] == "(" and (again := _reopened(tokens, k)) is not None:
            skipped.add(again)
            continue
        if kind == "begin":
            levels.append(ENVIRONMENTS[token.text])
        elif kind in OPENING:
            levels.append("." if kind == "left" and token.text == "none" else "(")
        elif kind == "end":
            while len(levels) > 1 and levels.pop() in "(.":
                pass
        elif kind in CLOSING and levels[-1] in "(.":
            levels.pop()
        elif kind in ("row", "amp") and _inside_expression(levels, out):
            continue
        out.append(token)
    return out


def _left_open(tokens: list[Token]) -> list[Token]:
    r"""A ``\ast`` alone in a cell is no operator: the cell is left open."""
    edges = ("amp", "row", "begin", "end")
    for k in range(1, len(tokens) - 1):
        if tokens[k].kind == "op" and tokens[k - 1].kind in edges and tokens[k + 1].kind in edges:
            tokens[k] = Token("sign", "bullet", tokens[k].start, tokens[k].end)
    return tokens


def _reopened(tokens: Sequence[Token], at: int) -> int | None:
    r"""The ``\left.`` that takes up what ``\right.`` broke off."""
    for k in range(at + 1, len(tokens)):
        if tokens[k].kind == "left" and tokens[k].text == "none":
            return k
        if tokens[k].kind not in ("row", "amp", "wide", "plus", "op"):
            return None
    return None


def _inside_expression(levels: Sequence[str], before: Sequence[Token]) -> bool:
    if levels[-1] in "(.":
        return next((level for level in reversed(levels) if level not in "(."), "") in _ALIGNED
    if levels[-1] not in _ALIGNED or len(before) < 2:
        return False
    last, other = before[-1].kind, before[-2].kind
    return last in ("plus", "op") and other in ENDING


# --- wide spaces ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cell:
    """One level: whether claims can stand on it, the wide space that waits, and whether a relation stood before and behind it."""

    claims: bool
    waiting: int | None = None
    before: bool = False
    behind: bool = False


def _separated(tokens: Sequence[Token]) -> list[Token]:
    r"""Wide spaces stay only between two claims; all others are space."""
    kept: set[int] = set()
    levels = [_Cell(claims=True)]
    for k, token in enumerate(tokens):
        level = levels[-1]
        if token.kind == "wide":
            around = {tokens[j].kind for j in (k - 1, k + 1) if 0 <= j < len(tokens)}
            if level.claims and 0 < k < len(tokens) - 1 and not around & _NO_SIDE:
                _settle(level, kept)
                level.before, level.behind, level.waiting = level.before or level.behind, False, k
        elif token.kind == "rel":
            level.behind = True
        elif token.kind in ("row", "amp", "comma", "semi", "words", "and"):
            _settle(level, kept)
            if token.kind in ("row", "amp", "words", "and"):
                level.before = level.behind = False
        elif token.kind in OPENING:
            levels.append(_Cell(claims=token.kind == "begin"))
        elif token.kind in CLOSING and len(levels) > 1:
            _settle(levels.pop(), kept)
    for level in levels:
        _settle(level, kept)
    return [t for k, t in enumerate(tokens) if t.kind != "wide" or k in kept]


_NO_SIDE = frozenset(
    ["rel", "comma", "semi", "plus", "op", "words", "and", "amp", "row", "begin", "end", "wide", "mid", "stop"]
) - {"begin", "end", "stop"}


def _settle(level: _Cell, kept: set[int]) -> None:
    if level.waiting is None:
        return
    if level.before and level.behind:
        kept.add(level.waiting)
        level.before = False
    level.waiting = None


# --- bars -------------------------------------------------------------------------------------------------------------


def _opening_bars(tokens: Sequence[Token], kind: str) -> set[int]:
    """Bars between operands, as in ``2|x|``, whose next bar on the level can only close: nothing that it could precede follows."""
    found: set[int] = set()
    levels: list[int | None] = [None]  # the last bar between operands on each level
    for k, token in enumerate(tokens):
        if token.kind in OPENING:
            levels.append(None)
        elif token.kind in CLOSING or token.kind in ("amp", "row"):
            if token.kind in CLOSING and len(levels) > 1:
                levels.pop()
            else:
                levels[-1] = None
        elif token.kind == kind:
            before = tokens[k - 1].kind if k else ""
            after = tokens[k + 1].kind if k + 1 < len(tokens) else ""
            closes = before in ENDING and after not in _OPERANDS and after not in _BARS
            last = levels[-1]
            if closes and last is not None:
                found.add(last)
                levels[-1] = None
            else:
                levels[-1] = k if (before in ENDING or before == kind) and after in _OPERANDS else None
    return found


def _paired_bars(tokens: Sequence[Token], kind: str) -> set[int]:
    r"""Bars between operands, as in ``2\|x\| y`` and ``(a - b)|a - b| c``, that come in pairs on their level: only one bar of a level separates."""
    found: set[int] = set()
    levels: list[list[int]] = [[]]  # the bars of each level

    def settle() -> None:
        here = levels[-1]
        if not here:
            return
        doubled = kind == "bar" and any(tokens[k + 1].kind == kind for k in here if k + 1 < len(tokens))  # q(x || y)
        if len(here) % 2 == 0 and len(here) <= _MOST_PAIRED and not doubled:
            found.update(here[::2])
        here.clear()

    for k, token in enumerate(tokens):
        if token.kind in OPENING:
            levels.append([])
        elif token.kind in CLOSING and len(levels) > 1:
            settle()
            levels.pop()
        elif token.kind in _SEPARATING:
            settle()
        elif token.kind == kind:
            levels[-1].append(k)
    settle()
    return found


# --- integrals --------------------------------------------------------------------------------------------------------


def _upright_differentials(tokens: Sequence[Token]) -> Iterable[Token]:
    r"""``\mathrm{d}z``, ``\mathrm dz``, ``\mathrm{dz}`` and ``{\rm d}z`` without the style."""
    k = 0
    while k < len(tokens):
        kinds = tuple(t.kind for t in tokens[k : k + 5])
        shape = next((s for s in _UPRIGHT if kinds[: len(s)] == s), None)
        d = k + shape.index("name") if shape is not None else k
        if shape is not None and tokens[d].text == "d" and "upright" in (tokens[k].style, tokens[k + 1].style):
            end = k + len(shape)
            yield tokens[d]._replace(start=min(tokens[k].start, tokens[d].start))
            yield from (t for t in tokens[d + 1 : end] if t.kind == "name")
            k = end
        else:
            yield tokens[k]
            k += 1


_UPRIGHT = (
    ("style", "name"), ("style", "lbrace", "name", "rbrace"), ("style", "lbrace", "name", "name", "rbrace"),
    ("lbrace", "switch", "name", "rbrace"),
)  # fmt: skip


def _match_differentials(found: Prepared) -> None:
    """Every ``d`` before a name goes to the innermost integral on its level that has none yet, else to the innermost."""
    tokens = found.tokens
    levels: list[list[int]] = [[]]
    for k, token in enumerate(tokens):
        kind, open_here = token.kind, levels[-1]
        if kind == "big" and token.text == "integral":
            open_here.append(k)
        elif kind in OPENING:
            levels.append([])
        elif kind in CLOSING:
            if len(levels) > 1:
                levels.pop()
        elif not open_here:
            continue
        elif kind == "plus":
            levels[-1] = [i for i in open_here if i not in found.integrals]
        elif kind in ("rel", "comma", "semi", "row", "amp", "wide", "words", "and"):
            levels[-1] = []
        elif kind == "name" and token.text == "d" and _before_name(tokens, k):
            found.differentials.add(k)
            waiting = [i for i in open_here if i not in found.integrals]  # ∫ f(x) ∫ g(x, z) dz dx: from the inside to the outside
            found.integrals[waiting[-1] if waiting else open_here[-1]] = k


def _before_name(tokens: Sequence[Token], k: int) -> bool:
    following = tokens[k + 1] if k + 1 < len(tokens) else None
    return following is not None and following.kind in ("name", "style", "accent") and following.style != "upright"
