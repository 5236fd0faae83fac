r"""Half-Cauchy with scale g: ``|y|`` of a centred Cauchy variable."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=("g > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\log 2 + \log g - \log \pi - \log(x^2 + g^2)",
    base=("cauchy", "0", "g"),
    branches=(("1", "|y|"),),
    also=("HalfCauchy",),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 16",
)
