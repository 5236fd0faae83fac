"""A user's slip in a session: a name that is not there, a call that does not fit.

What the line of a cell raised itself is told as a problem in that line, with a caret and a hint: a traceback would hold nothing else. An error from deeper,
in a function of the user's or in ours, keeps its traceback.
"""

from __future__ import annotations

import builtins
import inspect
import linecache
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from types import FrameType, ModuleType, TracebackType
from typing import Any

from symderiv.core.problems import AuthorProblem, nearest
from symderiv.core.text import Source, Span
from symderiv.explore.expression import fitting

SLIPS = (AttributeError, ImportError, NameError, TypeError)
#: Python's words on a call that does not fit.
_CALL = re.compile(r"([\w.]+)\(\) (?:missing|takes|got)\b")
_KEYWORD = re.compile(r"unexpected keyword argument '(\w+)'")


def slip(error: BaseException, names: Mapping[str, Any]) -> AuthorProblem | None:
    """What to tell of an error that a line of a cell raised itself; None for any other. ``names`` are the user's."""
    frames = _frames(error.__traceback__, names)
    if not isinstance(error, SLIPS) or len(frames) != 1:
        return None
    message, hint = _told(error, names)
    return AuthorProblem(message, *_place(*frames[0]), hint=hint)


def _frames(trace: TracebackType | None, names: Mapping[str, Any]) -> list[tuple[FrameType, int]]:
    """The frames from the cell on, with the instruction at which each stands; a call's way through `fitting` and a name's through the package is none."""
    found: list[tuple[FrameType, int]] = []
    while trace is not None:
        frame, code = trace.tb_frame, trace.tb_frame.f_code
        on_the_way = code is _FITTING or (code.co_name == "__getattr__" and frame.f_globals.get("__name__") == "symderiv")
        if (found and not on_the_way) or (not found and frame.f_globals is names):
            found.append((frame, trace.tb_lasti))
        trace = trace.tb_next
    return found


_FITTING = fitting(len).__code__


def _place(frame: FrameType, instruction: int) -> tuple[Span | None, Source | None]:
    """Where in the cell's text an instruction stands."""
    lines = linecache.getlines(frame.f_code.co_filename)
    line, end, column, behind = list(frame.f_code.co_positions())[instruction // 2]
    if line is None or column is None or behind is None or not 0 < line <= len(lines):
        return None, None
    before, here = "".join(lines[: line - 1]), lines[line - 1].encode()
    behind = behind if end == line else len(here.rstrip())
    start = len(before) + len(here[:column].decode())
    return Span(start, start + len(here[column:behind].decode())), Source("".join(lines), "cell")


def _told(error: BaseException, names: Mapping[str, Any]) -> tuple[str, str]:
    """The message and the hint."""
    name = getattr(error, "name", None)
    if isinstance(error, AttributeError) and name is not None:
        owner = error.obj
        public = [n for n in dir(owner) if not n.startswith("_")]
        what = owner.__name__ if isinstance(owner, ModuleType | type) else type(owner).__name__
        ours = type(owner).__module__.partition(".")[0] == "symderiv"
        return f"{what} has no `{name}`", _meant(name, public) or (f"it has {', '.join(public)}" if ours else "")
    if isinstance(error, NameError) and name is not None:
        if len(name) < 3:  # a size, or a name on paper
            return f"nothing is called `{name}` here", 'names and sizes are given as texts: x = Vector("x", "n")'
        return f"nothing is called `{name}` here", _meant(name, [*names, *dir(builtins)])
    if isinstance(error, ImportError):
        module = sys.modules.get(error.name or "")
        asked = re.search(r"cannot import name '(\w+)'", str(error))
        return str(error).partition(" (/")[0], _meant(asked[1], dir(module)) if asked and module is not None else ""
    return str(error), _fitting_call(str(error))


def _fitting_call(message: str) -> str:
    """How a function of ours that a message names is called."""
    called = _CALL.match(message)
    function = _function(called[1].removesuffix(".__init__")) if called else None
    if called is None or function is None:
        return ""
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    wrong = _KEYWORD.search(message)
    if wrong and (meant := _meant(wrong[1], [p.name for p in parameters])):
        return meant
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
    return f"{called[1].removesuffix('.__init__').rpartition('.')[2]}{inspect.Signature(plain)}"


def _function(path: str) -> Callable[..., Any] | None:
    """A function or class of ours by its name, as ``Model.find``."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith(("symderiv.explore.", "symderiv.functions")):
            found: Any = module
            for part in path.split("."):
                found = getattr(found, part, None)
            if callable(found):
                return found  # type: ignore[no-any-return]
    return None


def _meant(name: str, known: Iterable[str]) -> str:
    like = nearest(name, [n for n in known if not n.startswith("_")])
    return f"did you mean `{like}`?" if like else ""
