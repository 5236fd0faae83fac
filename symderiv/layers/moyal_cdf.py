"""Moyal distribution function with location zero and scale one."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
y = 1 - \operatorname{erf}(\exp(-x / 2) / \sqrt{2})
""",
    x="x",
    y="y",
    keywords=(
        "elementwise",
        "distribution function",
    ),
    source="Moyal: Theory of ionization fluctuations (1955)",
)
