r"""Masked affine coupling: the entries that a mask selects scale and shift the others.

The networks see m ∘ x alone.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
x \in \mathbb{R}^{n}
m \in \{0, 1\}^{n}
s, t : \mathbb{R}^{n} \to \mathbb{R}^{n}
y = m \circ x + (1 - m) \circ (\exp(s(m \circ x)) \circ x + t(m \circ x))
""",
    x="x",
    y="y",
    also=("masked RealNVP",),
    keywords=("coupling", "mask"),
    source="Dinh, Sohl-Dickstein, Bengio: Density estimation using Real NVP (2017)",
)
