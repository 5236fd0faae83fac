"""Determinants of blocks that depend on each other: against `numpy.linalg.det` at several sizes, and as questions about maps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from symderiv.algebra.blocks import determinant
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import poly_term
from symderiv.algebra.terms import MINUS_ONE, Dim, Pow, Symbol, Tensor, add, mul, num, scalar
from symderiv.core.problems import AuthorProblem
from symderiv.core.size import Size
from symderiv.core.text import Source
from symderiv.derive.answers import answer
from symderiv.grading.judge import judge
from symderiv.grading.records import asked_from
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.blocks import sized
from symderiv.reading.parse import parse
from symderiv.reading.values import Blocks
from tests.layers.numbers import Numbers
from symderiv.derive.program import Line, Program

GIVEN = r"""
A, R \in \mathbb{R}^{n \times n}, \text{invertible}
B, E \in \mathbb{R}^{n \times m}
C, G \in \mathbb{R}^{m \times n}
D \in \mathbb{R}^{m \times m}, \text{invertible}
a \in \mathbb{R}_{>0}^{n}
u, v \in \mathbb{R}^{n}
c \in \mathbb{R}
"""


def blocks(text: str) -> tuple[tuple[Tensor, ...], ...]:
    source = Source(text)
    value = Reader(read_given(Source(GIVEN)), source).read(parse(source))[0].value
    assert isinstance(value, Blocks)
    return sized(value)


@pytest.mark.parametrize(
    "text",
    [
        r"A & B \\ C & D", r"B & A \\ D & C", r"\operatorname{diag}(a) & B \\ C & C B", r"I & R \\ A & R A", r"A & u \\ v^\top & c",
        r"u & A \\ c & v^\top", r"0 & B & A \\ G & D & C \\ R & E & 0", r"0 & 0 & A \\ 0 & D & 0 \\ R & 0 & 0",
        r"I & B & 0 \\ C & D & G \\ 0 & E & R", r"2 I & A \\ R & \operatorname{diag}(a)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("sizes", [{"n": 2, "m": 3}, {"n": 3, "m": 2}, {"n": 1, "m": 3}, {"n": 3, "m": 3}])
def test_blocks_are_eliminated_with_the_right_sign(text: str, sizes: dict[str, int]) -> None:
    rows = blocks(rf"\begin{{pmatrix}} {text} \end{{pmatrix}}")
    found = determinant(rows)
    assert found is not None
    every = [x for r in rows for x in r]
    numbers = Numbers(
        Program((), (Line(Symbol("unused"), scalar(num(0))),), ()), sizes, seed=len(text), more=[*every, scalar(found.value)]
    )
    shaped = [[_as_matrix(numbers.tensor(x), x, rows, i, j) for j, x in enumerate(r)] for i, r in enumerate(rows)]
    wanted = np.linalg.det(np.block(shaped))
    assert float(numbers.tensor(scalar(found.value))) == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    settled = poly_term(Normal().poly(found.value))
    assert float(numbers.tensor(scalar(settled))) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def _as_matrix(a: np.ndarray, x: Tensor, rows: tuple[tuple[Tensor, ...], ...], i: int, j: int) -> np.ndarray:
    """With axes of length one where a block row or column is a single one."""
    if x.rank == 1:
        tall = any(r[j].rank == 0 for r in rows) or any(rows[i][k].rank == 2 for k in range(len(rows)))
        return a.reshape((-1, 1)) if tall else a.reshape((1, -1))
    return np.atleast_2d(a)


N, M = Dim("n"), Dim("m")


@pytest.mark.parametrize(
    "exponent",
    [N, mul(num(2), N), mul(N, N), add(mul(N, N), N), add(N, num(1)), add(mul(N, M), N, M), add(mul(num(3), N, N), mul(num(-5), M), num(-2))],
    ids=str,
)  # fmt: skip
def test_powers_of_minus_one_go_by_parity(exponent: Pow) -> None:
    settled = scalar(Normal().term(Pow(MINUS_ONE, exponent)))
    for n, m in itertools.product(range(1, 5), repeat=2):
        numbers = Numbers(Program((), (), ()), {"n": n, "m": m}, seed=0)
        power = float(numbers.tensor(scalar(exponent)))
        assert float(numbers.tensor(settled)) == (-1) ** int(power)
    assert Normal().term(mul(Pow(MINUS_ONE, exponent), Pow(MINUS_ONE, exponent))) == num(1)


def test_halves_of_a_dimension_keep_their_power() -> None:
    half = mul(num(1, 2), N)
    settled = Normal().term(Pow(MINUS_ONE, half))
    assert settled == Pow(MINUS_ONE, half)
    assert Size.of("n").number is None


DRIVEN = [r"a, b \in \mathbb{R}^{k}", r"f, g : \mathbb{R}^{k} \to \mathbb{R}^{k}", r"h = (a, b)", r"w = (u, v)"]


@pytest.mark.parametrize(
    ("lines", "right", "wrong"),
    [
        ([r"u = a - f(b)", r"v = b + g(u)"], "1", "-1"),
        ([r"u = b", r"v = a + f(b)"], "(-1)^{k}", "1"),
        ([r"u = \exp(f(b)) \circ a", r"v = \exp(g(u)) \circ b"], r"\exp(\sum_i f_i(b) + \sum_i g_i(u))", r"\exp(\sum_i f_i(b) + \sum_i g_i(a))"),
        ([r"u = a + 3 b", r"v = b - f(u)"], "1", "3^k"),
        ([r"u = b - 2 a", r"v = a"], "(-1)^k", "(-2)^k"),
    ],
)  # fmt: skip
def test_maps_whose_parts_depend_on_each_other_are_measured(lines: list[str], right: str, wrong: str) -> None:
    asked = asked_from([DRIVEN[0], DRIVEN[1], *lines, *DRIVEN[2:]], "find", r"\det \frac{\partial w}{\partial h}")
    assert judge(asked, Source(right)).status == "correct"
    assert judge(asked, Source(wrong)).status == "incorrect"
    found = answer(asked)
    assert "Schur complement" in {s.rule for s in found.derivation.steps}
    assert found.checks
    assert all(c.difference < 1e-6 for c in found.checks)


def test_blocks_that_are_not_known_to_be_invertible_are_refused() -> None:
    given = [r"A, B, C, D \in \mathbb{R}^{n \times n}"]
    with pytest.raises(AuthorProblem, match="no block of them has an evident inverse"):
        asked_from(given, "find", r"\det \begin{pmatrix} A & B \\ C & D \end{pmatrix}")


@pytest.mark.parametrize(
    ("given", "find", "right", "wrong"),
    [
        (r"T \in \mathbb{R}^{n \times n}, \text{upper triangular}", r"\det T", r"\prod_{i=1}^{n} T_{ii}", r"\prod_{i=1}^{n} T_{1i}"),
        (r"T \in \mathbb{R}^{n \times n}, \text{unit lower triangular}", r"\det(3 T)", "3^n", "3"),
        (r"T \in \mathbb{R}^{n \times n}, \text{lower triangular}", r"\log\det(T^\top T)", r"\sum_{i=1}^{n} \log T_{ii}^2", r"\sum_{i=1}^{n} \log T_{ii}"),
        (r"T \in \mathbb{R}^{n \times n}, \text{strictly lower triangular}", r"\det(I - T)", "1", "0"),
    ],
)  # fmt: skip
def test_determinants_of_triangular_matrices_are_products(given: str, find: str, right: str, wrong: str) -> None:
    asked = asked_from([given], "find", find)
    assert judge(asked, Source(right)).status == "correct"
    assert judge(asked, Source(wrong)).status == "incorrect"
