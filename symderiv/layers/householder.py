"""Householder reflection."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, v \in \mathbb{R}^{n}
y = x - \frac{2}{v^\top v} v v^\top x
""",
    x="x",
    y="y",
    keywords=("linear", "orthogonal", "volume preserving"),
    source="Tomczak, Welling: Improving variational auto-encoders using Householder flow (2016)",
    holds=("v is not zero",),
)
