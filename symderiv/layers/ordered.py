"""Ordered vector: a first entry, then positive steps.

o is the vector of ones and C the lower triangle of ones, so that C adds up; the derivation holds for any o and any unit
triangle.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1 \in \mathbb{R}
x_2, o \in \mathbb{R}^{n}
C \in \mathbb{R}^{n \times n}, \text{unit lower triangular}
y_1 = x_1
y_2 = x_1 o + C \exp(x_2)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("ascending",),
    keywords=("constraint", "triangular"),
    source="Stan reference manual, ordered vector",
)
