from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from symderiv import typeset
from symderiv.core.problems import AuthorProblem
from symderiv.report.render import render
from symderiv.typeset import TypesettingFailed, attach, attachments, latex_pdf, template_loader, typst_pdf
from tests.report.samples import SOLUTION

needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
PAGE = r"\documentclass{article}\begin{document}%s\end{document}"


def test_typst_reads_no_file_and_says_why() -> None:
    with pytest.raises(TypesettingFailed, match="Typst"):
        typst_pdf('#read("/etc/passwd")')


def test_typst_s_complaint_is_kept() -> None:
    with pytest.raises(TypesettingFailed, match="unknown variable"):
        typst_pdf("#nosuchthing")


@needs_tex
def test_tex_s_complaint_is_kept() -> None:
    with pytest.raises(TypesettingFailed, match="Undefined control sequence"):
        latex_pdf(PAGE % r"\nosuchthing")


@needs_tex
def test_tex_that_makes_no_page_is_a_failure() -> None:
    with pytest.raises(TypesettingFailed, match="without a PDF"):
        latex_pdf(PAGE % "")


@needs_tex
def test_tex_reads_no_file_outside_and_runs_no_program(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("told", encoding="utf-8")
    with pytest.raises(TypesettingFailed):
        latex_pdf(PAGE % rf"\input{{{secret}}}")
    latex_pdf(PAGE % rf"x\immediate\write18{{touch {tmp_path}/made}}")
    assert not (tmp_path / "made").exists()


@needs_tex
def test_a_tex_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "TEX_SECONDS", 1)
    with pytest.raises(TypesettingFailed, match="did not end within 1 s"):
        latex_pdf(PAGE % r"\loop\iftrue\repeat")


def test_without_a_tex_the_engines_looked_for_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TypesettingFailed, match=r"no TeX is installed.*pdflatex.*tectonic"):
        latex_pdf(PAGE % "x")


@needs_tex
def test_tex_makes_the_same_bytes_twice() -> None:
    source = render(SOLUTION, "latex", template_loader(None))
    assert latex_pdf(source) == latex_pdf(source)


def test_attached_files_come_back_and_the_bytes_are_the_same() -> None:
    pdf, files = typst_pdf("x"), {"b.json": b"{}", "a.tex": bytes(range(256)), "ü.txt": b""}
    packed = attach(pdf, files)
    assert attachments(packed) == files
    assert packed == attach(pdf, dict(reversed(files.items())))
    assert attachments(pdf) == {}


def test_every_template_of_ours_is_found() -> None:
    names = template_loader(None).list_templates()
    assert {f"{kind}.{engine}.j2" for kind in ("solution", "feedback", "preamble") for engine in ("tex", "typ")} <= set(names)


def test_a_folder_replaces_file_by_file(tmp_path: Path) -> None:
    import jinja2

    (tmp_path / "preamble.typ.j2").write_text("mine", encoding="utf-8")
    environment = jinja2.Environment(loader=template_loader(tmp_path), autoescape=False)  # noqa: S701  no HTML here
    assert environment.loader is not None
    assert environment.loader.get_source(environment, "preamble.typ.j2")[0] == "mine"
    assert "documentclass" in environment.loader.get_source(environment, "preamble.tex.j2")[0]


def test_a_folder_that_is_none_is_the_author_s(tmp_path: Path) -> None:
    with pytest.raises(AuthorProblem, match="does not exist"):
        template_loader(tmp_path / "nowhere")
