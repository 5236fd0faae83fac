"""What is said of what cannot be read: what was seen, where, and what would be right."""

from __future__ import annotations

import pytest

from symderiv.core.problems import KINDS, AnswerProblem
from symderiv.core.text import Source
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.reading.segments import segments

SCOPE = read_given(
    Source(
        "x, y \\in \\mathbb{R}^{n}\nA \\in \\mathbb{R}^{m \\times n}\n\\sigma, \\tau_1 > 0\nF : \\mathbb{R}^{n} \\to \\mathbb{R}^{n}\n"
        "q(z) = \\mathcal{N}(z; 0, \\sigma^2)",
        "given",
    )
)


def problem(text: str) -> AnswerProblem:
    source = Source(text, "answer")
    with pytest.raises(AnswerProblem) as caught:
        Reader(SCOPE, source).read(parse(source))
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (r"2 \sgima", r"\sgima", r"unknown macro \sgima", r"\sigma"),
        (r"\input{answer}", r"\input", "not followed", "put what it stands for here"),
        (r"\sigma + \tau_2", r"\tau_2", "unknown name tau_2", "tau_1"),
        (r"\sigma + \lambda", r"\lambda", "unknown name lambda", "declared are A, F"),
        (r"\operatorname{dagi}(x)", r"\operatorname{dagi}", "unknown name dagi", "diag"),
        ("x + F", "F", "F is a function", "F(…)"),
        (r"\sigma + \log", r"\log", "without its argument", r"\log(…)"),
        ("F(x, y)", "F(x, y)", "1 argument, not 2", ""),
        (r"F(\sigma)", r"F(\sigma)", "a vector of length n, not a scalar", ""),
        ("A x + y", "A x + y", "a vector of length m cannot be added to a vector of length n", ""),
        (r"2 (\sigma + 1", "(", "never closed", ""),
        (r"\operatorname{diag}(\sigma)", r"\operatorname{diag}(\sigma)", "diag wants a vector, not a scalar", ""),
        (r"2 \begin{pmatrix}\end{pmatrix}", r"\begin{pmatrix}\end{pmatrix}", "nothing in these rows", ""),
        (r"2 \sigma + 1)", ")", "never opened", ""),
        (r"\frac{1} + \sigma", r"\frac", "a part of this fraction", r"\frac{…}{…}"),
        (r"\sqrt + \sigma", r"\sqrt", "below this root", r"\sqrt{…}"),
        (r"\sigma^2^3", "^", "two superscripts", "{x^2}^3"),
        ("A_1_2", "_", "two subscripts", "x_{1,2}"),
        (r"\sigma_i", r"\sigma_i", "a scalar takes no subscripts", ""),
        ("A_i", "A_i", "takes 2 subscripts, not 1", ""),
        ("x_{y+z}", "y+z", "no position", "x_i"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", "3", "row 1 has 2 cells, row 2 has 1", ""),
        (r"\begin{bmatirx} 1 \end{bmatirx}", "bmatirx", "unknown environment", "bmatrix"),
        (r"\begin{bmatrix} 1 & 2", r"\begin{bmatrix}", "never ended", ""),
        (r"\begin{bmatrix} 1 \end{pmatrix}", r"\begin{bmatrix} 1 \end{pmatrix}", "ended by", ""),
        (r"\sigma @ 2", "@", "the character @", ""),
        (r"\partial x", r"\partial", "alone has no meaning", r"\frac{\partial f}"),
        (r"\mathbb{E}_r[z]", "r", "density under this expectation", "declared are q"),
        (r"D_{KL}(q \| r)", "r", "no declared density", "declared are q"),
        (r"KL(q)", "(q)", "a divergence is written", ""),
        (r"\mathcal{N}(0)", r"\mathcal{N}", "a mean and a variance", r"\mathcal{N}(z; \mu, \sigma^2)"),
        (r"\sum_i", r"\sum", "a sum of what", ""),
        (r"\int z^2", r"\int z^2", "ends with its variable", ""),
    ],
)
def test_a_problem_says_what_where_and_how_to_do_it(text: str, place: str, message: str, hint: str) -> None:
    found = problem(text)
    assert message in found.message
    assert hint in found.hint
    assert found.kind in KINDS
    assert found.span is not None
    assert text[found.span.start : found.span.end] == place
    assert "^" in str(found)


def test_a_misspelt_environment_is_no_layout() -> None:
    text = r"\begin{bmatirx} a & b \end{bmatirx} = c"
    (only,) = segments(Source(text))
    assert (only.span.start, only.span.end) == (0, len(text))
    text = r"\begin{solution} a = b \end{solution}"
    (only,) = segments(Source(text))
    assert text[only.span.start : only.span.end] == "a = b"
