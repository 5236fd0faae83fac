r"""Gumbel (of maxima) with location μ and scale β: ``exp(-(x - μ)/β)`` is exponential with rate 1."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}", r"\beta > 0"),
    log_density=r"-\log \beta - \frac{x - \mu}{\beta} - \exp(-\frac{x - \mu}{\beta})",
    base=("gamma", "1", "1"),
    branches=(("1", r"\mu - \beta \log y"),),
    location_scale=(r"\mu", r"\beta"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 22",
)
