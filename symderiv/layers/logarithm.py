"""Logarithm."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
y = \log(x)
""",
    x="x",
    y="y",
    keywords=("elementwise",),
)
