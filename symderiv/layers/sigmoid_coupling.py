"""Coupling with a sigmoid as scale."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
a, t : \mathbb{R}^{n} \to \mathbb{R}^{n}
y_1 = x_1
y_2 = \operatorname{sigmoid}(a(x_1) + 2) \circ x_2 + t(x_1)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    keywords=("coupling", "bounded scale"),
    source="Kingma, Dhariwal: Glow (2018)",
)
