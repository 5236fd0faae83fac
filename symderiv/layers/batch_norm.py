"""Batch normalisation in evaluation: the statistics are constants."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, \mu, \beta \in \mathbb{R}^{n}
\gamma, v \in \mathbb{R}_{>0}^{n}
\epsilon > 0
y = \gamma \circ \frac{x - \mu}{\sqrt{v + \epsilon}} + \beta
""",
    x="x",
    y="y",
    also=("BatchNorm",),
    keywords=("normalisation",),
    source="Ioffe, Szegedy: Batch normalization (2015)",
    holds=("the mean and variance are constants: this is not the Jacobian of the map that computes them from the batch",),
)
