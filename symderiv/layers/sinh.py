"""Hyperbolic sine."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
y = \sinh(x)
""",
    x="x",
    y="y",
    keywords=("elementwise",),
)
