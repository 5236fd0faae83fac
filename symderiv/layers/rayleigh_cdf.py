"""Rayleigh distribution function."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}_{>0}^{n}
\sigma \in \mathbb{R}_{>0}^{n}
y = 1 - \exp(-\frac{x^2}{2 \sigma^2})
""",
    x="x",
    y="y",
    keywords=(
        "elementwise",
        "distribution function",
    ),
)
