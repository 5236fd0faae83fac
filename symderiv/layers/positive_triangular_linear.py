"""Lower triangular linear map with a positive diagonal: unit triangular, then scaled."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, r, s \in \mathbb{R}^{n}
L \in \mathbb{R}^{n \times n}, \text{unit lower triangular}
y = L (\exp(s) \circ x) + r
""",
    x="x",
    y="y",
    also=("LDL affine",),
    keywords=("linear", "triangular"),
    source="Dai and others: The LDL factor of a covariance, as in Golub, Van Loan: Matrix Computations, 4.1",
)
