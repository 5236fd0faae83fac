"""What commands read and write: assignments, documents, reports; a problem of theirs says what to do about it."""

from __future__ import annotations

import io
import logging
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symderiv.core.problems import AnswerProblem, AuthorProblem
from symderiv.core.text import Source

if TYPE_CHECKING:  # loaded by the commands that need them
    from jinja2 import BaseLoader

    from symderiv.assignments.records import Assignment
    from symderiv.report.model import FeedbackReport, SolutionReport

    Report = SolutionReport | FeedbackReport

SOURCE_SUFFIXES = (".tex", ".md", ".mmd", ".txt", ".ipynb")


class Format(StrEnum):
    """What a worked solution can be written as."""

    LATEX = "latex"
    UNICODE = "unicode"
    JSON = "json"
    PDF = "pdf"


class Engine(StrEnum):
    """What makes the PDF: the embedded Typst, or a LaTeX of the system."""

    TYPST = "typst"
    LATEX = "latex"


FORMAT_OF_SUFFIX = {".pdf": Format.PDF, ".tex": Format.LATEX, ".json": Format.JSON, ".txt": Format.UNICODE}


class Unreadable(Exception):
    """A document in which nothing can be read."""


Sheet = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="A TOML file or the name of a built-in assignment.")]
Templates = Annotated[Path | None, typer.Option(help="A folder whose templates replace ours, file by file.")]
PdfEngine = Annotated[Engine, typer.Option(help="What makes the PDF.")]


# What is read


def read_assignment(name: str) -> Assignment:
    """The assignment in a file, or the built-in one of this name."""
    from symderiv.assignments.builtin import builtin, names
    from symderiv.assignments.load import load

    path = Path(name)
    if name in names() or not (path.suffix or path.name != name or path.exists()):
        return load(builtin(name))
    try:
        return load(Source(read_bytes(path).decode("utf-8-sig"), name))
    except UnicodeDecodeError as error:
        raise AuthorProblem(f"`{name}` is no UTF-8 text") from error


def read_bytes(path: Path, hint: str = "") -> bytes:
    """What a file holds; `hint` says what the user may have meant."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise AuthorProblem(f"cannot read `{path}`: {(error.strerror or str(error)).lower()}", hint=hint) from error


def read_document(path: Path) -> Source:
    """What was handed in, as text. A PDF is read by the source it carries, then by a source file beside it."""
    data = read_bytes(path)
    if path.suffix.lower() == ".pdf" or data.startswith(b"%PDF-"):
        return _source_of_pdf(path, data)
    try:
        return _text(Source(data.decode("utf-8-sig"), path.name))
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: this is no UTF-8 text") from error


def _text(source: Source) -> Source:
    """A document's text; of a notebook its text cells."""
    from symderiv.reading.notebook import SUFFIX, notebook_text

    if not source.name.lower().endswith(SUFFIX):
        return source
    try:
        return notebook_text(source)
    except AnswerProblem as problem:
        raise Unreadable(problem.message) from problem


def _source_of_pdf(path: Path, data: bytes) -> Source:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on how a PDF was written help no one here
    try:
        attached = {name: contents[0] for name, contents in PdfReader(io.BytesIO(data)).attachments.items()}
    except PyPdfError as error:
        raise Unreadable(f"{path}: this is no PDF that can be read ({error})") from error
    for suffix in SOURCE_SUFFIXES:
        for name, content in attached.items():
            if name.endswith(suffix):
                return _text(Source(content.decode("utf-8", errors="replace"), f"{path.name}/{name}"))
    for suffix in SOURCE_SUFFIXES:
        if (sibling := path.with_suffix(suffix)).is_file():
            typer.echo(f"note: reading `{sibling.name}` beside the PDF", err=True)
            return read_document(sibling)
    raise Unreadable(
        f"{path}: this PDF carries no source, and its text layer garbles mathematics\n"
        f"    hint: put the {', '.join(SOURCE_SUFFIXES[:-1])} or {SOURCE_SUFFIXES[-1]} file it was made from beside it"
    )


# What is written


def templates_loader(templates: Path | None) -> BaseLoader:
    """Jinja's loader: the user's templates before ours."""
    from symderiv.typeset import template_loader

    return template_loader(templates)


def rendered(report: Report, kind: Format, loader: BaseLoader) -> str:
    """A report as text of this kind."""
    from symderiv.report.render import render

    return render(report, kind.value, loader)


def write_pdf(path: Path, report: Report, engine: Engine, loader: BaseLoader) -> None:
    """The PDF, carrying its LaTeX source and its results, and the LaTeX source beside it."""
    from symderiv import typeset
    from symderiv.report.render import render

    latex = rendered(report, Format.LATEX, loader)
    results = rendered(report, Format.JSON, loader)
    pdf = _by_latex(latex) if engine is Engine.LATEX else None
    if pdf is None:
        pdf = typeset.typst_pdf(render(report, Engine.TYPST.value, loader))
    source = path.with_suffix(".tex")
    write(source, latex.encode())
    write(path, typeset.attach(pdf, {source.name: latex.encode(), path.with_suffix(".json").name: results.encode()}))


def _by_latex(source: str) -> bytes | None:
    """The PDF by a system's TeX; where there is none, or it breaks, a warning, and None."""
    from symderiv import typeset

    try:
        return typeset.latex_pdf(source)
    except typeset.TypesettingFailed as failed:
        typer.echo(f"warning: {failed}; the PDF is made by Typst", err=True)
        return None


def write(path: Path, data: bytes) -> None:
    """Write a file, its folders with it, and say so."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise AuthorProblem(f"cannot write `{path}`: {(error.strerror or str(error)).lower()}") from error
    typer.echo(f"wrote {path}", err=True)
