r"""Negative binomial: failures before r successes of probability π, r any positive number."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=("r > 0", r"\pi \in (0, 1)"),
    variable=r"x \geq 0",
    support=("0", ""),
    whole=True,
    log_density=r"\log \Gamma(x + r) - \log \Gamma(r) - \log \Gamma(x + 1) + r \log \pi + x \log(1 - \pi)",
    statistics=("x",),
    tilted=("r", r"1 - (1 - \pi) \exp(s)"),
    also=("NegBin", "NB"),
    source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, ch. 5",
)
