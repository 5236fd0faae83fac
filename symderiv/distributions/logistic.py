r"""Logistic with location μ and scale b: μ + b log(y / (1 - y)) with y uniform on (0, 1)."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}", "b > 0"),
    log_density=r"-\log b - \frac{x - \mu}{b} - 2 \log(1 + \exp(-\frac{x - \mu}{b}))",
    base=("beta", "1", "1"),
    branches=(("1", r"\mu + b (\log y - \log(1 - y))"),),
    location_scale=(r"\mu", "b"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 23",
)
