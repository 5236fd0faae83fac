"""Which inequalities are proved and refuted: divergences are never negative, whatever their densities."""

from __future__ import annotations

import pytest

from symderiv.algebra.terms import Tensor
from symderiv.core.results import Proved, Refuted, Undecided
from symderiv.core.text import Source
from symderiv.decide.order import at_least, is_positive
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse

SCOPE = read_given(
    Source(
        r"""
p(x, z) = p(x \mid z)\, p(z)
z \sim q(z \mid x)
a \in \mathbb{R}
b > 0
""",
        "given",
    )
)


def value(text: str) -> Tensor:
    source = Source(text)
    found = Reader(SCOPE, source).read(parse(source))[0].value
    assert isinstance(found, Tensor)
    return found


BOUND = r"\mathbb{E}_{q(z|x)}[\log p(x|z)] - D_{KL}(q(z|x) \| p(z))"


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (r"\log p(x)", BOUND, Proved),
        (BOUND, r"\log p(x)", Refuted),
        (r"\log p(x)", r"\log p(x) - 2 D_{KL}(q(z|x) \| p(z|x))", Proved),
        (r"\log p(x)", r"\log p(x) + D_{KL}(q(z|x) \| p(z|x))", Refuted),
        (r"D_{KL}(q(z|x) \| p(z)) + b", "0", Proved),
        (r"D_{KL}(q(z|x) \| p(z)) + a", "0", Refuted),
        ("a^2", "0", Proved),
        ("a^2 + b", "0", Proved),
        ("a", "b", Refuted),
        ("a", "a", Proved),
        (r"a^2 - 2 a b + b^2", "0", Undecided),
    ],
)
def test_inequalities(left: str, right: str, verdict: type) -> None:
    assert isinstance(at_least(value(left), value(right), SCOPE.knowledge), verdict)


def test_strict_signs_come_from_the_domains() -> None:
    assert is_positive(value("b"))
    assert is_positive(value("a^2 + b"))
    assert not is_positive(value("a^2"))
    assert not is_positive(value("a + b"))
