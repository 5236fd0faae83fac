"""Layers: one derivation by many, and layers one behind the other, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import functools
from collections.abc import Callable

import pytest
import sympy

import symderiv as sd
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Proved

X1, X2, A, B = (sd.Vector(n, "n") for n in ("x1", "x2", "a", "b"))
F, G, H = (sd.VectorFunction(n, "n") for n in "FGH")
S = sd.Vector("s", "n")
FIRST = sd.Layer((X1, X2), {"u": sd.exp(G(X2)) * X1 + F(X2), "v": X2})
SECOND = sd.Layer((A, B), {"y1": A, "y2": sd.exp(S) * B + H(A)})
BOTH = FIRST >> SECOND


def test_the_log_determinant_of_layers_is_that_of_their_jacobian() -> None:
    derived = BOTH.logdet()
    J = BOTH.jacobian().value
    for seed in range(3):
        sign, size = np.linalg.slogdet(J.numpy(n=3, seed=seed))
        assert sign > 0
        assert np.isclose(_at_same_point(derived.value, J, seed), size)
    assert all(c.difference < 1e-6 for c in derived.checks)
    assert len(derived.checks) == 3


def _at_same_point(value: sd.Expression, J: object, seed: int) -> float:
    """A value where the random instance is that of the whole Jacobian."""
    from symderiv.explore.numbers import Point
    from symderiv.explore.values import BlockMatrix

    assert isinstance(J, BlockMatrix)
    return float(Point([x for r in J.rows for x in r], {"n": 3}, seed).array(value.tensor))


def test_the_inverse_of_layers_undoes_them_at_numbers() -> None:
    given: dict[str, Any] = {"F": np.sin, "G": np.tanh, "H": np.cos, "s": np.array([0.1, -0.4])}
    x1, x2 = np.array([0.5, -1.0]), np.array([0.2, 0.9])
    there = BOTH.numpy(x1=x1, x2=x2, **given)
    back = BOTH.inverse().numpy(**there, **given)
    assert np.allclose(back["x_1"], x1)
    assert np.allclose(back["x_2"], x2)
    assert BOTH.inverse().certificate[0].startswith("proved")


def test_twice_inverted_is_the_layer_itself() -> None:
    again = ~~FIRST
    for ours, theirs in zip(again(X1, X2), FIRST(X1, X2), strict=True):
        assert type(ours.equals(theirs)).__name__ == "Proved"


def test_a_layer_after_itself_shares_its_parameters() -> None:
    scale = sd.Layer(X1, sd.exp(S) * X1)
    assert type((scale >> scale)(X1)[0].equals(sd.exp(2 * S) * X1)).__name__ == "Proved"
    assert type((scale >> scale).logdet().value.equals(2 * S.sum())).__name__ == "Proved"


def test_steps_call_what_is_between_layers_by_the_next_ones_inputs() -> None:
    assert "∂(a, b)/∂(x₁, x₂)" in str(BOTH.logdet().steps)
    assert "∂(y₁, y₂)/∂(a, b)" in str(BOTH.logdet().steps)


def test_a_captured_name_is_refused() -> None:
    with pytest.raises(AuthorProblem, match="x_1 is an input of the first layer and a parameter of the second"):
        FIRST >> sd.Layer((A, B), (A * X1, B))
    with pytest.raises(AuthorProblem, match="2 inputs, not 1"):
        sd.Layer(A, A) >> FIRST
    with pytest.raises(AuthorProblem, match="vector of length n, not a vector of length m"):
        sd.Layer(sd.Vector("w", "m"), sd.Vector("w", "m")) >> sd.Layer(A, A)


def test_one_name_for_two_things_is_refused() -> None:
    with pytest.raises(AuthorProblem, match="two different things are called s"):
        sd.jacobian(sd.exp(S) * X1 + sd.Scalar("s") * X1, X1)
    with pytest.raises(AuthorProblem, match="twice"):
        sd.jacobian(X1, (X1, X1))
    with pytest.raises(AuthorProblem, match="no declared variable"):
        sd.jacobian(X1, (X1 + X2,))  # type: ignore[arg-type]


def test_a_map_without_an_inverse_says_why() -> None:
    with pytest.raises(AuthorProblem, match="no inverse is known"):
        sd.Layer(X1, F(X1)).inverse()


def test_an_output_is_not_named_like_what_stands_in_the_layer() -> None:
    for name in ("s", "x1", "F"):
        with pytest.raises(AuthorProblem, match="is an output, and something that stands in the layer"):
            sd.Layer(X1, {name: sd.exp(S) * F(X1)})
    with pytest.raises(AuthorProblem, match="s is an output"):
        sd.Layer(X1, {"h": sd.exp(S) * X1}) >> sd.Layer(A, {"s": A + B})


def test_a_layer_and_its_inverse_are_the_identity() -> None:
    there_and_back = FIRST >> ~FIRST
    assert str(there_and_back.logdet().value) == "0"
    assert type(there_and_back(X1, X2)[0].equals(X1)).__name__ == "Proved"


def test_a_layer_of_sympys_expressions_is_one_of_ours() -> None:
    n = sympy.Symbol("n")
    x, s = sympy.MatrixSymbol("x", n, 1), sympy.MatrixSymbol("s", n, 1)
    layer = sd.Layer(x, sympy.HadamardProduct(s.applyfunc(sympy.exp), x) + s)
    assert str(layer.inverse().value["x"]) == "exp(-s) ∘ (y - s)"
    assert str(layer.logdet().value) == "∑ᵢ₌₁ⁿ sᵢ"
    assert (
        sd.jacobian(s.applyfunc(sympy.tanh), s).value
        == sd.jacobian(sd.functions.tanh(sd.Vector("s", "n")), sd.Vector("s", "n")).value
    )


def test_a_symbol_of_sympys_means_the_declared_one() -> None:
    sigma = sd.Scalar("sigma", positive=True)
    assert sd.gradient(sd.log(sigma), sympy.Symbol("sigma")).value == sd.gradient(sd.log(sigma), sigma).value
    with pytest.raises(AuthorProblem, match="is no declared variable"):
        sd.gradient(sd.log(sigma), 2 * sympy.Symbol("sigma"))


RANK_ONE = sd.Vector("u", "n"), sd.Vector("v", "n"), sd.Vector("a", "n", positive=True)


def test_one_block_is_measured_by_its_structure() -> None:
    x, (u, v, a) = sd.Vector("x", "n"), RANK_ONE
    found = sd.Layer(x, a * x + u * (v @ x)).logdet()
    assert isinstance(found.value.equals(sd.log(abs(1 + u @ (v / a))) + sd.log(a).sum()), Proved)
    assert len(found.assumes) == 1
    assert all(c.difference < 1e-9 for c in found.checks)
    assert found.checks


def test_blocks_that_depend_on_each_other_are_measured_together() -> None:
    x, z, F, G = sd.Vector("x", "n"), sd.Vector("z", "n"), sd.VectorFunction("F", "n"), sd.VectorFunction("G", "n")
    found = sd.Layer((x, z), (x + F(z), z + G(x))).logdet()
    assert "J_G(x) J_F(z)" in str(found.value) or "J_F(z) J_G(x)" in str(found.value)
    assert all(c.difference < 1e-9 for c in found.checks)


def test_a_single_block_stands_without_brackets() -> None:
    x, W = sd.Vector("x", "n"), sd.Matrix("W", "n")
    assert str(sd.Layer(x, W @ x).jacobian()).startswith("∂y/∂x = W\n")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (r"x_2 = e^{-s} \circ y_2,\; x_1 = y_1 - F(e^{-s} \circ y_2)", "correct"),
        (r"x_2 = e^{-s} \circ y_2,\; x_1 = y_1 - F(y_2)", "partial"),
        (r"x_2 = \operatorname{relu}^{-1}(y_2) \circ w", "review"),
    ],
)
def test_an_answer_in_latex_is_read_by_the_names_from_python(answer: str, status: str) -> None:
    x1, x2, s, F = sd.Vector("x1", "n"), sd.Vector("x2", "n"), sd.Vector("s", "n"), sd.VectorFunction("F", "n")
    layer = sd.Layer((x1, x2), (x1 + F(x2), sd.exp(s) * x2))
    assert layer.inverse().check(answer).status == status
    assert (
        layer.jacobian().check(r"\begin{bmatrix} I & J_F(x_2) \\ 0 & \operatorname{diag}(e^s) \end{bmatrix}").status == "correct"
    )
    assert (
        layer.jacobian().check(r"\begin{bmatrix} I & J_F(x_1) \\ 0 & \operatorname{diag}(e^s) \end{bmatrix}").status == "partial"
    )
    assert layer.logdet().check(r"\sum_{i=1}^n s_i").status == "correct"
    assert layer.logdet().check(r"\prod_{i=1}^n e^{s_i}").status == "incorrect"


def test_conditions_of_every_layer_are_kept() -> None:
    x, w, W, (u, v, a) = sd.Vector("x", "n"), sd.Vector("w", "n"), sd.Matrix("W", "n"), RANK_ONE
    both = sd.Layer(x, W @ x) >> sd.Layer(w, a * w + u * (v @ w))
    assert [c.partition(":")[0] for c in both.logdet().assumes] == ["layer 1", "layer 2"]
    assert [c.partition(":")[0] for c in both.inverse().assumes] == ["layer 2", "layer 1"]
    assert all(c.difference < 1e-9 for c in (*both.logdet().checks, *both.inverse().checks))


def test_a_stack_is_undone_layer_by_layer() -> None:
    def coupling(k: int) -> sd.Layer:
        a, b, F = sd.Vector(f"a_{k}", "n"), sd.Vector(f"b_{k}", "n"), sd.VectorFunction(f"F_{k}", "n")
        return sd.Layer((a, b), {f"v_{k}": b, f"w_{k}": a + F(b)})

    stack = functools.reduce(sd.Layer.__rshift__, map(coupling, range(1, 6)))
    assert [c.partition(": ")[0] for c in stack.inverse().certificate] == [
        "proved",
        "layers 1, 2, 3, 4, 5",
        "layers 1, 2, 3, 4, 5",
    ]
    back = (~stack)(*stack.outputs.values())
    assert all(isinstance(x.equals(y), Proved) for x, y in zip(back, stack.inputs, strict=True))


@pytest.mark.parametrize("build", [lambda x, b: x**2 + b, lambda x, b: sd.exp(-(x @ x)) * b, lambda _x, b: 2 * b])
def test_a_map_that_is_not_one_to_one_is_told_by_two_inputs(
    build: Callable[[sd.Expression, sd.Expression], sd.Expression],
) -> None:
    x, b = sd.Vector("x1", "n"), sd.Vector("b", "n")
    with pytest.raises(AuthorProblem, match="this map has no inverse: x₁ and -x₁ give the same outputs"):
        sd.Layer(x, build(x, b)).inverse()


def test_of_a_map_that_cannot_be_solved_no_more_is_said_than_is_known() -> None:
    x, F = sd.Vector("x", "n"), sd.VectorFunction("F", "n")
    with pytest.raises(AuthorProblem, match="no inverse that can be derived"):
        sd.Layer(x, x + F(x)).inverse()
