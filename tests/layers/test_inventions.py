"""Layers as somebody would write them who opens the catalogue for the first time: read, solved and measured, in numbers too."""

from __future__ import annotations

import numpy as np
import pytest

from symderiv.derive.elimination import solve
from symderiv.derive.mapping import log_determinant
from symderiv.layers.layer import Layer
from tests.layers.numbers import Numbers, sizes

N = r"\mathbb{R}^{n}"
TO = rf": {N} \to {N}"
SQUARE = r"\in \mathbb{R}^{n \times n}"

INVENTED = {
    "gated coupling": Layer(
        rf"""x_1, x_2 \in {N}
a, b {TO}
y_1 = x_1
y_2 = \sigma(a(x_1)) \odot x_2 + b(x_1)""", "x_1, x_2", "y_1, y_2"),
    "one network with two outputs": Layer(
        rf"""x_1, x_2 \in {N}
h : {N} \to {N} \times {N}
(s, t) = h(x_1)
y_1 = x_1
y_2 = \exp(s) \odot x_2 + t""", "x_1, x_2", "y_1, y_2"),
    "division by the scale": Layer(
        rf"""x_1, x_2 \in {N}
s, t {TO}
y_1 = x_1
y_2 = (x_2 - t(x_1)) \oslash e^{{s(x_1)}}""", "x_1, x_2", "y_1, y_2"),
    "lifting": Layer(
        rf"""x_1, x_2 \in {N}
P, U {TO}
d = x_2 - P(x_1)
a = x_1 + U(d)""", "x_1, x_2", "a, d"),
    "leapfrog with a mass matrix": Layer(
        rf"""q, p \in {N}
M {SQUARE}, \text{{invertible}}
\epsilon > 0
F {TO}
r = p - \frac{{\epsilon}}{{2}} F(q)
q_1 = q + \epsilon M^{{-1}} r
p_1 = r - \frac{{\epsilon}}{{2}} F(q_1)""", "q, p", "q_1, p_1"),
    "rotation by an angle an entry": Layer(
        rf"""x_1, x_2, \theta \in {N}
y_1 = \cos(\theta) \odot x_1 - \sin(\theta) \odot x_2
y_2 = \sin(\theta) \odot x_1 + \cos(\theta) \odot x_2""", "x_1, x_2", "y_1, y_2"),
    "two by two with a scale an entry": Layer(
        rf"""x_1, x_2, c, d \in {N}
a, b \in \mathbb{{R}}_{{>0}}^{{n}}
y_1 = a \odot x_1 - c \odot x_2
y_2 = c \odot x_1 + b \odot x_2""", "x_1, x_2", "y_1, y_2"),
    "averages and differences": Layer(
        rf"""x_1, x_2 \in {N}
y_1 = \frac{{1}}{{\sqrt{{2}}}} (x_1 + x_2)
y_2 = \frac{{1}}{{\sqrt{{2}}}} (x_1 - x_2)""", "x_1, x_2", "y_1, y_2"),
    "triangles in one line": Layer(
        rf"""x, b \in {N}
s \in \mathbb{{R}}_{{>0}}^{{n}}
P {SQUARE}, \text{{orthogonal}}
L {SQUARE}, \text{{unit lower triangular}}
U {SQUARE}, \text{{strictly lower triangular}}
y = P L (U^\top + \operatorname{{diag}}(s)) x + b""", "x", "y"),
    "whitening": Layer(
        rf"""x, \mu \in {N}
\Sigma {SQUARE}
\Sigma \succ 0
y = \Sigma^{{-1}} (x - \mu)""", "x", "y"),
    "one step of a recurrent net": Layer(
        rf"""x \in {N}
A {SQUARE}, \text{{strictly lower triangular}}
y = x + \tanh(A x)""", "x", "y"),
    "mixture of what is there and what is new": Layer(
        rf"""z \in {N}
m, s {TO}, \text{{autoregressive}}
g = \operatorname{{sigmoid}}(s(z))
y = g \odot z + (1 - g) \odot m(z)""", "z", "y"),
    "Cayley in one line": Layer(
        rf"""x \in {N}
S {SQUARE}
y = (I - S + S^\top)^{{-1}} (I + S - S^\top) x""", "x", "y"),
}  # fmt: skip

every = pytest.mark.parametrize("name", INVENTED)


@every
def test_it_is_measured_as_differences_say(name: str) -> None:
    program = INVENTED[name].program(name)
    found = log_determinant(program)
    for choice, dimensions in enumerate(sizes(program)[:2]):
        numbers = Numbers(program, dimensions, seed=choice, more=[found.value])
        assert numbers.log_volume(program) == pytest.approx(float(numbers.tensor(found.value)), rel=1e-6, abs=1e-6)


@every
def test_its_inverse_undoes_it(name: str) -> None:
    program = INVENTED[name].program(name)
    solution = solve(program)
    assert solution.closed
    numbers = Numbers(program, sizes(program)[0], seed=7, more=[line.value for line in solution.lines])
    numbers.run(program)
    before = dict(numbers.values)
    for line in solution.lines:
        if line.target not in solution.sequential:
            numbers.values[line.target.name] = numbers.tensor(line.value)
        np.testing.assert_allclose(numbers.values[line.target.name], before[line.target.name], rtol=1e-6, atol=1e-7)


@every
def test_nothing_that_was_named_on_the_way_is_left(name: str) -> None:
    for line in solve(INVENTED[name].program(name)).lines:
        assert "known" not in repr(line.value)
