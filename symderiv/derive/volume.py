"""The logarithm of the absolute determinant of a matrix, by its structure; every rule leaves a step.

Diagonal: the product of the diagonal. Triangular, also by an autoregressive function: likewise. A product of matrices: the product of the
determinants. A diagonal matrix plus one of low rank: the determinant lemma ``det(D + A B) = det D det(I + B D^-1 A)``, which also turns a chain
round so that it becomes triangular. A map of matrices ``X -> A X B``: the Kronecker product. Sources: Horn and Johnson, Matrix Analysis, 0.8; Magnus
and Neudecker, Matrix Differential Calculus, chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable, Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.blocks import leibniz
from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import as_fraction, Poly, monomial_term, plus, poly_term
from symderiv.algebra.terms import (
    ZERO, Delta, Det, Entry, Index, InverseEntry, Num, Symbol, Tensor, Term, Value, fresh, reindex, scalar, size_term, tensor,
)  # fmt: skip
from symderiv.core.results import Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.formula import Formula, closed, equation
from symderiv.derive.logarithms import as_fraction_of, log_of_factors, never_zero
from symderiv.algebra.masks import masked_diagonal
from symderiv.algebra.matrices import is_exponential
from symderiv.algebra.paths import Links, cut_at, links_of, merged, outer, triangular
from symderiv.derive.program import symbols_of
from symderiv.writing.notation import Fenced, Letter, Notation, Word, row
from symderiv.writing.tensors import notation

#: Matrices of rank one in a sum, at most: the determinant lemma then has a small determinant of this size.
MOST_RANK_ONE = 4

#: What a matrix is called where its caller gives it no name.
NAMELESS: Notation = Letter("J")


class NoDeterminant(Exception):
    """No rule gives the determinant."""


@dataclass(frozen=True, slots=True)
class Volume:
    """``log |det|`` of a matrix with steps; ``conditions`` say where it is finite."""

    value: Term
    steps: tuple[Step[Formula], ...] = ()
    conditions: tuple[Remark, ...] = ()


@dataclass(slots=True)
class _Told:
    """What is said on the way. ``variables``: the names that are no parameters; ``label``: the matrix by its name."""

    variables: AbstractSet[str]
    label: Notation
    brief: bool = False
    steps: list[Step[Formula]] = field(default_factory=list)
    conditions: list[Remark] = field(default_factory=list)

    def say(self, rule: str, because: Remark, left: Callable[[], Notation], value: Term) -> None:
        """One step: what the determinant, or its logarithm, is."""
        shown = () if self.brief else (equation(left(), closed(scalar(value))),)
        self.steps.append(Step(rule, because, shown))

    def needs(self, condition: Remark) -> None:
        """A condition, once."""
        if condition not in self.conditions:
            self.conditions.append(condition)


def log_volume(
    matrix: Tensor, variables: AbstractSet[str] = frozenset(), label: Notation = NAMELESS, brief: bool = False
) -> Volume:
    """``log |det M|`` of a square matrix, a scalar's derivative, or the derivative of one matrix by another (rank 4).

    A matrix that depends on none of the ``variables`` is a parameter: where no rule applies, its determinant stays as it stands.
    ``brief``: the steps without their formulas. Raises `NoDeterminant`.
    """
    told = _Told(variables, label, brief)
    value = _any(matrix, told)
    return Volume(value, tuple(told.steps), tuple(told.conditions))


def _any(matrix: Tensor, told: _Told) -> Term:
    if not matrix.rank:
        return _log_abs(Normal().term(matrix.body), (), told)
    if matrix.rank == 4:
        return _kronecker(matrix, told)
    if matrix.rank != 2 or matrix.sizes[0] != matrix.sizes[1]:
        raise NoDeterminant(f"{T.shape_in_words(matrix)} has no determinant")
    (i, j), body = matrix.open()
    p = Normal().poly(body)
    if not p:
        raise NoDeterminant("the matrix is zero, so its determinant is")
    for rule in (_diagonal, _product, _triangular, _masked, _low_rank, _common_factor):
        found = rule(p, i, j, told)
        if found is not None:
            return found
    if told.variables.isdisjoint(symbols_of(matrix)):
        return _parameter(matrix, told)
    raise NoDeterminant("no rule gives the determinant of this matrix")


def _parameter(matrix: Tensor, told: _Told) -> Term:
    """A matrix of parameters alone: its determinant as it stands; of a matrix and its transpose the same one."""
    if prove(scalar(t.apply("abs", Det(matrix))), T.number(1)) is not None:
        because = ("a matrix and its transpose have one determinant, and that of an inverse is the reciprocal",)
        told.say("determinant of a matrix of parameters", because, lambda: _log_det(matrix), ZERO)
        return ZERO
    straight, turned = (Normal().tensor(x) for x in (matrix, T.transpose(matrix)))
    kept = min(straight, turned, key=lambda x: x.digest)
    told.needs((closed(straight), " is invertible"))
    value = t.log(t.apply("abs", Det(kept)))
    told.say("determinant of a matrix of parameters", ("it depends on no input",), lambda: _log_det(matrix), value)
    return value


def _log_abs(value: Term, indices: tuple[Index, ...], told: _Told) -> Term:
    """``log |value|``, with the condition that it is not zero where nothing says so."""
    if value == ZERO:
        raise NoDeterminant("the determinant is zero: the map is not invertible")
    above, below = as_fraction_of(value)
    for part in (above, below):
        if not never_zero(part):
            told.needs(
                (
                    tensor(indices, part) if told.brief else closed(tensor(indices, part)),
                    " has no zero entry" if indices else " is not zero",
                )
            )
    return t.sub(log_of_factors(above), log_of_factors(below))


def _det(matrix: Tensor) -> Notation:
    return row(Word("det"), Fenced("paren", notation(closed(matrix))))


def _entries(p: Poly, i: Index, j: Index) -> Tensor:
    return tensor((i, j), poly_term(p))


# --- diagonal and triangular ------------------------------------------------------------------------------------------------


def _diagonal(p: Poly, i: Index, j: Index, told: _Told) -> Term | None:
    """``det diag(d) = Π d_i``."""
    d = diagonal_of(p, i, j)
    if d is None:
        return None
    value = t.sum_over((i,), _log_abs(d, (i,) if i in d.free else (), told))
    because = ("the determinant of a diagonal matrix is the product of its diagonal",)
    _say_product("determinant of a diagonal matrix", because, p, i, j, d, told)
    return value


def _say_product(rule: str, because: Remark, p: Poly, i: Index, j: Index, d: Term, told: _Told) -> None:
    told.say(rule, because, lambda: _det(_entries(p, i, j)), t.prod_over(i, d))


def _triangular(p: Poly, i: Index, j: Index, told: _Told) -> Term | None:
    """All off the diagonal on one side of it: the product of the diagonal."""
    found = triangular(p, i, j)
    d = Normal().term(t.add(*found.diagonal)) if found is not None else ZERO
    if found is None or d == ZERO:
        return None
    because = (f"the matrix is {found.side} triangular ({', '.join(found.why)}): the determinant is the product of its diagonal",)
    value = t.sum_over((i,), _log_abs(d, (i,) if i in d.free else (), told))
    _say_product("determinant of a triangular matrix", because, p, i, j, d, told)
    return value


def _masked(p: Poly, i: Index, j: Index, told: _Told) -> Term | None:
    """A diagonal, and a part that leads from the places of a mask to the others: the product of the diagonal."""
    found = masked_diagonal(Normal(), p, i, j)
    if found is None:
        return None
    d, mask = found
    because: Remark = (
        "with the places of ", T.whole(mask.symbol), " first the matrix is triangular by blocks, and both blocks are diagonal",
    )  # fmt: skip
    value = t.sum_over((i,), _log_abs(d, (i,) if i in d.free else (), told))
    _say_product("determinant of a masked matrix", because, p, i, j, d, told)
    return value


# --- products ---------------------------------------------------------------------------------------------------------------


def _product(p: Poly, i: Index, j: Index, told: _Told) -> Term | None:
    """``det(A B) = det A det B``; each factor by what is declared of it."""
    if len(p) != 1:
        return None
    ((m, c),) = p.items()
    links = links_of(m, i, j)
    if links is None or any(k.size != i.size for k in links.nodes) or any(len(fs) != 1 for _, fs in links.steps):
        return None
    parts: list[Term] = []
    factor = t.mul(Num(as_fraction(c)), *links.outside)
    if factor != t.ONE:
        parts.append(t.mul(size_term(i.size), _log_abs(Normal().term(factor), (), told)))
    before = len(told.steps)
    whys: list[str] = []
    for (a, b), (f,) in links.steps:
        one = _one_matrix(f, a, b, told, whys)
        if one is None:
            del told.steps[before:]
            return None
        parts.append(one)
    parts += [t.sum_over((k,), _log_abs(t.mul(*fs), (k,), told)) for k, fs in links.at_node.items() if fs]
    value = t.add(*parts)
    because = (
        "the determinant of a product is the product of the determinants"
        if len(links.steps) > 1
        else "what is declared of the matrix",
    )
    if whys:
        because = (f"{because[0]}; {'; '.join(dict.fromkeys(whys))}",)
    told.say(
        "determinant of a product" if len(links.steps) > 1 else "determinant of a matrix",
        because,
        lambda: _log_det(_entries(p, i, j)),
        value,
    )
    return value


def _common_factor(p: Poly, i: Index, j: Index, told: _Told) -> Term | None:
    """``det(W A + W B) = det W det(A + B)`` for a declared matrix W with which every term begins, or ends."""
    paths = [links_of(m, i, j) for m in p]
    if len(p) < 2 or any(x is None or not x.steps for x in paths):
        return None
    matrix = _entries(p, i, j)
    for first in (True, False):
        ends = [_declared_end(x, first) for x in paths if x is not None]
        if ends[0] is None or any(x != ends[0] for x in ends):
            continue
        s, straight = ends[0]
        undone = T.inverse(T.whole(s) if straight else T.transpose(T.whole(s)))
        rest = Normal().tensor(T.product(undone, matrix) if first else T.product(matrix, undone))
        if s.name in symbols_of(rest):
            continue
        whys: list[str] = []
        value = _declared(Entry(s, (i, j)), told, whys)
        because = "; ".join((f"every term {'begins' if first else 'ends'} with {s.name}, and det(A B) = det A det B", *whys))
        left = t.add(value, t.log(t.apply("abs", Det(rest))))
        told.say("common factor", (because,), lambda: _log_det(matrix), left)
        return t.add(value, _any(rest, told))
    return None


def _declared_end(links: Links, first: bool) -> tuple[Symbol, bool] | None:
    """The declared square matrix with which a path begins or ends, and whether it stands straight."""
    (a, b), factors = links.steps[0 if first else -1]
    outer = links.at_node.get(a if first else b)
    if len(factors) != 1 or outer or a.size != b.size or not isinstance(factors[0], Entry):
        return None
    f = factors[0]
    return (f.symbol, f.at == (a, b)) if set(f.at) == {a, b} and "strictly lower" not in f.symbol.traits else None


def _log_det(matrix: Tensor) -> Notation:
    return row(Word("log"), Fenced("bar", _det(matrix)))


def _one_matrix(f: Term, a: Index, b: Index, told: _Told, whys: list[str]) -> Term | None:
    if isinstance(f, Delta):
        return ZERO
    if isinstance(f, InverseEntry):
        whys.append("of an inverse it is the reciprocal")
        inner = _Told(told.variables, told.label, told.brief)
        value = t.neg(_any(f.matrix, inner) if not isinstance(f.matrix.body, Entry) else _declared(f.matrix.body, told, whys))
        told.conditions += [x for x in inner.conditions if x not in told.conditions]
        return value
    if is_exponential(f):
        assert isinstance(f, Value)
        whys.append("the determinant of a matrix exponential is the exponential of the trace")
        return T.trace(f.arguments[0]).body
    if isinstance(f, Entry) and set(f.at) == {a, b}:
        return _declared(f, told, whys)
    return None


def _declared(f: Entry, told: _Told, whys: list[str]) -> Term:
    """A declared matrix by its traits."""
    s = f.symbol
    k = fresh(s.sizes[0])
    if "strictly lower" in s.traits:
        raise NoDeterminant(f"{s.name} has zeros on its diagonal, so the determinant is zero: the map is not invertible")
    if "orthogonal" in s.traits:
        whys.append(f"{s.name} is orthogonal, so its determinant is 1 or -1")
        return ZERO
    if "unit lower" in s.traits:
        whys.append(f"{s.name} has ones on its diagonal")
        return ZERO
    if s.traits & {"lower", "upper", "diagonal"}:
        whys.append(f"{s.name} is {'diagonal' if 'diagonal' in s.traits else 'triangular'}")
        told.needs((T.whole(s), " has no zero on its diagonal"))
        return t.sum_over((k,), t.log(t.apply("abs", Entry(s, (k, k)))))
    if s.traits.isdisjoint({"invertible", "positive definite"}):
        told.needs((T.whole(s), " is invertible"))
    return t.log(t.apply("abs", Det(T.whole(s))))


# --- diagonal plus low rank -------------------------------------------------------------------------------------------------


def _low_rank(p: Poly, i: Index, j: Index, told: _Told) -> Term | None:
    """``det(D + A B) = det D det(I + B D^-1 A)``."""
    on: Poly = {}
    off: Poly = {}
    for m, c in p.items():
        d = diagonal_of({m: c}, i, j)
        if d is None:
            plus(off, {m: c})
        else:
            plus(on, Normal().poly(d))
    if not on:
        return None
    d = poly_term(on)
    pairs = [outer(m, c, i, j) for m, c in off.items()]
    if all(x is not None for x in pairs):
        apart = merged([x for x in pairs if x is not None])
        if len(apart) <= MOST_RANK_ONE:
            return _rank_one(p, d, apart, i, j, told)
    return _turned(p, d, off, i, j, told) if len(off) == 1 else None


def _rank_one(p: Poly, d: Term, pairs: list[tuple[Term, Term]], i: Index, j: Index, told: _Told) -> Term:
    """``det(D + Σ_r a_r b_r^⊤) = det D det(δ_rs + b_r^⊤ D^-1 a_s)``."""
    small = [
        [
            t.add(t.num(int(r == s)), t.sum_over((i,), t.mul(reindex(b, {j: i}), a, t.power(d, t.MINUS_ONE))))
            for s, (a, _) in enumerate(pairs)
        ]
        for r, (_, b) in enumerate(pairs)
    ]
    det = Normal().term(leibniz(small))
    value = t.add(t.sum_over((i,), _log_abs(d, (i,) if i in d.free else (), told)), _log_abs(det, (), told))
    rank = "one" if len(pairs) == 1 else str(len(pairs))
    because = (f"a diagonal matrix plus one of rank {rank}: det(D + u vᵀ) = det D (1 + vᵀ D⁻¹ u)",)
    told.say("matrix determinant lemma", because, lambda: _log_det(_entries(p, i, j)), value)
    return value


def _turned(p: Poly, d: Term, off: Poly, i: Index, j: Index, told: _Told) -> Term | None:
    """``det(D + A B) = det D det(I + B D^-1 A)`` with the path of matrices cut at each of its nodes, until a rule gives the second."""
    ((m, c),) = off.items()
    links = links_of(m, i, j)
    if links is None:
        return None
    best: tuple[Term, Tensor, _Told] | None = None
    for cut in range(1, len(links.nodes) - 1):
        small = cut_at(links, cut, c, d)
        inner = _Told(told.variables, told.label, told.brief)
        try:
            value = _structured(small, inner)
        except NoDeterminant:
            continue
        best = value, small, inner
        break
    if best is None:
        inside = [k for k in range(1, len(links.nodes) - 1) if links.nodes[k].size != i.size]
        if not inside:
            return None
        small = cut_at(links, inside[0], c, d)
        inner = _Told(told.variables, told.label, told.brief)
        inner.needs((closed(small), " is invertible"))
        best = t.log(t.apply("abs", Det(Normal().tensor(small)))), small, inner
    value, small, inner = best
    because = ("det(D + A B) = det D det(I + B D⁻¹ A): the second matrix is ", closed(small))
    base = t.sum_over((i,), _log_abs(d, (i,) if i in d.free else (), told))
    told.say("Sylvester's determinant identity", because, lambda: _det(_entries(p, i, j)), t.mul(t.prod_over(i, d), Det(small)))
    told.steps += inner.steps
    told.conditions += [x for x in inner.conditions if x not in told.conditions]
    return t.add(base, value)


def _structured(matrix: Tensor, told: _Told) -> Term:
    """By the rules for diagonal and triangular matrices alone."""
    (i, j), body = matrix.open()
    p = Normal().poly(body)
    for rule in (_diagonal, _triangular):
        found = rule(p, i, j, told)
        if found is not None:
            return found
    raise NoDeterminant("neither diagonal nor triangular")


# --- maps of matrices -------------------------------------------------------------------------------------------------------


def _kronecker(matrix: Tensor, told: _Told) -> Term:
    """``d(A X B) = A dX B``: the determinant is ``det(A)^q det(B)^p`` for X of p rows and q columns; entry by entry, the product."""
    (i, j, a, b), body = matrix.open()
    p = Normal().poly(body)
    if i.size != a.size or j.size != b.size:
        raise NoDeterminant("inputs and outputs have different sizes")
    if len(p) != 1:
        raise NoDeterminant("no rule gives the determinant of this map of matrices")
    ((m, c),) = p.items()
    rows: list[Term] = []
    columns: list[Term] = []
    outside: list[Term] = [Num(as_fraction(c))]
    for f, e in sorted(m[0], key=lambda pair: pair[0].digest):
        raised = t.power(f, Num(Fraction(e)))
        on_rows, on_columns = bool({i, a} & f.free), bool({j, b} & f.free)
        if on_rows and on_columns:
            raise NoDeterminant("no rule gives the determinant of this map of matrices")
        (rows if on_rows else columns if on_columns else outside).append(raised)
    for n, q in sorted(m[1], key=lambda pair: monomial_term(pair[0]).digest):
        inner = monomial_term(n, q)
        on_rows, on_columns = bool({i, a} & inner.free), bool({j, b} & inner.free)
        if on_rows and on_columns:
            raise NoDeterminant("no rule gives the determinant of this map of matrices")
        (rows if on_rows else columns if on_columns else outside).append(t.exp(inner))
    before = len(told.steps)
    left = _any(tensor((i, a), t.mul(*rows)), told)
    right = _any(tensor((j, b), t.mul(*columns)), told)
    del told.steps[before:]
    scale = t.mul(size_term(i.size), size_term(j.size), _log_abs(t.mul(*outside), (), told)) if t.mul(*outside) != t.ONE else ZERO
    value = t.add(scale, t.mul(size_term(j.size), left), t.mul(size_term(i.size), right))
    because = ("rows and columns are mapped apart: det(A ⊗ B) = det(A)^q det(B)^p for matrices of p rows and q columns",)
    told.say(
        "determinant of a Kronecker product",
        because,
        lambda: row(Word("log"), Fenced("bar", row(Word("det"), told.label))),
        value,
    )
    return value
