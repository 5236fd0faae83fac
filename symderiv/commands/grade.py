"""`symderiv grade`: a folder of submissions, graded; `merge`, `regrade` and `show` for what came of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symderiv.commands.files import Sheet, read_assignment

if TYPE_CHECKING:  # loaded by the commands that need them
    from symderiv.classroom.batch import Class
    from symderiv.classroom.folder import Folder

Out = Annotated[Path, typer.Option("--out", "-o", help="The folder of results.")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Workers; default: the processors there are.")]
ExecutorName = Annotated[str, typer.Option("--executor", help="processes, threads, dask (a local cluster) or dask:tcp://HOST:PORT.")]
LevelName = Annotated[str, typer.Option("--feedback", help="What students are told: verdict, hint, full, or none.")]
Seconds = Annotated[float, typer.Option(min=0.1, help="The time that one part of one submission may take.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (grade,):
        app.command()(command)


def grade(
    assignment: Sheet,
    folder: Annotated[Path, typer.Argument(help="The folder of submissions.")],
    *,
    out: Out,
    jobs: Jobs = None,
    executor: ExecutorName = "processes",
    feedback: LevelName = "full",
    seconds: Seconds = 20.0,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Only the I-th of N shares; join them with merge.")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="No student's name leaves the folder of submissions.")] = False,
) -> None:
    """Grade a folder of submissions; run it again at any time, it goes on where it stopped."""
    sheet = read_assignment(assignment)
    from symderiv.classroom.batch import Settings, open_class
    from symderiv.classroom.feedback_levels import level_of

    level = level_of(feedback)
    settings = Settings(
        assignment, str(folder.resolve()), level or "verdict", seconds, anonymous, level is not None, _shard(shard)
    )
    _run(open_class(sheet, out, settings), executor, jobs)


def _shard(text: str | None) -> tuple[int, int]:
    number, slash, count = (text or "1/1").partition("/")
    if not (slash and number.isdigit() and count.isdigit() and 1 <= int(number) <= int(count)):
        raise typer.BadParameter(f"`{text}` is no share: write 1/4, 2/4, …")
    return int(number), int(count)


def _run(group: Class, executor: str, jobs: int | None) -> None:
    from symderiv.classroom.batch import grade as grade_class
    from symderiv.classroom.executors import executor_of
    from symderiv.commands.progress import Teller

    make, window = executor_of(executor, jobs)
    started = time.perf_counter()
    with Teller(time.perf_counter) as teller:
        found = grade_class(group, make, window, teller.tell)
    finish(group, found, time.perf_counter() - started)
    if teller.bugs:
        typer.echo(f"symderiv: {len(teller.bugs)} bugs of ours, please report them; the answers wait for a person", err=True)
        typer.echo(teller.bugs[0], err=True)


def finish(group: Class, found: Folder | None, seconds: float | None = None) -> None:
    """Write what is made from the results, and print the table."""
    from symderiv.classroom.outputs import MARKS, marks_csv
    from symderiv.classroom.store import Store, write_whole

    store = Store(group.out)
    numbers = [part.number for _, part in group.assignment.parts()]
    write_whole(group.out / MARKS, marks_csv(store.records(), numbers).encode())
    if seconds is not None:
        count = len(store.names())
        typer.echo(f"{count} submissions in {seconds:.1f} s", err=True)
    if found is not None:
        for s in found.misnamed():
            typer.echo(f"note: the name `{s.file}` does not follow `{group.assignment.submission}`; graded as {s.name}", err=True)
        for name in found.ignored:
            typer.echo(f"note: `{name}` is no document and was left out", err=True)
    typer.echo(f"wrote {group.out}", err=True)
