r"""Von Mises with mean direction μ and concentration κ on the circle."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}", r"\kappa > 0"),
    support="circle",
    log_density=r"\kappa \cos(x - \mu) - \log(2 \pi) - \log I_0(\kappa)",
    centred=(("cos", r"\frac{I_1(\kappa)}{I_0(\kappa)} \cos(\mu - c)"),),
    source="Mardia, Jupp, Directional Statistics, 3.5.4",
)
