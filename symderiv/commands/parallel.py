"""Records checked by several warm processes at once, results in the order of the records."""

from __future__ import annotations

import functools
import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

from symderiv.classroom.executors import process_pool
from symderiv.commands.warm import warm_checker
from symderiv.commands.careful import check_each
from symderiv.grading.records import Checker, given_up

#: Records a process takes at a time: few enough that the first results come soon.
_BATCH = 32
#: Batches waiting for each process, so that input is read no faster than it is checked.
_AHEAD = 4


def check_in_parallel(lines: Iterable[str], jobs: int, explain: bool = False) -> Iterator[str]:
    """JSON Lines in, JSON Lines out, as `check_each` gives them, by this many processes.

    Where a process dies, its records are checked again in halves; the one record that kills a process of its own is `review`.
    """
    waiting: deque[tuple[list[str], Future[list[str]]]] = deque()
    pool = process_pool(jobs)
    try:
        for batch in _batches(lines):
            try:
                future = pool.submit(_checked, batch, explain)
            except BrokenProcessPool:
                pool = process_pool(jobs)
                future = pool.submit(_checked, batch, explain)
            waiting.append((batch, future))
            if len(waiting) >= jobs * _AHEAD:
                yield from _result(*waiting.popleft(), explain)
        while waiting:
            yield from _result(*waiting.popleft(), explain)
    finally:
        pool.shutdown(cancel_futures=True)


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    left = iter(lines)
    while batch := list(itertools.islice(left, _BATCH)):
        yield batch


def _result(batch: list[str], future: Future[list[str]], explain: bool) -> list[str]:
    try:
        return future.result()
    except BrokenProcessPool:
        return _again(batch, explain)


def _again(batch: list[str], explain: bool) -> list[str]:
    with process_pool(1) as pool:
        try:
            return pool.submit(_checked, batch, explain).result()
        except BrokenProcessPool:
            if len(batch) == 1:
                return [given_up(batch[0], "the process that checked this answer died")]
    half = len(batch) // 2
    return _again(batch[:half], explain) + _again(batch[half:], explain)


@functools.cache
def _checker(explain: bool) -> Checker:
    """The one of this process."""
    return warm_checker(explain)


def _checked(batch: list[str], explain: bool) -> list[str]:
    return list(check_each(batch, _checker(explain)))
