"""Mistakes with vectors and matrices: transposes, orders, inverses, diagonals, one name for another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

from symderiv.algebra import tensors as T
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import (
    Delta, Det, Entry, Function, InverseEntry, Mul, Sum, Symbol, Tensor, Term, Value, fresh, mul, power, reindex, sum_over,
    tensor,
)  # fmt: skip
from symderiv.mistakes.catalogue import Key, Mistake, Variant, either, somewhere, throughout, whole
from symderiv.mistakes.places import everywhere


def _turned(t: Term) -> Iterator[Term]:
    """The entry ``j, i`` for ``i, j``, of a declared matrix, an inverse or a Jacobian."""
    if isinstance(t, (Entry, InverseEntry)) and len(t.at) == 2:
        i, j = t.at
        fits = not isinstance(i, int) and not isinstance(j, int) and i.size == j.size
        if fits:
            yield type(t)(t.values[0], (j, i))
    if isinstance(t, Value) and len(t.at) == len(t.by) == 1 and len(t.by[0]) == 2:
        (i,), ((argument, j),) = t.at, t.by
        if not isinstance(i, int) and not isinstance(j, int) and i.size == j.size:
            yield Value(t.function, t.arguments, (j,), ((argument, i),))


def _turned_everywhere(t: Term) -> Term | None:
    return next(_turned(t), None)


def _order(t: Term) -> Iterator[Term]:
    """``Σ_k B[i,k] A[k,j]`` for ``Σ_k A[i,k] B[k,j]``: two square factors of a product exchanged."""
    if not isinstance(t, Mul):
        return
    matrices = [f for f in t.factors if isinstance(f, (Entry, InverseEntry, Value)) and next(_turned(f), None) is not None]
    for a, b in combinations(matrices, 2):
        pa, pb = _places(a), _places(b)
        if pa is not None and pb is not None:
            exchanged: dict[Term, Term] = {a: _placed(a, pb), b: _placed(b, pa)}
            yield mul(*(exchanged.get(f, f) for f in t.factors))


def _places(t: Term) -> tuple[object, object] | None:
    if isinstance(t, (Entry, InverseEntry)):
        return t.at[0], t.at[1]
    return (t.at[0], t.by[0][1]) if isinstance(t, Value) else None


def _placed(t: Term, at: tuple[object, object]) -> Term:
    if isinstance(t, Value):
        return Value(t.function, t.arguments, (at[0],), ((t.by[0][0], at[1]),))
    return type(t)(t.values[0], at)


def _wrong_side(t: Term) -> Iterator[Term]:
    """``A diag(f)`` for ``diag(f) A``: what scales the rows scales the columns."""
    if isinstance(t, Mul):
        for k, f in enumerate(t.factors):
            places = _places(f) if next(_turned(f), None) is not None else None
            if places is None:
                continue
            others = mul(*t.factors[:k], *t.factors[k + 1 :])
            for a, b in (places, places[::-1]):
                if a in others.free and b not in others.free:
                    yield mul(f, reindex(others, {a: b}))  # type: ignore[dict-item]


def _uninverted(t: Term) -> Iterator[Term]:
    if isinstance(t, InverseEntry):
        yield t.matrix.at(*t.at)


def _inverted(t: Term) -> Iterator[Term]:
    if isinstance(t, Entry) and len(t.at) == 2 and t.symbol.sizes[0] == t.symbol.sizes[1]:
        yield InverseEntry(T.whole(t.symbol), (t.at[0], t.at[1]))


def _inverted_everywhere(t: Term) -> Term | None:
    """The precision for the covariance: what stands inside an inverse stays a matrix."""
    return next(_uninverted(t), None) or next(_inverted(t), None)


def _trace_for_det(t: Term) -> Iterator[Term]:
    if isinstance(t, Det):
        yield T.trace(t.matrix).body
    if isinstance(t, Sum) and t.body.rank == 1 and isinstance(t.body.body, (Entry, InverseEntry)):
        yield from _det_of(t.body)


def _det_of(diagonal: Tensor) -> Iterator[Term]:
    entry, (i,) = diagonal.body, diagonal.slots
    if isinstance(entry, Entry) and entry.at == (i, i):
        yield Det(T.whole(entry.symbol))
    if isinstance(entry, InverseEntry) and entry.at == (i, i):
        yield power(Det(entry.matrix), T.number(-1).body)


def _products(t: Term) -> Iterator[Term]:
    """``tr(A) aᵀa`` for ``aᵀ A a``: the inner product taken for the outer one."""
    if isinstance(t, Sum) and t.body.rank == 2:
        (i, j), body = t.body.open()
        factors = body.factors if isinstance(body, Mul) else (body,)
        matrix = [f for f in factors if {i, j} <= f.free]
        if len(matrix) == 1:
            others = mul(*(f for f in factors if f is not matrix[0]))
            k, m = fresh(i.size), fresh(i.size)
            if i.size == j.size:
                inner = sum_over((k,), reindex(others, {i: k, j: k}))
                yield mul(sum_over((m,), reindex(matrix[0], {i: m, j: m})), inner)


def _diagonal(x: Tensor) -> Tensor | None:
    """The diagonal as a vector, where the value is a diagonal matrix."""
    if x.rank != 2 or x.sizes[0] != x.sizes[1]:
        return None
    (i, j), body = x.open()
    factors = body.factors if isinstance(body, Mul) else (body,)
    rest = [f for f in factors if not (isinstance(f, Delta) and {f.left, f.right} == {i, j})]
    return tensor((i,), reindex(mul(*rest), {j: i})) if len(rest) < len(factors) else None


def _factors_of_product(x: Tensor) -> Tensor | None:
    """What a determinant multiplies, not multiplied: ``exp(s)`` for ``exp(Σ_i s_i)``."""
    from symderiv.algebra.terms import Apply, Prod, exp

    if x.rank:
        return None
    if isinstance(x.body, Prod):
        return x.body.body
    if isinstance(x.body, Apply) and x.body.name == "exp" and isinstance(x.body.argument, Sum):
        indices, body = x.body.argument.body.open()
        return tensor(indices, exp(body)) if len(indices) == 1 else None
    return None


def _all_alike(x: Tensor) -> Tensor | None:
    """The identity for a diagonal matrix."""
    return T.identity(x.sizes[0]) if _diagonal(x) is not None else None


def _transposed(x: Tensor) -> Tensor | None:
    return T.transpose(x) if x.rank == 2 else None


def _inverse(x: Tensor) -> Tensor | None:
    return T.inverse(x) if x.rank == 2 and x.sizes[0] == x.sizes[1] else None


def alike(a: Symbol, b: Symbol) -> bool:
    """Whether one may be taken for the other."""
    return a.name != b.name and (a.sizes, a.domain, a.traits) == (b.sizes, b.domain, b.traits)


def _exchanged(key: Key) -> Iterator[Variant]:
    for a, b in combinations(key.own_symbols, 2):
        if alike(a, b):
            for form in key.forms:
                yield Variant(substitute_tensor(form, {a: T.whole(b), b: T.whole(a)}), _name(a), _name(b))


def _name(s: Symbol) -> Term:
    return T.whole(s).body if not s.sizes else T.whole(s).open()[1]


def _another_symbol(key: Key) -> Iterator[Variant]:
    symbols = key.symbols

    def edit(t: Term) -> Iterable[Term]:
        if isinstance(t, Entry):
            yield from (Entry(s, t.at) for s in symbols if alike(s, t.symbol))

    yield from somewhere(edit)(key)
    for a in symbols:
        for b in symbols:
            if alike(a, b):
                for form in key.forms:
                    yield Variant(substitute_tensor(form, {a: T.whole(b)}), _name(a), _name(b))


def _another_function(key: Key) -> Iterator[Variant]:
    functions = key.functions

    def edit(t: Term) -> Iterable[Term]:
        if isinstance(t, Value):
            for f in functions:
                new = _with_functions({t.function.name: f})(t)
                if new is not None:
                    yield new

    yield from somewhere(edit)(key)
    for f, g in combinations(functions, 2):
        yield from throughout(_with_functions({f.name: g, g.name: f}))(key)
        yield from throughout(_with_functions({f.name: g}))(key)
        yield from throughout(_with_functions({g.name: f}))(key)
        yield from throughout(_with_functions({f.name: g, g.name: f}, derivatives_only=True))(key)


def _with_functions(others: Mapping[str, Function], derivatives_only: bool = False) -> Callable[[Term], Term | None]:
    def change(t: Term) -> Term | None:
        other = others.get(t.function.name) if isinstance(t, Value) else None
        if not isinstance(t, Value) or other is None or (derivatives_only and not t.by):
            return None
        same = (other.arguments, other.output, other.elementwise) == (
            t.function.arguments,
            t.function.output,
            t.function.elementwise,
        )
        return Value(other, t.arguments, t.at, t.by) if same else None

    return change


def _another_argument(key: Key) -> Iterator[Variant]:
    """``F(y_2)`` for ``F(x_2)``, at one place and wherever that argument stands."""
    symbols = key.symbols

    def edit(t: Term) -> Iterable[Term]:
        if isinstance(t, Value) and not t.function.elementwise:
            for k, a in enumerate(t.arguments):
                for s in symbols:
                    if s.sizes == a.sizes and T.whole(s) != a:
                        yield Value(t.function, (*t.arguments[:k], T.whole(s), *t.arguments[k + 1 :]), t.at, t.by)

    yield from somewhere(edit)(key)
    arguments = sorted({a for form in key.forms for a in _arguments(form)}, key=lambda a: a.digest)
    for old in arguments:
        for s in symbols:
            if s.sizes == old.sizes:
                yield from throughout(_with_argument(old, T.whole(s)))(key)


def _arguments(form: Tensor) -> Iterator[Tensor]:
    found: list[Tensor] = []

    def look(t: Term) -> Term | None:
        if isinstance(t, Value) and not t.function.elementwise:
            found.extend(t.arguments)
        return None

    everywhere(form.body, look)
    yield from found


def _with_argument(old: Tensor, new: Tensor) -> Callable[[Term], Term | None]:
    def change(t: Term) -> Term | None:
        if isinstance(t, Value) and old in t.arguments:
            return Value(t.function, tuple(new if a == old else a for a in t.arguments), t.at, t.by)
        return None

    return change


MISTAKES = (
    Mistake("transposed", 1, "this is the transpose of the right matrix", "Which index counts the rows here, and which the columns?", whole(_transposed)),
    Mistake("transposed factor", 2, "a factor is transposed that should not be, or the other way round", "Write one entry of the product out: do the indices fit?",
            either(somewhere(_turned), throughout(_turned_everywhere))),
    Mistake("order of a product", 2, "two factors of a matrix product are exchanged", "Matrix products do not commute: which factor acts first?", somewhere(_order)),
    Mistake("scaled on the wrong side", 2, "a diagonal matrix stands on the wrong side of the product", "Are the rows scaled or the columns?", somewhere(_wrong_side)),
    Mistake("inverse lost", 2, "an inverse is missing", "Does the density contain the matrix or its inverse?", somewhere(_uninverted)),
    Mistake("inverse too many", 3, "there is an inverse too many", "Does the density contain the matrix or its inverse?", somewhere(_inverted)),
    Mistake("precision for covariance", 3, "precisions and covariances are exchanged throughout", "Is the second parameter a covariance or its inverse?",
            throughout(_inverted_everywhere)),
    Mistake("determinant and trace mixed up", 2, "a trace stands where a determinant belongs, or the other way round",
            "Are the eigenvalues added or multiplied here?", somewhere(_trace_for_det)),
    Mistake("inner for outer product", 2, "an inner product stands where an outer product belongs", "In the trace trick, which factor moves to the front, and what shape is left?",
            somewhere(_products)),
    Mistake("vector for diagonal matrix", 1, "the entries are given as a vector; the matrix has them on its diagonal", "What is the shape of a Jacobian of a vector by a vector?",
            whole(_diagonal)),
    Mistake("factors not multiplied", 1, "the factors are given as a vector; the determinant is their product", "What kind of thing is asked for, a number or a vector?",
            whole(_factors_of_product)),
    Mistake("identity for a scaled block", 2, "this part is scaled; the identity belongs there only if it were copied", "Is this part copied by the map, or changed?",
            whole(_all_alike)),
    Mistake("inverse of the matrix", 2, "this is the inverse of what is asked for", "Which way does the map go?", whole(_inverse)),
    Mistake("function of the wrong argument", 2, "a function is evaluated at the wrong place", "Where are the functions evaluated in the map that is given? What is known there?",
            _another_argument),
    Mistake("names exchanged", 2, "{before} and {after} are exchanged", "Which of the two quantities belongs where? Follow the indices from the start.", _exchanged),
    Mistake("one name for another", 2, "{after} stands where {before} belongs", "Follow each index from the start: does one change on the way?", _another_symbol),
    Mistake("one function for another", 2, "one function stands where another belongs", "Which function scales, and which one shifts?", _another_function),
)  # fmt: skip
