"""Cubic spline inside one bin.

ξ is the place in the bin, y the height above its start. The inverse is a root of a cubic.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
\xi \in (0, 1)^{n}
a, b, c \in \mathbb{R}_{>0}^{n}
y = a \circ \xi + b \circ \xi^2 + c \circ \xi^3
""",
    x=r"\xi",
    y="y",
    keywords=(
        "spline",
        "elementwise",
        "piecewise",
    ),
    source="Durkan and others: Cubic-spline flows (2019)",
    holds=("which bin an entry is in is known: from x when it is mapped, from y, which is increasing, when it is undone",),
)
