"""An autograder for Gradescope: a zip with this program in it, that grades one student's files in Gradescope's container.

Gradescope unpacks it at ``/autograder/source``, runs ``setup.sh`` once, and ``run_autograder`` for each submission, which it ends after ten minutes and
gives nothing. Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/, and its pages on base images and troubleshooting.
"""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import requires
from importlib.resources import files
from importlib.resources.abc import Traversable
from collections.abc import Iterator
from pathlib import Path

from symderiv.assignments.records import Assignment
from symderiv.classroom import deadline
from symderiv.classroom.handed_in import SOURCE_SUFFIXES, HandedFile
from symderiv.classroom.exports.gradescope import results
from symderiv.classroom.folder import Submission
from symderiv.classroom.gradebook import gradebook
from symderiv.classroom.task import Task

#: A part that takes longer than this waits for a person, also where all others do too: that much of Gradescope's ten minutes is for them.
SECONDS, ALL_SECONDS = 60.0, 420.0
#: Gradescope's usual image is Ubuntu 22.04, whose own Python is 3.10.
_SETUP = """#!/usr/bin/env bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  apt-get install -y --no-install-recommends python3.11 python3.11-venv
  python=python3.11
fi
$python -m venv /autograder/python
/autograder/python/bin/pip install --no-cache-dir -r /autograder/source/requirements.txt
"""
_RUN = """#!/usr/bin/env bash
set -euo pipefail
mkdir -p /autograder/results
PYTHONPATH=/autograder/source /autograder/python/bin/python -m symderiv.cli gradescope run \\
  /autograder/source/assignment.toml /autograder/submission /autograder/results/results.json --feedback {level}
"""


def packed(assignment: Assignment, level: str) -> bytes:
    """The zip, the same bytes for the same assignment and program."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", _SETUP.encode(), executable=True)
        _add(archive, "run_autograder", _RUN.format(level=level).encode(), executable=True)
        _add(archive, "requirements.txt", ("\n".join(_requirements()) + "\n").encode())
        _add(archive, "assignment.toml", assignment.source.text.encode())
        for name, data in _program():
            _add(archive, name, data)
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, *, executable: bool = False) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.external_attr = (0o755 if executable else 0o644) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _requirements() -> list[str]:
    return sorted(r for r in requires("symderiv") or () if ";" not in r)


def _program() -> Iterator[tuple[str, bytes]]:
    """The files of the package, templates where they are looked for."""
    root = files("symderiv")
    yield from _files(root, "symderiv")
    beside = root.joinpath("../templates")
    if beside.is_dir() and not root.joinpath("templates").is_dir():
        yield from _files(beside, "symderiv/templates")


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry, f"{name}/{entry.name}")
        elif entry.is_file() and not entry.name.endswith(".pyc"):
            yield f"{name}/{entry.name}", entry.read_bytes()


def results_of(assignment: Assignment, folder: Path, level: str) -> bytes:
    """``results.json`` of one student's folder, in which files may have any name: the PDF counts, else the newest source."""
    documents = sorted(
        (p for p in folder.rglob("*") if p.suffix.lower() in (".pdf", *SOURCE_SUFFIXES) and p.is_file()),
        key=lambda p: (p.suffix.lower() == ".pdf", p.stat().st_mtime, str(p)),
    )
    handed, others = HandedFile("", b""), tuple[HandedFile, ...]()
    if documents:
        first, *beside = reversed(documents)
        submission = Submission(
            "submission", "submission", first, first.name, tuple(p for p in beside if p.suffix.lower() != ".pdf")
        )
        handed, others = submission.handed()
    source = assignment.source
    task = Task("submission", source.text, source.name, handed, others, level, feedback=False)
    record = deadline.run(task.data(), min(SECONDS, ALL_SECONDS / len(list(assignment.parts())))).record
    deadline.end_all()
    head = {"name": "submission", "student": "submission"}
    book = gradebook(assignment, [head | record], level)
    return results(book.rows[0])
