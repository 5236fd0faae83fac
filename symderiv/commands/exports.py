"""`symderiv export`: marks in the format of a platform; `symderiv gradescope`: an autograder for Gradescope."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symderiv.commands.files import Sheet, now, read_assignment, write, writing
from symderiv.commands.grade import Results, tell_written

gradescope = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="An autograder for Gradescope: pack it, and what it runs there."
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(export)
    app.add_typer(gradescope, name="gradescope")


def export(
    out: Results,
    formats: Annotated[
        list[str], typer.Argument(help="csv, gradescope, canvas, moodle, brightspace, prairielearn, nbgrader, lti-ags")
    ],
    *,
    roster: Annotated[Path | None, typer.Option(help="The platform's own table of students, where one is filled in.")] = None,
) -> None:
    """Write the marks of a class in the format of a platform."""
    from symderiv.classroom.batch import open_class, read_settings
    from symderiv.classroom.exporting import write_exports

    settings = read_settings(out)
    group = open_class(read_assignment(str(out / "assignment.toml")), out, settings)
    with writing(out):
        tell_written(write_exports(group, [name for given in formats for name in given.split(",")], roster, now()))


@gradescope.command()
def pack(
    assignment: Sheet,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The zip to upload to Gradescope.")] = Path("autograder.zip"),
    feedback: Annotated[str, typer.Option("--feedback", help="What students are told: verdict, hint or full.")] = "hint",
) -> None:
    """Write autograder.zip, which Gradescope runs on each submission."""
    from symderiv.classroom.autograder import packed
    from symderiv.classroom.feedback_levels import level_of

    write(output, packed(read_assignment(assignment), level_of(feedback) or "verdict"))


@gradescope.command()
def run(
    assignment: Sheet,
    folder: Annotated[Path, typer.Argument(help="What one student handed in.")],
    results: Annotated[Path, typer.Argument(help="Where results.json goes.")],
    *,
    feedback: Annotated[str, typer.Option("--feedback", help="What the student is told.")] = "hint",
) -> None:
    """Grade one student's files and write results.json: what the packed autograder calls."""
    from symderiv.classroom.autograder import results_of

    write(results, results_of(read_assignment(assignment), folder, feedback))
