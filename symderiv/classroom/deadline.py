"""A deadline that holds: each task runs in a warm child process, which is killed when a stage takes too long, and started anew.

Signals reach only a main thread and no code in C, so neither a thread pool nor a cluster's worker could be stopped by one. A thread has one
child, started when it is first needed and kept for the next task.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from symderiv.core.problems import AuthorProblem

#: A child that starts has to load SymPy, on a machine that may be busy.
START_SECONDS = 60.0
COMMAND = (sys.executable, "-m", "symderiv.classroom.child")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: its record, files by suffix, and the texts of bugs of ours met on the way."""

    record: dict[str, Any]
    files: dict[str, bytes]
    bugs: tuple[str, ...] = ()


class Child:
    """One warm child process."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self.command = command
        environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self.process = subprocess.Popen(  # noqa: S603  our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            env=environment,
        )  # fmt: skip
        self.told: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.fresh = True
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with suppress(ValueError, OSError):
            for line in self.process.stdout:
                self.told.put(json.loads(line))
        self.told.put(None)

    def ask(self, request: Mapping[str, Any]) -> None:
        """Send a task. A child that has died is noticed when it is listened to."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError, OSError):
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()

    def hear(self, seconds: float) -> dict[str, Any] | None:
        """The next message, or None where the child has died. Raises `TimeoutError`."""
        try:
            message = self.told.get(timeout=seconds + (START_SECONDS if self.fresh else 0))
        except queue.Empty:
            raise TimeoutError from None
        self.fresh = False
        return message

    def end(self) -> None:
        """Kill the child."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError, ValueError):
                    stream.close()


_mine = threading.local()
_all: set[Child] = set()


def _child(command: tuple[str, ...]) -> Child:
    child: Child | None = getattr(_mine, "child", None)
    if child is None or child.process.poll() is not None or child.command != command:
        _forget()
        child = _mine.child = Child(command)
        _all.add(child)
    return child


def _forget() -> None:
    child: Child | None = getattr(_mine, "child", None)
    if child is not None:
        child.end()
        _all.discard(child)
    _mine.child = None


def end_all() -> None:
    """Kill the children of this process, whichever thread they served."""
    while _all:
        with suppress(KeyError):
            _all.pop().end()


def run(task: Mapping[str, Any], seconds: float, command: tuple[str, ...] = COMMAND) -> Outcome:
    """The outcome of a task whose stages may take this long each. Raises `AuthorProblem` where the assignment cannot be read.

    ``command`` starts the child. A stage that does not end is left out and all others are done again: each stage can fail once, so this ends.
    """
    skip: dict[str, str] = {}
    bugs: list[str] = []
    while True:
        told = _attempt(task, seconds, skip, command)
        if "author" in told:
            raise AuthorProblem(told["author"])
        if "record" in told:
            return Outcome(told["record"], {k: b64decode(v) for k, v in told["files"].items()}, tuple(bugs))
        if told["stage"] in skip:
            raise RuntimeError(f"a stage that was left out failed: {told['stage']}\n{told.get('bug', '')}")
        skip[told["stage"]] = told["why"]
        if "bug" in told:
            bugs.append(told["bug"])


def _attempt(task: Mapping[str, Any], seconds: float, skip: Mapping[str, str], command: tuple[str, ...]) -> dict[str, Any]:
    child = _child(command)
    child.ask({"task": task, "seconds": seconds, "skip": skip})
    stage = "document"
    while True:
        try:
            told = child.hear(seconds)
        except TimeoutError:
            _forget()
            return {"stage": stage, "why": f"out of time: not decided within {seconds:g} s"}
        if told is None:
            _forget()
            return {"stage": stage, "why": "the checker broke off here"}
        if "bug" in told:
            return {"stage": stage, "why": "the checker failed here, which is no fault of the answer", "bug": told["bug"]}
        if "at" not in told:
            return told
        stage = told["at"]
