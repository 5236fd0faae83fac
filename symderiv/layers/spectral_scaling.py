"""Scaling in a basis of waves: a convolution that a fast transform inverts.

Q is the discrete cosine transform, or any other orthogonal one.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
s \in \mathbb{R}_{>0}^{n}
Q \in \mathbb{R}^{n \times n}, \text{orthogonal}
y = Q^\top (s \circ (Q x))
""",
    x="x",
    y="y",
    also=(
        "DCT",
        "periodic convolution",
    ),
    keywords=("linear", "orthogonal"),
    source="Hoogeboom, van den Berg, Welling: Emerging convolutions (2019)",
)
