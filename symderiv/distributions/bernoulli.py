r"""Bernoulli: 1 with probability π, else 0."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\pi \in (0, 1)",),
    variable=r"x \in \mathbb{Z}",
    support=("0", "1"),
    whole=True,
    log_density=r"x \log \pi + (1 - x) \log(1 - \pi)",
    branches=((r"\pi", "1"), (r"1 - \pi", "0")),
    also=("Bern", "Ber"),
    source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, ch. 3",
)
