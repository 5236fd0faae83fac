"""Power of positive entries."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
a > 0
y = x^{a}
""",
    x="x",
    y="y",
    keywords=("elementwise",),
)
