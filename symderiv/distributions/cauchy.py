r"""Cauchy with location m and scale g."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"m \in \mathbb{R}", "g > 0"),
    log_density=r"\log g - \log \pi - \log((x - m)^2 + g^2)",
    base=("uniform", r"-\frac{\pi}{2}", r"\frac{\pi}{2}"),
    branches=(("1", r"m + g \tan(y)"),),
    centred=(("log_quadratic", r"\log((m - c)^2 + (g + s)^2)"),),
    source="Chyzak, Nielsen, A closed-form formula for the Kullback-Leibler divergence between Cauchy distributions, 2019",
)
