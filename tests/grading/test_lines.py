"""Chains that are not all readable, that are taken up again, and whose equations are solved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker(explain=True)

SCALAR = (
    r"m, c \in \mathbb{R}", r"\tau, \rho > 0", r"q(y) = \mathcal{N}(y; m, \tau^2)", r"p(y) = \mathcal{N}(y; c, \rho^2)",
)  # fmt: skip
LATENT = (r"p(y, h) = p(y \mid h)\, p(h)", r"h \sim q(h \mid y)")
KL = r"D_{KL}(q \,\|\, p)"
CROSS = r"\mathbb{E}_q[(y - c)^2]"
LINES = (
    r"\mathbb{E}_q[\log q(y)] - \mathbb{E}_q[\log p(y)]",
    rf"\log\frac{{\rho}}{{\tau}} - \frac12 + \frac{{1}}{{2\rho^2}} {CROSS}",
    rf"\log\rho - \log\tau - \frac12 + \frac{{1}}{{2\rho^2}} {CROSS}",
    r"\log\rho - \log\tau - \frac12 + \frac{\tau^2 + (m - c)^2}{2\rho^2}",
)
WRONG = rf"\log\frac{{\tau}}{{\rho}} - \frac12 + \frac{{1}}{{2\rho^2}} {CROSS}"


def result(given: tuple[str, ...], answer: str, **ask: str) -> dict[str, Any]:
    return CHECKER.result(json.dumps({"id": 1, "given": given, "answer": answer, **ask}))


def aligned(lines: tuple[str, ...], left: str = KL) -> str:
    return (
        "\\begin{align*}\n"
        + " \\\\\n".join((left if not k else "") + f" &= {x}" for k, x in enumerate(lines))
        + "\n\\end{align*}"
    )


# --- lines that cannot be read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage", [lambda x: x + ")", lambda x: r"\frac{" + x, lambda x: x + r" + \unknownmacro{a}", lambda x: x + " +"]
)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_line_that_cannot_be_read_leaves_the_others_judged(damage: Any, place: int) -> None:
    lines = tuple(damage(x) if k == place else x for k, x in enumerate(LINES))
    found = result(SCALAR, aligned(lines), find=KL)
    assert found["status"] == "review"
    assert [f["rule"] for f in found["findings"] if f["rule"] != "question repeated"] in (
        ["unreadable"],
        ["unreadable", "no answer"],
    )


@pytest.mark.parametrize(("damaged", "wrong"), [(0, 1), (2, 1), (3, 1), (0, 2), (1, 3)])
def test_the_first_wrong_line_is_found_beside_one_that_cannot_be_read(damaged: int, wrong: int) -> None:
    other = {1: WRONG, 2: WRONG, 3: LINES[3].replace("+ (m", "- (m")}[wrong]
    lines = tuple(other if k == wrong else x + ")" if k == damaged else x for k, x in enumerate(LINES))
    found = result(SCALAR, aligned(lines), find=KL)
    assert found["status"] in ("incorrect", "partial")
    assert found["wrong_line"] == wrong + 1


def test_nothing_is_read_where_nothing_can_be() -> None:
    assert result(SCALAR, r"\begin{align*} &= ( \\ &= ) \end{align*}", find=KL)["status"] == "unreadable"


def test_a_step_that_nobody_decides_is_seen_from_both_ends() -> None:
    """What follows from the second line is not equal to what stands before it, so that the line is wrong, decided or not."""
    given = (*SCALAR, r"g : \mathbb{R} \to \mathbb{R}")
    lines = (r"\mathbb{E}_q[y] + 2\, \mathbb{E}_q[g(y)]", r"m + \mathbb{E}_q[g(y)]", r"2m", r"m")
    left = r"\mathbb{E}_q[y]"
    assert result(given, aligned((lines[0], lines[3]), left), find=left)["status"] == "review"
    assert result(given, aligned((lines[1], lines[2]), left), find=left)["wrong_line"] == 1


# --- chains in several displays ------------------------------------------------------------------------------------------


def test_a_display_goes_on_with_the_derivation_and_not_with_a_remark() -> None:
    text = rf"$${KL} = {LINES[0]}$$ which, since $\mathbb{{E}}_q[(y - m)^2] = \tau^2$, becomes $$= {{}}{{0}}$$ and so $$= {LINES[3]}.$$"
    assert result(SCALAR, text.replace("{0}", LINES[1]), find=KL)["status"] == "correct"
    assert result(SCALAR, text.replace("{0}", WRONG), find=KL)["wrong_line"] == 3


def test_a_display_that_starts_with_a_sign_is_an_equation_of_its_own() -> None:
    text = rf"$${KL} = {LINES[3]}.$$ Besides, $$-\frac12 \tau^2 = -\frac12 \mathbb{{E}}_q[(y - m)^2].$$"
    assert result(SCALAR, text, find=KL)["findings"] == []


@pytest.mark.parametrize("dot", [r"\cdot", r"\times"])
def test_a_logarithm_before_fractions_of_densities_is_that_of_their_product(dot: str) -> None:
    left = r"\mathbb{E}_{q(h \mid y)}\left[\log\frac{p(y, h)}{p(h \mid y)}\right]"
    line = rf"\mathbb{{E}}_{{q(h \mid y)}}\left[\log\frac{{p(y \mid h) p(h)}}{{q(h \mid y)}} {dot} \frac{{q(h \mid y)}}{{p(h \mid y)}}\right]"
    assert result(LATENT, rf"\log p(y) = {left} = {line} = \log p(y)", show=rf"\log p(y) = {left}")["status"] == "correct"


def test_a_logarithm_before_other_fractions_may_be_of_their_product() -> None:
    given = (r"a, b, c > 0",)
    assert result(given, r"\log\frac{a}{b} \cdot \frac{b}{c}", reference=r"\log a - \log c")["status"] == "review"
    assert result(given, r"\log\frac{a}{b} \cdot \frac{b}{c}", reference=r"\log c - \log a")["status"] == "incorrect"


def test_what_stands_below_a_brace_may_be_an_inequality() -> None:
    claim = r"\log p(y) = \mathbb{E}_{q(h \mid y)}\left[\log\frac{p(y, h)}{q(h \mid y)}\right] + D_{KL}(q(h \mid y) \,\|\, p(h \mid y))"
    first, second = (
        r"\mathbb{{E}}_{{q(h \mid y)}}\left[\log\frac{{{}}}{{{}}}\right]".format(*x)
        for x in ((r"p(y, h)", r"q(h \mid y)"), (r"q(h \mid y)", r"p(h \mid y)"))
    )
    text = rf"\log p(y) = \mathbb{{E}}_{{q(h \mid y)}}[\log p(y)] = {first} + \underbrace{{{second}}}_{{D_{{KL}}(q(h \mid y) \,\|\, p(h \mid y)) \ge 0}}"
    assert result(LATENT, text, show=claim)["status"] == "correct"


# --- equations that are solved -------------------------------------------------------------------------------------------

REGRESSION = (r"A \in \mathbb{R}^{n \times k}", r"b \in \mathbb{R}^{n}", r"v \in \mathbb{R}^{k}")
SAMPLE = (
    r"y \in \mathbb{R}^{n}", r"m \in \mathbb{R}", r"\tau > 0", r"\ell = -\frac{n}{2} \log(2\pi\tau^2) - \frac{1}{2\tau^2} \sum_{i=1}^{n} (y_i - m)^2",
)  # fmt: skip
SOLUTION = r"(A^\top A)^{-1} A^\top b"
MEAN = r"\frac{1}{n} \sum_{i=1}^{n} y_i"
VARIANCE = r"\frac{1}{n} \sum_{i=1}^{n} (y_i - m)^2"
GRADIENT = r"\nabla_v \|b - A v\|^2 &= -2 A^\top (b - A v) = 0"
NORMAL = r"A^\top A v &= A^\top b"


def implied(*rows: str) -> str:
    return r"\begin{align*} " + r" \\ \Rightarrow ".join(rows) + r" \end{align*}"


@pytest.mark.parametrize(
    ("given", "key", "answer"),
    [
        (REGRESSION, SOLUTION, implied(GRADIENT, NORMAL, rf"v &= {SOLUTION}")),
        (REGRESSION, SOLUTION, implied(GRADIENT, rf"\hat{{v}} &= {SOLUTION}")),
        (REGRESSION, SOLUTION, rf"The gradient $\nabla_v \|b - A v\|^2 = 2 A^\top A v - 2 A^\top b$ vanishes where $A^\top A v = A^\top b$, so $$v^* = {SOLUTION}.$$"),
        (SAMPLE, MEAN, implied(r"\frac{\partial \ell}{\partial m} &= \frac{1}{\tau^2} \sum_{i=1}^{n} (y_i - m) = 0", r"n m &= \sum_{i=1}^{n} y_i", rf"m &= {MEAN}")),
        (SAMPLE, VARIANCE, implied(r"-\frac{n}{\tau} + \frac{1}{\tau^3} \sum_{i=1}^{n} (y_i - m)^2 &= 0", r"n \tau^2 &= \sum_{i=1}^{n} (y_i - m)^2", rf"\hat\tau^2_{{ML}} &= {VARIANCE}")),
    ],
)  # fmt: skip
def test_an_equation_is_solved_step_by_step(given: tuple[str, ...], key: str, answer: str) -> None:
    found = result(given, answer, reference=key)
    assert (found["status"], found["findings"]) == ("correct", [])


@pytest.mark.parametrize(
    ("given", "key", "answer", "line"),
    [
        (REGRESSION, SOLUTION, implied(GRADIENT.replace("-2", "2"), NORMAL, rf"v &= {SOLUTION}"), 1),
        (REGRESSION, SOLUTION, implied(GRADIENT, NORMAL.replace("&=", "&= 2"), rf"v &= {SOLUTION}"), 2),
        (REGRESSION, SOLUTION, implied(GRADIENT, NORMAL, rf"v &= 2 {SOLUTION}"), 3),
        (SAMPLE, MEAN, implied(r"\frac{\partial \ell}{\partial m} &= \frac{1}{\tau^2} \sum_{i=1}^{n} (y_i - m) = 0", r"m &= \sum_{i=1}^{n} y_i"), 2),
        (SAMPLE, VARIANCE, implied(r"\frac{\partial \ell}{\partial \tau} &= -\frac{n}{\tau} + \frac{1}{2 \tau^3} \sum_{i=1}^{n} (y_i - m)^2 = 0", rf"\tau^2 &= {VARIANCE}"), 1),
    ],
)  # fmt: skip
def test_a_wrong_equation_on_the_way_is_found(given: tuple[str, ...], key: str, answer: str, line: int) -> None:
    found = result(given, answer, reference=key)
    assert (found["status"] in ("partial", "incorrect"), found["wrong_line"]) == (True, line)


def test_an_equation_that_nothing_solves_stays_an_identity() -> None:
    answer = r"\frac{\partial \ell}{\partial m} = \frac{1}{\tau^2} \sum_{i=1}^{n} (y_i - m) = 0"
    assert result(SAMPLE, answer, find=r"\frac{\partial \ell}{\partial m}")["wrong_line"] == 2


def test_a_product_whose_sizes_do_not_fit_names_no_answer() -> None:
    answer = implied(GRADIENT, NORMAL.replace(r"A^\top A", r"A A^\top"), rf"v &= {SOLUTION}")
    assert result(REGRESSION, answer, reference=SOLUTION)["status"] == "review"


def test_a_name_that_is_taken_for_something_else_does_not_stand_for_the_answer() -> None:
    rest = implied(GRADIENT, NORMAL, rf"v &= {SOLUTION}")
    found = result(REGRESSION, rf"Let $J(v) = \|b - A v\|^2$. Then {rest}", reference=SOLUTION)
    assert found["status"] in ("correct", "review")
    assert all(f["rule"] != "wrong step" for f in found["findings"])
