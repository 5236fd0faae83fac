"""One equation solved for one unknown: what stands around the unknown is peeled off, from the outside in.

Sums, products, powers and one-to-one functions are undone entry by entry, an invertible matrix by its inverse; an unknown that occurs several
times is collected where it occurs linearly. Where entry i depends on the entries before it alone (an autoregressive function, a strictly lower
triangular matrix), those values count as known: the solution is then a recursion over the entries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.expectation import mentions
from symderiv.algebra.functions import INVERSES
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Monomial, Poly, monomial_term, plus, poly_term
from symderiv.algebra.signs import bounds
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Add, Apply, Entry, Index, InverseEntry, Mul, Num, Pow, Sum, Symbol, Tensor, Term, Value, tensor
from symderiv.core.results import Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.domains import domain_of
from symderiv.derive.formula import Formula
from symderiv.derive.fractions import entry_of_fraction
from symderiv.derive.known import (
    Peeling,
    Stuck,
    as_matrix_times,
    earlier_named,
    invertible,
    masked_named,
    matrices_named,
    nonzero,
)


@dataclass(frozen=True, slots=True)
class Peeled:
    """``unknown = value``; ``sequential`` where entry i of the value holds entries of the unknown before i."""

    value: Tensor
    steps: tuple[Step[Formula], ...]
    conditions: tuple[Remark, ...]
    sequential: bool


def peeled(right: Tensor, expression: Tensor, unknown: Symbol) -> Peeled:
    """The unknown where ``expression = right``, proved by substitution both ways. ``right`` is a known name. Raises `Stuck`."""
    work = Peeling(unknown)
    plain = matrices_named(earlier_named(masked_named(right, expression, work), unknown, work), work)
    if not mentions(plain, frozenset((unknown.name,))):
        raise Stuck(f"its entries hold only earlier entries of {unknown.name}")
    try:
        value = _peel(right, plain, work)
    except Stuck as stuck:
        root = entry_of_fraction(right, plain, unknown)
        if root is not None:
            return Peeled(
                work.whole(root.value), (*work.steps, *root.steps), (*work.conditions, *root.conditions), work.sequential
            )
        linear = as_matrix_times(plain, work)
        if linear is None:
            raise stuck from None
        work.steps.clear()
        work.told("collect", (T.whole(unknown), " occurs linearly"), right, linear)
        plain = linear
        value = Normal().tensor(_peel(right, plain, work))
    _proved(right, plain, value, work)
    return Peeled(work.whole(value), tuple(work.steps), tuple(work.conditions), work.sequential)


def _proved(right: Tensor, expression: Tensor, value: Tensor, work: Peeling) -> None:
    """Insert the solution into the equation, and the equation into the solution; where that is not decided, step by step."""
    name = right.body
    assert isinstance(name, Entry)
    there = same(substitute_tensor(value, {name.symbol: expression}), T.whole(work.unknown))
    if there and same(substitute_tensor(expression, {work.unknown: value}), right):
        return
    _peel(right, expression, Peeling(work.unknown, stands=dict(work.stands), doubted=True))


def same(left: Tensor, right: Tensor) -> bool:
    """Whether both are proved equal, as they are or as exponents: the exponential is one-to-one."""
    if prove(left, right) is not None:
        return True
    return prove(T.entrywise(t.exp, left), T.entrywise(t.exp, right)) is not None


@dataclass(frozen=True, slots=True)
class _Undone:
    """What stands outermost undone: ``right = outer(inner)`` became ``inner = value(right)``, and ``left`` is what ``inner`` stands for."""

    rule: str
    because: Remark
    value: Tensor
    left: Tensor
    inner: Symbol
    outer: Tensor

    def holds(self, right: Symbol) -> bool:
        """Whether the inner value is proved to come back: where the right side is a value of ``outer``, both equations then say the same."""
        return same(substitute_tensor(self.value, {right: self.outer}), T.whole(self.inner))


def _peel(right: Tensor, expression: Tensor, work: Peeling) -> Tensor:
    """The value of the unknown where ``expression = right``."""
    unknown = work.unknown
    while True:
        indices, body = expression.open()
        if isinstance(body, Entry) and body.symbol == unknown:
            if body.at != indices:
                raise Stuck(f"{unknown.name} stands transposed")
            return right
        side = Symbol("right side", right.sizes, domain_of(expression))
        undone = _peeled(T.whole(side), indices, body, work)
        if work.doubted and not undone.holds(side):
            raise Stuck(f"the solution for {unknown.name} could not be proved")
        right, expression = substitute_tensor(undone.value, {side: right}), undone.left
        because = tuple(substitute_tensor(p, {side: right}) if isinstance(p, Tensor) else p for p in undone.because)
        done = isinstance(expression.body, Entry) and expression.body.symbol == unknown
        work.told(undone.rule, because, *((expression, right) if done else (right, expression)))


def _inner(left: Tensor) -> tuple[Symbol, Callable[..., Term]]:
    """A name for what is set free, and its entries."""
    symbol = Symbol("inner", left.sizes, domain_of(left))
    return symbol, lambda *at: Entry(symbol, at)


def _peeled(right: Tensor, indices: tuple[Index, ...], body: Term, work: Peeling) -> _Undone:
    value = right.at(*indices)
    unknown, names = work.unknown, frozenset((work.unknown.name,))

    def undone(rule: str, because: Remark, new: Term, left: Term, outer: Callable[[Term], Term]) -> _Undone:
        inside = tensor(indices, left)
        symbol, entry = _inner(inside)
        return _Undone(rule, because, tensor(indices, new), inside, symbol, tensor(indices, outer(entry(*indices))))

    match body:
        case Add(terms=terms):
            inside = [x for x in terms if mentions(x, names)]
            if len(inside) != 1:
                return _collected(value, indices, body, len(inside), work)
            rest = t.add(*(x for x in terms if x is not inside[0]))
            because: Remark = ("subtract ", tensor(indices, rest), " on both sides")
            return undone("subtract", because, t.sub(value, rest), inside[0], lambda u: t.add(u, rest))
        case Mul(factors=factors):
            inside = [x for x in factors if mentions(x, names)]
            if len(inside) != 1:
                raise Stuck(f"{unknown.name} stands in {len(inside)} factors of a product")
            rest = t.mul(*(x for x in factors if x is not inside[0]))
            because = ("divide entry by entry by ", tensor(indices, rest), *nonzero(rest, indices, work))
            return undone("divide", because, t.mul(value, _reciprocal(rest)), inside[0], lambda u: t.mul(u, rest))
        case Apply(name=name, argument=argument) if (area := _area_sine(body, names)) is not None:
            because = ("it is the inverse of sinh; apply sinh to every entry",)
            return undone(f"undo {name}", because, t.apply("sinh", value), area, INVERSES["sinh"])
        case Apply(name=name, argument=argument) if name in INVERSES:
            because = (f"{name} is one-to-one; apply its inverse to every entry",)
            return undone(f"undo {name}", because, INVERSES[name](value), argument, lambda u: t.apply(name, u))
        case Pow(base=base, exponent=exponent) if exponent == t.MINUS_ONE or (
            bounds(base).positive and not mentions(exponent, names)
        ):
            root = t.power(value, t.power(exponent, t.MINUS_ONE))
            if not (isinstance(exponent, Num) or bounds(exponent).positive or bounds(exponent).negative):
                work.needs((tensor(tuple(i for i in indices if i in exponent.free), exponent), " is not zero"))
            because = ("take the inverse power of every entry",)
            return undone("undo the power", because, root, base, lambda u: t.power(u, exponent))
        case Sum():
            settled = Normal().term(body)
            if not isinstance(settled, (Sum, Add)):
                return _peeled(right, indices, settled, work)
            return _matrix_peeled(value, indices, body, work)
        case Value(function=f):
            raise Stuck(f"{unknown.name} stands inside {f.name}, of which no inverse is known")
        case Apply(name=name):
            raise Stuck(f"{unknown.name} stands inside {name}, of which no inverse is known")
    raise Stuck(f"{unknown.name} stands where no rule sets it free")


def _area_sine(body: Apply, names: frozenset[str]) -> Term | None:
    """``w`` where the term is ``log(w + sqrt(w² + 1))``."""
    if body.name != "log" or not isinstance(body.argument, Add):
        return None
    for part in body.argument.terms:
        if mentions(part, names) and Normal().poly(body) == Normal().poly(INVERSES["sinh"](part)):
            return part
    return None


def _collected(value: Term, indices: tuple[Index, ...], body: Add, count: int, work: Peeling) -> _Undone:
    """``c₁ u + c₂ u + rest = value``, the same entry of the unknown everywhere: ``u = (value - rest) / (c₁ + c₂)``."""
    unknown = work.unknown
    entry = Entry(unknown, indices)
    coefficient: Poly = {}
    rest: Poly = {}
    for m, c in Normal().poly(body).items():
        inside = mentions(monomial_term(m), frozenset((unknown.name,)))
        others: Monomial = (m[0] - {(entry, 1)}, m[1])
        if not inside:
            plus(rest, {m: c})
        elif (entry, 1) in m[0] and not mentions(monomial_term(others), frozenset((unknown.name,))):
            plus(coefficient, {others: c})
        else:
            raise Stuck(f"{unknown.name} stands in {count} terms of a sum")
    if not coefficient:
        raise Stuck(f"{unknown.name} cancels from the equation")
    factor, other = poly_term(coefficient), poly_term(rest)
    because = ("collect the terms and divide by ", tensor(indices, factor), *nonzero(factor, indices, work))
    new = tensor(indices, t.divide(t.sub(value, other), factor))
    left = tensor(indices, entry)
    symbol, inner = _inner(left)
    return _Undone("collect", because, new, left, symbol, tensor(indices, t.add(t.mul(factor, inner(*indices)), other)))


def _matrix_peeled(value: Term, indices: tuple[Index, ...], body: Sum, work: Peeling) -> _Undone:
    """``Σ_k W[i,k] v_k = value_i``: the inverse of W, from the side on which W stands."""
    names = frozenset((work.unknown.name,))
    inner, product = body.body.open()
    factors = product.factors if isinstance(product, Mul) else (product,)
    outside = [f for f in factors if not mentions(f, names)]
    inside = [f for f in factors if mentions(f, names)]
    matrices = [
        f
        for f in outside
        if isinstance(f, (Entry, InverseEntry)) and len(f.at) == 2 and inner[0] in f.at and not set(f.at) <= set(inner)
    ]
    outer = [i for i in indices if matrices and i in matrices[0].at]
    if len(inner) != 1 or len(outer) != 1 or len(matrices) != 1 or len(inside) != 1 or outer[0] in inside[0].free:
        raise Stuck(f"{work.unknown.name} stands under a sum that is no matrix times a vector")
    w, k, i = matrices[0], inner[0], outer[0]
    if k.size != i.size:
        raise Stuck(f"{_name_of(w)} is not square")
    if isinstance(w, Entry) and w.symbol not in work.stands:
        invertible(w.symbol, work)
    before = t.mul(*(f for f in outside if f is not w and i in f.free))
    behind = t.mul(*(f for f in outside if f is not w and i not in f.free))
    if before != t.ONE:
        nonzero(before, (i,), work)
    straight = _matrix_of(w)
    acting = straight if w.at == (i, k) else T.transpose(straight)
    undone = _inverse_of(w, acting)
    slots = tuple(k if x == i else x for x in indices)
    new = tensor(slots, t.sum_over((i,), t.mul(undone.at(k, i), value, _reciprocal(before))))
    left = tensor(slots, t.mul(behind, inside[0]))
    symbol, entry = _inner(left)
    side = "multiply by the inverse of " if slots.index(k) == 0 else "multiply from the right by the inverse of the transpose of "
    rebuilt_body = tensor(indices, t.sum_over((k,), t.mul(w, before, entry(*slots))))
    return _Undone("multiply by the inverse", (side, acting), new, left, symbol, rebuilt_body)


def _name_of(w: Entry | InverseEntry) -> str:
    return w.symbol.name if isinstance(w, Entry) else "a matrix"


def _matrix_of(w: Entry | InverseEntry) -> Tensor:
    """The matrix that an entry belongs to."""
    if isinstance(w, Entry):
        return T.whole(w.symbol)
    return T.inverse(w.matrix)


def _inverse_of(w: Entry | InverseEntry, acting: Tensor) -> Tensor:
    """The inverse; of an inverse the matrix itself."""
    if isinstance(w, Entry):
        return T.inverse(acting)
    straight = acting.body == InverseEntry(w.matrix, (acting.slots[0], acting.slots[1]))
    return w.matrix if straight else T.transpose(w.matrix)


def _reciprocal(rest: Term) -> Term:
    """One over a product, exponentials by their negative exponents."""
    parts = rest.factors if isinstance(rest, Mul) else (rest,)
    return t.mul(
        *(t.exp(t.neg(p.argument)) if isinstance(p, Apply) and p.name == "exp" else t.power(p, t.MINUS_ONE) for p in parts)
    )
