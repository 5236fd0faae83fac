"""Exponential minus one, with values above -1."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
y = \exp(x) - 1
""",
    x="x",
    y="y",
    keywords=("elementwise",),
)
