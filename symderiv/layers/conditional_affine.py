"""Affine map whose scale and shift depend on a condition alone."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
c \in \mathbb{R}^{k}
s, t : \mathbb{R}^{k} \to \mathbb{R}^{n}
y = \exp(s(c)) \circ x + t(c)
""",
    x="x",
    y="y",
    keywords=("elementwise", "condition"),
    source="Lu, Huang: Structured output learning with conditional flows (2020)",
)
