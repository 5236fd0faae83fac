r"""Dirichlet with concentrations α on the simplex of length K."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\alpha \in \mathbb{R}_{>0}^{K}",),
    variable=r"x \in \mathbb{R}_{>0}^{K}",
    support="simplex",
    log_density=r"\log \Gamma(\sum_{i=1}^{K} \alpha_i) - \sum_{i=1}^{K} \log \Gamma(\alpha_i) + \sum_{i=1}^{K} (\alpha_i - 1) \log x_i",
    statistics=(r"\log x",),
    tilted=(r"\alpha + s",),
    also=("Dir",),
    source="Kotz, Balakrishnan, Johnson, Continuous Multivariate Distributions, ch. 49",
)
