r"""Series with dots mean what the same series with an index means; dots whose pattern is not seen are refused where they stand."""

from __future__ import annotations

import itertools

import pytest

from symderiv.core.problems import AnswerProblem
from symderiv.core.results import Proved
from symderiv.core.text import Source
from symderiv.decide.equal import prove
from symderiv.algebra.terms import Tensor
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.reading.values import AnyIdentity, AnyOnes, Value

GIVEN = r"""
u, w \in \mathbb{R}^{n}
B \in \mathbb{R}^{n \times m}
v \in \mathbb{R}^{m}
F : \mathbb{R}^{n} \to \mathbb{R}^{n}
c \in \mathbb{R}
"""
SCOPE = read_given(Source(GIVEN.strip(), "given"))
#: Patterns with their number as ``#``.
BODIES = (
    "u_#",
    "u_{#}",
    "e^{w_#}",
    "w_{#}^2",
    "F(u)_#",
    "F_#(u)",
    r"\frac{u_#}{1 + w_#^2}",
    "2 c u_# w_#",
    r"\exp(u_#) w_#",
    r"\log(c^2 + u_{#}^2)",
)
#: Patterns of rows and columns, ``#`` and ``@``.
TABLES = ("B_{#@}", "B_{#,@}", "u_# v_@", "e^{u_#} + v_{@}")


def values(text: str) -> list[Value]:
    return [r.value for r in Reader(SCOPE, Source(text)).read(parse(Source(text)))]


def value(text: str) -> Tensor:
    first = values(text)[0]
    assert isinstance(first, Tensor)
    return first


def same(written: str, meant: str) -> bool:
    a, b = value(written), value(meant)
    return a.sizes == b.sizes and isinstance(prove(a, b), Proved)


def at(body: str, number: str, column: str = "") -> str:
    return body.replace("#", number).replace("@", column)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("written", [("1",), ("1", "2"), ("1", "2", "3")])
def test_sums_products_and_vectors_with_dots(body: str, written: tuple[str, ...]) -> None:
    first, last, each = [at(body, k) for k in written], at(body, "n"), at(body, "i")
    assert same(" + ".join([*first, r"\dots", last]), rf"\sum_{{i=1}}^{{n}} ({each})")
    assert same("c - " + " - ".join([*first, r"\cdots", last]), rf"c - \sum_{{i=1}}^{{n}} ({each})")
    assert same("c + " + " + ".join([*first, rf"\dots {last}"]), rf"c + \sum_{{i=1}}^{{n}} ({each})")
    factors = [f"({x})" for x in (*first, last)]
    assert same("c " + " ".join([*factors[:-1], r"\cdots", factors[-1]]), rf"c \prod_{{i=1}}^{{n}} ({each})")
    assert same(r" \cdot ".join([*factors[:-1], r"\ldots", factors[-1]]), rf"\prod_{{i=1}}^{{n}} ({each})")
    vector = rf"({each})_{{i=1}}^{{n}}"
    assert same("(" + ", ".join([*first, r"\dots", last]) + ")", vector)
    assert same(r"\begin{bmatrix} " + r" \\ ".join([*first, r"\vdots", last]) + r" \end{bmatrix}", vector)
    assert same(r"\begin{bmatrix} " + " & ".join([*first, r"\cdots", last]) + r" \end{bmatrix}", rf"({vector})^\top")
    assert same(r"\operatorname{diag}(" + ", ".join([*first, r"\ldots", last]) + ")", rf"\operatorname{{diag}}({vector})")


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("zero", ["", "0", r"\mathbf{0}"])
def test_diagonal_matrices_with_dots(body: str, zero: str) -> None:
    diagonal = [at(body, "1"), at(body, "2"), r"\ddots", at(body, "n")]
    rows = [[x if i == j else zero for j in range(4)] for i, x in enumerate(diagonal)]
    text = r" \\ ".join(" & ".join(r) for r in rows)
    assert same(rf"\begin{{pmatrix}} {text} \end{{pmatrix}}", rf"\operatorname{{diag}}(({at(body, 'i')})_{{i=1}}^{{n}})")


