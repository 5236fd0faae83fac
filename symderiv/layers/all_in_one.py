"""Coupling, global affine map and mixing of channels in one block."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
g_1, g_2, b_1, b_2 \in \mathbb{R}^{n}
P, Q \in \mathbb{R}^{n \times n}, \text{orthogonal}
s, t : \mathbb{R}^{n} \to \mathbb{R}^{n}
u_2 = \exp(\tanh(s(x_1))) \circ x_2 + t(x_1)
w_1 = \operatorname{softplus}(g_1) \circ x_1 + b_1
w_2 = \operatorname{softplus}(g_2) \circ u_2 + b_2
y_1 = P w_1
y_2 = Q w_2
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("AllInOneBlock",),
    keywords=("coupling", "linear", "composition"),
    source="Ardizzone and others: FrEIA (2022)",
)
