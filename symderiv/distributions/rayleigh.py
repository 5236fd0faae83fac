r"""Rayleigh with scale σ: ``x² / (2σ²)`` is exponential with rate 1."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\sigma > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\log x - 2 \log \sigma - \frac{x^2}{2 \sigma^2}",
    base=("gamma", "1", "1"),
    branches=(("1", r"\sigma \sqrt{2 y}"),),
    location_scale=("0", r"\sigma"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 18",
)
