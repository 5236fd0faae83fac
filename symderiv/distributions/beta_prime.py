r"""Beta prime with shapes a and b: the odds of a beta variable."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=("a, b > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\log \Gamma(a + b) - \log \Gamma(a) - \log \Gamma(b) + (a - 1) \log x - (a + b) \log(1 + x)",
    base=("beta", "a", "b"),
    branches=(("1", r"\frac{y}{1 - y}"),),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 25",
)
