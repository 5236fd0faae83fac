r"""Kumaraswamy with shapes a and b: ``1 - x^a`` is beta with shapes b and 1."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=("a, b > 0",),
    variable=r"x \in (0, 1)",
    support=("0", "1"),
    log_density=r"\log a + \log b + (a - 1) \log x + (b - 1) \log(1 - x^a)",
    base=("beta", "b", "1"),
    branches=(("1", "(1 - y)^{1/a}"),),
    source="Jones, Kumaraswamy's distribution, Statistical Methodology 6, 2009",
)
