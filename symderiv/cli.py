"""The command line: the edge that reads files, prints, and turns problems into exit codes.

Data goes to stdout, whatever is said about it to stderr. Exit codes: 0 done, 2 usage or an author's error, 3 nothing readable in
the document, 4 a bug of ours. A wrong answer is never a non-zero exit. Commands import what they need when they run, so that
``--help`` and completion load neither SymPy nor rich.
"""

from __future__ import annotations

import io
import sys
import traceback
from typing import Annotated, Never

import typer

from symderiv.classroom.handed_in import Unreadable
from symderiv.commands import catalogue, check, explore, exports, grade, review, show, solve, template
from symderiv.core.problems import AuthorProblem

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)

VERSION = typer.Option(
    "--version", help="Show the version and exit.", is_eager=True, callback=lambda asked: _show_version() if asked else None
)


@app.callback()
def symderiv(
    *,
    version: Annotated[bool, VERSION] = False,
) -> None:
    """Derive, prove and mark answers of machine-learning mathematics."""


for group in (solve, check, grade, review, template, exports, catalogue, show, explore):
    group.register(app)


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


if __name__ == "__main__":
    main()
