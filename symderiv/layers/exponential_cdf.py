"""Exponential distribution function."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
\lambda \in \mathbb{R}_{>0}^{n}
y = 1 - \exp(-\lambda \circ x)
""",
    x="x",
    y="y",
    keywords=(
        "elementwise",
        "distribution function",
    ),
)
