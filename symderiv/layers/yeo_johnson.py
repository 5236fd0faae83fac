"""Yeo-Johnson power transform, by branch.

κ stands for 2 - λ.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in \mathbb{R}_{>0}^{m}
x_2 \in \mathbb{R}_{<0}^{n}
\lambda, \kappa > 0
y_1 = ((1 + x_1)^{\lambda} - 1) / \lambda
y_2 = (1 - (1 - x_2)^{\kappa}) / \kappa
""",
    x="x_1, x_2",
    y="y_1, y_2",
    keywords=(
        "elementwise",
        "piecewise",
    ),
    source="Yeo, Johnson: A new family of power transformations (2000)",
    holds=("the entries above zero are x_1, the others x_2; a branch is known by the sign of y",),
)
