r"""Sum-of-squares polynomial: the integral of the square of a linear function, plus a slope."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, a, b, c \in \mathbb{R}^{n}
\delta \in \mathbb{R}_{>0}^{n}
y = c + \delta \circ x + a^2 \circ x + a \circ b \circ x^2 + \frac{1}{3} b^2 \circ x^3
""",
    x="x",
    y="y",
    also=("SOS flow",),
    keywords=("elementwise", "monotone", "polynomial"),
    source="Jaini, Selby, Yu: Sum-of-squares polynomial flow (2019)",
)
