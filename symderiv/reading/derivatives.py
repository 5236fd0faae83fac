r"""Derivatives as they are written: ``\frac{\partial y}{\partial x}``, ``\partial_\mu f``, ``\nabla_\theta f``, ``\frac{\partial}{\partial x} f``.

Outputs are rows, inputs columns. A scalar's derivative by a vector is a column (the gradient). A function without its argument is
taken at the one it has in the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.calculus import CannotDifferentiate, derivative as derivative_term, gradient
from symderiv.algebra.moments import has_means as holds_mean
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import poly_term
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Mean, Slot, Symbol, Tensor, Term, tensor
from symderiv.core.text import Span
from symderiv.reading import combine, tree
from symderiv.reading.binders import names_in
from symderiv.reading.calls import argument_lists, brackets, finished
from symderiv.reading.declared import by_argument, at_its_argument, derived
from symderiv.reading.inverted import of_inverse
from symderiv.reading.density_names import own_variables
from symderiv.reading.meaning import Reader
from symderiv.reading.values import Readings
from symderiv.reading.substitute import substituted
from symderiv.reading.scope import Scope, key, subscript
from symderiv.reading.sizes import subscript_pieces
from symderiv.reading.values import Blocks, Reading, Value

#: The letters of a derivative.
_D = ("partial",)
_TRANSPOSES = frozenset(("top", "T", "intercal"))


def fraction(reader: Reader, node: tree.Fraction) -> Readings | None:
    r"""``\frac{\partial y}{\partial x}``; None where the fraction is no derivative."""
    below = _after_d(node.below)
    above = _after_d(node.above)
    if below is None or above is None or isinstance(above, tree.Empty):
        return None
    if _is_symbol_d(reader, node):
        return None
    y, lying = _without_transpose(reader, above)
    x, _ = _without_transpose(reader, below)
    values = (
        _by_defined(reader, y, x, node.span)
        or of_inverse(reader, y, x, node.span)
        or of(reader, operand(reader, y), below, node.span)
    )
    return reader.each(lambda v: Reading(combine.transposed(v)), node.span, values) if lying else values


def _without_transpose(reader: Reader, node: tree.Node) -> tuple[tree.Node, bool]:
    r"""``x`` of ``x^\top``: derivatives are written ``\frac{\partial y}{\partial x^\top}`` to say that inputs are columns."""
    standing = _standing(node)
    if standing is node or key(node) in reader.scope.names() or not _TRANSPOSES.isdisjoint(reader.scope.symbols):
        return node, False
    return standing, True


def _by_defined(reader: Reader, above: tree.Node, below: tree.Node, span: Span) -> Readings | None:
    """The derivative by a name that is defined, of what is written in that name: the name is a variable there. None where ``below`` is none."""
    name = key(below)
    if name in reader.scope.variables and (f := reader.scope.functions.get(key(above) or "")) is not None:
        return derived(reader, f, 1, [[T.whole(reader.scope.symbols[name or ""])]], span)  # dh/da, of h at a
    value = reader.scope.definitions.get(name or "")
    if name is None or not isinstance(value, Tensor) or name in reader.scope.symbols:
        return None
    f = reader.scope.functions.get(key(above) or "")
    if f is not None and reader.scope.arguments.get(f.name) == (value,):
        return derived(reader, f, 1, [[value]], span)
    others = (names_in(above) - {name}) & reader.scope.definitions.keys()
    if name not in names_in(above) or key(above) == name or others:
        return None
    variable = Symbol(name, value.sizes)
    scope = reader.scope
    definitions = {n: v for n, v in scope.definitions.items() if n != name}
    inner = Reader(replace(scope, symbols={**scope.symbols, name: variable}, definitions=definitions), reader.source)
    inner.indices, inner.free = reader.indices, reader.free
    found = of(inner, operand(inner, above), below, span)
    return [Reading(substituted(r.value, {variable: value}), r.cost, r.notes) for r in found]


def operator(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    r"""``\frac{\partial}{\partial x} f``, ``\partial_x f`` and ``\nabla_x f`` with all that follows."""
    node, by = items[k], None
    if isinstance(node, tree.Fraction):
        above, by = _after_d(node.above), _after_d(node.below)
        if by is None or not isinstance(above, tree.Empty) or _is_symbol_d(reader, node):
            return None
    elif (
        isinstance(node, tree.Scripted)
        and isinstance(node.base, tree.Sign)
        and node.base.name in ("partial", "nabla")
        and node.sub
    ):
        by = node.sub
    if by is None or k + 1 >= len(items):
        return None
    if isinstance(by, tree.Number):
        return _by_place(reader, items, k, by)
    from symderiv.reading import juxtaposition

    rest = items[k + 1] if k + 2 == len(items) else tree.Juxtaposed(items[k + 1].span | items[-1].span, tuple(items[k + 1 :]))
    if k + 2 == len(items):
        values = operand(reader, rest)
    else:
        values = juxtaposition.product_of(reader, juxtaposition.units(reader, items[k + 1 :]), rest)
    span = node.span | items[-1].span
    values = of(reader, values, by, span)
    sup = node.sup if isinstance(node, tree.Scripted) else None
    if isinstance(sup, tree.Number) and sup.digits == "2":
        values = of(reader, values, by, span)
    elif sup is not None:
        raise reader.problem("only a second derivative is read here", sup.span)
    return values, len(items)


def _by_place(reader: Reader, items: Sequence[tree.Node], k: int, place: tree.Number) -> tuple[Readings, int] | None:
    r"""``\partial_2 s(x, c)``: the derivative of a declared function by its second argument, a Jacobian with outputs as rows."""
    f = reader.scope.functions.get(key(items[k + 1]) or "")
    inside = brackets(items, k + 2)
    if (
        f is None
        or inside is None
        or f.elementwise
        or not place.digits.isdigit()
        or not 1 <= int(place.digits) <= len(f.arguments)
    ):
        raise reader.problem("one differentiates by a declared symbol, or by the place of an argument", place.span)
    span = items[k].span | inside.span
    found = [r for values in argument_lists(reader, inside) for r in by_argument(reader, f, int(place.digits) - 1, values, span)]
    return finished(reader, found, items[k + 2]), k + 3


def nabla(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    r"""``\nabla f(x)``: the gradient of a declared function by its one argument, as a column; ``\nabla^2 f(x)``, its second derivatives; without brackets at the argument of the question."""
    node = items[k]
    order = 1
    if isinstance(node, tree.Scripted) and isinstance(node.sup, tree.Number) and node.sup.digits == "2" and node.sub is None:
        node, order = node.base, 2
    if not (isinstance(node, tree.Sign) and node.name == "nabla") or k + 1 >= len(items):
        return None
    f = reader.scope.functions.get(key(items[k + 1]) or "")
    inside = brackets(items, k + 2)
    if f is None or len(f.arguments) != 1 or (order == 2 and f.output):
        raise reader.problem("by which variable is this gradient?", node.span, r"write \nabla_x")
    if inside is None:
        return at_its_argument(reader, f, order, node.span | items[k + 1].span), k + 2
    span = node.span | inside.span
    values = derived(reader, f, order, argument_lists(reader, inside), span)
    return finished(reader, values, items[k + 2]), k + 3


def regrouped(node: tree.Product) -> tree.Node | None:
    r"""``A \,\partial y/\partial x`` with its derivative as a fraction; None where no derivative is written with a slash.

    Juxtaposition binds tighter than the slash, so the ∂ of the numerator may stand at the end of a longer row.
    """
    for k, op in enumerate(node.ops):
        left, right = node.items[k], node.items[k + 1]
        before, y = _split_at_d(left)
        after, x = _split_at_d(right)
        if op != "slash" or y is None or x is None or after or not y or not x:
            continue
        quotient = tree.Fraction(left.span | x[0].span, _with_d(left, y), _with_d(right, x[:1]))
        row = (*before, quotient, *x[1:])
        joined: tree.Node = row[0] if len(row) == 1 else tree.Juxtaposed(row[0].span | row[-1].span, row)
        if len(node.ops) == 1:
            return joined
        return tree.Product(node.span, node.ops[:k] + node.ops[k + 1 :], (*node.items[:k], joined, *node.items[k + 2 :]))
    return None


def _split_at_d(node: tree.Node) -> tuple[tuple[tree.Node, ...], tuple[tree.Node, ...] | None]:
    items = node.items if isinstance(node, tree.Juxtaposed) else (node,)
    for k in range(len(items) - 1, -1, -1):
        item = items[k]
        if isinstance(item, tree.Sign) and item.name in _D:
            return items[:k], items[k + 1 :]
    if len(items) == 2 and _is_letter_d(node):
        return (), items[1:]
    return items, None


def _with_d(node: tree.Node, rest: tuple[tree.Node, ...]) -> tree.Node:
    sign = tree.Sign(rest[0].span, "partial")
    return tree.Juxtaposed(node.span, (sign, *rest))


def _after_d(node: tree.Node) -> tree.Node | None:
    """What follows the ∂: Empty for ∂ alone, None where there is none."""
    if isinstance(node, tree.Sign) and node.name in _D:
        return tree.Empty(node.span)
    if isinstance(node, tree.Name) and _is_letter_d(node):
        return tree.Empty(node.span)
    if isinstance(node, tree.Juxtaposed) and (
        (isinstance(node.items[0], tree.Sign) and node.items[0].name in _D) or _is_letter_d(node)
    ):
        rest = node.items[1:]
        return rest[0] if len(rest) == 1 else tree.Juxtaposed(rest[0].span | rest[-1].span, rest)
    return None


def _is_letter_d(node: tree.Node) -> bool:
    r"""``d x``, with any d: ``\mathrm{d}``, ``d``."""
    first = node.items[0] if isinstance(node, tree.Juxtaposed) else node
    return isinstance(first, tree.Name) and first.text == "d"


def _is_symbol_d(reader: Reader, node: tree.Fraction) -> bool:
    """Whether the d of a fraction is a declared symbol, so that it is no derivative."""
    return "d" in reader.scope.symbols and _is_letter_d(node.below)


def names_of_place(node: tree.Node, scope: Scope) -> list[str]:
    """The names that a derivative differentiates, or by which: the parts of a block, the items of a list."""
    name = key(node)
    if name is not None and name in scope.blocks:
        return list(scope.blocks[name])
    if isinstance(node, tree.Fenced):
        return names_of_place(node.body, scope)
    if isinstance(node, tree.Listed):
        return [n for i in node.items for n in names_of_place(i, scope)]
    return [name] if name is not None else []


def derivative_place(node: tree.Node) -> tuple[tree.Node | None, tree.Node] | None:
    """What a derivative differentiates and by what, without the marks of a transpose: of ``∂y/∂x``, ``∇_θ f``, ``∂_θ f``, ``∂/∂x f``."""
    found = _place(node)
    return None if found is None else (found[0], _standing(found[1]))


def _standing(node: tree.Node) -> tree.Node:
    """``x`` of ``x^\\top``."""
    marked = isinstance(node, tree.Scripted) and isinstance(node.sup, tree.Name) and node.sup.text in _TRANSPOSES
    if not isinstance(node, tree.Scripted) or not marked:
        return node
    return tree.Scripted(node.span, node.base, node.sub) if node.sub is not None else node.base


def _place(node: tree.Node) -> tuple[tree.Node | None, tree.Node] | None:
    if isinstance(node, tree.Product):
        node = regrouped(node) or node
    if isinstance(node, tree.Fraction):
        above, below = _after_d(node.above), _after_d(node.below)
        if above is not None and below is not None:
            return (None if isinstance(above, tree.Empty) else above), below
    if isinstance(node, tree.Juxtaposed):
        first = node.items[0]
        if (
            isinstance(first, tree.Scripted)
            and isinstance(first.base, tree.Sign)
            and first.base.name in ("nabla", "partial")
            and first.sub
        ):
            return None, first.sub
        if isinstance(first, tree.Fraction):
            found = _place(first)
            return found if found is not None and found[0] is None else None
    if (
        isinstance(node, tree.Scripted)
        and isinstance(node.base, tree.Sign)
        and node.base.name in ("nabla", "partial")
        and node.sub
    ):
        return None, node.sub
    return None


def operand(reader: Reader, node: tree.Node) -> Readings:
    """What is differentiated; a bare function stands for its value at the argument of the question, and a map for that at the symbols it is defined with."""
    scope = reader.scope
    f = scope.functions.get(key(node) or "")
    if f is not None:
        return at_its_argument(reader, f, 0, node.span)
    mapped = scope.maps.get(key(node) or "")
    if mapped is None or any(p.name not in scope.symbols or scope.symbols[p.name].sizes != p.sizes for p in mapped.parameters):
        return reader.read(node)
    return [Reading(substituted(mapped.body, {p: T.whole(scope.symbols[p.name]) for p in mapped.parameters}))]


def of(reader: Reader, values: Readings, by: tree.Node, span: Span) -> Readings:
    """The derivative of values by a declared symbol, a block of symbols or a list of them, or by one entry of a symbol."""
    by, lying = _without_transpose(reader, by)
    entry = entry_of(by, reader.scope)
    symbols = _symbols(reader, by) if entry is None else entry[0]
    slots = () if entry is None else tuple(reader.slot(p, size) for p, size in zip(entry[1], entry[0].sizes, strict=True))

    def differentiated(v: Value) -> Reading[Value]:
        try:
            if isinstance(symbols, Symbol) and slots:
                return Reading(_by_entry(reader, v, symbols, slots))
            found = derivative(reader, v, symbols)
            is_gradient = (isinstance(found, Blocks) and found.column) or (isinstance(found, Tensor) and found.rank == 1)
            return Reading(combine.transposed(found) if lying and is_gradient else found)
        except CannotDifferentiate as cannot:
            raise ShapeMismatch(str(cannot)) from None

    return reader.each(differentiated, span, values)


def entry_of(node: tree.Node, scope: Scope) -> tuple[Symbol, tuple[tree.Node, ...]] | None:
    """The symbol of which a name is one entry, ``m_i`` of ``m`` or ``W_{ij}`` of ``W``, and the subscripts; None where it is none."""
    if not isinstance(node, tree.Scripted) or node.sub is None or node.sup is not None or node.primes:
        return None
    stem, pieces = key(node.base), subscript_pieces(node.sub)
    if stem is None or key(node) in scope.names():
        return None
    for taken in range(len(pieces)):
        name = f"{stem}_{','.join(subscript(p) or '' for p in pieces[:taken])}" if taken else stem
        symbol = scope.symbols.get(name)
        if symbol is not None and len(symbol.sizes) == len(pieces) - taken:
            return symbol, pieces[taken:]
    return None


def _by_entry(reader: Reader, v: Value, symbol: Symbol, at: tuple[Slot, ...]) -> Tensor:
    if not isinstance(v, Tensor):
        raise ShapeMismatch("blocks are not differentiated by single entries")
    indices, body = without_means(reader, v).open()
    return tensor(indices, derivative_term(body, symbol, at, reader.scope.knowledge, _labels(reader.scope, symbol.name)), v.row)


def _symbols(reader: Reader, by: tree.Node) -> Symbol | tuple[Symbol, ...]:
    scope = reader.scope
    if isinstance(by, tree.Fenced) and by.kind in ("paren", "group", "bracket"):
        inner = by.body
        if isinstance(inner, tree.Listed):
            return tuple(s for i in inner.items for s in [_one(reader, i)])
        return _symbols(reader, inner)
    if isinstance(by, tree.Listed):
        return tuple(_one(reader, i) for i in by.items)
    name = key(by)
    if name is not None and name in scope.blocks:
        return tuple(_symbol_named(reader, part, by) for part in scope.blocks[name])
    return _one(reader, by)


def _one(reader: Reader, node: tree.Node) -> Symbol:
    return _symbol_named(reader, key(node), node)


def _symbol_named(reader: Reader, name: str | None, node: tree.Node) -> Symbol:
    symbol = reader.scope.symbols.get(name or "")
    if symbol is None:
        raise reader.problem("one differentiates by a declared symbol", node.span)
    return symbol


def derivative(reader: Reader, v: Value, by: Symbol | tuple[Symbol, ...]) -> Value:
    """The derivative, as blocks where either side has them."""
    if isinstance(v, Blocks) and v.column:
        columns = by if isinstance(by, tuple) else (by,)
        rows = []
        for (part,) in v.rows:
            if not isinstance(part, Tensor):
                raise ShapeMismatch("blocks inside blocks are not differentiated")
            rows.append(tuple(_single(reader, part, s) for s in columns))
        return Blocks(tuple(rows), column=False)
    if not isinstance(v, Tensor):
        raise ShapeMismatch("this has no derivative")
    if isinstance(by, tuple):
        if v.rank:
            return Blocks((tuple(_single(reader, v, s) for s in by),))
        return Blocks(tuple((_single(reader, v, s),) for s in by), column=True)
    return _single(reader, v, by)


def _single(reader: Reader, v: Tensor, by: Symbol) -> Tensor:
    return gradient(without_means(reader, v), by, reader.scope.knowledge, _labels(reader.scope, by.name))


def _labels(scope: Scope, name: str) -> frozenset[str]:
    """What stands for a symbol in the subscripts of functions and densities: its name and those of its blocks; of a random variable nothing does."""
    known = (own_variables(d) | getattr(d, "given", frozenset()) for d in scope.densities.values())
    if name in scope.random.union(*known):
        return frozenset()
    return frozenset((name, *(block for block, parts in scope.blocks.items() if name in parts)))


def without_means(reader: Reader, v: Tensor) -> Tensor:
    """Expectations worked out where all of them can be, for what they come to is easier to differentiate."""
    if not holds_mean(v.body):
        return v
    indices, body = v.open()
    worked = poly_term(Normal(reader.scope.knowledge).poly(body))
    return v if holds_mean(worked) else tensor(indices, worked, v.row)


def has_means(term: Term | Tensor) -> bool:
    """Whether an expectation or a density stands in a term."""
    if isinstance(term, Tensor):
        return has_means(term.body)
    if isinstance(term, (Mean, t.LogDensity)):
        return True
    return any(
        has_means(part)
        for value in term.values
        for part in (value if type(value) is tuple else (value,))
        if isinstance(part, (Term, Tensor))
    )
