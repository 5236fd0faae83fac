"""Momentum residual block: a velocity is damped and pushed, and moves the state."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, v \in \mathbb{R}^{n}
\gamma > 0
f : \mathbb{R}^{n} \to \mathbb{R}^{n}
w = \gamma v + (1 - \gamma) f(x)
y = x + w
""",
    x="x, v",
    y="y, w",
    keywords=("residual",),
    source="Sander, Ablin, Blondel, Peyre: Momentum residual neural networks (2021)",
)
