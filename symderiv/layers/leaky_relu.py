"""Leaky rectifier, by branch."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in \mathbb{R}_{>0}^{m}
x_2 \in \mathbb{R}^{n}
\alpha > 0
y_1 = x_1
y_2 = \alpha x_2
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("LeakyReLU", "PReLU"),
    keywords=("elementwise", "piecewise"),
    source="He and others: Delving deep into rectifiers (2015)",
    holds=("the entries above zero are x_1, the others x_2; since α > 0 a branch is known by the sign of y",),
)
