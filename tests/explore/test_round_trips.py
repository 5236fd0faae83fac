"""Laws of drawn expressions: to SymPy and back, entry by entry at one size, and derivatives against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import symderiv as sd
from symderiv.core.results import Proved
from symderiv.explore.expression import Expression
from symderiv.explore.numbers import vocabulary_of
from symderiv.functions import sigmoid, softplus, tanh

X, Y, S = sd.Vector("x", "n"), sd.Vector("y", "n"), sd.Vector("s", "n", positive=True)
A, C = sd.Matrix("A", "n"), sd.Scalar("c")
POINT: dict[str, Any] = {"x": [0.3, -0.7], "y": [-0.2, 0.5], "s": [0.8, 1.6], "A": [[0.4, -0.6], [0.9, 0.2]], "c": -0.7}


def _more(v: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Vectors of vectors, each of a kind that SymPy has another class for."""
    pairs = st.tuples(v, v)
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.map(lambda p: (p[0] @ p[1]) * p[1]),
        pairs.map(lambda p: sd.diag(p[0]) @ (A @ p[1])),
        pairs.map(lambda p: (p[0] @ p[1].T) @ Y),
        v.map(lambda x: A.T @ x - x / S),
        v.map(lambda x: C * tanh(x)),
        v.map(lambda x: x.sum() * sigmoid(x)),
        v.map(lambda x: sd.exp(-x * x)),
        v.map(lambda x: softplus(x) + sd.log(S)),
        v.map(lambda x: 2 - x**2),
        v.map(lambda x: A.trace() * x + 1),
    )


VECTORS = st.recursive(st.sampled_from([X, Y, S]), _more, max_leaves=4)
EXPRESSIONS = st.one_of(
    VECTORS, VECTORS.map(lambda v: v.sum()), VECTORS.map(lambda v: v.T), VECTORS.map(lambda v: sd.diag(v) @ A)
)


@settings(max_examples=40)
@given(EXPRESSIONS)
def test_what_goes_to_sympy_comes_back(e: Expression) -> None:
    assert isinstance(e.equals(sd.expression(e.to_sympy())), Proved)


@settings(max_examples=40)
@given(EXPRESSIONS)
def test_arrays_have_the_entries_that_sympy_has_at_that_size(e: Expression) -> None:
    entries = e.explicit(n=2)
    at = {
        s: float(np.asarray(POINT[str(s).split("_")[0]])[tuple(int(k) - 1 for k in str(s).split("_")[1:])])
        for s in entries.free_symbols
    }
    theirs = np.array(entries.subs(at).evalf().tolist() if hasattr(entries, "tolist") else float(entries.subs(at)), dtype=float)
    ours = _value(e, POINT)
    assert np.allclose(ours, theirs.reshape(ours.shape), rtol=1e-9)


@settings(max_examples=40)
@given(VECTORS, st.sampled_from(["x", "s"]))
def test_derivatives_are_the_limits_of_differences(e: Expression, name: str) -> None:
    by = {"x": X, "s": S}[name]
    values, step = POINT, 1e-4
    columns = []
    for k in range(2):
        ahead, behind = (np.asarray(POINT[name]) + sign * step * np.eye(2)[k] for sign in (1, -1))
        columns.append((_value(e, values | {name: ahead}) - _value(e, values | {name: behind})) / (2 * step))
    assert np.allclose(_value(sd.jacobian(e, by).value, values), np.column_stack(columns), rtol=1e-4, atol=1e-5)


def _names(e: Expression) -> set[str]:
    return set(vocabulary_of((e.tensor,)).symbols)


def _value(e: Expression, values: dict[str, Any]) -> Any:
    known = {n: v for n, v in values.items() if n in _names(e)}
    return e.numpy(n=2, **known)
