r"""Matrices by one entry, entries in small letters, derivatives by a subscript: each means what the longer way means."""

from __future__ import annotations

import pytest

from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Meter
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.results import Proved
from symderiv.core.text import Source
from symderiv.decide.equal import prove
from symderiv.reading import blocks
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.reading.values import Reading, Value

GIVEN = r"""
u, w \in \mathbb{R}^{n}
B, C \in \mathbb{R}^{n \times n}
F : \mathbb{R}^{n} \to \mathbb{R}^{n}
v = B u + F(u)
"""
SCOPE = read_given(Source(GIVEN.strip(), "given"))


def read(text: str) -> Reading[Value]:
    return Reader(SCOPE, Source(text)).read(parse(Source(text)))[0]


@pytest.mark.parametrize(
    ("written", "meant", "rule"),
    [
        (r"\operatorname{diag}(e^{u_i})", r"\operatorname{diag}(e^u)", "diagonal of its letter"),
        (r"\operatorname{diag}_i(u_i w_i)", r"\operatorname{diag}(u \circ w)", "diagonal of its letter"),
        (r"\operatorname{diag}(F(u)_j)", r"\operatorname{diag}(F(u))", "diagonal of its letter"),
        (r"\mathrm{diag}\{u_i\}", r"\operatorname{diag}(u)", "diagonal of its letter"),
        (r"\operatorname{diag}(u_i)_{i=1}^{n}", r"\operatorname{diag}(u)", ""),
        (r"(B_{ij} w_j)_{i,j=1}^{n}", r"B \operatorname{diag}(w)", ""),
        (r"[\delta_{ij} u_i]_{ij}", r"\operatorname{diag}(u)", ""),
        (r"\sum_{i,j} b_{ij} u_i w_j", r"u^\top B w", "entry in small"),
        (r"(c_{ij} + b_{ji})_{i,j}", r"C + B^\top", "entry in small"),
        (r"c_{12}", r"C_{1,2}", "entry in small"),
        (r"\langle B, C \rangle_F", r"\operatorname{tr}(B^\top C)", ""),
        (r"F_u(u)", r"\frac{\partial F(u)}{\partial u}", "subscript for derivative"),
        (r"F_u w", r"J_F(u) w", "subscript for derivative"),
    ],
)
def test_short_ways_mean_what_the_long_ones_do(written: str, meant: str, rule: str) -> None:
    found, value = read(written), read(meant).value
    assert isinstance(found.value, Tensor)
    assert isinstance(value, Tensor)
    assert isinstance(prove(found.value, value), Proved)
    assert not rule or rule in {note.rule for note in found.notes}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"u_{w}", "w is a vector or matrix, and no position"),
        (r"\operatorname{diag}(u_i w_j)", "diag wants a vector, not a scalar"),
        (r"\operatorname{diag}_j(u_i)", "diag takes no mark here"),
        (r"b_i", "unknown name b_i"),
        (r"d_{ij}", "unknown name d_ij"),
    ],
)
def test_what_is_no_such_thing_is_refused(text: str, message: str) -> None:
    with pytest.raises(AnswerProblem) as caught:
        read(text)
    assert caught.value.message == message


def test_blocks_of_other_shapes_have_no_determinant() -> None:
    with pytest.raises(AnswerProblem) as caught:
        read(r"\det \begin{bmatrix} \pi & u \\ 2 & B \end{bmatrix}")
    assert caught.value.kind == "shape mismatch"


def test_what_stands_in_brackets_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0
    one = Reader.named

    def named(reader: Reader, name: str | None) -> Reading[Value] | None:
        nonlocal counted
        counted += name == "B"
        return one(reader, name)

    monkeypatch.setattr(Reader, "named", named)
    for depth in (1, 21, 41):
        counted = 0
        read(r"\operatorname{diag}(" * depth + "B" + ")" * depth)
        assert 0 < counted <= 4


def test_what_takes_too_much_work_is_refused_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    text = r"u^\top w + \operatorname{tr} \begin{bmatrix} I + u w^\top & B \\ C & I \end{bmatrix}^{-1}"
    monkeypatch.setattr(blocks, "Normal", lambda: Normal(meter=Meter(1)))
    with pytest.raises(AnswerProblem) as caught:
        read(text)
    assert caught.value.kind == "too large"
    assert caught.value.span is not None
    assert text[caught.value.span.start : caught.value.span.end].endswith("^{-1}")
