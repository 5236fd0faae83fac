r"""Chi-squared with ν degrees of freedom: gamma of shape ν/2 and rate 1/2."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\nu > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"-\frac{\nu}{2} \log 2 - \log \Gamma(\nu / 2) + (\nu / 2 - 1) \log x - \frac{x}{2}",
    base=("gamma", r"\nu / 2", "1/2"),
    branches=(("1", "y"),),
    also=("chi2",),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 18",
)
