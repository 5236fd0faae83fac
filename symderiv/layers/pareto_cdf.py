"""Pareto distribution function.

u is how far x lies above the least value m.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
u \in \mathbb{R}_{>0}^{n}
a, m > 0
x = m + u
y = 1 - (x / m)^{-a}
""",
    x="u",
    y="y",
    keywords=("elementwise", "distribution function"),
)
