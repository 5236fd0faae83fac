"""Distribution function of generalised extreme values with a heavy tail.

The variable is counted from the lower end of its support.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, \sigma \in \mathbb{R}_{>0}^{n}
\xi > 0
u = (\xi \frac{x}{\sigma})^{-1/\xi}
y = \exp(-u)
""",
    x="x",
    y="y",
    also=("GEV",),
    keywords=(
        "elementwise",
        "distribution function",
    ),
)
