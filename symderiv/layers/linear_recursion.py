"""Linear recursion in time: every entry takes up the entries before it."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
N \in \mathbb{R}^{n \times n}, \text{strictly lower triangular}
y = x + N x
""",
    x="x",
    y="y",
    also=("cumulative sum",),
    keywords=("linear", "autoregressive", "volume preserving"),
)
