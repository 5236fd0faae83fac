"""The logarithm of the absolute determinant of a matrix, by its structure; every rule leaves a step.

Diagonal: the product of the diagonal. Triangular, also by an autoregressive function: likewise. A product of matrices: the product of the
determinants. A diagonal matrix plus one of low rank: the determinant lemma ``det(D + A B) = det D det(I + B D^-1 A)``, which also turns a chain
round so that it becomes triangular. A map of matrices ``X -> A X B``: the Kronecker product. Sources: Horn and Johnson, Matrix Analysis, 0.8; Magnus
and Neudecker, Matrix Differential Calculus, chapter 2.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.labelling import place_of
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import as_fraction, Poly, monomial_term
from symderiv.algebra.terms import (
    ZERO, Delta, Det, Entry, Index, InverseEntry, Num, Symbol, Tensor, Term, Value, fresh, scalar, size_term, tensor,
)  # fmt: skip
from symderiv.core.results import Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.formula import Formula, closed
from symderiv.algebra.matrices import is_exponential
from symderiv.algebra.paths import Links, links_of
from symderiv.derive.program import symbols_of
from symderiv.writing.notation import Fenced, Letter, Notation, Word, row
from symderiv.derive.low_rank import by_low_rank
from symderiv.derive.volume_rules import (
    Told,
    NoDeterminant,
    by_diagonal,
    by_mask,
    by_triangle,
    log_abs,
    log_det_of,
    matrix_of,
)

#: What a matrix is called where its caller gives it no name.
NAMELESS: Notation = Letter("J")


@dataclass(frozen=True, slots=True)
class Volume:
    """``log |det|`` of a matrix with steps; ``conditions`` say where it is finite."""

    value: Term
    steps: tuple[Step[Formula], ...] = ()
    conditions: tuple[Remark, ...] = ()


def log_volume(
    matrix: Tensor, variables: AbstractSet[str] = frozenset(), label: Notation = NAMELESS, brief: bool = False
) -> Volume:
    """``log |det M|`` of a square matrix, a scalar's derivative, or the derivative of one matrix by another (rank 4).

    A matrix that depends on none of the ``variables`` is a parameter: where no rule applies, its determinant stays as it stands.
    ``brief``: the steps without their formulas. Raises `NoDeterminant`.
    """
    told = Told(variables, label, brief)
    value = _any(matrix, told)
    return Volume(value, tuple(told.steps), tuple(told.conditions))


def _any(matrix: Tensor, told: Told) -> Term:
    if not matrix.rank:
        return log_abs(Normal().term(matrix.body), (), told)
    if matrix.rank == 4:
        return _kronecker(matrix, told)
    if matrix.rank != 2 or matrix.sizes[0] != matrix.sizes[1]:
        raise NoDeterminant(f"{T.shape_in_words(matrix)} has no determinant")
    (i, j), body = matrix.open()
    p = Normal().poly(body)
    if not p:
        raise NoDeterminant("the matrix is zero, so its determinant is")
    for rule in (by_diagonal, _product, by_triangle, by_mask, by_low_rank, _common_factor):
        found = rule(p, i, j, told)
        if found is not None:
            return found
    if told.variables.isdisjoint(symbols_of(matrix)):
        return _parameter(matrix, told)
    raise NoDeterminant("no rule gives the determinant of this matrix")


def _parameter(matrix: Tensor, told: Told) -> Term:
    """A matrix of parameters alone: its determinant as it stands; of a matrix and its transpose the same one."""
    if prove(scalar(t.apply("abs", Det(matrix))), T.number(1)) is not None:
        because = ("a matrix and its transpose have one determinant, and that of an inverse is the reciprocal",)
        told.say("determinant of a matrix of parameters", because, lambda: log_det_of(matrix), ZERO)
        return ZERO
    straight, turned = (Normal().tensor(x) for x in (matrix, T.transpose(matrix)))
    kept = min(straight, turned, key=lambda x: x.digest)
    told.needs((closed(straight), " is invertible"))
    value = t.log(t.apply("abs", Det(kept)))
    told.say("determinant of a matrix of parameters", ("it depends on no input",), lambda: log_det_of(matrix), value)
    return value


# --- products ---------------------------------------------------------------------------------------------------------------


def _product(p: Poly, i: Index, j: Index, told: Told) -> Term | None:
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
        parts.append(t.mul(size_term(i.size), log_abs(Normal().term(factor), (), told)))
    before = len(told.steps)
    whys: list[str] = []
    for (a, b), (f,) in links.steps:
        one = _one_matrix(f, a, b, told, whys)
        if one is None:
            del told.steps[before:]
            return None
        parts.append(one)
    parts += [t.sum_over((k,), log_abs(t.mul(*fs), (k,), told)) for k, fs in links.at_node.items() if fs]
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
        lambda: log_det_of(matrix_of(p, i, j)),
        value,
    )
    return value


def _common_factor(p: Poly, i: Index, j: Index, told: Told) -> Term | None:
    """``det(W A + W B) = det W det(A + B)`` for a declared matrix W with which every term begins, or ends."""
    paths = [links_of(m, i, j) for m in p]
    if len(p) < 2 or any(x is None or not x.steps for x in paths):
        return None
    matrix = matrix_of(p, i, j)
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
        told.say("common factor", (because,), lambda: log_det_of(matrix), left)
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


def _one_matrix(f: Term, a: Index, b: Index, told: Told, whys: list[str]) -> Term | None:
    if isinstance(f, Delta):
        return ZERO
    if isinstance(f, InverseEntry):
        whys.append("of an inverse it is the reciprocal")
        inner = Told(told.variables, told.label, told.brief)
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


def _declared(f: Entry, told: Told, whys: list[str]) -> Term:
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


# --- maps of matrices -------------------------------------------------------------------------------------------------------


def _kronecker(matrix: Tensor, told: Told) -> Term:
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
    for f, e in sorted(m[0], key=lambda pair: place_of(pair[0])):
        raised = t.power(f, Num(Fraction(e)))
        on_rows, on_columns = bool({i, a} & f.free), bool({j, b} & f.free)
        if on_rows and on_columns:
            raise NoDeterminant("no rule gives the determinant of this map of matrices")
        (rows if on_rows else columns if on_columns else outside).append(raised)
    for n, q in sorted(m[1], key=lambda pair: place_of(monomial_term(pair[0]))):
        inner = monomial_term(n, q)
        on_rows, on_columns = bool({i, a} & inner.free), bool({j, b} & inner.free)
        if on_rows and on_columns:
            raise NoDeterminant("no rule gives the determinant of this map of matrices")
        (rows if on_rows else columns if on_columns else outside).append(t.exp(inner))
    before = len(told.steps)
    left = _any(tensor((i, a), t.mul(*rows)), told)
    right = _any(tensor((j, b), t.mul(*columns)), told)
    del told.steps[before:]
    scale = t.mul(size_term(i.size), size_term(j.size), log_abs(t.mul(*outside), (), told)) if t.mul(*outside) != t.ONE else ZERO
    value = t.add(scale, t.mul(size_term(j.size), left), t.mul(size_term(i.size), right))
    because = ("rows and columns are mapped apart: det(A ⊗ B) = det(A)^q det(B)^p for matrices of p rows and q columns",)
    told.say(
        "determinant of a Kronecker product",
        because,
        lambda: row(Word("log"), Fenced("bar", row(Word("det"), told.label))),
        value,
    )
    return value
