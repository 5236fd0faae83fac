"""Planar flow: a shift along one direction."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, u, w \in \mathbb{R}^{n}
b \in \mathbb{R}
h : \mathbb{R} \to \mathbb{R}
a = w^\top x + b
y = x + u h(a)
""",
    x="x",
    y="y",
    keywords=("residual", "rank one"),
    source="Rezende, Mohamed: Variational inference with normalizing flows (2015)",
    holds=("1 + h′(a) uᵀw keeps its sign, so that the map is invertible; for h = tanh that is uᵀw > -1",),
)
