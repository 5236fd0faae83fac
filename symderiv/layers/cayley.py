"""Orthogonal map by the Cayley transform.

B - B^T is skew-symmetric, so I + B - B^T has an inverse whatever B is.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
B \in \mathbb{R}^{n \times n}
u = (I + B - B^\top)^{-1} x
y = (I - B + B^\top) u
""",
    x="x",
    y="y",
    keywords=("linear", "orthogonal", "volume preserving"),
    source="Cayley (1846); Golub, Van Loan: Matrix Computations, 2.6",
)
