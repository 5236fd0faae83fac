r"""Multivariate normal whose covariance is a diagonal and a matrix of low rank: ``diag(v) + W Wᵀ`` with W k×r."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}^{k}", r"W \in \mathbb{R}^{k \times r}", r"v \in \mathbb{R}_{>0}^{k}"),
    variable=r"x \in \mathbb{R}^{k}",
    support="space",
    log_density=(
        r"-\frac{k}{2} \log(2 \pi) - \frac{1}{2} \log \det(\operatorname{diag}(v) + W W^\top)"
        r" - \frac{1}{2} (x - \mu)^\top (\operatorname{diag}(v) + W W^\top)^{-1} (x - \mu)"
    ),
    base=("multivariate_normal", r"\mu", r"\operatorname{diag}(v) + W W^\top"),
    branches=(("1", "y"),),
    source="Murphy, Probabilistic Machine Learning: Advanced Topics, 28.3 (factor analysis)",
)
