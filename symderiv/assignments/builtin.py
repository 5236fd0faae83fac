"""The assignments that the package brings along, by name."""

from __future__ import annotations

from importlib.resources import files

from symderiv.core.problems import AuthorProblem, nearest
from symderiv.core.text import Source

_SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """The names of the built-in assignments, sorted.

    >>> names()
    ('written-assignment-4',)
    """
    entries = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in entries if name.endswith(_SUFFIX)))


def builtin(name: str) -> Source:
    """The file of a built-in assignment; `AuthorProblem` where there is none of this name."""
    if name not in names():
        meant = nearest(name, names())
        hint = f"did you mean `{meant}`?" if meant else "built in: " + ", ".join(names())
        raise AuthorProblem(f"there is no built-in assignment `{name}`", hint=hint)
    return Source(files(__package__).joinpath(name + _SUFFIX).read_text(encoding="utf-8"), name + _SUFFIX)
