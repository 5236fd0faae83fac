"""Volume-preserving coupling: the exponents of the scale sum to zero."""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x_1, x_2 \in \mathbb{R}^{n}
s, t : \mathbb{R}^{n} \to \mathbb{R}^{n}
y_1 = x_1
r = s(x_1)
v = r - \frac{1}{n} \sum_{i=1}^{n} r_i
y_2 = \exp(v) \circ x_2 + t(x_1)
""",
    x="x_1, x_2",
    y="y_1, y_2",
    also=("GIN",),
    keywords=("coupling", "volume preserving"),
    source="Sorrenson, Rother, Koethe: Disentanglement by nonlinear ICA with GIN (2020)",
)
