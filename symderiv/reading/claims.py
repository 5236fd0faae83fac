"""What an answer says, as chains: ``A = B = C`` over any number of rows, cells and displays.

A chain is a list of sides, each with the relation that leads to it and the displayed row it stands in. A row that starts with a relation
goes on with the chain before it; a row that starts with a sign goes on with the side before it; ``⇒``, commas, ``and`` and wide
spaces begin another chain. Nothing is dropped: what is no relation is a chain of one side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from symderiv.core.size import Size
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.piecewise import is_piecewise
from symderiv.reading.scope import key
from symderiv.reading.sizes import size_of

#: Words behind which a formula goes on with the chain before it.
_GOES_ON = re.compile(
    r"\b(which (?:is|equals|gives)|that is|i\.e\.|is equal to|equals|is just|denotes|stands for|is short for|is defined (?:as|to be))\s*:?\s*$",
    re.IGNORECASE,
)
#: Words before a formula in a sentence that only says why.
_REASON = re.compile(r"\b(since|because|as|using|where|with|recall\w*|note|noting|from|by|given)\W*$", re.IGNORECASE)
_BEGINS_REASON = re.compile(r"^\W*(since|because|as|using|where|with|recall\w*|note|noting|from|by|given|for)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z]{2}")
#: Relations that separate claims instead of belonging to one.
_BETWEEN = {"implies", "iff"}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a chain: how it is related to the one before (empty for the first), and its displayed row, counted from 1."""

    relation: str
    node: tree.Node
    row: int


@dataclass(slots=True)
class Chain:
    """Sides in reading order.

    ``words``: what stands in words right before it; ``inline``: it stands in the middle of a sentence; ``implied``: ``⇒`` leads to it;
    ``aside``: it is the reason for a step, written beside it;
    ``resumes``: where it starts with a relation, the chains that it may go on with, the likeliest first.
    """

    sides: list[Side] = field(default_factory=list)
    words: str = ""
    inline: bool = False
    implied: bool = False
    aside: bool = False
    resumes: tuple[Chain, ...] = ()

    @property
    def span(self) -> Span:
        """From the first side to the last."""
        return self.sides[0].node.span | self.sides[-1].node.span


