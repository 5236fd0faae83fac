r"""Matrix normal with mean M, row covariance U and column covariance V, n×p."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"M \in \mathbb{R}^{n \times p}", r"U \in \mathbb{S}_{++}^{n}", r"V \in \mathbb{S}_{++}^{p}"),
    variable=r"X \in \mathbb{R}^{n \times p}",
    support="space",
    log_density=(
        r"-\frac{n p}{2} \log(2 \pi) - \frac{p}{2} \log \det U - \frac{n}{2} \log \det V"
        r" - \frac{1}{2} \operatorname{tr}(V^{-1} (X - M)^\top U^{-1} (X - M))"
    ),
    statistics=("X",),
    tilted=("M + U s V", "U", "V"),
    source="Gupta, Nagar, Matrix Variate Distributions, ch. 2",
)
