"""Pseudonyms: with ``--anonymous`` no student's name leaves the folder of submissions.

Each student gets a name made from theirs and a secret; the secret and the list of who is who stand in a hidden file of that folder and
nowhere else. Results, feedback, the review page and what is sent to workers hold pseudonyms alone.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import replace
from pathlib import Path

from symderiv.classroom.handed_in import HandedFile
from symderiv.classroom.folder import Folder, Submission
from symderiv.classroom.store import write_whole
from symderiv.core.problems import AuthorProblem

#: In the folder of submissions: the secret, and names by pseudonym.
NAMES = ".symderiv-names.json"


def hidden(found: Folder, folder: Path) -> Folder:
    """The submissions under pseudonyms, in the order of these. Raises `AuthorProblem` where the list cannot be kept in the folder."""
    path = folder / NAMES
    try:
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        secret, names = str(known.get("secret") or secrets.token_hex(16)), dict(known.get("names", {}))
        shown = []
        for s in found.submissions:
            pseudonym = "student-" + hashlib.sha256((secret + s.name).encode()).hexdigest()[:10]
            names[pseudonym] = s.name
            shown.append(_under(s, pseudonym))
        text = json.dumps({"secret": secret, "names": dict(sorted(names.items()))}, ensure_ascii=False, indent=1)
        write_whole(path, (text + "\n").encode())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AuthorProblem(f"`{path}` cannot be kept: names would have nowhere to stay ({error})") from error
    return Folder(tuple(sorted(shown, key=lambda s: s.name)), tuple("a file that is no document" for _ in found.ignored))


def _under(s: Submission, pseudonym: str) -> Submission:
    """A submission whose name, and the name that its own text may hold, is not told."""
    older = tuple("an older hand-in" for _ in s.older)
    student = None if s.student is None else pseudonym
    return replace(s, name=pseudonym, student=student, file=pseudonym + s.path.suffix, older=older, hide=s.student or "")


def renamed(s: Submission, handed: HandedFile, beside: tuple[HandedFile, ...]) -> tuple[HandedFile, tuple[HandedFile, ...]]:
    """The files under the pseudonym."""

    def under(f: HandedFile) -> HandedFile:
        return HandedFile(s.name + Path(f.name).suffix, f.data)

    return under(handed), tuple(map(under, beside))
