r"""Binomial: the number of successes in n trials of probability π."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"n \in \mathbb{N}", r"\pi \in (0, 1)"),
    variable=r"x \geq 0",
    support=("0", "n"),
    whole=True,
    log_density=r"\log \Gamma(n + 1) - \log \Gamma(x + 1) - \log \Gamma(n - x + 1) + x \log \pi + (n - x) \log(1 - \pi)",
    statistics=("x",),
    tilted=("n", r"\frac{\pi \exp(s)}{1 - \pi + \pi \exp(s)}"),
    also=("Bin", "Binom"),
    source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, ch. 3",
)
