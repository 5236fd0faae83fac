"""Linear map by a diagonal matrix plus one of low rank."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, b \in \mathbb{R}^{n}
\delta \in \mathbb{R}_{>0}^{n}
U, V \in \mathbb{R}^{n \times k}
y = (\operatorname{diag}(\delta) + U V^\top) x + b
""",
    x="x",
    y="y",
    keywords=("linear", "low rank"),
    source="Woodbury: Inverting modified matrices (1950)",
)
