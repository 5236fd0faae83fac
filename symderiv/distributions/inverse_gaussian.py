r"""Inverse Gaussian with mean μ and shape λ."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu, \lambda > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\frac{1}{2} \log \lambda - \frac{1}{2} \log(2 \pi) - \frac{3}{2} \log x - \frac{\lambda x}{2 \mu^2} - \frac{\lambda}{2 x} + \frac{\lambda}{\mu}",
    statistics=("x", "1/x"),
    tilted=(r"\mu \sqrt{\frac{\lambda - 2 t}{\lambda - 2 \mu^2 s}}", r"\lambda - 2 t"),
    also=("Wald",),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 15",
)
