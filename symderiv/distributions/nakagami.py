r"""Nakagami with shape m and spread Ω: the square is gamma with shape m and mean Ω."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"m, \Omega > 0",),
    variable="x > 0",
    support=("0", ""),
    log_density=r"\log 2 + m \log m - \log \Gamma(m) - m \log \Omega + (2 m - 1) \log x - \frac{m x^2}{\Omega}",
    base=("gamma", "m", "1"),
    branches=(("1", r"\sqrt{\Omega y / m}"),),
    source="Nakagami, The m-distribution, 1960",
)
