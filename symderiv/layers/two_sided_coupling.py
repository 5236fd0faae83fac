"""Two-sided affine coupling: each part scales and shifts the other, one after the other."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
s_1, t_1, s_2, t_2 : \mathbb{R}^{n} \to \mathbb{R}^{n}
y_1 = \exp(s_2(x_2)) \circ x_1 + t_2(x_2)
y_2 = \exp(s_1(y_1)) \circ x_2 + t_1(y_1)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("GLOW coupling", "RNVP"),
    keywords=("coupling",),
    source="Ardizzone and others: Analyzing inverse problems with invertible neural networks (2019)",
)