@pytest.mark.parametrize("body", TABLES)
@pytest.mark.parametrize("written", [("1",), ("1", "2")])
def test_matrices_by_their_corners(body: str, written: tuple[str, ...]) -> None:
    def row(number: str) -> str:
        return " & ".join([*(at(body, number, k) for k in written), r"\cdots", at(body, number, "m")])

    whole = rf"({at(body, 'i', 'j')})_{{i,j}}"
    above, below = [row(k) for k in written], row("n")
    blank, dots = (" & ".join([r"\vdots"] * len(written) + [middle, r"\vdots"]) for middle in ("", r"\ddots"))
    assert same(r"\begin{bmatrix}" + r" \\ ".join([*above, blank, below]) + r"\end{bmatrix}", whole)
    rows = [*above, dots, below]
    assert same(r"\begin{bmatrix}" + r" \\ ".join(rows) + r"\end{bmatrix}", whole)
    turned = r" \\ ".join(" & ".join(c) for c in zip(*(r.split(" & ") for r in rows), strict=True))
    assert same(rf"\begin{{bmatrix}} {turned} \end{{bmatrix}}", rf"({whole})^\top")


def test_a_jacobian_by_its_corners() -> None:
    corners = [[rf"\frac{{\partial F_{i}(u)}}{{\partial u_{j}}}" for j in "1n"] for i in "1n"]
    text = r" & \cdots & ".join(corners[0]) + r" \\ \vdots & \ddots & \vdots \\ " + r" & \cdots & ".join(corners[1])
    assert same(rf"\begin{{bmatrix}} {text} \end{{bmatrix}}", r"\frac{\partial F(u)}{\partial u}")


def test_the_one_before_the_last_may_be_written_too() -> None:
    assert same(r"u_1 + \dots + u_{n-1} + u_n", r"\sum_i u_i")
    assert same(r"(u_1, u_2, \dots, u_{n - 1}, u_n)", "u")


def test_entries_that_are_alike_are_as_many_as_their_place_wants() -> None:
    assert isinstance(values(r"(c, \dots, c)^\top")[0], AnyOnes)
    assert isinstance(values(r"\operatorname{diag}(1, 1, \dots, 1)")[0], AnyIdentity)
    assert same(r"\begin{pmatrix} 2 & & \\ & \ddots & \\ & & 2 \end{pmatrix} + u u^\top", r"2 I + u u^\top")


def test_entries_side_by_side_stand_as_a_column_or_as_a_row() -> None:
    assert {v.row for v in values(r"(u_1, \dots, u_n)") if isinstance(v, Tensor)} == {False, True}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (r"u_1 + \dots + w_n", r"\dots"),
        (r"u_1 + \dots + u_n^2", r"\dots"),
        (r"c - u_1 + u_2 - \dots - u_n", r"\dots"),
        (r"u_1 + u_2 + \cdots", r"\cdots"),
        (r"u_1 + u_2 + u_4 + \dots + u_n", r"\dots"),
        (r"1 + 2 + \dots + n", r"\dots"),
        (r"e^{u_1} \cdots e^{w_n}", r"\cdots"),
        (r"\operatorname{diag}(u_1, u_2^2, \dots, u_n)", r"\dots"),
        (r"\operatorname{diag}(u_2, \dots, u_n)", r"(u_2, \dots, u_n)"),
        (r"\begin{pmatrix} u_1 & & \\ & \ddots & \\ c & & u_n \end{pmatrix}", r"\begin{pmatrix} u_1 & & \\ & \ddots & \\ c & & u_n \end{pmatrix}"),
    ],
)  # fmt: skip
def test_dots_without_a_pattern_are_refused(text: str, where: str) -> None:
    with pytest.raises(AnswerProblem) as caught:
        values(text)
    problem = caught.value
    assert problem.message == "what the dots stand for is not seen here"
    assert problem.span is not None
    assert text[problem.span.start : problem.span.end] == where


def test_sizes_have_to_fit() -> None:
    with pytest.raises(AnswerProblem) as caught:
        values(r"(v_1, \dots, v_n)")
    assert caught.value.kind == "shape mismatch"


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(BODIES[2:5], 2)))
def test_other_patterns_are_other_values(one: str, other: str) -> None:
    assert not same(rf"{at(one, '1')} + \dots + {at(one, 'n')}", rf"\sum_{{i=1}}^{{n}} {at(other, 'i')}")
