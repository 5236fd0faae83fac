r"""A row of the Cholesky factor of a correlation matrix.

z are canonical partial correlations, N is the strict lower triangle of ones: r_i = z_i √((1 - z_1²) ... (1 - z_{i-1}²)). The volume is that of the row
before its last entry, which makes its length one.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
N \in \mathbb{R}^{n \times n}, \text{strictly lower triangular}
z = \tanh(x)
r = z \circ \exp(\frac{1}{2} N \log(1 - z^2))
""",
    x="x",
    y="r",
    also=("LKJ Cholesky",),
    keywords=("constraint", "correlation", "autoregressive"),
    source="Lewandowski, Kurowicka, Joe: Generating random correlation matrices (2009)",
)
