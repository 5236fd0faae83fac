"""Operators of vectors and matrices that are known by name: ``diag``, ``det``, ``tr``, ``sum``, ``softmax``; each takes a value and gives one."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor, scalar
from symderiv.reading import combine
from symderiv.reading.blocks import block_det
from symderiv.reading.values import AnyIdentity, Blocks, Reading, Value


def _det(v: Value) -> Reading[Value]:
    if isinstance(v, Blocks):
        return Reading(block_det(v))
    if isinstance(v, AnyIdentity) and v.factor.body == t.ONE:
        return Reading(T.number(1))
    if not isinstance(v, Tensor):
        raise ShapeMismatch("the determinant of an identity matrix is 1; its size is not said")
    return Reading(T.det(v))


def _log_det(v: Value) -> Reading[Value]:
    """``logdet A`` is ``log|det A|``, as in every library of that name."""
    found = _det(v).value
    assert isinstance(found, Tensor)
    return Reading(T.arithmetic(lambda u: t.log(t.apply("abs", u)), found))


def _trace(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor):
        raise ShapeMismatch(f"the trace of {combine.in_words(v)} is not known here")
    return Reading(T.trace(v))


def _total(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor) or not v.rank:
        raise ShapeMismatch(f"sum wants a vector, not {combine.in_words(v)}")
    return Reading(T.total(v))


def _entries_product(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor) or v.rank != 1:
        raise ShapeMismatch(f"prod wants a vector, not {combine.in_words(v)}")
    return Reading(T.product_of_entries(v))


def _exponentials(v: Value, what: str) -> tuple[Tensor, t.Term]:
    """The exponentials of the entries of a vector, and their sum."""
    if not isinstance(v, Tensor) or v.rank != 1:
        raise ShapeMismatch(f"{what} wants a vector, not {combine.in_words(v)}")
    raised = T.arithmetic(t.exp, v)
    return raised, T.total(raised).body


def _softmax(v: Value) -> Reading[Value]:
    raised, total = _exponentials(v, "softmax")
    return Reading(T.arithmetic(lambda u: t.mul(u, t.power(total, t.num(-1))), raised))


def _log_sum_exp(v: Value) -> Reading[Value]:
    return Reading(scalar(t.log(_exponentials(v, "logsumexp")[1])))


#: Operators of matrices, which take the next thing only.
MATRIX: dict[str, Callable[[Value], Reading[Value]]] = {
    "diag": combine.diagonal, "Diag": combine.diagonal, "det": _det, "Det": _det, "tr": _trace, "Tr": _trace, "trace": _trace, "Trace": _trace, "TR": _trace,
    "sum": _total, "prod": _entries_product, "softmax": _softmax, "Softmax": _softmax, "logsumexp": _log_sum_exp, "LSE": _log_sum_exp,
    "LogSumExp": _log_sum_exp, "lse": _log_sum_exp, "logdet": _log_det, "LogDet": _log_det, "logabsdet": _log_det,
}  # fmt: skip
