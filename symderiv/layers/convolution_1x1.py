"""Invertible 1x1 convolution: one matrix mixes the channels at every pixel.

X holds c channels at p pixels.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
X \in \mathbb{R}^{p \times c}
W \in \mathbb{R}^{c \times c}, \text{invertible}
Y = X W^\top
""",
    x="X",
    y="Y",
    also=("1x1 convolution",),
    keywords=("linear", "Kronecker"),
    source="Kingma, Dhariwal: Glow (2018)",
)
