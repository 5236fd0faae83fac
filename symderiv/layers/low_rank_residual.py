"""Residual map of low rank."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
b \in \mathbb{R}^{k}
U, V \in \mathbb{R}^{n \times k}
h : \mathbb{R} \to \mathbb{R}
a = V^\top x + b
y = x + U h(a)
""",
    x="x",
    y="y",
    also=("general Sylvester",),
    keywords=("residual", "low rank"),
    source="van den Berg and others: Sylvester normalizing flows (2018)",
    holds=("det(I + VᵀU diag(h′(a))) keeps its sign; for the map to be invertible that is needed, and not enough",),
)
