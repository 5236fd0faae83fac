"""Entries that are fractions in the unknown: linear ones, and the one root of a quadratic one between the ends of its domain."""

from __future__ import annotations

import numpy as np
import pytest

from symderiv.core.text import Source
from symderiv.derive.elimination import solve
from symderiv.derive.program import read_program
from tests.layers.numbers import Numbers

GIVEN = r"""{home}
a, b \in \mathbb{{R}}_{{>0}}^{{n}}
{line}"""

MAPS = [
    (r"x \in \mathbb{R}_{>0}^{n}", r"y = (x + b) / (x + a + b)"), (r"x \in (0, 1)^{n}", r"y = a \circ x / (1 - x)"),
    (r"x \in \mathbb{R}_{>0}^{n}", r"y = a \circ x + b \circ x^2"), (r"x \in \mathbb{R}_{<0}^{n}", r"y = x - a \circ x^2"),
    (r"x \in (0, 1)^{n}", r"y = a \circ x + (b - a) \circ x^2 / 2"), (r"x \in (0, 1)^{n}", r"y = a \circ (1 - x) / (1 + x^2)"),
    (r"x \in (-1, 1)^{n}", r"y = x / (3 - x^2)"), (r"x \in (0, 2)^{n}", r"y = 4 x - x^2"), (r"x \in \mathbb{R}_{> 1}^{n}", r"y = x^2 - 2 x"),
]  # fmt: skip


@pytest.mark.parametrize(("home", "line"), MAPS)
def test_the_root_is_the_one_in_the_domain(home: str, line: str) -> None:
    program = read_program(Source(GIVEN.format(home=home, line=line)), "x", "y")
    found = solve(program)
    assert found.closed
    for seed in range(4):
        numbers = Numbers(program, {"n": 6}, seed)
        numbers.run(program)
        before = numbers.values["x"]
        for inverse in found.lines:
            np.testing.assert_allclose(numbers.tensor(inverse.value), before, rtol=1e-8)


@pytest.mark.parametrize(
    ("home", "line"),
    [(r"x \in \mathbb{R}^{n}", r"y = x^2 + x"), (r"x \in \mathbb{R}_{>0}^{n}", r"y = x^2 - a \circ x"), (r"x \in (0, 1)^{n}", r"y = x - x^2"), (r"x \in (0, 1)^{n}", r"y = a \circ x + b \circ x^3")],
)  # fmt: skip
def test_where_the_root_is_not_known_nothing_is_solved(home: str, line: str) -> None:
    """Two roots, or an order of the ends that depends on what is not known."""
    program = read_program(Source(GIVEN.format(home=home, line=line)), "x", "y")
    found = solve(program)
    if found.closed:  # then only under a condition that says so
        assert found.conditions
    else:
        assert found.open_lines[0][1]
