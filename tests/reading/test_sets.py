"""Sets in what is given: sizes and domains as written, and what is no set is pointed at."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symderiv.core.domain import BINARY, NONNEGATIVE, POSITIVE, UNIT, Domain
from symderiv.core.problems import AuthorProblem
from symderiv.core.size import Size
from symderiv.core.text import Source
from symderiv.grading.judge import judge
from symderiv.grading.records import asked_from
from symderiv.reading.given import read_given

N = Size.of("n")
ZERO = Fraction(0)


@pytest.mark.parametrize(
    ("home", "sizes", "domain"),
    [
        (r"(0, 1)^{n}", (N,), UNIT), (r"(0, 1)^{n \times 2}", (N, Size.of(2)), UNIT), (r"[0, 1]", (), Domain(ZERO, Fraction(1), True, True)),
        (r"(0, 3)", (), Domain(ZERO, Fraction(3))), (r"(-\frac{1}{2}, 0.25)^n", (N,), Domain(Fraction(-1, 2), Fraction(1, 4))),
        (r"(0, \infty)^{n}", (N,), POSITIVE), (r"(-\infty, 0)", (), Domain(high=ZERO)), (r"\{0, 1\}^{n}", (N,), BINARY),
        (r"\left\{0, 1\right\}", (), BINARY), (r"\mathbb{R}_{<0}^{n}", (N,), Domain(high=ZERO)), (r"\mathbb{R}^{n}_{\le 0}", (N,), Domain(high=ZERO, high_closed=True)),
        (r"\mathbb{R}_{-}", (), Domain(high=ZERO, high_closed=True)), (r"\mathbb{R}_{\geq 0}^n", (N,), NONNEGATIVE), (r"\mathbb{R}_{> 2}", (), Domain(low=Fraction(2))),
        (r"\mathbb{R}_{++}^n", (N,), POSITIVE),
    ],
)  # fmt: skip
def test_a_set_is_read_as_it_is_written(home: str, sizes: tuple[Size, ...], domain: Domain) -> None:
    symbol = read_given(Source(rf"w \in {home}")).symbols["w"]
    assert symbol.sizes == sizes
    assert symbol.domain == domain


@pytest.mark.parametrize(
    ("home", "says"),
    [
        (r"(1, 0)", "empty"), (r"(0, \pi)", "not read"), (r"(0, 1, 2)", "not read"), (r"\{0, 2\}^n", "finite sets"),
        (r"\mathbb{R}_{\neq 0}", "part of the real line"), (r"\mathbb{Q}", "no set"),
    ],
)  # fmt: skip
def test_what_is_no_set_is_pointed_at(home: str, says: str) -> None:
    with pytest.raises(AuthorProblem, match=says) as caught:
        read_given(Source(rf"w \in {home}"))
    assert caught.value.span is not None


@pytest.mark.parametrize(
    ("given", "find", "right", "wrong"),
    [
        (r"w \in \mathbb{R}_{<0}^{n}", r"\sum_i |w_i|", r"-\sum_i w_i", r"\sum_i w_i"),
        (r"w \in (0, 1)^{n}", r"\sum_i |1 - w_i|", r"n - \sum_i w_i", r"\sum_i w_i - n"),
        (r"w \in (0, 2)", r"\log |2 w - w^2|", r"\log w + \log(2 - w)", r"\log w + \log(w - 2)"),
        (r"w \in \{0, 1\}^{n}", r"w^\top w", r"\sum_i w_i", "n"),
        (r"w \in (-\infty, 0)", r"\sqrt{w^2}", "-w", "w"),
    ],
)  # fmt: skip
def test_what_is_known_of_a_set_decides(given: str, find: str, right: str, wrong: str) -> None:
    asked = asked_from([given], "find", find)
    assert judge(asked, Source(right)).status == "correct"
    assert judge(asked, Source(wrong)).status != "correct"


def test_in_an_interval_with_its_ends_less_is_known_than_of_a_mask() -> None:
    asked = asked_from([r"w \in [0, 1]^{n}"], "find", r"w^\top w")
    assert judge(asked, Source(r"\sum_i w_i")).status == "incorrect"
