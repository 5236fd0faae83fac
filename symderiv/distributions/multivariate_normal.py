r"""Multivariate normal with mean μ and covariance Σ in k dimensions."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}^{k}", r"\Sigma \in \mathbb{S}_{++}^{k}"),
    variable=r"x \in \mathbb{R}^{k}",
    support="space",
    log_density=r"-\frac{k}{2} \log(2 \pi) - \frac{1}{2} \log \det \Sigma - \frac{1}{2} (x - \mu)^\top \Sigma^{-1} (x - \mu)",
    statistics=("x",),
    tilted=(r"\mu + \Sigma s", r"\Sigma"),
    also=("MVN", "MultivariateNormal"),
    source="Kotz, Balakrishnan, Johnson, Continuous Multivariate Distributions, ch. 45",
)
