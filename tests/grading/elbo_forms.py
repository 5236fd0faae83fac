"""The evidence lower bound in the forms in which it is written, each with wrong forms beside it."""

from __future__ import annotations

from dataclasses import dataclass

LATENT = (r"p(y, h) = p(y \mid h)\, p(h)", r"h \sim q(h \mid y)")
BY_CLASS = (r"p(y, h \mid c) = p(y \mid h, c)\, p(h \mid c)", r"h \sim q(h \mid y, c)")
TWO_LEVELS = (r"p(y, h, u) = p(y \mid h)\, p(h \mid u)\, p(u)", r"q(h, u \mid y) = q(h \mid y)\, q(u \mid h)")
FACTORISED = (r"h \in \mathbb{R}^{m}", r"q(h) = \prod_{j=1}^{m} q_j(h_j)", r"p(y, h) = p(y \mid h)\, p(h)")
BOTH_FACTORISED = (*FACTORISED[:2], r"r(h) = \prod_{j=1}^{m} r_j(h_j)", r"y \sim p(y \mid h)")
PARAMETERS = (r"p_\theta(y, h) = p_\theta(y \mid h)\, p(h)", r"h \sim q_\phi(h \mid y)")
TWO_SAMPLES = (r"p(y, h) = p(y \mid h)\, p(h)", r"q(h_1, h_2 \mid y) = q(h_1 \mid y)\, q(h_2 \mid y)")
APART = (r"p(y, h, u) = p(y \mid h, u)\, p(h, u)", r"q(h, u) = q_1(h)\, q_2(u)")
WEIGHTED = (*LATENT, r"\beta > 0")
LEVELS = r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] - \mathbb{E}_{q(h, u \mid y)}[\log q(h \mid y) - \log p(h \mid u)]"
BOUND = r"\log p(y) - D_{KL}(q(h \mid y) \,\|\, p(h \mid y))"


@dataclass(frozen=True)
class Form:
    """A right form of what ``reference`` says, and forms with one mistake each."""

    name: str
    given: tuple[str, ...]
    reference: str
    right: str
    wrong: tuple[str, ...]


