r"""Geometric: the number of failures before the first success, each of probability π; x = 0, 1, 2, …"""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\pi \in (0, 1)",),
    variable=r"x \geq 0",
    support=("0", ""),
    whole=True,
    log_density=r"\log \pi + x \log(1 - \pi)",
    statistics=("x",),
    tilted=(r"1 - (1 - \pi) \exp(s)",),
    also=("Geom", "Geo"),
    source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, ch. 5",
)
