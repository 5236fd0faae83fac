"""Linear map by its PLU factors."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, b \in \mathbb{R}^{n}
P \in \mathbb{R}^{n \times n}, \text{orthogonal}
L \in \mathbb{R}^{n \times n}, \text{unit lower triangular}
U \in \mathbb{R}^{n \times n}, \text{upper triangular}
y = P L U x + b
""",
    x="x",
    y="y",
    also=("LU", "PLU"),
    keywords=("linear", "triangular"),
    source="Kingma, Dhariwal: Glow (2018)",
)
