"""One line solved for one unknown: what is found is right, and what must not be found is not."""

from __future__ import annotations

import re

import pytest

from symderiv.core.text import Source
from symderiv.derive.elimination import Solution, solve
from symderiv.derive.formula import Equation, closed, written
from symderiv.derive.mapping import log_determinant
from symderiv.derive.program import read_program
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.writing.unicode import unicode
from symderiv.algebra import tensors as T


def solved(*given: str) -> Solution:
    return solve(read_program(Source("\n".join(given), "given"), "x", "y"))


def printed(s: Solution) -> list[str]:
    return [unicode(written(Equation(T.whole(line.target), closed(line.value)))) for line in s.lines]


VECTOR = r"x \in \mathbb{R}^{n}"
NET = r"m : \mathbb{R}^{n} \to \mathbb{R}^{n}"


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ([VECTOR, r"v \in \mathbb{R}^{n}", r"y = x - \frac{2}{v^\top v} v v^\top x"], ["x = y - 2(vᵀ y) v/(vᵀ v)"]),
        ([VECTOR, r"P \in \mathbb{R}^{n \times n}, \text{orthogonal}", r"U \in \mathbb{R}^{n \times n}, \text{upper triangular}", r"y = P U x"],
         ["x = U⁻¹ Pᵀ y"]),
        ([VECTOR, NET + r", \text{autoregressive}", "y = 2 x + m(x)"], ["x = (1/2) (y - m(x))"]),
        ([r"x > 0", r"a > 0", r"y = x + a / x + 1 / x - a / x - 1 / x"], ["x = y"]),
    ],
)  # fmt: skip
def test_it_is_solved(given: list[str], lines: list[str]) -> None:
    found = solved(*given)
    assert found.closed
    assert printed(found) == lines


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([VECTOR, NET, "y = x + m(x)"], "2 terms of a sum"),
        ([VECTOR, NET + r", \text{autoregressive}", "y = m(x)"], "only earlier entries"),
        ([VECTOR, r"A \in \mathbb{R}^{n \times n}", "y = A x - A x + 1"], "cancels|0 terms|stands"),
        ([VECTOR, "y = x - x + x^2"], "stands"),
        ([VECTOR, r"N \in \mathbb{R}^{n \times n}, \text{strictly lower triangular}", r"y = N x"], "only earlier entries"),
        ([VECTOR, NET, r"N \in \mathbb{R}^{n \times n}, \text{strictly lower triangular}", r"y = x + N^\top m(x)"], "stands"),
        ([VECTOR, r"N \in \mathbb{R}^{n \times n}, \text{strictly lower triangular}", r"y = N^\top x"], "no inverse"),
    ],
)  # fmt: skip
def test_what_has_no_inverse_by_a_rule_is_left_open_with_its_reason(given: list[str], why: str) -> None:
    found = solved(*given)
    assert not found.closed
    assert re.search(why, found.open_lines[0][1])


@pytest.mark.parametrize(
    "given",
    [
        [VECTOR, NET, "y = x + m(x)"],
        [VECTOR, r"N \in \mathbb{R}^{n \times n}, \text{strictly lower triangular}", r"y = N x"],
        [VECTOR, NET + r", \text{autoregressive}", "y = m(x)"],
        [VECTOR, NET + r", \text{autoregressive}", r"A \in \mathbb{R}^{n \times n}", "y = x + A m(x)"],
    ],
)
def test_a_determinant_without_a_rule_is_refused(given: list[str]) -> None:
    with pytest.raises(NoDeterminant):
        log_determinant(read_program(Source("\n".join(given), "given"), "x", "y"))


def test_conditions_are_named_where_a_declaration_does_not_grant_them() -> None:
    conditions = solved(VECTOR, r"d \in \mathbb{R}^{n}", r"W \in \mathbb{R}^{n \times n}", r"y = W (d \circ x)").conditions
    assert [c[-1] for c in conditions] == [" is invertible", " has no zero entry"]
    assert not solved(VECTOR, r"d \in \mathbb{R}_{>0}^{n}", r"W \in \mathbb{S}_{++}^{n}", r"y = W (d \circ x)").conditions
