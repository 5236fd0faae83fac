"""Sinh-arcsinh map: skewness and tail weight."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
\epsilon \in \mathbb{R}
\delta > 0
u = \log(x + \sqrt{1 + x^2})
y = \sinh(\delta u + \epsilon)
""",
    x="x",
    y="y",
    keywords=("elementwise", "skewness"),
    source="Jones, Pewsey: Sinh-arcsinh distributions (2009)",
)
