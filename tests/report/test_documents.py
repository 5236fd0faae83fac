"""Documents: every notation in every engine, nobody's text as markup, the same bytes twice, sources carried and read back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv import typeset
from symderiv.assignments.builtin import builtin
from symderiv.assignments.load import load
from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source
from symderiv.grading.page import check_page
from symderiv.report.escape import latex_text, typst_text
from symderiv.report.feedback import feedback
from symderiv.report.model import FeedbackReport, SolutionReport
from symderiv.report.lines import wrapped
from symderiv.report.render import render
from symderiv.report.solution import solution
from symderiv.writing import notation as N
from symderiv.writing.latex import latex
from symderiv.writing.typst import SYMBOLS, typst
from symderiv.writing.unicode import unicode

SHEET = load(builtin("written-assignment-4"))
ATTACK = '\\input{/etc/hosts} #eval("1") {{7*7}} <% 1 %> << x >> <script>alert(1)</script> $x$ % & ~ ^ _ # \\\\ \x00\u202e'
LETTER = N.Letter("x")
SAMPLES: dict[type, N.Notation] = {
    N.Letter: N.Letter("sigma", "bold"), N.Word: N.Word("diag"), N.Number: N.Number("0.5"), N.Symbol: N.Symbol("hadamard"), N.Row: N.Row((LETTER,)),
    N.Fraction: N.Fraction(LETTER, LETTER), N.Script: N.Script(LETTER, LETTER, LETTER), N.Root: N.Root(LETTER), N.Fenced: N.Fenced("norm", LETTER),
    N.Grid: N.Grid(((LETTER, LETTER),)), N.Big: N.Big("sum", LETTER, LETTER), N.Words: N.Words('a "b" # \\ $'), N.Underbrace: N.Underbrace(LETTER, LETTER),
}  # fmt: skip


@pytest.fixture(scope="module")
def report() -> SolutionReport:
    return solution(SHEET)


@pytest.fixture(scope="module")
def checked() -> FeedbackReport:
    page = Source(
        f"1 Question\n\n1. {ATTACK}\n\n2. $x = \\frac{{1}}{{$\n\n2 Question\n\n3. $\\frac12(\\mu_i^2+\\sigma_i^2-1)-\\log\\sigma_i$",
        "page.md",
    )
    return feedback(check_page(SHEET, page))


@pytest.mark.parametrize("kind", N.KINDS, ids=lambda k: k.__name__)
def test_every_emitter_knows_every_kind(kind: type) -> None:
    node = SAMPLES[kind]
    assert latex(node)
    assert unicode(node)
    assert typeset.typst_pdf(f"$ {typst(node)} $").startswith(b"%PDF")


def test_typst_knows_every_symbol() -> None:
    assert set(SYMBOLS) == set(N.SYMBOLS)
    assert typeset.typst_pdf("$ " + " ".join(SYMBOLS.values()) + " $").startswith(b"%PDF")


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_is_text_in_typst(text: str) -> None:
    assert typeset.typst_pdf(f"#set document(date: none)\n[{typst_text(text)}]\n$ {typst(N.Words(text))} $").startswith(b"%PDF")


@given(st.text(max_size=60))
def test_escaped_text_has_no_command_but_ours(text: str) -> None:
    out = latex_text(text)
    for ours in ("textbackslash", "textascii", "textquotedbl", "textless", "textgreater", "textbar", "ldots", "scriptsize"):
        out = out.replace(f"\\{ours}", "")
    assert "\\input" not in out
    assert "%" not in out.replace("\\%", "")


def test_wrapped_lines_lose_nothing() -> None:
    text = "a" * 200 + " b  c\n\n" + "x y " * 60
    assert "".join(wrapped(text)) == text.replace("\n", "")


def test_the_solution_is_the_same_bytes_twice(report: SolutionReport) -> None:
    loader = typeset.template_loader(None)
    again = solution(SHEET)
    for engine in ("latex", "typst", "unicode", "json"):
        assert render(report, engine, loader) == render(again, engine, loader)
    source = render(report, "typst", loader)
    assert typeset.typst_pdf(source) == typeset.typst_pdf(source)


def test_a_hostile_page_is_shown_as_it_is(checked: FeedbackReport) -> None:
    loader = typeset.template_loader(None)
    assert typeset.typst_pdf(render(checked, "typst", loader)).startswith(b"%PDF")
    source = render(checked, "latex", loader)
    assert "\\input{/etc" not in source
    assert "textbackslash{}input" in source
    assert "\x00" not in source


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_latex_compiles_both(report: SolutionReport, checked: FeedbackReport) -> None:
    loader = typeset.template_loader(None)
    for document in (report, checked):
        assert typeset.latex_pdf(render(document, "latex", loader)).startswith(b"%PDF")


def test_attached_files_are_read_back() -> None:
    pdf = typeset.typst_pdf("[x]")
    files = {"a.tex": b"\\x", "b.json": b"{}"}
    packed = typeset.attach(pdf, files)
    assert typeset.attachments(packed) == files
    assert packed == typeset.attach(pdf, files)


def test_templates_of_a_folder_replace_ours_file_by_file(tmp_path: Path, report: SolutionReport) -> None:
    (tmp_path / "solution.typ.j2").write_text("<< report.title | text >>", encoding="utf-8")
    loader = typeset.template_loader(tmp_path)
    assert render(report, "typst", loader).endswith("4")
    assert "documentclass" in render(report, "latex", loader)


def test_a_broken_template_is_named(tmp_path: Path, report: SolutionReport) -> None:
    (tmp_path / "solution.typ.j2").write_text("<% for %>", encoding="utf-8")
    with pytest.raises(AuthorProblem, match=r"solution\.typ\.j2"):
        render(report, "typst", typeset.template_loader(tmp_path))
    with pytest.raises(AuthorProblem, match="does not exist"):
        typeset.template_loader(tmp_path / "nowhere")