@dataclass(slots=True)
class Claims:
    """The chains of an answer, and how many rows it displays."""

    chains: list[Chain] = field(default_factory=list)
    rows: int = 0
    _said: str = ""
    _opening: bool = False  # whether this is the first row of a display
    _aligned: bool = False  # whether the cell stands left of an aligned relation
    _told: bool = False  # whether words stand between the display and the one before
    _inline: bool = False  # whether it stands in the middle of a sentence

    def add(self, node: tree.Node, words: str = "", inline: bool = False) -> None:
        """One more display, or a formula in the middle of a sentence."""
        before = len(self.chains)
        if before and not isinstance(node, (tree.Related, tree.Listed, tree.Grid)) and _GOES_ON.search(words):
            node = tree.Related(node.span, ("=",), (tree.Empty(node.span), node))
        self._opening, self._told, self._inline = True, _LETTERS.search(words) is not None, inline
        for row in rows_of(node):
            self.rows += 1
            self._row(row)
            self._opening = False
        for chain in self.chains[before:]:
            chain.inline = inline
        if words and len(self.chains) > before and not self.chains[before].resumes:
            self.chains[before].words = words

    def _row(self, cells: Iterable[tree.Node]) -> None:
        cells = tuple(cells)
        shown = False
        for k, cell in enumerate(cells):
            if shown and self.chains and (_is_reason(cell) or _stands_apart(cells, k)):
                self._reason(cell)
                continue
            shown = shown or not isinstance(cell, tree.Empty)
            after = cells[k + 1] if k + 1 < len(cells) else None
            self._aligned = not k and isinstance(after, tree.Related) and isinstance(after.sides[0], tree.Empty)
            for piece in pieces(cell):
                self._piece(piece)

    def _reason(self, cell: tree.Node) -> None:
        r"""``&& \text{since $a$ is $b = c$}``: names in it claim nothing, an equation does; what the rows below go on with stands before it."""
        main, before = self.chains.pop(), len(self.chains)
        for piece in pieces(cell):
            if isinstance(piece, tree.Related):
                self._piece(piece)
            elif isinstance(piece, tree.Words):
                self._said = piece.text
                main.words += " " + piece.text
        self._said = ""
        for chain in self.chains[before:]:
            chain.aside = True
        self.chains.append(main)

    def _piece(self, node: tree.Node) -> None:
        if isinstance(node, (tree.Empty, tree.Words)):
            if isinstance(node, tree.Words):
                self._said = node.text
                if self.chains:
                    self.chains[-1].words += " " + node.text
            return
        relations, sides = (node.relations, node.sides) if isinstance(node, tree.Related) else ((), (node,))
        if isinstance(sides[0], tree.Empty) and relations:
            if self._opening:
                self._take_up()
            elif len(self.chains) > 1 and _is_mention(self.chains[-1], beside=self.chains[-2]):
                mention = self.chains.pop()
                mention.aside = True
                self.chains.insert(-1, mention)
            self._continue(relations, sides[1:])
            return
        if self._open():
            self._attach(sides[0])
            self._continue(relations, sides[1:])
            return
        apart = self._aligned or (self._opening and (relations or self._told))
        if isinstance(sides[0], tree.Sum) and _leading_sign(sides[0]) and self.chains and not apart:
            self._extend(sides[0])
            self._continue(relations, sides[1:])
            return
        self.chains.append(Chain(words=self._said))
        self._said = ""
        self._attach(sides[0], relation="")
        self._continue(relations, sides[1:])

    def _take_up(self) -> None:
        """A display that starts with a relation goes on with the last chain that is no remark on the way, which becomes the last one.

        Formulas in sentences since the last display may be remarks whatever the words say: then which one it is shows only in the values.
        """
        before: list[Chain] = []
        for chain in reversed(self.chains):
            if not (_is_remark(chain) or chain.aside):
                before.append(chain)
                if self._inline or not chain.inline:
                    break
        if len(before) > 1 and not before[-1].inline:
            waiting = Span(before[0].span.end, before[0].span.end)
            self.chains.append(Chain([Side("", tree.Empty(waiting), self.rows)], resumes=(before[-1], *before[:-1])))
        elif before:
            self.chains.append(self.chains.pop(next(k for k, c in enumerate(self.chains) if c is before[0])))

    def _open(self) -> bool:
        """Whether the last chain ends with a relation that waits for its side."""
        return bool(self.chains) and isinstance(self.chains[-1].sides[-1].node, tree.Empty)

    def _attach(self, node: tree.Node, relation: str | None = None) -> None:
        chain = self.chains[-1]
        if relation is None:
            waiting = chain.sides.pop()
            chain.sides.append(Side(waiting.relation, node, self.rows))
        else:
            chain.sides.append(Side(relation, node, self.rows))

    def _continue(self, relations: Iterable[str], sides: Iterable[tree.Node]) -> None:
        for relation, side in zip(relations, sides, strict=False):
            if relation in _BETWEEN:
                if isinstance(side, tree.Words):
                    self.chains[-1:] = [_with_words(c, side.text) for c in self.chains[-1:]]
                elif not isinstance(side, tree.Empty):
                    self.chains.append(Chain([Side("", side, self.rows)], implied=True))
                continue
            if not self.chains:
                self.chains.append(Chain([Side("", tree.Empty(side.span), self.rows)]))
            if relation == "=:":  # the name stands behind what it is given to
                self.chains.append(Chain([Side("", side, self.rows), Side(":=", self.chains[-1].sides[-1].node, self.rows)]))
                continue
            self.chains[-1].sides.append(Side(relation, side, self.rows))

    def _extend(self, more: tree.Sum) -> None:
        """A row that starts with a sign: more terms of the last side."""
        chain = self.chains[-1]
        last = chain.sides[-1]
        signs, terms = (last.node.signs, last.node.terms) if isinstance(last.node, tree.Sum) else (("+",), (last.node,))
        joined = tree.Sum(last.node.span | more.span, (*signs, *more.signs), (*terms, *more.terms))
        chain.sides[-1] = Side(last.relation, joined, last.row)


def _is_reason(cell: tree.Node) -> bool:
    """Whether a cell behind a formula is a word, or words with formulas among them: it starts with words, or with a name that they speak of."""
    inner = cell.body if isinstance(cell, tree.Fenced) and cell.kind in ("paren", "bracket", "group") else cell
    if isinstance(inner, tree.Name) and inner.style == "upright" and len(inner.text) > 3:  # \text{linearity}
        return True
    if not isinstance(inner, tree.Listed) or inner.by != "space" or isinstance(inner.items[0], tree.Related):
        return False
    return any(isinstance(i, tree.Words) for i in inner.items[:2])


