r"""Bernstein polynomial of degree three with increasing coefficients.

α, β and γ are the differences of coefficients that follow each other, θ is the first coefficient.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in (0, 1)^{n}
\theta \in \mathbb{R}^{n}
\alpha, \beta, \gamma \in \mathbb{R}_{>0}^{n}
y = \theta + \alpha \circ (1 - (1 - x)^3) + \beta \circ (3 x^2 - 2 x^3) + \gamma \circ x^3
""",
    x="x",
    y="y",
    also=("Bernstein polynomial flow",),
    keywords=("elementwise", "monotone", "polynomial"),
    source="Ramasinghe and others: Robust normalizing flows using Bernstein-type polynomials (2022)",
)
