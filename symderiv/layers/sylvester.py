"""Sylvester flow with orthogonal and triangular factors."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, b \in \mathbb{R}^{n}
Q \in \mathbb{R}^{n \times n}, \text{orthogonal}
R, S \in \mathbb{R}^{n \times n}, \text{upper triangular}
h : \mathbb{R} \to \mathbb{R}
a = S Q^\top x + b
y = x + Q R h(a)
""",
    x="x",
    y="y",
    keywords=("residual", "low rank"),
    source="van den Berg and others: Sylvester normalizing flows (2018)",
    holds=("every 1 + Rᵢᵢ Sᵢᵢ h′(aᵢ) keeps its sign, so that the map is invertible",),
)
