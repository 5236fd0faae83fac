r"""Things side by side: calls, operators before their arguments, and products.

``F(x) y``, ``\log \sigma^2``, ``x^\top A x``: heads take what belongs to them (`heads`), the rest multiplies. Where the product from the
left does not fit the product from the right is tried; two vectors side by side are the last resort.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.core.problems import AnswerProblem
from symderiv.reading import combine, dots, heads, tree
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import DIFFERENCES, difference_name, key
from symderiv.reading.values import Readings, cheapest
from symderiv.reading.values import REPAIR


def read(reader: Reader, node: tree.Juxtaposed) -> Readings:
    """Every meaning of a juxtaposition."""
    if tree.Sign in map(type, node.items) and dots.are_dots(node.items):
        return reader.read(dots.multiplied(reader, node))
    return product_of(reader, units(reader, node.items), node)


def units(reader: Reader, items: Sequence[tree.Node]) -> list[tuple[Readings, tree.Node]]:
    """The factors: each head with its arguments, each other thing by itself."""
    items = _with_difference_names(reader, items)
    out: list[tuple[Readings, tree.Node]] = []
    k = 0
    while k < len(items):
        values, after = heads.unit(reader, items, k)
        out.append(
            (
                values,
                items[k] if after == k + 1 else tree.Juxtaposed(items[k].span | items[after - 1].span, tuple(items[k:after])),
            )
        )
        k = after
    return out


def _with_difference_names(reader: Reader, items: Sequence[tree.Node]) -> Sequence[tree.Node]:
    r"""``\Delta \mu`` as one name where it is declared."""
    for x in items:
        if isinstance(x, tree.Name) and x.text in DIFFERENCES:
            break
    else:
        return items
    out: list[tree.Node] = []
    k = 0
    while k < len(items):
        joined = difference_name(items, k)
        name = (
            key(tree.Scripted(joined.span, joined.base, joined.sub) if isinstance(joined, tree.Scripted) else joined)
            if joined
            else None
        )
        declared = joined is not None and name in reader.scope.symbols
        out.append(joined if joined is not None and declared else items[k])
        k += 2 if declared else 1
    return out


def product_of(reader: Reader, factors: list[tuple[Readings, tree.Node]], node: tree.Node) -> Readings:
    """The product of factors side by side, associated from the left, and from the right where that differs."""
    if len(factors) == 1:
        return factors[0][0]
    first: AnswerProblem | None = None
    out: Readings = []
    for fold in (_from_left, _from_right):
        try:
            out += fold(reader, factors)
        except AnswerProblem as problem:
            first = first or problem
            continue
        if out and out[0].cost < REPAIR - 2:
            break
    if not out:
        raise first or reader.problem("these do not multiply", node.span)
    return cheapest(out)


def _from_left(reader: Reader, factors: list[tuple[Readings, tree.Node]]) -> Readings:
    total, start = factors[0]
    span = start.span
    for values, node in factors[1:]:
        span = span | node.span
        total = cheapest(reader.each(lambda a, b, s=span: combine.product(a, b, s), span, total, values))
    return total


def _from_right(reader: Reader, factors: list[tuple[Readings, tree.Node]]) -> Readings:
    total, start = factors[-1]
    span = start.span
    for values, node in reversed(factors[:-1]):
        span = span | node.span
        total = cheapest(reader.each(lambda a, b, s=span: combine.product(a, b, s), span, values, total))
    return total
