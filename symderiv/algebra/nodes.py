r"""Terms: every vector or matrix expression as a scalar in index slots.

The entry ``i`` of ``exp(G(x_2)) ∘ x_1`` is the scalar ``exp(G_i(x_2)) · x_1[i]``; of ``A x`` it is ``Σ_j A[i,j] x[j]``; of ``diag(v)`` at
``i, j`` it is ``δ[i,j] v[i]``. So diagonal matrices, entrywise products, broadcasts and elementwise functions need no nodes of
their own: matrix calculus is commutative scalar arithmetic plus one operation, contraction.

The node set is closed. Nodes are immutable, hash and compare by structure, and cache their hash, their free indices and the
height of the binders inside. **Bound indices are named by height**: a binder's index is one more than the largest binder
inside it, so alpha-equivalent terms are equal and no substitution can capture. Free indices are temporary (`fresh`), and
whoever goes below a binder opens it with fresh ones.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from symderiv.algebra.digests import PLAIN, digest_of
from symderiv.algebra.symbols import Function, Index, Slot, Symbol, fresh
from symderiv.core.size import Size

_NO_INDEX: frozenset[Index] = frozenset()


class Term:
    """A scalar with free indices. ``free``: the indices it depends on; ``height``: the largest bound index inside."""

    __slots__ = ("_digest", "_hash", "free", "height", "values")
    _fields: tuple[str, ...] = ()
    #: What puts a field into a node: by the slots' own descriptors, for terms are made by the thousand.
    _setters: tuple[Callable[[Term, object], None], ...] = ()
    free: frozenset[Index]
    height: int
    #: The fields, in order.
    values: tuple[object, ...]
    _hash: int | None
    _digest: bytes | None

    def __init_subclass__(cls) -> None:
        cls._setters = tuple(cls.__dict__[name].__set__ for name in cls._fields)

    def __init__(self, *values: object) -> None:
        free: frozenset[Index] = _NO_INDEX
        height = 0
        for put, value in zip(self._setters, values, strict=True):
            put(self, value)
            kind = type(value)
            if kind in PLAIN:
                continue
            for part in value if kind is tuple else (value,):  # type: ignore[attr-defined]
                kind = type(part)
                if kind is Index:
                    free = free.union((part,))
                elif kind is tuple:  # (argument, slot) pairs of a derivative
                    free = free.union([p for p in part if type(p) is Index])
                elif kind not in PLAIN:  # a term or a tensor
                    if part.free:
                        free = free | part.free if free else part.free
                    height = max(height, part.height)
        _put_common(self, values, free, height)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"terms are immutable: {name}")

    def __hash__(self) -> int:
        known = self._hash
        if known is None:  # most terms are read, put into others and never looked up
            known = hash((type(self), self.values))
            _put_hash(self, known)
        return known

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Term) or type(self) is not type(other) or hash(self) != hash(other):
            return False
        return self.values == other.values

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(getattr(self, f)) for f in self._fields)})"

    @property
    def digest(self) -> bytes:
        """A name for the structure that is the same in every process: used for order, never for equality."""
        known = self._digest
        if known is None:
            known = digest_of((type(self).__name__, self.values))
            _put_digest(self, known)
        return known


_put_values, _put_free, _put_height, _put_hash, _put_digest = (
    Term.__dict__[name].__set__ for name in ("values", "free", "height", "_hash", "_digest")
)


def _put_common(term: Term, values: tuple[object, ...], free: frozenset[Index], height: int) -> None:
    """What every node carries besides its fields."""
    _put_values(term, values)
    _put_free(term, free)
    _put_height(term, height)
    _put_hash(term, None)
    _put_digest(term, None)


def _with_values(term: Term, values: tuple[object, ...], free: frozenset[Index]) -> Term:
    """A term of the same shape under other names of free indices: what is bound inside stays as it is, so that the height does."""
    new: Term = object.__new__(type(term))
    for put, value in zip(term._setters, values, strict=True):
        put(new, value)
    _put_common(new, values, free, term.height)
    return new


class Num(Term):
    """A rational number."""

    __slots__ = _fields = ("value",)
    value: Fraction


class Const(Term):
    """A named real constant: ``pi``."""

    __slots__ = _fields = ("name",)
    name: str


class Dim(Term):
    """A dimension used as a number: the ``n`` of ``tr I = n``."""

    __slots__ = _fields = ("name",)
    name: str


class Entry(Term):
    """The entry of a declared tensor: ``x[i]``, ``A[i, j]``, or a scalar with no slots."""

    __slots__ = _fields = ("symbol", "at")
    symbol: Symbol
    at: tuple[Slot, ...]


class Value(Term):
    """The entry ``at`` of an unspecified function's value, differentiated ``by`` (argument number, slot in it) pairs.

    ``F_i(x)`` has no pairs; ``J_F[i, j](x)`` has one. For an elementwise function the argument is a scalar and slots in it are empty.
    """

    __slots__ = _fields = ("function", "arguments", "at", "by")
    function: Function
    arguments: tuple[Tensor, ...]
    at: tuple[Slot, ...]
    by: tuple[tuple[int | Slot, ...], ...]


class Delta(Term):
    """1 where both slots agree, else 0."""

    __slots__ = _fields = ("left", "right")
    left: Slot
    right: Slot


class InverseEntry(Term):
    """The entry of the inverse of a square matrix."""

    __slots__ = _fields = ("matrix", "at")
    matrix: Tensor
    at: tuple[Slot, Slot]


class Det(Term):
    """The determinant of a square matrix."""

    __slots__ = _fields = ("matrix",)
    matrix: Tensor


class Add(Term):
    """A sum of two or more terms."""

    __slots__ = _fields = ("terms",)
    terms: tuple[Term, ...]


class Mul(Term):
    """A product of two or more factors."""

    __slots__ = _fields = ("factors",)
    factors: tuple[Term, ...]


class Pow(Term):
    """``base ** exponent``."""

    __slots__ = _fields = ("base", "exponent")
    base: Term
    exponent: Term


class Apply(Term):
    """A known function of one scalar, by name: ``exp``, ``log``, ``abs``, ``tanh``, …"""

    __slots__ = _fields = ("name", "argument")
    name: str
    argument: Term


class Sum(Term):
    """``Σ`` of a body over all values of its indices."""

    __slots__ = _fields = ("body",)
    body: Tensor


class Prod(Term):
    """``Π`` of a body over all values of its index."""

    __slots__ = _fields = ("body",)
    body: Tensor


class LogDensity(Term):
    """``log p(variables | given)`` at the values of the random variables of those names, for a density known only by rules.

    ``family`` names the joint density (``p``, ``q``). ``at`` is the coordinate where variables are coordinates: ``log q_i(z_i)``.
    """

    __slots__ = _fields = ("family", "variables", "given", "at")
    family: str
    variables: frozenset[str]
    given: frozenset[str]
    at: tuple[Slot, ...]


class Score(Term):
    """The derivative of a log density by entries of the symbols that it silently depends on: ``∂ log q_θ(z) / ∂θ[i]``.

    ``by`` holds one ``(symbol, slot, …)`` a derivative.
    """

    __slots__ = _fields = ("density", "by")
    density: LogDensity
    by: tuple[tuple[Symbol | Slot, ...], ...]


class Mean(Term):
    """The expectation of ``body`` over the random ``variables`` under the density ``family(variables | given)``."""

    __slots__ = _fields = ("family", "variables", "given", "at", "body")
    family: str
    variables: frozenset[str]
    given: frozenset[str]
    at: tuple[Slot, ...]
    body: Term


class Tensor:
    """A term with its slots bound in order: rank 0 a scalar, 1 a vector, 2 a matrix.

    ``row`` marks a vector that stands as a row (``x^⊤``). Build with `tensor`; take an entry with `at`.
    """

    __slots__ = ("_digest", "_hash", "body", "free", "height", "row", "slots")

    def __init__(self, slots: tuple[Index, ...], body: Term, row: bool = False) -> None:
        self.slots, self.body, self.row = slots, body, row
        self.free: frozenset[Index] = body.free.difference(slots) if slots and body.free else body.free
        self.height: int = max(body.height, *[s.number for s in slots]) if slots else body.height
        self._hash: int | None = None
        self._digest: bytes | None = None

    def __hash__(self) -> int:
        known = self._hash
        if known is None:
            known = self._hash = hash((self.slots, self.body, self.row))
        return known

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not Tensor or hash(self) != hash(other):
            return False
        return self.slots == other.slots and self.row == other.row and self.body == other.body

    def __repr__(self) -> str:
        return f"Tensor({self.slots}, {self.body!r}{', row' if self.row else ''})"

    @property
    def sizes(self) -> tuple[Size, ...]:
        """One size a slot."""
        return tuple([s.size for s in self.slots])

    @property
    def rank(self) -> int:
        """How many slots."""
        return len(self.slots)

    @property
    def digest(self) -> bytes:
        """As for terms."""
        if self._digest is None:
            self._digest = digest_of(("Tensor", self.slots, self.body, self.row))
        return self._digest

    def at(self, *slots: Slot) -> Term:
        """The entry at these slots."""
        if len(slots) != len(self.slots):
            raise ValueError(f"{len(self.slots)} slots expected, {len(slots)} given")
        return self.body if slots == self.slots else reindex(self.body, dict(zip(self.slots, slots, strict=True)))

    def open(self) -> tuple[tuple[Index, ...], Term]:
        """Fresh free indices for its slots, and its body in them."""
        indices = tuple(fresh(s.size) for s in self.slots)
        return indices, self.at(*indices)


# --- binding ------------------------------------------------------------------------------------------------------------


def tensor(indices: Iterable[Index], body: Term, row: bool = False) -> Tensor:
    """Bind free indices of ``body`` as the slots of a tensor."""
    indices = tuple(indices)
    if not indices:
        return Tensor((), body, row)
    named = slots_above(body.height, *[i.size for i in indices])
    if named == indices:
        return Tensor(named, body, row)
    return Tensor(named, reindex(body, dict(zip(indices, named, strict=True))), row)


@functools.lru_cache(maxsize=4096)
def slots_above(height: int, *sizes: Size) -> tuple[Index, ...]:
    """The names of the slots of a tensor whose body has this height, one a size."""
    return tuple([_bound(height + 1 + k, size) for k, size in enumerate(sizes)])


@functools.lru_cache(maxsize=4096)
def _bound(number: int, size: Size) -> Index:
    """A bound index, the same one each time: what is the same object is found in sets and mappings without being compared."""
    return Index(number, size)


def scalar(body: Term) -> Tensor:
    """A term without free indices as a tensor of rank 0."""
    return Tensor((), body)


def reindex(term: Term, names: Mapping[Index, Slot]) -> Term:
    """The term with free indices renamed. New names are free, fixed, or above every binder inside: nothing is captured."""
    if not term.free or term.free.isdisjoint(names):
        return term
    changed = {old: new for old, new in names.items() if old != new}
    return _Reindexing(changed).term(term) if changed else term


class _Reindexing:
    def __init__(self, names: Mapping[Index, Slot]) -> None:
        self.names = names
        self.old = frozenset(names)  # two sets are compared by the hashes that they keep
        self.done: dict[int, Term] = {}  # by identity: what is renamed was often never hashed
        self.frees: dict[frozenset[Index], frozenset[Index]] = {}

    def term(self, term: Term) -> Term:
        if term.free.isdisjoint(self.old):
            return term
        if type(term) is Entry:
            return Entry(term.symbol, tuple([self.names.get(s, s) if type(s) is Index else s for s in term.at]))
        known = self.done.get(id(term))
        if known is None:
            known = self.done[id(term)] = _with_values(term, tuple([self.value(v) for v in term.values]), self.free(term.free))
        return known

    def free(self, free: frozenset[Index]) -> frozenset[Index]:
        known = self.frees.get(free)
        if known is None:
            new = [self.names.get(i, i) for i in free]
            known = self.frees[free] = frozenset([i for i in new if type(i) is Index])
        return known

    def value(self, value: object) -> object:
        kind = type(value)
        if kind is tuple:
            return tuple([self.value(v) for v in value])  # type: ignore[attr-defined]
        if kind is Index:
            return self.names.get(value, value)  # type: ignore[call-overload]
        if kind in PLAIN:
            return value
        if kind is not Tensor:
            return self.term(value)  # type: ignore[arg-type]
        assert isinstance(value, Tensor)
        if value.free.isdisjoint(self.old):
            return value
        return Tensor(value.slots, self.term(value.body), value.row)


#: Every node kind, for the tests that each operation knows them all.
KINDS: tuple[type[Term], ...] = (
    Num, Const, Dim, Entry, Value, Delta, InverseEntry, Det, Add, Mul, Pow, Apply, Sum, Prod, LogDensity, Score, Mean,
)  # fmt: skip
