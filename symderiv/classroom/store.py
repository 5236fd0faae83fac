"""The results of a class on disk: one line a submission, appended as each ends, so that a kill loses at most the line being written.

When all are there the file is put in the order of names, and equals that of a run nobody disturbed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symderiv.core.problems import AuthorProblem

RESULTS = "results.jsonl"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where a line stands, what it was made from, and the decisions that it knows."""

    start: int
    length: int
    key: str
    decided: Mapping[str, str]
    answers: tuple[str, ...]


class Store:
    """The results in a folder. Only places of lines are held in memory, so that two thousand take no more than two."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / RESULTS
        self._entries: dict[str, _Entry] = {}
        if self.path.exists():
            self._scan()

    def _scan(self) -> None:
        whole = 0
        with self.path.open("rb") as lines:
            for line in lines:
                try:
                    record = json.loads(line)
                except ValueError:
                    record = None
                if line.endswith(b"\n") and is_record(record):
                    self._note(record, whole, len(line))
                whole += len(line)
        self._whole = whole

    def _note(self, record: Record, start: int, length: int) -> None:
        answers = tuple(p["answer"] for p in record["parts"])
        self._entries[record["name"]] = _Entry(start, length, record["key"], record["decided"], answers)

    def names(self) -> list[str]:
        """The submissions that have a result, sorted."""
        return sorted(self._entries)

    def current(self, name: str, key: str, decisions: Mapping[str, str]) -> bool:
        """Whether the result was made from just this, under just these decisions about its answers."""
        entry = self._entries.get(name)
        if entry is None or entry.key != key:
            return False
        return entry.decided == {a: decisions[a] for a in entry.answers if a in decisions}

    def append(self, record: Record) -> None:
        """Write a result down for good. A torn line that a kill left behind is closed first, and never read."""
        line = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "replace")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as file:
            start = file.seek(0, os.SEEK_END)
            if start:
                file.seek(start - 1)
                if file.read(1) != b"\n":
                    file.write(b"\n")
                    start += 1
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._note(record, start, len(line))

    def records(self) -> Iterator[Record]:
        """All results in the order of their names, read one by one."""
        if not self._entries:
            return
        with self.path.open("rb") as file:
            for name in self.names():
                yield json.loads(_line(file, self._entries[name]))

    def record(self, name: str) -> Record | None:
        """One result."""
        if name not in self._entries:
            return None
        with self.path.open("rb") as file:
            found: Record = json.loads(_line(file, self._entries[name]))
            return found

    def settle(self, names: Iterable[str]) -> None:
        """Keep the results of these submissions alone, in order; the file is replaced whole."""
        kept = [n for n in sorted(set(names)) if n in self._entries]
        beside = self.path.with_suffix(".tmp")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as out:
            if kept:
                with self.path.open("rb") as file:
                    for name in kept:
                        out.write(_line(file, self._entries[name]))
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self.path)
        self.__init__(self.path.parent)  # type: ignore[misc]  # the places have changed


def is_record(value: object) -> bool:
    """Whether a line holds a result: what somebody else wrote there, or half of one, is none."""
    if not isinstance(value, dict) or not isinstance(value.get("parts"), list) or not isinstance(value.get("decided"), dict):
        return False
    named = all(isinstance(value.get(field), str) for field in ("name", "key", "file"))
    return named and all(isinstance(p, dict) and isinstance(p.get("answer"), str) for p in value["parts"])


def _line(file: Any, entry: _Entry) -> bytes:
    file.seek(entry.start)
    line: bytes = file.read(entry.length)
    return line


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else writes results here at the same time; a process that is killed lets go. Raises `AuthorProblem`."""
    try:
        import fcntl
    except ImportError:  # no such lock on this system
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AuthorProblem(
                f"another run is writing to `{folder}`", hint="wait for it, or give another folder with -o"
            ) from error
        yield


def write_whole(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".tmp")
    beside.write_bytes(data)
    beside.replace(path)
