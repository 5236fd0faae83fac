"""`symderiv solve`: the worked solution of an assignment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symderiv.commands.files import (
    Engine,
    Format,
    PdfEngine,
    Sheet,
    Templates,
    format_of,
    read_assignment,
    rendered,
    templates_loader,
    write,
    write_pdf,
)
from symderiv.core.problems import AuthorProblem


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(solve)


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
    kind = form or format_of(output)
    if kind is Format.PDF and output is None:
        raise typer.BadParameter("a PDF is written to a file: add -o FILE.pdf")
    sheet = read_assignment(assignment)
    if part is not None and sheet.part(part) is None:
        numbers = [known.number for _, known in sheet.parts()]
        raise AuthorProblem(f"`{assignment}` has no part `{part}`", hint="parts: " + ", ".join(numbers))

    from symderiv.report.solution import solution

    report, loader = solution(sheet, part), templates_loader(templates)
    if output is None:
        typer.echo(rendered(report, kind, loader))
    elif kind is Format.PDF:
        write_pdf(output, report, engine, loader)
    else:
        write(output, rendered(report, kind, loader).encode())
