"""Where tasks run: local processes, threads, a Dask cluster, or any `concurrent.futures.Executor` that somebody brings.

Each runs `deadline.run`, which keeps a warm child of its own and kills it when it must, so that no kind of worker can hang.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from symderiv.core.problems import AuthorProblem, nearest

A = TypeVar("A")
R = TypeVar("R")
#: Makes an executor; asked again where one has broken.
Maker = Callable[[], AbstractContextManager[Executor]]
#: So often a task is handed out again after the executor that held it broke.
_TRIES = 3


def executor_of(name: str, workers: int | None = None) -> tuple[Maker, int]:
    """What makes the executor of this name, and how many tasks it takes at once.

    ``processes``, ``threads``, or ``dask:`` with a scheduler's address (alone: a local cluster). Raises `AuthorProblem` for any other.
    """
    count = workers or available_cores()
    kind, _, address = name.partition(":")
    if kind == "processes" and not address:
        return lambda: process_pool(count), count
    if kind == "threads" and not address:
        return lambda: ThreadPoolExecutor(count), count
    if kind == "dask":
        return lambda: _dask(address, count), workers or _DASK_WINDOW
    meant = nearest(kind, ("processes", "threads", "dask"))
    raise AuthorProblem(
        f"there is no executor `{name}`", hint=f"did you mean `{meant}`?" if meant else "processes, threads, dask:tcp://HOST:PORT"
    )


def process_pool(workers: int) -> ProcessPoolExecutor:
    """Local processes, started fresh. They end with this one, however it ends."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """In a worker: it would wait for ever for tasks of a process that was killed, since all workers hold the pipe that tasks come by."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


#: Tasks on their way to a cluster whose size is its own affair.
_DASK_WINDOW = 64


def available_cores() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _dask(address: str, workers: int) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise AuthorProblem("Dask is not installed", hint="pip install 'symderiv[distributed]'") from error
    try:
        client = (
            Client(address, timeout=10) if address else Client(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        )
    except (OSError, TimeoutError, ValueError) as error:
        raise AuthorProblem(f"no Dask scheduler answers at `{address}` ({error})") from error
    with client:
        yield client.get_executor(pure=False, retries=_TRIES)


def _first_ended(held: Mapping[Future[R], object]) -> set[Future[R]]:
    """Those that have ended, once one has; where the wait is broken off, what was not begun is not begun."""
    try:
        return wait(held, return_when=FIRST_COMPLETED).done
    except KeyboardInterrupt:
        for future in held:
            future.cancel()
        raise


def completed(make: Maker, window: int, call: Callable[[A], R], tasks: Iterable[tuple[str, A]]) -> Iterator[tuple[str, R]]:
    """Each task's name with its result, as they end. Tasks are taken one by one, so that few are held at a time.

    An executor that breaks is made anew, and what it held is handed out again, a few times.
    """
    waiting = iter(tasks)
    again: list[tuple[str, A, int]] = []
    exhausted = False
    while not exhausted or again:
        with make() as executor:
            held: dict[Future[R], tuple[str, A, int]] = {}
            broken = False
            while not broken:
                while len(held) < 2 * window and (again or not exhausted):
                    following = again.pop() if again else next(((n, a, 1) for n, a in waiting), None)
                    if following is None:
                        exhausted = True
                        break
                    try:
                        held[executor.submit(call, following[1])] = following
                    except BrokenExecutor:
                        again.append(following)
                        broken = True
                        break
                if not held:
                    break
                ended = _first_ended(held)
                for future in ended:
                    name, task, tries = held.pop(future)
                    try:
                        result = future.result()
                    except BrokenExecutor:
                        broken = True
                        if tries >= _TRIES:
                            raise
                        again.append((name, task, tries + 1))
                    else:
                        yield name, result
            if broken:
                again += [(name, task, tries + 1) for name, task, tries in held.values()]
