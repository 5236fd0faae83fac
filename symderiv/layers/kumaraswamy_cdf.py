"""Kumaraswamy distribution function.

Of one entry between 0 and 1.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in (0, 1)^{n}
a, b > 0
v = x^{a}
y = 1 - \exp(b \log(1 - v))
""",
    x="x",
    y="y",
    keywords=("elementwise", "distribution function"),
)
