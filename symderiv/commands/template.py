"""`symderiv template`: the file that students write their answers into."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symderiv.commands.files import Sheet, Templates, read_assignment, templates_loader, write


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(template)


def template(
    assignment: Sheet,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here; default: to the terminal.")] = None,
    templates: Templates = None,
) -> None:
    """A LaTeX file with a place for each answer, whose PDF carries its own source."""
    sheet = read_assignment(assignment)
    from symderiv.report.render import answer_sheet
    from symderiv.report.solution import solution

    name = output.name if output is not None else "answers.tex"
    text = answer_sheet(solution(sheet), name, templates_loader(templates))
    if output is None:
        typer.echo(text)
    else:
        write(output, text.encode())
