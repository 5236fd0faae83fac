r"""Gamma with shape α and rate β: ``β^α x^{α-1} e^{-βx} / Γ(α)`` on x > 0."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\alpha, \beta > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\alpha \log \beta - \log \Gamma(\alpha) + (\alpha - 1) \log x - \beta x",
    statistics=(r"\log x", "x"),
    tilted=(r"\alpha + s", r"\beta - t"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 17",
)
