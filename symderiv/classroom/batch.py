"""A class graded: what has no current result is handed out, and each result is on disk before the next is looked at.

A result is current when it was made from the same bytes, the same assignment, the same program and the same decisions. So a run that was killed
goes on where it stopped, a run that is repeated does nothing, and a new file, a mended assignment or a person's decision costs only what it touches.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from symderiv.assignments.records import Assignment
from symderiv.classroom import anonymity, deadline
from symderiv.classroom.answers import Decision, read_decisions
from symderiv.classroom.executors import Maker, completed
from symderiv.classroom.folder import Folder, Submission, submissions
from symderiv.classroom.store import Record, Store, alone, write_whole
from symderiv.core.problems import AuthorProblem

SETTINGS, DECISIONS, FEEDBACK = "run.json", "decisions.json", "feedback"
#: Seconds that one part of one submission may take.
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked to do; kept beside its results, so that it can be repeated. ``shard`` is (i, n), counted from 1."""

    assignment: str
    folder: str
    level: str = "full"
    seconds: float = SECONDS
    anonymous: bool = False
    feedback: bool = True
    shard: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Class:
    """One class: its assignment, where its results stand, and what is asked."""

    assignment: Assignment
    out: Path
    settings: Settings
    decisions: Mapping[str, Decision] = field(default_factory=dict)

    def most(self) -> dict[str, Any]:
        """The points of each part."""
        return {part.number: part.points for _, part in self.assignment.parts()}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: ``kept`` were current already."""

    done: int
    total: int
    kept: int
    name: str = ""
    bugs: tuple[str, ...] = ()


def open_class(assignment: Assignment, out: Path, settings: Settings) -> Class:
    """A class with the decisions that stand beside its results. Raises `AuthorProblem`."""
    opened = Class(assignment, out, settings)
    path = out / DECISIONS
    if not path.exists():
        return opened
    return Class(assignment, out, settings, read_decisions(path.read_text(encoding="utf-8"), str(path), opened.most()))


def grade(
    group: Class,
    make: Maker,
    window: int,
    tell: Callable[[Progress], None] = lambda _: None,
    command: tuple[str, ...] = deadline.COMMAND,
) -> Folder:
    """Grade what has to be, and put the results in order. The folder's submissions, those of other shards left out.

    ``make`` and ``window`` are an executor's (`executors.executor_of`), ``command`` starts the child that does the work.
    """
    found = _of_shard(submissions(group.assignment, Path(group.settings.folder)), group.settings.shard)
    if group.settings.anonymous:
        found = anonymity.hidden(found, Path(group.settings.folder))
    with alone(group.out):
        _refuse_another(group, found)
        _grade_all(group, found, make, window, tell, command)
    return found


def _refuse_another(group: Class, found: Folder) -> None:
    """Raise `AuthorProblem` where the results in the folder are of another class, of another share, or under other names: they would be lost."""
    names = set(Store(group.out).names())
    if not names:
        return
    before, now = read_settings(group.out), group.settings
    other = "give another folder with -o"
    if now.shard not in (before.shard, (1, 1)):
        share = "/".join(map(str, before.shard)) if before.shard != (1, 1) else "all"
        raise AuthorProblem(
            f"`{group.out}` holds the results of share {share}", hint=f"each share has a folder of its own: {other}"
        )
    if now.anonymous != before.anonymous:
        kept = "pseudonyms" if before.anonymous else "the students' names"
        raise AuthorProblem(f"`{group.out}` holds results under {kept}", hint=other)
    if not names & {s.name for s in found.submissions}:
        said = f"`{group.out}` holds the results of other students: of {before.assignment}, handed in to `{before.folder}`"
        raise AuthorProblem(said, hint=other)


def _grade_all(
    group: Class, found: Folder, make: Maker, window: int, tell: Callable[[Progress], None], command: tuple[str, ...]
) -> None:
    store = Store(group.out)
    before = store.names()
    write_whole(group.out / SETTINGS, settings_text(group.settings))
    write_whole(group.out / "assignment.toml", group.assignment.source.text.encode())
    digests = {a: _digest(d) for a, d in group.decisions.items()}
    by_name = {s.name: s for s in found.submissions}
    kept = done = 0
    keys: dict[str, str] = {}
    total = len(by_name)

    def tasks() -> Iterator[tuple[str, dict[str, Any]]]:
        nonlocal kept
        for submission in found.submissions:
            task = _task(group, submission)
            keys[submission.name] = key = _key(task, submission, group.settings)
            if store.current(submission.name, key, digests) and _told(group, submission.name):
                kept += 1
                tell(Progress(done + kept, total, kept))
            else:
                yield submission.name, task

    call = functools.partial(deadline.run, seconds=group.settings.seconds, command=command)
    try:
        for name, outcome in completed(make, window, call, tasks()):
            _keep(group, store, by_name[name], outcome, keys.pop(name), digests)
            done += 1
            tell(Progress(done + kept, total, kept, name, outcome.bugs))
    finally:
        deadline.end_all()
    store.settle(by_name)
    _forget(group, set(before) - set(by_name))


def _keep(
    group: Class, store: Store, submission: Submission, outcome: deadline.Outcome, key: str, digests: Mapping[str, str]
) -> None:
    """The student's files first, then the line: where the line is, the files are."""
    for suffix, data in outcome.files.items():
        write_whole(group.out / FEEDBACK / (submission.name + suffix), data)
    record = outcome.record
    for part in record["parts"]:
        if part["answer"] in digests:
            part["decided"] = True
    decided = {p["answer"]: digests[p["answer"]] for p in record["parts"] if p["answer"] in digests}
    head: Record = {
        "name": submission.name, "file": submission.file, "student": submission.student, "older": list(submission.older), "key": key,
        "decided": decided,
    }  # fmt: skip
    store.append(head | record)


