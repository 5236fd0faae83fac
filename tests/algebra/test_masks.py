"""Masks: what holds an entry that is 0 or 1 is the same by both cases, in normal form and in numbers."""

from __future__ import annotations

import pytest

from symderiv.core.text import Source
from symderiv.decide.equal import prove
from symderiv.grading.judge import judge
from symderiv.grading.records import asked_from
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.algebra.terms import Tensor

GIVEN = r"""
k, l \in \{0, 1\}
a, b > 0
c \in \mathbb{R}
m \in \{0, 1\}^{n}
r \in \mathbb{R}^{n}
"""


def read(text: str) -> Tensor:
    value = Reader(read_given(Source(GIVEN)), Source(text)).read(parse(Source(text)))[0].value
    assert isinstance(value, Tensor)
    return value


EQUAL = [
    ("k^3", "k"), ("(1 - k)^2", "1 - k"), ("k (1 - k)", "0"), (r"\exp(k c)", r"1 - k + k \exp(c)"), (r"\log(k a + (1 - k) b)", r"k \log a + (1 - k) \log b"),
    (r"\frac{1}{k a + (1 - k) b}", r"\frac{k}{a} + \frac{1 - k}{b}"), (r"|2 k - 1|", "1"), (r"|k c - (1 - k)|", r"k |c| + 1 - k"),
    (r"\sqrt{k a^2 + (1 - k) b^2}", r"k a + (1 - k) b"), (r"(k + l - k l)^2", r"k + l - k l"), (r"\exp(k c - l c)", r"\exp(k c) \exp(-l c)"),
    (r"\sum_{i=1}^{n} \exp(m_i r_i)", r"n - \sum_i m_i + \sum_i m_i \exp(r_i)"), (r"\|m \circ r\|^2", r"\sum_i m_i r_i^2"),
]  # fmt: skip

UNEQUAL = [
    ("k^2", "l"),
    (r"\exp(k c)", r"k \exp(c)"),
    (r"\log(k a + (1 - k) b)", r"k \log a + \log b"),
    ("k + l", "1"),
    (r"m^\top r", r"\sum_i r_i"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_both_cases_are_the_whole(left: str, right: str) -> None:
    assert prove(read(left), read(right)) is not None


@pytest.mark.parametrize(("left", "right"), UNEQUAL)
def test_what_holds_in_one_case_alone_is_not_proved(left: str, right: str) -> None:
    assert prove(read(left), read(right)) is None
    asked = asked_from(GIVEN.strip().splitlines(), "find", left)
    assert judge(asked, Source(right)).status == "incorrect"


MAPS = [
    r"y = m \circ x + (1 - m) \circ (\exp(s(m \circ x)) \circ x + t(m \circ x))",
    r"y = x \circ \exp((1 - m) \circ s(m \circ x)) + (1 - m) \circ t(m \circ x)",
]


@pytest.mark.parametrize("line", MAPS)
@pytest.mark.parametrize("swap", [False, True])
def test_a_masked_coupling_is_measured_and_undone_however_it_is_written(line: str, swap: bool) -> None:
    """Also with the roles of the mask and its complement exchanged."""
    keep, rest = ("(1 - m)", "m") if swap else ("m", "(1 - m)")
    line = line.replace("(1 - m)", "REST").replace(r"m \circ", rf"{keep} \circ").replace("REST", rest)
    given = [r"x \in \mathbb{R}^{n}", r"m \in \{0, 1\}^{n}", r"s, t : \mathbb{R}^{n} \to \mathbb{R}^{n}", line]
    asked = asked_from(given, "find", r"\log\left|\det \frac{\partial y}{\partial x}\right|")
    assert (
        judge(
            asked, Source(rf"\sum_i ({rest})_i s_i({keep} \circ x)".replace("(m)_i", "m_i").replace("(1 - m)_i", "(1 - m_i)"))
        ).status
        == "correct"
    )
    assert judge(asked, Source(rf"\sum_i s_i({keep} \circ x)")).status == "incorrect"
    back = asked_from(given, "find", "x", "y")
    right = rf"x = {keep} \circ y + {rest} \circ (y - t({keep} \circ y)) \circ \exp(-s({keep} \circ y))"
    assert judge(back, Source(right)).status == "correct"
    assert judge(back, Source(right.replace("y - t", "y + t"))).status == "incorrect"
