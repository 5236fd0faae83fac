"""Rational quadratic spline inside one bin.

ξ is the place in the bin, s the mean slope, a and b the slopes at its ends, y the height above its start as a part of the bin's.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
\xi \in (0, 1)^{n}
s, a, b \in \mathbb{R}_{>0}^{n}
y = \frac{s \circ \xi^2 + a \circ \xi \circ (1 - \xi)}{s + (a + b - 2 s) \circ \xi \circ (1 - \xi)}
""",
    x=r"\xi",
    y="y",
    also=(
        "RQS",
        "neural spline",
    ),
    keywords=("spline", "elementwise", "piecewise"),
    source="Durkan and others: Neural spline flows (2019)",
    holds=("which bin an entry is in is known: from x when it is mapped, from y, which is increasing, when it is undone",),
)
