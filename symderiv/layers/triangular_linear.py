"""Lower triangular linear map, as of a Gaussian with a Cholesky factor."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, r \in \mathbb{R}^{n}
L \in \mathbb{R}^{n \times n}, \text{lower triangular}
y = L x + r
""",
    x="x",
    y="y",
    also=("Cholesky affine",),
    keywords=("linear", "triangular"),
)
