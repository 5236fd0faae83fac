"""The levels of feedback by name, known without loading what makes it."""

from __future__ import annotations

from symderiv.core.problems import AuthorProblem, nearest

LEVELS = ("verdict", "hint", "full")


def level_of(name: str) -> str | None:
    """A level, or None for no feedback at all. Raises `AuthorProblem`."""
    if name == "none":
        return None
    if name not in LEVELS:
        meant = nearest(name, (*LEVELS, "none"))
        raise AuthorProblem(
            f"there is no level of feedback `{name}`", hint=f"did you mean `{meant}`?" if meant else ", ".join(LEVELS)
        )
    return name
