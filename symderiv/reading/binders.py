r"""Sums, products and integrals with their index: ``\sum_{i=1}^{n}``, ``\prod_i``, ``\int … dz``."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Container, Iterator, Sequence

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.size import Size
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.tree import children
from symderiv.reading.combine import in_words
from symderiv.reading.meaning import Reader
from symderiv.reading.ranges import one_by_one
from symderiv.reading.sizes import Running, size_of, subscript_pieces
from symderiv.reading.values import Readings
from symderiv.reading.scope import key
from symderiv.reading.values import Note, Reading, Value


def read(reader: Reader, node: tree.Big) -> Readings:
    """A large operator and its body."""
    if node.op == "integral":
        from symderiv.reading import integrals

        return integrals.integral(reader, node)
    if node.lower is None:
        outer = {running.index for running in reader.indices.values()}
        return reader.each(lambda v: _over_all(v, node, outer), node.span, reader.read(node.body))
    if node.op == "sum" and node.upper is None and node.lower is not None:
        from symderiv.reading import integrals

        found = integrals.summed_out(reader, node, node.lower)
        if found is not None:
            return found
    if reader.scope.stacks:
        from symderiv.reading import stacks

        layers = stacks.over_layers(reader, node)
        if layers is not None:
            return layers
    plain = one_by_one(node)
    if plain is not None:
        return reader.read(plain)
    from_one = counted_from_one(node)
    if from_one is not None:
        note = Note(
            "counted from 0", "the index runs from 0, so that it stands for the entry after the one of its number", node.span
        )
        return [r.with_note(note) for r in reader.read(from_one)]
    name, excluded = _index(reader, node.lower)
    shorter = _shorter(reader, node, name)
    if shorter is not None:
        return reader.read(shorter)
    from symderiv.reading import datasets

    running, data = Running(name), datasets.variables(reader.scope, name, node.body)
    if data:
        try:
            running.index = t.fresh(datasets.number(reader.scope, node.upper))
        except ValueError:
            raise reader.problem("this is no number of data", node.lower.span) from None
    elif node.upper is not None:
        end, running.before = _upper(reader, node), _before(reader, node.lower)
        running.index = t.fresh(end if running.before is None else end - running.before)
    inner = reader.within({name: running})
    if running.index is None:
        _find_size(inner, running, node.body)
    values = inner.read(node.body)
    if running.index is None:
        raise reader.problem(f"nothing says how far {name} runs", node.lower.span)
    from_two = (
        isinstance(node.lower, tree.Related)
        and isinstance(node.lower.sides[-1], tree.Number)
        and node.lower.sides[-1].digits == "2"
    )
    other = None
    if excluded is not None:
        other = inner.slot(excluded, running.index.size)

    def bound(v: Value) -> Reading[Value]:
        if not isinstance(v, Tensor):
            raise ShapeMismatch(f"{in_words(v)} cannot be summed over {name}")
        assert running.index is not None
        indices, body = (datasets.at(v, data, running.index) if data else v).open()
        if node.op == "sum":
            if from_two:
                body = t.mul(t.sub(t.ONE, t.delta(running.index, 1)), body)
            if other is not None:
                body = t.mul(t.sub(t.ONE, t.delta(running.index, other)), body)
            total = t.sum_over((running.index,), body)
        else:
            if from_two:
                body = t.power(body, t.sub(t.ONE, t.delta(running.index, 1)))
            if other is not None:
                body = t.power(body, t.sub(t.ONE, t.delta(running.index, other)))
            total = t.prod_over(running.index, body)
        return Reading(t.tensor(indices, total, v.row))

    return reader.each(bound, node.span, values)


def counted_from_one(node: tree.Big) -> tree.Big | None:
    r"""``\sum_{i=0}^{n-1} x_i`` as people count who program: over all n entries. None where the letter is more than the place of an entry."""
    lower, upper = node.lower, node.upper
    if not isinstance(lower, tree.Related) or lower.relations != ("=",) or upper is None:
        return None
    letter, start = key(lower.sides[0]), lower.sides[1]
    if letter is None or not (isinstance(start, tree.Number) and start.digits == "0") or not _is_place(node.body, letter):
        return None
    if (
        not isinstance(upper, tree.Sum)
        or upper.signs[-1] != "-"
        or not (isinstance(last := upper.terms[-1], tree.Number) and last.digits == "1")
    ):
        return None
    one = tree.Number(start.span, "1")
    end = tree.Sum(upper.span, (*upper.signs, "+"), (*upper.terms, one))
    return tree.Big(node.span, node.op, tree.Related(lower.span, ("=",), (lower.sides[0], one)), end, node.body)


def _is_place(node: tree.Node, letter: str) -> bool:
    """Whether a letter stands nowhere but as a whole subscript."""
    if key(node) == letter:
        return False
    if isinstance(node, tree.Scripted) and node.sub is not None:
        rest = [p for p in subscript_pieces(node.sub) if key(p) != letter]
        return all(_is_place(x, letter) for x in (node.base, *rest, *((node.sup,) if node.sup is not None else ())))
    return all(_is_place(child, letter) for child in children(node))


def _find_size(inner: Reader, running: Running, body: tree.Node) -> None:
    r"""Read something that the index stands at before what does not say how far it runs, such as ``\delta_{ij}``."""
    for part, whole in _subscripted(body):
        if running.index is not None:
            return
        if part.sub is not None and uses_letter(part.sub, running.name) and key(part.base) != "delta":
            with contextlib.suppress(AnswerProblem):
                inner.read(whole)


def find_sizes(reader: Reader, node: tree.Node) -> None:
    r"""Read what has subscripts before what does not say how far they run: ``s_i`` before the ``\\delta_{ij}`` that stands in front of it."""
    for part, whole in _subscripted(node):
        if key(part.base) != "delta":
            with contextlib.suppress(AnswerProblem):
                reader.read(whole)


def _subscripted(node: tree.Node) -> Iterator[tuple[tree.Scripted, tree.Node]]:
    """Things with a subscript, each with what it is read in: ``s_j`` and ``s(x)_j`` with all of the call."""
    items = node.items if isinstance(node, tree.Juxtaposed) else ()
    in_calls = set()
    for head, inside in itertools.pairwise(items):
        base = inside.base if isinstance(inside, tree.Scripted) else inside
        if not isinstance(base, tree.Fenced) or base.kind not in ("paren", "bracket") or isinstance(head, tree.Fenced):
            continue
        call = tree.Juxtaposed(head.span | inside.span, (head, inside))
        for part in (head, inside):
            if isinstance(part, tree.Scripted):
                yield part, call
                in_calls.add(id(part))
    if isinstance(node, tree.Scripted):
        yield node, tree.Scripted(node.span, node.base, node.sub)
    for child in children(node):
        if id(child) not in in_calls:
            yield from _subscripted(child)
        else:
            yield from (found for grandchild in children(child) for found in _subscripted(grandchild))


def _shorter(reader: Reader, node: tree.Big, name: str) -> tree.Node | None:
    """``\\prod_i a_i \\prod_j b_j``: a product ends with the last factor that uses its index; None where that is all of it."""
    body = node.body
    if node.op != "product" or not isinstance(body, (tree.Juxtaposed, tree.Product)):
        return None
    used = [k for k, item in enumerate(body.items) if uses(item, name)]
    if not used or used[-1] == len(body.items) - 1:
        return None
    cut = used[-1] + 1
    if isinstance(body, tree.Juxtaposed) and _calls(reader, body.items, cut):
        cut += 1
        if cut == len(body.items):
            return None
    inner, rest = body.items[:cut], body.items[cut:]
    if isinstance(body, tree.Juxtaposed):
        inside = inner[0] if cut == 1 else tree.Juxtaposed(inner[0].span | inner[-1].span, inner)
        short = tree.Big(node.span, node.op, node.lower, node.upper, inside)
        return tree.Juxtaposed(node.span, (short, *rest))
    inside = inner[0] if cut == 1 else tree.Product(inner[0].span | inner[-1].span, body.ops[: cut - 1], inner)
    short = tree.Big(node.span, node.op, node.lower, node.upper, inside)
    return tree.Product(node.span, body.ops[cut - 1 :], (short, *rest))


def _calls(reader: Reader, items: Sequence[tree.Node], k: int) -> bool:
    """Whether the brackets at ``k`` hold the arguments of what stands before them: of a function, and no factor in brackets."""
    from symderiv.reading.known import is_operator

    base = items[k].base if isinstance(items[k], tree.Scripted) else items[k]  # type: ignore[union-attr]
    s, head = reader.scope, key(unscripted(items[k - 1])) or ""
    is_head = head in s.functions or head in s.outputs or head in s.maps or (head not in s.names() and is_operator(head))
    return is_head and isinstance(base, tree.Fenced) and base.kind in ("paren", "bracket")


def unscripted(node: tree.Node) -> tree.Node:
    """What stands below scripts."""
    while isinstance(node, tree.Scripted):
        node = node.base
    return node


def _over_all(v: Value, node: tree.Big, outer: Container[t.Index | None]) -> Reading[Value]:
    """All entries of a vector, or ``\\sum σ_i``: over the only letter that stands in it and that nothing around it binds."""
    own = [i for i in v.free if i not in outer] if isinstance(v, Tensor) and not v.rank else []
    if isinstance(v, Tensor) and len(own) == 1:
        note = Note("sum over its letter", f"a {node.op} without an index runs over the only index letter in it", node.span)
        over = t.sum_over((own[0],), v.body) if node.op == "sum" else t.prod_over(own[0], v.body)
        return Reading(t.scalar(over)).with_note(note)
    if isinstance(v, Tensor) and v.rank == 1 and node.op == "sum":
        note = Note("sum of all entries", "a sum without an index adds all entries", node.span)
        return Reading(T.total(v)).with_note(note)
    if isinstance(v, Tensor) and v.rank == 1:
        note = Note("product of all entries", "a product without an index multiplies all entries", node.span)
        return Reading(T.product_of_entries(v)).with_note(note)
    raise ShapeMismatch(f"a {node.op} without an index wants a vector behind it, not {in_words(v)}")


def _index(reader: Reader, lower: tree.Node) -> tuple[str, tree.Node | None]:
    """The index letter, and another that it must differ from."""
    name = key(lower)
    if name is not None:
        return name, None
    if isinstance(lower, tree.Related) and len(lower.sides) == 2:
        name = key(lower.sides[0])
        if name is not None and lower.relations == ("=",):
            if (
                not (isinstance(lower.sides[1], tree.Number) and lower.sides[1].digits in ("1", "2"))
                and _before(reader, lower) is None
            ):
                raise reader.problem("sums and products start at 1 or 2", lower.sides[1].span)
            return name, None
        if name is not None and lower.relations == ("!=",):
            return name, lower.sides[1]
    raise reader.problem("an index is written i, or i = 1", lower.span)


def _before(reader: Reader, lower: tree.Node) -> Size | None:
    r"""The d of ``\sum_{j=d+1}``: how many numbers come before the first; None where a sum starts at a number."""
    start = lower.sides[1] if isinstance(lower, tree.Related) and lower.relations == ("=",) else None
    if start is None or isinstance(start, tree.Number):
        return None
    try:
        before = size_of(start) - Size.of(1)
    except ValueError:
        return None
    return before if before.names and before.names <= reader.scope.dimensions else None


def _upper(reader: Reader, node: tree.Big) -> Size:
    assert node.upper is not None
    try:
        size = size_of(node.upper)
    except ValueError:
        raise reader.problem("this is no size to sum up to", node.upper.span) from None
    unknown = size.names - reader.scope.dimensions
    if unknown:
        raise reader.problem(f"unknown size {', '.join(sorted(unknown))}", node.upper.span, _declared(reader))
    return size


def _declared(reader: Reader) -> str:
    names = ", ".join(sorted(reader.scope.dimensions))
    return f"declared sizes are made of {names}" if names else "no size is declared"


def reaching(reader: Reader, node: tree.Sum, terms: Sequence[tuple[str, tree.Node]]) -> Readings | None:
    r"""``\sum_i a_i + b_i``: a sum whose index is used behind it reaches further than it is written. None where there is none.

    It reaches to the last term that uses the index, or to the end: both are tried, and may disagree.
    """
    for k, (sign, term) in enumerate(terms[:-1]):
        big = _last_big(term)
        if big is None or big.op != "sum" or big.lower is None:
            continue
        try:
            name, _ = _index(reader, big.lower)
        except AnswerProblem:
            continue
        if name in reader.indices:
            continue
        using = [j for j in range(k + 1, len(terms)) if uses(terms[j][1], name)]
        if not using:
            continue
        ends = {using[-1]} | ({len(terms) - 1} if not any(_last_big(x) for _, x in terms[using[-1] + 1 :]) else set())
        out: Readings = []
        first: AnswerProblem | None = None
        for end in sorted(ends):
            longer = _widened(term, big, sign, terms[k : end + 1])
            rest = [*terms[:k], ("+", longer), *terms[end + 1 :]]
            note = Note(
                "reaching sum", f"the sum over {name} is read as reaching over the terms that use {name}", big.span, "stretched"
            )
            try:
                values = reader._added(node, rest) if len(rest) > 1 else reader.read(longer)
            except AnswerProblem as problem:
                first = first or problem
                continue
            out += [r.with_note(note) for r in values]
        if out:
            return out
        if first is not None:
            raise first
    return None


def _last_big(node: tree.Node) -> tree.Big | None:
    """The sum at the very end of a term, whose body the term's end is."""
    if isinstance(node, tree.Big):
        return node
    if isinstance(node, (tree.Juxtaposed, tree.Product)):
        return _last_big(node.items[-1])
    return None


