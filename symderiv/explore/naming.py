"""Names as they are typed in Python and as they are known on paper: ``x1`` is ``x_1``."""

from __future__ import annotations

import re

from symderiv.core.problems import AuthorProblem

_NAME = re.compile(r"[^\W\d_]+(?:_\w+)?'*")
_NUMBERED = re.compile(r"([^\W\d_]+)(\d+)")


def known_as(name: str) -> str:
    """The key of a name: ``x1`` is ``x_1``, as on paper.

    >>> known_as("x1"), known_as("sigma"), known_as("y_i")
    ('x_1', 'sigma', 'y_i')
    """
    numbered = _NUMBERED.fullmatch(latex_text(name, "a name"))
    return f"{numbered[1]}_{numbered[2]}" if numbered else name


def latex_text(said: object, what: str) -> str:
    """What has to be a text. Raises `AuthorProblem` where something else was given."""
    if not isinstance(said, str):
        raise AuthorProblem(f"{what} is a text in quotation marks, not {type(said).__name__}")
    return said


def checked_name(name: str) -> str:
    """The key of a name that may be declared. Raises `AuthorProblem`."""
    if not _NAME.fullmatch(known_as(name)):
        raise AuthorProblem(f"{name!r} is no name", hint="names are like x, x1, x_i, sigma, Sigma")
    return known_as(name)
