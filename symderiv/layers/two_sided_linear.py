"""Linear map of a matrix from both sides."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
X \in \mathbb{R}^{p \times c}
A \in \mathbb{R}^{p \times p}, \text{invertible}
W \in \mathbb{R}^{c \times c}, \text{invertible}
Y = A X W^\top
""",
    x="X",
    y="Y",
    keywords=("linear", "Kronecker"),
    source="Magnus, Neudecker: Matrix Differential Calculus, 2.4",
)
