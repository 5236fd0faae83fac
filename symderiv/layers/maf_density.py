"""Masked autoregressive flow, in the direction that evaluates a density."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
s, m : \mathbb{R}^{n} \to \mathbb{R}^{n}, \text{autoregressive}
y = \exp(-s(x)) \circ (x - m(x))
""",
    x="x",
    y="y",
    also=("MAF",),
    keywords=("autoregressive",),
    source="Papamakarios, Pavlakou, Murray: Masked autoregressive flow (2017)",
)
