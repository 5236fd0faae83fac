r"""Uniform between a and b."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"a, b \in \mathbb{R}",),
    support=("a", "b"),
    log_density=r"-\log(b - a)",
    conditions=("b - a",),
    also=("Unif", "U"),
    location_scale=("a", "b - a"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 26",
)
