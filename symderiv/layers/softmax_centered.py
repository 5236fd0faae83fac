"""Softmax with one fixed logit, to the simplex.

The last coordinate of the simplex is 1/S; the volume is that of the first n coordinates.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
S = 1 + \sum_{i=1}^{n} \exp(x_i)
y = \frac{\exp(x)}{S}
""",
    x="x",
    y="y",
    also=("softmax",),
    keywords=("constraint", "simplex", "rank one"),
    source="Dillon and others: TensorFlow distributions (2017)",
)
