"""The child: reads a task a line, answers with where it is, and with the result. It holds nothing but what makes it quick.

Lines of JSON go over the standard streams that it was started with; what libraries print goes to the standard error. A thread without
Python's lock ends the child some time after its deadline, should nobody be left to kill it.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import traceback
from base64 import b64encode
from pathlib import Path
from typing import Any

#: A stage that takes so much longer than it may has lost its parent.
_ORPHANED = 3
#: The addresses that a child may take.
_MOST_BYTES = 6 * 2**30


def main() -> None:
    """Answer tasks until the input ends."""
    _bound_memory()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(**message: Any) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    for line in sys.stdin:
        request = json.loads(line)
        _answer(request, say)


def _bound_memory() -> None:
    """No answer may take the machine's memory; where the system has no such bound, none is set."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answer(request: dict[str, Any], say: Any) -> None:
    from symderiv.classroom import task as tasks
    from symderiv.core.problems import AuthorProblem

    seconds = float(request["seconds"])

    def at(stage: str) -> None:
        faulthandler.dump_traceback_later(_ORPHANED * seconds + 5, exit=True, file=_nowhere())
        say(at=stage)

    try:
        done = tasks.graded(tasks.Task.of(request["task"]), request["skip"], at)
    except AuthorProblem as problem:
        say(author=str(problem))
    except Exception:  # noqa: BLE001  our bug: told to the parent, which goes on with the stages that work
        say(bug=traceback.format_exc())
    else:
        say(record=done.record, files={suffix: b64encode(data).decode() for suffix, data in done.files.items()})
    faulthandler.cancel_dump_traceback_later()


_sink: list[Any] = []


def _nowhere() -> Any:
    if not _sink:
        _sink.append(Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  stays open as long as the child
    return _sink[0]


if __name__ == "__main__":
    main()
