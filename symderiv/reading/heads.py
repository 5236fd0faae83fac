r"""Heads that take what stands behind them: ``\log``, ``diag``, ``\det``, ``tr``, declared functions, ``J_F``, ``E_q``, ``D_{KL}``, densities.

`application` reads a head with its arguments inside a juxtaposition and says where it ends; `lone` reads a head that stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.functions import beta, maximum, minimum
from symderiv.algebra.calculus import gradient
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Function, Tensor, Value as FunctionValue, fresh, scalar, tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Span
from symderiv.reading import combine, derivatives, probability, tree
from symderiv.reading.blocks import block_det
from symderiv.reading.meaning import Reader
from symderiv.reading.sizes import subscript_pieces
from symderiv.reading.values import Readings, cheapest
from symderiv.reading.scope import key, subscript
from symderiv.reading.values import AnyIdentity, Blocks, Note, Reading, Value

#: Operators that take all that follows when no bracket says otherwise.
ELEMENTWISE = {
    "exp": "exp", "log": "log", "ln": "log", "Log": "log", "tanh": "tanh", "sinh": "sinh", "cosh": "cosh", "sech": "sech", "coth": "coth",
    "sin": "sin", "cos": "cos", "arctan": "arctan", "sigmoid": "sigmoid", "softplus": "softplus", "erf": "erf", "abs": "abs",
    "sqrt": "sqrt", "logit": "logit", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc", "arcsin": "arcsin", "arccos": "arccos",
    "arcsinh": "arsinh", "arccosh": "arcosh", "arctanh": "artanh", "arsinh": "arsinh", "arcosh": "arcosh", "artanh": "artanh",
    "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh", "atan": "arctan", "asin": "arcsin", "acos": "arccos",
    "relu": "relu", "ReLU": "relu", "sign": "sign", "sgn": "sign", "erfc": "erfc", "digamma": "digamma", "trigamma": "trigamma",
}  # fmt: skip

#: Letters that are functions where they are not declared and brackets stand behind them.
CALLED = {
    "Gamma": "gamma",
    "psi": "digamma",
    "Psi": "digamma",
    "sigma": "sigmoid",
    "Phi": "normalcdf",
    "I_0": "besseli0",
    "I_1": "besseli1",
}

#: Functions of several scalars, folded from the left.
SEVERAL: dict[str, Callable[[t.Term, t.Term], t.Term]] = {"max": maximum, "min": minimum, "B": beta, "Beta": beta}


def _diag(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor):
        raise ShapeMismatch(f"diag wants a vector, not {combine.in_words(v)}")
    return Reading(T.diag(v))


def _det(v: Value) -> Reading[Value]:
    if isinstance(v, Blocks):
        return Reading(block_det(v))
    if isinstance(v, AnyIdentity) and v.factor.body == t.ONE:
        return Reading(T.number(1))
    if not isinstance(v, Tensor):
        raise ShapeMismatch("the determinant of an identity matrix is 1; its size is not said")
    return Reading(T.det(v))


def _trace(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor):
        raise ShapeMismatch(f"the trace of {combine.in_words(v)} is not known here")
    return Reading(T.trace(v))


def _total(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor) or not v.rank:
        raise ShapeMismatch(f"sum wants a vector, not {combine.in_words(v)}")
    return Reading(T.total(v))


def _entries_product(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor) or v.rank != 1:
        raise ShapeMismatch(f"prod wants a vector, not {combine.in_words(v)}")
    return Reading(T.product_of_entries(v))


#: Operators of matrices, which take the next thing only.
MATRIX: dict[str, Callable[[Value], Reading[Value]]] = {
    "diag": _diag, "Diag": _diag, "det": _det, "Det": _det, "tr": _trace, "Tr": _trace, "trace": _trace, "Trace": _trace, "TR": _trace,
    "sum": _total, "prod": _entries_product,
}  # fmt: skip


def head_of(node: tree.Node) -> tree.Name | None:
    """The name a thing starts with, below its scripts."""
    while isinstance(node, tree.Scripted):
        node = node.base
    return node if isinstance(node, tree.Name) else None


def brackets(items: Sequence[tree.Node], k: int) -> tree.Fenced | None:
    """The bracketed arguments at a place, below its scripts."""
    if k >= len(items):
        return None
    node = items[k]
    if isinstance(node, tree.Scripted):
        node = node.base
    return node if isinstance(node, tree.Fenced) and node.kind in ("paren", "bracket", "brace") else None


def application(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """The head at ``k`` with its arguments, and where it ends; None where no head stands there."""
    if not isinstance(items[k], (tree.Name, tree.Scripted, tree.Fraction, tree.Sign)):
        return None
    for rule in (
        derivatives.operator,
        derivatives.nabla,
        probability.application,
        _matrix,
        _several,
        _elementwise,
        _jacobian,
        _jacobian_of_definition,
        _declared,
        _called_definition,
        _called,
    ):
        found = rule(reader, items, k)
        if found is not None:
            return found
    return None


def lone(reader: Reader, node: tree.Node) -> Readings | None:
    """A head without arguments that still means something: ``J_F`` at the function's one argument, ``F'``, ``⟨f⟩_q``."""
    found = probability.lone(reader, node)
    if found is not None:
        return found
    name = head_of(node)
    if name is None or reader.named(key(node)) is not None:
        return None
    of_definition = _jacobian_of_definition(reader, (node,), 0)
    if of_definition is not None:
        return of_definition[0]
    found_function = _function_of_jacobian(reader, node) or _primed_function(reader, node)
    if found_function is not None:
        f, order, span = found_function
        arguments = reader.scope.arguments.get(f.name)
        if arguments is None:
            raise reader.problem(f"where is the derivative of {f.name} taken?", span, f"write {f.name}'(…) with its argument")
        note = Note("argument understood", f"{f.name} is taken at the argument it has in the question", span)
        return [r.with_note(note) for r in derived(reader, f, order, [list(arguments)], span)]
    return None


# --- scripts behind a call ------------------------------------------------------------------------------------------------


def finished(reader: Reader, values: Readings, behind: tree.Node) -> Readings:
    """The scripts on the closing bracket of a call belong to its value: ``G(x)_i``, ``\\exp(s)^2``."""
    if not isinstance(behind, tree.Scripted):
        return values
    if behind.sub is not None:
        values = reader.component(values, subscript_pieces(behind.sub), behind.span)
    if behind.sup is not None:
        values = reader.raised(values, behind.sup, behind.span)
    return values


# --- operators ------------------------------------------------------------------------------------------------------------


def _matrix(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    name = head_of(items[k])
    if name is None or name.text not in MATRIX or reader.named(key(items[k])) is not None or k + 1 >= len(items):
        return None
    outer, operator = items[k], MATRIX[name.text]
    if isinstance(outer, tree.Scripted) and (outer.primes or outer.sub is not None):
        raise reader.problem(f"{name.text} takes no mark here", outer.span)
    if brackets(items, k + 1) is not None:
        inside = brackets(items, k + 1)
        assert inside is not None
        span = name.span | inside.span
        values = finished(reader, reader.each(operator, span, reader.read(inside)), items[k + 1])
        return _raised_function(reader, values, outer), k + 2
    following = application(reader, items, k + 1)
    values, after = following if following is not None else (reader.read(items[k + 1]), k + 2)
    if name.text not in ("det", "Det", "diag", "Diag") and after < len(items):  # tr A B is the trace of the product
        from symderiv.reading import juxtaposition

        rest = juxtaposition.units(reader, items[k + 1 :])
        values = juxtaposition.product_of(reader, rest, items[k + 1])
        after = len(items)
    return _raised_function(reader, reader.each(operator, name.span | items[after - 1].span, values), outer), after


def _elementwise(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    name = head_of(items[k])
    if name is None or name.text not in ELEMENTWISE or reader.named(key(items[k])) is not None or k + 1 >= len(items):
        return None
    function, outer = ELEMENTWISE[name.text], items[k]
    following = items[k + 1]
    tight = brackets(items, k + 1) or (
        following if isinstance(following, tree.Fenced) and following.kind in ("bar", "norm") else None
    )
    if tight is not None:
        span = name.span | following.span
        values = reader.each(lambda v: _applied(function, outer, v, span), span, reader.read(tight))
        values = finished(reader, values, following) if tight is not following else values
        return _raised_function(reader, values, outer), k + 2
    after = k + 2
    while after < len(items) and not _starts_anew(items[after]):
        after += 1
    out: Readings = []
    chosen = after
    first: AnswerProblem | None = None
    for end, price in ((after, 0), (_next_unit(reader, items, k + 1), 1)):
        if out and end == after:
            continue
        span = name.span | items[end - 1].span
        inside = (
            items[k + 1] if end == k + 2 else tree.Juxtaposed(items[k + 1].span | items[end - 1].span, tuple(items[k + 1 : end]))
        )
        try:
            values = reader.each(lambda v, s=span: _applied(function, outer, v, s), span, reader.read(inside))
        except AnswerProblem as problem:
            first = first or problem
            continue
        if price and out:
            continue
        out = values
        chosen = end
    if not out:
        raise first or reader.problem(f"{name.text} of what?", name.span)
    return _raised_function(reader, out, outer), chosen


def _called(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """``Γ(x)``, ``ψ(x)``, ``σ(x)``, ``Φ(x)`` where the letter is not declared."""
    name, inside = head_of(items[k]), brackets(items, k + 1)
    if name is None or inside is None:
        return None
    text = name.text if name.text in CALLED else key(items[k]) or ""
    if text not in CALLED:
        return None
    if any(reader.named(known) is not None for known in (key(name), key(items[k]))):
        return None
    node, function = items[k] if text == name.text else name, CALLED[text]
    if isinstance(node, tree.Scripted) and (node.sub is not None or node.primes):
        order = subscript(node.sub) if node.sub is not None else "1" if node.primes == 1 else None
        if function not in ("digamma", "sigmoid") or order != "1" or (function == "sigmoid" and not node.primes):
            return None
        node = tree.Scripted(node.span, node.base, None, node.sup) if node.sup is not None else node.base
        function = {"digamma": "trigamma", "sigmoid": "sigmoid'"}[function]
    if isinstance(node, tree.Scripted) and isinstance(node.base, tree.Scripted):
        return None
    span = name.span | inside.span

    def value(v: Value) -> Reading[Value]:
        if function == "sigmoid'":
            s = combine.applied("sigmoid", v, span)
            assert isinstance(s.value, Tensor)
            return Reading(T.entrywise(lambda u: t.mul(u, t.sub(t.ONE, u)), s.value))
        return combine.applied(function, v, span)

    values = finished(reader, reader.each(value, span, reader.read(inside)), items[k + 1])
    return _raised_function(reader, values, node), k + 2


def _several(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    r"""``max(a, b)``, ``\min\{a, b\}``, ``B(a, b)``."""
    name, inside = head_of(items[k]), brackets(items, k + 1)
    if name is None or name is not items[k] or inside is None or name.text not in SEVERAL or reader.named(key(name)) is not None:
        return None
    if not isinstance(inside.body, tree.Listed) or len(inside.body.items) < 2 or key(name) in reader.scope.functions:
        return None
    fold, span = SEVERAL[name.text], name.span | inside.span

    def value(*vs: Value) -> Reading[Value]:
        if not all(isinstance(v, Tensor) and not v.rank for v in vs):
            raise ShapeMismatch(f"{name.text} wants scalars")
        first, *rest = (v.body for v in vs if isinstance(v, Tensor))
        for other in rest:
            first = fold(first, other)
        return Reading(scalar(first))

    return finished(reader, reader.each(value, span, *(reader.read(n) for n in inside.body.items)), items[k + 1]), k + 2


def _next_unit(reader: Reader, items: Sequence[tree.Node], k: int) -> int:
    found = application(reader, items, k)
    return found[1] if found is not None else k + 1


def _starts_anew(node: tree.Node) -> bool:
    name = head_of(node)
    return isinstance(node, tree.Big) or (name is not None and name.text in ELEMENTWISE)


def _applied(function: str, outer: tree.Node, v: Value, span: Span) -> Reading[Value]:
    r"""``\tanh(v)``; with primes, ``\tanh'(v)``, its derivative there."""
    primes = outer.primes if isinstance(outer, tree.Scripted) else 0
    found = combine.applied(function, v, span)
    if not primes or not isinstance(v, Tensor):
        return found
    place = t.Symbol("the argument")
    derived = scalar(t.apply(function, t.Entry(place, ())))
    for _ in range(primes):
        derived = gradient(derived, place)
    value = T.entrywise(lambda u: substitute_tensor(derived, {place: scalar(u)}).body, v)
    return Reading(value, found.cost, found.notes)


