r"""First column of the map from a triangular matrix L to L Lᵀ.

L is split into the root λ of its first entry's square, the column ℓ below it, and the rest, of which S is the product already; a, b and C are the blocks
of L Lᵀ. The product of a matrix of n + 1 rows takes one such step a row, with n one less in each.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
\lambda > 0
\ell \in \mathbb{R}^{n}
S \in \mathbb{R}^{n \times n}
a = \lambda^2
b = \lambda \ell
C = S + \ell \ell^\top
""",
    x=r"\lambda, \ell, S",
    y="a, b, C",
    also=("Cholesky outer product",),
    keywords=("constraint", "positive definite", "triangular"),
    source="Magnus, Neudecker: Matrix Differential Calculus, 9.14",
)
