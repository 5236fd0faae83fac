r"""Categorical: the i-th unit vector of length K with probability π_i; these sum to one."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\pi \in \mathbb{R}_{>0}^{K}",),
    variable=r"x \in \mathbb{R}^{K}",
    support="unit vectors",
    log_density=r"\sum_{i=1}^{K} x_i \log \pi_i",
    one_hot=r"\pi",
    also=("Cat", "OneHotCategorical"),
    source="Murphy, Probabilistic Machine Learning: An Introduction, 2.5",
)
