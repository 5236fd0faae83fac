"""Inverses of maps whose outputs use each other, from the model language and from Python."""

from __future__ import annotations

import pytest

import symderiv as sd
from symderiv.core.problems import AuthorProblem

TWISTED = r"""
p, q \in \mathbb{R}^{m}
R, S : \mathbb{R}^{m} \to \mathbb{R}^{m}
g = p + R(q)
h = q \circ \exp(S(g))
"""
p, q = sd.Vector("p", "m"), sd.Vector("q", "m")
R, S = sd.VectorFunction("R", "m"), sd.VectorFunction("S", "m")
A = sd.Matrix("A", "m")
g = p + R(q)


def test_a_line_that_uses_another_output_is_solved_as_it_stands() -> None:
    found = sd.Model(TWISTED).find("p, q", "g, h")
    assert str(found).splitlines()[:2] == ["q = exp(-S(g)) ∘ h", "p = g - R(q)"]
    assert len(found.certificate) == 2
    assert all(c.difference < 1e-9 for c in found.checks)
    assert found.steps[-1].rule == "insert what is solved"


@pytest.mark.parametrize(
    "forward",
    [
        {"g": g, "h": q * sd.exp(S(g))}, {"h": q * sd.exp(S(g)), "g": g}, {"g": g, "h": q * sd.exp(g)}, {"g": g, "h": A @ g + q},
    ],
)  # fmt: skip
def test_from_python_an_output_is_found_inside_another(forward: dict[str, sd.Expression]) -> None:
    layer = sd.Layer((p, q), forward)
    found = layer.inverse()
    assert len(found.certificate) == 2
    assert len(found.checks) == 3
    assert all(c.difference < 1e-9 for c in found.checks)
    assert set((~layer).forward) == {"p", "q"}


def test_what_no_line_gives_is_told_of_the_map_as_it_was_given() -> None:
    with pytest.raises(AuthorProblem, match="the equation for g: it holds 2 unknowns"):
        sd.Layer((p, q), {"g": g, "h": g}).inverse()
    given = "r \\in \\mathbb{R}\nc = r + 1\nk = c^3 + c"
    with pytest.raises(AuthorProblem, match="the equation for k"):
        sd.Model(given).find("r", "k")
