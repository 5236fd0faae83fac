"""Masked autoregressive flow, in the direction that samples.

Entry i of s and m depends on the entries of x before i alone.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
s, m : \mathbb{R}^{n} \to \mathbb{R}^{n}, \text{autoregressive}
y = \exp(s(x)) \circ x + m(x)
""",
    x="x",
    y="y",
    also=("IAF", "inverse autoregressive"),
    keywords=("autoregressive",),
    source="Kingma and others: Improved variational inference with IAF (2016)",
)
