"""`symderiv grade`: a folder of submissions, graded; `regrade`, `merge` and `show` for what came of it."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symderiv.commands.files import Sheet, now, read_assignment, writing
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.writing.columns import aligned

if TYPE_CHECKING:  # loaded by the commands that need them
    from symderiv.classroom.batch import Class
    from symderiv.classroom.folder import Folder

Out = Annotated[Path, typer.Option("--out", "-o", help="The folder of results.")]
Results = Annotated[Path, typer.Argument(metavar="OUT", help="A folder of results that grade wrote.")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Workers; default: the processors there are.")]
ExecutorName = Annotated[
    str, typer.Option("--executor", help="processes, threads, dask (a local cluster) or dask:tcp://HOST:PORT.")
]
LevelName = Annotated[str, typer.Option("--feedback", help="What students are told: verdict, hint, full, or none.")]
Seconds = Annotated[float, typer.Option(min=0.1, help="The time that one part of one submission may take.")]


class FailOn(StrEnum):
    """What makes grading end with an exit code of 1."""

    REVIEW = "review"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (grade, regrade, merge):
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
    fail_on: Annotated[FailOn | None, typer.Option("--fail-on", help="Exit with 1 where an answer waits for a person.")] = None,
    export: Annotated[
        str, typer.Option(help="Also write these, by name: csv, gradescope, canvas … (symderiv export --help).")
    ] = "",
) -> None:
    """Grade a folder of submissions; run it again at any time, it goes on where it stopped."""
    sheet = read_assignment(assignment)
    from symderiv.classroom.answers import waiting
    from symderiv.classroom.batch import Settings, open_class
    from symderiv.classroom.exporting import exporter, write_exports
    from symderiv.classroom.feedback_levels import level_of
    from symderiv.classroom.store import Store

    level = level_of(feedback)
    for name in filter(None, export.split(",")):
        exporter(name)  # a wrong name is told before the work, not after
    settings = Settings(
        sheet.source.name, str(folder.resolve()), level or "verdict", seconds, anonymous, level is not None, _shard(shard)
    )
    group = open_class(sheet, out, settings)
    run(group, executor, jobs)
    with writing(out):
        tell_written(write_exports(group, [name for name in export.split(",") if name], now=now()))
    if fail_on is FailOn.REVIEW and any(waiting(record["parts"]) for record in Store(out).records()):
        raise typer.Exit(1)


def _shard(text: str | None) -> tuple[int, int]:
    number, slash, count = (text or "1/1").partition("/")
    if not (slash and number.isdigit() and count.isdigit() and 1 <= int(number) <= int(count)):
        raise typer.BadParameter(f"`{text}` is no share: write 1/4, 2/4, …")
    return int(number), int(count)


def regrade(
    out: Results,
    *,
    assignment: Annotated[str | None, typer.Option(help="A mended assignment; default: the one used before.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show whose marks would move, and change nothing.")] = False,
    jobs: Jobs = None,
    executor: ExecutorName = "processes",
) -> None:
    """Grade a class again, as it was asked for before, and show whose marks move."""
    from symderiv.classroom.batch import open_class, read_settings
    from symderiv.classroom.moves import state
    from symderiv.classroom.store import Store

    settings = read_settings(out)
    sheet = read_assignment(assignment or str(out / "assignment.toml"))
    before = state(Store(out).records())
    if dry_run:
        _try(out, assignment or str(out / "assignment.toml"), jobs, executor)
        return
    group = open_class(sheet, out, settings)
    run(group, executor, jobs)
    tell_moves(before, state(Store(out).records()))


def _try(out: Path, assignment: str, jobs: int | None, executor: str) -> None:
    """The same in a folder that is thrown away."""
    import tempfile
    from dataclasses import replace

    from symderiv.classroom.batch import DECISIONS, grade as grade_class, open_class, read_settings
    from symderiv.classroom.executors import executor_of
    from symderiv.classroom.moves import state
    from symderiv.classroom.store import Store

    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder)
        if (out / DECISIONS).exists():
            (trial / DECISIONS).write_bytes((out / DECISIONS).read_bytes())
        group = open_class(read_assignment(assignment), trial, replace(read_settings(out), feedback=False))
        grade_class(group, *executor_of(executor, jobs))
        tell_moves(state(Store(out).records()), state(Store(trial).records()))


def tell_moves(before: object, after: object) -> None:
    """Print whose marks moved."""
    from symderiv.classroom.moves import moves

    found = moves(before, after)  # type: ignore[arg-type]
    for row in aligned([m.cells() for m in found]):
        typer.echo(row)
    marks, students = _counted(len(found), "mark"), _counted(len({m.name for m in found}), "student")
    typer.echo(f"{marks} of {students} moved" if found else "no mark moves", err=True)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def tell_written(paths: Sequence[Path]) -> None:
    """Print which files were written; of many in one folder, how many."""
    folders = Counter(p.parents[1] if p.name == "results.json" else p for p in paths)
    for path, count in folders.items():
        typer.echo(f"wrote {path}" + (f"/*/results.json, {_counted(count, 'file')}" if path not in paths else ""), err=True)


def merge(
    shares: Annotated[list[Path], typer.Argument(metavar="SHARE…", help="The folders of results of all shares.")], *, out: Out
) -> None:
    """Join the results of shares that were graded apart."""
    from symderiv.classroom.batch import open_class
    from symderiv.classroom.merge import merge as join

    with writing(out):
        settings = join(shares, out)
    finish(open_class(read_assignment(str(out / "assignment.toml")), out, settings), None)


def show(out: Path, student: str, part: str | None) -> None:
    """One student's result in the terminal."""
    from symderiv.classroom.batch import read_settings
    from symderiv.classroom.outputs import record_text
    from symderiv.classroom.store import Store

    read_settings(out)
    store = Store(out)
    record = store.record(student)
    if record is None:
        meant = nearest(student, store.names())
        raise AuthorProblem(f"`{out}` has no student `{student}`", hint=f"did you mean `{meant}`?" if meant else "")
    if part is not None and part not in (numbers := [p["part"] for p in record["parts"]]):
        raise AuthorProblem(f"there is no part `{part}`", hint="parts: " + ", ".join(numbers))
    typer.echo(record_text(record, part))


