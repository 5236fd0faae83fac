"""Expressions from Python: what operators mean, by NumPy; and SymPy in and out, by each other and by explicit components."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy

import symderiv as sd
from symderiv.algebra import sympy_in
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Proved, Refuted
from symderiv.explore.expression import Expression
from symderiv.explore.values import BlockMatrix

RNG = np.random.default_rng(20)
VALUES: dict[str, Any] = {
    "x": RNG.normal(size=3), "y": RNG.normal(size=3), "s": RNG.uniform(0.5, 2, size=3), "A": RNG.normal(size=(2, 3)),
    "M": RNG.normal(size=(3, 3)), "c": 0.7,
}  # fmt: skip
X, Y, S = sd.Vector("x", "n"), sd.Vector("y", "n"), sd.Vector("s", "n", positive=True)
A, M, C = sd.Matrix("A", "m", "n"), sd.Matrix("M", "n"), sd.Scalar("c")

Build = Callable[[Any, Any, Any, Any, Any, Any], Any]
OPERATORS: dict[str, tuple[Expression, Build]] = {
    "sum": (X + 2 * Y - 1, lambda x, y, _s, _A, _M, _c: x + 2 * y - 1),
    "taken from a number": (1 - X / S, lambda x, _y, s, _A, _M, _c: 1 - x / s),
    "one over": (1 / S, lambda _x, _y, s, _A, _M, _c: 1 / s),
    "entrywise": (X * Y / S, lambda x, y, s, _A, _M, _c: x * y / s),
    "powers": (S**2 + S**0.5, lambda _x, _y, s, _A, _M, _c: s**2 + s**0.5),
    "matrix times vector": (A @ X, lambda x, _y, _s, A, _M, _c: A @ x),
    "inner": (X @ Y, lambda x, y, _s, _A, _M, _c: x @ y),
    "row times column": (X.T @ M @ Y, lambda x, y, _s, _A, M, _c: x @ M @ y),
    "outer": (X @ Y.T, lambda x, y, _s, _A, _M, _c: np.outer(x, y)),
    "matrix product": (A @ M @ A.T, lambda _x, _y, _s, A, M, _c: A @ M @ A.T),
    "inverse": (M.inv @ X, lambda x, _y, _s, _A, M, _c: np.linalg.solve(M, x)),
    "determinant": (M.det(), lambda _x, _y, _s, _A, M, _c: np.linalg.det(M)),
    "log determinant": (sd.logdet(M), lambda _x, _y, _s, _A, M, _c: np.linalg.slogdet(M)[1]),
    "trace": ((M @ sd.diag(S)).trace(), lambda _x, _y, s, _A, M, _c: np.trace(M @ np.diag(s))),
    "functions": (sd.functions.tanh(X) + sd.log(S) * sd.functions.sigmoid(Y), lambda x, y, s, _A, _M, _c: np.tanh(x) + np.log(s) / (1 + np.exp(-y))),
    "softplus, root": (sd.functions.softplus(X) * sd.functions.sqrt(S), lambda x, _y, s, _A, _M, _c: np.log1p(np.exp(x)) * np.sqrt(s)),
    "scalar times matrix": (C * M + sd.eye("n"), lambda _x, _y, _s, _A, M, c: c * M + np.eye(3)),
    "sum of entries": ((X * C).sum(), lambda x, _y, _s, _A, _M, c: (x * c).sum()),
    "entry": (M[1, 2] + X[3], lambda x, _y, _s, _A, M, _c: M[0, 1] + x[2]),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_means_what_it_means_in_numpy(name: str) -> None:
    ours, build = OPERATORS[name]
    wanted = build(*(VALUES[n] for n in ("x", "y", "s", "A", "M", "c")))
    used = {n: VALUES[n] for n in VALUES if _stands_in(ours, n)}
    sizes = {"n": 3} if not {"x", "y", "s", "A", "M"} & used.keys() else {}
    assert np.allclose(ours.numpy(**used, **sizes), wanted)
    assert np.allclose(
        ours.simplify().numpy(**{n: v for n, v in used.items() if _stands_in(ours.simplify(), n)}, **sizes), wanted
    )


def _stands_in(x: Expression, name: str) -> bool:
    from symderiv.explore.numbers import vocabulary_of

    return name in vocabulary_of((x.tensor,)).symbols


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: X + A, "cannot be added"),
        (lambda: A * X, "multiplied by @"),
        (lambda: A @ A, "cannot multiply"),
        (lambda: C @ X, "multiplied by *"),
        (lambda: X / M, "M.inv"),
        (lambda: M**2, "A @ A"),
        (lambda: A.inv, "square"),
        (A.det, "square"),
        (lambda: X + "1", "no number"),  # type: ignore[operator]
        (lambda: X[0], "counted from 1"),
        (lambda: M[1], "2 places"),
        (lambda: sd.Vector("x", "n^n"), "no size"),
        (lambda: sd.Vector("1x", "n"), "no name"),
        (lambda: sd.Matrix("A", "n", "n", "symetric"), "did you mean symmetric"),
        (lambda: sd.VectorFunction("F", "n")(C), "takes a vector of length n, not a scalar"),
        (lambda: sd.VectorFunction("F", "n")(X, X), "takes 1 argument, not 2"),
    ],
)
def test_what_does_not_fit_is_told_in_words(build: Callable[[], object], said: str) -> None:
    with pytest.raises(AuthorProblem, match=r".") as told:
        build()
    assert said in str(told.value)


ROUND = {name: x for name, (x, _) in OPERATORS.items()} | {
    "diagonal between": A @ sd.diag(sd.exp(X)) @ A.T,
    "diagonal left": sd.diag(S) @ M,
    "entrywise of matrices": M * M.T,
    "ones": X * 0 + 1,
    "sums of products": (sd.exp(X) * sd.log(S)).sum() * C,
    "coordinatewise function": sd.log(S) * sd.exp(sd.functions.tanh(Y)),
}


@pytest.mark.parametrize("name", ROUND)
@pytest.mark.parametrize("tidy", [False, True])
def test_what_goes_to_sympy_comes_back_as_the_same(name: str, tidy: bool) -> None:
    ours = ROUND[name].simplify() if tidy else ROUND[name]
    back = Expression(sympy_in.from_sympy(ours.to_sympy()))
    assert isinstance(ours.equals(back), Proved)


@pytest.mark.parametrize("name", ROUND)
def test_sympy_at_symbolic_size_has_the_entries_that_explicit_size_has(name: str) -> None:
    ours = ROUND[name]
    sizes = {n: {"n": 3, "m": 2}[n] for n in sorted({d for s in _symbols(ours) for d in s})}
    explicit, symbolic = ours.explicit(**sizes), ours.to_sympy()
    symbolic = symbolic.subs({sympy.Symbol(n, integer=True, positive=True): v for n, v in sizes.items()})
    symbolic = symbolic.replace(sympy.Determinant, lambda m: m.as_explicit().det())
    entries = symbolic.as_explicit() if hasattr(symbolic, "as_explicit") else symbolic.doit()
    point = _values(entries) | _values(explicit)
    assert np.allclose(_number(entries, point), _number(explicit, point))


def _symbols(x: Expression) -> list[frozenset[str]]:
    from symderiv.explore.numbers import vocabulary_of

    return [frozenset(vocabulary_of((x.tensor,)).dimensions)]


def _values(e: Any) -> dict[Any, float]:
    """Values of entries by name and place, whether they stand as ``x[0, 0]`` or as ``x_1``."""
    found: dict[Any, float] = {}
    for atom in e.atoms(sympy.matrices.expressions.matexpr.MatrixElement):
        value = np.asarray(VALUES[atom.args[0].name])
        found[atom] = float(value[tuple(map(int, atom.args[1:]))[: value.ndim]])
    for atom in e.free_symbols:
        name, *places = str(atom).split("_")
        if name in VALUES and not isinstance(atom, sympy.MatrixSymbol) and len(places) == np.ndim(VALUES[name]):
            found[atom] = float(np.asarray(VALUES[name])[tuple(int(p) - 1 for p in places)])
    return found


def _number(e: Any, point: dict[Any, float]) -> Any:
    return np.array(e.subs(point).doit().evalf().tolist() if hasattr(e, "tolist") else e.subs(point).doit().evalf(), dtype=float)


def test_functions_go_to_sympy_with_their_positions() -> None:
    x, F = sd.Vector("x", "n"), sd.VectorFunction("F", "n")
    entries = (sd.exp(F(x)) * x).to_sympy().subs(sympy.Symbol("n", integer=True, positive=True), 2).as_explicit()
    f, place = sympy.Function("F", real=True), sympy.MatrixSymbol("x", 2, 1)
    assert entries[1, 0] == sympy.exp(f(1, place)) * place[1, 0]


def test_sympys_symbols_are_ours_by_name_when_compared() -> None:
    sigma = sd.Scalar("sigma", positive=True)
    unsigned = sympy.Symbol("sigma")
    assert isinstance(sd.log(sigma**2).equals(2 * sympy.log(unsigned)), Proved)
    assert isinstance(sd.log(sigma**2).equals(sympy.log(unsigned)), Refuted)
    with pytest.raises(AuthorProblem, match="x is a vector of length n"):
        X.sum().equals(sympy.Symbol("x"))


def test_sympys_sizes_and_functions_are_ours_by_name() -> None:
    n = sympy.Symbol("n", integer=True, positive=True)
    constant = (X * 0 + sd.Scalar("c")).sum()
    assert isinstance(constant.equals(n * sympy.Symbol("c")), Proved)
    assert isinstance(constant.equals((n + 1) * sympy.Symbol("c")), Refuted)
    positive, two = sd.VectorFunction("F", "n", positive=True), sd.Matrix("D", "n", "n", "diagonal")
    J = sd.jacobian(two @ sd.log(positive(X)), X).value
    assert isinstance(J.equals(J.to_sympy()), Proved)
    assert isinstance(J.equals(-J.to_sympy()), Refuted)
    assert isinstance(
        sd.jacobian(sd.ScalarFunction("g")(X * X), X).value.equals(sd.jacobian(sd.ScalarFunction("g")(X * X), X).to_sympy()),
        Proved,
    )


def test_sympy_without_a_counterpart_is_refused() -> None:
    with pytest.raises(AuthorProblem, match="no counterpart"):
        sd.expression(sympy.zeta(sympy.Symbol("x")))
    with pytest.raises(AuthorProblem, match="no counterpart"):
        sd.expression(sympy.KroneckerProduct(sympy.MatrixSymbol("A", 2, 2), sympy.MatrixSymbol("B", 2, 2)))


def test_blocks_come_back_from_sympy() -> None:
    outputs = ((X * X).sum(), C * X, Y)
    J = sd.jacobian(outputs, (X, C, Y))
    assert J.check(J.to_sympy()).status == "correct"
    wrong = sd.jacobian(((X * X).sum(), C * X, 2 * Y), (X, C, Y)).to_sympy()
    assert J.check(wrong).status == "partial"
    assert BlockMatrix.from_sympy(J.to_sympy()).shape == (3, 3)


def test_numbers_of_other_kinds_stand_beside_expressions() -> None:
    c = sympy.Symbol("c", real=True)
    assert isinstance((c * X).equals(X * C), Proved)
    assert isinstance((np.float64(0.1) * X).equals(X / 10), Proved)
    assert isinstance((X + np.int64(2)).equals(2 + X), Proved)
    for wrong in (np.array([1.0, 2.0]), float("nan"), None, sympy.Matrix([1, 2])):
        with pytest.raises(AuthorProblem, match=r"no number|entry by entry"):
            wrong * X  # type: ignore[operator]


def test_numpys_functions_of_expressions_are_ours() -> None:
    assert np.tanh(X) == sd.functions.tanh(X)
    assert np.absolute(X) == abs(X)
    with pytest.raises(AuthorProblem, match=r"np.arcsinh acts on arrays of numbers, not on a vector of length n"):
        np.arcsinh(X)
    with pytest.raises(AuthorProblem, match=r"np.add has no counterpart"):
        np.add.reduce(X)  # type: ignore[call-overload]


def test_sympys_functions_take_our_scalars_and_its_operators_leave_vectors_to_us() -> None:
    column, matrix = sympy.MatrixSymbol("u", sympy.Symbol("n"), 1), sympy.MatrixSymbol("B", sympy.Symbol("n"), sympy.Symbol("n"))
    assert sd.expression(sympy.cos(C)) == sd.functions.cos(C)
    assert column + X == sd.Vector("u", "n") + X
    assert matrix @ X == sd.Matrix("B", "n") @ X
    assert X.T @ column == X @ sd.Vector("u", "n")
    assert sympy.Symbol("c") != X
    with pytest.raises(AuthorProblem, match="the matrix product, and of ours entry by entry"):
        matrix * M
    with pytest.raises(AuthorProblem, match="one does not go through a vector of length n"):
        sympy.exp(X)


def test_a_derivation_stands_for_its_value() -> None:
    derived = sd.gradient((X * X).sum(), X)
    assert derived.value + Y == Y.__radd__(derived)
    assert sd.gradient(sd.kl(sd.Normal(C, 1), sd.Normal(0, 1)), C).value == C


@pytest.mark.parametrize("at", [slice(1, 2), "i", 1.0])
def test_entries_are_taken_by_numbers(at: Any) -> None:
    with pytest.raises(AuthorProblem, match="entries are taken by numbers"):
        X[at]


def test_equal_expressions_are_equal_keys() -> None:
    assert {X + Y: 1}[sd.Vector("x", "n") + sd.Vector("y", "n")] == 1
    assert X + Y != Y + X
    assert isinstance((X + Y).equals(Y + X), Proved)
