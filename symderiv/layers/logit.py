"""Logit of an entry between 0 and 1."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in (0, 1)^{n}
y = \operatorname{logit}(x)
""",
    x="x",
    y="y",
    keywords=("elementwise",),
)
