r"""Chi with ν degrees of freedom: the length of a standard normal vector of that size."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\nu > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"(1 - \nu / 2) \log 2 - \log \Gamma(\nu / 2) + (\nu - 1) \log x - \frac{x^2}{2}",
    base=("gamma", r"\nu / 2", "1"),
    branches=(("1", r"\sqrt{2 y}"),),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 18",
)
