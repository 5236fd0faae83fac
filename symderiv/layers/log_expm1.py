"""Inverse of the softplus."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
y = \log(\exp(x) - 1)
""",
    x="x",
    y="y",
    also=("softplus inverse",),
    keywords=("elementwise",),
)
