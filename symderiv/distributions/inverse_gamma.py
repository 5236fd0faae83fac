r"""Inverse gamma with shape α and scale β: ``1/x`` is gamma with shape α and rate β."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\alpha, \beta > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\alpha \log \beta - \log \Gamma(\alpha) - (\alpha + 1) \log x - \frac{\beta}{x}",
    base=("gamma", r"\alpha", r"\beta"),
    branches=(("1", "y^{-1}"),),
    also=("InvGamma", "IG"),
    source="Gelman et al., Bayesian Data Analysis, appendix A",
)
