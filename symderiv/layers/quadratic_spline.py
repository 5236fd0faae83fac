"""Quadratic spline inside one bin.

ξ is the place in the bin, a and b the slopes at its ends, y the height above its start.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
\xi \in (0, 1)^{n}
a, b \in \mathbb{R}_{>0}^{n}
y = a \circ \xi + \frac{1}{2} (b - a) \circ \xi^2
""",
    x=r"\xi",
    y="y",
    keywords=(
        "spline",
        "elementwise",
        "piecewise",
    ),
    source="Mueller and others: Neural importance sampling (2019)",
    holds=("which bin an entry is in is known: from x when it is mapped, from y, which is increasing, when it is undone",),
)
