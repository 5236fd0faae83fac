r"""What stands beside the steps: reasons with formulas in them, conditions under which something more holds, braces that set a sign."""

from __future__ import annotations

import json

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker()
GIVEN = [r"a, b \in \mathbb{R}", "r > 0"]
KEY = "a^2 - b r"


def status(answer: str, key: str = KEY) -> str:
    """What the checker says of an answer."""
    return str(CHECKER.result(json.dumps({"id": 0, "given": GIVEN, "reference": key, "answer": answer}))["status"])


ROWS = r"\begin{align*} & a^2 - b r REASON \\ = {} & a \cdot a - r b \\ = {} & (a^2 - LAST) \end{align*}"
ALIGNED = r"\begin{align*} a^2 - b r &= (a^2 - b r) REASON \\ &= a \cdot a - r b \\ &= (a^2 - LAST) \end{align*}"
REASONS = [
    r"&& \text{since $r$ is positive}", r"&& \text{($b$ is any number)}", r"&& r > 0", r"&& (r > 0)", r"\quad \text{since $r$ is positive}",
    r"\qquad (\text{as } r \text{ is positive})", r"&& \text{(using } a^2 = a \cdot a)", r"&& \text{by the rule of $\int$}",
    r"\text{ because } r > 0", r"& \text{$r$ is positive}", r"&& u v = v u",
]  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("rows", [ROWS, ALIGNED])
def test_rows_go_on_with_what_stands_before_a_reason(rows: str, reason: str) -> None:
    if rows is ROWS and "&&" in reason and r"\text" not in reason:
        pytest.skip("beside a row that says nothing yet it may be a value of its own")
    answer = rows.replace("REASON", reason)
    assert status(answer.replace("LAST", "b r")) == "correct"
    assert status(answer.replace("LAST", "b")) in ("incorrect", "partial")


def test_an_equation_in_a_reason_is_a_claim() -> None:
    answer = ALIGNED.replace("LAST", "b r")
    assert status(answer.replace("REASON", r"&& \text{since $a^2 = 2 a$}")) in ("incorrect", "partial")
    assert status(answer.replace("REASON", r"&& a \cdot a = a^2")) == "correct"


@pytest.mark.parametrize(
    "remark",
    [
        r", which is zero iff $a^2 = b r$.", r". It is zero if and only if $b = a^2 / r$ and $a = 3$.", r" (for $a = 0$ this is $-b r$).",
        r". When $b = a$, it is $a (a - r)$.", r"; at $r = 1$ it is $a^2 - b$.", r". It is positive unless $a = 0$.",
    ],
)  # fmt: skip
def test_what_holds_under_a_condition_is_no_step(remark: str) -> None:
    assert status(f"It is $a^2 - b r${remark}") == "correct"
    assert status(f"It is $a^2 + b r${remark}") in ("incorrect", "partial")


def test_a_relation_behind_where_is_a_claim() -> None:
    assert status("It is $a^2 - b r$, where $a = b$.") != "correct"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\underbrace{a^2}_{\text{first}}\underbrace{-b r}_{\text{second}}", r"\underbrace{a^2}_{\text{first}}\underbrace{+b r}_{\text{second}}"),
        ("a^2{-b r}", "a^2{+b r}"),
        (r"\overbrace{a^2}^{1} {- b} r", r"\overbrace{a^2}^{1} ({- b} r)"),
        (r"\begin{aligned} X &= a^2 \\ &\phantom{=}{} - b r \end{aligned}", r"\begin{aligned} X &= a^2 \\ &\phantom{=}{} + b r \end{aligned}"),
        ("a**2 - b*r", "a**3 - b*r"),
        ("a ** 2 - b*r**(4/4)", "a * 2 - b*r"),
    ],
)  # fmt: skip
def test_braces_set_signs_and_two_stars_are_a_power(right: str, wrong: str) -> None:
    assert status(right) == "correct"
    assert status(wrong) in ("incorrect", "partial")


def test_braces_behind_a_function_hold_its_argument() -> None:
    assert status(r"\exp{-a}", r"\exp(-a)") == "correct"
    assert status(r"\log{r}{-a}", r"\log r - a") == "correct"


DENSITIES = [
    "p(y, h) = p(y \\mid h)\\, p(h)",
    r"h \sim q(h)",
    r"\mathcal{B} = \mathbb{E}_{q(h)}[\log p(y \mid h)] - D_{KL}(q(h) \,\|\, p(h))",
]
ELBO = {
    "id": 0, "given": DENSITIES, "show": r"\log p(y) = \mathcal{B} + D_{KL}(q(h) \,\|\, p(h \mid y))",
}  # fmt: skip
STEPS = (
    r"\begin{align*} \log p(y) &= \mathbb{E}_q\left[\log \frac{p(y|h) p(h)}{p(h|y)}\right] \\ &= \mathbb{E}_q\left[\log \frac{p(y|h) p(h)}{q(h)}"
    r" \frac{q(h)}{p(h|y)}\right] \\ &= END \end{align*}"
)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (
            r"\mathbb{E}_q[\log p(y|h)] - \mathbb{E}_q\left[\log\frac{q(h)}{p(h)}\right] + \int q(h) \log\frac{q(h)}{p(h|y)} dh",
            "correct",
        ),
        (r"\underbrace{\mathbb{E}_q[\log p(y|h)] - D_{KL}(q(h)\|p(h))}_{\text{bound}} + D_{KL}(q(h)\|p(h|y))", "correct"),
        (r"\mathbb{E}_q[\log p(y)]", "review"),
        (r"\log p(y)", "review"),
    ],
)
def test_a_claim_is_reached_by_what_its_names_are_defined_to_be(end: str, expected: str) -> None:
    assert CHECKER.result(json.dumps(ELBO | {"answer": STEPS.replace("END", end)}))["status"] == expected


