"""Shifted Gompertz distribution function."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
b, \eta > 0
u = \exp(-b x)
y = (1 - u) \circ \exp(-\eta u)
""",
    x="x",
    y="y",
    keywords=(
        "elementwise",
        "distribution function",
    ),
)
