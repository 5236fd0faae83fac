"""What counts as known while an equation is solved: matrices, exponentials and values that come earlier in a recursion, under names.

`Peeling` is the record of one equation on its way; the names it gives stand for known things until the solution is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.blocks import INVERTIBLE
from symderiv.algebra.calculus import gradient
from symderiv.algebra.matrices import is_exponential
from symderiv.algebra.expectation import mentions
from symderiv.algebra.normal import Normal
from symderiv.algebra.signs import bounds, poly_bounds
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.rebuild import rebuilt
from symderiv.algebra.terms import Add, Apply, Entry, Index, InverseEntry, Mul, Pow, Sum, Symbol, Tensor, Term, Value, tensor
from symderiv.core.domain import BINARY
from symderiv.core.results import Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.earlier import earlier_only, exponential_of
from symderiv.derive.formula import Equation, Formula
from symderiv.algebra.paths import links_of


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
    #: Every step is to be proved by itself.
    doubted: bool = False

    def name_for(self, value: Tensor, traits: frozenset[str] = frozenset()) -> Symbol:
        """A name that stands for a known value."""
        for symbol, known in self.stands.items():
            if known == value:
                return symbol
        symbol = Symbol(f"known_{len(self.stands) + 1}", value.sizes, traits=traits)
        self.stands[symbol] = value
        return symbol

    def whole(self, x: Tensor) -> Tensor:
        """With everything that was named put back; a name may stand in what a later one stands for."""
        for symbol, value in reversed(self.stands.items()):
            x = substitute_tensor(x, {symbol: value})
        return x

    def told(self, rule: str, because: Remark, left: Tensor, right: Tensor) -> None:
        """One step, ``left = right``."""
        shown = tuple(self.whole(p) if isinstance(p, Tensor) else p for p in because)
        self.steps.append(Step(rule, shown, (Equation(self.whole(left), self.whole(right), collect=True),)))

    def needs(self, condition: Remark) -> None:
        """A condition, once."""
        shown = tuple(self.whole(p) if isinstance(p, Tensor) else p for p in condition)
        if shown not in self.conditions:
            self.conditions.append(shown)


def earlier_named(x: Tensor, unknown: Symbol, work: Peeling) -> Tensor:
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


def matrices_named(x: Tensor, work: Peeling) -> Tensor:
    """Inverses of matrices that are no declared ones, and matrix exponentials, as names: what they are made of does not matter here."""
    indices, body = x.open()
    names = frozenset((work.unknown.name,))

    def named(part: Term) -> Term:
        if isinstance(part, InverseEntry) and not (
            isinstance(part.matrix.body, Entry) or part.matrix.free or mentions(part, names)
        ):
            symbol = work.name_for(part.matrix, frozenset({"invertible"}))
            work.needs((part.matrix, " is invertible"))
            return InverseEntry(T.whole(symbol), part.at)
        if is_exponential(part) and not mentions(part, names):
            assert isinstance(part, Value)
            return Entry(work.name_for(exponential_of(part), frozenset({"invertible"})), part.at)
        if isinstance(part, Sum):
            inner, inside = part.body.open()
            return t.sum_over(inner, named(inside))
        return rebuilt(part, named) if isinstance(part, (Add, Mul, Pow, Apply)) else part

    return tensor(indices, named(body), x.row)


def masked_named(right: Tensor, x: Tensor, work: Peeling) -> Tensor:
    """The entries that the map keeps, as a name: where ``m ∘ x = m ∘ u`` for a mask m or its complement, ``m ∘ u`` is ``m ∘ right``."""
    u = work.unknown
    if x.rank != 1 or u.sizes != x.sizes:
        return x
    ones = T.ones(u.sizes[0])
    for symbol in sorted(_masks(x.body), key=lambda s: s.name):
        for mask in (T.whole(symbol), T.minus(ones, T.whole(symbol))):
            kept = T.hadamard(mask, T.whole(u))
            if symbol.sizes != u.sizes or prove(T.hadamard(mask, x), kept) is None:
                continue
            known = T.hadamard(mask, right)
            named = work.name_for(known)
            plain = _with_arguments(x, Normal().tensor(kept), named)
            if plain != x:
                work.told("keep", ("the map keeps the entries that ", mask, " selects"), kept, known)
            return plain
    return x


def _masks(term: object) -> set[Symbol]:
    if isinstance(term, tuple):
        return {s for part in term for s in _masks(part)}
    if isinstance(term, Tensor):
        return _masks(term.body)
    if isinstance(term, Entry):
        return {term.symbol} if term.symbol.domain == BINARY else set()
    return {s for value in term.values for s in _masks(value)} if isinstance(term, Term) else set()


def _with_arguments(x: Tensor, kept: Tensor, named: Symbol) -> Tensor:
    """The name in place of arguments that are what is kept."""

    def replaced(part: Term) -> Term:
        if isinstance(part, Value) and any(Normal().tensor(a) == kept for a in part.arguments):
            inside = tuple(T.whole(named) if Normal().tensor(a) == kept else a for a in part.arguments)
            return Value(part.function, inside, part.at, part.by)
        return rebuilt(part, replaced) if isinstance(part, (Add, Mul, Pow, Apply)) else part

    indices, body = x.open()
    return tensor(indices, replaced(body), x.row)


def as_matrix_times(x: Tensor, work: Peeling) -> Tensor | None:
    """``M u + rest`` with a name for M, where the expression is linear in a vector ``u`` of its own length; proved equal. Else None."""
    u = work.unknown
    if x.rank != 1 or u.sizes != x.sizes:
        return None
    names = frozenset((u.name,))
    matrix = Normal().tensor(gradient(x, u))
    if mentions(matrix, names) or matrix.body == t.ZERO:
        return None
    rest = Normal().tensor(substitute_tensor(x, {u: T.zeros(u.sizes)}))
    if prove(x, T.plus(T.product(matrix, T.whole(u)), rest)) is None:
        return None
    named = work.name_for(matrix, _traits_of(matrix, work))
    return T.plus(T.product(T.whole(named), T.whole(u)), rest)


def _traits_of(matrix: Tensor, work: Peeling) -> frozenset[str]:
    """What is known of a matrix: orthogonal where that is proved, else invertible, on conditions for its factors where it is a product."""
    turned = T.transpose(matrix)
    if prove(T.product(turned, matrix), T.identity(matrix.sizes[0])) is not None:
        return frozenset({"orthogonal"})
    (i, j), body = matrix.open()
    p = Normal().poly(body)
    links = links_of(next(iter(p)), i, j) if len(p) == 1 else None
    square = links is not None and all(k.size == i.size for k in links.nodes)
    if links is None or not square or not all(len(fs) == 1 and isinstance(fs[0], Entry) for _, fs in links.steps):
        work.needs((matrix, " is invertible"))
        return frozenset({"invertible"})
    for _, (factor,) in links.steps:
        assert isinstance(factor, Entry)
        invertible(factor.symbol, work)
    for k, factors in links.at_node.items():
        if factors:
            nonzero(t.mul(*factors), (k,), work)
    return frozenset({"invertible"})


def invertible(matrix: Symbol, work: Peeling) -> None:
    """The condition under which a declared matrix has an inverse, where its declaration does not say that it has one."""
    if "strictly lower" in matrix.traits:
        raise Stuck(f"{matrix.name} has zeros on its diagonal, so it has no inverse")
    if matrix.traits.isdisjoint(INVERTIBLE):
        triangular = bool(matrix.traits & {"lower", "upper", "diagonal"})
        work.needs((T.whole(matrix), " has no zero on its diagonal" if triangular else " is invertible"))


def nonzero(rest: Term, indices: tuple[Index, ...], work: Peeling) -> Remark:
    """Why a divisor is not zero; where nothing says so, the condition that it is not."""
    if any(b.positive or b.negative for b in (bounds(rest), poly_bounds(Normal().poly(rest)))):
        return (", which is never zero",)
    used = tuple(i for i in indices if i in rest.free)
    work.needs((tensor(used, rest), " has no zero entry" if used else " is not zero"))
    return ()
