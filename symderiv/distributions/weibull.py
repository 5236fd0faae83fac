r"""Weibull with shape k and scale λ: ``(x/λ)^k`` is exponential with rate 1."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"k, \lambda > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\log k - k \log \lambda + (k - 1) \log x - (x / \lambda)^k",
    base=("gamma", "1", "1"),
    branches=(("1", r"\lambda y^{1/k}"),),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 21",
)
