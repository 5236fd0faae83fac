"""Normal distribution function.

Its inverse, the quantile function, is not elementary.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x, \mu \in \mathbb{R}^{n}
\sigma \in \mathbb{R}_{>0}^{n}
y = \frac{1}{2} (1 + \operatorname{erf}(\frac{x - \mu}{\sqrt{2} \sigma}))
""",
    x="x",
    y="y",
    keywords=("elementwise", "distribution function"),
)
