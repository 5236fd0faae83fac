r"""Continuous Bernoulli with parameter λ ≠ 1/2: ``λ^x (1 - λ)^{1-x}`` on (0, 1), normalised."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\lambda \in (0, 1)",),
    variable=r"x \in (0, 1)",
    support=("0", "1"),
    log_density=r"\log\frac{\log \lambda - \log(1 - \lambda)}{2 \lambda - 1} + x \log \lambda + (1 - x) \log(1 - \lambda)",
    statistics=("x",),
    tilted=(r"\frac{\lambda \exp(s)}{1 - \lambda + \lambda \exp(s)}",),
    source="Loaiza-Ganem, Cunningham, The continuous Bernoulli, 2019",
)
