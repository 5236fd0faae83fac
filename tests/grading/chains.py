"""Derivations in lines, as they stand in textbooks and answers; for each one line that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Worked:
    """``lines``: the right sides below each other; ``wrong``: what the line of this number (from 1) is replaced by."""

    name: str
    given: tuple[str, ...]
    ask: tuple[str, str]
    left: str
    lines: tuple[str, ...]
    wrong: tuple[int, str]
    in_terms_of: str = ""

    def answer(self, lines: Sequence[str]) -> str:
        """The lines as an ``align`` environment."""
        rows = [(self.left if not k else "") + f" &= {line}" for k, line in enumerate(lines)]
        return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"

    @property
    def right(self) -> str:
        """All lines right."""
        return self.answer(self.lines)

    @property
    def damaged(self) -> str:
        """One line wrong, the others as they should be."""
        place, text = self.wrong
        return self.answer([text if k == place else line for k, line in enumerate(self.lines, 1)])


SCALAR = (
    r"m, c \in \mathbb{R}", r"\tau, \rho > 0", r"q(y) = \mathcal{N}(y; m, \tau^2)", r"p(y) = \mathcal{N}(y; c, \rho^2)",
)  # fmt: skip
VECTOR = (
    r"m, c \in \mathbb{R}^{k}", r"S, R \in \mathbb{S}_{++}^{k}", r"q(y) = \mathcal{N}(y; m, S)", r"p(y) = \mathcal{N}(y; c, R)",
)  # fmt: skip
PRECISION = (
    r"m, c \in \mathbb{R}^{k}", r"P, Q \in \mathbb{S}_{++}^{k}", r"q(y) = \mathcal{N}(y; m, P^{-1})", r"p(y) = \mathcal{N}(y; c, Q^{-1})",
)  # fmt: skip
KL = r"D_{KL}(q \,\|\, p)"
LATENT = (r"p(y, h) = p(y \mid h)\, p(h)", r"h \sim q(h \mid y)")

WORKED = (
    Worked(
        "two scalar Gaussians, completing the square", SCALAR, ("find", KL), KL,
        (r"\int q(y) \log \frac{q(y)}{p(y)} \, dy",
         r"\log\frac{\rho}{\tau} - \frac{1}{2\tau^2} \int q(y) (y - m)^2 dy + \frac{1}{2\rho^2} \int q(y) (y - c)^2 dy",
         r"\log\frac{\rho}{\tau} - \frac{1}{2} + \frac{1}{2\rho^2} \int q(y) \left((y - m) + (m - c)\right)^2 dy",
         r"\log\frac{\rho}{\tau} - \frac{1}{2} + \frac{1}{2\rho^2} \int q(y) \left[(y - m)^2 + 2 (y - m)(m - c) + (m - c)^2\right] dy",
         r"\log\frac{\rho}{\tau} - \frac{1}{2} + \frac{\tau^2 + (m - c)^2}{2\rho^2}"),
        (4, r"\log\frac{\rho}{\tau} - \frac{1}{2} + \frac{1}{2\rho^2} \int q(y) \left[(y - m)^2 + (m - c)^2\right] dy + \frac{m - c}{\rho^2}"),
    ),
    Worked(
        "two scalar Gaussians, moments", SCALAR, ("find", KL), KL,
        (r"\mathbb{E}_q[\log q(y) - \log p(y)]",
         r"\mathbb{E}_q\left[\log\frac{\rho}{\tau} - \frac{(y - m)^2}{2\tau^2} + \frac{(y - c)^2}{2\rho^2}\right]",
         r"\log\frac{\rho}{\tau} - \frac{\mathbb{E}_q[(y - m)^2]}{2\tau^2} + \frac{\mathbb{E}_q[y^2] - 2 c\, \mathbb{E}_q[y] + c^2}{2\rho^2}",
         r"\log\frac{\rho}{\tau} - \frac{1}{2} + \frac{\tau^2 + m^2 - 2 c m + c^2}{2\rho^2}",
         r"\log\frac{\rho}{\tau} + \frac{\tau^2 + (m - c)^2}{2\rho^2} - \frac{1}{2}"),
        (3, r"\log\frac{\rho}{\tau} - \frac{\mathbb{E}_q[(y - m)^2]}{2\tau^2} + \frac{\mathbb{E}_q[y^2] - c\, \mathbb{E}_q[y] + c^2}{2\rho^2}"),
    ),
    Worked(
        "two scalar Gaussians, entropy and cross entropy", SCALAR, ("find", KL), KL,
        (r"-H(q) - \mathbb{E}_q[\log p(y)]",
         r"-\frac12 \log(2\pi e \tau^2) + \frac12 \log(2\pi\rho^2) + \frac{1}{2\rho^2} \mathbb{E}_q[(y - c)^2]",
         r"-\frac12 - \frac12 \log(2\pi\tau^2) + \frac12\log(2\pi\rho^2) + \frac{\tau^2 + (m - c)^2}{2\rho^2}",
         r"-\frac12 + \log\rho - \log\tau + \frac{\tau^2 + (m - c)^2}{2\rho^2}"),
        (2, r"-\frac12 \log(2\pi \tau^2) + \frac12 \log(2\pi\rho^2) + \frac{1}{2\rho^2} \mathbb{E}_q[(y - c)^2]"),
    ),
    Worked(
        "two scalar Gaussians, precisions",
        (r"m, c \in \mathbb{R}", r"\lambda, \kappa > 0", r"q(y) = \mathcal{N}(y; m, \lambda^{-1})", r"p(y) = \mathcal{N}(y; c, \kappa^{-1})"),
        ("find", KL), KL,
        (r"\frac12 \mathbb{E}_q\left[\log\frac{\lambda}{\kappa} - \lambda (y - m)^2 + \kappa (y - c)^2\right]",
         r"\frac12 \log\frac{\lambda}{\kappa} - \frac12 + \frac{\kappa}{2} \mathbb{E}_q[(y - c)^2]",
         r"\frac12 \log\frac{\lambda}{\kappa} - \frac12 + \frac{\kappa}{2} \left(\frac{1}{\lambda} + (m - c)^2\right)"),
        (1, r"\frac12 \mathbb{E}_q\left[\log\frac{\kappa}{\lambda} - \lambda (y - m)^2 + \kappa (y - c)^2\right]"),
    ),
    Worked(
        "two Gaussian vectors, trace trick", VECTOR, ("find", KL), KL,
        (r"\mathbb{E}_q[\log q(y) - \log p(y)]",
         r"\frac12 \mathbb{E}_q\left[\log\frac{\det R}{\det S} - (y - m)^\top S^{-1} (y - m) + (y - c)^\top R^{-1} (y - c)\right]",
         r"\frac12 \log\frac{\det R}{\det S} - \frac12 \mathrm{tr}\left(S^{-1} \mathbb{E}_q[(y - m)(y - m)^\top]\right) + \frac12 \mathrm{tr}\left(R^{-1} \mathbb{E}_q[(y - c)(y - c)^\top]\right)",
         r"\frac12 \log\frac{\det R}{\det S} - \frac12 \mathrm{tr}(I_k) + \frac12 \mathrm{tr}\left(R^{-1} (S + (m - c)(m - c)^\top)\right)",
         r"\frac12 \left[\log\frac{\det R}{\det S} - k + \mathrm{tr}(R^{-1} S) + (m - c)^\top R^{-1} (m - c)\right]"),
        (4, r"\frac12 \log\frac{\det R}{\det S} - \frac12 \mathrm{tr}(I_k) + \frac12 \mathrm{tr}\left(S^{-1} (R + (m - c)(m - c)^\top)\right)"),
    ),
    Worked(
        "two Gaussian vectors, moments", VECTOR, ("find", KL), KL,
        (r"\frac12\log\frac{|R|}{|S|} - \frac{k}{2} + \frac12 \mathbb{E}_q[y^\top R^{-1} y] - c^\top R^{-1} \mathbb{E}_q[y] + \frac12 c^\top R^{-1} c",
         r"\frac12\log\frac{|R|}{|S|} - \frac{k}{2} + \frac12 \mathrm{tr}(R^{-1} S) + \frac12 m^\top R^{-1} m - c^\top R^{-1} m + \frac12 c^\top R^{-1} c",
         r"\frac12\left(\log\frac{|R|}{|S|} - k + \mathrm{tr}(R^{-1} S) + (m - c)^\top R^{-1} (m - c)\right)"),
        (2, r"\frac12\log\frac{|R|}{|S|} - \frac{k}{2} + \frac12 \mathrm{tr}(R^{-1} S) + \frac12 m^\top R^{-1} m + c^\top R^{-1} m + \frac12 c^\top R^{-1} c"),
    ),
    Worked(
        "two Gaussian vectors, completing the square", VECTOR, ("find", KL), KL,
        (r"\int q(y) \log\frac{q(y)}{p(y)} \, dy",
         r"\frac12 \log\frac{|R|}{|S|} - \frac{k}{2} + \frac12 \int q(y)\, (y - m + m - c)^\top R^{-1} (y - m + m - c) \, dy",
         r"\frac12 \log\frac{|R|}{|S|} - \frac{k}{2} + \frac12 \mathbb{E}_q[(y - m)^\top R^{-1} (y - m)] + (m - c)^\top R^{-1} \mathbb{E}_q[y - m] + \frac12 (m - c)^\top R^{-1} (m - c)",
         r"\frac12 \log\frac{|R|}{|S|} - \frac{k}{2} + \frac12 \mathrm{tr}(R^{-1} S) + \frac12 (m - c)^\top R^{-1} (m - c)"),
        (3, r"\frac12 \log\frac{|R|}{|S|} - \frac{k}{2} + \frac12 \mathbb{E}_q[(y - m)^\top R^{-1} (y - m)] + (m - c)^\top R^{-1} \mathbb{E}_q[y - c] + \frac12 (m - c)^\top R^{-1} (m - c)"),
    ),
    Worked(
        "two Gaussian vectors, precisions", PRECISION, ("find", KL), KL,
        (r"\frac12 \mathbb{E}_q\left[\log\frac{|P|}{|Q|} - (y - m)^\top P (y - m) + (y - c)^\top Q (y - c)\right]",
         r"\frac12 \log\frac{|P|}{|Q|} - \frac12 \mathrm{tr}(P P^{-1}) + \frac12 \mathrm{tr}(Q P^{-1}) + \frac12 (m - c)^\top Q (m - c)",
         r"\frac12 \left(\log|P| - \log|Q| - k + \mathrm{tr}(P^{-1} Q) + (m - c)^\top Q (m - c)\right)"),
        (2, r"\frac12 \log\frac{|P|}{|Q|} - \frac12 \mathrm{tr}(P P^{-1}) + \frac12 \mathrm{tr}(Q^{-1} P) + \frac12 (m - c)^\top Q (m - c)"),
    ),
    Worked(
        "change of variables of a scalar",
        (r"\mu \in \mathbb{R}", r"\sigma > 0", r"r(\epsilon) = \mathcal{N}(\epsilon; 0, 1)", r"q(z) = \mathcal{N}(z; \mu, \sigma^2)"),
        ("find", r"\mathbb{E}_{q}[z^2]"), r"\mathbb{E}_{q(z)}[z^2]",
        (r"\mathbb{E}_{r(\epsilon)}[(\mu + \sigma \epsilon)^2]",
         r"\mu^2 + 2 \mu \sigma\, \mathbb{E}_{r(\epsilon)}[\epsilon] + \sigma^2\, \mathbb{E}_{r(\epsilon)}[\epsilon^2]",
         r"\mu^2 + \sigma^2"),
        (1, r"\mathbb{E}_{r(\epsilon)}[(\mu + \sigma^2 \epsilon)^2]"),
    ),
    Worked(
        "change of variables of a vector",
        (r"\mu, \epsilon \in \mathbb{R}^{k}", r"\sigma \in \mathbb{R}_{>0}^{k}", r"A \in \mathbb{R}^{k \times k}", r"r(\epsilon) = \mathcal{N}(\epsilon; 0, I)",
         r"q(z) = \mathcal{N}(z; \mu, \operatorname{diag}(\sigma^2))"),
        ("find", r"\mathbb{E}_{q}[z^\top A z]"), r"\mathbb{E}_{q(z)}[z^\top A z]",
        (r"\mathbb{E}_{r(\epsilon)}[(\mu + \sigma \circ \epsilon)^\top A (\mu + \sigma \circ \epsilon)]",
         r"\mu^\top A \mu + \mathbb{E}_{r(\epsilon)}[(\sigma \circ \epsilon)^\top A (\sigma \circ \epsilon)]",
         r"\mu^\top A \mu + \sum_{i=1}^{k} A_{ii} \sigma_i^2"),
        (3, r"\mu^\top A \mu + \sum_{i=1}^{k} A_{ii} \sigma_i"),
    ),
    Worked(
        "reparameterisation gradient",
        (r"\mu \in \mathbb{R}", r"\sigma > 0", r"r(\epsilon) = \mathcal{N}(\epsilon; 0, 1)", r"q(z) = \mathcal{N}(z; \mu, \sigma^2)"),
        ("find", r"\frac{\partial}{\partial \sigma} \mathbb{E}_{q}[z^2]"), r"\frac{\partial}{\partial \sigma} \mathbb{E}_{q(z)}[z^2]",
        (r"\mathbb{E}_{r(\epsilon)}\left[\frac{\partial}{\partial \sigma} (\mu + \sigma \epsilon)^2\right]",
         r"\mathbb{E}_{r(\epsilon)}[2 (\mu + \sigma \epsilon) \epsilon]",
         r"2 \mu\, \mathbb{E}_{r(\epsilon)}[\epsilon] + 2 \sigma\, \mathbb{E}_{r(\epsilon)}[\epsilon^2]",
         r"2 \sigma"),
        (2, r"\mathbb{E}_{r(\epsilon)}[2 (\mu + \sigma \epsilon)]"),
    ),
    Worked(
        "score of a Gaussian",
        (r"\mu \in \mathbb{R}", r"\sigma > 0", r"q(z) = \mathcal{N}(z; \mu, \sigma^2)", r"z \sim q(z)"),
        ("reference", r"\mu + \mu"), r"\frac{\partial}{\partial \mu} \mathbb{E}_{q(z)}[z^2]",
        (r"\mathbb{E}_{q(z)}\left[z^2 \frac{\partial}{\partial \mu} \log q(z)\right]",
         r"\mathbb{E}_{q(z)}\left[z^2 \frac{z - \mu}{\sigma^2}\right]",
         r"\frac{\mathbb{E}_{q(z)}[z^3] - \mu\, \mathbb{E}_{q(z)}[z^2]}{\sigma^2}",
         r"\frac{\mu^3 + 3 \mu \sigma^2 - \mu (\mu^2 + \sigma^2)}{\sigma^2}",
         r"2 \mu"),
        (2, r"\mathbb{E}_{q(z)}\left[z^2 \frac{\mu - z}{\sigma^2}\right]"),
    ),
    Worked(
        "gradient of a divergence", SCALAR, ("find", r"\frac{\partial}{\partial \tau} D_{KL}(q \,\|\, p)"), r"\frac{\partial}{\partial \tau} D_{KL}(q \,\|\, p)",
        (r"\frac{\partial}{\partial \tau} \left(\log\frac{\rho}{\tau} - \frac12 + \frac{\tau^2 + (m - c)^2}{2\rho^2}\right)",
         r"-\frac{1}{\tau} + \frac{2 \tau}{2\rho^2}", r"\frac{\tau^2 - \rho^2}{\tau\rho^2}"),
        (2, r"\frac{1}{\tau} + \frac{2 \tau}{2\rho^2}"),
    ),
    Worked(
        "posterior by Bayes", LATENT, ("show", r"D_{KL}(q(h \mid y) \,\|\, p(h \mid y)) = \log p(y) - \mathbb{E}_{q(h \mid y)}\left[\log\frac{p(y, h)}{q(h \mid y)}\right]"),
        r"D_{KL}(q(h \mid y) \,\|\, p(h \mid y))",
        (r"\mathbb{E}_{q(h \mid y)}\left[\log\frac{q(h \mid y)}{p(h \mid y)}\right]",
         r"\mathbb{E}_{q(h \mid y)}\left[\log\frac{q(h \mid y)\, p(y)}{p(y, h)}\right]",
         r"\mathbb{E}_{q(h \mid y)}[\log p(y)] + \mathbb{E}_{q(h \mid y)}\left[\log\frac{q(h \mid y)}{p(y, h)}\right]",
         r"\log p(y) - \mathbb{E}_{q(h \mid y)}\left[\log\frac{p(y, h)}{q(h \mid y)}\right]"),
        (2, r"\mathbb{E}_{q(h \mid y)}\left[\log\frac{q(h \mid y)}{p(y, h)}\right]"),
    ),
    Worked(
        "determinant by blocks",
        (r"u, v \in \mathbb{R}^{m}", r"a, b : \mathbb{R}^{m} \to \mathbb{R}^{m}", r"r = \exp(a(v)) \circ u + b(v)", r"t = v + 1", "w = (u, v)", "z = (r, t)"),
        ("find", r"\log\left|\det \frac{\partial z}{\partial w}\right|"), r"\log\left|\det \frac{\partial z}{\partial w}\right|",
        (r"\log \left|\det \begin{bmatrix} \operatorname{diag}(e^{a(v)}) & \operatorname{diag}(u \circ e^{a(v)}) J_a(v) + J_b(v) \\ 0 & I \end{bmatrix}\right|",
         r"\log \det \operatorname{diag}(e^{a(v)})", r"\log \prod_{j=1}^{m} e^{a(v)_j}", r"\sum_{j=1}^{m} a(v)_j"),
        (3, r"\log \sum_{j=1}^{m} e^{a(v)_j}"),
    ),
    Worked(
        "inverse of a coupling",
        (r"u, v \in \mathbb{R}^{m}", r"a, b : \mathbb{R}^{m} \to \mathbb{R}^{m}", r"r = \exp(a(v)) \circ u + b(v)", r"t = v + 1", "w = (u, v)", "z = (r, t)"),
        ("find", "u, v"), r"v = t - 1, \quad u",
        (r"\exp(-a(v)) \circ \exp(a(v)) \circ u", r"\exp(-a(v)) \circ (r - b(v))", r"\exp(-a(t - 1)) \circ (r - b(t - 1))"),
        (2, r"\exp(-a(v)) \circ (r + b(v))"), "r, t",
    ),
)  # fmt: skip
