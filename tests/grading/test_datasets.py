"""Derivations over a data set: sums whose letter runs over random variables, one density a datum."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symderiv.grading.records import Checker

CHECKER = Checker(explain=True)
DATA = (r"p(y_i, h_i) = p(y_i \mid h_i)\, p(h_i)", r"h_i \sim q(h_i \mid y_i)")
WITH_PARAMETERS = (r"p_\theta(y_i, h_i) = p_\theta(y_i \mid h_i)\, p(h_i)", r"h_i \sim q_\phi(h_i \mid y_i)")
SUMS = (
    ((r"N \in \mathbb{N}",), r"\sum_{i=1}^{N}"),
    ((), r"\sum_i"),
    ((), r"\sum_{i=1}^{N}"),
    ((r"w \in \mathbb{R}^{n}",), r"\sum_{i=1}^{n}"),
)
MEAN = r"\mathbb{E}_{q(h_i \mid y_i)}"
RATIO = r"\frac{p(y_i, h_i)}{q(h_i \mid y_i)}"
POSTERIOR = r"D_{KL}(q(h_i \mid y_i) \,\|\, p(h_i \mid y_i))"
PRIOR = r"D_{KL}(q(h_i \mid y_i) \,\|\, p(h_i))"
#: Lines behind the sum sign, each with a relation, and what each may be replaced by.
EVIDENCE = (
    ("=", rf"{MEAN}[\log p(y_i)]", rf"{MEAN}[\log p(h_i)]"),
    ("=", rf"{MEAN}\left[\log \frac{{p(y_i, h_i)}}{{p(h_i \mid y_i)}}\right]", rf"{MEAN}\left[\log \frac{{p(y_i, h_i)}}{{p(h_i)}}\right]"),
    ("=", rf"\left({MEAN}\left[\log {RATIO}\right] + {POSTERIOR}\right)", rf"\left({MEAN}\left[\log {RATIO}\right] - {POSTERIOR}\right)"),
)  # fmt: skip
BOUND = (
    ("=", r"\log \int p(y_i, h_i) \, dh_i", r"\log \int p(y_i \mid h_i) \, dh_i"),
    ("=", rf"\log {MEAN}\left[{RATIO}\right]", rf"\log {MEAN}\left[p(y_i, h_i)\right]"),
    (r"\ge", rf"{MEAN}\left[\log {RATIO}\right]", rf"\left({MEAN}\left[\log {RATIO}\right] + {PRIOR} + {POSTERIOR}\right)"),
    ("=", rf"\left({MEAN}[\log p(y_i \mid h_i)] - {PRIOR}\right)", rf"\left({MEAN}[\log p(y_i \mid h_i)] + {PRIOR}\right)"),
)  # fmt: skip

Lines = tuple[tuple[str, str, str], ...]


def result(given: tuple[str, ...], sign: str, lines: Lines, wrong: int | None = None) -> dict[str, Any]:
    relation = next((r for r, _, _ in lines if r != "="), "=")
    rows = [rf"{sign} \log p(y_i)"]
    rows += [rf"& {r} {sign} {bad if k == wrong else good} \\" for k, (r, good, bad) in enumerate(lines)]
    claim = rf"{sign} \log p(y_i) {relation} {sign} {lines[-1][1]}"
    answer = "\\begin{align*} " + " ".join(rows) + " \\end{align*}"
    return CHECKER.result(json.dumps({"id": 1, "given": (*given, *DATA), "show": claim, "answer": answer}))


@pytest.mark.parametrize("lines", [EVIDENCE, BOUND])
@pytest.mark.parametrize(("given", "sign"), SUMS)
def test_a_sum_over_the_data_is_followed_line_by_line(given: tuple[str, ...], sign: str, lines: Lines) -> None:
    found = result(given, sign, lines)
    assert (found["status"], found["findings"]) == ("correct", [])


@pytest.mark.parametrize(("lines", "wrong"), [(x, k) for x in (EVIDENCE, BOUND) for k in range(len(x))])
@pytest.mark.parametrize(("given", "sign"), SUMS[:2])
def test_a_wrong_line_is_found(given: tuple[str, ...], sign: str, lines: Lines, wrong: int) -> None:
    found = result(given, sign, lines, wrong)
    assert found["status"] in ("incorrect", "partial")
    assert found["wrong_line"] == wrong + 1


def checked(given: tuple[str, ...], answer: str) -> str:
    """The outcome of the last step."""
    found = CHECKER.result(json.dumps({"id": 1, "given": given, "reference": "1", "answer": answer}))
    return str(found["steps"][-1]["status"])


def test_a_likelihood_is_a_product() -> None:
    assert checked(DATA, r"\log \prod_{i=1}^{N} p(y_i) = \sum_{i=1}^{N} \log p(y_i)") == "right"
    assert checked(DATA, r"\log \prod_{i=1}^{N} p(y_i) = \prod_{i=1}^{N} \log p(y_i)") == "wrong"


def test_data_are_not_alike() -> None:
    given = (r"N \in \mathbb{N}", *DATA)
    assert checked(given, r"\sum_{i=1}^{N} \log p(y_i) = N \log p(y_i)") == "wrong"
    assert checked(given, r"\left(\sum_{i=1}^{N} \log p(y_i)\right)^2 = N \sum_{i=1}^{N} (\log p(y_i))^2") == "wrong"


def test_what_ties_the_declared_densities_ties_those_of_the_data() -> None:
    left = r"\sum_i \mathbb{E}_{q_\phi(h_i \mid y_i)}[\log p_\theta(y_i, h_i) - \log q_\phi(h_i \mid y_i)]"
    right = r"\sum_i \left(\mathbb{E}_{q_\phi(h_i \mid y_i)}[\log p_\theta(y_i \mid h_i)] %s D_{KL}(q_\phi(h_i \mid y_i) \,\|\, p(h_i))\right)"
    assert checked(WITH_PARAMETERS, rf"{left} = {right.replace('%s', '-')}") == "right"
    assert checked(WITH_PARAMETERS, rf"{left} = {right.replace('%s', '+')}") != "right"
