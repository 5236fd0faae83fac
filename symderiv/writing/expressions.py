r"""Tensors in writing: from index normal form back to ``diag``, ``∘``, matrix products, transposes, inverses and traces.

A vector is written by what depends on its slot, a matrix by which factors depend on its rows, on its columns, or on both; sums
over indices are read as a graph whose nodes are indices and whose edges are matrices. What has no such form is written by
components, in brackets with the slots below. Nothing here raises on a well-formed tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symderiv.algebra.terms import (
    ONE, ZERO, Add, Apply, Delta, Entry, Index, InverseEntry, Mul, Num, Pow, Sum, Tensor, Term, Value, mul, num, power, reindex,
)  # fmt: skip
from symderiv.writing.letters import name_notation, names_in
from symderiv.writing.notation import Fenced, Letter, Notation, Number, Row, Script, Symbol, Word, fenced, row
from symderiv.writing.elements import (
    ATOM, BIG, HADAMARD, PRODUCT, Piece, Scalars, call, factor_order, factors_of, is_exp, joined, label, ordered_terms, raised, side_by_side,
    sign_of,
)  # fmt: skip


def notation(t: Tensor) -> Notation:
    """A scalar, vector or matrix as a mathematician writes it."""
    writer = Writer(names_in(t))
    piece = writer.whole(t)
    return piece.shown


class NoForm(Exception):
    """No form without components."""


ONES = Piece(Letter("1", "bold"))


def transposed(piece: Piece) -> Piece:
    """The transpose; twice is nothing."""
    shown = piece.shown
    if piece.level == ATOM and isinstance(shown, Script) and shown.sup is not None:
        if shown.sup == Symbol("transpose"):
            return Piece(shown.base if shown.sub is None else Script(shown.base, shown.sub))
        if shown.sup == MINUS_ONE:
            return Piece(Script(shown.base, shown.sub, row(Symbol("minus"), Symbol("transpose"))))
    return raised(piece, Symbol("transpose"))


MINUS_ONE = row(Symbol("minus"), Number("1"))


class Writer(Scalars):
    """Writes scalars, vectors and matrices."""

    def whole(self, t: Tensor) -> Piece:
        """A tensor; by components in brackets where nothing better is known."""
        indices, body = self.opened(t)
        try:
            if not indices:
                return self.scalar(body)
            if len(indices) == 1:
                piece = self.vector(body, indices[0])
                return transposed(piece) if t.row else piece
            if len(indices) == 2:
                return self.matrix(body, *indices)
        except NoForm:
            pass
        return self.by_components(indices, body)

    def by_components(self, indices: Sequence[Index], body: Term) -> Piece:
        """``[x_i y_j]_{ij}``."""
        letters = [self.indices.bind(i) for i in indices]
        inside = self.scalar(body).shown
        for i in indices:
            self.indices.release(i)
        return Piece(Script(Fenced("bracket", inside), row(*letters)))

    def attempt(self, write: Callable[[], Piece]) -> Piece | None:
        """A piece, or None where there is no form."""
        given = dict(self.indices.given)
        try:
            return write()
        except NoForm:
            self.indices.given = given
            return None

    # --- vectors ------------------------------------------------------------------------------------------------------

    def vector(self, t: Term, i: Index) -> Piece:
        """The vector with entry ``t`` at ``i``."""
        if i not in t.free:
            if t == ZERO:
                return Piece(Number("0"))
            sign, bare = sign_of(t)
            piece = ONES if bare == ONE else side_by_side([self.scalar(bare), ONES])
            return piece if sign > 0 else joined([(-1, piece)])
        match t:
            case Add():
                return joined([(s, self.vector(x, i)) for s, x in map(sign_of, ordered_terms(t))])
            case Mul():
                sign, bare = sign_of(t)
                piece = self.vector_product(factors_of(bare), i)
                return piece if sign > 0 else joined([(-1, piece)])
            case Entry(symbol=symbol, at=at):
                if at == (i,):
                    return Piece(name_notation(symbol.name))
                if at == (i, i):
                    return call(Word("diag"), name_notation(symbol.name))
            case Value():
                return self.vector_value(t, i)
            case Apply(name=name, argument=argument):
                return self.applied(name, argument, self.vector(argument, i))
            case Pow(base=base, exponent=exponent):
                if i in exponent.free:
                    raise NoForm
                if isinstance(exponent, Num) and exponent.value < 0:
                    return self.vector_product([t], i)
                return raised(self.vector(base, i), self.scalar(exponent).shown)
            case InverseEntry(matrix=matrix, at=at) if at == (i, i):
                return call(Word("diag"), raised(self.whole(matrix), MINUS_ONE).shown)
            case Sum():
                return self.vector_sum(t, i)
        raise NoForm

    def vector_product(self, factors: Sequence[Term], i: Index) -> Piece:
        """Scalars, then an entrywise product, as one fraction of vectors where there are reciprocals."""
        outside = [f for f in factors if i not in f.free]
        above: list[Term] = []
        below: list[Term] = []
        for f in sorted((f for f in factors if i in f.free), key=vector_order):
            if isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0:
                below.append(power(f.base, Num(-f.exponent.value)))
            else:
                above.append(f)
        piece = self.hadamard([self.vector(f, i) for f in above]) if above else ONES
        if below:
            from symderiv.writing.notation import Fraction

            piece = Piece(Fraction(piece.shown, self.hadamard([self.vector(f, i) for f in below]).shown), PRODUCT)
        if not outside:
            return piece
        scale = self.product(outside)
        if piece.level == HADAMARD and scale.level >= PRODUCT:
            return Piece(row(scale.shown, piece.shown), HADAMARD)
        return side_by_side([scale, piece])

    @staticmethod
    def hadamard(pieces: Sequence[Piece]) -> Piece:
        """Pieces joined entry by entry."""
        if len(pieces) == 1:
            return pieces[0]
        out: list[Notation] = []
        for k, piece in enumerate(pieces):
            if k:
                out.append(Symbol("hadamard"))
            out.append(piece.within(ATOM))
        return Piece(row(*out), HADAMARD)

    def vector_value(self, t: Value, i: Index) -> Piece:
        """``F(x)``, ``F'(x)`` of an elementwise function, ``∇f(x)``, ``diag(J_F(x))``."""
        head, slots = self.function_head(t)
        if slots == ():
            return call(head, *(self.vector(a.body, i).shown for a in t.arguments))
        if any(i in a.free for a in t.arguments):
            raise NoForm
        piece = call(head, *(self.whole(a).shown for a in t.arguments))
        if slots == (i,):
            return piece
        if slots == (i, i):
            return call(Word("diag"), piece.shown)
        raise NoForm

    def vector_sum(self, t: Sum, i: Index) -> Piece:
        """A matrix times a vector."""
        graph = self.graph(t)
        try:
            piece = graph.hanging(i, None)
        except NoForm:
            return self.vector_of_sum(t, i)
        graph.all_used()
        return graph.scaled(piece)

    def vector_of_sum(self, t: Sum, i: Index) -> Piece:
        """A sum over components of a vector: ``Σ_j f(x, y_j)`` has no form; sums term by term have."""
        indices, body = self.opened(t.body)
        if isinstance(body, Add):
            return joined([(s, self.vector(split_sum(indices, x), i)) for s, x in map(sign_of, ordered_terms(body))])
        raise NoForm

    # --- matrices -----------------------------------------------------------------------------------------------------

    def matrix(self, t: Term, i: Index, j: Index) -> Piece:
        """The matrix with entry ``t`` at ``i, j``."""
        if t == ZERO:
            return Piece(Number("0"))
        match t:
            case Add():
                return joined([(s, self.matrix(x, i, j)) for s, x in map(sign_of, ordered_terms(t))])
            case Delta():
                if {t.left, t.right} == {i, j}:
                    return Piece(Letter("I"))
            case Entry(symbol=symbol, at=at):
                name = Piece(name_notation(symbol.name))
                if at == (i, j) or (symbol.symmetric and at == (j, i)):
                    return name
                if at == (j, i):
                    return transposed(name)
            case InverseEntry(matrix=matrix, at=at) if set(at) == {i, j}:
                inverse = raised(self.whole(matrix), MINUS_ONE)
                symmetric = isinstance(matrix.body, Entry) and matrix.body.symbol.symmetric
                return inverse if at == (i, j) or symmetric else transposed(inverse)
            case Value() if {i, j} <= t.free:
                return self.matrix_value(t, i, j)
            case Apply(name=name, argument=argument) if {i, j} <= t.free:
                return self.applied(name, argument, self.matrix(argument, i, j))
            case Sum() if {i, j} <= t.free:
                return self.matrix_sum(t, i, j)
        sign, bare = sign_of(t)
        piece = self.matrix_product(factors_of(bare), i, j)
        return piece if sign > 0 else joined([(-1, piece)])

    def matrix_product(self, factors: Sequence[Term], i: Index, j: Index) -> Piece:
        """``c diag(a) (M ∘ N) diag(b)``, ``c a bᵀ``, ``c diag(a)``."""
        pair = {i, j}
        outside = [f for f in factors if f.free.isdisjoint(pair)]
        rest = [f for f in factors if not f.free.isdisjoint(pair)]
        deltas = [f for f in rest if isinstance(f, Delta) and {f.left, f.right} == pair]
        if deltas:
            diagonal = mul(*(reindex(f, {j: i}) for f in rest if f not in deltas))
            inside = [f for f in factors_of(diagonal) if i in f.free]
            outside += [f for f in factors_of(diagonal) if i not in f.free and f != ONE]
            piece = call(Word("diag"), self.vector_product(inside, i).shown) if inside else Piece(Letter("I"))
            return self.with_scale(outside, piece)
        left = [f for f in rest if f.free & pair == {i}]
        right = [f for f in rest if f.free & pair == {j}]
        middle = sorted((f for f in rest if pair <= f.free), key=vector_order)
        if not middle:
            a = self.vector_product(left, i) if left else ONES
            b = self.vector_product(right, j) if right else ONES
            return self.with_scale(outside, side_by_side([Piece(a.within(PRODUCT)), transposed(b)]))
        pieces = [self.powered_matrix(f, i, j) for f in middle]
        core = self.hadamard(pieces)
        chain = [call(Word("diag"), self.vector_product(left, i).shown)] if left else []
        chain.append(core)
        chain += [call(Word("diag"), self.vector_product(right, j).shown)] if right else []
        if not outside and len(chain) == 1:
            return core
        return self.with_scale(outside, side_by_side(chain))

    def powered_matrix(self, f: Term, i: Index, j: Index) -> Piece:
        """A factor that depends on both slots; an entrywise square is ``A ∘ A``."""
        if isinstance(f, Pow):
            e = f.exponent
            if not (isinstance(e, Num) and e.value in (2, 3)):
                raise NoForm
            return self.hadamard([self.matrix(f.base, i, j)] * int(e.value))
        if not isinstance(f, (Add, Entry, InverseEntry, Value, Apply, Sum)):
            raise NoForm
        return self.matrix(f, i, j)

    def with_scale(self, outside: Sequence[Term], piece: Piece) -> Piece:
        """Scalars in front."""
        return side_by_side([self.product(outside), piece]) if outside else piece

    def matrix_value(self, t: Value, i: Index, j: Index) -> Piece:
        """``J_F(x)``, its transpose, a Hessian, or a function of every entry of a matrix."""
        head, slots = self.function_head(t)
        if slots == ():
            return call(head, *(self.matrix(a.body, i, j).shown for a in t.arguments))
        if any({i, j} & a.free for a in t.arguments) or set(slots) != {i, j} or len(slots) != 2:
            raise NoForm
        piece = call(head, *(self.whole(a).shown for a in t.arguments))
        if slots == (i, j) or not t.at:
            return piece
        assert isinstance(piece.shown, Row)
        return transposed(piece)

    def matrix_sum(self, t: Sum, i: Index, j: Index) -> Piece:
        """A matrix product."""
        graph = self.graph(t)
        piece = graph.between(i, j)
        graph.all_used()
        return graph.scaled(piece)

    # --- sums as graphs -----------------------------------------------------------------------------------------------

    def graph(self, t: Sum) -> Graph:
        """A bound product as a graph of indices; sums inside a product are opened into it."""
        indices, body = self.opened(t.body)
        dummies = list(indices)
        factors: list[Term] = []
        pending = list(factors_of(body))
        while pending:
            f = pending.pop(0)
            if isinstance(f, Sum) and isinstance(f.body.body, (Mul, Entry, Value, InverseEntry)):
                more, inner = self.opened(f.body)
                dummies += more
                pending = [*factors_of(inner), *pending]
            else:
                factors.append(f)
        return Graph(self, tuple(dummies), factors)

    def contraction(self, t: Sum) -> Piece | None:
        """``aᵀ b``, ``aᵀ M b``, ``tr(A B)``."""
        indices, body = self.opened(t.body)
        if isinstance(body, Add) and len(indices) == 1 and not any(isinstance(x, Mul) for x in body.terms):
            return None
        return self.attempt(lambda: self.graph(t).closed())

    def component(self, t: Sum) -> Piece | None:
        """``(A x)_i`` where one lettered index is free."""
        free = [i for i in t.free if i in self.indices.given]
        if len(free) != 1 or len(t.free) != 1:
            return None
        piece = self.attempt(lambda: self.vector_sum(t, free[0]))
        return None if piece is None or piece.level == BIG else Piece(Script(fenced(piece.shown), self.indices.letter(free[0])))


