"""Progress on stderr: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

if TYPE_CHECKING:  # loaded in a terminal only
    from symderiv.classroom.batch import Progress

#: Seconds between two lines where there is no terminal.
_EVERY = 10.0


class Teller:
    """Tells how far a run is, how fast it goes and how long it will take."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock, self.started, self.last = clock, clock(), clock()
        self.bugs: list[str] = []
        self.terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.terminal:
            sys.stderr.write("\r\x1b[K")

    def tell(self, progress: Progress) -> None:
        """One more submission is done."""
        self.bugs += progress.bugs
        now = self.clock()
        done = progress.done - progress.kept
        rate = done / max(now - self.started, 1e-6)
        rest = (progress.total - progress.done) / rate if rate else 0.0
        line = f"{progress.done}/{progress.total}  {rate:.1f} a second, {rest:.0f} s left"
        if self.terminal:
            wide = 24
            full = wide * progress.done // max(progress.total, 1)
            sys.stderr.write(f"\r\x1b[K[{'#' * full}{' ' * (wide - full)}] {line}")
            sys.stderr.flush()
        elif now - self.last >= _EVERY:
            typer.echo(line, err=True)
            self.last = now
