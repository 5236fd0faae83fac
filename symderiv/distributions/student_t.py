r"""Student with ν degrees of freedom, location μ and scale σ."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\nu > 0", r"\mu \in \mathbb{R}", r"\sigma > 0"),
    log_density=r"\log \Gamma(\frac{\nu + 1}{2}) - \log \Gamma(\nu / 2) - \frac{1}{2} \log(\pi \nu) - \log \sigma - \frac{\nu + 1}{2} \log(1 + \frac{(x - \mu)^2}{\nu \sigma^2})",
    base=("beta", "1/2", r"\nu / 2"),
    branches=(("1/2", r"\mu + \sigma \sqrt{\frac{\nu y}{1 - y}}"), ("1/2", r"\mu - \sigma \sqrt{\frac{\nu y}{1 - y}}")),
    also=("StudentT", "T"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 28",
)
