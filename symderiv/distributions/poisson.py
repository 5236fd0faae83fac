r"""Poisson with rate λ."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\lambda > 0",),
    variable=r"x \geq 0",
    support=("0", ""),
    whole=True,
    log_density=r"x \log \lambda - \lambda - \log \Gamma(x + 1)",
    statistics=("x",),
    tilted=(r"\lambda \exp(s)",),
    also=("Pois", "Poi"),
    source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, ch. 4",
)
