"""Stick-breaking map to the simplex.

N is the strict lower triangle of ones: y_i = z_i (1 - z_1) ... (1 - z_{i-1}). The volume is that of the first n coordinates.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
N \in \mathbb{R}^{n \times n}, \text{strictly lower triangular}
z = \operatorname{sigmoid}(x)
y = z \circ \exp(N \log(1 - z))
""",
    x="x",
    y="y",
    also=("stick breaking",),
    keywords=("constraint", "simplex", "autoregressive"),
    source="Stan reference manual, unit simplex",
)
