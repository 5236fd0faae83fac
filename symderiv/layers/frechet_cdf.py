"""Frechet distribution function."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
\lambda, k > 0
u = (x / \lambda)^{-k}
y = \exp(-u)
""",
    x="x",
    y="y",
    keywords=("elementwise", "distribution function"),
)
