"""Masked affine coupling: a selection of the entries scales and shifts the others.

A sorts the entries that the mask keeps in front of the others; in that order s and t see earlier entries alone, and vanish on
those that are kept.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
A \in \mathbb{R}^{n \times n}, \text{orthogonal}
s, t : \mathbb{R}^{n} \to \mathbb{R}^{n}, \text{autoregressive}
z = A x
w = \exp(s(z)) \circ z + t(z)
y = A^\top w
""",
    x="x",
    y="y",
    also=("masked RealNVP",),
    keywords=("coupling", "mask"),
    source="Dinh, Sohl-Dickstein, Bengio: Density estimation using Real NVP (2017)",
)
