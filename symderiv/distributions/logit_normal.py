r"""Logit-normal: the sigmoid of a normal variable with mean μ and standard deviation σ."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}", r"\sigma > 0"),
    variable="x \\in (0, 1)",
    support=("0", "1"),
    log_density=r"-\frac{1}{2} \log(2 \pi) - \log \sigma - \log x - \log(1 - x) - \frac{(\log x - \log(1 - x) - \mu)^2}{2 \sigma^2}",
    base=("normal", "0", "1"),
    branches=(("1", r"\frac{1}{1 + \exp(-\mu - \sigma y)}"),),
    also=("LogitNormal", "logistic normal"),
    source="Aitchison, Shen, Logistic-normal distributions: some properties and uses, 1980",
)
