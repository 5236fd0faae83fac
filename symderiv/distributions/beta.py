r"""Beta with shapes a and b: ``x^{a-1} (1 - x)^{b-1} Γ(a + b) / (Γ(a) Γ(b))`` on (0, 1)."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=("a, b > 0",),
    variable=r"x \in (0, 1)",
    support=("0", "1"),
    log_density=r"\log \Gamma(a + b) - \log \Gamma(a) - \log \Gamma(b) + (a - 1) \log x + (b - 1) \log(1 - x)",
    statistics=(r"\log x", r"\log(1 - x)"),
    tilted=("a + s", "b + t"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 25",
)
