"""Activation normalisation: every channel with its scale and shift, at every pixel.

X holds c channels at p pixels; o is the vector of ones, and the derivation holds for any o.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
X \in \mathbb{R}^{p \times c}
s, b \in \mathbb{R}^{c}
o \in \mathbb{R}^{p}
Y = X \operatorname{diag}(\exp(s)) + o b^\top
""",
    x="X",
    y="Y",
    also=("ActNorm",),
    keywords=("normalisation",),
    source="Kingma, Dhariwal: Glow (2018)",
)
