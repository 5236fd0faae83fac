r"""A folder of submissions → who handed in what.

A file belongs to the student whose name the assignment's pattern finds in its own. What a browser, a learning platform or a student
adds to a name (`` (1)``, ``_v2``, Canvas' ``lovelaceada_LATE_12_345_`` before it and ``-1`` behind) is set aside, and tells which is newer. Files that
differ only in their suffix are one hand-in: a PDF and its source. Of several hand-ins of one student the newest counts. Nothing is dropped:
what follows no pattern is graded without a student, and what can be no document is named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from symderiv.assignments.records import Assignment
from symderiv.classroom.handed_in import SOURCE_SUFFIXES, HandedFile
from symderiv.core.problems import AuthorProblem

_CANVAS = re.compile(r"(?P<login>[^_]+)_(?:LATE_)?(?P<user>\d+)_(?P<file>\d+)_(?P<rest>.+)")
_COPY = re.compile(r"(?P<stem>.+?)(?:[-_ ]v(?P<version>\d+)| ?\((?P<copy>\d+)\))")
_CANVAS_COPY = re.compile(r"(?P<stem>.+)-(?P<copy>\d+)")
#: A larger file is no homework's source.
MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Submission:
    """One hand-in: ``name`` is unique in its folder and fit for a file name; ``student`` is None where the file's name follows no pattern.

    ``path`` is graded, ``beside`` are files of the same stem, ``older`` the hand-ins that it replaces, ``hide`` a name not to be told.
    """

    name: str
    student: str | None
    path: Path
    file: str
    beside: tuple[Path, ...] = ()
    older: tuple[str, ...] = ()
    hide: str = ""

    def handed(self) -> tuple[HandedFile, tuple[HandedFile, ...]]:
        """The file and those beside it, read."""
        first, *others = (_read(p) for p in (self.path, *self.beside))
        return first, tuple(others)


@dataclass(frozen=True, slots=True)
class Folder:
    """The submissions of a folder in the order of their names, and the files that are none."""

    submissions: tuple[Submission, ...]
    ignored: tuple[str, ...] = ()

    def misnamed(self) -> tuple[Submission, ...]:
        """Those whose file's name follows no pattern."""
        return tuple(s for s in self.submissions if s.student is None)


@dataclass(frozen=True, slots=True)
class _Named:
    path: Path
    student: str | None
    version: int
    stem: str  # with its folder: what differs only in the suffix shares it

    def age(self) -> tuple[int, float, str]:
        return self.version, self.path.stat().st_mtime, str(self.path)


def submissions(assignment: Assignment, folder: Path) -> Folder:
    """What was handed in. Raises `AuthorProblem` where there is no such folder."""
    if not folder.is_dir():
        raise AuthorProblem(f"the folder of submissions `{folder}` does not exist")
    readable = {*SOURCE_SUFFIXES, ".pdf", *assignment.accept}
    named, ignored = [], []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p, folder)):
        found = _named(assignment, path)
        if found.student is None and path.suffix.lower() not in readable:
            ignored.append(path.relative_to(folder).as_posix())
        else:
            named.append(found)
    kept = [_kept(group, folder) for group in _grouped(named)]
    return Folder(tuple(sorted(_distinct(kept), key=lambda s: s.name)), tuple(ignored))


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)


def _named(assignment: Assignment, path: Path) -> _Named:
    """Who handed in a file, by its name as it is, or without what was added to it."""
    stem, suffix, version = path.stem, path.suffix, 0
    whole = str(path.with_suffix(""))
    if not assignment.submission:
        return _Named(path, stem, 0, whole)
    if canvas := _CANVAS.fullmatch(stem):
        stem = canvas["rest"]
        if copy := _CANVAS_COPY.fullmatch(stem):
            inner = copy["stem"]
            if _student(assignment, inner, suffix) is not None:
                return _Named(path, _student(assignment, inner, suffix), int(copy["copy"]), whole)
    if copy := _COPY.fullmatch(stem):
        stem, version = copy["stem"], int(copy["version"] or copy["copy"])
    return _Named(path, _student(assignment, stem, suffix), version, whole)


def _student(assignment: Assignment, stem: str, suffix: str) -> str | None:
    """The student in a name, whatever its suffix: a file of another kind is theirs too, and they are told so."""
    usual = "." + assignment.submission.rpartition(".")[2]
    return assignment.student(stem + suffix) or assignment.student(stem + usual)


def _grouped(named: Iterable[_Named]) -> list[list[_Named]]:
    """The files of one student together; those of nobody by their stem."""
    groups: dict[tuple[bool, str], list[_Named]] = defaultdict(list)
    for n in named:
        groups[(n.student is None, n.student or n.stem)].append(n)
    return list(groups.values())


def _kept(group: list[_Named], folder: Path) -> Submission:
    """The newest hand-in of a group; of its files the PDF, else the newest."""
    newest = max(group, key=_Named.age)
    together = [n for n in group if n.stem == newest.stem]
    first = max(together, key=lambda n: (n.path.suffix.lower() == ".pdf", n.path.suffix.lower() in SOURCE_SUFFIXES, n.age()))
    beside = tuple(n.path for n in together if n is not first and n.path.suffix.lower() in SOURCE_SUFFIXES)
    older = tuple(sorted(n.path.relative_to(folder).as_posix() for n in group if n.stem != newest.stem))
    name = first.student or "misnamed-" + re.sub(r"[^\w.-]+", "_", first.path.stem)
    return Submission(name, first.student, first.path, first.path.relative_to(folder).as_posix(), beside, older)


def _distinct(found: Iterable[Submission]) -> list[Submission]:
    """Names made unique, whatever a file system makes of capitals."""
    taken: set[str] = set()
    out = []
    for s in sorted(found, key=lambda s: (s.student is None, s.file)):
        name, k = s.name, 2
        while name.casefold() in taken:
            name, k = f"{s.name}-{k}", k + 1
        taken.add(name.casefold())
        out.append(replace(s, name=name))
    return out


def _read(path: Path) -> HandedFile:
    """A file's bytes; none of one that is too large or cannot be opened, which is then its student's trouble and nobody else's."""
    try:
        if path.stat().st_size <= MOST_BYTES:
            return HandedFile(path.name, path.read_bytes())
    except OSError:
        pass
    return HandedFile(path.name, b"")
