"""How answers are numbered: every style of label leads to the same places, and what is no label stays in the answer."""

from __future__ import annotations

import itertools

import pytest

from symderiv.core.text import Source
from symderiv.reading.document import split_answers
from symderiv.reading.segments import Display

PARTS = ("1.1", "1.2", "2.1", "2.2", "2.3")
FORMULAS = dict(zip(PARTS, "abcde", strict=True))
TITLES = {"1": "Shears and shifts", "1.1": "The inverse", "1.2": "Its determinant", "2": "Bounds", "2.1": "Evidence", "2.2": "Factors", "2.3": "The gradient"}  # fmt: skip


def placed(text: str, name: str = "hand-in.md", titles: dict[str, str] | None = None) -> dict[str, list[str]]:
    source = Source(text, name)
    found = split_answers(source, PARTS, titles)
    return {
        part: [source.text[s.span.start : s.span.end].strip() for s in here if isinstance(s, Display)]
        for part, here in found.answers.items()
        if any(isinstance(s, Display) for s in here)
    }


def everywhere(label: str, between: str = "\n\n") -> str:
    """A document in which ``label`` stands before each answer, filled with the question, the part as number, letter and numeral."""
    out = []
    for part, formula in FORMULAS.items():
        q, n = part.split(".")
        k = int(n) - 1
        filled = label.format(
            q=q, n=n, l="abc"[k], L="ABC"[k], r=("i", "ii", "iii")[k], R=("I", "II")[int(q) - 1], w=("One", "Two")[int(q) - 1]
        )
        out.append(f"{filled}${formula}$")
    return between.join(out)


@pytest.mark.parametrize(
    "label",
    [
        "{q}.{n} ", "{q}.{n}. ", "{q}.{n}) ", "({q}.{n}) ", "[{q}.{n}] ", "{q}.{n}: ", "{q}.{n} - ", "§{q}.{n} ", "{q}-{n}. ", "{q}({l}) ", "{q}.{l} ",
        "{q}.{l}) ", "{q}{l}. ", "{q}{l}: ", "{q}{l}) ", "{q}. ({l}) ", "{q}({r}) ", "{q}.{r} ", "**{q}{l}** ", "**{q}-{l}** ", "*{q}.{n}* ", "_{q}.{n}_ ",
        "***{q}.{n}*** ", "> {q}.{n} ", "- {q}.{n}: ", "Q{q}.{n} ", "Q{q}{l}: ", "**Q{q}.{n}** ", "# Problem {q}.{n}\n", "# Problem {q} ({l})\n",
        "# Problem {q}({l})\n", "## Problem {q}{l}\n", "## Problem {q}, part ({l})\n", "**Problem {q} part {l}.** ", "## Problem {q} - Part {n}\n",
        "## Problem {q}: Part ({l})\n", "### Question {R} ({l})\n", "### Question {w}, part {l}\n", "# Exercise {q}.{n}\n", "Task {q}.{n}\n", "Part {q}.{n}:\n",
        "Answer {q}.{n}: ", "**Solution to {q}.{n}.** ", "## Solution to Problem {q}.{n}\n", "## {q}.{n} What it comes to\n", "### {q}.{n} – What it is\n",
        "<b>{q}.{n}</b><br>\n", "<h3>{q}.{n}</h3>\n", "<u>{q}.{n}</u> ", "{q}.{n}\n---\n", "$\\mathbf{{{q}.{n}}}$ ",
    ],
)  # fmt: skip
def test_labels_of_both_ordinals(label: str) -> None:
    assert placed(everywhere(label)) == {part: [formula] for part, formula in FORMULAS.items()}


