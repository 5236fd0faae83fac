r"""Products with written operators: ``\circ``, ``\cdot``, ``*``, ``\times``, and the slash, behind which people differ.

``1/2 x`` may be a half of x or one over 2x, ``\log a/b`` the logarithm of a quotient or a quotient, and so with a dot between two fractions: both are
readings, and where they lead to different verdicts a person decides. ``\log q(z)/p(z)`` of two densities is the logarithm of their ratio.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from symderiv.algebra import terms as t
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Span
from symderiv.reading import combine, derivatives, dots, juxtaposition, tree
from symderiv.reading.calls import head_of
from symderiv.reading.density_names import density
from symderiv.reading.known import ELEMENTWISE
from symderiv.reading.meaning import Reader
from symderiv.reading.values import Note, Reading, Readings, Value, cheapest

_PRODUCTS: dict[str, tuple[Callable[[Value, Value, Span], Reading[Value]], ...]] = {
    "hadamard": (combine.hadamard,),
    "times": (combine.product,),
    "cdot": (combine.dot, combine.entrywise_dot),
    "ast": (combine.dot, combine.entrywise_dot),
    "slash": (combine.quotient,),
    "oslash": (combine.quotient,),
    "otimes": (combine.outer,),
}


def read(reader: Reader, node: tree.Product) -> Readings:
    """Every meaning of a product."""
    if any(dots.are_dots(i.items if isinstance(i, tree.Juxtaposed) else (i,)) for i in node.items):
        return reader.read(dots.multiplied(reader, node))
    regrouped = derivatives.regrouped(node)
    if regrouped is not None:
        return reader.read(regrouped)
    inside = _taken_inside(reader, node)
    if inside is None:
        return _multiplied(reader, node)
    if isinstance(inside, tree.Juxtaposed) and _is_ratio(reader, inside.items[-1]):
        return reader.read(inside)
    over = Note(
        "sign behind a function", "only what stands before the slash or dot is read as the function's argument", node.span
    )
    within = Note("sign behind a function", "the quotient or product is read as the function's argument", node.span)
    out: Readings = []
    first: AnswerProblem | None = None
    for note in (over, within):
        try:
            values = _multiplied(reader, node) if note is over else reader.read(inside)
        except AnswerProblem as problem:
            first = first or problem
            continue
        out += [r.with_note(note) for r in values]
    if not out and first is not None:
        raise first
    return out


def _multiplied(reader: Reader, node: tree.Product) -> Readings:
    total = reader.read(node.items[0])
    span = node.items[0].span
    for op, item in zip(node.ops, node.items[1:], strict=True):
        span = span | item.span
        rules = _PRODUCTS.get(op)
        if rules is None:
            raise reader.problem(f"the operator {op} has no meaning here", item.span)
        if op == "slash" and isinstance(item, tree.Juxtaposed):
            both = _below_or_behind(reader, total, item, span)
            if both is not None:
                total = cheapest(both)
                continue
        values, found, first = reader.read(item), [], None
        for rule in rules:
            try:
                found += reader.each(lambda a, b, f=rule, s=span: f(a, b, s), span, total, values)
            except AnswerProblem as problem:
                first = first or problem
        if not found and first is not None:
            raise first
        total = cheapest(found)
    return total


def _below_or_behind(reader: Reader, above: Readings, item: tree.Juxtaposed, span: Span) -> Readings | None:
    """``1/2 x``: all that follows the slash is below it, or only the next factor is. A number over a number is a factor of its own
    where a bracket, a sum or a function follows; ``u/2\\sigma^2`` has letters close behind a number below it; in other cases both are
    meant by someone. None where one thing follows.
    """
    factors = juxtaposition.units(reader, item.items)
    if len(factors) == 1:
        return None
    above_number = all(isinstance(r.value, Tensor) and isinstance(r.value.body, t.Num) for r in above)
    below_number = isinstance(item.items[0], tree.Number)
    close = all(a.span.end == b.span.start for a, b in itertools.pairwise(item.items))
    letters = (
        below_number and not above_number and close and all(isinstance(i, (tree.Name, tree.Scripted)) for i in item.items[1:])
    )
    factor_of_its_own = (
        above_number and below_number and (isinstance(item.items[1], (tree.Big, tree.Fenced)) or len(factors) < len(item.items))
    )
    out: Readings = []
    first: AnswerProblem | None = None
    below = Note(
        "slash", "all that follows the slash is read as below it", span, "stretched" if factor_of_its_own else "convention"
    )
    behind = Note("slash", "only the next factor is read as below the slash", span, "stretched" if letters else "convention")
    for note, whole in ((below, True), (behind, False)):
        try:
            over = juxtaposition.product_of(reader, factors, item) if whole else factors[0][0]
            values = reader.each(lambda a, b: combine.quotient(a, b, span), span, above, over)
            if not whole:
                values = juxtaposition.product_of(reader, [(values, item.items[0]), *factors[1:]], item)
        except AnswerProblem as problem:
            first = first or problem
            continue
        out += [r.with_note(note) for r in values]
    if not out and first is not None:
        raise first
    return out


def _is_ratio(reader: Reader, node: tree.Node) -> bool:
    """Whether a quotient or product is one of densities: ``q(z)/p(z)``, or a fraction of them times another."""
    inside = node.body if isinstance(node, tree.Fenced) else node
    return isinstance(inside, tree.Product) and all(_of_densities(reader, item) for item in inside.items)


def _of_densities(reader: Reader, node: tree.Node) -> bool:
    if isinstance(node, tree.Fraction):
        return _of_densities(reader, node.above) and _of_densities(reader, node.below)
    if isinstance(node, tree.Juxtaposed) and len(node.items) > 2 and not len(node.items) % 2:  # p(x | z) p(z)
        calls = (tree.Juxtaposed(a.span | b.span, (a, b)) for a, b in zip(node.items[::2], node.items[1::2], strict=True))
        return all(_of_densities(reader, call) for call in calls)
    return density(reader, node) is not None


def _taken_inside(reader: Reader, node: tree.Product) -> tree.Node | None:
    r"""``\log a/b`` with the quotient inside, and ``\log \frac ab \cdot \frac cd`` with the product: some mean that. None where neither stands."""
    for k, op in enumerate(node.ops):
        left, right = node.items[k], node.items[k + 1]
        of_fractions = op in ("cdot", "times") and isinstance(right, tree.Fraction)
        if not isinstance(left, tree.Juxtaposed) or not (
            op == "slash" or (of_fractions and isinstance(left.items[-1], tree.Fraction))
        ):
            continue
        at = next(
            (
                j
                for j in range(len(left.items) - 2, -1, -1)
                if (h := head_of(left.items[j])) is not None and h.text in ELEMENTWISE
            ),
            None,
        )
        if at is None:
            continue
        behind = left.items[at + 1 :]
        above = behind[0] if len(behind) == 1 else tree.Juxtaposed(behind[0].span | behind[-1].span, behind)
        if any(isinstance(i, (tree.Fenced, tree.Big)) for i in behind) and (len(behind) > 2 or density(reader, above) is None):
            continue
        span = above.span | right.span
        quotient = tree.Fenced(span, "paren", tree.Product(span, (op,), (above, right)))
        whole = tree.Juxtaposed(left.span | span, (*left.items[: at + 1], quotient))
        if len(node.ops) == 1:
            return whole
        return tree.Product(node.span, node.ops[:k] + node.ops[k + 1 :], (*node.items[:k], whole, *node.items[k + 2 :]))
    return None
