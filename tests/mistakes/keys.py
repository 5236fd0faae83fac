"""Questions of different kinds, each with right answers that look different from the key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from symderiv.algebra.densities import Densities
from symderiv.algebra.terms import Tensor
from symderiv.core.text import Source
from symderiv.grading.records import asked_from
from symderiv.reading.asks import Find
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse


@dataclass(frozen=True, slots=True)
class Question:
    """What is given, what is asked (``find`` or a ``reference``), and right answers."""

    given: tuple[str, ...]
    text: str
    right: tuple[str, ...] = ()
    kind: str = "find"


_GAUSS = (r"m \in \mathbb{R}", r"s, t > 0", r"q(z) = \mathcal{N}(z; m, s^2)", r"p(z) = \mathcal{N}(z; 0, t^2)")
_MANY = (
    r"a, b \in \mathbb{R}^{k}",
    r"S, T \in \mathbb{S}_{++}^{k}",
    r"q(z) = \mathcal{N}(z; a, S)",
    r"p(z) = \mathcal{N}(z; b, T)",
)
_DIAGONAL = (
    r"m \in \mathbb{R}^{k}",
    r"s \in \mathbb{R}_{>0}^{k}",
    r"q(z) = \mathcal{N}(z; m, \operatorname{diag}(s^2))",
    r"p(z) = \mathcal{N}(z; 0, I)",
)
_COUPLING = (
    r"u, v, c \in \mathbb{R}^{n}",
    r"F, G : \mathbb{R}^{n} \to \mathbb{R}^{n}",
    r"a = \exp(G(v)) \circ u + F(v)",
    r"b = \exp(c) \circ v",
    r"x = (u, v)",
    r"y = (a, b)",
)
_ELEMENTWISE = (r"u, v \in \mathbb{R}^{n}", r"g : \mathbb{R}^{n} \to \mathbb{R}^{n}, \text{elementwise}", r"y = g(u) \circ v")
_MODEL = (r"p(w, h) = p(w \mid h)\, p(h)", r"h \sim q(h)")
_MATRICES = (
    r"A, B \in \mathbb{R}^{n \times n}, \text{invertible}",
    r"C \in \mathbb{R}^{n \times n}",
    r"x, y \in \mathbb{R}^{n}",
    r"r, w \in \mathbb{R}",
)

QUESTIONS = {
    "divergence": Question(_GAUSS, r"D_{KL}(q \,\|\, p)", (r"\log t - \log s + \frac{s^2 + m^2 - t^2}{2 t^2}",)),
    "divergence by s": Question(_GAUSS, r"\frac{\partial}{\partial s} D_{KL}(q \,\|\, p)", (r"\frac{s^2 - t^2}{s t^2}",)),
    "log-density": Question((*_GAUSS, r"r \in \mathbb{R}"), r"-\frac{1}{2} \log(2 \pi s^2) - \frac{(r - m)^2}{2 s^2}", (), "reference"),
    "many": Question(_MANY, r"D_{KL}(q \,\|\, p)"),
    "diagonal": Question(_DIAGONAL, r"D_{KL}(q \,\|\, p)", (r"\frac{1}{2} (m^\top m + s^\top s - k) - \sum_{j=1}^{k} \log s_j",)),
    "block": Question(_COUPLING, r"\frac{\partial a}{\partial v}", (r"\operatorname{diag}(a - F(v)) J_G(v) + J_F(v)",)),
    "diagonal block": Question(_COUPLING, r"\frac{\partial a}{\partial u}"),
    "volume": Question(_COUPLING, r"\det \frac{\partial y}{\partial x}", (r"\exp(\sum_{i=1}^{n} c_i) \prod_{j=1}^{n} e^{G(v)_j}",)),
    "log-volume": Question(_COUPLING, r"\log \left|\det \frac{\partial y}{\partial x}\right|", (r"\sum_{i=1}^{n} (c_i + G(v)_i)",)),
    "inverse of a coupling": Question(_COUPLING, r"(a - F(v)) \circ \exp(-G(v))", (r"u",), "reference"),
    "elementwise": Question(_ELEMENTWISE, r"\frac{\partial y}{\partial u}", (r"\operatorname{diag}(g'(u)) \operatorname{diag}(v)",)),
    "bound": Question(_MODEL, r"\mathbb{E}_{q}[\log p(w \mid h)] - D_{KL}(q(h) \,\|\, p(h))", (r"\log p(w) - D_{KL}(q(h) \,\|\, p(h \mid w))",)),
    "joint": Question(_MODEL, r"\mathbb{E}_{q}[\log p(w, h)] - \mathbb{E}_{q}[\log q(h)]", (), "reference"),
    "evidence": Question(_MODEL, r"\log p(w) - D_{KL}(q(h) \,\|\, p(h \mid w))", (), "reference"),
    "quadratic": Question(_MATRICES, r"x^\top A B x + \operatorname{tr}(C)", (r"\operatorname{tr}(B x x^\top A) + \operatorname{tr}(C^\top)",), "reference"),
    "form": Question(_MATRICES, r"x^\top A x", (), "reference"),
    "inverse": Question(_MATRICES, r"A^{-1} y + B x", (), "reference"),
    "product": Question(_MATRICES, r"A C B", (), "reference"),
    "scaled rows": Question(_MATRICES, r"\operatorname{diag}(x) C + A", (), "reference"),
    "determinant": Question(_MATRICES, r"\det(A) \log |\det B|", (), "reference"),
    "scaled determinant": Question(_MATRICES, r"\det(3 A)", (r"3^n \det A",), "reference"),
    "trace of an inverse": Question(_MATRICES, r"\operatorname{tr}(A^{-1})", (), "reference"),
    "scalars": Question((r"r, w \in \mathbb{R}", r"s, t > 0"), r"(r + w)^2 \log(s^2 + t) + \frac{|r|}{t} e^{-r}", (), "reference"),
    "sum of logarithms": Question((r"h \in \mathbb{R}_{>0}^{n}",), r"\sum_{i=1}^{n} \log h_i", (r"\log \prod_{i=1}^{n} h_i",), "reference"),
    "product of sums": Question((r"h, g \in \mathbb{R}_{>0}^{n}",), r"\prod_{i=1}^{n} (h_i + g_i)", (), "reference"),
    "exponentials": Question((r"r, w \in \mathbb{R}", r"s > 0"), r"e^{r + w} - s e^{-w}", (), "reference"),
    "two arguments": Question(
        (r"x, y \in \mathbb{R}^{n}", r"H : \mathbb{R}^{n} \times \mathbb{R}^{n} \to \mathbb{R}^{n}"), r"\frac{\partial H(x, y)}{\partial x}",
    ),
    "chain": Question(
        (r"x \in \mathbb{R}^{n}", r"F, G : \mathbb{R}^{n} \to \mathbb{R}^{n}"), r"\frac{\partial F(G(x))}{\partial x}", (r"J_F(G(x)) J_G(x)",),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A key as typed value with right answers."""

    key: Tensor
    right: tuple[Tensor, ...]
    knowledge: Densities


@cache
def known(name: str) -> Known:
    """A question, read."""
    question = QUESTIONS[name]
    asked = asked_from(question.given, question.kind, question.text)
    assert isinstance(asked.ask, Find)
    assert isinstance(asked.ask.value, Tensor)
    right = []
    for text in question.right:
        source = Source(text, "answer")
        value = Reader(asked.scope, source).read(parse(source))[0].value
        assert isinstance(value, Tensor)
        right.append(value)
    return Known(asked.ask.value, tuple(right), asked.scope.knowledge)
