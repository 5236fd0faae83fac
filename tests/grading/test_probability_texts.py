"""Formulas of probability as notes and notebooks write them, each right one beside wrong ones."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker()

STANDARD = (r"m \in \mathbb{R}", r"\tau > 0", r"q(y) = \mathcal{N}(y; m, \tau^2)", r"p(y) = \mathcal{N}(y; 0, 1)")
GREEK = (r"\mu \in \mathbb{R}", r"\sigma > 0", r"q(y) = \mathcal{N}(y; \mu, \sigma^2)", r"p(y) = \mathcal{N}(y; 0, 1)")
TWO = (
    r"\mu_1, \mu_2 \in \mathbb{R}",
    r"\sigma_1, \sigma_2 > 0",
    r"p(y) = \mathcal{N}(y; \mu_1, \sigma_1^2)",
    r"q(y) = \mathcal{N}(y; \mu_2, \sigma_2^2)",
)
DIAGONAL = (
    r"\mu \in \mathbb{R}^{n}",
    r"\sigma \in \mathbb{R}_{>0}^{n}",
    r"q(y) = \mathcal{N}(y; \mu, \operatorname{diag}(\sigma^2))",
    r"p(y) = \mathcal{N}(y; 0, I)",
)
FULL = (
    r"m, c \in \mathbb{R}^{k}",
    r"S, R \in \mathbb{S}_{++}^{k}",
    r"p(y) = \mathcal{N}(y; m, S)",
    r"q(y) = \mathcal{N}(y; c, R)",
)
SAME = (r"m, c \in \mathbb{R}^{k}", r"\tau > 0", r"q(y) = \mathcal{N}(y; m, \tau^2 I)", r"p(y) = \mathcal{N}(y; c, \tau^2 I)")
LATENT = (r"p(y, h) = p(y \mid h)\, p(h)", r"h \sim q(h \mid y)")
ENERGY = (r"p(y, w) = p(y \mid w)\, p(w)", r"w \sim q(w)", r"F = \mathbb{E}_{q(w)}[\log q(w)] - \mathbb{E}_{q(w)}[\log p(y, w)]")
PARAMETER = (r"p(y, h \mid w) = p(h \mid y, w)\, p(y \mid w)", r"h \sim q(h)")
MIXED = (*DIAGONAL, r"p_w(x, y) = p_w(x \mid y)\, p(y)")
TWO_VARIABLES = (r"p(u, v) = p(v \mid u)\, p(u)",)
STATES = (r"u \sim p(u)", r"u \sim r(u)")
KL = r"find:D_{KL}(q \,\|\, p)"
BOUND = r"reference:\log p(y) - D_{KL}(q(h \mid y) \,\|\, p(h \mid y))"


@dataclass(frozen=True)
class Text:
    """A question with right and wrong answers to it."""

    name: str
    given: tuple[str, ...]
    ask: str
    right: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    macros: dict[str, str] = field(default_factory=dict)

    def status(self, answer: str) -> str:
        """What the checker says of an answer."""
        kind, _, question = self.ask.partition(":")
        record = {"id": 0, "given": list(self.given), kind: question, "answer": answer, "macros": self.macros}
        return str(CHECKER.result(json.dumps(record))["status"])


TEXTS = (
    Text(
        "Greek letters spelt out", GREEK, KL,
        ("0.5*(sigma^2 + mu^2 - 1) - log(sigma)", "-0.5 * (1 + log(sigma^2) - mu^2 - sigma^2)"),
        ("0.5*(sigma^2 + mu^2 - 1) + log(sigma)", "-0.5 * (1 + log(sigma^2) - mu - sigma^2)"),
    ),
    Text(
        "Greek letters with an index", TWO, r"find:D_{KL}(p \,\|\, q)",
        ("log(sigma2/sigma1) + (sigma1^2 + (mu1 - mu2)^2)/(2*sigma2^2) - 0.5", "log(sigma_2) - log(sigma_1) + (sigma_1^2 + (mu_1-mu_2)^2)/(2 sigma_2^2) - 1/2"),
        ("log(sigma1/sigma2) + (sigma1^2 + (mu1 - mu2)^2)/(2*sigma2^2) - 0.5",),
    ),
    Text("pi spelt out", GREEK, "find:H(q)", ("0.5 * log(2 * pi * e * sigma^2)", "0.5*(1 + log(2 pi sigma^2))"), ("0.5 * log(2 * pi * sigma^2)",)),
    Text(
        "sums as words", DIAGONAL, KL,
        ("0.5*sum(mu^2 + sigma^2 - log(sigma^2) - 1)", "0.5 * sum_{i=1}^n (mu_i^2 + sigma_i^2 - 1) - sum_i log(sigma_i)"),
        ("0.5*sum(mu^2 + sigma^2 - log(sigma) - 1)",),
    ),
    Text(
        "an index above", DIAGONAL, KL,
        (r"\frac12 \sum_{i=1}^n \left((\mu^{(i)})^2 + (\sigma^{(i)})^2 - 1\right) - \sum_i \log \sigma^{(i)}",),
        (r"\frac12 \sum_{i=1}^n \left((\mu^{(i)})^2 + \sigma^{(i)} - 1\right) - \sum_i \log \sigma^{(i)}",),
    ),
    Text(
        "minus what is asked", STANDARD, KL,
        (r"-D_{KL}(q \| p) = \frac12 (1 + \log \tau^2 - m^2 - \tau^2)", r"-\mathcal{D} = \log \tau + \frac{1 - m^2 - \tau^2}{2}", r"2 D_{KL} = m^2 + \tau^2 - 1 - 2 \log \tau",
         r"-KL(q\|p) = \int q(y) \log \frac{p(y)}{q(y)} dy = \log\tau + \frac{1 - m^2 - \tau^2}{2}"),
        (r"-D_{KL}(q \| p) = -\frac12 (1 + \log \tau^2 - m^2 - \tau^2)", r"2 D_{KL} = \frac12 (m^2 + \tau^2 - 1 - 2 \log \tau)"),
    ),
    Text(
        "an expectation of the question's density", FULL, r"find:D_{KL}(p \,\|\, q)",
        (r"\frac12 \log \frac{|R|}{|S|} - \frac{k}{2} + \frac12 E[(y - c)^\top R^{-1} (y - c)] = \frac12 \left(\log \frac{|R|}{|S|} - k + \operatorname{tr}(R^{-1} S) + (m - c)^\top R^{-1} (m - c)\right)",),
        (r"\frac12 \log \frac{|R|}{|S|} - \frac{k}{2} + \frac12 E[(y - c)^\top S^{-1} (y - c)] = \frac12 \left(\log \frac{|R|}{|S|} - k + \operatorname{tr}(R^{-1} S) + (m - c)^\top R^{-1} (m - c)\right)",),
    ),
    Text(
        "an expectation over noise", STANDARD, r"find:\mathbb{E}_{q}[y^2]",
        (r"\mathbb{E}_{\epsilon \sim \mathcal{N}(0, 1)}[(m + \tau \epsilon)^2] = m^2 + 2 m \tau \mathbb{E}[\epsilon] + \tau^2 \mathbb{E}[\epsilon^2] = m^2 + \tau^2",),
        (r"\mathbb{E}_{\epsilon \sim \mathcal{N}(0, 1)}[(m + \tau \epsilon)^2] = m^2 + 2 m \tau \mathbb{E}[\epsilon^2] + \tau^2 \mathbb{E}[\epsilon] = m^2 + \tau^2",),
    ),
    Text(
        "exponentials under a normal density", STANDARD, r"find:\mathbb{E}_{q}[e^{y}]",
        (r"e^{m + \tau^2/2}", r"\exp\left(m + \tfrac12 \tau^2\right)"), (r"e^{m + \tau^2}", r"e^{m}"),
    ),
    Text("exponentials times powers", STANDARD, r"find:\mathbb{E}_{q}[y e^{2 y}]", (r"(m + 2\tau^2) e^{2m + 2\tau^2}",), (r"m e^{2m + 2\tau^2}", r"(m + \tau^2) e^{2m + 2\tau^2}")),
    Text(
        "exponentials under a normal density in space", (*FULL, r"a \in \mathbb{R}^{k}"), r"find:\mathbb{E}_{p}[e^{a^\top y}]",
        (r"\exp\left(a^\top m + \frac12 a^\top S a\right)",), (r"\exp\left(a^\top m + a^\top S a\right)",),
    ),
    Text(
        "a functional with its argument", ENERGY, "reference:F",
        (r"F[q] = \int q(w) \log \frac{q(w)}{p(y | w) p(w)} dw", r"F(q) = D_{KL}(q(w) \| p(w)) - E_q[\log p(y | w)]"),
        (r"F[q] = \int q(w) \log \frac{q(w)}{p(y | w)} dw", r"F(q) = D_{KL}(q(w) \| p(w)) + E_q[\log p(y | w)]"),
    ),
    Text(
        "parameters behind a semicolon", PARAMETER, r"reference:\log p(y \mid w) - D_{KL}(q(h) \,\|\, p(h \mid y, w))",
        (r"\sum_h q(h) \log \frac{p(y, h; w)}{q(h)}",), (r"\sum_h q(h) \log \frac{p(h; w)}{q(h)}", r"\sum_h q(h) \log p(y, h; w)"),
    ),
    Text(
        "an approximation of what is asked", MIXED, r"reference:\log p_w(x \mid y) - D_{KL}(q(y) \,\|\, p(y))",
        (r"\mathcal{L} \approx \log p_w(x | y) + \frac12 \sum_i (1 + \log \sigma_i^2 - \mu_i^2 - \sigma_i^2)",),
        (r"\mathcal{L} \approx \log p_w(x | y) - \frac12 \sum_i (1 + \log \sigma_i^2 - \mu_i^2 - \sigma_i^2)",),
    ),
    Text("a name at the end", LATENT, BOUND, (r"\log p(y) \ge \mathbb{E}_q[\log p(y, h) - \log q(h | y)] =: \mathcal{L}(y)",), (r"\log p(y) \ge \mathbb{E}_q[\log p(y | h) - \log q(h | y) - 1] =: \mathcal{L}(y)",)),
    Text(
        "macros in macros", LATENT, BOUND, (r"\E_{q(h|y)}[\log p(y|h)] - \dist{q(h|y)}{p(h)}",), (r"\E_{q(h|y)}[\log p(y|h)] - \dist{p(h)}{q(h|y)}",),
        {r"\E": r"\operatorname{\mathbb{E}}", r"\dist": r"[2]\operatorname{D_{KL}}\pair{#1}{#2}", r"\pair": r"[2](#1\,\|\,#2)"},
    ),
    Text("bars of two kinds", STANDARD, KL, (r"\text{KL}[q \|| p] = \frac12 (m^2 + \tau^2 - 1) - \log \tau",), (r"\text{KL}[q \|| p] = \frac12 (m^2 + \tau^2) - \log \tau",)),
    Text(
        "a prior of another family", (r"p_w(y, h) = p_w(y \mid h)\, p(h)", r"h \sim q(h \mid y)"), r"reference:p_w(y)",
        (r"\int p_w(y|h) p(h) \, dh", r"\mathbb{E}_{h \sim p(h)}[p_w(y|h)]", r"\mathbb{E}_{q(h|y)}\left[\frac{p_w(y|h) p(h)}{q(h|y)}\right]",
         r"\mathbb{E}_{p(h)}[p_w(y|h)] \approx \frac{1}{K} \sum_{k=1}^K p_w(y|h_k), \quad h_k \sim p(h)"),
        (r"\int p_w(y|h) q(h|y) \, dh", r"\mathbb{E}_{q(h|y)}\left[\frac{p_w(y|h)}{q(h|y)}\right]"),
    ),
    Text(
        "a subscript left out", (r"p_w(y, h) = p_w(y \mid h)\, p(h)", r"h \sim q(h \mid y)"), r"reference:\log p_w(y)",
        (r"\mathbb{E}_{q(h|y)}[\log p_w(y|h)] - D_{KL}(q(h|y) \| p(h)) + D_{KL}(q(h|y) \| p(h|y))", r"\log p(y)", r"\log \int_h p(y|h) p(h)"),
        (r"\mathbb{E}_{q(h|y)}[\log p_w(y|h)] - D_{KL}(q(h|y) \| p(h)) - D_{KL}(q(h|y) \| p(h|y))", r"\log p(h)", r"\log \int_h p(y|h) q(h|y)"),
    ),
    Text(
        "independent factors with names of their own",
        (r"p(y, u, v) = p(y \mid u, v)\, p(u)\, p(v)", r"u \sim q_1(u)", r"v \sim q_2(v)", r"q(u, v) = q_1(u)\, q_2(v)"),
        r"reference:\mathbb{E}_{q}[\log q(u, v) - \log p(u) - \log p(v)]",
        (r"D_{KL}(q_1(u) \| p(u)) + D_{KL}(q_2(v) \| p(v))", r"\mathbb{E}_{q_1(u)}[\log q_1(u) - \log p(u)] + \int q_2(v) \log \frac{q_2(v)}{p(v)} dv"),
        (r"D_{KL}(q_1(u) \| p(u)) - D_{KL}(q_2(v) \| p(v))", r"D_{KL}(q_1(u) \| p(u))", r"D_{KL}(p(u) \| q_1(u)) + D_{KL}(p(v) \| q_2(v))"),
    ),
    Text(
        "integrals in integrals", (r"q(y, h) = q(h \mid y)\, q(y)", r"y, h \sim p(y, h)"), r"reference:D_{KL}(q(y, h) \,\|\, p(y, h))",
        (r"\int q(y) \log q(y) dy + \int q(y) \int q(h | y) \log \frac{q(h | y)}{p(y, h)} dh dy", r"\iint q(y, h) \log \frac{q(y, h)}{p(y, h)} dy dh"),
        (r"\int q(y) \log q(y) dy - \int q(y) \int q(h | y) \log \frac{q(h | y)}{p(y, h)} dh dy",),
    ),
    Text(
        "names on the way, with a sign", LATENT, r"reference:-\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] + D_{KL}(q(h \mid y) \,\|\, p(h))",
        (r"\mathcal{J} = -\text{ELBO} = \mathbb{E}_{q(h|y)}[-\log p(y|h)] + D_{KL}(q(h|y) \| p(h))",),
        (r"\mathcal{J} = -\text{ELBO} = \mathbb{E}_{q(h|y)}[\log p(y|h)] + D_{KL}(q(h|y) \| p(h))",),
    ),
    Text("a sum over a set", STATES, r"reference:D_{KL}(p \,\|\, r)", (r"\sum_{u \in \mathcal{U}} p(u) \log \frac{p(u)}{r(u)}",), (r"\sum_{u \in \mathcal{U}} p(u) \log \frac{r(u)}{p(u)}",)),
    Text(
        "a primed variable", LATENT, r"reference:p(h \mid y)",
        (r"\frac{p(y|h) p(h)}{\int p(y|h') p(h') dh'}", r"\frac{p(y, h)}{\sum_{h'} p(y, h')}"), (r"\frac{p(y|h)}{\int p(y|h') p(h') dh'}", r"\frac{p(y, h)}{\sum_{h'} p(h')}"),
    ),
    Text(
        "mutual information", TWO_VARIABLES, r"reference:\mathbb{E}_{p(u, v)}[\log p(u, v) - \log p(u) - \log p(v)]",
        (r"D_{KL}(p(u, v) \,\|\, p(u) p(v))", "H(v) - H(v|u)", "H(U) + H(V) - H(U, V)", "I(u; v)", r"\mathbb{E}_{p(u)}[D_{KL}(p(v|u) \| p(v))]"),
        (r"D_{KL}(p(u) p(v) \,\|\, p(u, v))", "H(v|u) - H(v)", "H(u) + H(v|u)"),
    ),
    Text(
        "an identity matrix of the only size", SAME, KL,
        (r"\frac12\left(\log\frac{|\tau^2 I|}{|\tau^2 I|} - k + \operatorname{tr}(I) + \tau^{-2} \|m - c\|^2\right)", r"\frac{1}{2\tau^2} \|c - m\|^2 + \frac12 (\operatorname{tr} I - k)"),
        (r"\frac12\left(\log\frac{|\tau^2 I|}{|\tau^2 I|} - 1 + \operatorname{tr}(I) + \tau^{-2} \|m - c\|^2\right)",),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("text", "answer"), [(t, a) for t in TEXTS for a in t.right], ids=lambda v: getattr(v, "name", None))
def test_what_is_right_is_proved(text: Text, answer: str) -> None:
    assert text.status(answer) == "correct"


@pytest.mark.parametrize(("text", "answer"), [(t, a) for t in TEXTS for a in t.wrong], ids=lambda v: getattr(v, "name", None))
def test_what_is_wrong_is_rejected(text: Text, answer: str) -> None:
    assert text.status(answer) in ("incorrect", "partial")


def test_the_square_of_a_vector_is_its_squared_norm_where_only_that_fits() -> None:
    text = Text("", (*FULL, r"q_0(y) = \mathcal{N}(y; 0, I)"), r"find:D_{KL}(p \,\|\, q_0)", ())
    assert text.status(r"\frac12 (\operatorname{tr} S + m^2 - k - \log |S|)") == "correct"
    assert text.status(r"\frac12 (\operatorname{tr} S - m^2 - k - \log |S|)") == "incorrect"
    assert Text("", DIAGONAL, KL, ()).status(r"\frac12 (\mu^2 + \sigma^2 - 1 - \log \sigma^2)") == "incorrect"


def test_an_integral_of_a_written_density_is_an_expectation() -> None:
    rows = r"""\begin{aligned} &\frac{1}{\sqrt{2\pi\tau^2}} \int e^{-(y - m)^2 / (2\tau^2)} \left[\frac{y^2}{2} - \frac{(y - m)^2}{2\tau^2} - \log\tau\right] dy \\
    =& \frac12 (m^2 + \tau^2 - 1) - \log\tau \end{aligned}"""
    assert Text("", STANDARD, KL, ()).status(rows) == "correct"
    assert Text("", STANDARD, KL, ()).status(rows.replace(r"\frac{y^2}{2} -", r"\frac{y^2}{2} +")) in ("incorrect", "partial")


def test_angles_without_a_density_take_that_of_the_question() -> None:
    text = Text("", STANDARD, r"find:\mathbb{E}_{q}[y^2]", ())
    assert text.status(r"\langle (y - m)^2 \rangle + m^2 = \tau^2 + m^2") == "correct"
    assert text.status(r"\langle y^2 \rangle = \tau^2") in ("incorrect", "partial")


def test_a_step_that_nobody_decides_does_not_hide_a_wrong_one() -> None:
    """The middle has no closed form here; its ends are compared across it."""
    middle = r"\mathbb{E}_{q}\left[y^2 + \sin(y) - \sin(y + 2\pi)\right]"
    text = Text("", STANDARD, r"find:\mathbb{E}_{q}[y^2]", ())
    assert text.status(rf"\int q(y) y^2 dy = {middle} = \tau^2 - m^2") in ("incorrect", "partial")
    assert text.status(rf"\int q(y) y^2 dy = {middle} = \tau^2 + m^2") in ("review", "correct")


CLAIM = Text("", LATENT, r"show:\log p(y) \ge \mathbb{E}_{q(h \mid y)}\left[\log \frac{p(y, h)}{q(h \mid y)}\right]", ())


@pytest.mark.parametrize(
    "answer",
    [
        r"\begin{align\*} \log p(y) &= \log \int p\_(y, h) dh \end{align\*}".replace(r"p\_(", "p("),
        r"\ell(w) = \log p(y) = \log \sum_h p(y, h)",
    ],
)
def test_a_first_step_is_read(answer: str) -> None:
    more = r" \ge \sum_h q(h|y) \log \frac{p(y, h)}{q(h|y)}"
    whole = answer.replace(r" \end{align\*}", more + r" \end{align\*}") if "align" in answer else answer + more
    assert CLAIM.status(whole) == "correct"


def test_a_relation_with_a_note_below_its_brace() -> None:
    steps = r"\log p(y) = \log \mathbb{E}_{q(h|y)}\left[\frac{p(y,h)}{q(h|y)}\right] {} \mathbb{E}_{q(h|y)}\left[\log\frac{p(y,h)}{q(h|y)}\right]"
    assert CLAIM.status(steps.replace("{}", r"\underbrace{\geq}_{\text{Jensen}}")) == "correct"
    assert CLAIM.status(steps.replace("{}", r"\underbrace{\leq}_{\text{Jensen}}")) in ("incorrect", "partial")


ROWS = r"""\begin{align*} D_{KL}(q \| p) &= \int q(y) \log \frac{q(y)}{p(y)} dy \\
&= \int q(y) \left[-\log\tau - \frac{(y - m)^2}{2\tau^2}) + \frac{y^2}{2}\right] dy \\
&= LAST \end{align*}"""


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (r"-\log\tau - \frac12 + \frac{m^2 + \tau^2}{2}", ("review",)),
        (r"-\log\tau + \frac12 + \frac{m^2 + \tau^2}{2}", ("incorrect", "partial")),
    ],
)
def test_a_row_with_a_bracket_too_many_hides_no_other_row(last: str, expected: tuple[str, ...]) -> None:
    assert Text("", STANDARD, KL, ()).status(ROWS.replace("LAST", last)) in expected


def test_a_lost_row_takes_its_relation_with_it() -> None:
    """What stands behind an inequality that cannot be read is not held against what stands before it."""
    rows = r"\begin{align} \log p(y) &\ge \int q(h|y)) \log \frac{p(y, h)}{q(h|y)} dh \\ &= \mathbb{E}_{q(h|y)}[\log p(y, h) - \log q(h|y)] \end{align}"
    assert CLAIM.status(rows) == "review"
    assert CLAIM.status(rows.replace(r"\ge", r"\le")) in ("incorrect", "partial")


DENSITIES = r"\log \frac{1}{\sqrt{2\pi}\tau} \exp\left(-\frac{(y-m)^2}{2\tau^2}\right) - \log \frac{1}{\sqrt{2\pi}} \exp\left(-\frac{y^2}{2}\right)"


def test_a_logarithm_before_an_exponential_is_that_of_a_density() -> None:
    chain = rf"\mathbb{{E}}_{{q}}\left[{DENSITIES}\right] = \frac12 (m^2 + \tau^2 - 1) - \log \tau"
    assert Text("", STANDARD, KL, ()).status(chain) == "correct"
    assert Text("", STANDARD, KL, ()).status(chain.replace(r"\frac12 (", "(")) in ("incorrect", "partial")


def test_a_logarithm_times_an_exponential_is_not_called_wrong() -> None:
    product = Text("", (r"a > 0", r"b \in \mathbb{R}"), r"reference:(\log a)(\exp b)", ())
    assert product.status(r"\log a \exp(b)") == "review"
    assert product.status(r"(\log a) \exp(b)") == "correct"


def test_an_expectation_under_no_density_in_particular_is_not_read() -> None:
    text = Text(
        "", (r"y \sim p(y)", r"y \sim r(y)"), r"reference:\mathbb{E}_{p(y)}[\log p(y)] + \mathbb{E}_{r(y)}[\log r(y)]", ()
    )
    assert text.status(r"\mathbb{E}[\log p(y)] + \mathbb{E}[\log r(y)]") == "unreadable"


def test_a_number_times_a_bracket_is_a_product_where_the_bracket_has_a_value() -> None:
    text = Text("", (r"a, b \in \mathbb{R}", "c = a + 1"), "reference:c b", ())
    assert text.status("c(b)") == "correct"
