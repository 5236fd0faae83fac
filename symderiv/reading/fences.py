"""What stands between brackets, bars, double bars and angles: groups, columns, absolute values, determinants, norms, inner products."""

from __future__ import annotations

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor, scalar
from symderiv.core.text import Span
from symderiv.reading import combine, dots, tree
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import subscript
from symderiv.reading.values import AnyOnes, Blocks, Note, Reading, Readings, Value


def read(reader: Reader, node: tree.Fenced) -> Readings:
    """Every meaning of what stands between brackets or bars."""
    if node.kind in ("paren", "bracket", "brace", "group"):
        if isinstance(node.body, tree.Listed) and node.kind != "group":
            rows = _rows(node)
            if rows is not None:
                return reader.read(tree.Grid(node.span, "bracket", rows))
            if dots.are_dots(node.body.items):
                return dots.listed(reader, node.body.items, node.span)
            return reader.column(node.body.items, node.span)
        return reader.read(node.body)
    if node.kind == "bar":
        from symderiv.reading.known import sized

        values = reader.each(bars, node.span, sized(reader, reader.read(node.body), node.span))
        return [r for v in values for r in (v, *_without_sign(v, node.span))]
    if node.kind == "norm":
        return reader.each(_norm, node.span, reader.read(node.body))
    if isinstance(node.body, tree.Listed) and len(node.body.items) == 2:
        return reader.each(_inner, node.span, *(reader.read(i) for i in node.body.items))
    from symderiv.reading import probability

    return probability.unsaid(reader, node)


def _rows(node: tree.Fenced) -> tuple[tuple[tree.Node, ...], ...] | None:
    """``[[a, b], [c, d]]``, as programs write a matrix: its rows; None for any other list."""
    assert isinstance(node.body, tree.Listed)
    rows = [
        i.body.items
        for i in node.body.items
        if isinstance(i, tree.Fenced) and i.kind == "bracket" and isinstance(i.body, tree.Listed)
    ]
    same = node.kind == "bracket" and len(rows) == len(node.body.items) and len({len(r) for r in rows}) == 1
    return tuple(rows) if same else None


def norm_below(reader: Reader, node: tree.Fenced, sub: tree.Node) -> Readings:
    r"""``\|x\|_2``, ``\|A\|_F``, ``\|x\|_1``, and ``\|x\|_M`` with a matrix M, which is the root of ``x^\top M x``."""
    values, name = reader.read(node.body), subscript(sub)
    if name in ("2", "F", "1"):
        return reader.each(lambda v: _norm(v, name), node.span | sub.span, values)
    if name == "infinity" or isinstance(sub, tree.Number):
        raise reader.problem("this norm is not known here; the norms 1, 2 and F are", sub.span)
    return reader.each(_weighted_norm, node.span | sub.span, values, reader.read(sub))


def bars(v: Value) -> Reading[Value]:
    """An absolute value, or a determinant."""
    if isinstance(v, Tensor) and v.rank == 2:
        return Reading(T.det(v))
    if isinstance(v, Tensor):
        return Reading(T.arithmetic(lambda u: t.apply("abs", u), v))
    if isinstance(v, Blocks) and not v.column:
        from symderiv.reading.blocks import block_det

        return Reading(block_det(v))
    raise ShapeMismatch(f"{combine.in_words(v)} has no absolute value")


def _without_sign(r: Reading[Value], span: Span) -> list[Reading[Value]]:
    r"""``|J|`` as ``|\det J|``, which some write in this way, where the sign of the determinant is not known."""
    if not isinstance(r.value, Tensor) or not isinstance(r.value.body, t.Det) or _never_negative(r.value.body.matrix.body):
        return []
    note = Note("bars", "the bars around a matrix are taken for the absolute value of its determinant", span, "stretched")
    return [Reading(scalar(t.apply("abs", r.value.body)), r.cost, r.notes).with_note(note)]


def _never_negative(entry: t.Term) -> bool:
    return isinstance(entry, t.Entry) and "positive definite" in entry.symbol.traits


def _inner(a: Value, b: Value) -> Reading[Value]:
    if isinstance(a, AnyOnes) and isinstance(b, Tensor) and b.rank == 1:
        a = combine.ones(a, b.sizes[0])
    if isinstance(b, AnyOnes) and isinstance(a, Tensor) and a.rank == 1:
        b = combine.ones(b, a.sizes[0])
    if not isinstance(a, Tensor) or not isinstance(b, Tensor):
        raise ShapeMismatch(f"{combine.in_words(a)} and {combine.in_words(b)} have no inner product")
    if a.rank == b.rank == 2 and a.sizes == b.sizes:
        return Reading(T.total(T.hadamard(a, b)))
    return Reading(T.inner(a, b))


def _norm(v: Value, which: str = "") -> Reading[Value]:
    if isinstance(v, Tensor) and which == "1" and v.rank == 1:
        return Reading(T.total(T.arithmetic(lambda u: t.apply("abs", u), v)))
    if isinstance(v, Tensor) and (v.rank == 1 or (v.rank == 2 and which == "F")) and which != "1":
        return Reading(scalar(t.power(T.total(T.arithmetic(lambda u: t.mul(u, u), v)).body, t.num(1, 2))))
    if isinstance(v, Tensor) and not v.rank:
        return Reading(scalar(t.apply("abs", v.body)))
    raise ShapeMismatch(f"the norm of {combine.in_words(v)} is not defined here")


def _weighted_norm(v: Value, weight: Value) -> Reading[Value]:
    if not isinstance(v, Tensor) or v.rank != 1 or not isinstance(weight, Tensor) or weight.rank != 2:
        raise ShapeMismatch(f"the norm of {combine.in_words(v)} below which {combine.in_words(weight)} stands is not known")
    column = T.transpose(v) if v.row else v
    square = T.product(T.product(T.transpose(column), weight), column)
    return Reading(scalar(t.power(square.body, t.num(1, 2))))
