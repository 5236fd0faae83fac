r"""Maxwell with scale σ: the length of a centred normal vector in three dimensions."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\sigma > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\frac{1}{2} \log(2 / \pi) + 2 \log x - 3 \log \sigma - \frac{x^2}{2 \sigma^2}",
    base=("gamma", "3/2", "1"),
    branches=(("1", r"\sigma \sqrt{2 y}"),),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 18",
)
