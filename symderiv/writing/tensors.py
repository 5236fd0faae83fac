r"""Vectors and matrices from terms in index slots, the way a mathematician writes them.

With slot ``i``, ``exp(G_i(x)) x_i`` is ``\exp(G(x)) \circ x`` and ``Σ_j A[i,j] x_j`` is ``A x``; with slots ``i, j``, ``δ[i,j] f_i`` is ``diag(f)``, ``f_i A[i,j]`` is ``diag(f) A``,
``Σ_k A[i,k] g_k B[k,j]`` is ``A diag(g) B`` and ``a_i b_j`` is ``a b^\top``. Without slots, ``Σ_i a_i b_i`` is ``a^\top b`` and a cycle of links a trace. What has no such form is
written by components, ``( … )_{i=1}^{n}``.

`notation` gives the look of a whole tensor. It depends on names and structure alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as Rational

from symderiv.algebra.order import factor_key, ordered, structure
from symderiv.algebra.terms import Add, Apply, Index, InverseEntry, Num, Sum, Tensor, Term, add, scalar, tensor
from symderiv.writing.factors import AS_MATRIX, AS_VECTOR, diag
from symderiv.writing.names import Env, env_for, size
from symderiv.writing.networks import Network, Unwritable, a_tree, connected, cut, distributed, network, plain, route
from symderiv.writing.notation import Letter, Notation, Number, Row, Script, Symbol, Word, fenced, row
from symderiv.writing.pieces import (
    Piece, called, chain, entrywise, occurrences, product, raised, scripts, signed, total, transposed,
)  # fmt: skip
from symderiv.writing.scalars import Scalars

ONES = Piece(Letter("1", "bold"))
IDENTITY = Piece(Letter("I"))
TRANSPOSE = Symbol("transpose")


def notation(t: Tensor) -> Notation:
    """A scalar, vector or matrix as it would be written.

    >>> from symderiv.algebra import tensors as T
    >>> from symderiv.algebra.terms import Symbol as Declared
    >>> from symderiv.core.size import Size
    >>> x = T.whole(Declared("x", (Size.of("n"),)))
    >>> notation(T.scaled(T.number(2), x))
    Row(items=(Number(digits='2'), Letter(name='x', style='plain')))
    """
    if t.row and t.rank == 1:
        (k,), body = t.open()
        return signed(_WRITER.row_vector(body, k, env_for(t)))
    return signed(_WRITER.tensor(t, env_for(t)))


def scalar_notation(term: Term) -> Notation:
    """A term; its free indices become the letters i, j, k in the order in which they were made."""
    env = env_for(term).with_letters(sorted(term.free, key=lambda i: i.number))
    return signed(_WRITER.scalar(term, env))


def at_letters(terms: Sequence[Term], indices: Sequence[Index]) -> tuple[Notation, ...]:
    """Terms side by side, each index with the same letter in all of them."""
    env = env_for(scalar(add(*terms))).with_letters(indices)
    return tuple(signed(_WRITER.scalar(term, env)) for term in terms)


def scaled(term: Term, right: Notation) -> Notation:
    """A scalar before something that is written already; its free indices become letters as in `scalar_notation`."""
    env = env_for(term).with_letters(sorted(term.free, key=lambda i: i.number))
    return signed(product(Rational(1), [_WRITER.scalar(term, env), Piece(right)]))


class Writer(Scalars):
    """Scalars with the forms that need whole vectors and matrices."""

    def tensor(self, t: Tensor, env: Env) -> Piece:
        """A whole tensor."""
        indices, body = t.open()
        if not indices:
            return self.scalar(body, env)
        if len(indices) == 1:
            return self.vector(body, indices[0], env)
        if len(indices) == 2:
            return self.matrix(body, *indices, env)
        return self.by_component(body, indices, env)

    def by_component(self, term: Term, indices: Sequence[Index], env: Env) -> Piece:
        """``( … )_{i=1}^{n}``, for what has no other form."""
        inner = env.with_letters(indices)
        body = fenced(signed(self.scalar(term, inner)))
        letters = [inner.slot(i) for i in indices]
        if len(indices) > 1:
            listed = [x for k, letter in enumerate(letters) for x in ((Symbol("comma"), letter) if k else (letter,))]
            return Piece(Script(body, row(*listed)))
        return Piece(Script(body, row(letters[0], Symbol("equals"), Number("1")), size(indices[0].size)))

    # --- vectors ----------------------------------------------------------------------------------------------------------

    def vector(self, term: Term, k: Index, env: Env) -> Piece:
        """A term with one slot."""
        if k not in term.free:
            return self._spread(term, env, ONES)
        if isinstance(term, Sum):
            layers = self._over_layers("sum", term, env, lambda inner, within: self.vector(inner, k, within))
            if layers is not None:
                return layers
        parts = term.terms if isinstance(term, Add) else distributed(term, (k,))
        if parts is not None:
            return total([self.vector(p, k, env) for p in ordered(tuple(parts))])
        try:
            return self._vector_product(term, k, env)
        except Unwritable:
            return self.by_component(term, (k,), env)

    def _spread(self, term: Term, env: Env, ones: Piece) -> Piece:
        """A scalar in every entry."""
        piece = self.scalar(term, env)
        if term == Num(Rational(0)):
            return piece
        if isinstance(term, Num) and abs(term.value) == 1:
            return Piece(ones.look, ones.hold, piece.negative)
        return product(Rational(1), [piece, ones])

    def _vector_product(self, term: Term, k: Index, env: Env) -> Piece:
        net = network(term, (k,))
        if not a_tree(net):
            raise Unwritable
        above, below = self._column(net, k, None, env)
        if not below:
            return self.scalar_product(net.coefficient, net.scalars, env, [entrywise(above) if above else ONES])
        scalars_above = [raised(self.scalar(b, env), e) for b, e in net.scalars if e > 0]
        scalars_below = [raised(self.scalar(b, env), -e) for b, e in net.scalars if e < 0]
        top = [entrywise(above)] if above else []
        return product(net.coefficient, [*scalars_above, *top], [*scalars_below, entrywise(below)])

    def row_vector(self, term: Term, k: Index, env: Env) -> Piece:
        """A term with one slot as a row: ``y^T M``, not ``(M^T y)^T``."""
        if isinstance(term, Add):
            return total([self.row_vector(p, k, env) for p in ordered(term.terms)])
        try:
            net = network(term, (k,)) if k in term.free else None
            if net is not None and not net.at.get(k) and len(net.beside(k)) == 1 and connected(net):
                return self.scalar_product(net.coefficient, net.scalars, env, [chain(self._as_row(net, k, env))])
        except Unwritable:
            pass
        return transposed(self.vector(term, k, env))

    def _column(self, net: Network, k: Index, before: Index | None, env: Env) -> tuple[list[Piece], list[Piece]]:
        """The vector at an index: its own factors and what hangs below it, above and below a fraction bar."""
        above: list[Piece] = []
        below: list[Piece] = []
        for base, e in sorted(net.at.get(k, []), key=lambda f: _entrywise_key(f[0])):
            piece = raised(self.vector_factor(base, k, env), abs(e))
            (above if e > 0 else below).append(piece)
        further = [l for l in net.beside(k) if l != before]
        above += [chain([self._bundle(net, k, l, env), *self._below(net, l, k, env)]) for l in further]
        return above, below

    def _below(self, net: Network, k: Index, before: Index, env: Env) -> list[Piece]:
        """What a matrix is applied to at ``k``: a vector, or more matrices and then a vector."""
        further = [l for l in net.beside(k) if l != before]
        if len(further) == 1 and not net.at.get(k):
            return [self._bundle(net, k, further[0], env), *self._below(net, further[0], k, env)]
        if len(further) > 1 and any(l in net.beside(m) for l in further for m in further):
            raise Unwritable
        above, below = self._column(net, k, before, env)
        return [_vector_of(above, below)]

    def vector_factor(self, base: Term, k: Index, env: Env) -> Piece:
        """A single factor that depends on one slot."""
        rule = AS_VECTOR.get(type(base))
        piece = rule(self, base, k, env) if rule is not None else None
        return piece if piece is not None else self.by_component(base, (k,), env)

    # --- matrices ---------------------------------------------------------------------------------------------------------

    def matrix(self, term: Term, i: Index, j: Index, env: Env) -> Piece:
        """A term with two slots."""
        if term.free.isdisjoint((i, j)):
            return self._spread(term, env, chain([ONES, transposed(ONES)]))
        parts = term.terms if isinstance(term, Add) else distributed(term, (i, j))
        if parts is not None:
            return total([self.matrix(p, i, j, env) for p in ordered(tuple(parts))])
        try:
            return self._matrix_product(term, i, j, env)
        except Unwritable:
            return self.by_component(term, (i, j), env)

    def _matrix_product(self, term: Term, i: Index, j: Index, env: Env) -> Piece:
        net = network(term, (i, j))
        if net.diagonal:
            if not connected(net):
                raise Unwritable
            above, below = self._column(net, i, None, env)
            links = [diag(_vector_of(above, below)) if above or below else IDENTITY]
        else:
            links = self._path(net, i, j, env)
        return self.scalar_product(net.coefficient, net.scalars, env, [chain(links)])

    def _path(self, net: Network, i: Index, j: Index, env: Env) -> list[Piece]:
        """The matrices from slot to slot; an outer product where nothing links them."""
        way = route(net, i, j)
        if not way:
            return [_vector_of(*self._column(net, i, None, env)), *self._as_row(net, j, env)]
        out: list[Piece] = []
        for n, k in enumerate(way):
            neighbours = {*way[max(0, n - 1) : n], *way[n + 1 : n + 2]}
            above, below = self._column(cut(net, k, neighbours), k, None, env)
            if above or below:
                out.append(diag(_vector_of(above, below)))
            if n + 1 < len(way):
                out.append(self._bundle(net, k, way[n + 1], env))
        return out

    def _as_row(self, net: Network, j: Index, env: Env) -> list[Piece]:
        """The vector at an index, transposed: ``(M v)^T`` as ``v^T M^T``."""
        links: list[Piece] = []
        before: Index | None = None
        while not net.at.get(j):
            further = [l for l in net.beside(j) if l != before]
            if len(further) != 1:
                break
            links.insert(0, self._bundle(net, further[0], j, env))
            before, j = j, further[0]
        return [transposed(_vector_of(*self._column(net, j, before, env))), *links]

    def _bundle(self, net: Network, k: Index, l: Index, env: Env) -> Piece:
        """All links between two indices as one matrix."""
        pieces = [self.link(t, k, l, env) for t in sorted(net.links[frozenset((k, l))], key=factor_key)]
        return entrywise(pieces)

    def link(self, term: Term, k: Index, l: Index, env: Env) -> Piece:
        """A factor that depends on two indices as a matrix with rows ``k`` and columns ``l``."""
        rule = AS_MATRIX.get(type(term))
        piece = rule(self, term, k, l, env) if rule is not None else None
        return piece if piece is not None else self.by_component(term, (k, l), env)

    # --- scalars that are products of vectors and matrices ------------------------------------------------------------------

    def contracted(self, t: Sum, env: Env) -> Piece | None:
        """``a^T b``, ``a^T M b``, ``tr(A B)``; with letters in sight a component, ``(A v)_i``. None where ``1`` would be among the vectors."""
        piece = self._parts(t, env) if isinstance(t.body.body, Add) else self._contracted(t, env)
        return None if piece is None or occurrences(piece.look, ONES.look) else piece

    def _contracted(self, t: Sum, env: Env) -> Piece | None:
        letters = sorted((i for i in t.free if i in env.letters), key=lambda i: i.number)
        try:
            if not letters:
                return self._whole(network(t, ()), env)
            inner = env.without(letters)
            if len(letters) == 1:
                piece = self._vector_product(t, letters[0], inner)
            elif len(letters) == 2:
                piece = self._matrix_product(t, letters[0], letters[1], inner)
            else:
                return None
        except Unwritable:
            return None
        negative = Piece(piece.look, piece.hold, call=piece.call)
        found = scripts(negative, sub=row(*(env.slot(i) for i in letters)))
        return Piece(found.look, found.hold, piece.negative, found.call)

    def _parts(self, t: Sum, env: Env) -> Piece | None:
        """A sum over a sum, term by term, where each part is a product of matrices."""
        indices, body = t.body.open()
        if len(indices) == 1 or not isinstance(body, Add):
            return None
        pieces = [self.contracted(Sum(tensor(indices, p)), env) for p in ordered(body.terms)]
        found = [p for p in pieces if p is not None]
        return total(found) if len(found) == len(pieces) else None

    def _whole(self, net: Network, env: Env) -> Piece | None:
        if not net.at and not net.links and not net.dummies:
            return self.scalar_product(net.coefficient, net.scalars, env)
        if not connected(net) or net.diagonal:
            return None
        piece = (
            self._dot(net, env)
            if not net.links
            else (None if net.at else self._cycle(net, env)) or self._form(net, env) or self._cycle(net, env)
        )
        return None if piece is None else self.scalar_product(net.coefficient, net.scalars, env, [piece])

    def _dot(self, net: Network, env: Env) -> Piece | None:
        """``a^T b``, or the trace of a single matrix."""
        if len(net.dummies) != 1:
            return None
        (k,) = net.dummies
        factors = [b for b, e in net.at.get(k, []) if e.denominator == 1 and e > 0 for _ in range(int(e))]
        if len(factors) == 1 and len(net.at[k]) == 1 and getattr(factors[0], "at", ()) == (k, k):
            whole = self.vector_factor(factors[0], k, env)
            return called(Word("tr"), [_undiag(whole)])
        if len(factors) != 2 or sum(abs(e) for _, e in net.at[k]) != 2 or not all(plain(f, k) for f in factors):
            return None
        left, right = (self.vector_factor(f, k, env) for f in sorted(factors, key=factor_key))
        return chain([transposed(left), right])

    def _form(self, net: Network, env: Env) -> Piece | None:
        """``a^T M b``, from the end that needs the fewest transposes."""
        vertices = {k for pair in net.links for k in pair}
        if len(net.links) != len(vertices) - 1:
            return None
        best: tuple[tuple[object, ...], Piece] | None = None
        for k in sorted(vertices, key=lambda x: x.number):
            beside = net.beside(k)
            if len(beside) != 1:
                continue
            left = _vector_of(*self._column(cut(net, k, {beside[0]}), k, None, env))
            piece = chain([transposed(left), self._bundle(net, k, beside[0], env), *self._below(net, beside[0], k, env)])
            keys = sorted(structure(b)[:3] for b, _ in net.at.get(k, []))
            rank = (k not in net.at, occurrences(piece.look, TRANSPOSE), keys)
            if best is None or rank < best[0]:
                best = (rank, piece)
        return best and best[1]

    def _cycle(self, net: Network, env: Env) -> Piece | None:
        """The trace of a product, from the place and in the direction that need the fewest transposes."""
        edges = [(pair, t) for pair, ts in net.links.items() for t in ts]
        vertices = sorted({k for pair, _ in edges for k in pair}, key=lambda x: x.number)
        if len(edges) != len(vertices) or any(sum(k in pair for pair, _ in edges) != 2 for k in vertices):
            return None
        best: tuple[tuple[object, ...], Piece] | None = None
        for start in vertices:
            for first in (e for e in edges if start in e[0]):
                pieces, terms = self._round(net, start, first, edges, env)
                piece = called(Word("tr"), [signed(chain(pieces))])
                keys = [(not isinstance(t, InverseEntry), structure(t)[:3]) for t in terms]
                rank = (occurrences(piece.look, TRANSPOSE), keys)
                if best is None or rank < best[0]:
                    best = (rank, piece)
        return best and best[1]

    def _round(
        self,
        net: Network,
        start: Index,
        first: tuple[frozenset[Index], Term],
        edges: list[tuple[frozenset[Index], Term]],
        env: Env,
    ) -> tuple[list[Piece], list[Term]]:
        pieces: list[Piece] = []
        terms: list[Term] = []
        here, left, edge = start, list(edges), first
        while True:
            factors = net.at.get(here)
            if factors:
                pieces.append(diag(_vector_of(*self._column(cut(net, here, set(net.beside(here))), here, None, env))))
            left.remove(edge)
            (there,) = edge[0] - {here}
            pieces.append(self.link(edge[1], here, there, env))
            terms.append(edge[1])
            here = there
            if not left:
                return pieces, terms
            edge = next(e for e in left if here in e[0])


def _entrywise_key(base: Term) -> tuple[object, ...]:
    """Exponentials and known functions lead an entrywise product."""
    return (not isinstance(base, Apply), isinstance(base, Add), *factor_key(base))


def _vector_of(above: list[Piece], below: list[Piece]) -> Piece:
    if below:
        return product(Rational(1), [entrywise(above)] if above else [], [entrywise(below)])
    return entrywise(above) if above else ONES


def _undiag(piece: Piece) -> Notation:
    """The matrix in ``diag(M)``."""
    look = piece.look
    assert isinstance(look, Row)
    return look.items[-1].body  # type: ignore[union-attr]


_WRITER = Writer()
