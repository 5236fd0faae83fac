"""Box-Cox power transform of positive entries."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
\lambda > 0
y = (x^{\lambda} - 1) / \lambda
""",
    x="x",
    y="y",
    also=("power transform",),
    keywords=("elementwise",),
    source="Box, Cox: An analysis of transformations (1964)",
)
