"""Heavier tails by a factor that grows with the square of the entry.

The inverse is a root of Lambert's W.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
\delta > 0
y = x \circ \exp(\frac{\delta}{2} x^2)
""",
    x="x",
    y="y",
    keywords=(
        "elementwise",
        "implicit",
        "tail",
    ),
    source="Goerg: The Lambert way to Gaussianize heavy-tailed data (2015)",
    holds=("every x has one y and every y one x, since the derivative is positive",),
)
