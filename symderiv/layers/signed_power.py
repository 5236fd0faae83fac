"""Power that keeps the sign, by branch."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in \mathbb{R}_{>0}^{m}
x_2 \in \mathbb{R}_{<0}^{n}
a > 0
y_1 = x_1^{a}
y_2 = -(-x_2)^{a}
""",
    x="x_1, x_2",
    y="y_1, y_2",
    keywords=(
        "elementwise",
        "piecewise",
    ),
    holds=("the entries above zero are x_1, the others x_2; a branch is known by the sign of y",),
)