def _task(group: Class, submission: Submission) -> dict[str, Any]:
    from symderiv.classroom.task import Task

    handed, beside = submission.handed()
    if group.settings.anonymous:
        handed, beside = anonymity.renamed(submission, handed, beside)
    source = group.assignment.source
    return Task(
        submission.name, source.text, source.name, handed, beside, group.settings.level, group.settings.feedback,
        submission.hide, group.decisions,
    ).data()  # fmt: skip


def _key(task: Mapping[str, Any], submission: Submission, settings: Settings) -> str:
    """What a result depends on, decisions left aside, as a digest."""
    said = {k: v for k, v in task.items() if k not in ("decisions", "hide", "sheet_name")}
    of = [program(), said, submission.file, submission.student, submission.older, settings.seconds]
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()


@functools.cache
def program() -> str:
    """The version of the program: a digest of its own text, so that a changed program grades anew."""
    whole = hashlib.sha256()
    stack = [files("symderiv"), *([t] if (t := files("symderiv").joinpath("../templates")).is_dir() else [])]
    while stack:
        for entry in sorted(stack.pop().iterdir(), key=lambda e: e.name):
            if entry.is_dir():
                stack.append(entry)
            elif entry.name.endswith((".py", ".j2")):
                whole.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return whole.hexdigest()


def _digest(decision: Decision) -> str:
    return hashlib.sha256(repr(decision).encode()).hexdigest()[:16]


def _told(group: Class, name: str) -> bool:
    """Whether the student's files are there."""
    return not group.settings.feedback or (group.out / FEEDBACK / f"{name}.md").exists()


def _forget(group: Class, names: set[str]) -> None:
    """Remove the feedback of submissions that are no longer there."""
    for name in sorted(names):
        for suffix in (".pdf", ".md"):
            (group.out / FEEDBACK / (name + suffix)).unlink(missing_ok=True)


def _of_shard(found: Folder, shard: tuple[int, int]) -> Folder:
    """The submissions of one of n shards: by name, so that a new one moves no other."""
    number, count = shard
    mine = tuple(s for s in found.submissions if int(hashlib.sha256(s.name.encode()).hexdigest(), 16) % count == number - 1)
    return Folder(mine, found.ignored)


def settings_text(settings: Settings) -> bytes:
    """The settings as they are kept."""
    said = {name: getattr(settings, name) for name in Settings.__slots__}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def read_settings(out: Path) -> Settings:
    """What the run in a folder of results was asked. Raises `AuthorProblem` where there is none."""
    path = out / SETTINGS
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Settings(**{**said, "shard": tuple(said["shard"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AuthorProblem(f"`{out}` holds no results of a class ({error})", hint="make them with symderiv grade") from error
