r"""Half-normal with scale σ: ``|x|`` of a centred normal; ``x² / (2σ²)`` is gamma of shape 1/2."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\sigma > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\frac{1}{2} \log(2 / \pi) - \log \sigma - \frac{x^2}{2 \sigma^2}",
    base=("gamma", "1/2", "1"),
    branches=(("1", r"\sigma \sqrt{2 y}"),),
    location_scale=("0", r"\sigma"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 13",
)
