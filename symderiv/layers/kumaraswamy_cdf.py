"""Kumaraswamy distribution function.

x in (0, 1) is parametrised by its logit u.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
u \in \mathbb{R}^{n}
a, b > 0
x = \operatorname{sigmoid}(u)
v = \exp(a \log(x))
y = 1 - \exp(b \log(1 - v))
""",
    x="u",
    y="y",
    keywords=("elementwise", "distribution function"),
)
