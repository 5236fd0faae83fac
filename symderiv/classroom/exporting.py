"""The exports by name, and their files written into a folder of results."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from symderiv.classroom.batch import Class
from symderiv.classroom.documents import decoded
from symderiv.classroom.gradebook import Export, gradebook, read_table
from symderiv.classroom.store import Store, write_whole
from symderiv.core.problems import AuthorProblem, nearest

FOLDER = "exports"


def names() -> tuple[str, ...]:
    """The formats that there are.

    >>> names()
    ('brightspace', 'canvas', 'csv', 'gradescope', 'lti-ags', 'moodle', 'nbgrader', 'prairielearn')
    """
    found = (e.name for e in files("symderiv.classroom.exports").iterdir() if e.name.endswith(".py"))
    return tuple(sorted(name.removesuffix(".py").replace("_", "-") for name in found if name != "__init__.py"))


def exporter(name: str) -> Export:
    """The format of this name. Raises `AuthorProblem`."""
    if name not in names():
        meant = nearest(name, names())
        raise AuthorProblem(f"there is no export `{name}`", hint=f"did you mean `{meant}`?" if meant else ", ".join(names()))
    entry = importlib.import_module("symderiv.classroom.exports." + name.replace("-", "_")).ENTRY
    assert isinstance(entry, Export)
    return entry


def write_exports(group: Class, chosen: Sequence[str], roster: Path | None = None, now: str = "") -> list[Path]:
    """Write these formats of a class's marks; the files written. Raises `AuthorProblem`."""
    table = read_table(_text(roster), str(roster)) if roster is not None else ()
    book = gradebook(group.assignment, Store(group.out).records(), group.settings.level, table, now)
    written = []
    for name in chosen:
        entry = exporter(name)
        if entry.roster and not table:
            raise AuthorProblem(f"{name} fills in {entry.roster}", hint="give it with --roster FILE")
        made = entry.write(book)
        for file, data in made.items():
            path = group.out / FOLDER / (Path(name) / file if len(made) > 1 or "/" in file else Path(file))
            write_whole(path, data)
            written.append(path)
    return written


def _text(path: Path) -> str:
    try:
        text = decoded(path.read_bytes())
    except OSError as error:
        raise AuthorProblem(f"cannot read `{path}` ({error})") from error
    if text is None:
        raise AuthorProblem(f"`{path}` is no text", hint="save it as CSV in UTF-8")
    return text
