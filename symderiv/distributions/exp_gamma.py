r"""Log-gamma: the logarithm of a gamma variable with shape α and rate β."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\alpha, \beta > 0",),
    log_density=r"\alpha \log \beta - \log \Gamma(\alpha) + \alpha x - \beta \exp(x)",
    base=("gamma", r"\alpha", r"\beta"),
    branches=(("1", r"\log y"),),
    also=("LogGamma",),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 17",
)
