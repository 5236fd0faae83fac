r"""Moyal with location μ and scale σ: minus the logarithm of a squared normal variable."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}", r"\sigma > 0"),
    log_density=r"-\frac{1}{2} \log(2 \pi) - \log \sigma - \frac{x - \mu}{2 \sigma} - \frac{1}{2} \exp(-\frac{x - \mu}{\sigma})",
    base=("gamma", "1/2", "1"),
    branches=(("1", r"\mu - \sigma \log(2 y)"),),
    location_scale=(r"\mu", r"\sigma"),
    source="Moyal, Theory of ionization fluctuations, 1955",
)
