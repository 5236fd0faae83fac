"""Radial flow: towards or away from a centre."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, c \in \mathbb{R}^{n}
\alpha, \beta > 0
z = x - c
r = \sqrt{z^\top z}
y = c + z + \frac{\beta}{\alpha + r} z
""",
    x="x",
    y="y",
    keywords=("residual", "rank one"),
    source="Rezende, Mohamed: Variational inference with normalizing flows (2015)",
    holds=("x is not the centre; a negative β is allowed down to -α",),
)
