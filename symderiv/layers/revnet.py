"""Reversible residual block."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
F, G : \mathbb{R}^{n} \to \mathbb{R}^{n}
y_1 = x_1 + F(x_2)
y_2 = x_2 + G(y_1)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("RevNet",),
    keywords=("residual", "volume preserving"),
    source="Gomez, Ren, Urtasun, Grosse: The reversible residual network (2017)",
)
