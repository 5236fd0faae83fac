"""Rotation of the circle of length one, by branch.

What leaves the interval at its end comes back at its start.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in (0, 1)^{m}
x_2 \in (0, 1)^{n}
c \in (0, 1)
y_1 = x_1 + c
y_2 = x_2 + c - 1
""",
    x="x_1, x_2",
    y="y_1, y_2",
    keywords=("elementwise", "piecewise", "circle", "volume preserving"),
    source="Rezende and others: Normalizing flows on tori and spheres (2020)",
    holds=("x_1 are the entries below 1 - c, x_2 the others; a branch is known by whether y is above c",),
)
