"""Coupling with a learned constant scale on the part that drives it.

The layer of the built-in assignment written-assignment-4.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2, s \in \mathbb{R}^{d/2}
F, G : \mathbb{R}^{d/2} \to \mathbb{R}^{d/2}
y_1 = \exp(G(x_2)) \circ x_1 + F(x_2)
y_2 = \exp(s) \circ x_2
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("homework layer",),
    keywords=("coupling",),
)
