"""Linear map by its singular value decomposition."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, b \in \mathbb{R}^{n}
s \in \mathbb{R}_{>0}^{n}
U, V \in \mathbb{R}^{n \times n}, \text{orthogonal}
y = U \operatorname{diag}(s) V^\top x + b
""",
    x="x",
    y="y",
    also=("SVD",),
    keywords=("linear", "orthogonal"),
    source="Zhang, Lei, Dhillon: Stabilizing gradients by efficient SVD parameterization (2018)",
)
