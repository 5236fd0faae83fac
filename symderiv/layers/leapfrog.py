"""Leapfrog step of Hamiltonian dynamics: half a kick, a drift, half a kick.

g is the gradient of the potential energy; the derivation needs nothing of that.
"""

from symderiv.layers.layer import Layer

ENTRY = Layer(
    given=r"""
q, p \in \mathbb{R}^{n}
\epsilon > 0
M \in \mathbb{S}_{++}^{n}
g : \mathbb{R}^{n} \to \mathbb{R}^{n}
h = p - \frac{\epsilon}{2} g(q)
y_1 = q + \epsilon M^{-1} h
y_2 = h - \frac{\epsilon}{2} g(y_1)
""",
    x="q, p",
    y="y_1, y_2",
    also=("Stormer-Verlet",),
    keywords=("symplectic", "volume preserving"),
    source="Neal: MCMC using Hamiltonian dynamics (2011)",
)
