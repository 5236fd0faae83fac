"""Weibull distribution function.

The Rayleigh distribution is k = 2.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
\lambda, k > 0
u = (x / \lambda)^{k}
y = 1 - \exp(-u)
""",
    x="x",
    y="y",
    also=("Rayleigh",),
    keywords=("elementwise", "distribution function"),
)
