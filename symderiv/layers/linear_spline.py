"""Linear spline inside one bin.

ξ is the place in the bin; all bins are alike.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
\xi \in (0, 1)^{n}
v \in \mathbb{R}^{n}
h \in \mathbb{R}_{>0}^{n}
y = v + h \circ \xi
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
