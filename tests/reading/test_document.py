"""Documents: displays and words with their spans, and which of them answer which part."""

from __future__ import annotations


import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.core.text import Source
from symderiv.reading.document import HandIn, macros_of, split_answers, tidy
from symderiv.reading.segments import Display, Picture, Prose, segments
from symderiv.reading.parse import parse

PARTS = ("1.1", "1.2", "2.1", "2.2")


def cut(text: str, name: str = "hand-in.md") -> list[str]:
    source = Source(text, name)
    return [f"{type(s).__name__[0]}:{source.text[s.span.start : s.span.end].strip()}" for s in segments(source)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("For each $k$: $$u = 1$$ done.", ["P:For each", "D:k", "P::", "D:u = 1", "P:done."]),
        (r"\(a\) then \[ b = c \]", ["D:a", "P:then", "D:b = c"]),
        ("u = w$$\n\n$$a = b", ["D:u = w", "D:a = b"]),
        ("```math\na = b\n```", ["D:a = b"]),
        (
            "So\n\\begin{align} a &= b \\end{align}\nas was asked.",
            ["P:So", "D:\\begin{align} a &= b \\end{align}", "P:as was asked."],
        ),
        ("J = \\begin{bmatrix} 1 \\end{bmatrix}", ["D:J = \\begin{bmatrix} 1 \\end{bmatrix}"]),
        ("det J = ∏ᵢ aᵢ", ["D:det J = ∏ᵢ aᵢ"]),
        ("It keeps the volume because of the zeros.", ["P:It keeps the volume because of the zeros."]),
        ("Let me see\nu = w + 3\nso done", ["P:Let me see", "D:u = w + 3", "P:so done"]),
        (r"a \[4pts\] question", [r"P:a \[4pts\] question"]),
        (r"It costs \$5 and $a$", [r"P:It costs \$5 and", "D:a"]),
        ("![](page.png) and $a$", ["P:![](page.png)", "P:and", "D:a"]),
        ("", []),
    ],
)
def test_segments_are_cut_at_delimiters(text: str, expected: list[str]) -> None:
    assert [s for s in cut(text) if s != "P::"] == [s for s in expected if s != "P::"]


def test_pictures_are_told_from_words() -> None:
    assert [type(s) for s in segments(Source("$a$ ![](x.png)"))] == [Display, Picture]


def test_comments_are_left_out_of_latex_and_kept_in_markdown() -> None:
    text = "half % $hidden$\n$a$"
    assert cut(text, "a.tex") == ["P:half", "D:a"]
    assert cut(text, "a.md") == ["P:half %", "D:hidden", "D:a"]


def test_a_display_over_a_cut_environment_is_still_a_display() -> None:
    assert cut("$a$ so \\begin{align} b &= c\n\nand more words") == ["D:a", "P:so", "D:\\begin{align} b &= c", "P:and more words"]


def placed(text: str, name: str = "hand-in.md") -> tuple[HandIn, dict[str, list[str]]]:
    source = Source(text, name)
    found = split_answers(source, PARTS)
    return found, {p: [source.text[s.span.start : s.span.end].strip() for s in here] for p, here in found.answers.items()}


ALL = {"1.1": ["a"], "1.2": ["b"], "2.1": ["c"], "2.2": ["d"]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.md", "Problem 1\n(a) $a$\n(b) $b$\n\nProblem 2\n(a) $c$\n(b) $d$"),
        ("x.md", "**Q1**\n\n1. $a$\n\n2. $b$\n\n**Q2**\n\n1. $c$\n\n2. $d$"),
        ("x.md", "1 Shears and Shifts [3pts]:\n\n1\\. $a$\n\n2\\. $b$\n\n2 Bounds \\[6pts\\]\n\n1\\. $c$\n\n2\\. $d$"),
        ("x.md", "## Problem 2\n\n**2.1** $c$\n\n**2.2** $d$\n\n## Problem 1\n\n**1.1** $a$\n\n**1.2** $b$"),
        ("x.md", "# Homework\n\n# 1 Shears\n\n(a) $a$\n\n(b) $b$\n\n# 2 Bounds\n\n(a) $c$\n\n(b) $d$"),
        ("x.md", "1. $a$\n2. $b$\n1. $c$\n2. $d$"),
        ("x.md", "1. (a) $a$\n(b) $b$\n\n2. (a) $c$\n(b) $d$"),
        ("x.md", "1. $a$\n2. $b$\n3. $c$\n4. $d$"),
        ("x.md", "1.\n\n$$a$$\n(1)\n\n2.\n\n$$b$$\n(2)\n\n2\n\n- 1. $c$\n- 2. $d$"),
        (
            "x.md",
            "- Filename: hand in a file.\n- **Rules:** be fair.\n\n1 Shears:\n\n1. $a$\n2. $b$\n\n2 Bounds:\n\n1. $c$\n2. $d$",
        ),
        ("x.md", "1a) $a$\n1b) $b$\n2a) $c$\n2b) $d$"),
        ("x.md", "## 1. Shears\n### 1.1 First\n$a$\n### 1.2 Second\n$b$\n## 2. Bounds\n### 2.1 First\n$c$\n### 2.2 Second\n$d$"),
        ("x.tex", r"\section{Shears}\subsection{A}$a$\subsection{B}$b$\section{Bounds}\subsection{A}$c$\subsection{B}$d$"),
        (
            "x.tex",
            "\\subsection*{Question 2}\n\\noindent (a) $c$\n\n\\noindent (b) $d$\n\\subsection*{Question 1}\n\\noindent (a) $a$\n\n\\noindent (b) $b$",
        ),
        ("x.tex", "\\textbf{1.1} $a$\n\n\\textbf{1.2} $b$\n\n\\textbf{2.1} $c$\n\n\\textbf{2.2} $d$"),
        (
            "x.tex",
            r"\begin{enumerate}\item \textbf{S}\begin{enumerate}\item $a$\item $b$\end{enumerate}\item \textbf{T}\begin{enumerate}\item $c$\item $d$\end{enumerate}\end{enumerate}",
        ),
        (
            "x.tex",
            r"""\documentclass{article}\title{1. No}\begin{document}\section*{Problem 1}\begin{enumerate}\item $a$ % \item $x$
\item $b$\end{enumerate}\section*{Problem 2}\begin{enumerate}\setcounter{enumi}{1}\item $d$\setcounter{enumi}{0}\item $c$\end{enumerate}\end{document} $no$""",
        ),
        ("x.txt", "1.1 a\n1.2 b\n2.1 c\n2.2 d"),
    ],
)
def test_every_way_of_numbering_places_the_answers(name: str, text: str) -> None:
    found, answers = placed(text, name)
    assert answers == ALL
    assert found.missing == ()