def _stands_apart(cells: Sequence[tree.Node], k: int) -> bool:
    """Whether a cell is the last one and ``&&`` stands before it, after a relation: ``a &= b && c > 0``. A column that is aligned too is none."""
    last = all(isinstance(c, tree.Empty) for c in cells[k + 1 :])
    related = any(isinstance(c, tree.Related) for c in cells[:k])
    cell = cells[k]
    waits = isinstance(cell, tree.Related) and isinstance(cell.sides[0], tree.Empty)
    return last and k > 1 and related and isinstance(cells[k - 1], tree.Empty) and not waits


def _is_remark(chain: Chain) -> bool:
    """``since $E[x] = 0$,``: a fact in the middle of a sentence, whose chain nothing goes on with."""
    return chain.inline and len(chain.sides) > 1 and _REASON.search(chain.words) is not None


def _is_mention(chain: Chain, beside: Chain) -> bool:
    """``since $a$ is positive`` at the end of a row: what is named in a reason is nothing that the next row goes on with."""
    in_one_row = chain.sides[0].row == beside.sides[-1].row and not beside.aside
    return in_one_row and _BEGINS_REASON.search(chain.words) is not None


def _with_words(chain: Chain, text: str) -> Chain:
    return replace(chain, words=f"{chain.words} {text}".strip())


def _leading_sign(node: tree.Sum) -> bool:
    """A written sign in front: a sum whose first sign takes up room before its first term."""
    return node.span.start < node.terms[0].span.start


def _lists(node: tree.Node) -> bool:
    """Rows that are claims of their own."""
    return isinstance(node, tree.Grid) and node.kind in ("aligned", "cases") and not is_piecewise(node)


def rows_of(node: tree.Node) -> list[tuple[tree.Node, ...]]:
    """The displayed rows of a node, each a tuple of cells."""
    if _lists(node):
        assert isinstance(node, tree.Grid)
        shown = [row for row in node.rows if not all(isinstance(c, tree.Empty) for c in row)]
        return [r for row in shown for r in (rows_of(row[0]) if len(row) == 1 else [row])]
    if isinstance(node, tree.Fenced) and node.kind == "group":
        return rows_of(node.body)
    if isinstance(node, tree.Listed) and any(map(_lists, node.items)):
        return [row for item in node.items for row in rows_of(item)]
    if isinstance(node, tree.Related) and any(map(_lists, node.sides)):
        rows: list[tuple[tree.Node, ...]] = []
        for relation, side in zip(("", *node.relations), node.sides, strict=True):
            inner = rows_of(side)
            if relation and relation not in _BETWEEN and inner and inner[0]:
                first = tree.Related(side.span, (relation,), (tree.Empty(side.span), inner[0][0]))
                inner[0] = (first, *inner[0][1:])
            rows.extend(inner)
        return rows
    return [(node,)]


def pieces(node: tree.Node) -> Iterable[tree.Node]:
    """The claims of a cell: a list is taken apart where it lists claims, and only there."""
    if isinstance(node, tree.Fenced) and node.kind in ("group", "brace") and isinstance(node.body, (tree.Related, tree.Listed)):
        yield from pieces(node.body)
    elif (apart := _remark_apart(node)) is not None:
        for part in apart:
            yield from pieces(part)
    elif (several := _by_component(node)) is not None:
        yield from several
    elif isinstance(node, tree.Listed) and isinstance(node.items[-1], tree.Words):  # A, where
        rest = node.items[:-1]
        yield from pieces(rest[0] if len(rest) == 1 else tree.Listed(rest[0].span | rest[-1].span, node.by, rest))
        yield node.items[-1]
    elif isinstance(node, tree.Listed) and _range(node) is not None:
        return  # for i = 1, …, n: it says how far an index runs
    elif isinstance(node, tree.Listed) and (any(_claims(i) for i in node.items) or node.by != ","):
        for item in node.items:
            yield from pieces(item)
    elif isinstance(node, tree.Grid) and _lists(node):
        for row in node.rows:
            for cell in row:
                yield from pieces(cell)
    else:
        yield node


