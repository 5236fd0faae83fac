r"""Functions that are known by name: ``\exp``, ``\tanh``, ``diag``, ``\det``, ``tr``, ``Γ``, ``\max``.

An operator takes the brackets behind it, or where there are none what follows: all of it, or the next thing. A power or a base that
stands between the function and its argument belongs to the value: ``\tanh^2(u)``, ``\log_2 x``. A name that is declared is never read here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.functions import beta, binomial, factorial, maximum, minimum
from symderiv.algebra.calculus import gradient
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget
from symderiv.algebra.signs import poly_bounds
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor, scalar
from symderiv.core.domain import REAL
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Span
from symderiv.reading import combine, diagonals, tree
from symderiv.reading.calls import brackets, finished, head_of, symbols_in
from symderiv.reading.matrices import MATRIX
from symderiv.reading.meaning import Reader
from symderiv.reading.values import Readings
from symderiv.reading.scope import key, subscript
from symderiv.reading.values import AnyIdentity, Note, Reading, Value

#: Operators that take all that follows when no bracket says otherwise.
ELEMENTWISE = {
    "exp": "exp", "log": "log", "ln": "log", "Log": "log", "tanh": "tanh", "sinh": "sinh", "cosh": "cosh", "sech": "sech", "coth": "coth",
    "sin": "sin", "cos": "cos", "arctan": "arctan", "sigmoid": "sigmoid", "softplus": "softplus", "erf": "erf", "erfinv": "erfinv", "abs": "abs",
    "sqrt": "sqrt", "logit": "logit", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc", "arcsin": "arcsin", "arccos": "arccos",
    "arcsinh": "arsinh", "arccosh": "arcosh", "arctanh": "artanh", "arsinh": "arsinh", "arcosh": "arcosh", "artanh": "artanh",
    "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh", "atan": "arctan", "asin": "arcsin", "acos": "arccos",
    "relu": "relu", "ReLU": "relu", "sign": "sign", "sgn": "sign", "erfc": "erfc", "digamma": "digamma", "trigamma": "trigamma",
}  # fmt: skip


#: Letters that are functions where they are not declared and brackets stand behind them.
_CALLED = {
    "Gamma": "gamma",
    "psi": "digamma",
    "Psi": "digamma",
    "sigma": "sigmoid",
    "Phi": "normalcdf",
    "I_0": "besseli0",
    "I_1": "besseli1",
}
#: Of these the ones that are functions of positive numbers: at anything else the letter is a name that nothing declares.
_OF_POSITIVE = ("gamma", "digamma", "trigamma")


#: Functions of several scalars, folded from the left.
_SEVERAL: dict[str, Callable[[t.Term, t.Term], t.Term]] = {
    "max": maximum,
    "min": minimum,
    "B": beta,
    "Beta": beta,
    "binom": binomial,
}
#: Functions of one scalar that are said by others: how many numbers they take is checked as it is for several.
_OF_ONE: dict[str, Callable[[t.Term], t.Term]] = {
    "factorial": factorial,
    "silu": lambda u: t.mul(u, t.apply("sigmoid", u)),
    "SiLU": lambda u: t.mul(u, t.apply("sigmoid", u)),
    "swish": lambda u: t.mul(u, t.apply("sigmoid", u)),
    "logsigmoid": lambda u: t.log(t.apply("sigmoid", u)),
}


def sized(reader: Reader, values: Readings, span: Span) -> Readings:
    """The same, an identity matrix without a size taken in the one size that all declared vectors and matrices have, if there is just one."""
    if not any(isinstance(r.value, AnyIdentity) for r in values):
        return values
    sizes = {size for symbol in reader.scope.symbols.values() for size in symbol.sizes}
    if len(sizes) != 1:
        return values
    (size,) = sizes
    note = Note("size of I", f"I is the {size}×{size} identity, the only size declared here", span)
    return [
        Reading(combine.identity(r.value, size), r.cost, r.notes).with_note(note) if isinstance(r.value, AnyIdentity) else r
        for r in values
    ]


#: Heads that take densities; an equation for one of them is a claim about it.
_OF_DENSITIES = frozenset(["E", "Var", "Cov", "KL", "D_KL", "H", "N", "P"])


def is_operator(name: str) -> bool:
    """Whether a name is a function that everybody knows by this name, so that an equation for it defines nothing."""
    return name in ELEMENTWISE or name in MATRIX or name in _SEVERAL or name in _OF_DENSITIES


def is_matrix_operator(name: str) -> bool:
    """Whether a name is an operator of vectors and matrices: alone, as in ``\\det = 1 + u^\\top v``, it names a value, and stays the operator elsewhere."""
    return name in MATRIX


def is_plain_operator(name: str) -> bool:
    """Whether a name is a function of one scalar, or of one vector or matrix, that everybody knows."""
    return name in ELEMENTWISE or name in MATRIX


def is_function(name: str) -> bool:
    """Whether a name is a function of a scalar that everybody knows."""
    return name in ELEMENTWISE or name in _CALLED


#: Those of them that without brackets take all that follows.
_TAKING_ALL = frozenset(("tr", "Tr", "trace", "Trace", "TR", "sum", "prod"))


def matrix(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    r"""``\det A``, ``tr(A B)``, ``diag(s)``: of the brackets behind it or of the next thing; a trace, ``sum`` and ``prod`` take all that follows."""
    name = head_of(items[k])
    if name is None or name.text not in MATRIX or reader.named(key(items[k])) is not None or k + 1 >= len(items):
        return None
    outer, operator = items[k], MATRIX[name.text]
    inside = brackets(items, k + 1)
    letter = outer.sub if isinstance(outer, tree.Scripted) else None
    if isinstance(outer, tree.Scripted) and (outer.primes or (letter is not None and operator is not combine.diagonal)):
        raise reader.problem(f"{name.text} takes no mark here", outer.span)
    if inside is not None:
        span = name.span | inside.span
        whole = items[k + 1] if operator is combine.diagonal and diagonals.is_ranging(items[k + 1]) else inside
        found = sized(reader, reader.read(whole), span)
        if operator is combine.diagonal:
            found = diagonals.over_letter(reader, found, letter, span)
            if isinstance(outer, tree.Scripted):  # the letter is used up
                outer = tree.Scripted(outer.span, name, None, outer.sup)
        values = reader.each(operator, span, found)
        return _raised_function(reader, finished(reader, values, items[k + 1]) if whole is inside else values, outer), k + 2
    if letter is not None:
        raise reader.problem(f"{name.text} takes no mark here", outer.span)
    from symderiv.reading import heads, juxtaposition

    values, after = heads.unit(reader, items, k + 1)
    if name.text in _TAKING_ALL and after < len(items):  # tr A B is the trace of the product
        rest = juxtaposition.units(reader, items[k + 1 :])
        values = juxtaposition.product_of(reader, rest, items[k + 1])
        after = len(items)
    span = name.span | items[after - 1].span
    return _raised_function(reader, reader.each(operator, span, sized(reader, values, span)), outer), after


def elementwise(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    r"""``\exp(x)``, ``\log \sigma^2``, ``\log |x|``: of the brackets or bars behind it, else of what follows up to the next such function."""
    name = head_of(items[k])
    if name is not None and items[k] is name and name.text == "expm" and reader.named("expm") is None:
        called_on = brackets(items, k + 1)
        if called_on is None:
            return None
        values = exponentials(reader, reader.read(called_on), name.span | called_on.span, named=True)
        return finished(reader, values, items[k + 1]), k + 2
    if name is None or name.text not in ELEMENTWISE or reader.named(key(items[k])) is not None or k + 1 >= len(items):
        return None
    function, outer = ELEMENTWISE[name.text], items[k]
    following = items[k + 1]
    tight = brackets(items, k + 1) or (
        following if isinstance(following, tree.Fenced) and following.kind in ("bar", "norm") else None
    )
    if tight is not None:
        span = name.span | following.span
        arguments = reader.read(tight)
        if function == "exp" and any(is_square(r.value) for r in arguments):
            values = exponentials(reader, arguments, span)
        else:
            values = reader.each(lambda v: _applied(function, outer, v, span), span, arguments)
        values = finished(reader, values, following) if tight is not following else values
        return _raised_function(reader, values, outer), k + 2
    after = k + 2
    while after < len(items) and not _starts_anew(items[after]):
        after += 1
    chosen, span = after, name.span | items[after - 1].span
    inside = following if after == k + 2 else tree.Juxtaposed(following.span | items[after - 1].span, tuple(items[k + 1 : after]))
    try:
        out = reader.each(lambda v: _applied(function, outer, v, span), span, reader.read(inside))
    except AnswerProblem as problem:
        # what is read once is used: reading it again at every level would take time exponential in the depth
        arguments, chosen = _next_unit(reader, items, k + 1, problem)
        span = name.span | items[chosen - 1].span
        out = reader.each(lambda v: _applied(function, outer, v, span), span, arguments)
    found = _raised_function(reader, out, outer)
    if function == "log" and chosen == after < len(items) and _is_exp(items[after]):
        return _log_before_exp(reader, items, k, found, after)
    return found, chosen


def _is_exp(node: tree.Node) -> bool:
    name = head_of(node)
    return name is not None and name.text == "exp"


def _log_before_exp(reader: Reader, items: Sequence[tree.Node], k: int, near: Readings, after: int) -> tuple[Readings, int]:
    r"""``\log a \exp(b)``: the logarithm of the product, as of a density, or a product of two; both are readings."""
    from symderiv.reading import juxtaposition

    end = after + 1
    while end < len(items) and (_is_exp(items[end]) or not _starts_anew(items[end])):
        end += 1
    whole = tree.Juxtaposed(items[k].span | items[end - 1].span, tuple(items[k:end]))
    product = juxtaposition.product_of(reader, [(near, items[k]), *juxtaposition.units(reader, items[after:end])], whole)
    inside = tree.Juxtaposed(items[k + 1].span | items[end - 1].span, tuple(items[k + 1 : end]))
    try:
        of_all = reader.each(lambda v: _applied("log", items[k], v, whole.span), whole.span, reader.read(inside))
    except AnswerProblem:
        return product, end
    return [*_raised_function(reader, of_all, items[k]), *product], end


def is_square(v: Value) -> bool:
    """Whether a value is a square matrix."""
    return isinstance(v, Tensor) and v.rank == 2 and v.sizes[0] == v.sizes[1]


def exponentials(reader: Reader, values: Readings, span: Span, named: bool = False) -> Readings:
    r"""``\exp(M)`` of a square matrix: its power series, or the exponential of each entry, unless the power series has a name of its own.

    ``named``: as ``expm``, which is the power series and nothing else.
    """
    declared = [f for f in reader.scope.functions.values() if "matrix exponential" in f.traits]

    def series(v: Value) -> Reading[Value]:
        if not isinstance(v, Tensor) or not is_square(v):
            return combine.applied("exp", v, span)
        known = [f for f in declared if f.arguments == (v.sizes,)]
        f = known[0] if known else t.Function("expm", (v.sizes,), v.sizes, traits=frozenset(["matrix exponential"]))
        i, j = t.fresh(v.sizes[0]), t.fresh(v.sizes[1])
        note = Note("matrix exponential", "the exponential of a matrix is read as its power series", span)
        return Reading(t.tensor((i, j), t.Value(f, (v,), (i, j), ()))).with_note(note)

    def by_entry(v: Value) -> Reading[Value]:
        if not isinstance(v, Tensor) or not is_square(v):
            return combine.applied("exp", v, span)
        note = Note("entrywise exponential", "the exponential of a matrix is read entry by entry", span)
        return Reading(T.arithmetic(t.exp, v)).with_note(note)

    out = reader.each(series, span, values)
    return out if declared or named else [*out, *reader.each(by_entry, span, values)]


def called(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    """``Γ(x)``, ``ψ(x)``, ``σ(x)``, ``Φ(x)`` where the letter is not declared."""
    name, inside = head_of(items[k]), brackets(items, k + 1)
    if name is None or inside is None:
        return None
    text = name.text if name.text in _CALLED else key(items[k]) or ""
    if text not in _CALLED:
        return None
    if any(reader.named(known) is not None for known in (key(name), key(items[k]))):
        return None
    node, function = items[k] if text == name.text else name, _CALLED[text]
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
        if function in _OF_POSITIVE and isinstance(v, Tensor) and not _may_be_positive(reader, v):
            raise ShapeMismatch(f"unknown name {name.text}: the {function} function is taken of positive numbers")
        if function == "sigmoid'":
            s = combine.applied("sigmoid", v, span)
            assert isinstance(s.value, Tensor)
            return Reading(T.arithmetic(lambda u: t.mul(u, t.sub(t.ONE, u)), s.value))
        return combine.applied(function, v, span)

    values = finished(reader, reader.each(value, span, reader.read(inside)), items[k + 1])
    return _raised_function(reader, values, node), k + 2


def _may_be_positive(reader: Reader, v: Tensor) -> bool:
    """Whether every entry is greater than zero, as far as the domains say, or made of names whose domain is more than the real line."""
    body = v.open()[1]
    try:
        positive = poly_bounds(Normal(reader.scope.knowledge).poly(body)).positive
    except (t.Undefined, Budget):
        return False
    return positive or all(s.domain != REAL for s in symbols_in(body))


def several(reader: Reader, items: Sequence[tree.Node], k: int) -> tuple[Readings, int] | None:
    r"""``max(a, b)``, ``\min\{a, b\}``, ``B(a, b)``, ``\binom{n}{k}``, ``n!``."""
    name, inside = head_of(items[k]), brackets(items, k + 1)
    if name is not None and name is items[k] and inside is not None and name.text in _OF_ONE:
        of_one = _OF_ONE[name.text]
        values = reader.each(
            lambda v: Reading(T.entrywise(of_one, _a_tensor(v, name.text))), name.span | inside.span, reader.read(inside)
        )
        return finished(reader, values, items[k + 1]), k + 2
    if name is None or name is not items[k] or inside is None or name.text not in _SEVERAL or reader.named(key(name)) is not None:
        return None
    if not isinstance(inside.body, tree.Listed) or len(inside.body.items) < 2 or key(name) in reader.scope.functions:
        return None
    fold, span = _SEVERAL[name.text], name.span | inside.span

    def value(*vs: Value) -> Reading[Value]:
        if not all(isinstance(v, Tensor) and not v.rank for v in vs):
            raise ShapeMismatch(f"{name.text} wants scalars")
        first, *rest = (v.body for v in vs if isinstance(v, Tensor))
        for other in rest:
            first = fold(first, other)
        return Reading(scalar(first))

    return finished(reader, reader.each(value, span, *(reader.read(n) for n in inside.body.items)), items[k + 1]), k + 2


def _a_tensor(v: Value, name: str) -> Tensor:
    if not isinstance(v, Tensor):
        raise ShapeMismatch(f"{name} wants numbers, not {combine.in_words(v)}")
    return v


def _next_unit(reader: Reader, items: Sequence[tree.Node], k: int, problem: AnswerProblem) -> tuple[Readings, int]:
    """The call that starts at ``k``, or the one item there, and where what follows begins. ``problem``: of more than that."""
    from symderiv.reading import heads

    try:
        return heads.unit(reader, items, k)
    except AnswerProblem as inner:
        raise (inner if _starts_anew(items[k]) else problem) from None


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