def _widened(term: tree.Node, big: tree.Big, sign: str, terms: Sequence[tuple[str, tree.Node]]) -> tree.Node:
    """The term with the following ones taken below its sum. A minus before the sum belongs to the first of them only in writing."""
    span = term.span | terms[-1][1].span
    body = tree.Sum(span, ("+", *(s for s, _ in terms[1:])), (big.body, *(x for _, x in terms[1:])))
    wide = tree.Big(span, big.op, big.lower, big.upper, body)
    replaced = _with_last(term, wide, span)
    return tree.Sum(span, ("-",), (replaced,)) if sign == "-" else replaced


def _with_last(node: tree.Node, last: tree.Node, span: Span) -> tree.Node:
    if isinstance(node, tree.Juxtaposed):
        return tree.Juxtaposed(span, (*node.items[:-1], _with_last(node.items[-1], last, span)))
    if isinstance(node, tree.Product):
        return tree.Product(span, node.ops, (*node.items[:-1], _with_last(node.items[-1], last, span)))
    return last


def uses(node: tree.Node, name: str) -> bool:
    """Whether a letter stands somewhere in a subscript of a node, unbound there. A sum without an index binds what stands in it."""
    if isinstance(node, tree.Big) and node.lower is None and node.op != "integral":
        return False
    if isinstance(node, tree.Big) and node.lower is not None and uses_letter(node.lower, name):
        return False
    if isinstance(node, tree.Scripted) and node.sub is not None and uses_letter(node.sub, name):
        return True
    return any(uses(child, name) for child in children(node))


def uses_letter(node: tree.Node, name: str) -> bool:
    """Whether a name stands anywhere in a node."""
    return (isinstance(node, tree.Name) and node.text == name) or any(uses_letter(c, name) for c in children(node))


def names_in(node: tree.Node) -> set[str]:
    """All names in a node, as keys."""
    found = {key(node)} if key(node) is not None else set()
    for child in children(node):
        found |= names_in(child)
    return {n for n in found if n is not None}


def with_children(node: tree.Node, f: Callable[[tree.Node], tree.Node]) -> tree.Node:
    """A node with ``f`` of every node directly inside it."""
    changed = {field: _each(getattr(node, field), f) for field in node.__match_args__ if field != "span"}
    return dataclasses.replace(node, **changed)  # type: ignore[arg-type]


def _each(value: object, f: Callable[[tree.Node], tree.Node]) -> object:
    if isinstance(value, tuple):
        return tuple(_each(v, f) for v in value)
    return f(value) if isinstance(value, tree.KINDS) else value  # type: ignore[arg-type]
