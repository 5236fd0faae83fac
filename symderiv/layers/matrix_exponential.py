"""Linear map by a matrix exponential.

The inverse of expm(M) is expm(-M), since M and -M commute.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, b \in \mathbb{R}^{n}
M \in \mathbb{R}^{n \times n}
\operatorname{expm} : \mathbb{R}^{n \times n} \to \mathbb{R}^{n \times n}, \text{matrix exponential}
y = \operatorname{expm}(M) x + b
""",
    x="x",
    y="y",
    also=("expm",),
    keywords=("linear",),
    source="Hoogeboom and others: The convolution exponential and generalized Sylvester flows (2020)",
)
