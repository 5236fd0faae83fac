r"""Wishart with ν degrees of freedom and scale V, k×k; ℓ stands for ``log Γ_k``, the logarithm of the multivariate gamma function."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\nu > 0", r"V \in \mathbb{S}_{++}^{k}", r"\ell : \mathbb{R} \to \mathbb{R}"),
    variable=r"X \in \mathbb{S}_{++}^{k}",
    support="positive definite matrices",
    log_density=(
        r"\frac{\nu - k - 1}{2} \log \det X - \frac{1}{2} \operatorname{tr}(V^{-1} X)"
        r" - \frac{\nu k}{2} \log 2 - \frac{\nu}{2} \log \det V - \ell(\nu / 2)"
    ),
    conditions=(r"\nu - k + 1",),
    statistics=(r"\log \det X", "X"),
    tilted=(r"\nu + 2 s", r"(V^{-1} - 2 t)^{-1}"),
    source="Gupta, Nagar, Matrix Variate Distributions, ch. 3",
)