class Graph:
    """A product under a sum: matrices are edges between indices, vectors hang at them."""

    def __init__(self, writer: Writer, dummies: tuple[Index, ...], factors: Sequence[Term]) -> None:
        self.writer, self.dummies = writer, frozenset(dummies)
        self.order = dummies
        self.outside: list[Term] = []
        self.at: dict[Index, list[Term]] = {}
        self.edges: list[tuple[Index, Index, list[Term]]] = []
        self.used: set[Index] = set()
        self.terminals: frozenset[Index] = frozenset(x for f in factors for x in f.free) - self.dummies
        for f in factors:
            self._place(f)

    def _place(self, f: Term) -> None:
        free = sorted(f.free - frozenset(self.writer.indices.given), key=lambda x: x.number)
        lettered = f.free & frozenset(self.writer.indices.given)
        ends = [x for x in free if x in self.dummies or x in self.terminals] + sorted(lettered, key=lambda x: x.number)
        if not ends:
            self.outside.append(f)
        elif len(ends) == 1:
            self.at.setdefault(ends[0], []).append(f)
        elif len(ends) == 2:
            a, b = ends
            for x, y, matrices in self.edges:
                if {x, y} == {a, b}:
                    matrices.append(f)
                    return
            self.edges.append((a, b, [f]))
        else:
            raise NoForm

    def all_used(self) -> None:
        """Every index was reached."""
        if not self.dummies <= self.used:
            raise NoForm

    def scaled(self, piece: Piece) -> Piece:
        """Factors that depend on no index in front."""
        return self.writer.with_scale(self.outside, piece)

    def neighbours(self, i: Index) -> list[tuple[Index, list[Term]]]:
        """Indices linked to ``i``."""
        return [(b if a == i else a, m) for a, b, m in self.edges if i in (a, b)]

    def link(self, matrices: Sequence[Term], i: Index, j: Index) -> Piece:
        """The matrix of an edge, seen from ``i`` to ``j``."""
        return self.writer.matrix_product(matrices, i, j)

    def hanging(self, i: Index, parent: Index | None, without: Index | None = None, *, bare: bool = False) -> Piece:
        """The vector at ``i``: what stands there times everything behind it."""
        self.used.add(i)
        pieces: list[Piece] = []
        for j, matrices in sorted(self.neighbours(i), key=lambda n: sorted(label(f) for f in n[1])):
            if j in (parent, without):
                continue
            if j in self.used:
                raise NoForm
            behind = self.hanging(j, i)
            pieces.append(self._times(self.link(matrices, i, j), behind))
        own = self.at.get(i, [])
        if bare:
            own = []
        if own and not pieces:
            return self.writer.vector_product(own, i)
        if own:
            pieces.append(self.writer.vector_product(own, i))
        return self.writer.hadamard(pieces) if pieces else ONES

    @staticmethod
    def _times(matrix: Piece, vector: Piece) -> Piece:
        return side_by_side([matrix, vector if vector.level != HADAMARD else Piece(vector.within(ATOM))])

    def between(self, i: Index, j: Index) -> Piece:
        """The matrix from ``i`` to ``j``."""
        path = self._path(i, j)
        chain: list[Piece] = []
        for k, node in enumerate(path):
            before, after = path[k - 1] if k else None, path[k + 1] if k + 1 < len(path) else None
            piece = self.hanging(node, before, after)
            if piece != ONES:
                chain.append(call(Word("diag"), piece.shown))
            if after is not None:
                chain.append(self.link(dict(self.neighbours(node))[after], node, after))
        return side_by_side(chain)

    def _path(self, i: Index, j: Index) -> list[Index]:
        def walk(node: Index, seen: list[Index]) -> list[Index] | None:
            if node == j:
                return [*seen, node]
            for other, _ in self.neighbours(node):
                if other not in seen:
                    found = walk(other, [*seen, node])
                    if found is not None:
                        return found
            return None

        path = walk(i, [])
        if path is None:
            raise NoForm
        return path

    def closed(self) -> Piece:
        """A scalar: an inner product, a quadratic form or a trace."""
        if self.terminals or not self.dummies:
            raise NoForm
        if not self.edges and len(self.order) == 1:
            return self.scaled(self._inner(self.order[0]))
        ends = [d for d in self.order if len(self.neighbours(d)) == 1]
        if len(ends) == 2 and len(self.edges) == len(self.order) - 1:
            return self.scaled(self._form(ends))
        if not ends and not self.at and len(self.order) == len(self.edges) > 1:
            return self.scaled(self._trace())
        if len(self.order) == 2 and len(self.edges) == 1 and not self.at:
            return self.scaled(self._trace())
        raise NoForm

    def _inner(self, i: Index) -> Piece:
        own = self.at.get(i, [])
        if len(own) == 1:
            f = own[0]
            if isinstance(f, Pow) and f.exponent == num(2) and is_linear(f.base):
                own = [f.base, f.base]
            else:
                piece = self.writer.attempt(lambda: self._diagonal(f, i))
                if piece is None:
                    raise NoForm
                self.used.add(i)
                return call(Word("tr"), piece.shown)
        if len(own) != 2 or not all(map(is_linear, own)):
            raise NoForm
        a, b = (self.writer.vector(f, i) for f in sorted(own, key=vector_order))
        return side_by_side([transposed(a), Piece(b.within(PRODUCT))])

    def _diagonal(self, f: Term, i: Index) -> Piece:
        if isinstance(f, Entry) and f.at == (i, i):
            return Piece(name_notation(f.symbol.name))
        j = self.writer.new_index(i)
        if isinstance(f, InverseEntry) and f.at == (i, i):
            return self.writer.matrix(InverseEntry(f.matrix, (i, j)), i, j)
        if isinstance(f, Value) and f.at == (i,) and len(f.by) == 1 and f.by[0][1:] == (i,):
            return self.writer.matrix(Value(f.function, f.arguments, (i,), ((f.by[0][0], j),)), i, j)
        raise NoForm

    def _form(self, ends: Sequence[Index]) -> Piece:
        """``aᵀ M b``; read from the end that needs fewer transposes."""
        options = []
        for i, j in (tuple(ends), tuple(reversed(ends))):
            self.used = set()
            a = self.writer.vector_product(self.at[i], i) if i in self.at else ONES
            b = self.writer.vector_product(self.at[j], j) if j in self.at else ONES
            kept = self.at
            self.at = {k: v for k, v in kept.items() if k not in (i, j)}
            middle = self.between(i, j)
            self.at = kept
            self.all_used()
            shown = side_by_side([transposed(a), middle, b if b.level != HADAMARD else Piece(b.within(ATOM))])
            options.append((repr(middle).count("transpose"), repr(shown), shown))
        return min(options, key=lambda o: o[:2])[2]

    def _trace(self) -> Piece:
        """``tr(A B …)``, from the start and in the direction that need fewest transposes, inverses first."""
        cycle = [self.order[0]]
        if len(self.order) == 2:
            cycle = list(self.order)
            return self._trace_of_two(*cycle)
        while len(cycle) < len(self.order):
            onward = [n for n, _ in self.neighbours(cycle[-1]) if n not in cycle]
            if not onward or len(self.neighbours(cycle[-1])) != 2:
                raise NoForm
            cycle.append(onward[0])
        options = []
        for way in (cycle, cycle[::-1]):
            for k in range(len(way)):
                nodes = [*way[k:], *way[:k]]
                links = zip(nodes, [*nodes[1:], nodes[0]], strict=True)
                pieces = [self.link(dict(self.neighbours(a))[b], a, b) for a, b in links]
                options.append(_trace_option(pieces))
        return min(options, key=lambda o: o[:3])[3]

    def _trace_of_two(self, i: Index, j: Index) -> Piece:
        ((_, _, matrices),) = self.edges
        if len(matrices) == 1:
            f = matrices[0]
            if not (isinstance(f, Pow) and f.exponent == num(2)):
                raise NoForm
            matrices = [f.base, f.base]
        if len(matrices) != 2:
            raise NoForm
        options = []
        for first, second in (matrices, matrices[::-1]):
            for a, b in ((i, j), (j, i)):
                options.append(_trace_option([self.writer.matrix(first, a, b), self.writer.matrix(second, b, a)]))
        return min(options, key=lambda o: o[:3])[3]


