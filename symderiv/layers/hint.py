"""Recursive coupling: a coupling whose lower part is again a coupling.

Two levels of the recursion.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{m}
x_3 \in \mathbb{R}^{n}
s, t : \mathbb{R}^{m} \to \mathbb{R}^{m}
a, b : \mathbb{R}^{m} \times \mathbb{R}^{m} \to \mathbb{R}^{n}
y_1 = x_1
y_2 = \exp(s(x_1)) \circ x_2 + t(x_1)
y_3 = \exp(a(y_1, y_2)) \circ x_3 + b(y_1, y_2)
""",
    x="x_1, x_2, x_3",
    y="y_1, y_2, y_3",
    also=("HINT",),
    keywords=("coupling", "recursive"),
    source="Kruse, Detommaso, Koethe, Scheichl: HINT (2021)",
)
