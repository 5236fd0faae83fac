"""Conditional affine coupling: the networks also see a condition."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
c \in \mathbb{R}^{k}
s, t : \mathbb{R}^{n} \times \mathbb{R}^{k} \to \mathbb{R}^{n}
y_1 = x_1
y_2 = \exp(s(x_1, c)) \circ x_2 + t(x_1, c)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    keywords=("coupling", "condition"),
    source="Ardizzone and others: Guided image generation with conditional invertible networks (2019)",
)