def test_a_number_without_an_answer_is_missing() -> None:
    found, answers = placed("1. $a$\n\n2. \n\n2\n\n- 1. use the rule of Bayes\n- 2. $d$")
    assert answers == {"1.1": ["a"], "1.2": [], "2.1": ["use the rule of Bayes"], "2.2": ["d"]}
    assert found.missing == ("1.2",)


def test_a_picture_is_an_answer_that_cannot_be_read() -> None:
    found, _ = placed("1.1\n\n![](p.png)\n\n1.2 $b$")
    assert [type(s) for s in found.answers["1.1"]] == [Picture]
    assert found.missing == ("2.1", "2.2")


def test_what_stands_before_the_first_question_is_not_placed() -> None:
    found, answers = placed("1. Read this list.\n2. $x$ is easy.\n\n# Problem 1\n\n1. $a$")
    assert answers["1.1"] == ["a"]
    assert [type(s) for s in found.unplaced] == [Display, Prose]


def test_steps_inside_an_answer_are_no_items() -> None:
    _, answers = placed("**1.1** Two steps:\n\n1. $a$\n2. $b$\n\n**1.2** $c$")
    assert [s for s in answers["1.1"] if len(s) == 1] == ["a", "b"]
    assert answers["1.2"] == ["c"]


def test_macros_of_the_document_read_its_displays() -> None:
    source = Source("\\newcommand{\\Dv}[2]{D(#1 \\| #2)}\n%\\newcommand{\\no}{x}\n1. $\\Dv{r}{p}$", "x.tex")
    found = split_answers(source, PARTS)
    assert set(found.macros) == set(macros_of(source)) == {"Dv"}
    (display,) = found.answers["1.1"]
    node = parse(source, found.macros, display.span)
    assert source.text[node.span.start : node.span.end] == r"\Dv{r}{p}"


def test_escapes_of_ocr_are_tidied_for_showing() -> None:
    assert tidy(r"q\_i \[3pts\]") == "q_i [3pts]"


@pytest.mark.parametrize(
    "text",
    [
        "\\[" * 40_000,
        "$" * 40_001,
        "\\begin{align}" * 9000,
        "1. \n" * 20_000,
        "2\n" * 40_000,
        "```\n" * 20_001,
        "1.1 $a$\n" * 9000,
        "![" * 40_000,
    ],
)
def test_time_is_linear(text: str) -> None:
    split_answers(Source(text, "x.tex"), PARTS)
    segments(Source(text))


@settings(max_examples=200, deadline=2000)
@given(st.lists(st.sampled_from(["$", "$$", "\\[", "\\]", "\\(", "\\)", "x", "=", "1.", "1.1", "(a)", "2", "\n", "\n\n", "\\item", "\\begin{enumerate}", "\\end{enumerate}", "%", "```", "##", "**", "word", "\\begin{align}", "\\end{align}"]), max_size=30).map("".join))  # fmt: skip
def test_segments_stand_in_order_inside_the_document(text: str) -> None:
    for name in ("x.md", "x.tex"):
        source = Source(text, name)
        at = 0
        for segment in segments(source):
            assert at <= segment.span.start <= segment.span.end <= len(text)
            at = segment.span.end
        split_answers(source, PARTS)
