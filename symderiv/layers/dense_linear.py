"""Dense linear map."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, b \in \mathbb{R}^{n}
W \in \mathbb{R}^{n \times n}, \text{invertible}
y = W x + b
""",
    x="x",
    y="y",
    also=("linear",),
    keywords=("linear",),
)
