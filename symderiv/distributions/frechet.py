r"""Fréchet with shape α and scale s: ``(x/σ)^{-α}`` is exponential with rate 1."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\alpha, \sigma > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\log \alpha + \alpha \log \sigma - (\alpha + 1) \log x - (x / \sigma)^{-\alpha}",
    base=("gamma", "1", "1"),
    branches=(("1", r"\sigma y^{-1/\alpha}"),),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 22",
)
