"""Autoregressive flow with a gate."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
s, m : \mathbb{R}^{n} \to \mathbb{R}^{n}, \text{autoregressive}
g = \operatorname{sigmoid}(s(x))
y = g \circ x + (1 - g) \circ m(x)
""",
    x="x",
    y="y",
    also=("LSTM-style IAF",),
    keywords=("autoregressive", "bounded scale"),
    source="Kingma and others: Improved variational inference with IAF (2016)",
)
