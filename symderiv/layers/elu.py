"""Exponential linear unit, by branch."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in \mathbb{R}_{>0}^{m}
x_2 \in \mathbb{R}_{<0}^{n}
\alpha > 0
y_1 = x_1
y_2 = \alpha (\exp(x_2) - 1)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("ELU",),
    keywords=(
        "elementwise",
        "piecewise",
    ),
    source="Clevert, Unterthiner, Hochreiter: Exponential linear units (2016)",
    holds=("the entries above zero are x_1, the others x_2; a branch is known by the sign of y",),
)
