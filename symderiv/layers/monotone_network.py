"""Monotone network of one layer with positive weights."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, b, c \in \mathbb{R}^{n}
w, v \in \mathbb{R}_{>0}^{n}
y = x + v \circ \tanh(w \circ x + b) + c
""",
    x="x",
    y="y",
    keywords=("elementwise", "monotone"),
    source="Huang, Krueger, Lacoste, Courville: Neural autoregressive flows (2018)",
)
