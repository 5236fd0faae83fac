"""`symderiv explore`: a session in IPython with everything loaded."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explore)


def explore(
    assignment: Annotated[str | None, typer.Argument(help="A TOML file or the name of a built-in assignment.")] = None,
) -> None:
    """Open an IPython session: build a model, derive, check, draw."""
    from symderiv.explore import session, sheet

    session.start(sheet.read_sheet(assignment) if assignment is not None else None)
