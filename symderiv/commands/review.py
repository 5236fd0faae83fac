"""`symderiv review`: the answers a person must look at, and what they decided."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from symderiv.commands.files import read_assignment, read_bytes, writing
from symderiv.core.problems import AuthorProblem
from symderiv.commands.grade import ExecutorName, Jobs, Results, finish, run, tell_moves


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(review)


def review(
    out: Results,
    *,
    apply: Annotated[
        Path | None, typer.Option(help="Decisions downloaded from review.html; marks are made anew with them.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="The page shows every distinct answer, not only those that wait.")] = False,
    jobs: Jobs = None,
    executor: ExecutorName = "processes",
) -> None:
    """Write review.html, the page of answers that wait for a person; or apply what was decided on it."""
    from symderiv.classroom.answers import known_answers, read_decisions, with_decisions, written_decisions
    from symderiv.classroom.batch import DECISIONS, open_class, read_settings
    from symderiv.classroom.moves import state
    from symderiv.classroom.store import Store, write_whole

    settings = read_settings(out)
    group = open_class(read_assignment(str(out / "assignment.toml")), out, settings)
    if apply is None:
        finish(group, None, every=every)
        return
    made = read_decisions(read_bytes(apply).decode("utf-8", "replace"), str(apply), group.most())
    _check_known(apply, made, known_answers(Store(out).records()) | group.decisions.keys())
    before = state(Store(out).records())
    with writing(out):
        write_whole(out / DECISIONS, written_decisions(with_decisions(group.decisions, made)).encode())
    run(open_class(group.assignment, out, settings), executor, jobs)
    tell_moves(before, state(Store(out).records()))


def _check_known(path: Path, made: Collection[str], known: Collection[str]) -> None:
    """Refuse decisions of which none is about an answer of this class; say how many are about none."""
    strange = sum(answer not in known for answer in made)
    if made and strange == len(made):
        raise AuthorProblem(
            f"no decision in `{path}` is about an answer of this class",
            hint="was it downloaded from the review page of another one?",
        )
    if strange:
        typer.echo(f"note: {strange} of {len(made)} decisions are about answers that nobody gives now; they are kept", err=True)
