"""What commands read and write: assignments, documents, reports; a problem of theirs says what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symderiv.classroom.handed_in import SOURCE_SUFFIXES, HandedFile
from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source

if TYPE_CHECKING:  # loaded by the commands that need them
    from jinja2 import BaseLoader

    from symderiv.assignments.records import Assignment
    from symderiv.report.model import FeedbackReport, SolutionReport

    Report = SolutionReport | FeedbackReport


class Format(StrEnum):
    """What a worked solution can be written as."""

    LATEX = "latex"
    UNICODE = "unicode"
    JSON = "json"
    PDF = "pdf"
    MARKDOWN = "markdown"


class Engine(StrEnum):
    """What makes the PDF: the embedded Typst, or a LaTeX of the system."""

    TYPST = "typst"
    LATEX = "latex"


FORMAT_OF_SUFFIX = {
    ".pdf": Format.PDF,
    ".tex": Format.LATEX,
    ".json": Format.JSON,
    ".txt": Format.UNICODE,
    ".md": Format.MARKDOWN,
}


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
    """What was handed in, as text. A PDF is read by the source it carries, then by a source file beside it. Raises `Unreadable`."""
    from symderiv.classroom.documents import document

    siblings = [p for p in map(path.with_suffix, SOURCE_SUFFIXES) if p != path and p.is_file()]
    source, note = document(HandedFile(str(path), read_bytes(path)), [HandedFile(p.name, read_bytes(p)) for p in siblings])
    if note:
        typer.echo(f"note: {note}", err=True)
    return Source(source.text, source.name.replace(str(path), path.name))


def now() -> str:
    """The time, as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# What is written


def templates_loader(templates: Path | None) -> BaseLoader:
    """Jinja's loader: the user's templates before ours."""
    from symderiv.typeset import template_loader

    return template_loader(templates)


def format_of(output: Path | None) -> Format:
    """What a file's name asks for; without one, text for the terminal."""
    if output is None:
        return Format.UNICODE
    if output.suffix.lower() not in FORMAT_OF_SUFFIX:
        raise typer.BadParameter(f"`{output.name}` ends in none of {', '.join(FORMAT_OF_SUFFIX)}: name it so or add --format")
    return FORMAT_OF_SUFFIX[output.suffix.lower()]


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


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """What goes on while results are written: where the system refuses, `AuthorProblem` says what and that nothing is lost."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        place = error.filename or out
        said = (error.strerror or str(error)).lower()
        hint = "what was graded is kept: mend this, and run the same command again" if (out / "results.jsonl").is_file() else ""
        raise AuthorProblem(f"cannot write `{place}`: {said}", hint=hint) from error


def write(path: Path, data: bytes) -> None:
    """Write a file, its folders with it, and say so."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise AuthorProblem(f"cannot write `{path}`: {(error.strerror or str(error)).lower()}") from error
    typer.echo(f"wrote {path}", err=True)
