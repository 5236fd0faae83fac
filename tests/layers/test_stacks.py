"""Stacks of layers as programs: right at any depth, and no more work than there are lines."""

from __future__ import annotations

import numpy as np
import pytest

from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source
from symderiv.derive.elimination import solve
from symderiv.derive.mapping import log_determinant
from symderiv.derive.program import Program, read_program, stacked
from symderiv.layers.registry import entry
from tests.layers.numbers import Numbers


def stack(*names: str) -> Program:
    return stacked([entry(n).layer.program() for n in names])


MIXED = ("additive_coupling", "two_sided_coupling", "glow_step", "revnet", "irevnet", "volume_preserving_coupling")


@pytest.mark.parametrize("names", [MIXED[:2], MIXED, MIXED * 3, ("maf", "permutation", "maf_density", "dense_linear", "tanh")])
def test_a_stack_is_undone_and_measured_as_its_numbers_say(names: tuple[str, ...]) -> None:
    program = stack(*names)
    solution, volume = solve(program), log_determinant(program)
    assert solution.closed
    parts = [p for _, p in volume.parts]
    numbers = Numbers(program, {"n": 3}, seed=4, more=[volume.value, *parts, *(line.value for line in solution.lines)])
    expected = numbers.log_volume(program)
    assert sum(float(numbers.tensor(p)) for p in parts) == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert float(numbers.tensor(volume.value)) == pytest.approx(expected, rel=1e-5, abs=1e-5)
    before = dict(numbers.values)
    for line in solution.lines:
        numbers.values[line.target.name] = numbers.tensor(line.value)
        np.testing.assert_allclose(numbers.values[line.target.name], before[line.target.name], rtol=1e-5, atol=1e-6)


def test_lines_that_differ_in_names_alone_are_worked_out_once() -> None:
    """So 64 layers take as many full solutions as one layer has lines: all others are read off."""
    solution = solve(stack(*["affine_coupling"] * 64))
    assert sum(s.rule == "as before" for s in solution.steps) == 126
    assert sum(s.rule in {"divide", "subtract"} for s in solution.steps) == 2
    assert len(solution.lines) == 2 * 64


def test_a_stack_of_layers_that_do_not_fit_is_refused() -> None:
    with pytest.raises(AuthorProblem, match="layer 2"):
        stack("affine_coupling", "planar")


def test_lines_of_parameters_alone_are_inserted_and_unused_lines_left_out() -> None:
    given = r"""x, v \in \mathbb{R}^{n}
w = 2 v
u = x + v
y = x + w"""
    program = read_program(Source(given, "given"), "x", "y")
    assert [line.target.name for line in program.lines] == ["y"]


def test_a_name_that_is_not_given_is_pointed_out() -> None:
    with pytest.raises(AuthorProblem, match="z is not given"):
        read_program(Source(r"x \in \mathbb{R}^{n}" + "\ny = x", "given"), "x", "z")
