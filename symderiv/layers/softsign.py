"""Softsign, by branch: a squashing map with polynomial tails."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in \mathbb{R}_{>0}^{m}
x_2 \in \mathbb{R}_{<0}^{n}
y_1 = x_1 / (1 + x_1)
y_2 = x_2 / (1 - x_2)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    keywords=(
        "elementwise",
        "piecewise",
    ),
    source="Bergstra and others: Quadratic polynomials learn better image features (2009)",
    holds=("the entries above zero are x_1, the others x_2; a branch is known by the sign of y",),
)
