"""Residual map of a contraction."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
g : \mathbb{R}^{n} \to \mathbb{R}^{n}
y = x + g(x)
""",
    x="x",
    y="y",
    also=("i-ResNet",),
    keywords=("residual", "implicit"),
    source="Behrmann and others: Invertible residual networks (2019)",
    holds=("g is a contraction, so that the map is invertible; the inverse is the limit of x = y - g(x)",),
)
