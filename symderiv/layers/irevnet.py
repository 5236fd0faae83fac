"""Fully invertible residual block: one shear, and the parts change places."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
F : \mathbb{R}^{n} \to \mathbb{R}^{n}
y_1 = x_2
y_2 = x_1 + F(x_2)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("i-RevNet",),
    keywords=("residual", "volume preserving"),
    source="Jacobsen, Smeulders, Oyallon: i-RevNet (2018)",
)
