r"""First column of the map from a triangular matrix L to its inverse.

L is split into its first entry λ, the column ℓ below it, and the rest, whose inverse K is there already; a, b and K are the blocks of the inverse. The
inverse of a matrix of n + 1 rows takes one such step a row, with n one less in each.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
\lambda > 0
\ell \in \mathbb{R}^{n}
K \in \mathbb{R}^{n \times n}, \text{lower triangular}
a = 1 / \lambda
b = -K \ell / \lambda
""",
    x=r"\lambda, \ell",
    y="a, b",
    also=("inverse of a Cholesky factor",),
    keywords=("triangular", "inverse"),
    source="Magnus, Neudecker: Matrix Differential Calculus, 9.14",
)
