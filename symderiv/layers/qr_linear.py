"""Linear map by its QR factors."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, b \in \mathbb{R}^{n}
Q \in \mathbb{R}^{n \times n}, \text{orthogonal}
R \in \mathbb{R}^{n \times n}, \text{upper triangular}
y = Q R x + b
""",
    x="x",
    y="y",
    also=("QR",),
    keywords=("linear", "triangular"),
    source="Hoogeboom, van den Berg, Welling: Emerging convolutions (2019)",
)