def _trace_option(pieces: Sequence[Piece]) -> tuple[int, bool, str, Piece]:
    shown = call(Word("tr"), side_by_side(pieces).shown)
    return repr(shown).count("transpose"), "minus" not in repr(pieces[0]), repr(shown), shown


def is_linear(f: Term) -> bool:
    """A vector that may stand in an inner product: an entry, a function's value, or sums of such."""
    if isinstance(f, Add):
        return all(is_linear(x) for x in f.terms)
    if isinstance(f, Mul):
        return sum(not isinstance(x, Num) for x in f.factors) == 1 and all(is_linear(x) or isinstance(x, Num) for x in f.factors)
    return isinstance(f, (Entry, Value))


def split_sum(indices: Sequence[Index], body: Term) -> Term:
    """One addend of a sum under its own sign of summation."""
    from symderiv.algebra.terms import sum_over

    used = [i for i in indices if i in body.free]
    return mul(*(size_factor(i) for i in indices if i not in used), sum_over(used, body))


def size_factor(i: Index) -> Term:
    """What a sum over an index that does not occur multiplies by."""
    from symderiv.algebra.terms import size_term

    return size_term(i.size)


def vector_order(term: Term) -> tuple[object, ...]:
    """Sums in parentheses, exponentials, functions, entries."""
    base = term.base if isinstance(term, Pow) else term
    kind = 0 if isinstance(base, Add) else 1 if is_exp(base) else 2 if isinstance(base, (Apply, Value)) else 3
    return kind, *factor_order(term)[1:]
