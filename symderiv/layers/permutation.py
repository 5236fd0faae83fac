"""Permutation, rotation or reflection: any orthogonal matrix."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
P \in \mathbb{R}^{n \times n}, \text{orthogonal}
y = P x
""",
    x="x",
    y="y",
    also=("reverse", "orthogonal"),
    keywords=("linear", "volume preserving"),
)
