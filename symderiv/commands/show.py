"""`symderiv show`: one entry of the catalogue, or one student's result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symderiv.commands import catalogue, grade
from symderiv.commands.files import Engine, Format, PdfEngine, Templates
from symderiv.core.problems import AuthorProblem


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(show)


def show(
    what: Annotated[str, typer.Argument(metavar="KIND|OUT", help="layer or distribution; or the folder of a graded class.")],
    name: Annotated[str, typer.Argument(metavar="NAME|STUDENT", help="An entry's name, or a student as marks.csv names them.")],
    part: Annotated[str | None, typer.Argument(help="Of a student: only this part, for example 1.3.")] = None,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here; a PDF gets its .tex beside it.")] = None,
    form: Annotated[Format | None, typer.Option("--format", help="Default: by the output's suffix, else unicode.")] = None,
    engine: PdfEngine = Engine.TYPST,
    templates: Templates = None,
) -> None:
    """One entry of the catalogue with steps and conditions, or one student's result."""
    if what in set(catalogue.Kind) and part is None:
        catalogue.show(catalogue.Kind(what), name, output=output, form=form, engine=engine, templates=templates)
        return
    if not Path(what).is_dir():
        kinds = ", ".join(catalogue.Kind)
        raise AuthorProblem(f"`{what}` is no folder of a graded class and no kind of the catalogue", hint=f"kinds: {kinds}")
    if output is not None or form is not None:
        raise typer.BadParameter("a student's result is printed; its report stands in the folder")
    grade.show(Path(what), name, part)
