"""Stacks of symbolic and of given depth in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symderiv import Layer, Matrix, Vector, VectorFunction, exp
from symderiv.core.problems import AuthorProblem
from symderiv.explore.numbers import vocabulary_of
from symderiv.explore.stacks import Stack


def coupling() -> Layer:
    a, b = Vector("a", "n"), Vector("b", "n")
    s, t = VectorFunction("s", "n"), VectorFunction("t", "n")
    return Layer((a, b), {"u": b, "v": exp(s(b)) * a + t(b)})


def symbolic(layer: Layer, **more: object) -> Stack:
    found = layer.stack("K", **more)  # type: ignore[arg-type]
    assert isinstance(found, Stack)
    return found


def test_a_stack_of_a_name_s_depth_is_measured_and_undone() -> None:
    stack = symbolic(coupling())
    assert str(stack.logdet().value) == "∑ₖ₌₁^K ∑ᵢ₌₁ⁿ sₖ(bₖ₋₁)ᵢ"
    assert "b_{k - 1} = aₖ" in str(stack.inverse()).replace("bₖ₋₁", "b_{k - 1}")
    assert any("induction" in said for said in stack.logdet().certificate)
    assert stack.logdet().check(r"\sum_{k=1}^{K} \sum_{i=1}^{n} s_k(b_{k-1})_i").status == "correct"
    assert stack.logdet().check(r"\sum_{k=1}^{K} \sum_{i=1}^{n} s_k(a_{k-1})_i").status == "incorrect"


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_stack_of_a_given_depth_is_a_layer(depth: int) -> None:
    layer = coupling().stack(depth)
    assert isinstance(layer, Layer)
    values = {f"{f}_{k}": (lambda x, f=f, k=k: np.tanh(x) * (k + (f == "s")) / 3) for f in "st" for k in range(1, depth + 1)}
    rng = np.random.default_rng(depth)
    start = {"a_0": rng.normal(size=2), "b_0": rng.normal(size=2)}

    def run(x: np.ndarray) -> np.ndarray:
        a, b = x[:2], x[2:]
        for k in range(1, depth + 1):
            a, b = b, np.exp(values[f"s_{k}"](b)) * a + values[f"t_{k}"](b)
        return np.concatenate([a, b])

    x, h = np.concatenate([*start.values()]), 1e-6
    columns = [(run(x + h * e) - run(x - h * e)) / (2 * h) for e in np.eye(4)]
    expected = np.linalg.slogdet(np.stack(columns, axis=-1))[1]
    value = layer.logdet().value
    used = vocabulary_of([value.tensor])
    given: dict[str, Any] = {n: v for n, v in {**values, **start}.items() if n in {*used.symbols, *used.functions}}
    assert value.numpy(n=2, **given) == pytest.approx(expected, rel=1e-6)


def test_shared_parameters_carry_no_number() -> None:
    x, w = Vector("x", "n"), Matrix("W", "n", "n", "invertible")
    assert str(symbolic(Layer(x, w @ x), shared=("W",)).logdet().value) == "K log|det(W)|"
    assert str(symbolic(Layer(x, w @ x)).logdet().value) == "∑ₖ₌₁^K log|det(Wₖ)|"


def test_layers_one_behind_the_other_are_stacked_as_one() -> None:
    x, s = Vector("x", "n"), Vector("s", "n")
    y, w = Vector("y", "n"), Matrix("W", "n", "n", "invertible")
    both = Layer(x, {"y": exp(s) * x}) >> Layer(y, {"z": w @ y})
    stack = symbolic(both, letter="l")
    assert stack.logdet().check(r"\sum_{l=1}^{K} (\log|\det W_l| + \sum_i s_{l,i})").status == "correct"
    assert stack.logdet().check(r"\sum_{l=1}^{K} \log|\det W_l|").status == "incorrect"


def test_what_cannot_be_stacked_is_told_so() -> None:
    x, a = Vector("x", "n"), Matrix("A", "m", "n")
    with pytest.raises(AuthorProblem, match="another size"):
        Layer(x, a @ x).stack("K")
    with pytest.raises(AuthorProblem, match="stands in the layer"):
        Layer(x, exp(Vector("K", "n")) * x).stack("K")