NORMALS = [r"m, n \in \mathbb{R}", "s, t > 0", r"p(x) = \mathcal{N}(x; m, s^2)", r"q(x) = \mathcal{N}(x; n, t^2)"]


def divergence(answer: str) -> dict[str, object]:
    """What the checker says of an answer to the divergence of two normals."""
    record = {"id": 0, "given": NORMALS, "find": r"D_{KL}(p \,\|\, q)", "answer": answer}
    return CHECKER.result(json.dumps(record))


PARTS = (
    r"\begin{aligned} D_{KL} &= -H(p) - \mathbb{E}_p[\ln q] \\ -H(p) &= -\tfrac12 \ln(2\pi e s^2) \\ \mathbb{E}_p[\ln q] &= MIDDLE \\"
    r" D_{KL} &= \ln\frac{t}{s} + \frac{s^2 + (m-n)^2}{2t^2} - \tfrac12 \end{aligned}"
)


def test_a_row_with_a_sign_left_of_its_own_relation_is_a_claim_of_its_own() -> None:
    right = r"-\tfrac12 \ln(2\pi t^2) - \frac{s^2 + (m-n)^2}{2t^2}"
    assert divergence(PARTS.replace("MIDDLE", right))["status"] == "correct"
    wrong = divergence(PARTS.replace("MIDDLE", right.replace("s^2 +", "")))
    assert (wrong["status"], wrong["wrong_line"]) == ("partial", 3)


@pytest.mark.parametrize(
    "check", ["for $m = n$ and $s = t$ we get $0$", "setting $m = n$ leaves the part of the scales", "at $n = 0$ it is smaller"]
)
def test_a_check_at_special_values_is_no_step(check: str) -> None:
    value = r"\ln\frac{t}{s} + \frac{s^2 + (m-n)^2}{2t^2} - \frac12"
    assert divergence(f"It is ${value}$ ({check}).")["status"] == "correct"
    assert divergence(f"It is ${value.replace('t}{s', 's}{t')}$ ({check}).")["status"] == "incorrect"


def test_notes_and_units_in_words() -> None:
    value = r"\underbrace{\ln\frac{t}{s}}_\text{scales only} + \frac{s^2 + (m-n)^2}{2t^2} - \frac12 \text{ nats}"
    assert divergence(value)["status"] == "correct"


def test_a_wrong_value_is_wrong_from_where_it_was_first_said() -> None:
    rows = r"\begin{align} D_{KL} &= \ln\frac{t}{s} + \frac{(s + m - n)^2}{2t^2} - \frac12 \\ &= \ln t - \ln s + \frac{s^2 + 2 s (m-n) + (m-n)^2}{2t^2} - \frac12 \end{align}"
    assert divergence(rows)["wrong_line"] == 1


def test_what_follows_from_an_equation_may_be_the_answer() -> None:
    reference = r"\log p(y) - D_{KL}(q(h) \,\|\, p(h \mid y))"
    record = {"id": 0, "given": DENSITIES[:2], "reference": reference}
    answer = (
        r"\log p(y) = D_{KL}(q(h)\|p(h|y)) + \mathcal{B} \implies \mathcal{B} = \log p(y) - D_{KL}(q(h)\|p(h|y))"
        r" = \mathbb{E}_q[\log p(y|h)] - D_{KL}(q(h)\|p(h))"
    )
    assert CHECKER.result(json.dumps(record | {"answer": answer}))["status"] == "correct"
    wrong = answer.replace(r"- D_{KL}(q(h)\|p(h))", r"+ D_{KL}(q(h)\|p(h))")
    assert CHECKER.result(json.dumps(record | {"answer": wrong}))["status"] in ("incorrect", "partial")


def test_a_name_with_an_index_above_stands_for_no_vector() -> None:
    given = [r"a \in \mathbb{R}^{n}"]
    answer = r"L = \sum_{i=1}^{n} L^{(i)}, \quad L^{(i)} = a_i^2 + 1"
    record = {"id": 0, "given": given, "reference": r"\sum_{i=1}^{n} (a_i^2 + 1)", "answer": answer}
    assert CHECKER.result(json.dumps(record))["status"] in ("correct", "review", "unreadable")
