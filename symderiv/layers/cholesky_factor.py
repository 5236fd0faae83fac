"""Cholesky factor: the diagonal made positive, the rest as it is.

The entries of a triangular matrix as vectors: the diagonal d, and all that stands below it.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
d \in \mathbb{R}^{n}
\ell \in \mathbb{R}^{n(n-1)/2}
y_1 = \exp(d)
y_2 = \ell
""",
    x=r"d, \ell",
    y="y_1, y_2",
    also=("fill triangular",),
    keywords=("constraint", "triangular"),
    source="Stan reference manual, Cholesky factors",
)
