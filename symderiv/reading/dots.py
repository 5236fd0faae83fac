r"""Dots between the first and the last of a series: ``s_1 + \dots + s_n``, ``e^{s_1} \cdots e^{s_n}``, ``(s_1, \dots, s_n)``, matrices with ``\ddots``.

What stands before the dots and what stands behind them say one pattern at two numbers: where they differ, one has the number and the other the end.
Everything else that is written out has to be the pattern at the numbers between. Dots whose pattern is not seen are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor, fresh, tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Span
from symderiv.core.size import Size
from symderiv.reading import combine, tree
from symderiv.reading.binders import names_in
from symderiv.reading.meaning import Reader
from symderiv.reading.sizes import Running, size_of
from symderiv.reading.tree import same_tree
from symderiv.reading.values import AnyOnes, Note, Reading, Readings, Value

_LETTERS = ("i", "j", "k", "l", "m", "p", "q", "r", "a", "b", "c")
#: Products that may be written between the factors of a series.
_TIMES = frozenset(("cdot", "times", "ast"))


@dataclass(frozen=True, slots=True)
class Series:
    """``body`` with its ``letter`` from ``start`` to ``end``."""

    letter: str
    start: int
    end: tree.Node
    body: tree.Node


@dataclass(frozen=True, slots=True)
class Run:
    """A series among other things: the places from ``first`` up to ``after`` are its own."""

    first: int
    after: int
    series: Series


def is_dots(node: tree.Node) -> bool:
    """Whether a node is an ellipsis."""
    return isinstance(node, tree.Sign) and node.name == "ellipsis"


def are_dots(nodes: Sequence[tree.Node]) -> bool:
    """Whether an ellipsis stands among nodes."""
    return any(map(is_dots, nodes))


# --- sums, products, vectors ------------------------------------------------------------------------------------------------


def summed(reader: Reader, node: tree.Sum) -> tree.Sum:
    r"""A sum with ``\sum`` for each series in it; the sign behind the dots may be missing."""
    signs, terms = list[str](), list[tree.Node]()
    for sign, term in zip(node.signs, node.terms, strict=True):
        parts = term.items if isinstance(term, tree.Juxtaposed) and is_dots(term.items[0]) else ()
        terms += [parts[0], _together(parts[1:])] if parts else [term]
        signs += [sign, sign] if parts else [sign]
    while (k := _dots_at(terms)) is not None:
        run = _run(reader, [(t,) for t in terms], k)
        if run is None or len(set(signs[run.first : run.after])) != 1:
            raise _unseen(reader, terms[k].span)
        terms[run.first : run.after] = [_big(reader, "sum", run.series, terms[k].span)]
        signs[run.first : run.after] = [signs[k]]
    return tree.Sum(node.span, tuple(signs), tuple(terms))


def multiplied(reader: Reader, node: tree.Juxtaposed | tree.Product) -> tree.Node:
    r"""A product with ``\prod`` for each series in it."""
    items = list(node.items)
    if isinstance(node, tree.Product):
        if not _TIMES.issuperset(node.ops):
            raise _unseen(reader, node.span)
        items = [x for item in items for x in (item.items if isinstance(item, tree.Juxtaposed) else (item,))]
    while (k := _dots_at(items)) is not None:
        for length in range(1, k + 1):  # a factor may be several things: ``\exp (s_1)``
            before = [tuple(items[j - length : j]) for j in range(k, length - 1, -length)][::-1]
            behind = [tuple(items[j : j + length]) for j in range(k + 1, len(items) - length + 1, length)]
            run = _run(reader, [*before, (items[k],), *behind], len(before))
            if run is not None:
                break
        else:
            raise _unseen(reader, items[k].span)
        start, stop = k - length * (len(before) - run.first), k + 1 + length * (run.after - len(before) - 1)
        items[start:stop] = [_big(reader, "product", run.series, items[k].span)]
    return _together(items)


def listed(reader: Reader, items: Sequence[tree.Node], span: Span) -> Readings:
    r"""``(s_1, \dots, s_n)``: the vector of these entries, a column where that fits, else a row."""
    columns = column(reader, items, span)
    note = Note("entries as a row", "entries in a row are read as a row vector", span)
    rows = [Reading(combine.transposed(r.value), r.cost, r.notes).with_note(note) for r in columns]
    return [*columns, *rows]


def column(reader: Reader, items: Sequence[tree.Node], span: Span) -> Readings:
    """The vector of entries; of entries that are all alike it is as long as its place wants."""
    written = [x for x in items if not is_dots(x)]
    if len(written) < len(items) - 1 or not written:
        raise _unseen(reader, span)
    if all(same_tree(x, written[0]) for x in written) and is_dots(items[-2] if len(items) > 1 else items[0]):
        return reader.each(_all_alike, span, reader.read(written[0]))
    return _entries(reader, [_whole(reader, items, span)], span)


def _all_alike(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor) or v.rank:
        raise ShapeMismatch(f"{combine.in_words(v)} stands where an entry belongs")
    return Reading(AnyOnes(v))


def matrix(reader: Reader, node: tree.Grid) -> Readings:
    r"""A column with ``\vdots``, a row with ``\cdots``, a diagonal with ``\ddots``, a whole matrix by its corners."""
    rows, span = node.rows, node.span
    if len(rows[0]) == 1:
        return column(reader, [r[0] for r in rows], span)
    if len(rows) == 1:
        return reader.each(lambda v: Reading(combine.transposed(v)), span, column(reader, rows[0], span))
    written = {(i, j) for i, r in enumerate(rows) for j, c in enumerate(r) if not is_dots(c) and not _is_blank(c)}
    if len(rows) == len(rows[0]) and all(i == j for i, j in written):
        return reader.each(combine.diagonal, span, column(reader, [r[k] for k, r in enumerate(rows)], span))
    blank = any(_is_blank(c) for r in rows if not _between(r) for c in r)
    across = [None if blank or not are_dots(r) else _series(reader, r) for r in (rows[0], rows[-1])]
    first, last = across
    if first is None or last is None or first.start != last.start or not same_tree(first.end, last.end):
        raise _unseen(reader, span)
    down = _series(reader, [r.body if (r := _row(reader, cells, first)) else cells[0] for cells in rows])
    if down is None:
        raise _unseen(reader, span)
    return _entries(reader, [down, replace(first, body=down.body)], span)


def _row(reader: Reader, cells: Sequence[tree.Node], first: Series) -> Series | None:
    """A row as a series in the letter of the first row; None for one that stands for all between two others."""
    if _between(cells):
        return None
    found = _series(reader, cells)
    if found is None or found.start != first.start or not same_tree(found.end, first.end):
        raise _unseen(reader, cells[0].span)
    return found


def _between(cells: Sequence[tree.Node]) -> bool:
    """Whether a row is dots with nothing else."""
    return is_dots(cells[0]) and all(is_dots(c) or isinstance(c, tree.Empty) for c in cells)


def _is_blank(node: tree.Node) -> bool:
    zero = (isinstance(node, tree.Number) and node.digits == "0") or (isinstance(node, tree.Name) and node.text == "0")
    return zero or isinstance(node, tree.Empty)


def _whole(reader: Reader, items: Sequence[tree.Node], span: Span) -> Series:
    found = _series(reader, items)
    if found is None:
        raise _unseen(reader, next((i.span for i in items if is_dots(i)), span))
    return found


def _series(reader: Reader, items: Sequence[tree.Node]) -> Series | None:
    """All items as one series."""
    k = _dots_at(items)
    run = _run(reader, [(x,) for x in items], k) if k is not None else None
    return run.series if run is not None and not run.first and run.after == len(items) else None


def _entries(reader: Reader, series: Sequence[Series], span: Span) -> Readings:
    """The tensor whose entries are the body of the last series, one slot a series."""
    bound = {}
    for s in series:
        try:
            size = size_of(s.end)
        except ValueError:
            size = None
        if s.start != 1 or size is None:
            raise _unseen(reader, span)
        bound[s.letter] = Running(s.letter, fresh(size))
    indices = tuple(r.index for r in bound.values() if r.index is not None)

    def entry(v: Value) -> Reading[Value]:
        if not isinstance(v, Tensor) or v.rank:
            raise ShapeMismatch(f"{combine.in_words(v)} stands where an entry belongs")
        return Reading(tensor(indices, v.body))

    return reader.each(entry, span, _read(reader.within(bound), series[-1].body, span))


def _read(inner: Reader, body: tree.Node, span: Span) -> Readings:
    """The body of a series; what cannot be read of it is said of the dots, for nobody wrote it like this."""
    try:
        return inner.read(body)
    except AnswerProblem as problem:
        if problem.kind == "shape mismatch":
            raise inner.problem(problem.message, span, problem.hint, problem.kind) from None
        raise _unseen(inner, span) from None


def _big(reader: Reader, op: str, series: Series, span: Span) -> tree.Node:
    """A large operator in brackets, so that it reaches no further than the series."""
    letter = tree.Name(span, series.letter)
    lower = tree.Related(span, ("=",), (letter, tree.Number(span, str(series.start))))
    big = tree.Fenced(span, "paren", tree.Big(span, op, lower, series.end, series.body))
    _read(reader, big, span)
    return big


def _together(items: Sequence[tree.Node]) -> tree.Node:
    return items[0] if len(items) == 1 else tree.Juxtaposed(items[0].span | items[-1].span, tuple(items))


def _unseen(reader: Reader, span: Span) -> AnswerProblem:
    return reader.problem(
        "what the dots stand for is not seen here", span, r"write it with an index, as in \sum_{i=1}^{n} s_i or (s_i)_{i=1}^{n}"
    )


# --- patterns ---------------------------------------------------------------------------------------------------------------


def _dots_at(nodes: Sequence[tree.Node]) -> int | None:
    return next((k for k, n in enumerate(nodes) if is_dots(n)), None)


#: Things side by side that make one member of a series.
Group = tuple[tree.Node, ...]


def _run(reader: Reader, groups: Sequence[Group], k: int) -> Run | None:
    """The series whose dots are the ``k``-th group, as far to both sides as the pattern goes; None where there is no pattern."""
    if not 0 < k < len(groups) - 1:
        return None
    letter = _free_letter(reader, (*groups[k - 1], *groups[k + 1]))
    found = _pattern(groups[k - 1], groups[k + 1], letter)
    if found is None:
        return None
    first, after = k - 1, k + 2
    while first and (wider := _pattern(groups[first - 1], groups[k + 1], letter)) is not None:
        if wider.start + 1 != found.start or not (same_tree(wider.body, found.body) and same_tree(wider.end, found.end)):
            break
        first, found = first - 1, wider
    while after < len(groups) and (wider := _pattern(groups[k - 1], groups[after], letter)) is not None:
        if not same_tree(wider.body, found.body) or not _follows(wider.end, found.end):
            break
        after, found = after + 1, replace(found, end=wider.end)
    return Run(first, after, found)


def _follows(later: tree.Node, end: tree.Node) -> bool:
    """Whether one end is the number after another: n after n - 1."""
    try:
        return size_of(later) == size_of(end) + Size.of(1)
    except ValueError:
        return False


def _free_letter(reader: Reader, nodes: Sequence[tree.Node]) -> str:
    """An index letter that means nothing yet."""
    taken = reader.scope.names() | reader.indices.keys() | reader.free.keys() | set().union(*map(names_in, nodes))
    return next((x for x in _LETTERS if x not in taken), "index")


def _pattern(first: Group, last: Group, letter: str) -> Series | None:
    """What two members of a series are at the number of the first; None where they differ in more than one number, or not at all."""
    differing: list[tuple[str, tree.Node]] = []
    parts = [_common(a, b, letter, differing) for a, b in zip(first, last, strict=True)]
    body = tuple(p for p in parts if p is not None)
    if len(body) < len(parts) or not differing:
        return None
    start, end = differing[0]
    if any(s != start or not same_tree(e, end) for s, e in differing):
        return None
    span = first[0].span | last[-1].span
    return Series(letter, int(start), end, body[0] if len(body) == 1 else tree.Juxtaposed(span, body))


def _common(a: tree.Node, b: tree.Node, letter: str, differing: list[tuple[str, tree.Node]]) -> tree.Node | None:
    """The pattern of two nodes; what differs is added to the list. None where they are no two members of a series."""
    if same_tree(a, b):
        return a
    if isinstance(a, tree.Number) and isinstance(b, tree.Juxtaposed) and len(a.digits) == len(b.items):  # A_{11} and A_{nn}
        a = tree.Juxtaposed(a.span, tuple(tree.Number(a.span, d) for d in a.digits))
    elif isinstance(a, tree.Number) and a.digits.isdigit():
        differing.append((a.digits, b))
        return tree.Name(a.span, letter)
    if type(a) is not type(b):
        return None
    fields: list[object] = [a.span]
    for x, y in zip(_fields(a), _fields(b), strict=True):
        made = _common_value(x, y, letter, differing)
        if made is _DIFFERENT:
            return None
        fields.append(made)
    return type(a)(*fields)  # type: ignore[arg-type]


_DIFFERENT = object()


def _common_value(x: object, y: object, letter: str, differing: list[tuple[str, tree.Node]]) -> object:
    if _is_node(x) and _is_node(y):
        found = _common(x, y, letter, differing)
        return _DIFFERENT if found is None else found
    if isinstance(x, tuple) and isinstance(y, tuple) and len(x) == len(y):
        parts = [_common_value(u, v, letter, differing) for u, v in zip(x, y, strict=True)]
        return _DIFFERENT if any(p is _DIFFERENT for p in parts) else tuple(parts)
    return x if x == y else _DIFFERENT


def _is_node(x: object) -> TypeGuard[tree.Node]:
    return isinstance(x, tree.KINDS)


def _fields(node: tree.Node) -> list[object]:
    """All that a node is made of but its place."""
    return [getattr(node, name) for name in node.__match_args__ if name != "span"]