@pytest.mark.parametrize(
    "label",
    [
        r"\textbf{{{q}.{n}}} ", r"\noindent\textbf{{Problem {q}.{n}:}} ", r"\textit{{{q}.{n}}} ", r"{{\bfseries {q}.{n}}} ", r"{{\large\bf {q}.{n}}} ",
        r"\textbf{{\large {q}.{n}}} ", r"\underline{{{q}.{n}}} ", r"\fbox{{{q}.{n}}} ", r"\vspace{{1em}}\noindent \textbf{{{q}.{n}}}\\ ", r"\paragraph{{{q}.{n}}} ",
        r"\section*{{Problem {q} ({l})}}", r"\section*{{{q}.{n}}}", r"\section*{{Question {q} -- Part {n}}}", r"\subsection*{{{q}.{n} What it is}}", r"\item[{q}.{n}] ",
        r"\item[({q}{l})] ", r"\item[\textbf{{Q{q}({l})}}] ", r"\begin{{center}}\textbf{{Problem {q}.{n}}}\end{{center}} ", r"\begin{{problem}}[{q}.{n}] ",
        r"\begin{{problem}}{{{q}.{n}}} ", r"\begin{{frame}}{{Problem {q}.{n}}} ", r"\frametitle{{{q}({l})}} ", r"\textcolor{{blue}}{{{q}.{n}}} ",
    ],
)  # fmt: skip
def test_labels_of_both_ordinals_in_latex(label: str) -> None:
    assert placed(everywhere(label), "hand-in.tex") == {part: [formula] for part, formula in FORMULAS.items()}


HEADS = ("# Problem {q}", "**Q{q}**", "Q{q}.", "## {q}. Something", "{q} Something Else [3pts]", "# Question {w}", "# Problem {R}", "## {R}. Something", "Exercise {q}",
         "## Part {q}", "## Part {R}", "### Problem #{q}", "**Prob. {q}**", "PROBLEM {q}:", "P{q}", "Problem {q}\n=========", "## Solution {q}",
         "## Solution to Question {q}", "## Question {q} (6 points)", "# {w} question", "Aufgabe {q}")  # fmt: skip
STEPS = ("({l}) ", "{l}) ", "{l}. ", "{n}. ", "{n}) ", "({n}) ", "({r}) ", "{r}. ", "{r}) ", "{L}. ", "({L}) ", "### Part ({l})\n", "**Part {l}:** ", "**Part {n}.** ",
         "**Part {r}.** ", "- ({l}) ", "### {l}\n", "### {n}\n", "### ({l}) Some Words\n", "### {n}. Some Words\n", "### {n} Some Words\n", "*({l})* ", "**{l})** ",
         "Answer {n}: ", "Subproblem {n}: ", "**Question ({l}):** ", "{n}\\. ", "\\({l}\\) ")  # fmt: skip


def document(head: str, step: str, order: tuple[str, ...] = ("1", "2")) -> str:
    out = []
    for q in order:
        out.append(
            head.format(
                q=q,
                R="I" * int(q),
                w=("First", "Second")[int(q) - 1] if head.endswith("question") else ("One", "Two")[int(q) - 1],
            )
        )
        for part, formula in FORMULAS.items():
            if part.startswith(q):
                k = int(part[2:]) - 1
                out.append(step.format(n=k + 1, l="abc"[k], L="ABC"[k], r="i" * (k + 1)) + f"${formula}$")
    return "\n\n".join(out)


@pytest.mark.parametrize(("head", "step"), [*itertools.product(HEADS, STEPS[:2]), *itertools.product(HEADS[:1], STEPS)])
def test_headings_and_steps_in_either_order(head: str, step: str) -> None:
    every = {part: [formula] for part, formula in FORMULAS.items()}
    assert placed(document(head, step)) == every
    assert placed(document(head, step, ("2", "1"))) == every


def test_steps_inside_an_answer_are_of_another_style() -> None:
    text = "# Problem 1\n(a) Two steps.\n\\begin{enumerate}\n\\item $a$\n\\item $u$\n\\end{enumerate}\n(b) $b$\n# Problem 2\n(a)\n1. $c$\n2. $v$\n"
    assert placed(text) == {"1.1": ["a", "u"], "1.2": ["b"], "2.1": ["c", "v"]}


def test_a_label_of_several_parts() -> None:
    assert placed("**1.1, 1.2** $a$\n\n2(a) and 2(b): $c$\n\n(2.3) $e$") == {
        "1.1": ["a"],
        "1.2": ["a"],
        "2.1": ["c"],
        "2.2": ["c"],
        "2.3": ["e"],
    }


