"""Elementwise affine map."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, s, b \in \mathbb{R}^{n}
y = \exp(s) \circ x + b
""",
    x="x",
    y="y",
    keywords=("elementwise",),
)
