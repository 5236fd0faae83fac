r"""Pareto with scale m and shape α: ``α m^α / x^{α+1}`` on x > m; ``log(x/m)`` is exponential with rate α."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"m, \alpha > 0",),
    variable="x > 0",
    support=("m", ""),
    log_density=r"\log \alpha + \alpha \log m - (\alpha + 1) \log x",
    base=("gamma", "1", "1"),
    branches=(("1", r"m \exp(\frac{y}{\alpha})"),),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 20",
)
