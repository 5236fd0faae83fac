"""Quotes, line ends, what is crossed out or commented, questions in an answer, and lines without delimiters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symderiv.core.text import Source
from symderiv.reading.asides import without_questions
from symderiv.reading.cleaning import cleaned
from symderiv.reading.lines import claims
from symderiv.reading.segments import Display, Prose, segments


@given(st.text(st.sampled_from("> \n\r$a="), max_size=40), st.booleans())
def test_no_offset_moves(text: str, latex: bool) -> None:
    assert len(cleaned(text, latex)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\rb", "a\nb"),
        ("a\r\nb", "a \nb"),
        ("> $$\n> a\n> $$", "  $$\n  a\n  $$"),
        ("so\n\n> > a\n", "so\n\n    a\n"),
        ("> [!tip] Why\n> a", "         Why\n  a"),
        ("$$\na\n> b\n$$", "$$\na\n> b\n$$"),
    ],
)
def test_quotes_and_line_ends(text: str, expected: str) -> None:
    assert cleaned(text, latex=False) == expected


def displays(text: str, name: str = "x.md") -> list[str]:
    source = Source(text, name)
    return [text[s.span.start : s.span.end].strip() for s in segments(source) if isinstance(s, Display)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~~$u$~~ $a$", ["a"]),
        ("~~ $u$ and ~~ $a$", ["u", "a"]),
        ("~~$u$\n\n$a$~~", ["u", "a"]),
        ("<del>$u$</del> $a$", ["a"]),
        ("<s>$u$</s> $a$", ["a"]),
        (r"\sout{$u$ is $v$} $a$", ["a"]),
        ("<!-- $u$ --> $a$", ["a"]),
        ("<!-- $u$", ["u"]),
        ("%% $u$ %% $a$", ["a"]),
        ("50%% of $u$", ["u"]),
        (r"\iffalse $u$ \fi $a$", ["a"]),
        ("$`a = b`$ and $`c`$", ["a = b", "c"]),
    ],
)
def test_what_is_crossed_out_or_commented_is_left_out(text: str, expected: list[str]) -> None:
    assert displays(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("u = a\nv = b", ["u = a", "v = b"]),
        ("u = a\n  = b\n  + c\nv = b", ["u = a\n  = b\n  + c", "v = b"]),
        ("u = (a\n+ b = c)\nv = b", ["u = (a\n+ b = c)", "v = b"]),
        ("u = a +\nb = c", ["u = a +\nb = c"]),
        ("f(a\nb)", ["f(a\nb)"]),
        ("\\begin{cases} a = b\n c = d \\end{cases}", ["\\begin{cases} a = b\n c = d \\end{cases}"]),
        ("u = a \\\\\nv = b", ["u = a \\\\\nv = b"]),
    ],
)
def test_lines_that_are_claims_stand_alone(text: str, expected: list[str]) -> None:
    assert [text[i:j] for i, j in claims(text)] == expected


def left(text: str) -> list[str]:
    source = Source(text, "x.md")
    pieces = without_questions(source, segments(source))
    return [text[s.span.start : s.span.end] if not isinstance(s, Prose) else s.text for s in pieces]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Is it true that $a = b$? No, as $c$.", ["No, as", "c"]),
        ("Find $c$. Is $a = b$ for all $x$? $$u$$", ["Find", "c", ".", "u"]),
        ("We have $a = b$. So what?", ["We have", "a = b", "."]),
        ("Why? Since $a = b$", ["Since", "a = b"]),
        ("$$a = b$$ so is it?", ["a = b"]),
        ("$a$ or $b$?", ["a", "or", "b"]),
    ],
)
def test_questions_claim_nothing(text: str, expected: list[str]) -> None:
    assert left(text) == expected


def test_macros_for_the_edges_of_a_display_are_its_brackets() -> None:
    text = r"\newcommand{\be}{\begin{equation}}\def\ea{\end{align*}}\be a = b \ea \bee"
    made = cleaned(text, latex=True)
    assert made == text.replace(r"\be a = b \ea ", r"\[  a = b \]  ")
    assert displays(made, "x.tex") == ["a = b"]
