"""Affine coupling: the first part scales and shifts the second."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in \mathbb{R}^{m}
x_2 \in \mathbb{R}^{n}
s, t : \mathbb{R}^{m} \to \mathbb{R}^{n}
y_1 = x_1
y_2 = \exp(s(x_1)) \circ x_2 + t(x_1)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("RealNVP",),
    keywords=("coupling",),
    source="Dinh, Sohl-Dickstein, Bengio: Density estimation using Real NVP (2017)",
)
