r"""Laplace with location μ and scale b: an exponential variable to either side of μ."""

from symderiv.distributions.record import Distribution

DISTRIBUTION = Distribution(
    given=(r"\mu \in \mathbb{R}", "b > 0"),
    log_density=r"-\log(2 b) - \frac{|x - \mu|}{b}",
    base=("gamma", "1", "1"),
    branches=(("1/2", r"\mu + b y"), ("1/2", r"\mu - b y")),
    centred=(
        ("abs", r"|\mu - c| + b \exp(-|\mu - c| / b)"),
        (
            "exp_abs",
            r"\frac{(1 / b + t) \exp(-s |\mu - c|) - s \exp(-(1 / b + t) |\mu - c|)}{b (1 / b + t - s) (1 / b + t + s)}",
        ),
    ),
    location_scale=(r"\mu", "b"),
    source="Kotz, Kozubowski, Podgórski, The Laplace Distribution and Generalizations, ch. 2",
)
