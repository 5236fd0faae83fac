"""One equation solved for one unknown: what stands around the unknown is peeled off, from the outside in.

Sums, products, powers and one-to-one functions are undone entry by entry, an invertible matrix by its inverse; an unknown that occurs several
times is collected where it occurs linearly. Where entry i depends on the entries before it alone (an autoregressive function, a strictly lower
triangular matrix), those values count as known: the solution is then a recursion over the entries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.calculus import gradient
from symderiv.algebra.expectation import mentions
from symderiv.algebra.functions import INVERSES
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Monomial, Poly, monomial_term, plus, poly_term
from symderiv.algebra.signs import bounds
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import (
    Add, Apply, Entry, Index, InverseEntry, Mul, Num, Pow, Sum, Symbol, Tensor, Term, Value, tensor,
)  # fmt: skip
from symderiv.core.results import Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.formula import Formula, equation

#: Traits by which a matrix is known to have an inverse.
INVERTIBLE = frozenset({"invertible", "positive definite", "orthogonal", "unit lower"})


class Stuck(Exception):
    """No rule sets the unknown free, in words."""


@dataclass(slots=True)
class Peeling:
    """One equation on its way to ``unknown = right``: the steps and conditions so far.

    ``stands``: names that stand for something known, a matrix that is no declared one or values that come before in a recursion.
    """

    unknown: Symbol
    steps: list[Step[Formula]] = field(default_factory=list)
    conditions: list[Remark] = field(default_factory=list)
    stands: dict[Symbol, Tensor] = field(default_factory=dict)
    sequential: bool = False

    def name_for(self, value: Tensor, traits: frozenset[str] = frozenset()) -> Symbol:
        """A name that stands for a known value."""
        for symbol, known in self.stands.items():
            if known == value:
                return symbol
        symbol = Symbol(f"known_{len(self.stands) + 1}", value.sizes, traits=traits)
        self.stands[symbol] = value
        return symbol

    def whole(self, x: Tensor) -> Tensor:
        """With everything that was named put back."""
        return substitute_tensor(x, self.stands) if self.stands else x

    def told(self, rule: str, because: Remark, left: Tensor, right: Tensor) -> None:
        """One step, ``left = right``."""
        shown = tuple(self.whole(p) if isinstance(p, Tensor) else p for p in because)
        self.steps.append(Step(rule, shown, (equation(self.whole(left), self.whole(right)),)))

    def needs(self, condition: Remark) -> None:
        """A condition, once."""
        shown = tuple(self.whole(p) if isinstance(p, Tensor) else p for p in condition)
        if shown not in self.conditions:
            self.conditions.append(shown)


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
    plain = _matrices_named(_earlier_named(expression, unknown, work), work)
    try:
        value = _peel(right, plain, work)
    except Stuck as stuck:
        linear = _as_matrix_times(plain, work)
        if linear is None:
            raise stuck from None
        work.steps.clear()
        work.told("collect", (T.whole(unknown), " occurs linearly"), right, linear)
        plain = linear
        value = _peel(right, plain, work)
    _proved(right, plain, value, work)
    return Peeled(work.whole(value), tuple(work.steps), tuple(work.conditions), work.sequential)


def _proved(right: Tensor, expression: Tensor, value: Tensor, work: Peeling) -> None:
    """Insert the solution into the equation, and the equation into the solution."""
    name = right.body
    assert isinstance(name, Entry)
    if not same(substitute_tensor(value, {name.symbol: expression}), T.whole(work.unknown)):
        raise Stuck(f"the solution for {work.unknown.name} could not be proved")
    if not same(substitute_tensor(expression, {work.unknown: value}), right):
        raise Stuck(f"the solution for {work.unknown.name} does not give {name.symbol.name} back")


def same(left: Tensor, right: Tensor) -> bool:
    """Whether both are proved equal, as they are or as exponents: the exponential is one-to-one."""
    if prove(left, right) is not None:
        return True
    return prove(T.entrywise(t.exp, left), T.entrywise(t.exp, right)) is not None


# --- what counts as known ---------------------------------------------------------------------------------------------------


def _earlier_named(x: Tensor, unknown: Symbol, work: Peeling) -> Tensor:
    """Values that depend on earlier entries of the unknown alone, as names."""
    if x.rank != 1 or unknown.sizes != x.sizes:
        return x
    (i,), body = x.open()

    def named(part: Term) -> Term:
        if not mentions(part, frozenset((unknown.name,))):
            return part
        if earlier_only(part, i, unknown):
            work.sequential = True
            return Entry(work.name_for(tensor((i,), part)), (i,))
        return rebuilt(part, named) if isinstance(part, (Add, Mul, Pow, Apply)) else part

    return tensor((i,), named(body), x.row)


def earlier_only(part: Term, i: Index, unknown: Symbol) -> bool:
    """Whether a term depends on the entries of the unknown before ``i`` alone."""
    if isinstance(part, Value):
        whole = T.whole(unknown)
        inside = [a for a in part.arguments if mentions(a, frozenset((unknown.name,)))]
        return (
            "autoregressive" in part.function.traits
            and part.at == (i,)
            and not part.by
            and inside == [whole] == [part.arguments[0]]
        )
    if isinstance(part, Sum):
        inner, body = part.body.open()
        factors = body.factors if isinstance(body, Mul) else (body,)
        strict = [f for f in factors if isinstance(f, Entry) and "strictly lower" in f.symbol.traits and f.at[0] == i]
        if len(inner) != 1 or not any(f.at == (i, inner[0]) for f in strict):
            return False
        return all(_at_most(f, inner[0], unknown) and i not in f.free for f in factors if mentions(f, frozenset((unknown.name,))))
    return False


def _at_most(part: Term, k: Index, unknown: Symbol) -> bool:
    """Whether a term depends on the entry ``k`` of the unknown alone."""
    if not mentions(part, frozenset((unknown.name,))):
        return True
    if isinstance(part, Entry):
        return part.at == (k,)
    return isinstance(part, (Add, Mul, Pow, Apply)) and all(_at_most(p, k, unknown) for p in parts_of(part))


def _matrices_named(x: Tensor, work: Peeling) -> Tensor:
    """Inverses of matrices that are no declared ones, as names: what they are made of does not matter here."""
    indices, body = x.open()
    names = frozenset((work.unknown.name,))

    def named(part: Term) -> Term:
        if isinstance(part, InverseEntry) and not (
            isinstance(part.matrix.body, Entry) or part.matrix.free or mentions(part, names)
        ):
            symbol = work.name_for(part.matrix, frozenset({"invertible"}))
            work.needs((part.matrix, " is invertible"))
            return InverseEntry(T.whole(symbol), part.at)
        if isinstance(part, Sum):
            inner, inside = part.body.open()
            return t.sum_over(inner, named(inside))
        return rebuilt(part, named) if isinstance(part, (Add, Mul, Pow, Apply)) else part

    return tensor(indices, named(body), x.row)


def parts_of(term: Term) -> tuple[Term, ...]:
    """The terms that an arithmetic node is made of."""
    return tuple(p for v in term.values for p in (v if type(v) is tuple else (v,)) if isinstance(p, Term))


def rebuilt(term: Term, f: Callable[[Term], Term]) -> Term:
    """An arithmetic node with each of its parts replaced."""
    match term:
        case Add(terms=terms):
            return t.add(*map(f, terms))
        case Mul(factors=factors):
            return t.mul(*map(f, factors))
        case Pow(base=base, exponent=exponent):
            return t.power(f(base), f(exponent))
        case Apply(name=name, argument=argument):
            return t.apply(name, f(argument))
    raise TypeError(type(term).__name__)


def _as_matrix_times(x: Tensor, work: Peeling) -> Tensor | None:
    """``M u + rest`` with a name for M, where the expression is linear in a vector ``u`` of its own length; proved equal. Else None."""
    u = work.unknown
    if x.rank != 1 or u.sizes != x.sizes:
        return None
    names = frozenset((u.name,))
    matrix = Normal().tensor(gradient(x, u))
    if mentions(matrix, names):
        return None
    rest = Normal().tensor(substitute_tensor(x, {u: T.zeros(u.sizes)}))
    if prove(x, T.plus(T.product(matrix, T.whole(u)), rest)) is None:
        return None
    work.needs((matrix, " is invertible"))
    named = work.name_for(matrix, frozenset({"invertible"}))
    return T.plus(T.product(T.whole(named), T.whole(u)), rest)


# --- peeling ----------------------------------------------------------------------------------------------------------------


def _peel(right: Tensor, expression: Tensor, work: Peeling) -> Tensor:
    """The value of the unknown where ``expression = right``."""
    unknown = work.unknown
    names = frozenset((unknown.name,))
    while True:
        indices, body = expression.open()
        if isinstance(body, Entry) and body.symbol == unknown:
            if body.at != indices:
                raise Stuck(f"{unknown.name} stands transposed")
            return right
        rule, because, right, expression = _peeled(right, indices, body, names, work)
        done = isinstance(expression.body, Entry) and expression.body.symbol == unknown
        work.told(rule, because, *((expression, right) if done else (right, expression)))


def _peeled(
    right: Tensor, indices: tuple[Index, ...], body: Term, names: frozenset[str], work: Peeling
) -> tuple[str, Remark, Tensor, Tensor]:
    value = right.at(*indices)
    unknown = work.unknown
    match body:
        case Add(terms=terms):
            inside = [x for x in terms if mentions(x, names)]
            if len(inside) != 1:
                return _collected(value, indices, body, len(inside), work)
            rest = t.add(*(x for x in terms if x is not inside[0]))
            new = tensor(indices, t.sub(value, rest))
            return "subtract", ("subtract ", tensor(indices, rest), " on both sides"), new, tensor(indices, inside[0])
        case Mul(factors=factors):
            inside = [x for x in factors if mentions(x, names)]
            if len(inside) != 1:
                raise Stuck(f"{unknown.name} stands in {len(inside)} factors of a product")
            rest = t.mul(*(x for x in factors if x is not inside[0]))
            new = tensor(indices, t.mul(value, _reciprocal(rest)))
            because: Remark = ("divide entry by entry by ", tensor(indices, rest), *_nonzero(rest, indices, work))
            return "divide", because, new, tensor(indices, inside[0])
        case Apply(name=name, argument=argument) if name in INVERSES:
            new = tensor(indices, INVERSES[name](value))
            return f"undo {name}", (f"{name} is one-to-one; apply its inverse to every entry",), new, tensor(indices, argument)
        case Pow(base=base, exponent=exponent) if exponent == t.MINUS_ONE or (
            bounds(base).positive and not mentions(exponent, names)
        ):
            new = tensor(indices, t.power(value, t.power(exponent, t.MINUS_ONE)))
            if not isinstance(exponent, Num) and not bounds(exponent).positive:
                work.needs((tensor((), exponent) if not exponent.free else tensor(indices, exponent), " is not zero"))
            return "undo the power", ("take the inverse power of every entry",), new, tensor(indices, base)
        case Sum():
            return _matrix_peeled(value, indices, body, names, work)
        case Value(function=f):
            raise Stuck(f"{unknown.name} stands inside {f.name}, of which no inverse is known")
    raise Stuck(f"{unknown.name} stands where no rule sets it free")


def _collected(
    value: Term, indices: tuple[Index, ...], body: Add, count: int, work: Peeling
) -> tuple[str, Remark, Tensor, Tensor]:
    """``c₁ u + c₂ u + rest = value``, the same entry of the unknown everywhere: ``u = (value - rest) / (c₁ + c₂)``."""
    unknown = work.unknown
    coefficient: Poly = {}
    rest: Poly = {}
    for m, c in Normal().poly(body).items():
        inner = _without(m, Entry(unknown, indices)) if len(unknown.sizes) == len(indices) else None
        if inner is not None and not mentions(monomial_term(inner), frozenset((unknown.name,))):
            plus(coefficient, {inner: c})
        elif mentions(monomial_term(m), frozenset((unknown.name,))):
            raise Stuck(f"{unknown.name} stands in {count} terms of a sum")
        else:
            plus(rest, {m: c})
    if not coefficient:
        raise Stuck(f"{unknown.name} cancels from the equation")
    factor = poly_term(coefficient)
    why = _nonzero(factor, indices, work)
    new = tensor(indices, t.divide(t.sub(value, poly_term(rest)), factor))
    because = ("collect the terms and divide by ", tensor(indices, factor), *why)
    return "collect", because, new, tensor(indices, Entry(unknown, indices))


def _without(m: Monomial, entry: Entry) -> Monomial | None:
    """A monomial divided by an entry that it holds once."""
    return (m[0] - {(entry, 1)}, m[1]) if (entry, 1) in m[0] else None


def _matrix_peeled(
    value: Term, indices: tuple[Index, ...], body: Sum, names: frozenset[str], work: Peeling
) -> tuple[str, Remark, Tensor, Tensor]:
    """``Σ_k W[i,k] v_k = value_i``: the inverse of W, from the side on which W stands."""
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
    matrix = w.symbol if isinstance(w, Entry) else None
    if matrix is not None and matrix not in work.stands and matrix.traits.isdisjoint(INVERTIBLE):
        zero_free = " has no zero on its diagonal" if matrix.traits & {"lower", "upper"} else " is invertible"
        work.needs((T.whole(matrix), zero_free))
    rest = [f for f in outside if f is not w]
    value = t.mul(value, *(_reciprocal(f) for f in rest if i in f.free))
    for f in rest:
        if i in f.free:
            _nonzero(f, (i,), work)
    straight = _matrix_of(w)
    acting = straight if w.at == (i, k) else T.transpose(straight)
    undone = _inverse_of(w, acting)
    kept = [f for f in rest if i not in f.free]
    slots = tuple(k if x == i else x for x in indices)
    new = tensor(slots, t.sum_over((i,), t.mul(undone.at(k, i), value)))
    side = "multiply by the inverse of " if slots.index(k) == 0 else "multiply from the right by the inverse of the transpose of "
    return "multiply by the inverse", (side, acting), new, tensor(slots, t.mul(*kept, inside[0]))


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


def _nonzero(rest: Term, indices: tuple[Index, ...], work: Peeling) -> Remark:
    """Why a divisor is not zero; where nothing says so, the condition that it is not."""
    b = bounds(rest)
    if b.positive or b.negative:
        return (", which is never zero",)
    used = tuple(i for i in indices if i in rest.free)
    work.needs((tensor(used, rest), " has no zero entry" if used else " is not zero"))
    return ()
