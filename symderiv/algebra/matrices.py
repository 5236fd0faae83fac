"""Inverses and determinants in normal form: of products, of diagonal matrices, of what is declared invertible or orthogonal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import fmpq

from symderiv.algebra import cancelling, contraction, determinants, inverses
from symderiv.algebra.factors import turned
from symderiv.algebra.labelling import is_symmetric, place_of
from symderiv.algebra.masks import masked_diagonal
from symderiv.algebra.paths import TRIANGULAR, triangular
from symderiv.algebra.polynomials import UNIT, Monomial, Poly, atom, constant, monomial_term, product, times
from symderiv.algebra.terms import (
    Delta, Det, Entry, Index, InverseEntry, Prod, Tensor, Term, Value, add, delta, exp, fresh, mul, neg, num, power, size_term, sum_over,
    tensor,
)  # fmt: skip

from symderiv.algebra.words import Words, times_out, words_of

if TYPE_CHECKING:
    from symderiv.algebra.normal import Normal


@dataclass(frozen=True, slots=True)
class Inverse:
    """What is known of the inverse of a matrix ``M``, the same wherever an entry of it stands.

    A product of known inverses times the ``reciprocal`` of a scalar; or a ``diagonal``, whose entries these are; or a sum of ``words``; or,
    with none of them, an atom.
    """

    reciprocal: Poly | None = None
    chain: tuple[Tensor, ...] = ()
    diagonal: Tensor | None = None
    words: Words | None = None


def inverse_entry(normal: Normal, t: InverseEntry) -> Poly:
    """The entry of an inverse: products are taken apart where each factor has an inverse of its own."""
    matrix = normal.tensor(t.matrix)
    known = normal.inverse_of.get(matrix)
    if known is None:
        known = normal.inverse_of[matrix] = _inverse(normal, matrix)
    a, b = t.at
    if known.reciprocal is not None:
        return times(known.reciprocal, normal.poly(contraction.chain_entry(known.chain, a, b)), normal.meter)
    if known.diagonal is not None:
        return normal.poly(mul(delta(a, b), known.diagonal.at(a)))
    if known.words is not None and matrix not in normal.cancelling:
        return times_out(normal, known.words, a, b)
    return atom(InverseEntry(matrix, contraction.in_order(t.at) if is_symmetric(matrix) else t.at))


def _inverse(normal: Normal, matrix: Tensor) -> Inverse:
    """What is known of the inverse of a matrix in normal form; an atom is registered with what cancels with it."""
    (i, j), body = matrix.open()
    p = normal.poly(body)
    if len(p) == 1:
        ((m, c),) = p.items()
        pieces = contraction.matrix_factors(m, i, j)
        if pieces is not None and not _irreducible(m, c, i, j):
            scale, chain = pieces
            links = [inverted(normal, link) for link in reversed(chain)]
            if None not in links:
                return Inverse(reciprocal=normal.power_of({scale: c}, -1), chain=tuple(x for x in links if x is not None))
    diagonal = contraction.diagonal_of(p, i, j)
    if diagonal is not None:
        return Inverse(diagonal=tensor((i,), power(diagonal, num(-1))))
    if normal.inverses and type(matrix.body) is not Entry and matrix not in normal.cancelling:
        words = words_of(normal, p, i, j)
        found = inverses.inverse_words(normal, words, i.size) if words is not None else None
        if found is not None:
            return Inverse(words=found)
        if words is not None:
            cancelling.register(normal, matrix, words, i.size)
    return Inverse()


def _irreducible(m: Monomial, c: fmpq, i: Index, j: Index) -> bool:
    """One declared matrix as it stands: its inverse is an atom."""
    if c != 1 or m[1] or len(m[0]) != 1:
        return False
    ((t, e),) = m[0]
    return e == 1 and type(t) is Entry and "orthogonal" not in t.symbol.traits and (t.at == (i, j) or t.symbol.symmetric)


def inverted(normal: Normal, link: Tensor) -> Tensor | None:
    """The inverse of one factor of a product of square matrices, or None where it is not known to have one."""
    i, j = fresh(link.slots[0].size), fresh(link.slots[1].size)
    body = link.at(i, j)
    if type(body) is Delta:
        return link
    diagonal = contraction.diagonal_of(normal.poly(body), i, j)
    if diagonal is not None:
        return tensor((i, j), mul(delta(i, j), power(diagonal, num(-1))))
    if type(body) is InverseEntry:
        return tensor((i, j), body.matrix.at(*body.at))
    if type(body) is Entry:
        symbol = body.symbol
        if "orthogonal" in symbol.traits:
            return tensor((i, j), Entry(symbol, (j, i) if body.at == (i, j) else (i, j)))
        k, m = fresh(link.slots[0].size), fresh(link.slots[0].size)
        at = (i, j) if body.at == (i, j) else (j, i)
        if symbol.symmetric:
            at = contraction.in_order(at)  # type: ignore[assignment]
        return tensor((i, j), InverseEntry(tensor((k, m), Entry(symbol, (k, m))), at))
    return None


def determinant(normal: Normal, t: Det) -> Poly:
    """A determinant: of a product the product, of a diagonal matrix the product of its entries."""
    matrix = normal.tensor(t.matrix)
    (i, j), body = matrix.open()
    p = normal.poly(body)
    if not p:
        return {}
    if len(p) == 1:
        ((m, c),) = p.items()
        pieces = contraction.matrix_factors(m, i, j)
        if pieces is not None:
            scale, chain = pieces
            dets = [_det_of(normal, link) for link in chain]
            size = size_term(i.size)
            outer = normal.poly(power(monomial_term(scale, c), size)) if scale != UNIT or c != 1 else constant(1)
            return product([outer, *dets], normal.meter)
    diagonal = contraction.diagonal_of(p, i, j)
    if diagonal is not None:
        return normal.poly(Prod(tensor((i,), diagonal)))
    on_one_side = triangular(p, i, j)
    if on_one_side is not None:
        return normal.poly(Prod(tensor((i,), add(*on_one_side.diagonal))))
    masked = masked_diagonal(normal, p, i, j)
    if masked is not None:
        return normal.poly(Prod(tensor((i,), masked[0])))
    if normal.inverses and len(p) > 1:
        words = words_of(normal, p, i, j)
        apart = determinants.without_inverse(normal, words, i.size) if words is not None else None
        if apart is not None:
            return determinants.quotient_of_determinants(normal, *apart)
        found = determinants.determinant_of_words(normal, words, i.size) if words is not None else None
        if found is not None:
            return found
    return atom(Det(_standing(normal, matrix)))


def _standing(normal: Normal, matrix: Tensor) -> Tensor:
    """A matrix or, at the last look, its transpose, whichever comes first."""
    (i, j), body = matrix.open()
    if not normal.inverses or is_symmetric(matrix):
        return matrix
    return min(matrix, normal.tensor(tensor((j, i), body)), key=place_of)


def turned_exponential(normal: Normal, e: Value) -> Term | None:
    """``exp(-M)`` as the inverse of ``exp(M)``, where M is the one to write (`turned`); None for that one."""
    (argument,) = e.arguments
    indices, body = argument.open()
    p = normal.poly(body)
    if not turned(p):
        return None
    k, m = (fresh(s) for s in e.function.output)
    inverse = Value(e.function, (normal.tensor(tensor(indices, neg(body))),), (k, m), ())
    return InverseEntry(tensor((k, m), inverse), (e.at[0], e.at[1]))


def _det_of(normal: Normal, link: Tensor) -> Poly:
    i, j = fresh(link.slots[0].size), fresh(link.slots[1].size)
    body = link.at(i, j)
    diagonal = contraction.diagonal_of(normal.poly(body), i, j)
    if diagonal is not None:
        return normal.poly(Prod(tensor((i,), diagonal)))
    if type(body) is InverseEntry:
        return normal.power_of(normal.poly(Det(body.matrix)), -1)
    if type(body) is Value and is_exponential(body):
        (argument,) = body.arguments
        return normal.poly(exp(sum_over((k := fresh(i.size),), argument.at(k, k))))
    if type(body) is Entry and not body.symbol.traits.isdisjoint(TRIANGULAR):
        return normal.poly(Prod(tensor((i,), normal.term(Entry(body.symbol, (i, i))))))
    if type(body) is Entry and body.at == (j, i):
        body = Entry(body.symbol, (i, j))
    whole = tensor((i, j), body)
    return atom(Det(whole if type(body) is Entry else _standing(normal, normal.tensor(whole))))


def is_exponential(part: Term) -> bool:
    """Whether a term is an entry of a matrix exponential."""
    return isinstance(part, Value) and "matrix exponential" in part.function.traits and not part.by


def has_opaque(term: Term | Tensor) -> bool:
    """Whether the inverse or the determinant of something other than a declared matrix stands anywhere in a term."""
    if isinstance(term, (InverseEntry, Det)) and type(term.matrix.body) is not Entry:
        return True
    values = (term.body,) if isinstance(term, Tensor) else term.values
    return any(
        has_opaque(part)
        for value in values
        for part in (value if type(value) is tuple else (value,))
        if isinstance(part, (Term, Tensor))
    )
