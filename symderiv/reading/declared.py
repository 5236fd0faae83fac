r"""Declared functions at their arguments, and their derivatives by name: ``F(x)``, ``F_i(x)``, ``F''(x)``, ``J_F(x)``."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.terms import Function, Tensor, Value as FunctionValue, fresh, scalar, tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Span
from symderiv.reading import combine, tree
from symderiv.reading.calls import argument_lists, brackets, finished, symbols_in
from symderiv.reading.meaning import Reader
from symderiv.reading.sizes import subscript_pieces
from symderiv.reading.values import Readings, cheapest
from symderiv.reading.scope import key, subscript
from symderiv.reading.values import Blocks, Note, Reading, Value


def application(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """``F(x)``, ``F'(x)``, ``F_i(x)`` and ``F^2(x)`` at ``k``, and where it ends; None where no declared function stands there."""
    several = reader.scope.outputs.get(key(items[k]) or "")
    if several is not None and (inside := brackets(items, k + 1)) is not None:
        span = items[k].span | inside.span
        lists = argument_lists(reader, inside)
        parts = [derived(reader, f, 0, lists, span) for f in several]
        return reader.each(lambda *vs: Reading(Blocks(tuple((v,) for v in vs), column=True)), span, *parts), k + 2
    head, power = _without_power(items[k])
    f, order = _function_and_order(reader, head)
    inside = brackets(items, k + 1)
    if f is None or inside is None:
        return None
    span = head.span | items[k + 1].span
    values = derived(reader, f, order, argument_lists(reader, inside), span)
    by = head.sub if isinstance(head, tree.Scripted) and not order and key(head) not in reader.scope.functions else None
    if by is not None and (derivative := _by_name(reader, values, by, span)) is not None:
        return finished(reader, derivative, items[k + 1]), k + 2
    if power is not None:
        values = reader.raised(values, power, span)
    if key(unprimed(head)) not in reader.scope.functions and (part := _component_of_function(reader, unprimed(head))) is not None:
        values = reader.component(values, part[1], span)
    return finished(reader, values, items[k + 1]), k + 2


def _by_name(reader: Reader, values: Readings, by: tree.Node, span: Span) -> Readings | None:
    """``F_x`` for the derivative of F by a vector x that it is taken at; None where the subscript is no such vector."""
    from symderiv.reading import derivatives

    symbol = reader.scope.symbols.get(key(by) or "")
    if symbol is None or not symbol.sizes or key(by) in reader.indices:
        return None
    if not all(isinstance(r.value, Tensor) and symbol in symbols_in(r.value) for r in values):
        return None
    note = Note("subscript for derivative", "a vector below a function is what it is differentiated by", span)
    return [r.with_note(note) for r in derivatives.of(reader, values, by, span)]


def _without_power(node: tree.Node) -> tuple[tree.Node, tree.Node | None]:
    """``f^2`` before its brackets: the function, and the power of its value. ``f^{-1}`` is the inverse function, which is not known."""
    if isinstance(node, tree.Scripted) and isinstance(node.sup, tree.Number) and not node.primes:
        return tree.Scripted(node.span, node.base, node.sub) if node.sub is not None else node.base, node.sup
    return node, None


def _function_and_order(reader: Reader, node: tree.Node) -> tuple[Function | None, int]:
    """``F``, ``F'``, ``F''``, and ``F_i`` for the component of F."""
    primes = node.primes if isinstance(node, tree.Scripted) else 0
    bare = unprimed(node)
    if isinstance(bare, tree.Scripted) and bare.sup is not None:
        return None, 0
    name = key(bare)
    functions = reader.scope.functions
    if name is not None and name in functions:
        return functions[name], primes
    if reader.named(name) is None and (found := _component_of_function(reader, bare)) is not None:
        return found[0], primes
    return None, 0


