r"""Log-normal: the exponential of a normal variable with mean μ and standard deviation σ."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}", r"\sigma > 0"),
    variable="x > 0",
    support=("0", ""),
    log_density=r"-\frac{1}{2} \log(2 \pi) - \log \sigma - \log x - \frac{(\log x - \mu)^2}{2 \sigma^2}",
    base=("normal", "0", "1"),
    branches=(("1", r"\exp(\mu + \sigma y)"),),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 14",
)