def run(group: Class, executor: str, jobs: int | None) -> None:
    """Grade what has to be, tell how it goes, and write everything that is made from the results."""
    from symderiv.classroom.batch import grade as grade_class
    from symderiv.classroom.executors import executor_of
    from symderiv.classroom.store import Store
    from symderiv.commands.progress import Teller

    make, window = executor_of(executor, jobs)
    started = time.perf_counter()
    try:
        with writing(group.out), Teller(time.perf_counter) as teller:
            found = grade_class(group, make, window, teller.tell)
    except KeyboardInterrupt:
        typer.echo("stopped; what was graded is kept: run the same command again, and it goes on from there", err=True)
        raise typer.Exit(130) from None
    typer.echo(f"{len(Store(group.out).names())} submissions in {time.perf_counter() - started:.1f} s", err=True)
    finish(group, found)
    if teller.bugs:
        typer.echo(f"symderiv: {len(teller.bugs)} bugs of ours, please report the first; the answers wait for a person", err=True)
        typer.echo(teller.bugs[0], err=True)


def finish(group: Class, found: Folder | None, *, every: bool = False) -> None:
    """Write what is made from the results, and print the class."""
    from symderiv.classroom.outputs import write_all
    from symderiv.report.plain import plain_text

    notes = []
    if found is not None:
        pattern = group.assignment.submission
        notes += [f"the name `{s.file}` does not follow `{pattern}`; graded as {s.name}" for s in found.misnamed()]
        notes += [
            f"{s.name} handed in more than once; `{s.file}` counts, not {', '.join(s.older)}"
            for s in found.submissions
            if s.older
        ]
        notes += [f"`{name}` is no document and was left out" for name in found.ignored]
    with writing(group.out):
        report = write_all(group, notes, every=every)
    typer.echo(plain_text(report, shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else 120))
    for note in notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(f"wrote {group.out}", err=True)
