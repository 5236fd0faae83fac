"""Shares of a class, graded apart, joined into one folder of results."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from symderiv.classroom.batch import DECISIONS, FEEDBACK, SETTINGS, Settings, read_settings, settings_text
from symderiv.classroom.store import Store, write_whole
from symderiv.core.problems import AuthorProblem


def merge(shares: Sequence[Path], out: Path) -> Settings:
    """One folder with the results of several. Raises `AuthorProblem` where they are not shares of one class, or one is missing."""
    asked = [read_settings(share) for share in shares]
    whole = {replace(s, shard=(1, 1)) for s in asked}
    sheets = {(share / "assignment.toml").read_bytes() for share in shares}
    if len(whole) > 1 or len(sheets) > 1:
        raise AuthorProblem("these are not shares of one class: their assignments, folders or options differ")
    count = asked[0].shard[1]
    missing = sorted(set(range(1, count + 1)) - {s.shard[0] for s in asked})
    if missing or any(s.shard[1] != count for s in asked):
        raise AuthorProblem(f"of {count} shares these are missing: {', '.join(map(str, missing)) or 'some'}")
    settings = whole.pop()
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / SETTINGS, settings_text(settings))
    write_whole(out / "assignment.toml", sheets.pop())
    store = Store(out)
    names = []
    for share in shares:
        for record in Store(share).records():
            store.append(record)
            names.append(record["name"])
        for path in sorted((share / FEEDBACK).glob("*")):
            (out / FEEDBACK).mkdir(exist_ok=True)
            shutil.copyfile(path, out / FEEDBACK / path.name)
        if (share / DECISIONS).exists() and share != out:
            shutil.copyfile(share / DECISIONS, out / DECISIONS)
    store.settle(names)
    return settings