def _component_of_function(reader: Reader, node: tree.Node) -> tuple[Function, tuple[tree.Node, ...]] | None:
    """``F_i`` and ``F_{2,i}``: the function ``F``, or ``F_2``, and the subscripts that are left; None where no function is named."""
    if not isinstance(node, tree.Scripted) or node.sub is None or (stem := key(node.base)) is None:
        return None
    pieces = subscript_pieces(node.sub)
    for taken in range(len(pieces) - 1, -1, -1):
        texts = [subscript(p) or "" for p in pieces[:taken]]
        for by in (",", ""):
            f = reader.scope.functions.get(f"{stem}_{by.join(texts)}" if taken else stem)
            if f is not None:
                return f, pieces[taken:]
    return None


def unprimed(node: tree.Node) -> tree.Node:
    """A name without its primes."""
    if isinstance(node, tree.Scripted) and node.primes:
        return tree.Scripted(node.span, node.base, node.sub, node.sup) if node.sub or node.sup else node.base
    return node


def derived(reader: Reader, f: Function, order: int, arguments: list[list[Tensor]], span: Span) -> Readings:
    """The value of a declared function (order 0), its Jacobian (1), at each list of arguments."""
    out: Readings = []
    first: AnswerProblem | None = None
    for values in arguments:
        try:
            out += _value_of(reader, f, order, values, span)
        except AnswerProblem as problem:
            first = first or problem
    if not out:
        raise first or reader.problem(f"{f.name} wants other arguments", span)
    return cheapest(out)


def by_argument(reader: Reader, f: Function, place: int, values: list[Tensor], span: Span) -> Readings:
    """The Jacobian of a declared function by one of its arguments, counted from 0."""
    return [_derived_by(r.value, f, place) for r in _value_of(reader, f, 0, values, span) if isinstance(r.value, Tensor)]


def _derived_by(value: Tensor, f: Function, place: int) -> Reading[Value]:
    outer, body = value.open()
    assert isinstance(body, FunctionValue)
    inner = tuple(fresh(s) for s in f.arguments[place])
    return Reading(tensor((*outer, *inner), FunctionValue(f, body.arguments, body.at, ((place, *inner),))))


def _value_of(reader: Reader, f: Function, order: int, values: list[Tensor], span: Span) -> Readings:
    if len(values) != len(f.arguments):
        wanted = f"{len(f.arguments)} argument{'s' * (len(f.arguments) != 1)}"
        raise reader.problem(f"{f.name} takes {wanted}, not {len(values)}", span)
    notes: tuple[Note, ...] = ()
    if f.elementwise:
        (x,) = values
        if x.rank == 2:
            raise reader.problem(f"{f.name} acts on vectors, not on {T.shape_in_words(x)}", span)
        by = ((0,),) * order
        return [Reading(T.entrywise(lambda u: FunctionValue(f, (scalar(u),), (), by), x))]
    values = [T.zeros(sizes) if combine.is_zero(x) else x for x, sizes in zip(values, f.arguments, strict=True)]
    for x, sizes in zip(values, f.arguments, strict=True):
        if x.sizes != sizes:
            if not x.rank and len(sizes) == 1:
                return _slipped(reader, f, order, x, sizes[0], span)
            wanted = T.shape_in_words(T.zeros(sizes))
            raise reader.problem(f"{f.name} takes {wanted}, not {T.shape_in_words(x)}", span)
    columns = [Tensor(x.slots, x.body) for x in values]
    if order > 1 and not f.output and len(values) == 1 and order == 2:
        i, j = fresh(f.arguments[0][0]), fresh(f.arguments[0][0])
        return [Reading(tensor((i, j), FunctionValue(f, tuple(columns), (), ((0, i), (0, j)))), 0, notes)]
    if order > 1 or (order and len(values) > 1):
        raise reader.problem(f"write the derivative of {f.name} with partial derivatives", span)
    if not order:
        at = T.names_over(f.output, *columns)
        return [Reading(tensor(at, FunctionValue(f, tuple(columns), at, ())), 0, notes)]
    at = tuple(fresh(s) for s in f.output)
    inner = tuple(fresh(s) for s in f.arguments[0])
    return [Reading(tensor((*at, *inner), FunctionValue(f, tuple(columns), at, ((0, *inner),))), 0, notes)]


