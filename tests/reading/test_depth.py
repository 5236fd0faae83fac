"""Calls without brackets inside each other are read in time that grows with their number alone."""

import contextlib

import pytest

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source
from symderiv.reading import tree
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.reading.values import Readings

SCOPE = read_given(Source("w \\in \\mathbb{R}"))


class Counting(Reader):
    """A reader that counts what it reads."""

    count = 0

    def read(self, node: tree.Node) -> Readings:
        Counting.count += 1
        return super().read(node)


def work(text: str) -> int:
    source = Source(text)
    Counting.count = 0
    with contextlib.suppress(AnswerProblem):
        Counting(SCOPE, source).read(parse(source))
    return Counting.count


@pytest.mark.parametrize("head", [r"\log", r"\log \exp", r"\tanh"])
@pytest.mark.parametrize("body", [" w", " unknown"])
def test_work_grows_with_the_depth_alone(head: str, body: str) -> None:
    assert work(head * 20 + body) < 5 * work(head * 10 + body)
