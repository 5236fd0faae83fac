"""Softplus."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
y = \operatorname{softplus}(x)
""",
    x="x",
    y="y",
    keywords=("elementwise",),
)
