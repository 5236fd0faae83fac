r"""Normal with mean μ and standard deviation σ."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}", r"\sigma > 0"),
    log_density=r"-\frac{1}{2} \log(2 \pi) - \log \sigma - \frac{(x - \mu)^2}{2 \sigma^2}",
    statistics=("x", "x^2"),
    tilted=(r"\frac{\mu + \sigma^2 s}{1 - 2 \sigma^2 t}", r"\frac{\sigma}{\sqrt{1 - 2 \sigma^2 t}}"),
    centred=(
        (
            "abs",
            r"(\mu - c) \operatorname{erf}(\frac{\mu - c}{\sqrt{2} \sigma}) + \sigma \sqrt{2 / \pi} \exp(-\frac{(\mu - c)^2}{2 \sigma^2})",
        ),
    ),
    location_scale=(r"\mu", r"\sigma"),
    source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, ch. 13; E|x - c|: ch. 13.10 (folded normal)",
)
