r"""Exponential with rate λ: ``λ e^{-λx}`` on x > 0, the gamma distribution of shape 1."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\lambda > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\log \lambda - \lambda x",
    base=("gamma", "1", "1"),
    branches=(("1", r"\frac{y}{\lambda}"),),
    centred=(("abs", r"|c| - \frac{1}{\lambda} + \frac{2}{\lambda} \exp(-\lambda (c + |c|)/2)"),),
    also=("Exp", "Expon"),
    location_scale=("0", r"\frac{1}{\lambda}"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 19",
)