def _slipped(reader: Reader, f: Function, order: int, x: Tensor, size: object, span: Span) -> Readings:
    """``G(x_{2,i})`` where G takes a whole vector: read as the entry of ``G(x_2)``, a slip of the index."""
    body = x.body
    if order or not isinstance(body, t.Entry) or len(body.at) != 1 or body.symbol.sizes != (size,) or len(f.output) != 1:
        raise reader.problem(f"{f.name} takes a vector of length {size}, not a scalar", span)
    note = Note(
        "index slip",
        f"{f.name} takes a whole vector, and here it is given one coordinate; read as the coordinate of its value",
        span,
        "repair",
    )
    value = FunctionValue(f, (T.whole(body.symbol),), body.at, ())
    return [Reading(scalar(value)).with_note(note)]


def jacobian(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """``J_F(x)``, ``D_F(x)`` and ``D F(x)`` at ``k``; None where no declared function's Jacobian stands there."""
    spelled = _behind_d(reader, items, k)
    if spelled is not None:
        return spelled
    inside = brackets(items, k + 1)
    if inside is None or reader.named(key(items[k])) is not None:
        return None
    found = function_of_jacobian(reader, items[k])
    if found is None:
        return None
    f, order, span = found
    values = derived(reader, f, order, argument_lists(reader, inside), span | inside.span)
    return finished(reader, values, items[k + 1]), k + 2


def _behind_d(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """``D F(x)``, and ``D F`` at the argument that F has in the question."""
    if key(items[k]) != "D" or "D" in reader.scope.names() or "D" in reader.scope.aliases or k + 1 >= len(items):
        return None
    f = reader.scope.functions.get(key(items[k + 1]) or "")
    if f is None:
        return None
    inside = brackets(items, k + 2)
    span = items[k].span | items[k + 1].span
    if inside is not None:
        values = derived(reader, f, 1, argument_lists(reader, inside), span | inside.span)
        return finished(reader, values, items[k + 2]), k + 3
    return at_its_argument(reader, f, 1, span), k + 2


def at_its_argument(reader: Reader, f: Function, order: int, span: Span) -> Readings:
    """A function, or a derivative of one, without brackets behind it: taken where the question takes it, if that is one place only."""
    arguments = reader.scope.arguments.get(f.name)
    if arguments is None:
        what = f.name if not order else f"the derivative of {f.name}"
        hint = f"write {f.name}{chr(39) * order}(…) with its argument"
        raise reader.problem(f"where is {what} taken?", span, hint)
    note = Note("argument understood", f"{f.name} is taken at the argument it has in the question", span)
    return [r.with_note(note) for r in derived(reader, f, order, [list(arguments)], span)]


def value_of_function(reader: Reader, node: tree.Node) -> Readings | None:
    """``s`` and ``s_j`` of a declared function: its value where the question takes it, and an entry of that. None where no such function stands there."""
    known, taken = reader.scope.functions, reader.scope.arguments
    if (f := known.get(key(node) or "")) is not None:
        return at_its_argument(reader, f, 0, node.span) if f.name in taken else None
    if not isinstance(node, tree.Scripted) or node.sup is not None or node.primes:
        return None
    found = _component_of_function(reader, node)
    if found is None or found[0].name not in taken:
        return None
    values = at_its_argument(reader, found[0], 0, node.span)
    derivative = _by_name(reader, values, node.sub, node.span) if node.sub is not None else None
    return derivative or reader.component(values, found[1], node.span)


def function_of_jacobian(reader: Reader, node: tree.Node) -> tuple[Function, int, Span] | None:
    """``J_F``, ``D F``: the function whose Jacobian is named."""
    if (
        isinstance(node, tree.Scripted)
        and isinstance(node.base, tree.Name)
        and node.base.text in ("J", "D")
        and node.sub is not None
    ):
        f = reader.scope.functions.get(subscript(node.sub) or "")
        if f is not None and node.sup is None:
            return f, 1, node.span
    return None


def primed_function(reader: Reader, node: tree.Node) -> tuple[Function, int, Span] | None:
    """``F'``: the function and how often it is differentiated."""
    if isinstance(node, tree.Scripted) and node.primes and node.sup is None:
        f = reader.scope.functions.get(key(unprimed(node)) or "")
        if f is not None:
            return f, node.primes, node.span
    return None