def _remark_apart(node: tree.Node) -> tuple[tree.Node, tree.Node] | None:
    r"""``A \\quad (a = b)`` as ``A`` and ``a = b``: an equation in brackets is no factor. None where none stands at the end, or where it may be an argument."""
    if isinstance(node, tree.Related):
        last = _remark_apart(node.sides[-1])
        return None if last is None else (tree.Related(node.span, node.relations, (*node.sides[:-1], last[0])), last[1])
    if isinstance(node, tree.Sum):
        last = _remark_apart(node.terms[-1])
        return None if last is None else (tree.Sum(node.span, node.signs, (*node.terms[:-1], last[0])), last[1])
    if not isinstance(node, tree.Juxtaposed):
        return None
    before, remark = node.items[-2:]
    if isinstance(before, (tree.Name, tree.Scripted, tree.Sign)) and remark.span.start - before.span.end < len("\\quad"):
        return None
    if not isinstance(remark, tree.Fenced) or remark.kind not in ("paren", "bracket"):
        return None
    if not _claims(remark.body) and not _is_reason(remark):
        return None
    rest = node.items[:-1]
    first = rest[0] if len(rest) == 1 else tree.Juxtaposed(rest[0].span | rest[-1].span, rest)
    return first, tree.Fenced(remark.span, "group", remark.body)


def _by_component(node: tree.Node) -> list[tree.Node] | None:
    """``(x_1, x_2) = (a, b)`` as two claims, also with columns; ``s, t = H(x)`` as one about ``(s, t)``. None for anything else."""
    if isinstance(node, tree.Related) and set(node.relations) == {"="}:
        columns = [column(s) for s in node.sides]
        if None not in columns and len({len(c or ()) for c in columns}) == 1:
            return [tree.Related(node.span, node.relations, sides) for sides in zip(*(c or () for c in columns), strict=True)]
    if isinstance(node, tree.Listed) and node.by == ",":
        joined = _joined_names(node.items)
        return joined if len(joined) < len(node.items) else None
    return None


def _joined_names(items: tuple[tree.Node, ...]) -> list[tree.Node]:
    """Names before a call that gives them all, ``s, t = H(x)``, as one side."""
    out: list[tree.Node] = []
    names: list[tree.Node] = []
    for item in items:
        if key(item) is not None:
            names.append(item)
            continue
        if (
            names
            and isinstance(item, tree.Related)
            and item.relations == ("=",)
            and _is_call(item.sides[1])
            and key(item.sides[0])
        ):
            many = (*names, item.sides[0])
            span = many[0].span | many[-1].span
            left = tree.Fenced(span, "paren", tree.Listed(span, ",", many))
            item = tree.Related(span | item.span, ("=",), (left, item.sides[1]))  # noqa: PLW2901 - the item as it is meant
            names = []
        out += [*names, item]
        names = []
    return [*out, *names]


def _is_call(node: tree.Node) -> bool:
    return (
        isinstance(node, tree.Juxtaposed)
        and len(node.items) == 2
        and key(node.items[0]) is not None
        and isinstance(node.items[1], tree.Fenced)
    )


def column(node: tree.Node) -> tuple[tree.Node, ...] | None:
    """The entries of a list in brackets, or of a column."""
    if (
        isinstance(node, tree.Fenced)
        and node.kind in ("paren", "bracket")
        and isinstance(node.body, tree.Listed)
        and node.body.by == ","
    ):
        return node.body.items
    if (
        isinstance(node, tree.Grid)
        and node.kind in ("bracket", "paren")
        and len(node.rows) > 1
        and all(len(r) == 1 for r in node.rows)
    ):
        return tuple(r[0] for r in node.rows)
    return None


def _range(node: tree.Listed) -> Size | None:
    """The end of ``i = 1, …, n``; None for any other list."""
    if len(node.items) != 3 or not isinstance(node.items[1], tree.Sign) or node.items[1].name != "ellipsis":
        return None
    first, _, last = node.items
    starts_at_one = isinstance(first, tree.Related) and isinstance(first.sides[-1], tree.Number) and first.sides[-1].digits == "1"
    try:
        return size_of(last) if starts_at_one else None
    except ValueError:
        return None


def _claims(node: tree.Node) -> bool:
    return isinstance(node, tree.Related) or (isinstance(node, tree.Listed) and any(map(_claims, node.items)))
