"""The command line: the edge that reads files, prints, and turns problems into exit codes.

Data goes to stdout, whatever is said about it to stderr. Exit codes: 0 done, 2 usage or an author's error, 3 nothing readable in
the document, 4 a bug of ours. A wrong answer is never a non-zero exit. Commands import what they need when they run, so that
``--help`` and completion load neither SymPy nor rich.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import time
import traceback
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Never

import typer

from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source

if TYPE_CHECKING:  # loaded by the commands that need them
    from jinja2 import BaseLoader

    from symderiv.assignments.records import Assignment
    from symderiv.report.model import FeedbackReport, SolutionReport

    Report = SolutionReport | FeedbackReport

SOURCE_SUFFIXES = (".tex", ".md", ".mmd", ".txt")


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


app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)

Sheet = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="A TOML file or the name of a built-in assignment.")]
Templates = Annotated[Path | None, typer.Option(help="A folder whose templates replace ours, file by file.")]
PdfEngine = Annotated[Engine, typer.Option(help="What makes the PDF.")]


VERSION = typer.Option(
    "--version", help="Show the version and exit.", is_eager=True, callback=lambda asked: _show_version() if asked else None
)


@app.callback()
def symderiv(
    *,
    version: Annotated[bool, VERSION] = False,
) -> None:
    """Derive, prove and mark answers of machine-learning mathematics."""


@app.command()
def solve(
    assignment: Sheet,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here; a PDF gets its .tex beside it.")] = None,
    part: Annotated[str | None, typer.Option(help="Only this part, for example 1.3.")] = None,
    form: Annotated[Format | None, typer.Option("--format", help="Default: by the output's suffix, else unicode.")] = None,
    engine: PdfEngine = Engine.TYPST,
    templates: Templates = None,
) -> None:
    """The worked solution of an assignment, derived and proved."""
    kind = form or _format_of(output)
    if kind is Format.PDF and output is None:
        raise typer.BadParameter("a PDF is written to a file: add -o FILE.pdf")
    sheet = _assignment(assignment)
    if part is not None and sheet.part(part) is None:
        numbers = [known.number for _, known in sheet.parts()]
        raise AuthorProblem(f"`{assignment}` has no part `{part}`", hint="parts: " + ", ".join(numbers))

    from symderiv.report.solution import solution

    report, loader = solution(sheet, part), _loader(templates)
    if output is None:
        typer.echo(_rendered(report, kind, loader))
    elif kind is Format.PDF:
        _write_pdf(output, report, engine, loader)
    else:
        _write(output, _rendered(report, kind, loader).encode())


@app.command()
def check(
    assignment: Annotated[
        str, typer.Argument(metavar="ASSIGNMENT|RECORDS", help="An assignment; or, alone, a file of JSON Lines or - for stdin.")
    ],
    document: Annotated[Path | None, typer.Argument(help="What was handed in: .tex, .md, .mmd, .txt or .pdf.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a part.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the feedback here, as a PDF with its .tex beside it.")] = None,
    engine: PdfEngine = Engine.TYPST,
    templates: Templates = None,
) -> None:
    """Check one document part by part, or records line by line."""
    if document is None:
        if report is not None:
            raise typer.BadParameter("--report needs an assignment and a document")
        _check_records(assignment)
        return
    if assignment == "-" or assignment.endswith(".jsonl"):
        raise typer.BadParameter("records are checked alone, without a document")
    sheet = _assignment(assignment)
    from symderiv.grading.page import check_page, unreadable_page
    from symderiv.report.feedback import feedback

    nothing: Unreadable | None = None
    try:
        page = check_page(sheet, _document(document))
    except Unreadable as reason:
        nothing = reason
        page = unreadable_page(sheet, document.name, str(reason))
    if sheet.submission and sheet.student(document.name) is None:
        typer.echo(f"note: the name `{document.name}` does not follow `{sheet.submission}`", err=True)

    told = feedback(page)
    if as_json:
        for part in page.parts:
            typer.echo(json.dumps(part.record(page.source), ensure_ascii=False))
    else:
        typer.echo(_rendered(told, Format.UNICODE, _loader(templates)))
    if report is not None:
        _write_pdf(report, told, engine, _loader(templates))
    if nothing is not None:
        raise nothing
    if all(part.judgement.status in {"missing", "unreadable"} for part in page.parts):
        raise Unreadable(f"{document}: no part has an answer that can be read")


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="symderiv")
    except AuthorProblem as problem:
        _leave(str(problem), 2)
    except Unreadable as reason:
        _leave(str(reason), 3)
    except Exception as bug:
        traceback.print_exc()
        typer.echo("symderiv: this is a bug of ours, please report it with the lines above", err=True)
        raise SystemExit(4) from bug


def _leave(message: str, code: int) -> Never:
    typer.echo(message, err=True)
    raise SystemExit(code)


def _show_version() -> Never:
    from importlib.metadata import version

    typer.echo(f"symderiv {version('symderiv')}")
    raise typer.Exit


# What is read


def _assignment(name: str) -> Assignment:
    """The assignment in a file, or the built-in one of this name."""
    from symderiv.assignments.builtin import builtin, names
    from symderiv.assignments.load import load

    path = Path(name)
    if name in names() or not (path.suffix or path.name != name or path.exists()):
        return load(builtin(name))
    try:
        return load(Source(_bytes(path).decode("utf-8-sig"), name))
    except UnicodeDecodeError as error:
        raise AuthorProblem(f"`{name}` is no UTF-8 text") from error


def _bytes(path: Path, hint: str = "") -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AuthorProblem(f"cannot read `{path}`: {(error.strerror or str(error)).lower()}", hint=hint) from error


def _document(path: Path) -> Source:
    """What was handed in, as text. A PDF is read by the source it carries, then by a source file beside it."""
    data = _bytes(path)
    if path.suffix.lower() == ".pdf" or data.startswith(b"%PDF-"):
        return _source_of_pdf(path, data)
    try:
        return Source(data.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: this is no UTF-8 text") from error


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
                return Source(content.decode("utf-8", errors="replace"), f"{path.name}/{name}")
    for suffix in SOURCE_SUFFIXES:
        if (sibling := path.with_suffix(suffix)).is_file():
            typer.echo(f"note: reading `{sibling.name}` beside the PDF", err=True)
            return _document(sibling)
    raise Unreadable(
        f"{path}: this PDF carries no source, and its text layer garbles mathematics\n"
        f"    hint: put the {', '.join(SOURCE_SUFFIXES[:-1])} or {SOURCE_SUFFIXES[-1]} file it was made from beside it"
    )


def _check_records(name: str) -> None:
    """JSON Lines in, JSON Lines out, one by one as they come."""
    from symderiv.grading.records import check_lines

    lines: Iterable[str]
    if name == "-":
        lines = sys.stdin
    else:
        hint = "" if name.endswith(".jsonl") else "to check one document: symderiv check ASSIGNMENT DOCUMENT"
        lines = io.StringIO(_bytes(Path(name), hint).decode("utf-8-sig", errors="replace"))
    for line in check_lines(lines, clock=time.perf_counter):
        typer.echo(line)  # flushes, so that each result is there when it is known


# What is written


def _loader(templates: Path | None) -> BaseLoader:
    from symderiv.typeset import template_loader

    return template_loader(templates)


def _rendered(report: Report, kind: Format, loader: BaseLoader) -> str:
    from symderiv.report.render import render

    return render(report, kind.value, loader)


def _write_pdf(path: Path, report: Report, engine: Engine, loader: BaseLoader) -> None:
    """The PDF, carrying its LaTeX source and its results, and the LaTeX source beside it."""
    from symderiv import typeset
    from symderiv.report.render import render

    latex = _rendered(report, Format.LATEX, loader)
    results = _rendered(report, Format.JSON, loader)
    pdf = _by_latex(latex) if engine is Engine.LATEX else None
    if pdf is None:
        pdf = typeset.typst_pdf(render(report, Engine.TYPST.value, loader))
    source = path.with_suffix(".tex")
    _write(source, latex.encode())
    _write(path, typeset.attach(pdf, {source.name: latex.encode(), path.with_suffix(".json").name: results.encode()}))


def _by_latex(source: str) -> bytes | None:
    """The PDF by a system's TeX; where there is none, or it breaks, a warning, and None."""
    from symderiv import typeset

    try:
        return typeset.latex_pdf(source)
    except typeset.TypesettingFailed as failed:
        typer.echo(f"warning: {failed}; the PDF is made by Typst", err=True)
        return None


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise AuthorProblem(f"cannot write `{path}`: {(error.strerror or str(error)).lower()}") from error
    typer.echo(f"wrote {path}", err=True)


def _format_of(output: Path | None) -> Format:
    if output is None:
        return Format.UNICODE
    if output.suffix.lower() not in FORMAT_OF_SUFFIX:
        raise typer.BadParameter(f"`{output.name}` ends in none of {', '.join(FORMAT_OF_SUFFIX)}: name it so or add --format")
    return FORMAT_OF_SUFFIX[output.suffix.lower()]


if __name__ == "__main__":
    main()
