"""One factor with one slot as a vector, and with two slots as a matrix; None where it is neither as a whole.

The tables `AS_VECTOR` and `AS_MATRIX` hold one rule a kind of term; a rule is given the writer, which writes what stands inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from symderiv.algebra.layered import settled
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Add, Apply, Entry, Index, InverseEntry, Mean, Pow, Sum, Tensor, Term, Value
from symderiv.writing.names import Env, name
from symderiv.writing.notation import Symbol, Word, row
from symderiv.writing.pieces import Piece, called, scripts, signed, transposed
from symderiv.writing.scalars import value_as_whole

if TYPE_CHECKING:
    from symderiv.writing.tensors import Writer


def diag(piece: Piece) -> Piece:
    """``diag(v)``."""
    return called(Word("diag"), [signed(piece)])


def is_symmetric(matrix: Tensor) -> bool:
    """Whether a matrix equals its transpose."""
    (i, j), body = matrix.open()
    if isinstance(body, Entry):
        return body.symbol.symmetric
    normal = Normal()
    return normal.poly(body) == normal.poly(matrix.at(j, i))


# --- one slot -----------------------------------------------------------------------------------------------------------


def _entry_vector(_writer: Writer, t: Entry, k: Index, _env: Env) -> Piece | None:
    t = settled(t)
    if t.at == (k,):
        return Piece(name(t.symbol.name))
    return diag(Piece(name(t.symbol.name))) if t.at == (k, k) else None


def _value_vector(writer: Writer, t: Value, k: Index, env: Env) -> Piece | None:
    t = settled(t)
    slots = (*t.at, *(s for _, *at in t.by for s in at))
    if not any(k in a.free for a in t.arguments):
        whole = value_as_whole(t, [signed(writer.tensor(a, env)) for a in t.arguments])
        if whole is None:
            return None
        return whole if slots == (k,) else diag(whole) if slots == (k, k) else None
    if slots or any(a.slots for a in t.arguments):
        return None
    return value_as_whole(t, [signed(writer.vector(a.body, k, env)) for a in t.arguments])


def _inverse_vector(writer: Writer, t: InverseEntry, k: Index, env: Env) -> Piece | None:
    return diag(writer.inverse_of(t.matrix, env)) if t.at == (k, k) else None


def _applied_vector(writer: Writer, t: Apply, k: Index, env: Env) -> Piece | None:
    return writer.applied(t.name, t.argument, writer.vector(t.argument, k, env))


def _power_vector(writer: Writer, t: Pow, k: Index, env: Env) -> Piece | None:
    if k in t.exponent.free:
        return None
    return scripts(writer.vector(t.base, k, env), sup=signed(writer.scalar(t.exponent, env)))


def _mean_vector(writer: Writer, t: Mean, k: Index, env: Env) -> Piece | None:
    return None if k in t.at else writer.expected(t, writer.vector(t.body, k, env), env)


def _sum_vector(writer: Writer, t: Term, k: Index, env: Env) -> Piece | None:
    return writer.vector(t, k, env)


# --- two slots ----------------------------------------------------------------------------------------------------------


def _entry_matrix(_writer: Writer, t: Entry, k: Index, l: Index, _env: Env) -> Piece | None:
    t = settled(t)
    piece = Piece(name(t.symbol.name))
    if t.at == (k, l) or (t.symbol.symmetric and t.at == (l, k)):
        return piece
    return transposed(piece) if t.at == (l, k) else None


def _inverse_matrix(writer: Writer, t: InverseEntry, k: Index, l: Index, env: Env) -> Piece | None:
    if t.at == (k, l) or (t.at == (l, k) and is_symmetric(t.matrix)):
        return writer.inverse_of(t.matrix, env)
    if t.at != (l, k):
        return None
    return scripts(writer.tensor(t.matrix, env), sup=row(Symbol("minus"), Symbol("transpose")))


def _value_matrix(writer: Writer, t: Value, k: Index, l: Index, env: Env) -> Piece | None:
    t = settled(t)
    slots = (*t.at, *(s for _, *at in t.by for s in at))
    if any(not a.free.isdisjoint((k, l)) for a in t.arguments):
        if slots or any(a.slots for a in t.arguments):
            return None
        return value_as_whole(t, [signed(writer.matrix(a.body, k, l, env)) for a in t.arguments])
    whole = value_as_whole(t, [signed(writer.tensor(a, env)) for a in t.arguments])
    if whole is None or set(slots) != {k, l} or len(slots) != 2:
        return None
    same = slots == (k, l) or (not t.at and len(t.by) == 2)
    return whole if same else transposed(whole)


def _sum_matrix(writer: Writer, t: Term, k: Index, l: Index, env: Env) -> Piece | None:
    return writer.matrix(t, k, l, env)


def _applied_matrix(writer: Writer, t: Apply, k: Index, l: Index, env: Env) -> Piece | None:
    if t.name in ("exp", "log", "sqrt", "sin", "cos", "abs"):  # of a matrix these mean something else
        return None
    return writer.applied(t.name, t.argument, writer.matrix(t.argument, k, l, env))


def _mean_matrix(writer: Writer, t: Mean, k: Index, l: Index, env: Env) -> Piece | None:
    return None if t.at else writer.expected(t, writer.matrix(t.body, k, l, env), env)


#: How a factor of each kind with one slot is written as a vector.
AS_VECTOR: dict[type[Term], Callable[..., Piece | None]] = {
    Entry: _entry_vector, Value: _value_vector, InverseEntry: _inverse_vector, Apply: _applied_vector,
    Pow: _power_vector, Mean: _mean_vector, Add: _sum_vector, Sum: _sum_vector,
}  # fmt: skip

#: How a factor of each kind with two slots is written as a matrix.
AS_MATRIX: dict[type[Term], Callable[..., Piece | None]] = {
    Entry: _entry_matrix, Value: _value_matrix, InverseEntry: _inverse_matrix, Apply: _applied_matrix,
    Mean: _mean_matrix, Add: _sum_matrix, Sum: _sum_matrix,
}  # fmt: skip
