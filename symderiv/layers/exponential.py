"""Exponential."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
y = \exp(x)
""",
    x="x",
    y="y",
    keywords=("elementwise",),
)