def _raised_function(reader: Reader, values: Readings, outer: tree.Node) -> Readings:
    """``\\tanh^2(u)``: a power between a function and its argument belongs to the value; ``\\log_2`` is refused."""
    if not isinstance(outer, tree.Scripted):
        return values
    if outer.sub is not None:
        name = head_of(outer)
        if name is None or name.text not in ("log", "Log"):
            raise reader.problem("only a logarithm has a base", outer.span)
        below = reader.each(lambda v: combine.applied("log", v, outer.span), outer.span, reader.read(outer.sub))
        values = reader.each(lambda v, b: combine.quotient(v, b, outer.span), outer.span, values, below)
    return values if outer.sup is None else reader.raised(values, outer.sup, outer.span)


# --- declared functions ---------------------------------------------------------------------------------------------------


def _declared(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
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
    if power is not None:
        values = reader.raised(values, power, span)
    if isinstance(head, tree.Scripted) and head.sub is not None and key(_unprimed(head)) not in reader.scope.functions:
        values = reader.component(values, subscript_pieces(head.sub), span)
    return finished(reader, values, items[k + 1]), k + 2


def _without_power(node: tree.Node) -> tuple[tree.Node, tree.Node | None]:
    """``f^2`` before its brackets: the function, and the power of its value. ``f^{-1}`` is the inverse function, which is not known."""
    if isinstance(node, tree.Scripted) and isinstance(node.sup, tree.Number) and not node.primes:
        return tree.Scripted(node.span, node.base, node.sub) if node.sub is not None else node.base, node.sup
    return node, None


def _function_and_order(reader: Reader, node: tree.Node) -> tuple[Function | None, int]:
    """``F``, ``F'``, ``F''``, and ``F_i`` for the component of F."""
    primes = node.primes if isinstance(node, tree.Scripted) else 0
    bare = _unprimed(node)
    if isinstance(bare, tree.Scripted) and bare.sup is not None:
        return None, 0
    name = key(bare)
    functions = reader.scope.functions
    if name is not None and name in functions:
        return functions[name], primes
    if isinstance(bare, tree.Scripted) and key(bare.base) in functions and reader.named(name) is None:
        return functions[key(bare.base) or ""], primes
    return None, 0


def _unprimed(node: tree.Node) -> tree.Node:
    if isinstance(node, tree.Scripted) and node.primes:
        return tree.Scripted(node.span, node.base, node.sub, node.sup) if node.sub or node.sup else node.base
    return node


def argument_lists(reader: Reader, inside: tree.Fenced) -> list[list[Tensor]]:
    """The meanings of a call's arguments, one list a meaning."""
    nodes = inside.body.items if isinstance(inside.body, tree.Listed) else (inside.body,)
    found = reader.each(
        lambda *vs: Reading(Blocks(tuple((v,) for v in vs), column=True)), inside.span, *(reader.read(n) for n in nodes)
    )
    out = []
    for r in found:
        assert isinstance(r.value, Blocks)
        row = [c for (c,) in r.value.rows]
        if all(isinstance(c, Tensor) for c in row):
            out.append([c for c in row if isinstance(c, Tensor)])
        else:
            flat = [c for x in row for c in (([y for (y,) in x.rows]) if isinstance(x, Blocks) and x.column else [x])]
            out.append([c for c in flat if isinstance(c, Tensor)])
    return out


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


def _value_of(reader: Reader, f: Function, order: int, values: list[Tensor], span: Span) -> Readings:
    if len(values) != len(f.arguments):
        raise reader.problem(f"{f.name} takes {len(f.arguments)} arguments, not {len(values)}", span)
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
    at = tuple(fresh(s) for s in f.output)
    if not order:
        return [Reading(tensor(at, FunctionValue(f, tuple(columns), at, ())), 0, notes)]
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


# --- Jacobians by name ----------------------------------------------------------------------------------------------------


def _jacobian(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    inside = brackets(items, k + 1)
    if inside is None or reader.named(key(items[k])) is not None:
        return None
    found = _function_of_jacobian(reader, items[k])
    if found is None:
        return None
    f, order, span = found
    values = derived(reader, f, order, argument_lists(reader, inside), span | inside.span)
    return finished(reader, values, items[k + 1]), k + 2


def _jacobian_of_definition(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """``J_s`` and ``J_s(x_2)`` of a name that is defined as a function of one vector: ``s = H(x_2)``."""
    node, inside = items[k], brackets(items, k + 1)
    if not (
        isinstance(node, tree.Scripted) and key(node.base) == "J" and node.sub is not None and not node.sup and not node.primes
    ):
        return None
    value = reader.scope.definitions.get(subscript(node.sub) or "")
    if not isinstance(value, Tensor) or value.rank != 1 or key(node) in reader.scope.names():
        return None
    by = _symbols_in(value.body)
    if len(by) != 1 or (inside is not None and key(inside.body) not in {s.name for s in by}):
        return None
    found = derivatives.of(reader, [Reading(value)], tree.Name(node.span, next(iter(by)).name), node.span)
    return (
        (finished(reader, found, items[k + 1]), k + 2)
        if inside is not None
        else (reader.raised(found, node.sup, node.span) if node.sup else found, k + 1)
    )


def _symbols_in(term: t.Term | Tensor) -> set[t.Symbol]:
    if isinstance(term, Tensor):
        return _symbols_in(term.body)
    if isinstance(term, t.Entry):
        return {term.symbol}
    parts = (p for v in term.values for p in (v if type(v) is tuple else (v,)))
    return set().union(*(_symbols_in(p) for p in parts if isinstance(p, (t.Term, Tensor))), set())


def _function_of_jacobian(reader: Reader, node: tree.Node) -> tuple[Function, int, Span] | None:
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


def _primed_function(reader: Reader, node: tree.Node) -> tuple[Function, int, Span] | None:
    if isinstance(node, tree.Scripted) and node.primes and node.sup is None:
        f = reader.scope.functions.get(key(_unprimed(node)) or "")
        if f is not None:
            return f, node.primes, node.span
    return None


# --- definitions with arguments -------------------------------------------------------------------------------------------


def call_key(head: tree.Node, inside: tree.Fenced) -> str | None:
    """``F(q)`` as one name, for definitions that are used as they were written."""
    name, argument = key(head), _plain(inside.body)
    return None if name is None or argument is None else f"{name}({argument})"


def _plain(node: tree.Node) -> str | None:
    if isinstance(node, tree.Listed):
        parts = [_plain(i) for i in node.items]
        return None if None in parts else ",".join(p or "" for p in parts)
    if isinstance(node, tree.Juxtaposed) and len(node.items) == 2 and isinstance(node.items[1], tree.Fenced):
        return call_key(node.items[0], node.items[1])
    if isinstance(node, tree.Given):
        left, right = _plain(node.left), _plain(node.right)
        return None if left is None or right is None else f"{left}|{right}"
    return subscript(node)


def _called_definition(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    inside = brackets(items, k + 1)
    if inside is None:
        return None
    name = call_key(items[k], inside)
    scope = reader.scope
    for known in (name, key(items[k])):
        if known is not None and known in scope.definitions and known == name:
            return finished(reader, [Reading(scope.definitions[known])], items[k + 1]), k + 2
        if known is not None and known in scope.aliases:
            return finished(reader, [Reading(scope.aliases[known])], items[k + 1]), k + 2
    mapped = scope.maps.get(key(items[k]) or "")
    if mapped is not None:
        from symderiv.reading.substitute import substituted

        values = [
            Reading(substituted(mapped.body, dict(zip(mapped.parameters, arguments, strict=True))))
            for arguments in argument_lists(reader, inside)
            if len(arguments) == len(mapped.parameters)
        ]
        if not values:
            raise reader.problem("this map takes other arguments", inside.span)
        return finished(reader, list(values), items[k + 1]), k + 2
    return None
