"""Bounded squashing map."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
b \in \mathbb{R}_{>0}^{n}
y = b \circ \tanh(x / b)
""",
    x="x",
    y="y",
    also=("soft clip",),
    keywords=("elementwise",),
)