def test_a_third_ordinal_stays_in_its_part() -> None:
    assert placed("**1(a)(i)** $a$\n\n**1(a)(ii)** $u$\n\n**1(b)** $b$") == {"1.1": ["a", "u"], "1.2": ["b"]}


def test_questions_of_the_exam_class() -> None:
    body = r"\begin{questions}\question S \begin{parts}\part[1] T \begin{solution}$a$\end{solution}\part $b$\end{parts}\question[3] U"
    body += r"\begin{parts}\part $c$ \begin{subparts}\subpart $u$\end{subparts}\part $d$\part $e$\end{parts}\end{questions}"
    assert placed(body, "x.tex") == {"1.1": ["a"], "1.2": ["b"], "2.1": ["c", "u"], "2.2": ["d"], "2.3": ["e"]}


def test_environments_for_problems_count_like_items() -> None:
    flat = "".join(rf"\begin{{problem}} ${f}$ \end{{problem}}" for f in "abcde")
    assert placed(flat, "x.tex") == {part: [formula] for part, formula in FORMULAS.items()}
    nested = (
        "\\begin{exercise}\n(a) $a$\n(b) $b$"
        r"\end{exercise}\begin{exercise}"
        "\n(a) $c$\n(b) $d$\n(c) $e$\n"
        r"\end{exercise}"
    )
    assert placed(nested, "x.tex") == {part: [formula] for part, formula in FORMULAS.items()}


def test_headings_are_told_by_their_words() -> None:
    text = "# Bounds\n## The gradient\n$e$\n## Factors\n$d$\n# Shears\n## Determinant\n$b$\n## Inverse\n$a$"
    assert placed(text, titles=TITLES) == {"1.1": ["a"], "1.2": ["b"], "2.2": ["d"], "2.3": ["e"]}
    assert placed("# Problem 1\n## Determinant\n$b$\n# Problem 2\n(a) $c$", titles=TITLES) == {"1.2": ["b"], "2.1": ["c"]}


def test_headings_that_are_no_question_s_are_passed_over() -> None:
    assert placed("# Deep learning\n# Jane Doe\n# Spring\n1. $a$\n2. $b$\n\n1. $c$") == {"1.1": ["a"], "1.2": ["b"], "2.1": ["c"]}


def test_headings_without_numbers_are_counted_where_there_are_as_many_as_parts() -> None:
    assert placed(
        "\n".join(f"## {w}\n${f}$" for w, f in zip(("Uno", "Dos", "Tres", "Cuatro", "Cinco"), "abcde", strict=True))
    ) == {p: [f] for p, f in FORMULAS.items()}
    assert placed("# Problem 1\n## Foo\n$a$\n## Bar\n$b$\n# Problem 2\n## Foo\n$c$") == {"1.1": ["a"], "1.2": ["b"]}


@pytest.mark.parametrize(
    "words",
    ["As we have seen in\n1.1 it exists. ", "By part\n(a) this is so. ", "We have 1.1 times that. ", "See\n2.1 for this. "],
)
def test_numbers_in_sentences_are_no_labels(words: str) -> None:
    assert placed(f"# Problem 1\n(a) $a$\n(b) {words}$b$") == {"1.1": ["a"], "1.2": ["b"]}


def test_a_problem_of_another_sheet_is_not_placed_elsewhere() -> None:
    source = Source("**1.1** $a$\n\n# Problem 3\n$u$\n\n**1.2** $b$", "x.md")
    found = split_answers(source, PARTS)
    assert [source.text[s.span.start : s.span.end] for s in found.unplaced if isinstance(s, Display)] == ["u"]
    assert found.astray


def test_formulas_without_any_number_are_astray_and_an_introduction_is_not() -> None:
    assert split_answers(Source("$a$\n\n$b$"), PARTS).astray
    assert not split_answers(Source("We are given $u$.\n\n1.1 $a$"), PARTS).astray


def test_a_verdict_in_bold_stays_in_the_answer() -> None:
    found = split_answers(Source("**1.1 No, it does not.** $a$\n\n**1.2 The determinant.** $b$"), PARTS)
    assert [len(found.answers[p]) for p in ("1.1", "1.2")] == [2, 1]
