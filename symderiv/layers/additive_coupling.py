"""Additive coupling: the first part shifts the second."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
t : \mathbb{R}^{n} \to \mathbb{R}^{n}
y_1 = x_1
y_2 = x_2 + t(x_1)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("NICE",),
    keywords=("coupling", "volume preserving"),
    source="Dinh, Krueger, Bengio: NICE (2014)",
)
