"""Glow step: normalise, mix, couple."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
s_1, s_2, b_1, b_2 \in \mathbb{R}^{n}
P, Q \in \mathbb{R}^{n \times n}, \text{invertible}
s, t : \mathbb{R}^{n} \to \mathbb{R}^{n}
a_1 = \exp(s_1) \circ x_1 + b_1
a_2 = \exp(s_2) \circ x_2 + b_2
w_1 = P a_1
w_2 = Q a_2 + w_1
y_1 = w_1
y_2 = \operatorname{sigmoid}(s(w_1) + 2) \circ w_2 + t(w_1)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("Glow",),
    keywords=("coupling", "linear", "normalisation", "composition"),
    source="Kingma, Dhariwal: Glow (2018)",
)