FORMS = (
    Form(
        "ratio", LATENT, BOUND,
        r"\mathbb{E}_{q(h \mid y)}\left[\log \frac{p(y, h)}{q(h \mid y)}\right]",
        (r"\mathbb{E}_{q(h \mid y)}\left[\log \frac{q(h \mid y)}{p(y, h)}\right]",
         r"\mathbb{E}_{q(h \mid y)}\left[\log \frac{p(h)}{q(h \mid y)}\right]",
         r"\mathbb{E}_{p(h)}\left[\log \frac{p(y, h)}{q(h \mid y)}\right]"),
    ),
    Form(
        "joint", LATENT, BOUND,
        r"\mathbb{E}_{q(h \mid y)}[\log p(y, h)] - \mathbb{E}_{q(h \mid y)}[\log q(h \mid y)]",
        (r"\mathbb{E}_{q(h \mid y)}[\log p(y, h)] + \mathbb{E}_{q(h \mid y)}[\log q(h \mid y)]",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y, h)]",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] - \mathbb{E}_{q(h \mid y)}[\log q(h \mid y)]"),
    ),
    Form(
        "reconstruction", LATENT, BOUND,
        r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] - \mathrm{KL}(q(h \mid y) \,\|\, p(h))",
        (r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] + \mathrm{KL}(q(h \mid y) \,\|\, p(h))",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] - \mathrm{KL}(p(h) \,\|\, q(h \mid y))",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)]"),
    ),
    Form(
        "entropy", LATENT, BOUND,
        r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h) + \log p(h)] + H(q(h \mid y))",
        (r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h) + \log p(h)] - H(q(h \mid y))",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] + H(q(h \mid y))",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h) + \log p(h)]"),
    ),
    Form(
        "integral", LATENT, BOUND,
        r"\int q(h \mid y) \log \frac{p(y \mid h)\, p(h)}{q(h \mid y)} \, dh",
        (r"\int q(h \mid y) \log \frac{p(y \mid h)}{q(h \mid y)} \, dh",
         r"\int p(h) \log \frac{p(y \mid h)\, p(h)}{q(h \mid y)} \, dh",
         r"-\int q(h \mid y) \log \frac{p(y \mid h)\, p(h)}{q(h \mid y)} \, dh"),
    ),
    Form(
        "free energy", LATENT, BOUND,
        r"-\left(\mathrm{KL}(q(h \mid y) \,\|\, p(h)) - \mathbb{E}_{q(h \mid y)}[\log p(y \mid h)]\right)",
        (r"\mathrm{KL}(q(h \mid y) \,\|\, p(h)) - \mathbb{E}_{q(h \mid y)}[\log p(y \mid h)]",
         r"-\left(\mathrm{KL}(p(h) \,\|\, q(h \mid y)) - \mathbb{E}_{q(h \mid y)}[\log p(y \mid h)]\right)",
         r"-\mathrm{KL}(q(h \mid y) \,\|\, p(h))"),
    ),
    Form(
        "posterior", LATENT, BOUND,
        r"\mathbb{E}_{q(h \mid y)}\left[\log p(y) + \log p(h \mid y) - \log q(h \mid y)\right]",
        (r"\mathbb{E}_{q(h \mid y)}\left[\log p(y) - \log p(h \mid y) - \log q(h \mid y)\right]",
         r"\mathbb{E}_{q(h \mid y)}\left[\log p(h \mid y) - \log q(h \mid y)\right]",
         r"\log p(y) - D_{KL}(p(h \mid y) \,\|\, q(h \mid y))"),
    ),
    Form(
        "divergence from the joint", LATENT, r"-\mathbb{E}_{q(h \mid y)}\left[\log \frac{p(y, h)}{q(h \mid y)}\right]",
        r"D_{KL}(q(h \mid y) \,\|\, p(h \mid y)) - \log p(y)",
        (r"D_{KL}(q(h \mid y) \,\|\, p(h \mid y)) + \log p(y)",
         r"D_{KL}(p(h \mid y) \,\|\, q(h \mid y)) - \log p(y)",
         r"D_{KL}(q(h \mid y) \,\|\, p(h \mid y))"),
    ),
    Form(
        "weighted by beta", WEIGHTED,
        r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] - \beta\, \mathrm{KL}(q(h \mid y) \,\|\, p(h))",
        r"\mathbb{E}_{q(h \mid y)}[\log p(y, h) - \log q(h \mid y)] - (\beta - 1)\, \mathrm{KL}(q(h \mid y) \,\|\, p(h))",
        (r"\mathbb{E}_{q(h \mid y)}[\log p(y, h) - \log q(h \mid y)] + (\beta - 1)\, \mathrm{KL}(q(h \mid y) \,\|\, p(h))",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y, h) - \log q(h \mid y)] - \beta\, \mathrm{KL}(q(h \mid y) \,\|\, p(h))",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y, h) - \log q(h \mid y)]"),
    ),
    Form(
        "given a class", BY_CLASS, r"\log p(y \mid c) - D_{KL}(q(h \mid y, c) \,\|\, p(h \mid y, c))",
        r"\mathbb{E}_{q(h \mid y, c)}[\log p(y \mid h, c)] - D_{KL}(q(h \mid y, c) \,\|\, p(h \mid c))",
        (r"\mathbb{E}_{q(h \mid y, c)}[\log p(y \mid h, c)] + D_{KL}(q(h \mid y, c) \,\|\, p(h \mid c))",
         r"\mathbb{E}_{q(h \mid y, c)}[\log p(y \mid h, c)] - D_{KL}(p(h \mid c) \,\|\, q(h \mid y, c))",
         r"\mathbb{E}_{q(h \mid y, c)}[\log p(y \mid h, c)] - D_{KL}(q(h \mid y, c) \,\|\, p(h))"),
    ),
    Form(
        "two levels", TWO_LEVELS, r"\mathbb{E}_{q(h, u \mid y)}\left[\log \frac{p(y, h, u)}{q(h, u \mid y)}\right]",
        LEVELS + r" - \mathbb{E}_{q(h \mid y)}[D_{KL}(q(u \mid h) \,\|\, p(u))]",
        (LEVELS + r" + \mathbb{E}_{q(h \mid y)}[D_{KL}(q(u \mid h) \,\|\, p(u))]",
         LEVELS + r" - \mathbb{E}_{q(h \mid y)}[D_{KL}(p(u) \,\|\, q(u \mid h))]",
         LEVELS),
    ),
    Form(
        "mean field of two", APART, r"\mathbb{E}_{q(h, u)}[\log p(y, h, u) - \log q(h, u)]",
        r"\mathbb{E}_{q_1(h)}[\mathbb{E}_{q_2(u)}[\log p(y, h, u)]] - \mathbb{E}_{q_1(h)}[\log q_1(h)] - \mathbb{E}_{q_2(u)}[\log q_2(u)]",
        (r"\mathbb{E}_{q_1(h)}[\mathbb{E}_{q_2(u)}[\log p(y, h, u)]] - \mathbb{E}_{q_1(h)}[\log q_1(h)] + \mathbb{E}_{q_2(u)}[\log q_2(u)]",
         r"\mathbb{E}_{q_1(h)}[\mathbb{E}_{q_2(u)}[\log p(y, h, u)]] - \mathbb{E}_{q_1(h)}[\log q_1(h)]",
         r"\mathbb{E}_{q_1(h)}[\mathbb{E}_{q_2(u)}[\log p(y \mid h, u)]] - \mathbb{E}_{q_1(h)}[\log q_1(h)] - \mathbb{E}_{q_2(u)}[\log q_2(u)]"),
    ),
    Form(
        "mean field", FACTORISED, r"\mathbb{E}_{q(h)}[\log p(y, h)] + H(q(h))",
        r"\mathbb{E}_{q(h)}[\log p(y, h)] - \sum_{j=1}^{m} \mathbb{E}_{q_j(h_j)}[\log q_j(h_j)]",
        (r"\mathbb{E}_{q(h)}[\log p(y, h)] + \sum_{j=1}^{m} \mathbb{E}_{q_j(h_j)}[\log q_j(h_j)]",
         r"\mathbb{E}_{q(h)}[\log p(y, h)]",
         r"\mathbb{E}_{q(h)}[\log p(y \mid h)] - \sum_{j=1}^{m} \mathbb{E}_{q_j(h_j)}[\log q_j(h_j)]"),
    ),
    Form(
        "mean field by coordinates", BOTH_FACTORISED, r"\mathbb{E}_{q(h)}\left[\log \frac{p(y \mid h)\, r(h)}{q(h)}\right]",
        r"\mathbb{E}_{q(h)}[\log p(y \mid h)] - \sum_{j=1}^{m} D_{KL}(q_j(h_j) \,\|\, r_j(h_j))",
        (r"\mathbb{E}_{q(h)}[\log p(y \mid h)] + \sum_{j=1}^{m} D_{KL}(q_j(h_j) \,\|\, r_j(h_j))",
         r"\mathbb{E}_{q(h)}[\log p(y \mid h)] - \sum_{j=1}^{m} D_{KL}(r_j(h_j) \,\|\, q_j(h_j))",
         r"\mathbb{E}_{q(h)}[\log p(y \mid h)]"),
    ),
    Form(
        "with parameters", PARAMETERS, r"\log p_\theta(y) - D_{KL}(q_\phi(h \mid y) \,\|\, p_\theta(h \mid y))",
        r"\mathbb{E}_{q_\phi(h \mid y)}[\log p_\theta(y \mid h)] - D_{KL}(q_\phi(h \mid y) \,\|\, p(h))",
        (r"\mathbb{E}_{q_\phi(h \mid y)}[\log p_\theta(y \mid h)] + D_{KL}(q_\phi(h \mid y) \,\|\, p(h))",
         r"\mathbb{E}_{q_\phi(h \mid y)}[\log p_\theta(y \mid h)] - D_{KL}(p(h) \,\|\, q_\phi(h \mid y))",
         r"-D_{KL}(q_\phi(h \mid y) \,\|\, p(h))"),
    ),
)  # fmt: skip
