"""Pages as they come out: nothing leaves the line, hostile text stands there as it was written."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
from pypdf import PdfReader

from symderiv import typeset
from symderiv.core.problems import AuthorProblem
from symderiv.report.model import FeedbackReport, SolutionReport
from symderiv.report.render import render
from tests.report.samples import ENDLESS, HOSTILE, SOLUTION, STATUSES, STRANGE, feedback

LOADER = typeset.template_loader(None)
REPORTS: dict[str, SolutionReport | FeedbackReport] = {
    "solution": SOLUTION, "hostile": feedback(HOSTILE), "endless": feedback(ENDLESS), "strange": feedback(STRANGE), "empty": feedback(""),
}  # fmt: skip
needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")


def words(pdf: bytes) -> str:
    """The text of a PDF without spaces and zero-width characters."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"[\s\u200b\u200c]", "", text)


def outline(entries: Iterable[Any]) -> Iterator[str]:
    """The titles of a PDF's outline."""
    for entry in entries:
        yield from outline(entry) if isinstance(entry, list) else [str(entry.title)]


@pytest.fixture(params=sorted(REPORTS))
def report(request: pytest.FixtureRequest) -> SolutionReport | FeedbackReport:
    return REPORTS[request.param]


@needs_tex
def test_tex_is_content_and_no_box_is_overfull(report: SolutionReport | FeedbackReport, tmp_path: Path) -> None:
    (tmp_path / "report.tex").write_text(render(report, "latex", LOADER), encoding="utf-8")
    runs = [
        subprocess.run(["pdflatex", "-interaction=nonstopmode", "report.tex"], cwd=tmp_path, capture_output=True, check=False)  # noqa: S607
        for _ in range(2)
    ]
    log = (tmp_path / "report.log").read_text(encoding="utf-8", errors="replace")
    assert [run.returncode for run in runs] == [0, 0]
    assert re.findall(r"^(?:!|Overfull|LaTeX Warning|Package hyperref Warning|Missing character).*", log, re.MULTILINE) == []


def test_typst_makes_the_same_bytes_twice(report: SolutionReport | FeedbackReport) -> None:
    source = render(report, "typst", LOADER)
    assert typeset.typst_pdf(source) == typeset.typst_pdf(source)


@pytest.mark.parametrize("engine", ["typst", pytest.param("latex", marks=needs_tex)])
def test_hostile_text_is_on_the_page_as_it_was_written(engine: str) -> None:
    source = render(REPORTS["hostile"], engine, LOADER)
    text = words(typeset.typst_pdf(source) if engine == "typst" else typeset.latex_pdf(source))
    text = re.sub(r"Feedback\d+/\d+", "", text)  # a footer may stand between two lines
    assert text.count("".join(HOSTILE.split())) >= 3 * len(STATUSES)  # as handed in, at a finding, as a repair
    assert "root:" not in text


@pytest.mark.parametrize("engine", ["typst", pytest.param("latex", marks=needs_tex)])
def test_pages_are_numbered_and_parts_are_in_the_outline(engine: str) -> None:
    source = render(SOLUTION, engine, LOADER)
    pdf = PdfReader(io.BytesIO(typeset.typst_pdf(source) if engine == "typst" else typeset.latex_pdf(source)))
    assert f"1 / {len(pdf.pages)}" in pdf.pages[0].extract_text().replace("\n", " ")
    titles = list(outline(pdf.outline))
    assert any("Coupling layers" in t for t in titles)
    assert any(t.startswith("2.1") and "point" not in t for t in titles)


@pytest.mark.parametrize("engine", ["typst", pytest.param("latex", marks=needs_tex)])
def test_every_status_is_a_word_too(engine: str) -> None:
    source = render(feedback("x"), engine, LOADER)
    text = words(typeset.typst_pdf(source) if engine == "typst" else typeset.latex_pdf(source))
    for status in (*STATUSES,):
        assert text.count(status) >= 2  # in the table and at the part


def test_an_unknown_status_is_only_a_word() -> None:
    sample = feedback("x")
    odd = dataclasses.replace(sample, parts=(dataclasses.replace(sample.parts[0], status='od"d]#}'),))
    assert "odd" in words(typeset.typst_pdf(render(odd, "typst", LOADER)))


def test_a_missing_template_and_a_misspelt_field_are_the_author_s() -> None:
    with pytest.raises(AuthorProblem, match=r"solution\.typ\.j2 is missing"):
        render(SOLUTION, "typst", jinja2.DictLoader({}))
    with pytest.raises(AuthorProblem, match="titel"):
        render(SOLUTION, "typst", jinja2.DictLoader({"solution.typ.j2": "<< report.titel >>"}))
