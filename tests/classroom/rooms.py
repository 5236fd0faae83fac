"""A small sheet and students who answer it, for tests of a class."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from symderiv.assignments.load import load
from symderiv.assignments.records import Assignment
from symderiv.classroom.batch import Class, Settings, grade, open_class
from symderiv.classroom.deadline import COMMAND
from symderiv.classroom.executors import executor_of
from symderiv.classroom.store import Store
from symderiv.core.text import Source

SHEET = r"""title = 'Sheet 7'
submission = 'sheet-7-{netid}.pdf'
accept = ['.tex', '.md']
[[question]]
title = 'Slopes'
given = '''
a > 0
b \in \mathbb{R}
f = a b^2 + \log a
'''
[[question.part]]
number = '1.1'
title = 'By the first'
points = 1
find = '\frac{\partial f}{\partial a}'
[[question.part]]
number = '1.2'
title = 'By the second'
points = 2
find = '\frac{\partial f}{\partial b}'
"""
RIGHT = (r"$b^2 + \frac{1}{a}$", "$2 a b$")
WRONG = (r"$b^2 + a$", "$a b$")
SLOW = (sys.executable, str(Path(__file__).with_name("slow_child.py")))
QUICK = (sys.executable, str(Path(__file__).with_name("quick_child.py")))


def sheet(text: str = SHEET) -> Assignment:
    return load(Source(text, "sheet.toml"))


def answers(first: str, second: str) -> str:
    return f"## 1\n\n1. {first}\n\n2. {second}\n"


def hand_in(folder: Path, **students: str | bytes) -> Path:
    """A folder with a Markdown file a student."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in students.items():
        data = text.encode() if isinstance(text, str) else text
        (folder / f"sheet-7-{name}.md").write_bytes(data)
    return folder


def graded(
    folder: Path,
    out: Path,
    *,
    executor: str = "threads",
    jobs: int = 1,
    child: tuple[str, ...] = COMMAND,
    text: str = SHEET,
    **settings: Any,
) -> tuple[Class, dict[str, Any]]:
    """The class, graded, and its records by name."""
    group = open_class(sheet(text), out, Settings("sheet.toml", str(folder), **{"feedback": False, **settings}))
    make, window = executor_of(executor, jobs)
    grade(group, make, window, command=child)
    return group, {r["name"]: r for r in Store(out).records()}
