"""Laplace distribution function, by branch.

The median is at zero.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in \mathbb{R}_{>0}^{m}
x_2 \in \mathbb{R}_{<0}^{n}
b > 0
y_1 = 1 - \frac{1}{2} \exp(-x_1 / b)
y_2 = \frac{1}{2} \exp(x_2 / b)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    keywords=(
        "elementwise",
        "distribution function",
        "piecewise",
    ),
    holds=("the entries above zero are x_1, the others x_2; a branch is known by whether y is above 1/2",),
)
