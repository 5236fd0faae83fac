"""Cauchy distribution function."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, \mu \in \mathbb{R}^{n}
\sigma \in \mathbb{R}_{>0}^{n}
y = \frac{1}{2} + \frac{1}{\pi} \arctan(\frac{x - \mu}{\sigma})
""",
    x="x",
    y="y",
    keywords=("elementwise", "distribution function"),
)
