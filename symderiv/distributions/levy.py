r"""Lévy with scale c: the inverse square of a normal variable."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=("c > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\frac{1}{2} \log c - \frac{1}{2} \log(2 \pi) - \frac{3}{2} \log x - \frac{c}{2 x}",
    base=("gamma", "1/2", "1"),
    branches=(("1", r"\frac{c}{2 y}"),),
    source="Nolan, Univariate Stable Distributions, 1.1",
)
